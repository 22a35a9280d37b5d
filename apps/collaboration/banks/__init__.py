"""Banks and other financial institutions assist with accounts: enquiry, preservation, deduction (Article 29)."""
