"""What the law allows towards accounts, as data: one row a power, for taxes and for social insurance alike (Art 29).

Social insurance runs through the same tables and procedures as taxes; what differs - who decides, which levies,
what must come before - is in the row.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.kernel.ledger.models import Levy
from apps.kernel.parties.models import Office, Party


class Measure(models.TextChoices):
    """What the bank is asked for."""

    ENQUIRY = "enquiry", _("查询账户")
    FREEZE = "freeze", _("冻结存款")
    DEDUCT = "deduct", _("扣缴存款")


class Level(StrEnum):
    """Who must approve."""

    COUNTY = "county"  # the head of a district bureau or above (县以上税务局局长)
    MUNICIPAL = "municipal"  # the head of the city's bureau (设区的市以上税务局局长)
    DEPARTMENT = "department"  # the administrative department for social insurance (有关行政部门)


class Regime(models.TextChoices):
    """Under which law money is owed."""

    TAX = "tax", _("税费")
    INSURANCE = "insurance", _("社会保险费")


LEVIES: dict[str, frozenset[str]] = {
    Regime.TAX: frozenset({Levy.Kind.TAX, Levy.Kind.FEE}),
    Regime.INSURANCE: frozenset({Levy.Kind.INSURANCE}),
}
# The department that decides on deductions of social insurance contributions (社会保险法 Art 63).
DECIDING_DEPARTMENT = "hrss"


@dataclass(frozen=True)
class Ground:
    """One power over accounts.

    ``order`` says what order to pay must stand: none, one that is running or over, or one that has expired.
    ``late_fee`` tells whether the late fee is taken with the principal. ``secured`` asks for signs of transfer and
    for security that was demanded in vain. ``frozen`` takes the money from an account frozen before.
    """

    code: str
    measure: str
    title: Promise
    clause: str
    level: Level = Level.COUNTY
    regime: str = Regime.TAX
    kinds: frozenset[str] = frozenset({Party.Kind.PERSON, Party.Kind.ORGANISATION})
    order: str = ""
    late_fee: bool = False
    signs: bool = False
    secured: bool = False
    frozen: bool = False
    matter: bool = False


ISSUED, EXPIRED = "issued", "expired"
_APPEAL = _(
    "不服这项措施的，可以自知道之日起六十日内向上一级机关申请行政复议，或者自知道之日起六个月内向人民法院起诉；"
    "缴清款项后，措施立即解除。"
)

GROUNDS: dict[str, Ground] = {
    ground.code: ground
    for ground in (
        Ground(
            "accounts",
            Measure.ENQUIRY,
            _("查询从事生产、经营的纳税人的存款账户"),
            "《税收征收管理法》第十七条、第五十四条第六项；实施细则第八十七条",
            kinds=frozenset({Party.Kind.ORGANISATION}),
        ),
        Ground(
            "savings",
            Measure.ENQUIRY,
            _("查询税收违法案件涉嫌人员的储蓄存款"),
            "《税收征收管理法》第五十四条第六项；实施细则第八十七条",
            level=Level.MUNICIPAL,
            kinds=frozenset({Party.Kind.PERSON}),
            matter=True,
        ),
        Ground(
            "insurance-accounts",
            Measure.ENQUIRY,
            _("查询逾期未缴社会保险费的用人单位的存款账户"),
            "《社会保险法》第六十三条第二款",
            regime=Regime.INSURANCE,
            kinds=frozenset({Party.Kind.ORGANISATION}),
            order=EXPIRED,
        ),
        Ground(
            "before-due",
            Measure.FREEZE,
            _("责令限期缴纳期间有转移、隐匿迹象又不能提供担保"),
            "《税收征收管理法》第三十八条第一款",
            order=ISSUED,
            signs=True,
            secured=True,
        ),
        Ground(
            "inspection",
            Measure.FREEZE,
            _("税务检查中发现以前纳税期有逃避纳税行为并有转移、隐匿迹象"),
            "《税收征收管理法》第五十五条；实施细则第八十八条",
            signs=True,
        ),
        Ground(
            "overdue",
            Measure.DEDUCT,
            _("责令限期缴纳，逾期仍未缴纳"),
            "《税收征收管理法》第四十条",
            order=EXPIRED,
            late_fee=True,
        ),
        Ground(
            "frozen",
            Measure.DEDUCT,
            _("限期期满仍未缴纳，从冻结的存款中扣缴"),
            "《税收征收管理法》第三十八条第二款",
            order=EXPIRED,
            frozen=True,
        ),
        Ground(
            "insurance-deduct",
            Measure.DEDUCT,
            _("用人单位逾期未缴足社会保险费，划拨社会保险费"),
            "《社会保险法》第六十三条第二款",
            level=Level.DEPARTMENT,
            regime=Regime.INSURANCE,
            kinds=frozenset({Party.Kind.ORGANISATION}),
            order=EXPIRED,
        ),
    )
}


def choices(measure: str = "") -> list[tuple[str, Promise]]:
    """The powers of a measure, or all, as choices."""
    return [(each.code, each.title) for each in GROUNDS.values() if not measure or each.measure == measure]


def appeal() -> str:
    """How the person concerned may appeal (税收征收管理法 Art 88, second paragraph)."""
    return str(_APPEAL)


def decider(ground: Ground, office: Office) -> Office | None:
    """The office whose head must approve, going up from the one that asks; None when there is none."""
    if ground.level == Level.DEPARTMENT:
        return Office.objects.filter(code=DECIDING_DEPARTMENT, active=True).first()
    enough = {Office.Kind.TAX_CITY} | ({Office.Kind.TAX_DISTRICT} if ground.level == Level.COUNTY else set())
    above: Office | None = office
    while above is not None and above.kind not in enough:
        above = above.parent
    return above
