"""Money a court deducts or distributes lands on the payer's account, once (Art 30)."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.collaboration.coded import Refusal
from apps.collaboration.courts.models import CourtRemittance
from apps.kernel.casework.models import Case
from apps.kernel.ledger import collections
from apps.kernel.ledger.models import ZERO, Charge
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock
from apps.kernel.workcalendar.days import SHANGHAI


def check(case: Case, most: Decimal, data: dict[str, Any]) -> None:
    """Refuse money that was not claimed, a day that cannot be, a reference used before.

    :raises ValidationError: with the code of what is wrong.
    """
    amount: Decimal = data["amount"]
    if not ZERO < amount <= most:
        raise Refusal(
            {"amount": _("金额须大于零，不超过尚待划付的 %(most)s 元。") % {"most": f"{most:,.2f}"}}, code="above_claim"
        )
    on: dt.date = data["on"]
    if not case.submitted_at.astimezone(SHANGHAI).date() <= on <= clock.today():
        raise Refusal({"on": _("划付日期不早于收到之日，不晚于今天。")}, code="stale")
    if CourtRemittance.objects.filter(court=case.office, reference=data["reference"].strip()).exists():
        raise Refusal({"reference": _("这个流水号已经用过，同一笔不能登记两次。")}, code="twice")


def book(case: Case, charges: Iterable[Charge], actor: Actor, data: dict[str, Any]) -> CourtRemittance:
    """Put the money on the charges it was claimed for."""
    reference = data["reference"].strip()
    payment = collections.collect(
        charges,
        data["amount"],
        by=case.about,
        day=data["on"],
        actor=actor,
        idempotency_key=f"{case.office.code}/{reference}",
    )
    return CourtRemittance.objects.create(
        case=case, court=case.office, reference=reference, amount=data["amount"], on=data["on"], payment=payment
    )
