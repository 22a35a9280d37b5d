"""Who is played: each module here has ``NAME``, ``CLIENT``, ``EVERY`` seconds and ``play(api)``, and is found here."""
