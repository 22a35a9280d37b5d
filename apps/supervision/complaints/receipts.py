"""Complaints without a name: a number and a receipt, shown once and kept only as a keyed hash (Art 31)."""

import hashlib
import hmac
import unicodedata
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.casework import cases, rights
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import SYSTEM, Transition
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.ids import reference
from apps.supervision.complaints.models import Complaint
from apps.supervision.complaints.procedure import ANONYMOUS

CHARACTERS = 20  # of five bits each: a hundred random bits
BEARER = Actor.system("receipt")


@dataclass(frozen=True)
class Given:
    """What the complainant keeps."""

    case: Case
    receipt: str


@transaction.atomic
def complain(detail: dict[str, Any], *, key: str, recorded_by: Actor | None = None) -> Given:
    """Open and submit a complaint without a name; ``recorded_by`` is the clerk who heard it.

    :raises ValidationError: naming the fields; or when this form has been sent before.
    """
    if Case.objects.filter(procedure=ANONYMOUS.code, idempotency_key=key).exists():
        raise ValidationError(_("这份投诉已经提交。回执码只显示一次；没有记下的，请重新填写一份。"))
    receipt = reference(CHARACTERS)
    detail = {**detail, "receipt": digest(receipt)}
    case = cases.open_case(ANONYMOUS, recorded_by or BEARER, detail, idempotency_key=key)
    return Given(cases.perform(case, "submit", BEARER), shown(receipt))


def find(number: str, receipt: str) -> Case | None:
    """The complaint a number and a receipt belong to; a wrong one of either finds nothing."""
    return Case.objects.filter(
        procedure=ANONYMOUS.code,
        number=number.strip().upper(),
        pk__in=Complaint.objects.filter(receipt=digest(receipt)).values("pk"),
    ).first()


def actions(case: Case) -> list[Transition]:
    """What whoever holds the receipt can do now."""
    return [row for row in rights.available_actions(case, BEARER) if row.action != "submit"]


def perform(case: Case, action: str, **data: Any) -> Case:
    """Do what the receipt allows.

    :raises PermissionDenied: for anything that is not a complainant's to do.
    """
    row = ANONYMOUS.transition(action, case.state)
    if row is None or SYSTEM not in row.by:
        log.denied(f"case.{action}", actor=BEARER, target=case.number, reason="not open to the receipt")
        raise PermissionDenied(_("这个操作现在不能进行。"))
    return cases.perform(case, action, BEARER, **data)


def shown(receipt: str) -> str:
    """The receipt in groups of five."""
    return "-".join(receipt[start : start + 5] for start in range(0, len(receipt), 5))


def digest(receipt: str) -> str:
    """What is kept of a receipt; full-width, capitals, spaces and dashes are understood."""
    text = unicodedata.normalize("NFKC", receipt).lower()
    plain = "".join(character for character in text if character.isalnum())
    return hmac.new(b"complaint:" + settings.SECRET_KEY.encode(), plain.encode(), hashlib.sha256).hexdigest()
