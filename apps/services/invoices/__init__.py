"""Electronic invoices (数电票): taken in as real XML, added up by month, told to the facts (Art 14)."""
