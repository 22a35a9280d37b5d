"""Tax and fee credit (纳税缴费信用, Art 34): deductions, yearly levels, repair, graded treatment."""
