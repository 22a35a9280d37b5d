"""`manage.py doctor`: tries everything the portal stands on and says what is wrong and how to mend it."""

from django.core.management.base import BaseCommand, CommandError

from apps.portal import diagnosis

MARKS = {True: "ok", False: "WRONG", None: "not set"}


class Command(BaseCommand):
    help = "Check database, broker, worker, beat, storage, law, mail and every adapter; fails when something is wrong."

    def handle(self, **_options) -> None:
        wrong = []
        for finding in diagnosis.findings():
            self.stdout.write(f"{MARKS[finding.well]:<9}{finding.what:<28}{finding.note}".rstrip())
            if finding.well is False:
                wrong.append(finding.what)
        if wrong:
            raise CommandError("Not well: " + ", ".join(wrong))
