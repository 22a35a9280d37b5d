"""Administrative cases that become criminal ones, and what prosecutors ask of tax offices (Art 35)."""
