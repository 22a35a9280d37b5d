"""Who takes part: sign-in, mandates, partner systems."""
