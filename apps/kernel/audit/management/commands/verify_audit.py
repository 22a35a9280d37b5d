"""Verify the evidence and name everything that is broken; exit status 1 when anything is."""

import datetime as dt
import time
from argparse import ArgumentTypeError

from django.core.management.base import BaseCommand, CommandError
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.timezone import get_current_timezone, is_naive

from apps.kernel.audit.verification import verify


def moment(text: str) -> dt.datetime:
    """A date or a moment; without an offset it is Shanghai's."""
    try:
        day = parse_date(text)
        value = dt.datetime.combine(day, dt.time.min) if day else parse_datetime(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from error
    if value is None:
        raise ArgumentTypeError("expected a date or a moment such as 2026-10-26 or 2026-10-26T09:00+08:00")
    return value.replace(tzinfo=get_current_timezone()) if is_naive(value) else value


class Command(BaseCommand):
    help = "Verify triggers, hash chains, stream heads and signed checkpoints; names each broken stream."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--stream", default="", help="check this stream only")
        parser.add_argument("--since", type=moment, help="check streams that changed since this date or moment")

    def handle(self, *_args: object, **options) -> None:
        self.started = time.monotonic()
        self.events = 0
        broken = []
        for finding in verify(progress=self.progress, stream=options["stream"], since=options["since"]):
            self.stdout.write(f"{finding.where}: {finding.what}")
            broken.append(finding.where)
        if broken:
            raise CommandError(
                f"{self.events} events checked, broken: {', '.join(dict.fromkeys(broken))}", returncode=1
            )
        self.stdout.write(f"{self.events} events checked, nothing is broken")

    def progress(self, done: int, total: int) -> None:
        """One line that rewrites itself: events done, rate, time left."""
        self.events = done
        elapsed = time.monotonic() - self.started
        rate = done / elapsed if elapsed else 0
        left = max(0, total - done) / rate if rate else 0
        end = "\n" if done >= total else "\r"
        self.stderr.write(f"{done}/{total} events, {rate:,.0f}/s, {left:.0f} s left", ending=end)
