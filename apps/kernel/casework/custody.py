"""Custody: which office holds a case, and the hand-over that moves it (Art 31: transfer and inform)."""

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from apps.kernel.casework.models import Case, Custody
from apps.kernel.parties.models import Office


def given(case: Case, office: Office, at: dt.datetime) -> Custody:
    """The interval that begins when a case is submitted to the office it is routed to; it holds it at once."""
    case.office = office
    return Custody(case=case, office=office, offered_at=at, received_at=at)


def sent_from(case: Case, office: Office, at: dt.datetime) -> Custody:
    """That an office wrote the case and sent it to another: it goes on seeing what becomes of it."""
    return Custody(case=case, office=office, offered_at=case.opened_at, received_at=case.opened_at, released_at=at)


def move(case: Case, to: Office, at: dt.datetime, reason: str = "") -> None:
    """Pass the case to the office whose turn it is by the procedure; there is nothing to accept or decline."""
    if to == case.office:
        return
    case.custodies.filter(received_at__isnull=False, released_at__isnull=True).update(released_at=at)
    Custody.objects.create(case=case, office=to, offered_at=at, offered_by=case.office, received_at=at, reason=reason)
    case.office, case.handler = to, None


def offer(case: Case, to: Office, at: dt.datetime, reason: str) -> None:
    """Offer the case to another office, which must receive or decline it; until then it stays where it is."""
    if to == case.office:
        raise ValidationError({"office": _("该事项已在本单位，请选择其他单位。")})
    not_offered(case)
    Custody.objects.create(case=case, office=to, offered_at=at, offered_by=case.office, reason=reason)


def not_offered(case: Case) -> None:
    """Raise while an offer waits for an answer.

    :raises ValidationError: then.
    """
    if pending(case) is not None:
        raise ValidationError(_("已有一次转送等待对方接收，请等对方答复。"))


def receive(case: Case, office: Office | None, at: dt.datetime) -> None:
    """Take over an offered case: the sender's interval ends, the receiver's begins."""
    offered = _offered_to(case, office)
    case.custodies.filter(received_at__isnull=False, released_at__isnull=True).update(released_at=at)
    offered.received_at = at
    offered.save(update_fields=["received_at"])
    case.office, case.handler = offered.office, None


def decline(case: Case, office: Office | None, at: dt.datetime) -> None:
    """Give an offered case back; it never left its holder."""
    offered = _offered_to(case, office)
    offered.refused_at = at
    offered.save(update_fields=["refused_at"])


def withdraw_offer(case: Case, at: dt.datetime) -> None:
    """A case that closes takes back an unanswered offer."""
    case.custodies.filter(received_at__isnull=True, refused_at__isnull=True).update(refused_at=at)


def pending(case: Case) -> Custody | None:
    """The offer that waits for an answer, if any."""
    return case.custodies.filter(received_at__isnull=True, refused_at__isnull=True).first()


def _offered_to(case: Case, office: Office | None) -> Custody:
    offered = pending(case)
    if offered is None or office is None or offered.office_id != office.pk:
        raise PermissionDenied(_("该事项没有转送给您的单位。"))
    return offered
