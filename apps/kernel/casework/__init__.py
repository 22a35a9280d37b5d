"""Procedures, cases, steps, custody and clocks: the heart of the portal."""
