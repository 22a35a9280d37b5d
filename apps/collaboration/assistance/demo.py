"""Requests for assistance of the demonstration, in both directions and in several states (Art 22)."""

from typing import Any

from apps.collaboration.assistance import procedure
from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.parties.acting import staff_actor
from apps.kernel.parties.models import Office, Organisation, User

TAX = "tax-310101-1"
Step = tuple[str, str, dict[str, Any]]

# Key, asker, assister, subject, legal basis, need, and what has been done since: (account, action, data).
STORIES: tuple[tuple[str, str, str, str, str, str, tuple[Step, ...]], ...] = (
    (
        "demo-assist-1",
        "clerk",
        "hrss",
        "核实上海申澜精密机械有限公司参保人数",
        "《税收征收管理法》第五条",
        "申报的工资薪金人数与参保人数相差较大，请提供二〇二六年各月参保人数。",
        (),
    ),
    (
        "demo-assist-2",
        "chief",
        "market",
        "核实两户企业的住所和经营状态",
        "《税收征收管理法》第五条",
        "文书无法送达，请协助核查登记住所和实际经营地。",
        (
            ("market", "accept", {}),
            (
                "market",
                "reply",
                {"conclusion": "经现场核查，一户已迁至浦东新区经营，一户查无下落，已列入异常名录。"},
            ),
        ),
    ),
    (
        "demo-assist-3",
        "clerk",
        "registry",
        "查询房屋转移登记日期",
        "《契税法》第十三条",
        "请提供三套房屋的转移登记日期，用于核对契税申报。",
        (
            ("registry", "refuse", {"ground": "no-basis", "reason": "来函没有写明房屋坐落，无法查询。"}),
            ("clerk", "escalate", {"reason": "坐落已随函附列，请裁决。"}),
        ),
    ),
    (
        "demo-assist-4",
        "hrss",
        TAX,
        "提供用人单位申报缴费人数",
        "《社会保险法》第六十三条",
        "核查欠缴社会保险费，请提供三户单位近一年的申报人数。",
        (("clerk", "accept", {}),),
    ),
    (
        "demo-assist-5",
        "price",
        TAX,
        "提供同类设备的开票价格区间",
        "《价格认定规定》",
        "认定数控机床价格，需要本区近三个月同类设备的成交价格区间。",
        (),
    ),
)


def seed() -> None:
    """Tell every story once; a second run changes nothing."""
    for key, asker, assister, subject, basis, need, steps in STORIES:
        if Case.objects.filter(idempotency_key=key).exists():
            continue
        given = {"assister": assister, "subject": subject, "legal_basis": basis, "need": need}
        if key == "demo-assist-1":
            payer = Organisation.objects.filter(party__name__startswith="上海申澜").first()
            given["payer_code"] = payer.uscc if payer else ""
        if not Office.objects.filter(code=assister).exists():
            continue
        case = procedure.ask(_who(asker), given, key=key)
        for account, action, data in steps:
            cases.perform(case, action, _who(account), **data)


def _who(account: str):
    return staff_actor(User.objects.get(username=account))
