"""Fill the database with an invented city of taxpayers, for benchmarks."""

from time import monotonic

from django.core.management.base import BaseCommand, CommandError

from apps.kernel.facts import city


class Command(BaseCommand):
    help = "Fill N invented taxpayers with profile facts through COPY (3,000,000 take minutes and little memory)."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--payers", type=int, default=0, metavar="N", help="how many taxpayers to add")
        parser.add_argument("--seed", type=int, default=2026, help="the same seed makes the same city")
        parser.add_argument("--reset", action="store_true", help="take the taxpayers of earlier loads away first")

    def handle(self, *, payers: int, seed: int, reset: bool, **_options) -> None:
        if payers < 0 or (not payers and not reset):
            raise CommandError("Say how many taxpayers to add: --payers 3000000 (or --reset to take them away).")
        if reset:
            self.stdout.write(f"Taken away: {city.clear(progress=self._progress(0)):,}")
        if payers:
            began = monotonic()
            run = city.fill(payers, seed=seed, progress=self._progress(payers))
            self.stdout.write(f"Filled {run.changed:,} taxpayers in {monotonic() - began:.1f} s (run {run.pk}).")

    def _progress(self, total: int):
        """A line that tells rows done, rate and time left; rewritten in place on a terminal."""
        began = monotonic()
        ending = "\r" if self.stdout.isatty() else "\n"

        def tell(done: int) -> None:
            rate = done / max(monotonic() - began, 0.001)
            left = f", {(total - done) / rate:,.0f} s left" if total else ""
            share = f" of {total:,} ({100 * done // total}%)" if total else ""
            last = "\n" if done == total else ending
            self.stdout.write(f"{done:,}{share}, {rate:,.0f} rows/s{left}   ", ending=last)
            self.stdout.flush()

        return tell
