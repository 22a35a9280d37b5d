"""Law as dated data: documents, parameters, calculators, predicates."""
