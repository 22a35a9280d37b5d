"""Returns (申报): prefilled, disputed, declared, decided by published rules or by a clerk (Arts 6, 8, 11)."""
