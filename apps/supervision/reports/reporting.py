"""What a reporter does: report, come back by receipt, write, add files. No account, no address, no trace (Art 36).

Everything is encrypted here, before it reaches database or storage.
"""

import json
import os
import uuid
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.casework import cases
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock
from apps.supervision.reports import files, keys, messages, receipts, recovery, rewards
from apps.supervision.reports.models import Report, ReportFile, ReportMessage, Reward
from apps.supervision.reports.padding import pad
from apps.supervision.reports.procedure import REPORT, inspection_office
from apps.supervision.reports.sealing import CURRENT, PROVIDERS, CannotOpen, new_key

_REPORTER = Actor.system("reports")
_NOBODYS = os.urandom(60)  # decrypted in place of a report that is not there, so both take the same work


@dataclass(frozen=True)
class Reporter:
    """Whoever came with a right receipt: the report and its case key."""

    report: Report
    key: bytes = field(repr=False)


def submit(receipt: str, content: dict[str, str], identity: dict[str, str] | None = None) -> None:
    """Seal a report and hand it to the reports group. A second time with the same receipt changes nothing.

    :raises ValidationError: when nobody could open it: a report is never kept in plain instead.
    """
    try:
        with transaction.atomic():
            if not Report.objects.filter(locator=receipts.locator(receipt)).exists():
                _submit(receipt, content, identity)
    except IntegrityError:
        if not Report.objects.filter(locator=receipts.locator(receipt)).exists():
            raise


def _submit(receipt: str, content: dict[str, str], identity: dict[str, str] | None) -> None:
    office = inspection_office(None)
    report = Report(ref=uuid.uuid4())
    case_key, identity_key = new_key(), new_key()
    sealed_identity = None
    if identity:
        inner = CURRENT.encrypt(
            identity_key, pad(json.dumps(identity, ensure_ascii=False).encode()), keys.about(report, "identity")
        )
        sealed_identity = CURRENT.encrypt(case_key, inner, keys.about(report, "identity outside"))
    case = cases.open_submitted(
        REPORT,
        _REPORTER,
        {
            "ref": report.ref,
            "locator": receipts.locator(receipt),
            "reporter_wrap": CURRENT.encrypt(receipts.opening_key(receipt), case_key, b"case key"),
            "content": CURRENT.encrypt(
                case_key, pad(json.dumps(content, ensure_ascii=False).encode()), keys.about(report, "content")
            ),
            "identity": sealed_identity,
            "keeper": office,
        },
        idempotency_key=str(report.ref),
    )
    report = case.detail
    keys.seal(report, keys.Purpose.CASE, case_key, keys.group(office, keys.Purpose.CASE))
    if identity:
        keys.seal(report, keys.Purpose.IDENTITY, identity_key, keys.group(office, keys.Purpose.IDENTITY))
        recovery.seal(report, keys.Purpose.IDENTITY, identity_key)


def come_back(typed: str) -> Reporter | None:
    """The report a receipt belongs to; None for a wrong receipt and for a closed report alike, after the same work."""
    receipt = receipts.canonical(typed)
    report = Report.objects.select_related("case__office").filter(locator=receipts.locator(receipt)).first()
    opening = receipts.opening_key(receipt)
    try:
        wrapped = bytes(report.reporter_wrap) if report else _NOBODYS
        key = (PROVIDERS[report.alg] if report else CURRENT).decrypt(opening, wrapped, b"case key")
    except CannotOpen:
        return None
    if report is None or is_closed(report):
        return None
    return Reporter(report, key)


def is_closed(report: Report) -> bool:
    """Whether the correspondence has ended: as long after the decision as a reward can be claimed."""
    decided = report.case.closed_at
    return decided is not None and clock.now() > rewards.claim_ends(decided)


def confirm_kept(reporter: Reporter) -> None:
    """The reporter says that the receipt is kept."""
    Report.objects.filter(pk=reporter.report.pk, kept_on__isnull=True).update(kept_on=clock.today())


@transaction.atomic
def write(reporter: Reporter, text: str) -> ReportMessage:
    """A message to the office."""
    log.record(reporter.report.case.about, "report.written", actor=_REPORTER)
    return messages.write(reporter.report, reporter.key, text, from_reporter=True)


@transaction.atomic
def attach(reporter: Reporter, file: UploadedFile) -> ReportFile:
    """A file for the office."""
    report = Report.objects.select_for_update(no_key=True).get(pk=reporter.report.pk)
    log.record(report.case.about, "report.attached", actor=_REPORTER)
    return files.take_in(report, reporter.key, file, from_reporter=True)


def reward(reporter: Reporter) -> Reward | None:
    """The reward offered for this report, if any."""
    return Reward.objects.filter(report=reporter.report).first()


def claim(reporter: Reporter, payee: dict[str, str]) -> Reward:
    """Claim the reward offered.

    :raises ValidationError: for an anonymous report, or when there is nothing to claim.
    """
    if not reporter.report.named:
        raise ValidationError(_("匿名检举依法没有奖金。"))
    return rewards.claim(reporter.report, payee)
