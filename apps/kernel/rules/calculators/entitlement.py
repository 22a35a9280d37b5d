"""Compares what a payer is entitled to with what was declared (应享未享、违规享受双向监测, Art 13).

A policy is checked by the predicate of its version in force; a :class:`Check` only says how the inputs make a profile
and what the relief is worth. Another policy is another row of ``CHECKS``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.kernel.rules import predicates, versions
from apps.kernel.rules.calculators.base import Amounts, Calculator, Given
from apps.kernel.rules.calculators.surcharges import LOCATION, NOTHING, surcharges_on
from apps.kernel.rules.calculators.vat import TAXPAYER_TYPE
from apps.kernel.rules.inputs import Choice, Flag, InvalidInputs, Money, MonthOrQuarter, Number, Text
from apps.kernel.rules.models import PolicyVersion
from apps.kernel.rules.worksheet import Law, Worksheet, yuan


@dataclass(frozen=True)
class Check:
    """How one policy is checked: its code, the profile behind the inputs, and the worth of the relief.

    ``asked`` names the input behind each profile field, to say which one is missing.
    """

    policy: str
    label: Text
    asked: dict[str, str]
    profile: Callable[[Given], dict[str, Any]]
    relief: Callable[[Given, Law, Worksheet], Decimal]


def _six_taxes_profile(given: Given) -> dict[str, Any]:
    return {
        "vat_kind": "small" if given["taxpayer_type"] == "small_scale" else "general",
        "subject_kind": given["subject_kind"],
        "restricted_industry": given["restricted_industry"],
        "taxable_income": _in_fen(given["taxable"]),
        "headcount_qavg": given["headcount"],
        "assets_qavg": _in_fen(given["assets"]),
    }


def _six_taxes_relief(given: Given, law: Law, sheet: Worksheet) -> Decimal:
    return surcharges_on(given["vat"], given["location"], law, sheet, halved=True).reduction


_SIX_TAXES = Check(
    policy="SIX-TAX-TWO-FEE",
    label=gettext_lazy("六税两费减半"),
    asked={"taxable_income": "taxable", "headcount_qavg": "headcount", "assets_qavg": "assets"},
    profile=_six_taxes_profile,
    relief=_six_taxes_relief,
)
CHECKS = {"SIX-TAXES-HALF": _SIX_TAXES, "SIX-TAX-TWO-FEE": _SIX_TAXES}


def _compute(given: Given, law: Law, sheet: Worksheet) -> Amounts:
    check = CHECKS[given["policy"]]
    policy = versions.in_force(law.on).get(check.policy)
    if policy is None:
        raise InvalidInputs({"period": _("该政策在这一所属期没有有效的版本，请另选所属期。")})
    entitled = _entitled(check, policy, given, sheet)
    declared = given["declared_reduction"]
    relief = check.relief(given, law, sheet) if entitled else NOTHING
    status, gap, label = _compared(relief, declared, entitled=entitled)
    sheet.line(label, f"|{yuan(relief)} − {yuan(declared)}|", gap)
    return {"entitled": entitled, "relief": relief, "status": status, "gap": gap}


def _entitled(check: Check, policy: PolicyVersion, given: Given, sheet: Worksheet) -> bool:
    verdict = predicates.evaluate(policy.condition_tree, check.profile(given))
    for step in verdict.trace:
        outcome = {True: _("符合"), False: _("不符合"), None: _("未知")}[step.met]
        sheet.note(outcome, f"{step.clause.field} {step.clause.operator} {step.clause.value}", policy.source)
    if verdict.met is None:
        missing = {check.asked[name] for name in verdict.unknown if name in check.asked}
        raise InvalidInputs({name: _("请填写此项，否则无法判断是否符合条件。") for name in sorted(missing)})
    return verdict.met


def _compared(relief: Decimal, declared: Decimal, *, entitled: bool) -> tuple[str, Decimal, str]:
    """Status, amount at stake and wording. More declared than the relief is worth counts as not entitled to."""
    if declared > relief:
        return "enjoyed_not_entitled", declared - relief, _("违规享受：多享受的金额")
    if declared < relief:
        return "entitled_not_enjoyed", relief - declared, _("应享未享：少享受的金额")
    if entitled:
        return "consistent", NOTHING, _("应享已享")
    return "not_entitled", NOTHING, _("不符合条件，未享受")


def _in_fen(amount: Decimal | None) -> int | None:
    return None if amount is None else int(amount * 100)


ENTITLEMENT_CHECK = Calculator(
    kind="entitlement-check",
    title=gettext_lazy("优惠应享尽享检查"),
    dated_by="period",
    fields=(
        Choice(
            name="policy",
            label=gettext_lazy("政策"),
            choices=tuple((code, check.label) for code, check in CHECKS.items()),
        ),
        MonthOrQuarter(name="period", label=gettext_lazy("所属期")),
        TAXPAYER_TYPE,
        Number(name="headcount", label=gettext_lazy("从业人数（季度平均）"), required=False),
        Money(name="assets", label=gettext_lazy("资产总额（季度平均，元）"), required=False),
        Money(name="taxable", label=gettext_lazy("应纳税所得额"), required=False),
        Money(name="vat", label=gettext_lazy("实际缴纳的增值税")),
        Money(name="declared_reduction", label=gettext_lazy("已申报的减免额")),
        Choice(
            name="subject_kind",
            label=gettext_lazy("组织形式"),
            choices=(("enterprise", gettext_lazy("企业")), ("individual_business", gettext_lazy("个体工商户"))),
            required=False,
            default="enterprise",
        ),
        Choice(name="location", label=LOCATION.label, choices=LOCATION.choices, required=False, default="urban"),
        Flag(name="restricted_industry", label=gettext_lazy("从事国家限制或者禁止行业")),
    ),
    compute=_compute,
    outputs={"entitled": "flag", "relief": "money", "status": "text", "gap": "money"},
)
