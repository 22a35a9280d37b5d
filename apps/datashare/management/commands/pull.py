"""``manage.py pull <dataset>``: pulls a dataset now, in this process, and shows how far it is."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.datashare.pulls import progress, running
from apps.datashare.pulls.ending import SYSTEM
from apps.datashare.pulls.models import Pull, PullSource


class Command(BaseCommand):
    help = "Pull a dataset now and show its progress."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("dataset", help="the entry's code in the catalogue")
        parser.add_argument("--whole", action="store_true", help="read everything again, whatever was taken before")

    def handle(self, *_args: object, dataset: str, whole: bool, **_options: object) -> None:
        from apps.datashare.pulls import working  # noqa: PLC0415 - loads polars

        source = PullSource.objects.filter(dataset__code=dataset).first()
        if source is None:
            raise CommandError(f"No source is registered for the dataset {dataset}.")
        try:
            run = running.start(source, SYSTEM, whole=whole, queue=False)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        working.work(run.pk, self._show)
        run.refresh_from_db()
        self.stdout.write("")
        self.stdout.write(
            f"{run.ref} {run.state}: {run.received} received, {run.inserted} new, {run.updated} changed, "
            f"{run.unchanged} the same, {run.gone} gone, {run.quarantined} in quarantine. {run.message}"
        )
        if run.state != Pull.State.DONE:
            raise CommandError(f"The pull ended as {run.state}.")

    def _show(self, run: Pull) -> None:
        now = progress.of(run)
        parts = [f"{now.rows:,} rows", f"{now.rate:,} rows/s"]
        if now.percent is not None:
            parts.insert(0, f"{now.percent} %")
        if now.left is not None:
            parts.append(f"{now.left} left")
        self.stdout.write("\r" + ", ".join(parts).ljust(60), ending="")
        self.stdout.flush()
