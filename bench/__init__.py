"""Benchmarks: each proves a ratio against something bare, measured in the same run."""
