"""Electronic accounting archives of invoices (归档, Art 14): sealed packages that anyone can check offline."""
