"""Corrections of the demonstration in every state: the enterprise's own dispute, reports of a clerk."""

from typing import Any

from apps.datashare.corrections import opening
from apps.datashare.requests.demo import actor
from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.facts import disputes, reading
from apps.kernel.facts.models import Dispute, Provenance
from apps.kernel.parties.acting import taxpayer_actor
from apps.kernel.parties.models import Mandate, Party, User

FIELD, SOURCE = "si_base", "hrss"
EVIDENCE = {
    "clause": "《社会保险费征缴暂行条例》第十条",
    "reason": "经核对，缴费基数与单位申报的上年月平均工资一致，申报表已附在参保档案中。",
}
FORWARD = ("bdc", "forward", {"office": None})

# Key, what the reporter says, steps: (account, action, data).
STORIES: tuple[tuple[str, str, tuple[tuple[str, str, dict[str, Any]], ...]], ...] = (
    ("waiting", "与个人所得税工资申报相差较大。", ()),
    ("verifying", "单位反映十月已增员，基数没有变化。", (FORWARD,)),
    (
        "awaiting",
        "与残保金申报的工资总额不符。",
        (FORWARD, ("hrss", "correct", {"value": "96500.00", "reason": "漏录一人，已补录。"})),
    ),
    ("rejected", "与上年相比下降较多。", (FORWARD, ("hrss", "reject", EVIDENCE))),
    (
        "closed",
        "基数多录一位。",
        (FORWARD, ("hrss", "correct", {"value": "75800.00", "write": True, "reason": "小数点录入有误，已更正。"})),
    ),
)  # fmt: skip


def seed() -> None:
    """Tell every story once; a second run changes nothing."""
    parties = Party.objects.filter(
        pk__in=Provenance.objects.filter(field=FIELD, source__code=SOURCE, current=True)
        .exclude(party__fact_disputes__isnull=False)
        .values("party"),
    ).order_by("pk")[: len(STORIES)]
    told = Case.objects.filter(idempotency_key__startswith="demo-correction-").exists()
    for party, (key, reason, steps) in () if told else zip(parties, STORIES, strict=False):
        case = opening.report(
            actor("clerk"),
            party=party,
            field=FIELD,
            claimed="按申报表核对",
            reason=reason,
            key=f"demo-correction-{key}",
        )
        for who, action, data in steps:
            case = cases.perform(case, action, actor(who), **data)
    _enterprise()


def _enterprise() -> None:
    """The enterprise says that a figure about it is wrong."""
    user = User.objects.get(username="enterprise")
    mandate = Mandate.objects.filter(agent__person__user=user, kind=Mandate.Kind.LEGAL).order_by("pk").first()
    if mandate is None or Dispute.objects.filter(party=mandate.principal).exists():
        return
    known = reading.current(mandate.principal)
    field = next((name for name in (FIELD, "employees_avg", *known) if name in known and known[name].value), None)
    if field is not None:
        who = taxpayer_actor(user, mandate.principal.ref)
        reason = "与本单位社会保险缴费申报表不一致，少计了十月新入职的两名职工。"
        disputes.open(who.party, field, claimed="以十月缴费申报表为准", reason=reason, actor=who)
