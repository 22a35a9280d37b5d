"""Requests of the demonstration in every state, a grant that is used and one nobody uses."""

import datetime as dt
from typing import Any

from apps.datashare.catalogue.models import Dataset, Scenario
from apps.datashare.requests import asking, granting
from apps.datashare.requests.models import DataGrant
from apps.kernel.casework import cases, rights
from apps.kernel.casework.models import Case
from apps.kernel.parties.acting import staff_actor
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import User
from apps.kernel.workcalendar import clock

LAW = "《税收征收管理法》第六条"
REFUSAL = {"clause": "《政务数据共享条例》", "reason": "所申请的数据项超出所述职责的需要，请缩小范围。"}

# Key, account, entry, scenario, fields, purpose, months, steps: (account, action, data).
Steps = tuple[tuple[str, str, dict[str, Any]], ...]
STORIES: tuple[tuple[str, str, str, str, tuple[str, ...], str, int, Steps], ...] = (
    (
        "register", "clerk", "market-enterprise-register", "filing-prefill",
        ("uscc", "name", "established", "industry", "district"), "预填登记信息，核对经营地。", 12, (),
    ),
    (
        "insurance", "clerk", "hrss-insurance-registration", "fee-collection", ("person", "uscc", "base"),
        "办理社会保险费缓缴、退费时核对缴费基数。", 12, (),
    ),
    (
        "disabled", "clerk", "disabled-employment-audit", "fee-collection", ("uscc", "year", "placed"),
        "核对残疾人就业保障金减免。", 12, (),
    ),
    ("bills", "clerk", "finance-non-tax-bills", "", ("bill", "item", "amount"), "核对非税收入退付。", 6, ()),
    (
        "certificates", "clerk", "hrss-skilled-certificates", "", ("person", "name", "on"),
        "核对继续教育专项附加扣除。", 12,
        (("bdc", "route", {}),),
    ),
    (
        "reemployment", "clerk", "hrss-reemployment-groups", "entitlement", ("person", "group", "from"),
        "核对重点群体创业就业税收优惠。", 12,
        (("bdc", "route", {}), ("hrss", "approve", {"without": "", "reason": "同意，限核对优惠使用。"})),
    ),
    (
        "cancellations", "clerk", "market-cancellations", "", ("uscc", "on"), "核对注销户的欠税。", 12,
        (("bdc", "route", {}), ("market", "refuse", REFUSAL)),
    ),
    (
        "household", "clerk", "police-household-register", "entitlement", ("household", "person", "relation"),
        "核对赡养老人专项附加扣除。", 12,
        (
            ("bdc", "route", {}),
            ("police", "refuse", REFUSAL),
            ("clerk", "dispute", {"reason": "专项附加扣除办法要求公安部门协助核实，已缩小到本次办件。"}),
        ),
    ),
    (
        "medical", "clerk", "medical-insurance-registration", "", ("person", "kind", "from"),
        "核对灵活就业人员参保。", 24,
        (("bdc", "route", {}), ("medical", "approve", {"without": "", "reason": "同意。"}), ("bdc", "provide", {})),
    ),
    (
        "marriages", "risk", "civilaffairs-marriages", "", ("first", "second", "on"), "契税家庭住房套数核对。", 12,
        (("risk", "withdraw", {"reason": "改为由当事人提供。"}),),
    ),
)  # fmt: skip
IDLE = "medical"


def seed() -> None:
    """Tell every story once; a second run changes nothing."""
    for key, account, entry, scenario, fields, purpose, months, steps in STORIES:
        if Case.objects.filter(idempotency_key=f"demo-data-{key}").exists():
            continue
        case = asking.ask(
            actor(account),
            Dataset.objects.get(code=entry),
            key=f"demo-data-{key}",
            scenario=Scenario.objects.filter(code=scenario).first(),
            kind="check",
            fields=list(fields),
            purpose=purpose,
            basis=LAW,
            months=months,
        )
        for who, action, data in steps:
            if any(row.action == action for row in rights.available_actions(case, actor(who))):
                case = cases.perform(case, action, actor(who), **data)
    _leave_idle()


def _leave_idle() -> None:
    """One grant was given long ago, and nobody has read under it since."""
    long_ago = clock.today() - dt.timedelta(days=granting.unused_days() + 30)
    DataGrant.objects.filter(case__idempotency_key=f"demo-data-{IDLE}", reported_at__isnull=True).update(
        valid_from=long_ago
    )
    granting.report_unused()


def actor(username: str) -> Actor:
    """A member of staff at work."""
    found = staff_actor(User.objects.get(username=username))
    if found is None:
        raise LookupError(username)
    return found
