"""Renew what the portal's search looks through; run after every deployment."""

from django.core.management.base import BaseCommand

from apps.portal import search_sources


class Command(BaseCommand):
    """``manage.py index_search``."""

    help = "Renew the search index."

    def handle(self, **options) -> None:
        for kind, count in search_sources.publish_all().items():
            self.stdout.write(f"{kind}: {count}")
