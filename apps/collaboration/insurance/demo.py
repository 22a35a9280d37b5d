"""Contributions of the demonstration: months declared and paid, one open, lists half paid, work left to do."""

import datetime as dt
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from stdnum.cn import ric, uscc

from apps.collaboration.insurance import (
    feedback,
    groups,
    intake,
    matters,
    packing,
    paging,
    reading,
    reminding,
    submitting,
    uploading,
)
from apps.collaboration.insurance.models import (
    AssistanceFund,
    InsuranceBill,
    InsuranceDeclaration,
    InsuranceDuty,
    InsuranceExchange,
    PayerGroup,
)
from apps.kernel.casework import cases
from apps.kernel.ledger import collections, late_fees
from apps.kernel.ledger.models import Charge, Levy
from apps.kernel.parties import demo as parties
from apps.kernel.parties.actors import Actor, Channel
from apps.kernel.parties.models import Mandate, Membership, Office, Organisation, Party, Person, User
from apps.kernel.workcalendar import clock

DUTIES = {
    "hrss": ("pension", "unemployment", "injury", "resident-pension"),
    "medical": ("medical", "resident-medical"),
}
# Name, birth date, wage of the machine maker's staff: below the floor, in between, above the ceiling.
STAFF = (
    ("高文涛", "1979-08-25", "38600.00"),
    ("钱国栋", "1983-03-12", "21500.00"),
    ("吴佳怡", "1995-07-30", "12800.00"),
    ("孙志强", "1971-12-05", "9860.50"),
    ("马晓燕", "1989-02-18", "16200.00"),
    ("朱永康", "1966-10-22", "6200.00"),
    ("胡雅琴", "1992-05-09", "14350.00"),
    ("林峰", "1998-11-27", "8900.00"),
)
PUPILS = (("陆小满", "2017-03-05"), ("周知夏", "2016-11-19"), ("何子安", "2017-06-28"), ("谢一诺", "2017-01-14"))
ASSISTED = (("沈玉珍", None), ("潘阿根", "1948-04-02"))


def seed() -> None:
    """What each demo user concerned finds, once; every step leaves what is there alone."""
    hrss, medical, civil = (_officer(code) for code in ("hrss", "medical", "civilaffairs"))
    for code, levies in DUTIES.items():
        for levy in levies:
            InsuranceDuty.objects.get_or_create(
                levy=Levy.objects.get(pk=levy), defaults={"office": Office.objects.get(code=code)}
            )
    if InsuranceExchange.objects.exists():
        return
    owner, citizen = _taxpayer("enterprise", Mandate.Kind.LEGAL), _taxpayer("citizen")
    _employer(hrss, owner)
    _flexible(hrss, medical, citizen)
    _lists(civil)
    _work_left(hrss, medical, citizen)
    feedback.tell()


def _officer(code: str) -> Actor:
    user, office = User.objects.get(username=code), Office.objects.get(code=code)
    roles = Membership.objects.filter(user=user, office=office).values_list("role", flat=True)
    return Actor(user=user, office=office, roles=frozenset(roles), channel=Channel.API)


def _taxpayer(username: str, kind: str = "") -> Actor:
    """A demo user for themselves, or as the holder of a mandate."""
    user = User.objects.get(username=username)
    if not kind:
        return Actor(user=user, party=user.own_party)
    mandate = parties.mandate_of(username, kind)
    return Actor(user=user, party=mandate.principal, mandate=mandate)


def _months(back: int) -> list[str]:
    """The last months that have ended, the oldest first."""
    found, month = [], clock.today().replace(day=1)
    for _each in range(back):
        month = (month - dt.timedelta(days=1)).replace(day=1)
        found.append(f"{month:%Y-%m}")
    return found[::-1]


def _number(born: str, serial: int) -> str:
    body = f"310101{born.replace('-', '')}{serial:03d}"
    return body + ric.calc_check_digit(f"{body}?")


def _deliver(actor: Actor, kind: str, rows: list[dict], *, total: str = "0.00", message: str) -> InsuranceExchange:
    return intake.deliver(
        packing.of_rows(kind, rows),
        kind=kind,
        message_id=message,
        sent_at=clock.now(),
        unit=intake.UNIT,
        control_count=len(rows),
        control_total=Decimal(total),
        actor=actor,
    )


