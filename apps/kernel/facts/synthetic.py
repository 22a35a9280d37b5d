"""Invented taxpayers for demonstrations and measurements: plausible, skewed, the same for the same seed.

Values cluster at the thresholds where rules change their mind, and many are not known, because that is
where mistakes show. Nobody here exists.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from math import exp
from random import Random
from typing import Any

from stdnum.cn import ric, uscc

from apps.kernel.facts import subjects
from apps.kernel.facts.subjects import CreditRating, Form, LevyMethod, SubjectKind, VatKind, VatPeriod
from apps.kernel.parties.ids import ALPHABET

AS_OF = dt.date(2026, 9, 30)

# District and how many of a hundred payers are there; they add up to a hundred.
DISTRICTS = {
    "310101": 4,
    "310104": 6,
    "310105": 4,
    "310106": 6,
    "310107": 5,
    "310109": 4,
    "310110": 5,
    "310112": 10,
    "310113": 8,
    "310114": 8,
    "310115": 22,
    "310116": 4,
    "310117": 6,
    "310118": 4,
    "310120": 3,
    "310151": 1,
}
# Trade: code, word in a company's name, weight.
TRADES = (
    ("F5191", "贸易", 18),
    ("I6513", "信息科技", 12),
    ("L7212", "企业管理咨询", 12),
    ("H6210", "餐饮管理", 9),
    ("G5431", "物流", 8),
    ("C3484", "机械设备", 8),
    ("E5010", "建筑装饰", 8),
    ("F5211", "百货", 7),
    ("M7320", "生物医药科技", 5),
    ("K7040", "物业管理", 4),
    ("C3973", "集成电路", 3),
    ("O8010", "家政服务", 3),
    ("P8391", "文化培训", 2),
    ("A0141", "生态农业", 1),
)
_WORDS = "安宝昌辰达恩丰光海恒华嘉锦康朗黎鸣宁鹏启荣瑞盛泰同万祥兴雅益永源泽臻正智中"
_FAMILY = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余"
_GIVEN = "安博晨丹恩芳光涵浩和虹华佳建洁静娟凯兰磊丽琳玲敏明宁鹏平倩强瑞珊诗涛婷文晓欣雅阳怡永宇悦"


@dataclass(frozen=True)
class Sort:
    """A sort of payer: how common, how large (the median in fen is e to the power of ``size``)."""

    name: str
    subject: str
    form: str
    vat: str
    share: int  # of a hundred
    size: float
    spread: float

    @property
    def is_person(self) -> bool:
        return self.subject == SubjectKind.NATURAL

    @property
    def keeps_books(self) -> bool:
        return self.subject == SubjectKind.ENTERPRISE


SORTS = (
    Sort("person", SubjectKind.NATURAL, Form.PERSON, VatKind.NONE, 55, 16.2, 0.7),
    Sort("stall", SubjectKind.INDIVIDUAL_BUSINESS, Form.INDIVIDUAL_BUSINESS, VatKind.SMALL, 16, 16.5, 1.2),
    Sort("small", SubjectKind.ENTERPRISE, Form.ENTERPRISE, VatKind.SMALL, 21, 18.2, 1.6),
    Sort("general", SubjectKind.ENTERPRISE, Form.ENTERPRISE, VatKind.GENERAL, 8, 20.9, 1.8),
)

# Values at which rules change their mind. One value in forty lands on one, or one step beside it.
_TURNING = {
    "sales_month": 10_000_000,
    "sales_quarter": 30_000_000,
    "taxable_income": 300_000_000,
    "assets_qavg": 5_000_000_000,
    "headcount_qavg": 300,
    "employees_avg": 30,
    "disabled_ratio_bp": 150,
    "disabled_employees": 10,
    "equipment_purchase_max_unit": 500_000_000,
    "comprehensive_income": 12_000_000,
    "settlement_due": 40_000,
    "serious_illness_self_paid": 1_500_000,
    "cult_fee_sales_month": 2_000_000,
    "software_vat_burden_bp": 300,
    "house_sale_hold_months": 24,
    "mortgage_months": 240,
    "seed_invest_months": 24,
    "key_group_contract_months": 12,
    "veteran_contract_months": 12,
    "operating_income": 1,
    "rd_expense": 1,
}
_ON_THE_TURN = 0.025
_UNKNOWN = 0.12

Values = dict[str, Any]


def reference(number: int) -> str:
    """The public reference of the ``number``-th invented payer: scattered, never twice the same."""
    scattered = (number * 0x5DEECE66D + 0xB) % 2**40
    return "zz" + "".join(ALPHABET[(scattered >> (5 * place)) % 32] for place in range(8))


def name(rng: Random, sort: Sort, trade: str = "") -> str:
    """A name: a person's, or a firm's as on its licence."""
    if sort.is_person:
        return rng.choice(_FAMILY) + "".join(rng.choices(_GIVEN, k=rng.choice((1, 2, 2))))
    trade = trade or rng.choice(TRADES)[1]
    words = "".join(rng.choices(_WORDS, k=3))
    return f"上海{words}{trade}有限公司" if sort.keeps_books else f"上海{words}{trade}店"


def credit_code(number: int, district: str, *, stall: bool) -> str:
    """A valid unified social credit code nobody has."""
    body = f"{'92' if stall else '91'}{district}7{number:08d}"
    return body + uscc.calc_check_digit(body)


def identity_number(number: int, district: str, born: dt.date) -> str:
    """A valid resident identity number; two people of one district and day differ by ``number``."""
    body = f"{district}{born:%Y%m%d}{number % 1000:03d}"
    return body + ric.calc_check_digit(f"{body}?")


def values(rng: Random, sort: Sort, subject: type) -> Values:
    """What is known of one payer on one subject; a column left out is not known."""
    found = _MAKERS[subject](rng, sort)
    for name, turn in _TURNING.items():
        if name in found and rng.random() < _ON_THE_TURN:
            found[name] = turn + rng.choice((-1, 0, 0, 1))
    return {
        name: value
        for name, value in found.items()
        if value is not None and (name in _ALWAYS_KNOWN or rng.random() >= _UNKNOWN)
    }


_ALWAYS_KNOWN = {"district", "form", "subject_kind", "vat_kind", "registration_date", "industry_code"}


def _yearly(rng: Random, sort: Sort) -> int:
    """A year's turnover or income in fen: few are large, one in twelve is nothing."""
    return 0 if rng.random() < 1 / 12 else int(exp(rng.gauss(sort.size, sort.spread)))


