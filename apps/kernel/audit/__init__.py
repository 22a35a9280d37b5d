"""Tamper-evident evidence: hash chains, signed checkpoints, the read log."""
