"""What an officer of the reports group does with an open box: read, answer, transfer, ask who reported (Art 36)."""

import json
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.casework import cases, custody, rights
from apps.kernel.casework.models import Case
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office
from apps.supervision.reports import files, keys, messages
from apps.supervision.reports.boxes import Opened
from apps.supervision.reports.models import Report, ReportFile, ReportMessage
from apps.supervision.reports.padding import unpad
from apps.supervision.reports.sealing import PROVIDERS, CannotOpen


def case_key(report: Report, actor: Actor, opened: Opened) -> bytes:
    """The case key, for whoever may read the report and holds a box it is sealed to.

    :raises PermissionDenied: for everybody else; the attempt stays on record.
    """
    try:
        if opened.box.user_id != actor.user.pk or not _may_read(report, actor):
            raise CannotOpen
        return keys.open_key(report, keys.Purpose.CASE, opened)
    except CannotOpen:
        log.denied("report.read", actor=actor, target=report.case.about, reason="key")
        raise PermissionDenied from None


def read(report: Report, actor: Actor, opened: Opened) -> dict[str, Any]:
    """The report in plain for one page; the look is put on record."""
    key = case_key(report, actor, opened)
    log.record(report.case.about, "report.read", actor=actor)
    return {
        "content": messages.content(report, key),
        "messages": messages.transcript(report, key),
        "files": messages.attachments(report, key),
    }


@transaction.atomic
def answer(report: Report, actor: Actor, opened: Opened, text: str) -> ReportMessage:
    """A message to the reporter, who finds it by receipt."""
    key = case_key(report, actor, opened)
    log.record(report.case.about, "report.answered", actor=actor)
    return messages.write(report, key, text, from_reporter=False)


@transaction.atomic
def attach(report: Report, actor: Actor, opened: Opened, file: UploadedFile) -> ReportFile:
    """A file for the reporter."""
    key = case_key(report, actor, opened)
    log.record(report.case.about, "report.file_sent", actor=actor)
    return files.take_in(report, key, file, from_reporter=False)


def open_file(file: ReportFile, actor: Actor, opened: Opened, copy: str) -> tuple[files.Label, bytes]:
    """A file of the report; opening it is put on record."""
    key = case_key(file.report, actor, opened)
    log.record(file.report.case.about, "report.file_read", actor=actor, target=file.ref, data={"copy": copy})
    return files.label(file, key), files.content(file, key, copy)


def may_transfer(report: Report, actor: Actor) -> bool:
    """Whether the report's page offers to hand it to another office: it is open here, and offered to nobody."""
    row = report.case.definition.transition("transfer", report.case.state)
    return row is not None and rights.allowed(report.case, row, actor) and custody.pending(report.case) is None


def transfer(report: Report, actor: Actor, opened: Opened, *, office: Office, reason: str) -> Case:
    """Offer the report to the office in charge, the case key sealed anew to its readers; the identity stays here.

    :raises ValidationError: on ``office``, when nobody there has a key box.
    """
    with transaction.atomic():
        key = case_key(report, actor, opened)
        receivers = keys.group(office, keys.Purpose.CASE)
        if not receivers:
            raise ValidationError({"office": _("该单位还没有人建立密钥箱。请先联系对方建立，再移送。")})
        keys.seal(report, keys.Purpose.CASE, key, receivers)
        return cases.perform(report.case, "transfer", actor, office=office, reason=reason)


def identity(report: Report, actor: Actor, opened: Opened) -> dict[str, str]:
    """Who reported: only with the case key and an identity key a custodian has sealed to this box for a time.

    :raises PermissionDenied: without one of the two; the attempt stays on record.
    """
    outer = case_key(report, actor, opened)
    try:
        # Somebody who is a custodian as well still needs another custodian's approval.
        if not report.identity_requests.open_now().filter(asked_by=actor.user).exists():
            raise CannotOpen
        inner = keys.open_key(report, keys.Purpose.IDENTITY, opened)
    except CannotOpen:
        log.denied("report.identity", actor=actor, target=report.case.about, reason="not approved")
        raise PermissionDenied from None
    log.record(report.case.about, "identity.read", actor=actor)
    provider = PROVIDERS[report.alg]
    sealed = provider.decrypt(outer, bytes(report.identity), keys.about(report, "identity outside"))
    return json.loads(unpad(provider.decrypt(inner, sealed, keys.about(report, "identity"))))


def _may_read(report: Report, actor: Actor) -> bool:
    return Report.objects.readable_by(actor).filter(pk=report.pk).exists()