def _employer(hrss: Actor, owner: Actor) -> None:
    """Three months declared, the two older paid; the fourth, just ended, is to be declared; a sheet with errors."""
    code = {"payer_code": owner.party.organisation.uscc, "payer": owner.party.name}
    registration = {**code, "number": "SI-310101-20240", "injury_rate": "0.002", "since": "2024-01-01"}
    _deliver(hrss, "registrations", [registration], message="demo-registrations")
    people = [(name, _number(born, 900 + place), wage) for place, (name, born, wage) in enumerate(STAFF)]
    insured = [
        {**code, "person_number": number, "person": name, "base": wage, "since": "2024-03-01"}
        for name, number, wage in people
    ]
    total = sum((Decimal(wage) for _name, _number, wage in people), Decimal(0))
    _deliver(hrss, "insured", insured, total=str(total), message="demo-insured")
    *declared, due = _months(4)
    for place, period in enumerate(declared):
        sheet = people if place < len(declared) - 1 else [*people, ("顾新宇", _number("2001-08-08", 950), "9200.00")]
        changes = ["新增" if name == "顾新宇" else "" for name, _number, _wage in sheet]
        rows = [(*row, change) for row, change in zip(sheet, changes, strict=True)]
        submitting.submit(_sheet(owner, period, rows), actor=owner)
        if place < len(declared) - 1:
            _pay(owner, list(Charge.objects.filter(party=owner.party, period=period, about__startswith="insurance/")))
    wrong = [(*row, "") for row in people[:5]]
    wrong += [("孙志强", people[3][1][:-1] + "?", "9860.50", ""), ("", _number("1990-01-01", 951), "八千", "调岗")]
    _sheet(owner, due, wrong)


def _sheet(owner: Actor, period: str, rows: list[tuple]) -> InsuranceDeclaration:
    text = paging.csv_text([list(reading.HEADINGS), *rows])
    with transaction.atomic():  # a worker hears of it when it is done
        return _read(owner, period, text)


def _read(owner: Actor, period: str, text: str) -> InsuranceDeclaration:
    declaration = uploading.upload(
        SimpleUploadedFile(f"{period} 职工明细.csv", text.encode()), period=period, actor=owner
    )
    reading.take_in(declaration.pk)
    declaration.refresh_from_db()
    return declaration


def _pay(actor: Actor, owed: list[Charge]) -> None:
    """Drawn from the payer's account by the bank, as most contributions are."""
    today = clock.today()
    amount = sum((each.outstanding + late_fees.outstanding(each, today) for each in owed), Decimal())
    key = "demo-insurance-" + "-".join(each.ref for each in owed)[:40]
    collections.collect(owed, amount, by="demo/insurance", day=today, actor=actor, idempotency_key=key)


def _flexible(hrss: Actor, medical: Actor, citizen: Actor) -> None:
    """Somebody who insures themselves: months assessed by both agencies, the older ones paid, one missing."""
    number = citizen.party.person.id_number
    periods = [period for period in _months(5) if period != _months(3)[0]]
    for actor, levy, share in ((hrss, "pension", "1811.04"), (medical, "medical", "830.06")):
        rows = [
            {
                "payer_code": number,
                "payer": citizen.party.name,
                "person_number": number,
                "person": citizen.party.name,
                "levy": levy,
                "period": period,
                "base": "7546.00",
                "employer": "0.00",
                "employee": share,
            }
            for period in periods
        ]
        _deliver(actor, "assessments", rows, total=str(Decimal(share) * len(rows)), message=f"demo-flexible-{levy}")
    older = Charge.objects.filter(party=citizen.party, period__in=periods[:-1], about__startswith="insurance/")
    _pay(citizen, list(older))


