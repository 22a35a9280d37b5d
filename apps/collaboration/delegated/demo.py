"""Delegated collection of the demonstration (Art 23): a market and a street, one late, one unknown payer, one ended."""

import datetime as dt
from decimal import Decimal
from typing import Any

from stdnum.cn import uscc

from apps.collaboration.delegated import collectors, inspecting, intake, paying, procedure, remitting
from apps.collaboration.delegated.models import DelegatedAgreement
from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.parties import registration
from apps.kernel.parties.acting import staff_actor, taxpayer_actor
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Organisation, Party, User
from apps.kernel.workcalendar import clock

OFFICE, STREET = "tax-310101-1", "street-310101"
# Name, serial of the credit code, who is its legal representative.
MARKET = ("上海浦西集市经营管理有限公司", 90001, "enterprise")
CENTRE = ("黄浦区外滩街道社区事务服务中心", 90002, "enterprise")
MET = dict.fromkeys(("lawful_body", "premises", "staff", "accounting", "no_breach"), True)


def seed() -> None:
    """Tell the story once; a second run changes nothing."""
    if Case.objects.filter(idempotency_key__startswith="demo-delegated").exists():
        return
    clerk, chief = (staff_actor(User.objects.get(username=name)) for name in ("clerk", "chief"))
    market, centre = _company(*MARKET), _company(*CENTRE, form=Organisation.Form.INSTITUTION)
    _market(market, clerk, chief)
    _street(centre, clerk, chief)


def _company(name: str, serial: int, username: str, form: str = Organisation.Form.ENTERPRISE) -> Actor:
    user = User.objects.get(username=username)
    office = Office.objects.get(code=OFFICE)
    body = f"913101012026{serial:05d}"
    organisation = Organisation(uscc=body + uscc.calc_check_digit(body), form=form, vat_kind="small")
    party = registration.register_company(
        organisation,
        name=name,
        office=office,
        district=office.district,
        phone="021-63212026",
        legal_representative=user.person.party,
        actor=Actor.system("demo"),
    )
    return taxpayer_actor(user, party.ref)


def _agreement(owner: Actor, clerk: Actor, chief: Actor, *, key: str, upto: str, street: bool = False, **detail: Any):
    """An agreement as far as ``upto``."""
    year = clock.today().year
    given = {
        "begins": dt.date(year - 1, 1, 1),
        "ends": dt.date(year + 1, 12, 31),
        "premises": "黄浦区中山东一路旁集市管理处 201 室",
        "staff_count": 6,
        **detail,
    }
    case = cases.open_submitted(procedure.AGREEMENT, owner, given, idempotency_key=f"demo-delegated-{key}")
    steps: list[tuple[str, Actor, dict[str, Any]]] = [
        ("qualify", clerk, MET),
        (
            "draft",
            clerk,
            {
                "remit_days": 5,
                "fee_percent": Decimal(3),
                "largest": Decimal("20000.00"),
                "works_as": Office.objects.get(code=STREET) if street else None,
            },
        ),
        ("approve", chief, {}),
        ("sign", owner, {}),
        ("countersign", chief, {}),
    ]
    for action, actor, data in steps:
        cases.perform(case, action, actor, **data)
        if action == upto:
            break
    return DelegatedAgreement.objects.select_related("case__applicant", "case__office").get(case=case)


