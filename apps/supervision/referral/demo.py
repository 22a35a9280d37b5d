"""Referrals of the demonstration: with the police, refused and objected, waiting transfer; an opinion (Art 35)."""

from typing import Any

from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.parties.acting import staff_actor
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Organisation, User
from apps.kernel.workcalendar import clock
from apps.supervision.referral import access, joint, opinions, procedure

DISTRICT = "tax-310101"
Step = tuple[str, str, dict[str, Any]]

SENT: tuple[Step, ...] = (
    ("bureau-chief", "approve", {}),
    ("risk", "send", {"transfer_number": "沪黄税移〔2026〕3号"}),
    ("police", "sign_receipt", {"receipt": "雷鸣，当日签收"}),
    ("police", "claim", {}),
)
# Key, payer's name begins with, offence, facts, amount, evidence, and what has been done since.
STORIES: tuple[tuple[str, str, str, str, str, str, tuple[Step, ...]], ...] = (
    (
        "demo-referral-1",
        "上海梧桐里",
        "false_invoices",
        "与三户无经营场所的企业互开发票，没有货物往来，资金当日回流。",
        "1286000.00",
        "发票明细 214 份；银行流水；仓库现场笔录。",
        SENT,
    ),
    (
        "demo-referral-2",
        "上海花序",
        "evasion",
        "设立第二套账，两年隐匿销售收入，经通知申报拒不申报。",
        "742350.50",
        "两套账簿；服务器数据镜像；询问笔录 6 份。",
        (
            *SENT,
            (
                "police",
                "decline_case",
                {"clause": "移送规定第八条", "reason": "主观故意的证据不足，不符合立案条件。"},
            ),
            ("risk", "ask_reconsideration", {"reason": "第二套账由负责人亲自保管，已有三名员工证言。"}),
        ),
    ),
    (
        "demo-referral-3",
        "松江区云间",
        "arrears",
        "欠缴税款后转移店铺收款账户，致使无法追缴。",
        "98400.00",
        "催缴文书；账户变更记录。",
        (("bureau-chief", "approve", {}),),
    ),
)


def _who(account: str) -> Actor:
    return staff_actor(User.objects.get(username=account))


def _payer(name: str) -> str:
    return Organisation.objects.filter(party__name__startswith=name).get().uscc


def seed() -> None:
    """Tell every story once; a second run changes nothing."""
    for key, payer, offence, facts, amount, evidence, steps in STORIES:
        if Case.objects.filter(idempotency_key=key).exists():
            continue
        given = {
            "payer_code": _payer(payer),
            "offence": offence,
            "facts": facts,
            "amount": amount,
            "evidence_list": evidence,
            "police": access.police_offices().first().code,
            "first_officer": "risk",
            "second_officer": "bureau",
        }
        case = procedure.report(_who("risk"), given, key=key)
        for account, action, data in steps:
            cases.perform(case, action, _who(account), **data)
    if not Case.objects.filter(idempotency_key="demo-opinion-1").exists():
        opinion = {
            "tax_office": DISTRICT,
            "payer_code": _payer("上海申澜"),
            "ground": "compliance",
            "document_number": "沪黄检意〔2026〕12号",
            "suggestion": "该公司已完成税务合规整改并补缴税款。建议依法作出行政处理，并对整改情况跟踪检查一年。",
        }
        opinions.give(_who("procuratorate"), opinion, key="demo-opinion-1")
    action = {
        "held_on": clock.today().isoformat(),
        "participants": ["police"],
        "subject": "虚开发票案联合检查",
        "result": "同时检查三处经营地，封存电脑四台、账簿二十一册，询问有关人员五名。",
        "case_number": Case.objects.get(idempotency_key="demo-referral-1").number,
    }
    joint.write(_who("risk"), action, key="demo-joint-1")
