"""Chapter 2, tax and fee services (Articles 10-15, with 7 and 9)."""