def _market(owner: Actor, clerk: Actor, chief: Actor) -> None:
    """A market: last year's fee, a late day, a day with an unknown payer, a refused batch, an inspection."""
    today = clock.today()
    place = "浦西集市"
    live = _agreement(
        owner,
        clerk,
        chief,
        key="market",
        upto="countersign",
        kind="market",
        levies=["vat", "iit", "stamp"],
        area=place,
        payers="集市内的固定摊位和临时经营者",
    )
    collectors.name(live, name="吴桂芳", certificate="沪黄代证2026001", actor=owner)
    last_year = dt.date(today.year - 1, 12, 10)
    late, recent = today - dt.timedelta(days=24), today - dt.timedelta(days=1)
    for day, amounts in ((last_year, ("860.00", "420.50", "1280.00")), (late, ("640.00", "355.20"))):
        _deliver(live, owner, day, amounts, place)
        _remit(live, owner, clerk, day, day + dt.timedelta(days=3) if day == last_year else today)
    _deliver(live, owner, recent, ("580.00", "96.00", "1150.00"), place, unknown=True)
    _deliver(live, owner, recent, ("45000.00",), "南京东路步行街", receipts="B")  # refused: place, and fen for yuan
    paying.confirm(paying.compute(live, today.year - 1, clerk), chief)
    inspecting.plan(
        live,
        clerk,
        planned_on=today + dt.timedelta(days=10),
        scope="收据、解缴和手续费",
        key="demo-delegated-inspection",
    )
    ended = _agreement(
        owner,
        clerk,
        chief,
        key="night-market",
        upto="countersign",
        kind="market",
        levies=["vat"],
        area="外滩夜市",
        payers="夜市临时摊位",
    )
    cases.perform(ended.case, "end", owner, reason="夜市已经停办，不再代征。")


def _street(owner: Actor, clerk: Actor, chief: Actor) -> None:
    """A street whose grid worker collects; a second agreement waits for the chief."""
    live = _agreement(
        owner,
        clerk,
        chief,
        key="street",
        upto="countersign",
        street=True,
        kind="street",
        levies=["vat", "iit", "property"],
        area="外滩街道",
        payers="个人出租房屋",
    )
    collectors.name(live, name="杜春燕", certificate="沪黄网格0018", username="grid", actor=owner)
    collectors.name(live, name="蔡明", certificate="沪黄网格0023", actor=owner)
    _deliver(live, owner, clock.today(), ("300.00", "270.00"), "外滩街道", certificate="沪黄网格0018")
    _agreement(
        owner,
        clerk,
        chief,
        key="street-vehicles",
        upto="draft",
        street=True,
        kind="street",
        levies=["vat", "stamp"],
        area="外滩街道滨江段",
        payers="临时设摊",
    )


def _deliver(
    agreement: DelegatedAgreement,
    owner: Actor,
    day: dt.date,
    amounts: tuple[str, ...],
    place: str,
    *,
    unknown: bool = False,
    receipts: str = "A",
    certificate: str = "",
) -> None:
    payers = list(
        Party.objects.filter(kind=Party.Kind.ORGANISATION, organisation__form=Organisation.Form.INDIVIDUAL_BUSINESS)
        .select_related("organisation")
        .order_by("pk")[: len(amounts)]
    )
    rows = [
        {
            "receipt_number": f"{receipts}{day:%Y%m%d}{number:03d}",
            "payer_name": payer.name,
            "payer_code": payer.organisation.uscc,
            "levy": "vat",
            "period": f"{day:%Y-%m}",
            "amount": amount,
            "collected_on": day.isoformat(),
            "place": f"{place} {number} 号",
            "certificate": certificate,
        }
        for number, (payer, amount) in enumerate(zip(payers, amounts, strict=False), start=1)
    ]
    if unknown:
        rows[-1] |= {"payer_name": "临时摊主 钱阿婆", "payer_code": ""}
    intake.deliver(
        agreement,
        rows,
        control_count=len(rows),
        control_total=sum((Decimal(row["amount"]) for row in rows), Decimal(0)),
        actor=owner,
        idempotency_key=f"demo-{receipts}-{day}",
    )


def _remit(agreement: DelegatedAgreement, owner: Actor, clerk: Actor, day: dt.date, paid_on: dt.date) -> None:
    remittance = agreement.remittances.select_related("charge").get(day=day)
    transfer = remitting.state_transfer(
        remittance,
        amount=remittance.outstanding,
        bank_reference=f"PJB{day:%Y%m%d}0001",
        paid_on=paid_on,
        actor=owner,
    )
    remitting.decide_transfer(transfer, found=True, actor=clerk)
