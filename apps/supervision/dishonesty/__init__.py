"""Seriously dishonest taxpayers (重大税收违法失信主体): heard first, then listed for three years (Art 33)."""
