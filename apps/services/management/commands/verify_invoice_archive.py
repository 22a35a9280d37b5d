"""``manage.py verify_invoice_archive package.zip …``: check archive packages; exits non-zero naming what is wrong."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.kernel.audit import keys
from apps.services.invoices.archive import offline


class Command(BaseCommand):
    help = "Check invoice archive packages: files, chain and signature."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("packages", nargs="+", type=Path)

    def handle(self, *args: Any, packages: list[Path], **options: Any) -> None:
        found = {path: offline.faults(path, trusted=keys.trusted_keys()) for path in packages}
        for path, faults in found.items():
            for fault in faults or ["whole and signed"]:
                self.stdout.write(f"{path}: {fault}")
        if any(found.values()):
            raise CommandError("Some packages are not as they were sealed.")
