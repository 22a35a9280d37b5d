"""Chapter 3's scheduled work, gathered from its rooms for Celery to find."""
