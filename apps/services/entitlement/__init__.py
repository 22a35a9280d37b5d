"""Entitlement made easy and watched from both sides (应享尽享、双向监控, Article 13)."""
