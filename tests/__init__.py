"""Scenarios: each test tells what somebody does and what must follow."""
