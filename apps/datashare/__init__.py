"""Chapter 3, information sharing (Articles 16-21)."""
