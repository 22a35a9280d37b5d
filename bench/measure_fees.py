"""Fee sources of departments in calls of the API: each row checked, matched, charged, posted, and all of it reconciled.

``FEE_SOURCES`` sets how many (a million unless told). Unlike a line of insurance each source is a charge of its own,
on its payer's account. Beside it the same rows go by COPY into a bare table of the same columns, in the same run: what
the portal adds to that is checking, matching, charging and posting.
"""

import io
import os
import time
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from stdnum.cn import uscc

from apps.collaboration.fees import intake, reconciliation
from apps.collaboration.fees.models import FeeDelivery, FeeSource
from apps.kernel.facts import copying
from apps.kernel.ledger.models import Charge
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.ids import reference
from apps.kernel.parties.models import Membership, Office, Organisation, Party, User
from apps.kernel.workcalendar import clock
from bench.figures import Figure, most_memory

SOURCES = int(os.environ.get("FEE_SOURCES", "1000000"))
PAYERS = 10_000
FIRST = 800_000_000  # of invented credit codes
LOST_EVERY = 1_000  # rows nobody on the register answers to
AMOUNT = Decimal("6720.00")
COLUMNS = ("number", "payer_code", "payer", "levy", "base", "amount", "basis", "issued", "due")


def measure(_address: str) -> list[Figure]:
    """Sources per second from the rows of a call to posted charges, against raw COPY; one pass of reconciliation."""
    user = User.objects.get(username="water")
    office = Office.objects.get(code="water")
    roles = frozenset(Membership.objects.filter(user=user, office=office).values_list("role", flat=True))
    actor = Actor(user=user, office=office, roles=roles, channel="api")
    payers = _payers()
    size = min(SOURCES, intake.MOST_ROWS)
    raw = taken = 0.0
    deliveries = []
    for first in range(0, SOURCES, size):
        rows = [_row(number, payers[number % len(payers)]) for number in range(first, min(first + size, SOURCES))]
        raw += _timed(lambda rows=rows: _copy(rows))
        started = time.perf_counter()
        delivery = intake.deliver(
            rows,
            control_count=len(rows),
            control_total=AMOUNT * len(rows),
            actor=actor,
            idempotency_key=f"bench-{reference()}",
        )
        intake.take_in(delivery.pk)
        taken += time.perf_counter() - started
        deliveries.append(delivery.pk)
    sources = FeeSource.objects.filter(delivery__in=deliveries)
    unmatched = sources.filter(state=FeeSource.State.UNMATCHED).count()
    charged = Charge.objects.filter(pk__in=sources.values("charge"), amount=AMOUNT).count()
    refused = FeeDelivery.objects.filter(pk__in=deliveries).exclude(state=FeeDelivery.State.TAKEN).count()
    started = time.perf_counter()
    days = reconciliation.days(office)
    seconds = time.perf_counter() - started
    lost = SOURCES - charged - unmatched
    differing = sum(not day.accounted for day in days)
    return [
        Figure(what=f"{SOURCES:,} fee sources, raw COPY of the same rows", value=SOURCES / raw, unit="rows/s"),
        Figure(what="sources from call to posted charge", value=SOURCES / taken, unit="rows/s"),
        Figure(what="time over that of raw COPY", value=taken / raw, unit="times", at_most=4),
        Figure(what="sources without charge that have a payer", value=lost, unit="sources", at_most=0),
        Figure(what="sources in the work queue", value=unmatched, unit="sources"),
        Figure(what="deliveries refused", value=refused, unit="deliveries", at_most=0),
        Figure(what="reconciliation of all sources, one pass", value=seconds, unit="s"),
        Figure(what="most memory of the process that takes them in", value=most_memory(), unit="MB"),
        Figure(what="days whose figures do not add up", value=differing, unit="days", at_most=0),
    ]


def _timed(work) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _payers() -> list[Organisation]:
    office = Office.objects.get(code="tax-310101-1")
    parties = Party.objects.bulk_create(
        Party(kind=Party.Kind.ORGANISATION, name=f"费源压力测试{number:06d}有限公司", office=office)
        for number in range(PAYERS)
    )
    bodies = [f"91310000{number:09d}" for number in range(FIRST, FIRST + PAYERS)]
    return Organisation.objects.bulk_create(
        [
            Organisation(party=party, uscc=body + uscc.calc_check_digit(body))
            for party, body in zip(parties, bodies, strict=True)
        ],
        batch_size=2_000,
    )


def _row(number: int, payer: Organisation) -> dict[str, Any]:
    lost = number % LOST_EVERY == 0
    return {
        "number": f"BENCH-{FIRST}-{number:07d}",
        "payer_code": "" if lost else payer.uscc,
        "payer": "上海查无此户有限公司" if lost else payer.party.name,
        "levy": "soil-conservation",
        "base": "征占土地 4,800 平方米",
        "amount": str(AMOUNT),
        "basis": f"沪水务许〔2026〕{number}号",
        "issued": clock.today().isoformat(),
        "due": f"{clock.today().year + 1}-03-31",
    }


def _copy(rows: list[dict[str, Any]]) -> None:
    """The same rows into a plain table of the same columns with a key, committed."""
    lines = io.StringIO()
    for row in rows:
        lines.write("\t".join(copying.cell(row[name]) for name in COLUMNS) + "\n")
    lines.seek(0)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE IF NOT EXISTS bench_fees (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
            " number varchar(40), payer_code varchar(18), payer varchar(120), levy varchar(60), base varchar(120),"
            " amount numeric(18,2), basis varchar(120), issued date, due date)"
        )
        cursor.copy_expert(f"COPY bench_fees ({', '.join(COLUMNS)}) FROM STDIN", lines)
