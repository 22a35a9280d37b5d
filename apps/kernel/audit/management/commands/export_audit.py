"""Export the evidence as JSON lines with checkpoints, public keys and a verifier of its own."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from apps.kernel.audit.export import export


class Command(BaseCommand):
    help = "Export the evidence to a new directory; `python DIRECTORY/verify.py DIRECTORY` verifies it anywhere."

    def add_arguments(self, parser) -> None:
        parser.add_argument("directory", type=Path)
        parser.add_argument("--stream", default="", help="export this stream only")

    def handle(self, *_args: object, **options) -> None:
        try:
            events = export(options["directory"], stream=options["stream"])
        except FileExistsError as error:
            raise CommandError(f"{options['directory']} exists already; name a new directory.") from error
        self.stdout.write(f"{events} events exported to {options['directory']}")
