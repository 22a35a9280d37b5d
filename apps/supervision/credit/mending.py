"""What the data themselves say: paid or filed late, and mended since (Art 34)."""

import datetime as dt
from collections.abc import Iterator

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.kernel.audit import log
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import recorded
from apps.kernel.ledger.models import Charge, Payment
from apps.kernel.notifications import outbox
from apps.kernel.parties import todos
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party
from apps.kernel.workcalendar import clock
from apps.supervision.credit import arithmetic, deductions
from apps.supervision.credit.deductions import Finding
from apps.supervision.credit.indicators import LATE_FILING, LATE_PAYMENT
from apps.supervision.credit.models import Deduction

BATCH = 2_000
DATA = Actor.system("credit")

# Overdue charges by payer and month that no deduction was written for.
_OVERDUE = """
    SELECT c.party_id, to_char(c.due, 'YYYY-MM') AS month, min(c.due), sum(c.amount - c.paid),
           string_agg(DISTINCT l.name, '、' ORDER BY l.name), min(c.ref)
      FROM ledger_charge c JOIN parties_party p ON p.id = c.party_id JOIN ledger_levy l ON l.code = c.levy_id
     WHERE c.paid < c.amount AND c.due < %(today)s AND c.due >= %(since)s AND p.kind = 'organisation'
       AND NOT EXISTS (SELECT FROM supervision_deduction d WHERE d.party_id = c.party_id AND d.code = %(code)s
                          AND d.period = to_char(c.due, 'YYYY-MM'))
     GROUP BY c.party_id, month ORDER BY c.party_id, month LIMIT %(most)s
"""


def sweep() -> int:
    """Find what fell due and was not paid, in batches; how many deductions are new. Again changes nothing."""
    return sum(len(deductions.record(found, actor=DATA)) for found in _batches())


def _batches() -> Iterator[list[Finding]]:
    today = clock.today()
    # Older arrears belong to years that are closed.
    since = dt.date(today.year - 1, 1, 1)
    params = {"today": today, "since": since, "code": LATE_PAYMENT, "most": BATCH}
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_OVERDUE, params)
            rows = cursor.fetchall()
        if not rows:
            return
        yield [
            Finding(
                party_id=party,
                code=LATE_PAYMENT,
                period=month,
                happened_on=due + dt.timedelta(days=1),
                counted_from=due,
                evidence=_unpaid(levies, due),
                about=f"charge/{ref}",
                tax=owed,
            )
            for party, month, due, owed, levies, ref in rows
        ]


def _unpaid(levies: str, due: dt.date) -> str:
    return recorded(_("%(levies)s 应于 %(due)s 前缴清，到期未缴。")) % {"levies": levies, "due": due.isoformat()}


def on_charge_paid(sender: object, *, charge: Charge, payment: Payment, **_more: object) -> None:
    """A charge was paid late: that is written down, and may mend what was unpaid. Told twice, it is done once."""
    if charge.party.kind != Party.Kind.ORGANISATION or payment.valued_on <= charge.due:
        return
    month = f"{charge.due:%Y-%m}"
    with transaction.atomic():
        deductions.record(
            [
                Finding(
                    party_id=charge.party_id,
                    code=LATE_PAYMENT,
                    period=month,
                    happened_on=charge.due + dt.timedelta(days=1),
                    counted_from=charge.due,
                    evidence=recorded(_("%(levies)s 应于 %(due)s 前缴清，%(paid)s 才缴清。"))
                    % {"levies": charge.levy.name, "due": charge.due.isoformat(), "paid": payment.valued_on},
                    about=f"charge/{charge.ref}",
                    tax=charge.amount,
                )
            ],
            actor=DATA,
        )
        if not still_owed(charge.party, month).exists():
            mended(charge.party, LATE_PAYMENT, month, payment.valued_on, about=f"charge/{charge.ref}")
    deductions.tell()


def still_owed(party: Party, month: str) -> QuerySet[Charge]:
    """What fell due in a month (2026-09) and is not paid up, late fees included: all of it must be, to be mended."""
    year, number = map(int, month.split("-"))
    overdue = Charge.objects.filter(party=party, due__year=year, due__month=number, due__lt=clock.today())
    return overdue.open().select_related("levy")


def on_return_lodged(sender: object, *, case: Case, due: dt.date, on: dt.date, **_more: object) -> None:
    """A return was lodged after its last day: the month costs once, and is mended by this very return."""
    party = case.applicant
    if on <= due or party is None or party.kind != Party.Kind.ORGANISATION:
        return
    month = f"{due:%Y-%m}"
    deductions.record(
        [
            Finding(
                party_id=party.pk,
                code=LATE_FILING,
                period=month,
                happened_on=due + dt.timedelta(days=1),
                counted_from=due,
                evidence=recorded(_("%(title)s 应于 %(due)s 前申报，%(on)s 才申报。"))
                % {"title": case.title, "due": due.isoformat(), "on": on.isoformat()},
                about=case.about,
            )
        ],
        actor=DATA,
    )
    mended(party, LATE_FILING, month, on, about=case.about)
    transaction.on_commit(deductions.tell, robust=True)


def on_return_overdue(sender: object, *, case: Case, due: dt.date, **_more: object) -> None:
    """A return that was begun has not been lodged by its last day."""
    party = case.applicant
    if party is None or party.kind != Party.Kind.ORGANISATION:
        return
    deductions.record(
        [
            Finding(
                party_id=party.pk,
                code=LATE_FILING,
                period=f"{due:%Y-%m}",
                happened_on=due + dt.timedelta(days=1),
                counted_from=due,
                evidence=recorded(_("%(title)s 应于 %(due)s 前申报，到期未申报。"))
                % {"title": case.title, "due": due.isoformat()},
                about=case.about,
            )
        ],
        actor=DATA,
    )


@transaction.atomic
def mended(party: Party, code: str, period: str, on: dt.date, *, about: str) -> None:
    """Note that the data show a deduction mended; the payer is told what repair would restore."""
    row = (
        Deduction.objects.select_for_update(no_key=True, of=("self",))
        .filter(party=party, code=code, period=period, mended_on__isnull=True, struck_at__isnull=True)
        .first()
    )
    if row is None:
        return
    row.mended_on = on
    row.save(update_fields=["mended_on"])
    log.record(row.stream, "credit.mended", actor=DATA, target=about, data={"on": on.isoformat()})
    rules = arithmetic.Rules.on_day(clock.today())
    days = max(0, (on - row.counted_from).days)
    outbox.send(
        "credit-mended",
        party,
        {
            "indicator": recorded(row.indicator.label),
            "period": period,
            "on": on,
            "days": days,
            "points": deductions.plain(arithmetic.restored(row.points, days, rules, tax=row.tax)),
        },
        about=row.stream,
    )
    todos.changed(party)
