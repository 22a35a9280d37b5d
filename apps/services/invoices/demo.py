"""The demonstration's invoices: September 2026 of the company its legal representative 'enterprise' acts for.

Sales are exactly 1,000,000.00 at 13 % (output VAT 130,000.00), deductible input VAT 84,500.00, and
3,200.00 are carried in from August: with them the VAT return comes to 42,300.00. The files in
``demo_files`` are what :func:`september` makes; they can be handed in by hand as well.
"""

import datetime as dt
from pathlib import Path
from random import Random

from django.db import transaction

from apps.kernel.facts import runs, writer
from apps.kernel.parties import demo as parties
from apps.kernel.parties.acting import taxpayer_actor
from apps.kernel.parties.actors import Actor, Channel
from apps.kernel.parties.models import Organisation, User
from apps.services.invoices import aggregates, importing
from apps.services.invoices.models import Invoice
from apps.services.invoices.parsing import SHANGHAI
from apps.services.invoices.samples import Goods, Side, invoice
from apps.services.invoices.writing import Style, xml

USERNAME = "enterprise"
FILES = Path(__file__).parent / "demo_files" / "2026-09"
CARRIED_IN_FEN = 3_200_00
TRADERS = 200
TRADE_SERIAL = 9_000_000

SPINDLE = Goods("1090106030000000000", "*金属加工机械*精密主轴", "台")
GEAR = Goods("1090109010000000000", "*通用设备零部件*齿轮组件", "套")
STEEL = Goods("1080207030000000000", "*黑色金属冶炼压延品*合金结构钢", "吨")
BEARING = Goods("1090110010000000000", "*轴承*高速角接触轴承", "套")
MACHINING = Goods("2010200000000000000", "*劳务*机械零件加工", "批")
SOFTWARE = Goods("3040201010000000000", "*信息技术服务*设备联网服务", "项", "0.06")
TEA = Goods("1030206010000000000", "*茶*招待用茶", "盒")

HARBOUR = Side("913101152026900014", "上海临江港口机械有限公司")
VALVE = Side("91310112202690002U", "上海闵浦阀门制造有限公司")
SUZHOU = Side("91320594202690003G", "苏州同里自动化设备有限公司")
WUXI_STEEL = Side("91320211202690004W", "无锡惠山特钢有限公司")
NINGBO = Side("91330206202690005W", "宁波北仑轴承有限公司")
WORKSHOP = Side("913101142026900065", "上海安亭机械加工有限公司")
NETWORK = Side("91310115202690007N", "上海张江物联信息科技有限公司")
TEAHOUSE = Side("92310101202690008D", "黄浦区听雨茶行")


def september(own: Side) -> dict[str, bytes]:
    """File name to content: five sales and one reversed, five purchases of which one gives no deduction."""
    ordinary = Invoice.Kind.ORDINARY
    made = [
        (invoice(1, own, HARBOUR, (SPINDLE, "360000.00", 6), (GEAR, "40000.00", 20), at=_at(3, 9)), Style()),
        (invoice(2, own, SUZHOU, (SPINDLE, "240000.00", 4), at=_at(8, 14)), Style(percent_rates=True)),
        (invoice(3, own, VALVE, (GEAR, "160000.00", 80), at=_at(15, 10)), Style(bare_issue_date=True)),
        (invoice(4, own, VALVE, (GEAR, "20000.00", 10), at=_at(15, 11)), Style(line_totals=False)),
        (invoice(5, own, VALVE, (GEAR, "-20000.00", -10), at=_at(16, 9)), Style(percent_rates=True)),
        (invoice(6, own, HARBOUR, (SPINDLE, "200000.00", 4), at=_at(26, 16), kind=ordinary), Style(indented=False)),
        (invoice(11, WUXI_STEEL, own, (STEEL, "420000.00", 60), at=_at(2, 10), region="32"), Style()),
        (invoice(12, NINGBO, own, (BEARING, "180000.00", 600), at=_at(9, 15), region="33"), Style(percent_rates=True)),
        (invoice(13, WORKSHOP, own, (MACHINING, "26000.00", 1), at=_at(18, 13)), Style(byte_order_mark=True)),
        (invoice(14, NETWORK, own, (SOFTWARE, "52000.00", 1), at=_at(22, 10)), Style(bare_issue_date=True)),
        (invoice(15, TEAHOUSE, own, (TEA, "1500.00", 10), at=_at(24, 17), kind=ordinary), Style()),
    ]
    return {f"dzfp_{parsed.number}.xml": xml(parsed, style) for parsed, style in made}


def _at(day: int, hour: int) -> dt.datetime:
    return dt.datetime(2026, 9, day, hour, 26, 8, tzinfo=SHANGHAI)


def own_side() -> Side:
    """The demonstration company: what the demo user represents."""
    principal = parties.mandate_of(USERNAME).principal
    organisation = Organisation.objects.select_related("party").get(party=principal)
    return Side(organisation.uscc, organisation.party.name)


def maker() -> Actor:
    """The demo user acting for that company."""
    company = Organisation.objects.get(uscc=own_side().number).party
    return taxpayer_actor(User.objects.get(username=USERNAME), company.ref)


@transaction.atomic
def seed() -> None:
    """Hand the files in as the demo user would, let August's return say what is carried in; some trade of others."""
    actor = maker()
    for path in sorted(FILES.glob("*.xml")):
        importing.import_xml(path.read_bytes(), actor=actor)
    august = runs.start("returns", kind="demo", as_of=dt.date(2026, 8, 31))
    writer.write([(actor.party.pk, "ending_vat_credit", CARRIED_IN_FEN, august.as_of)], run=august)
    runs.finish(august)
    _seed_trade()
    aggregates.refresh_facts(2026, 9)


def _seed_trade() -> None:
    """Invented general taxpayers sell to one another in July to September."""
    rows = Organisation.objects.filter(
        vat_kind=Organisation.VatKind.GENERAL, form=Organisation.Form.ENTERPRISE, party__ref__startswith="zz"
    )
    firms = [(row.party, Side(row.uscc, row.party.name)) for row in rows.select_related("party").order_by("uscc")]
    for serial, (party, seller) in enumerate(firms[:TRADERS]):
        rng = Random(serial)  # noqa: S311 - invented data
        buyer = firms[(serial * 7 + 3) % len(firms)][1]
        moment = dt.datetime(2026, rng.randint(7, 9), rng.randint(1, 28), rng.randint(9, 17), tzinfo=SHANGHAI)
        sold = (
            rng.choice((SPINDLE, GEAR, STEEL, BEARING, SOFTWARE)),
            f"{rng.randint(10, 9000)}00.00",
            rng.randint(1, 9),
        )
        made = invoice(TRADE_SERIAL + serial, seller, buyer, sold, at=moment)
        # With another number of taxpayers others would trade; what is there already stays.
        if buyer != seller and not Invoice.objects.filter(number=made.number).exists():
            importing.import_xml(xml(made), actor=Actor(party=party, name="demo", channel=Channel.SYSTEM))
