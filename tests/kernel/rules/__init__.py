"""The law as data, its calculations and predicates."""
