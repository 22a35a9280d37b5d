"""Seed the working calendar: holidays, make-up days and announced filing dates. Idempotent."""

from typing import Any

from django.core.management.base import BaseCommand

from apps.kernel.workcalendar import days, loading


class Command(BaseCommand):
    help = "Seed holidays, make-up days and announced filing dates; rows already there are left alone."

    def handle(self, *_args: Any, **options: Any) -> None:
        added = loading.load()
        if options["verbosity"]:
            self.stdout.write(", ".join(f"{name}: +{count}" for name, count in added.items()))
            for warning in days.warnings():
                self.stderr.write(self.style.WARNING(warning))