def _lists(civil: Actor) -> None:
    """A class at a school the guardian acts for, some paid; people whose contributions the fund pays."""
    guardian = User.objects.get(username="guardian").own_party
    school = _organisation("上海市外滩第二小学", Organisation.Form.INSTITUTION, 801)
    Mandate.objects.get_or_create(
        principal=school,
        agent=guardian,
        kind=Mandate.Kind.FILER,
        defaults={"state": Mandate.State.ACTIVE, "valid_from": dt.date(2024, 1, 1)},
    )
    keeper = Actor(user=User.objects.get(username="guardian"), party=school)
    pupils = [(name, _number(born, 700 + place)) for place, (name, born) in enumerate(PUPILS)]
    children = [_child(name, number) for name, number in pupils[:3]]  # the last is not on the register yet
    Mandate.objects.get_or_create(
        principal=children[0],
        agent=guardian,
        kind=Mandate.Kind.GUARDIAN,
        defaults={"state": Mandate.State.ACTIVE, "valid_from": dt.date(2024, 1, 1)},
    )
    year = str(clock.today().year + 1)
    groups.make(pupils, kind=PayerGroup.Kind.STUDENTS, year=year, title="三年级（1）班", actor=keeper)
    paid = Charge.objects.filter(party=children[1], about__startswith="insurance/")
    _pay(Actor(user=keeper.user, party=children[1]), list(paid))
    fund = _organisation("上海市城乡医疗救助基金", Organisation.Form.SOCIAL, 802)
    AssistanceFund.objects.get_or_create(office=civil.office, defaults={"payer": fund})
    elder = User.objects.get(username="elder").own_party
    resident = _organisation("外滩街道中山居民委员会", Organisation.Form.SOCIAL, 803)
    numbers = [elder.person.id_number, _number(ASSISTED[1][1], 720)]
    people = list(zip((elder.name, ASSISTED[1][0]), numbers, strict=True))
    village = Actor(user=keeper.user, party=resident)
    groups.make(people, kind=PayerGroup.Kind.VILLAGE, year=year, title="居民参保名单", actor=village)
    groups.make(people[1:], kind=PayerGroup.Kind.ASSISTED, year=year, title="第一批资助名单", actor=civil)


def _organisation(name: str, form: str, serial: int) -> Party:
    body = f"52310101{2026}{serial:05d}"
    code = body + uscc.calc_check_digit(body)
    known = Organisation.objects.filter(uscc=code).select_related("party").first()
    if known is not None:
        return known.party
    office = Office.objects.get(code="tax-310101-1")
    party = Party.objects.create(kind=Party.Kind.ORGANISATION, name=name, office=office, district="310101")
    Organisation.objects.create(party=party, uscc=code, form=form)
    return party


def _child(name: str, number: str) -> Party:
    known = Person.objects.filter(id_number=number).select_related("party").first()
    if known is not None:
        return known.party
    office = Office.objects.get(code="tax-310101-1")
    party = Party.objects.create(kind=Party.Kind.PERSON, name=name, office=office, district="310101")
    born = dt.date.fromisoformat(f"{number[6:10]}-{number[10:12]}-{number[12:14]}")
    Person.objects.create(party=party, id_number=number, birth_date=born, sex=Person.Sex.FEMALE)
    return party


def _work_left(hrss: Actor, medical: Actor, citizen: Actor) -> None:
    """A line nobody answers to, a refused delivery, a refund and a dispute to answer."""
    lost = {
        "payer_code": "",
        "payer": "上海迁出企业（原登记名称）",
        "person_number": _number("1985-06-06", 960),
        "person": "曾广明",
        "levy": "pension",
        "period": _months(1)[0],
        "base": "9000.00",
        "employer": "1440.00",
        "employee": "720.00",
    }
    _deliver(hrss, "assessments", [lost], total="2160.00", message="demo-unmatched")
    _deliver(hrss, "assessments", [lost], total="21.60", message="demo-wrong-total")
    own = InsuranceBill.objects.filter(party=citizen.party, levy="medical").order_by("period")
    matters.ask_back(
        own.first(), claimed=Decimal(0), reason="当月已由原单位缴纳，重复缴费。", actor=citizen, key="demo-si"
    )
    detail = {"subject": "base", "period": str(reminding.due_month()), "reason": "申报基数高于我选择的 7,546 元。"}
    cases.open_submitted(matters.INSURANCE_DISPUTE, citizen, detail, idempotency_key="demo-si-dispute")
