"""Qualifications of the demonstration: told in time and late, refused, in doubt, in hearing, decided (Art 26)."""

import datetime as dt
from decimal import Decimal
from typing import Any

from apps.collaboration.qualification import intake, procedure
from apps.collaboration.qualification.models import QualificationDuty, QualificationMessage
from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.ledger.models import Levy
from apps.kernel.parties.acting import staff_actor
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Party, User
from apps.kernel.workcalendar import clock

# Who determines what. Departments without an account in the demonstration have none of their own to show.
DUTIES = (
    *(("science", kind) for kind in ("hnte", "tech-sme", "technology-contract", "incubator", "rd-project")),
    ("development", "venture-capital"),
    ("finance", "nonprofit"),
    *(("market", kind) for kind in ("micro-small", "software-product")),
    *(("civilaffairs", kind) for kind in ("elderly-care", "disabled-service", "community-service")),
    ("hrss", "key-group-owner"),
    ("disabled", "disabled-person"),
    ("housing", "old-building"),
)
CUSTOMERS = ("上海申澜精密机械有限公司", "上海梧桐里餐饮管理有限公司", "上海花序信息科技有限公司")


def seed() -> None:
    """Everything once; a second run changes nothing."""
    for office, kind in DUTIES:
        QualificationDuty.objects.get_or_create(office=Office.objects.get(code=office), kind=kind)
    market, hrss, civil = (staff_actor(User.objects.get(username=name)) for name in ("market", "hrss", "civilaffairs"))
    found = {party.name: party for party in Party.objects.filter(name__in=CUSTOMERS).select_related("organisation")}
    shenlan, wutong, huaxu = (found[name] for name in CUSTOMERS)
    today = clock.today()
    _tell(market, "demo-q-1", shenlan, ("micro-small", "沪小微〔2026〕0017号", today))
    _tell(market, "demo-q-2", wutong, ("micro-small", "沪小微〔2026〕0018号", today - dt.timedelta(days=40)))
    _tell(market, "demo-q-3", huaxu, ("software-product", "沪RC-2026-0231", today), months=48)
    _tell(market, "demo-q-4", shenlan, ("software-product", "沪RC-2026-0007", today), months=48)
    _tell(market, "demo-q-5", huaxu, ("micro-small", "沪小微〔2026〕0019号", today), payer="上海花序信息有限公司")
    _tell(market, "demo-q-6", wutong, ("software-product", "沪RC-2026-0300", today), amount="12万元")
    _tell(civil, "demo-q-7", wutong, ("community-service", "沪民社服〔2026〕66号", today), months=24)
    _tell(hrss, "demo-q-8", shenlan, ("key-group-owner", "沪就创〔2026〕108号", today), months=30)
    _verify(shenlan)


def _tell(actor: Actor, key: str, party: Party, about: tuple[str, str, dt.date], **more: Any) -> None:
    if QualificationMessage.objects.filter(office=actor.office, idempotency_key=key).exists():
        return
    kind, number, day = about
    content = {
        "kind": kind,
        "number": number,
        "payer_code": party.organisation.uscc,
        "payer": more.get("payer", party.name),
        "determined_on": day.isoformat(),
        "valid_from": day.isoformat(),
        "valid_to": (day + dt.timedelta(days=30 * more.get("months", 20))).isoformat(),
        "amount": more.get("amount", ""),
        "basis": "年度认定",
    }
    intake.take(content, actor=actor, idempotency_key=key)


def _verify(party: Party) -> None:
    """One waits for the department, one for the payer to be heard, one for the chief."""
    clerk = staff_actor(User.objects.get(username="clerk"))
    market = staff_actor(User.objects.get(username="market"))
    hrss = staff_actor(User.objects.get(username="hrss"))
    _ask(clerk, "demo-v-1", party, "micro-small", "年末资产总额和从业人数均超过小型企业标准。")
    hearing = _ask(clerk, "demo-v-2", party, "software-product", "登记的软件产品近一年没有销售收入，却申报即征即退。")
    if hearing is not None:
        cases.perform(
            hearing,
            "opine_not_met",
            market,
            clause="财税〔2011〕100号第三条",
            reason="产品登记已失效，未重新检测。",
        )
    decided = _ask(clerk, "demo-v-3", party, "key-group-owner", "创业人员已离职，仍按户享受定额扣减。")
    if decided is not None:
        cases.perform(
            decided, "opine_not_met", hrss, clause="财政部 税务总局公告2023年第15号", reason="人员已转为其他单位就业。"
        )
        owner = _representative(party)
        cases.perform(decided, "state", owner, reason="人员离职当月已停止享受，请核对所属期。")
        cases.perform(
            decided,
            "propose",
            clerk,
            levy=Levy.objects.get(pk="vat"),
            period="2026-08",
            amount=Decimal("2000.00"),
            clause="税收征收管理法第三十二条",
            reason="八月份不应享受的扣减予以追缴。",
        )


def _ask(clerk: Actor, key: str, party: Party, kind: str, facts: str) -> Case | None:
    if Case.objects.filter(idempotency_key=key).exists():
        return None
    given = {"kind": kind, "payer_code": party.organisation.uscc, "ground": "figures", "facts": facts}
    return procedure.ask(clerk, given, key=key)


def _representative(party: Party) -> Actor:
    mandate = party.mandates_given.filter(kind="legal", state="active").select_related("agent__person__user").first()
    return Actor(user=mandate.agent.person.user, party=party, mandate=mandate)
