"""Runs the portal on one machine: prepares it, keeps its processes, tests it. Knows nothing of taxes."""
