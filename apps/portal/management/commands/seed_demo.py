"""Seed the demonstration: each app's own cast, in the order of the floors."""

from time import monotonic

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from apps.collaboration import demo as collaboration
from apps.datashare import demo as datashare
from apps.kernel.facts import demo as facts
from apps.kernel.facts import register
from apps.kernel.parties import demo as parties
from apps.services import demo as services
from apps.supervision import demo as supervision


class Command(BaseCommand):
    help = "Create the demonstration accounts and data; a second run changes nothing. Needs PORTAL_DEMO=1."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--parties", type=int, default=3000, help="how many invented taxpayers there shall be")

    def handle(self, *, parties: int, **_options) -> None:
        if not settings.PORTAL_DEMO:
            raise CommandError("Demonstration data are for demonstrations only: set PORTAL_DEMO=1 if this is one.")
        with transaction.atomic():
            for label, seed in self._steps(parties):
                began = monotonic()
                seed()
                self.stdout.write(f"{label}: {monotonic() - began:.1f} s")

    @staticmethod
    def _steps(number: int):
        yield "accounts, offices, mandates", parties.seed
        yield f"{number:,} taxpayers and what is known of them", lambda: facts.seed(number)
        yield from services.steps()
        yield from datashare.steps()
        yield from collaboration.steps()
        yield from supervision.steps()
        yield "what the register says of whom the rooms brought", register.refresh
