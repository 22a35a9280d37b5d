"""Standing duties to supply tax and fee data: expected, on time, late, missing (Art 18 para 2)."""
