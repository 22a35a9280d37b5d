"""Joint supervision in the demonstration: an inspection drawn, first results, messages of market regulation."""

from apps.kernel.parties.acting import staff_actor
from apps.kernel.parties.models import Office, Organisation, User
from apps.kernel.workcalendar import clock
from apps.supervision.joint import inspecting, market
from apps.supervision.joint.models import JointInspection, MarketSignal


def seed() -> None:
    """Plan, draw and begin one inspection; tell of two businesses. A second run changes nothing."""
    if not JointInspection.objects.exists():
        _inspect()
    if not MarketSignal.objects.exists():
        _tell()


def _inspect() -> None:
    officer, regulator, insurer = (staff_actor(User.objects.get(username=name)) for name in ("risk", "market", "hrss"))
    inspection = inspecting.plan(
        officer,
        [regulator.office, insurer.office],
        title="餐饮、零售行业开票和参保联合检查",
        plan="核对开票、收款与申报是否一致，用工与参保是否一致，证照是否齐全。",
        district="310101",
        trade="",
        least_score=0,
        sample=4,
        per_target=1,
    )
    inspecting.commit(inspection, officer)
    inspecting.give_number(inspection, regulator, "583104")
    inspecting.give_number(inspection, insurer, "26417350")
    inspecting.draw(inspection, officer)
    first = inspection.targets.select_related("inspection").first()
    inspecting.record(first, regulator, finding="clean", note="证照齐全，经营地址与登记一致。")
    inspecting.record(first, insurer, finding="follow_up", note="两名试用期员工未参保，已要求补缴。")


def _tell() -> None:
    regulator = staff_actor(User.objects.get(username="market"))
    lead = Office.objects.get(code="tax-310101")
    known = (
        Organisation.objects.filter(party__office__parent=lead, party__ref__startswith="zz")
        .select_related("party")
        .order_by("uscc")
    )
    today = clock.today()
    market.receive(
        regulator,
        number="沪市监异〔2026〕1182",
        kind="abnormal",
        code=known[0].uscc,
        name=known[0].party.name,
        on=today,
        note="通过登记的住所无法联系",
    )
    market.receive(
        regulator,
        number="沪市监登〔2026〕90417",
        kind="new",
        code="91310101MA1FPX1234",
        name="上海晴川文化创意有限公司",
        on=today,
        note="新设登记",
    )
