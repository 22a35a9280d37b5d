"""Factories of delegated collection: a collector with an agreement as far as a scenario needs it, what it collects."""

import datetime as dt
import itertools
from decimal import Decimal

from apps.collaboration.delegated import collectors, intake, procedure
from apps.collaboration.delegated.models import CollectionBatch, DelegatedAgreement, GridCollector
from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Party, Role
from apps.kernel.workcalendar import clock
from tests import factories

_numbers = itertools.count(1)
AREA = "七浦路服装市场"
MET = dict.fromkeys(("lawful_body", "premises", "staff", "accounting", "no_breach"), True)
TEXT = {"remit_days": 5, "fee_percent": Decimal(3), "largest": Decimal("20000.00"), "works_as": None}


class Side:
    """Everybody an agreement needs: the collector's legal representative, a clerk and a chief of its office."""

    def __init__(self, name: str = "上海七浦市场经营管理有限公司") -> None:
        self.office = factories.tax_office()
        self.collector = factories.company(name, office=self.office)
        self.owner = factories.representative(self.collector, name="许国强")
        self.clerk = factories.staff(self.office, Role.CLERK)
        self.chief = factories.staff(self.office, Role.CHIEF, name="方志远")


def applied(side: Side, **changed) -> Case:
    """An application that waits for examination."""
    today = clock.today()
    detail = {
        "kind": "market",
        "levies": ["vat", "iit", "stamp"],
        "area": AREA,
        "payers": "市场内的固定摊位",
        "begins": today - dt.timedelta(days=60),
        "ends": today + dt.timedelta(days=600),
        "premises": "七浦路 183 号 2 楼",
        "staff_count": 4,
        **changed,
    }
    return cases.open_submitted(procedure.AGREEMENT, side.owner, detail, idempotency_key=f"delegated-{next(_numbers)}")


def approved(side: Side, *, text: dict | None = None, **changed) -> Case:
    """An agreement that waits for the collector's signature."""
    case = applied(side, **changed)
    cases.perform(case, "qualify", side.clerk, **MET)
    cases.perform(case, "draft", side.clerk, **{**TEXT, **(text or {})})
    return cases.perform(case, "approve", side.chief)


def in_force(side: Side, *, text: dict | None = None, **changed) -> DelegatedAgreement:
    """A live agreement."""
    case = approved(side, text=text, **changed)
    cases.perform(case, "sign", side.owner)
    cases.perform(case, "countersign", side.chief)
    return DelegatedAgreement.objects.select_related("case__applicant", "case__office").get(case=case)


def grid(agreement: DelegatedAgreement, side: Side, certificate: str = "代证-001", username: str = "") -> GridCollector:
    """Somebody who collects."""
    return collectors.name(agreement, name="杜春燕", certificate=certificate, username=username, actor=side.owner)


def row(party: Party | None = None, amount: str = "120.00", **changed) -> dict[str, str]:
    """A collection as a collector writes it; of nobody on the register without a party."""
    return {
        "receipt_number": f"R{next(_numbers):06d}",
        "payer_code": party.organisation.uscc if party else "",
        "payer_name": party.name if party else "王阿婆",
        "levy": "vat",
        "period": f"{clock.today():%Y-%m}",
        "amount": amount,
        "collected_on": clock.today().isoformat(),
        "place": f"{AREA}一楼 A-12",
        **changed,
    }


def delivered(agreement: DelegatedAgreement, actor: Actor, *rows: dict[str, str], **changed) -> CollectionBatch:
    """A batch whose totals are right unless said otherwise."""
    if "control_total" not in changed:
        changed["control_total"] = sum((Decimal(each["amount"]) for each in rows), Decimal(0))
    changed.setdefault("idempotency_key", f"batch-{next(_numbers):05d}")
    return intake.deliver(agreement, list(rows), actor=actor, **{"control_count": len(rows), **changed})


def street() -> Office:
    """A street office that collects through its grid workers."""
    return factories.department("外滩街道", Office.Kind.STREET)
