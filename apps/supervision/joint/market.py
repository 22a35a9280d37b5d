"""What market regulation tells of businesses, and what the tax side tells back (Art 33).

A business on the list of abnormal operations or with a revoked licence becomes a proposal to look at its invoice
quota, which a person decides; of a new business the two sides tell each other what they know.
"""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.casework import cases, procedures
from apps.kernel.casework.models import Case
from apps.kernel.facts import reading
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Organisation, Party
from apps.kernel.workcalendar import clock
from apps.supervision.dishonesty.models import DishonestEntry
from apps.supervision.joint import access
from apps.supervision.joint.models import MarketSignal
from apps.supervision.joint.quota import CODE

CAUSES = {MarketSignal.Kind.ABNORMAL, MarketSignal.Kind.REVOKED}


@transaction.atomic
def receive(actor: Actor, **values: Any) -> MarketSignal:
    """Take in what the regulator tells of one business. The same number again is the same message.

    :raises PermissionDenied: unless the actor works for market regulation.
    :raises ValidationError: naming the field.
    """
    if not access.tells(actor):
        log.denied("market-signal", actor=actor, target="market-signal", reason="not market regulation")
        raise PermissionDenied(_("只有市场监管部门可以提供这类信息。"))
    signal = MarketSignal(office=actor.office, **values)
    signal.code = signal.code.strip().upper()
    signal.full_clean(validate_unique=False, validate_constraints=False)
    if signal.on > clock.today():
        raise ValidationError({"on": _("日期不能晚于今天。")})
    known = MarketSignal.objects.filter(office=actor.office, number=signal.number).first()
    if known is not None:
        if (known.kind, known.code, known.on) != (signal.kind, signal.code, signal.on):
            raise ValidationError({"number": _("这个编号已经用于另一条信息，请换一个编号。")})
        return known
    organisation = Organisation.objects.filter(uscc=signal.code).select_related("party__office__parent").first()
    signal.party = organisation.party if organisation is not None else None
    signal.save()
    log.record(f"market-signal/{signal.ref}", "market-signal.received", actor=actor, target=signal.code)
    if signal.party is not None and signal.kind in CAUSES:
        signal.case = _review(signal, signal.party)
        signal.save(update_fields=["case"])
    return signal


def listed(codes: list[str]) -> set[str]:
    """Which of these credit codes are on the public list, in one query."""
    return set(DishonestEntry.objects.shown().filter(code__in=codes).values_list("code", flat=True))


def answer(signal: MarketSignal, *, listed: bool) -> dict[str, Any]:
    """What the tax side tells the regulator of a business: registered or not, on the public list or not, the review."""
    return {
        "ref": signal.ref,
        "number": signal.number,
        "registered": signal.party_id is not None,
        "listed": listed,
        "review": signal.case.standing.label if signal.case else "",
    }


def _review(signal: MarketSignal, party: Party) -> Case | None:
    if Case.objects.filter(applicant=party, procedure=CODE, closed_at__isnull=True).exists():
        return None  # one review looks at everything there is
    quota = reading.profile(party)["invoice_quota"]
    detail = {
        "signal_kind": signal.kind,
        "signal_on": signal.on,
        "present": None if quota is None else Decimal(quota) / 100,
        "sources": [signal.number],
    }
    system = Actor.system("market")
    case = cases.open_case(procedures.get(CODE), replace(system, party=party), detail)
    return cases.perform(case, "submit", system)
