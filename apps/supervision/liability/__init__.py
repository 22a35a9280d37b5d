"""Orders to correct where a duty of the Measures was not done in time, and the quarterly report (Art 38)."""
