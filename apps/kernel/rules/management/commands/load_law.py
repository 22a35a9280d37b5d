"""Load the working calendar and the law from their dated files. Idempotent; reviewed rows are left alone."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from apps.kernel.rules import loading, versions


class Command(BaseCommand):
    help = "Load calendar, legal documents, parameters and time limits; reports what changed."

    def handle(self, *_args: Any, **options: Any) -> None:
        call_command("load_calendar", verbosity=options["verbosity"])
        report = loading.load()
        report.changes += versions.load()
        if options["verbosity"]:
            for change in report.changes:
                self.stdout.write(change)
            counts = ", ".join(f"{name}: {count}" for name, count in sorted(report.counts.items()))
            self.stdout.write(counts or "nothing to change")
