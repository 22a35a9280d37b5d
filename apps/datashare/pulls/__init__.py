"""Pulls (数据归集): departments' data fetched on schedule, judged by contract, merged with evidence (Arts 16, 18)."""
