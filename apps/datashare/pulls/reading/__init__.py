"""How each kind of source is read: one module a kind, all giving the same pages."""
