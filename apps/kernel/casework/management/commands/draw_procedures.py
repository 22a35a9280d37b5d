"""Writes docs/procedures.md from the registered procedures."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from apps.kernel.casework import charts


class Command(BaseCommand):
    """Draw every procedure; with ``--check`` only say whether the file is up to date."""

    help = "Write docs/procedures.md from the transition tables."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--check", action="store_true", help="fail when the file is not up to date")

    def handle(self, *args, **options) -> None:
        file = settings.BASE_DIR / "docs" / "procedures.md"
        with translation.override("zh-hans"):
            drawn = charts.document()
        if not options["check"]:
            file.write_text(drawn, encoding="utf-8")
        elif not file.exists() or file.read_text(encoding="utf-8") != drawn:
            raise CommandError("docs/procedures.md is out of date; run: python manage.py draw_procedures")
