"""The due day: 500 returns submitted at once, every request sent twice; none may be lost and none charged twice."""

import datetime as dt
import urllib.parse
from decimal import Decimal

from django.urls import reverse

from apps.kernel.audit.models import Event
from apps.kernel.casework.models import Case
from apps.kernel.ledger.models import Charge
from apps.kernel.parties.acting import taxpayer_actor
from apps.kernel.parties.ids import reference
from apps.kernel.parties.models import Mandate, Organisation, Party, User
from apps.services.filing import drafts, periods
from apps.services.filing.models import Return
from bench import load, people
from bench.figures import Figure

RETURNS = 500
CLIENTS = 16
SALES = Decimal("1000.00")
LEVIES = 4  # VAT and its three surcharges


def measure(address: str) -> list[Figure]:
    """Returns accepted and charged per second through the whole web stack, and what went missing or twice."""
    user = User.objects.get(username="enterprise")
    cases = [_ready(user, party) for party in _payers(user)]
    signed_in = {**people.headers("enterprise"), "Content-Type": "application/x-www-form-urlencoded"}
    pages = [(reverse("filing:check", args=[case.applicant.ref, case.number]), reference(16)) for case in cases]

    def submit(index: int) -> load.Request:
        page, key = pages[index // 2]  # the second is the impatient second click
        return load.Request("POST", page, signed_in, urllib.parse.urlencode({"key": key}))

    storm = load.run(address, submit, requests=2 * RETURNS, clients=CLIENTS, ok=302)
    numbers = [case.number for case in cases]
    filed = Return.objects.filter(case__number__in=numbers, standing=Return.Standing.IN_FORCE).count()
    charges = Charge.objects.filter(about__in=[case.about for case in cases])
    wrong_charges = abs(charges.count() - LEVIES * RETURNS)
    submitted = Event.objects.filter(stream__in=[case.about for case in cases], action="submit").count()
    return [
        Figure(what="requests, each submission sent twice", value=storm.per_second, unit="requests/s"),
        Figure(what="returns accepted and charged", value=storm.per_second / 2, unit="returns/s"),
        Figure(what=f"95th percentile latency, {CLIENTS} clients", value=storm.p95_ms, unit="ms"),
        Figure(what="requests failed", value=storm.failures, unit="requests", at_most=0),
        Figure(what="returns lost", value=RETURNS - filed, unit="returns", at_most=0),
        Figure(what="submissions doubled", value=submitted - RETURNS, unit="returns", at_most=0),
        Figure(what="charges lost or doubled", value=wrong_charges, unit="charges", at_most=0),
    ]


def _payers(user: User) -> list[Party]:
    """General taxpayers that one person files for."""
    agent, own = user.own_party, Party.objects.filter(organisation__uscc__isnull=False).first()
    parties = Party.objects.bulk_create(
        Party(
            kind=Party.Kind.ORGANISATION,
            name=f"申报压力测试{number:03d}有限公司",
            office=own.office,
            district=own.district,
            registered_on=dt.date(2020, 1, 1),
        )
        for number in range(RETURNS)
    )
    Organisation.objects.bulk_create(
        Organisation(party=party, uscc=f"91BENCH{number:011d}", vat_kind=Organisation.VatKind.GENERAL)
        for number, party in enumerate(parties)
    )
    Mandate.objects.bulk_create(
        Mandate(principal=party, agent=agent, kind=Mandate.Kind.FILER, state=Mandate.State.ACTIVE) for party in parties
    )
    return parties


def _ready(user: User, party: Party) -> Case:
    """A draft of the first period filed here, with sales of its own, ready to be submitted."""
    actor = taxpayer_actor(user, party.ref)
    case = drafts.begin(actor, "vat", f"{periods.FIRST_MONTH:%Y-%m}")
    drafts.declare(case, actor, "sales-13", SALES * 200, "未开票收入")
    drafts.confirm(case, actor)
    return case