def _part(rng: Random, whole: int, low: float, high: float) -> int:
    return int(whole * rng.uniform(low, high))


def _seldom(rng: Random, chance: float, value: Any, otherwise: Any = None) -> Any:
    return value if rng.random() < chance else otherwise


def _register(rng: Random, sort: Sort) -> Values:
    registered = AS_OF - dt.timedelta(days=int(rng.expovariate(1 / 2600)) % 16_000)
    district = rng.choices(list(DISTRICTS), weights=list(DISTRICTS.values()))[0]
    found: Values = {
        "district": district,
        "form": sort.form,
        "subject_kind": sort.subject,
        "registration_date": registered,
    }
    if sort.is_person:
        return found
    trade = rng.choices(TRADES, weights=[weight for _code, _word, weight in TRADES])[0]
    lingang = district == "310115" and rng.random() < 0.2
    return found | {
        "industry_code": trade[0],
        "years_since_established": Decimal(-(-(AS_OF - registered).days * 100 // 365)) / 100,
        "address_key": f"{district}-{int(rng.paretovariate(0.6)) % 100_000:05d}",
        "address_entities": min(int(rng.paretovariate(0.9)), 5000),
        "linked_abnormal_count": _seldom(rng, 0.03, rng.randint(1, 4), 0),
        "ftz_registered": district == "310115" and rng.random() < 0.4,
        "lingang_registered": lingang,
        "lingang_key_industry": lingang and rng.random() < 0.3,
        "credit_rating": rng.choices(CreditRating.values, weights=(20, 48, 22, 7, 3))[0],
    }


def _vat(rng: Random, sort: Sort) -> Values:
    if sort.is_person:
        return {"vat_kind": VatKind.NONE}
    year = _yearly(rng, sort)
    months = [_part(rng, year, 0.03, 0.14) for _ in range(4)]
    burdens: dict[str, float] = {VatKind.GENERAL: rng.uniform(0.0, 0.06), VatKind.SMALL: _seldom(rng, 0.5, 0.01, 0.0)}
    burden = burdens[sort.vat]
    vat = [int(sales * burden) for sales in months]
    found: Values = {
        "vat_kind": sort.vat,
        "vat_period": VatPeriod.MONTH if sort.vat == VatKind.GENERAL else VatPeriod.QUARTER,
        "sales_month": months[0],
        "sales_quarter": sum(months[:3]),
        "sales": months[0],
        "sales_prev": months[1],
        "vat": vat[0],
        "vat_prev": vat[1],
        "taxable_sales": months[0],
        "taxable_sales_m1": months[1],
        "taxable_sales_m2": months[2],
        "taxable_sales_m3": months[3],
        "taxable_sales_12m": year,
        "vat_paid": vat[0],
        "vat_paid_m1": vat[1],
        "vat_paid_m2": vat[2],
        "vat_paid_m3": vat[3],
        "vat_paid_12m": int(year * burden),
        "return_net": _part(rng, months[0], 0.97, 1.01),
        "vat_sales_y": _part(rng, year, 0.9, 1.1),
        "zero_return_months": _seldom(rng, 0.06, rng.randint(1, 14), 0),
        "used_fixed_asset_sales": _seldom(rng, 0.02, _part(rng, year, 0.001, 0.02), 0),
        "self_produced_agri_sales": _seldom(rng, 0.01, year, 0),
        "cult_fee_sales_month": _seldom(rng, 0.04, months[0], 0),
    }
    if sort.vat == VatKind.SMALL:
        return found | {"taxable_3pct_sales": months[0], "main_vat_rate_bp": 100}
    output = [int(sales * 0.13) for sales in months[:2]]
    return found | {
        "output_vat": output[0],
        "output_vat_prev": output[1],
        "input_vat": max(output[0] - vat[0], 0),
        "input_vat_prev": max(output[1] - vat[1], 0),
        "input_vat_12m": _part(rng, year, 0.05, 0.12),
        "ending_vat_credit": _seldom(rng, 0.25, _part(rng, year, 0.0, 0.05), 0),
        "main_vat_rate_bp": rng.choice((1300, 1300, 900, 600, 600)),
        "software_vat_burden_bp": _seldom(rng, 0.05, rng.randint(0, 1200)),
    }


def _invoicing(rng: Random, sort: Sort) -> Values:
    if sort.is_person:
        return {}
    year = _yearly(rng, sort)
    issued = int(rng.paretovariate(0.9))
    quarter = issued * 3
    return {
        "invoice_net": _part(rng, year, 0.05, 0.12),
        "output_12m": year,
        "input_12m": _part(rng, year, 0.3, 0.95) * (rng.random() >= 0.04),
        "invoice_sum": _part(rng, year, 0.1, 0.4),
        "invoices_issued_month": issued,
        "invoices_near_limit_month": _seldom(rng, 0.08, _part(rng, issued, 0.2, 1.0), 0),
        "invoice_limit": rng.choice((1_000_000, 10_000_000, 10_000_000, 100_000_000)),
        "invoices_issued_3m": quarter,
        "invoices_void_3m": _seldom(rng, 0.1, _part(rng, quarter, 0.0, 0.2), 0),
        "invoices_red_3m": _seldom(rng, 0.3, _part(rng, quarter, 0.0, 0.15), 0),
        "invoice_quota": 75_000_000,
        "invoice_quota_avg_3m": rng.choice((75_000_000, 75_000_000, 50_000_000, 10_000_000)),
        "device_taxpayers_30d": 1 + int(rng.paretovariate(1.5)) // 2,
        "abnormal_input_vat_12m": _seldom(rng, 0.01, _part(rng, year, 0.001, 0.05), 0),
        "class_similarity_bp": rng.randint(0, 10_000),
        "invoice_lines_12m": quarter * 4,
        "rental_invoice_12m": _seldom(rng, 0.05, _part(rng, year, 0.05, 0.5), 0),
        "export_sales_12m": _seldom(rng, 0.06, _part(rng, year, 0.1, 0.9)),
        "export_price_z_bp": _seldom(rng, 0.06, int(rng.gauss(0, 12_000))),
        "export_fx_gap": _seldom(rng, 0.06, _part(rng, year, 0.0, 0.3)),
    }


def _accounts(rng: Random, sort: Sort) -> Values:
    if sort.is_person:
        return {}
    year = _yearly(rng, sort)
    if not sort.keeps_books:
        return {
            "levy_method": LevyMethod.DEEMED,
            "operating_income": _part(rng, year, 0.03, 0.3),
            "revenue": year,
            "restricted_industry": False,
        }
    profit = _part(rng, year, -0.15, 0.2)
    assets = _part(rng, year, 0.4, 2.5)
    inventory = _part(rng, assets, 0.0, 0.4)
    return {
        "levy_method": _seldom(rng, 0.93, LevyMethod.BOOKS, LevyMethod.DEEMED),
        "taxable_income": profit,
        "assets_qavg": assets,
        "headcount_qavg": Decimal(min(int(rng.paretovariate(0.7) * 4), 90_000)) / 4,
        "revenue": year,
        "revenue_prev": _part(rng, year, 0.6, 1.3),
        "cogs": _part(rng, year, 0.5, 0.95),
        "cit_revenue_y": _part(rng, year, 0.85, 1.1),
        "cit_payable": max(0, profit // 20),
        "loss_years": _seldom(rng, 0.2, rng.randint(1, 6), 0),
        "unused_loss": _seldom(rng, 0.25, _part(rng, year, 0.0, 0.5), 0),
        "rd_expense": _seldom(rng, 0.12, _part(rng, year, 0.01, 0.2), 0),
        "rd_negative_industry": rng.random() < 0.1,
        "restricted_industry": rng.random() < 0.02,
        "equipment_purchase_max_unit": _seldom(rng, 0.3, _part(rng, year, 0.0, 0.3), 0),
        "tech_transfer_income": _seldom(rng, 0.03, _part(rng, year, 0.0, 0.3), 0),
        "tech_transfer_profit": _seldom(rng, 0.03, _part(rng, year, 0.0, 0.2), 0),
        "offshore_trade_amount": _seldom(rng, 0.005, _part(rng, year, 0.1, 0.8), 0),
        "bank_loan_contracts": _seldom(rng, 0.2, rng.randint(1, 5), 0),
        "seed_invest_months": _seldom(rng, 0.01, rng.randint(1, 72)),
        "total_assets": assets,
        "total_assets_prev": _part(rng, assets, 0.7, 1.2),
        "inventory": inventory,
        "inventory_prev": _part(rng, inventory, 0.6, 1.4),
        "other_receivable": _part(rng, assets, 0.0, 0.25),
        "shareholder_loan_age_days": _seldom(rng, 0.1, rng.randint(1, 1500), 0),
        "fixed_asset_building": _seldom(rng, 0.15, _part(rng, assets, 0.1, 0.6), 0),
    }


def _qualifications(rng: Random, sort: Sort) -> Values:
    if sort.is_person:
        return {}
    common = {"community_service": 0.01, "medical_institution": 0.01, "nursery": 0.01, "farm_producer": 0.01}
    company = {
        "hnte_valid": 0.05,
        "tech_sme_valid": 0.06,
        "ic_list": 0.003,
        "machine_tool_list": 0.002,
        "adv_mfg_list": 0.01,
        "software_product": 0.04,
        "tech_contract_registered": 0.02,
        "nonprofit_qualified": 0.004,
        "vc_enterprise": 0.004,
        "incubator_listed": 0.002,
        "profit_cosmetic_medical": 0.003,
        "school_degree": 0.004,
        "elderly_care_institution": 0.004,
        "disabled_service_institution": 0.002,
    }
    chances = common | (company if sort.keeps_books else {})
    return {name: rng.random() < chance for name, chance in chances.items()} | {
        "sme_micro_small": sort.vat == VatKind.SMALL or rng.random() < 0.6
    }


def _employment(rng: Random, sort: Sort) -> Values:
    if sort.is_person:
        return {}
    if not sort.keeps_books:
        return {"owner_key_group": rng.random() < 0.05, "owner_veteran": rng.random() < 0.02}
    staff = min(int(rng.paretovariate(0.8)), 30_000)
    disabled = _seldom(rng, 0.1, max(1, staff // 60), 0)
    base = staff * rng.randint(754_600, 2_200_000)
    return {
        "employees_avg": Decimal(staff * 100 + rng.randint(0, 99)) / 100,
        "disabled_employees": disabled,
        "disabled_ratio_bp": disabled * 10_000 // staff,
        "disabled_fund_declared": rng.random() < 0.8,
        "key_group_hired": _seldom(rng, 0.04, rng.randint(1, 9), 0),
        "key_group_contract_months": _seldom(rng, 0.04, rng.randint(3, 36)),
        "veterans_hired": _seldom(rng, 0.02, rng.randint(1, 5), 0),
        "veteran_contract_months": _seldom(rng, 0.02, rng.randint(3, 36)),
        "si_headcount": _part(rng, staff, 0.9, 1.02),
        "pit_wage_headcount": staff,
        "si_base": base,
        "si_base_expected": _part(rng, base, 0.95, 1.3),
        "pit_income_prev_year": _part(rng, base * 12, 0.95, 1.5),
    }


def _property(rng: Random, sort: Sort) -> Values:
    if sort.is_person:
        return {
            "house_sale_hold_months": _seldom(rng, 0.02, rng.randint(1, 300)),
            "housing_rent_income": _seldom(rng, 0.06, rng.randint(200_000, 2_500_000), 0),
            "nev_purchase": rng.random() < 0.03,
        }
    return {
        "property_tax_decl": _seldom(rng, 0.12, rng.randint(100_000, 80_000_000), 0),
        "rent_property_tax": _seldom(rng, 0.04, rng.randint(100_000, 20_000_000), 0),
        "stamp_tax_12m": int(exp(rng.gauss(10.5, 1.8))),
        "nev_purchase": rng.random() < 0.02,
    }


def _individual(rng: Random, sort: Sort) -> Values:
    if not sort.is_person:
        return {}
    income = _yearly(rng, sort)
    renting = rng.random() < 0.35
    owns = not renting or rng.random() < 0.1
    return {
        "comprehensive_income": income,
        "settlement_due": _seldom(rng, 0.2, int(rng.expovariate(1 / 120_000)), 0),
        "annual_bonus": _seldom(rng, 0.4, _part(rng, income, 0.05, 0.3), 0),
        "children_under3": _seldom(rng, 0.06, rng.randint(1, 2), 0),
        "children_in_education": _seldom(rng, 0.25, rng.randint(1, 3), 0),
        "parents_60plus": rng.choice((0, 0, 1, 2)),
        "disabled_person": rng.random() < 0.02,
        "renting": renting,
        "owns_home_in_city": owns,
        "first_home_mortgage": owns and rng.random() < 0.4,
        "mortgage_months": _seldom(rng, 0.3, rng.randint(1, 300)),
        "mortgage_deduction": owns and rng.random() < 0.2,
        "rent_deduction": renting and rng.random() < 0.5,
        "private_pension_paid": _seldom(rng, 0.06, rng.randint(100_000, 1_200_000), 0),
        "serious_illness_self_paid": _seldom(rng, 0.05, int(rng.expovariate(1 / 1_500_000)), 0),
    }


def _compliance(rng: Random, _sort: Sort) -> Values:
    owing = rng.random() < 0.02
    return {
        "overdue_returns": _seldom(rng, 0.03, rng.randint(1, 6), 0),
        "arrears": int(exp(rng.gauss(14, 1.5))) if owing else 0,
        "arrears_age_days": rng.randint(1, 900) if owing else 0,
    }


def _third_party(rng: Random, sort: Sort) -> Values:
    if sort.is_person or rng.random() < 0.7:
        return {}
    year = _yearly(rng, sort)
    power = int(exp(rng.gauss(10, 1.4)))
    return {
        "bank_in_12m": _part(rng, year, 0.6, 1.6),
        "personal_transfer_12m": _part(rng, year, 0.0, 0.4),
        "kwh_12m": power,
        "kwh_prev_12m": _part(rng, power, 0.7, 1.4),
    }


def _reliefs(rng: Random, sort: Sort) -> Values:
    person = {
        "pit_addon_infant": 0.05,
        "pit_addon_child": 0.2,
        "pit_addon_elder": 0.4,
        "pit_addon_rent": 0.15,
    }
    business = {
        "vat_exempt_small": 0.5 if sort.vat == VatKind.SMALL else 0.0,
        "vat_reduction_1pct": 0.4 if sort.vat == VatKind.SMALL else 0.0,
        "six_two_reduction": 0.7,
        "edu_exempt": 0.5,
    }
    company = {
        "cit_slp_reduction": 0.7,
        "cit_hnte_reduction": 0.04,
        "rd_super_deduction": 0.1,
        "equip_oneoff": 0.1,
        "disabled_wage_super": 0.03,
        "disabled_fund_exempt": 0.7,
        "disabled_fund_tier": 0.05,
        "cult_fee_half": 0.02,
    }
    own = company if sort.keeps_books else {"pit_half_reduction": 0.6}
    chances = person if sort.is_person else business | own
    return {name: rng.random() < chance for name, chance in chances.items()}


_MAKERS: dict[type, Callable[[Random, Sort], Values]] = {
    subjects.Register: _register,
    subjects.Vat: _vat,
    subjects.Invoicing: _invoicing,
    subjects.Accounts: _accounts,
    subjects.Qualifications: _qualifications,
    subjects.Employment: _employment,
    subjects.Property: _property,
    subjects.Individual: _individual,
    subjects.Compliance: _compliance,
    subjects.ThirdParty: _third_party,
    subjects.Reliefs: _reliefs,
}
