"""Who: taxpayers, offices, departments, staff, and who may act for whom (mandates)."""
