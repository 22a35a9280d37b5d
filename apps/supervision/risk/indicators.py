"""The risk indicators and the rules a run works by: what is asked, from which threshold on, with what weight (Art 32).

What an indicator asks stands in the dated file of the law; weights, thresholds and levels are dated rules that two
people change. A run keeps the rules it began with.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

import yaml
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.kernel.facts import catalogue
from apps.kernel.rules import formulas, parameters, predicates, versions
from apps.kernel.rules.formulas import Formula
from apps.kernel.rules.loading import LAW
from apps.kernel.rules.models import Parameter, PolicyVersion
from apps.supervision.risk.models import Level

PREFIX = "risk."
PEER = "peer_"
# Names a formula may use beside facts, thresholds and figures of the trade.
AGE, MONTH, IRREGULAR, MISSED = "days_since_registration", "month", "relief_irregular", "relief_missed"
_TEN = Decimal(10)
# What names beside facts are called where people read a formula.
LABELS = {
    AGE: _("登记天数"),
    MONTH: _("扫描月份"),
    IRREGULAR: _("已享受而不符合条件的优惠"),
    MISSED: _("符合条件而未享受的优惠"),
    "peer_vat_burden_mean": _("同行业税负率均值"),
    "peer_vat_burden_sd": _("同行业税负率标准差"),
    "peer_cit_burden_low": _("同行业所得税贡献率第10百分位"),
    "peer_gross_margin_mean": _("同行业毛利率均值"),
    "peer_power_mean": _("同行业单位收入用电量均值"),
    "peer_power_sd": _("同行业单位收入用电量标准差"),
    "z": _("标准分"),
    "min_sales": _("最低销售额（元）"),
    "drop": _("降幅"),
    "e_lt": _("弹性系数下限"),
    "gt": _("上限"),
    "months": _("月数"),
    "min_lines": _("最少行数"),
    "mid": _("关注比例"),
    "high": _("严重比例"),
    "n": _("最少份数"),
    "amount": _("金额（元）"),
    "years": _("年数"),
    "lt": _("下限"),
    "ratio": _("比例"),
    "days": _("天数"),
    "abs_gt": _("偏离幅度"),
    "persons": _("人数差"),
    "headcount": _("在职职工人数"),
    "disabled_bp": _("残疾职工比例（万分之一）"),
    "due_month": _("申报截止月份"),
    "ge": _("户数"),
    "fx_gap": _("未收汇比例"),
}


@dataclass(frozen=True)
class Indicator:
    """One indicator: whom it concerns, when it hits, when gravely, and the figure that shows it."""

    number: int
    code: str
    name_zh: str
    name_en: str
    category: str
    formula: str
    applies: Formula
    hit: Formula
    severe: Formula | None
    measure: Formula | None
    unit: str
    thresholds: tuple[str, ...]
    basis: str
    note: str
    confidence: str

    @property
    def name(self) -> str:
        """What the indicator is called in the reader's language."""
        return self.name_en if (get_language() or "").startswith("en") else self.name_zh

    @property
    def names(self) -> tuple[str, ...]:
        """Every name its formulas ask for."""
        parts = [part for part in (self.applies, self.hit, self.severe, self.measure) if part is not None]
        return tuple(dict.fromkeys(name for part in parts for name in part.names))

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts it is decided by."""
        used = tuple(name for name in self.names if name in catalogue.entries())
        return (*used, "registration_date") if AGE in self.names else used

    def parameter(self, name: str) -> str:
        """The code of the dated rule behind a threshold, or behind ``weight``."""
        return f"{PREFIX}{self.code.lower()}.{name.replace('_', '-')}"


@cache
def indicators() -> dict[int, Indicator]:
    """Every indicator by number. The file belongs to the code, so reading it once a process is right."""
    entries: list[dict[str, Any]] = yaml.safe_load((LAW / "risk_indicators.yaml").read_text(encoding="utf-8"))
    found = (_indicator(entry) for entry in entries)
    return {each.number: each for each in found}


def _indicator(entry: dict[str, Any]) -> Indicator:
    return Indicator(
        number=int(entry["code"][1:]),
        code=entry["code"],
        name_zh=entry["name"],
        name_en=entry["name_en"],
        category=entry["category"],
        formula=entry["formula"],
        applies=formulas.parse(entry["applies"]),
        hit=formulas.parse(entry["hit"]),
        severe=formulas.parse(entry["severe"]) if "severe" in entry else None,
        measure=formulas.parse(entry["measure"], divides=True) if "measure" in entry else None,
        unit=entry["unit"],
        thresholds=tuple(entry["thresholds"]),
        basis=entry["basis"],
        note=entry["note"],
        confidence=entry["confidence"],
    )


@dataclass(frozen=True)
class Rules:
    """What a run works by: weights, thresholds, how weights become a score, and the levels."""

    on: dt.date
    share: Decimal
    half: Decimal
    least: int
    levels: dict[str, Decimal]
    weights: dict[int, Decimal]
    thresholds: dict[int, dict[str, Decimal]]
    policies: tuple[int, ...]  # keys of the policy versions that reliefs are checked against

    def left(self, number: int, *, severe: bool) -> Decimal:
        """What a hit leaves of the part of the score that no hit has taken yet."""
        indicator = indicators()[number]
        part = Decimal(1) if severe or indicator.severe is None else self.half
        return 1 - self.weights[number] / _TEN * self.share * part

    def level_of(self, score: Decimal) -> Level:
        """What a score calls for."""
        for level in (Level.AUDIT, Level.ASSESSMENT, Level.REMINDER):
            if score >= self.levels[level]:
                return level
        return Level.NONE

    def written(self) -> dict[str, Any]:
        """The rules as a run keeps them."""
        return {
            "on": self.on.isoformat(),
            "share": str(self.share),
            "half": str(self.half),
            "least": self.least,
            "levels": {level: str(score) for level, score in self.levels.items()},
            "weights": {str(number): str(weight) for number, weight in self.weights.items()},
            "thresholds": {
                str(number): {name: str(value) for name, value in values.items()}
                for number, values in self.thresholds.items()
            },
            "policies": list(self.policies),
        }


def in_force(on: dt.date) -> Rules:
    """The rules of a day, in two queries.

    :raises UnknownLaw: naming a rule that has no row.
    """
    rows = {row.code: row for row in parameters.rows(on).filter(code__startswith=PREFIX)}
    reliable = [version.pk for version in versions.in_force(on).values() if version.reliable]
    return Rules(
        on=on,
        share=_number(rows, "risk.score.share", on),
        half=_number(rows, "risk.score.half", on),
        least=int(_number(rows, "risk.peers.least", on)),
        levels={
            level: _number(rows, f"risk.level.{level}", on) for level in (Level.REMINDER, Level.ASSESSMENT, Level.AUDIT)
        },
        weights={number: _number(rows, each.parameter("weight"), on) for number, each in indicators().items()},
        thresholds={
            number: {name: _number(rows, each.parameter(name), on) for name in each.thresholds}
            for number, each in indicators().items()
        },
        policies=tuple(sorted(reliable)),
    )


def read(written: dict[str, Any]) -> Rules:
    """The rules a run kept."""
    return Rules(
        on=dt.date.fromisoformat(written["on"]),
        share=Decimal(written["share"]),
        half=Decimal(written["half"]),
        least=written["least"],
        levels={level: Decimal(score) for level, score in written["levels"].items()},
        weights={int(number): Decimal(weight) for number, weight in written["weights"].items()},
        thresholds={
            int(number): {name: Decimal(value) for name, value in values.items()}
            for number, values in written["thresholds"].items()
        },
        policies=tuple(written["policies"]),
    )


def _number(rows: dict[str, Parameter], code: str, on: dt.date) -> Decimal:
    if code not in rows:
        raise parameters.UnknownLaw(code, on)
    return rows[code].number


def reliefs(rules: Rules) -> list[tuple[str, predicates.Node]]:
    """The fact that tells a relief is taken, and the condition for it, of each policy the rules check."""
    found = PolicyVersion.objects.filter(pk__in=rules.policies).select_related("policy").order_by("pk")
    return [(each.policy.enjoyed_field, each.condition_tree) for each in found if each.policy.enjoyed_field]
