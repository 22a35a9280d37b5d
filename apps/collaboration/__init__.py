"""Chapter 4, assistance between organisations (Articles 22-30)."""
