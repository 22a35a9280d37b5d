"""The outside world played by separate processes; never imported by the portal."""
