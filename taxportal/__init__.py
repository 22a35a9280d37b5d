"""Composition only: settings, URLs, Celery and the WSGI entry point."""

from taxportal.celery import app as celery_app

__all__ = ["celery_app"]
