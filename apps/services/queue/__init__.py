"""Queueing at a site (排队叫号): tickets, turns, windows, the calling screen, waiting times (Arts 10, 11)."""
