"""Factories of chapters 5 and 6's rooms between offices: referrals, opinions, orders to correct."""

import itertools
from typing import Any

from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Party, Role
from apps.supervision.liability import procedure as liability
from apps.supervision.referral import opinions
from apps.supervision.referral import procedure as referral
from tests import factories

_numbers = itertools.count(1)


def police() -> Actor:
    """An officer of the police."""
    office = Office.objects.create(
        code=f"police-{next(_numbers)}", name="市公安局经侦总队", kind=Office.Kind.DEPARTMENT
    )
    return factories.staff(office, Role.OFFICER, name="雷鸣")


def prosecutor() -> Actor:
    """An officer of a procuratorate."""
    office = factories.department("区人民检察院", kind=Office.Kind.PROCURATORATE)
    return factories.staff(office, Role.OFFICER, name="严格非")


def reported(by: Actor, second: Actor, to: Office, payer: Party, **changed: Any) -> Case:
    """A report of two officers that waits for the head's decision."""
    given = {
        "payer_code": payer.organisation.uscc,
        "offence": "false_invoices",
        "facts": "没有货物往来，互开发票。",
        "amount": "1286000.00",
        "evidence_list": "发票明细；银行流水。",
        "police": to.code,
        "first_officer": by.user.username,
        "second_officer": second.user.username,
        **changed,
    }
    return referral.report(by, given, key=f"referral-{next(_numbers)}")


def examined(case: Case, by: Actor, head: Actor, officer: Actor) -> Case:
    """A reported case the police have signed for."""
    cases.perform(case, "approve", head)
    cases.perform(case, "send", by, transfer_number="移〔2026〕1号")
    return cases.perform(case, "sign_receipt", officer, receipt="雷鸣，当日")


def opinion(by: Actor, to: Office, payer: Party, **changed: Any) -> Case:
    """An opinion a tax office has to answer."""
    given = {
        "tax_office": to.code,
        "payer_code": payer.organisation.uscc,
        "ground": "compliance",
        "document_number": "检意〔2026〕12号",
        "suggestion": "建议依法作出行政处理。",
        **changed,
    }
    return opinions.give(by, given, key=f"opinion-{next(_numbers)}")


def tax_tree() -> tuple[Office, Office, Office]:
    """A city bureau, a district below it, a tax office below that."""
    make, kind = Office.objects.create, Office.Kind
    number = next(_numbers)
    city = make(code=f"tree-city-{number}", name="市税务局", kind=kind.TAX_CITY)
    district = make(code=f"tree-district-{number}", name="区税务局", kind=kind.TAX_DISTRICT, parent=city)
    office = make(code=f"tree-office-{number}", name="第一税务所", kind=kind.TAX_OFFICE, parent=district)
    return city, district, office


def ordered(by: Actor, office: Office, **changed: Any) -> Case:
    """An order to correct by hand."""
    given = {
        "office": office.code,
        "article": "第十七条",
        "clause": "办法第十七条",
        "facts": "连续三周没有更新数据。",
        **changed,
    }
    return liability.order(by, given, key=f"order-{next(_numbers)}")
