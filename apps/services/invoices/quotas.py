"""How much a party may issue in a month (发票总额度), and the one statement that takes of it (Art 14).

The month's row is made from what is in force when it is first needed: the office's grant, else what the
collection system says, else the starting quota of the law file. Taking is a conditional update: however
many issue at once, the row never shows more used than granted, and the table's constraint says so too.
"""

import datetime as dt
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.facts import reading
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Organisation, Party
from apps.kernel.rules import parameters
from apps.kernel.workcalendar import clock
from apps.services.invoices.models import QuotaAdjustment, QuotaGrant, QuotaMonth

FACT = "invoice_quota"  # what the collection system says, in fen
STARTING = {
    Organisation.VatKind.GENERAL: "invoice.quota.general",
    Organisation.VatKind.SMALL: "invoice.quota.small",
}


def month_of(day: dt.date) -> dt.date:
    """The first day of a month, as quota rows name it."""
    return day.replace(day=1)


def of_month(party: Party, day: dt.date) -> QuotaMonth:
    """The party's quota of the month, made when it is first asked for; two that ask at once make one."""
    found = QuotaMonth.objects.filter(party=party, month=month_of(day)).first()
    if found is not None:
        return found
    row = QuotaMonth(party=party, month=month_of(day), granted=_granted(party, day))
    QuotaMonth.objects.bulk_create([row], ignore_conflicts=True)
    return QuotaMonth.objects.get(party=party, month=month_of(day))


def enough(party: Party, amount: Decimal, day: dt.date) -> None:
    """Whether the month's quota bears an amount; nothing is taken.

    :raises ValidationError: when less is left.
    """
    row = of_month(party, day)
    if row.left < amount:
        raise _short_of(row, amount)


def take(party: Party, amount: Decimal, day: dt.date) -> None:
    """Use some of the month's quota.

    :raises ValidationError: when less is left; nothing is taken then.
    """
    row = of_month(party, day)
    left_enough = QuotaMonth.objects.filter(pk=row.pk, used__lte=F("granted") - amount)
    if not left_enough.update(used=F("used") + amount):
        row.refresh_from_db()
        raise _short_of(row, amount)


def give_back(party: Party, amount: Decimal, day: dt.date) -> None:
    """Return to the month's quota what a red invoice takes back in the month of its blue one."""
    QuotaMonth.objects.filter(party=party, month=month_of(day), used__gte=amount).update(used=F("used") - amount)


def adjustable(party: Party, amount: Decimal, day: dt.date) -> None:
    """Whether no more is used this month already than another quota would allow.

    :raises ValidationError: when more is.
    """
    if of_month(party, day).used > amount:
        raise _used_more()


@transaction.atomic
def adjust(party: Party, amount: Decimal, *, span: str, about: str, actor: Actor) -> QuotaGrant:
    """Grant another quota, from this month on or for this month only.

    :raises ValidationError: when more than that is used this month already.
    """
    today = clock.today()
    row = of_month(party, today)
    if not QuotaMonth.objects.filter(pk=row.pk, used__lte=amount).update(granted=amount):
        raise _used_more()
    this_month_only = span == QuotaAdjustment.Span.MONTH
    grant = QuotaGrant.objects.create(
        party=party,
        amount=amount,
        valid_from=month_of(today),
        valid_to=(month_of(today) + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)
        if this_month_only
        else None,
        about=about,
    )
    log.record(f"invoices/{party.pk}", "invoice.quota", actor=actor, target=about, data={"amount": str(amount)})
    return grant


def _granted(party: Party, day: dt.date) -> Decimal:
    grant = QuotaGrant.objects.in_force(day).filter(party=party).first()
    if grant is not None:
        return grant.amount
    known = reading.profile(party)[FACT]
    if known is not None:
        return Decimal(known) / 100
    return parameters.value(STARTING[party.organisation.vat_kind], day)


def _short_of(row: QuotaMonth, amount: Decimal) -> ValidationError:
    return ValidationError(
        _("本月发票额度还剩 %(left)s 元，不够开具不含税 %(amount)s 元的发票。请减少金额，或先申请调整发票额度。")
        % {"left": f"{row.left:,.2f}", "amount": f"{amount:,.2f}"},
        code="quota",
    )


def _used_more() -> ValidationError:
    return ValidationError(_("本月已开具的金额超过了这个额度，不能调低到已用额度以下。"), code="quota")
