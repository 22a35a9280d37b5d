"""The portal's settings with the bare views beside it, so both run on one server."""

from taxportal.settings import *  # noqa: F403 - the portal exactly as it is, plus two routes

ROOT_URLCONF = "bench.urls"
ALLOWED_HOSTS = ["127.0.0.1", "testserver"]  # the second is Django's test client, which counts the queries
