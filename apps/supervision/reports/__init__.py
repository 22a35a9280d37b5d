"""Reports of tax violations (税收违法行为检举): Article 36, with the identity of the reporter closed by keys."""
