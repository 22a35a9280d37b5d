"""Where taxpayers are served in person: sites, windows, hours and the matters offered (Art 10)."""
