"""The portal's database engine: PostgreSQL as Django knows it, with fewer indexes (``base``)."""
