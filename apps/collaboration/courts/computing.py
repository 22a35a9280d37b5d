"""Taxes and fees of a judicial sale, levy by levy and side by side, with the kernel's calculators (Art 30).

Each side bears what the law lays on it, whatever a notice of sale says. What cannot be computed from what the court
knows - land appreciation tax, corporate income tax - is named without an amount and settled by the office.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.collaboration.courts.models import CourtSale, SaleLine
from apps.kernel.ledger.models import ZERO
from apps.kernel.parties.models import Organisation, Party
from apps.kernel.rules import parameters
from apps.kernel.rules.calculators import calculate
from apps.kernel.rules.money import fen

SELLER, BUYER = SaleLine.Bearer.SELLER, SaleLine.Bearer.BUYER
Thing = CourtSale.Thing
SURCHARGES = (("city", "city-construction"), ("edu", "education"), ("local_edu", "local-education"))


@dataclass(frozen=True)
class Tax:
    """One levy of one side; ``amount`` is None where the office settles it separately."""

    bearer: str
    levy: str
    formula: str
    amount: Decimal | None
    source: str


def taxes(sale: CourtSale, price: Decimal, on: dt.date) -> list[Tax]:
    """Every levy of a sale at a price (VAT included) under the law of a day.

    :raises InvalidInputs: when the court has not said what the calculation needs.
    """
    person = sale.party.kind == Party.Kind.PERSON
    if sale.thing in {Thing.HOME, Thing.BUILDING}:
        return list(_real_estate(sale, price, on, person=person))
    return list(_shares(sale, price, on, person=person))


def _line(bearer: str, levy: str, answer: dict[str, Any], amount: Decimal) -> Tax:
    found = [line for line in answer["lines"] if line["amount"] == amount] or answer["lines"][-1:]
    line = found[-1]
    return Tax(bearer, levy, line["formula"][:200], amount, line["source"][:300])


def _real_estate(sale: CourtSale, price: Decimal, on: dt.date, *, person: bool) -> Iterator[Tax]:
    net, vat = price, ZERO
    if person and sale.thing == Thing.HOME:
        answer = calculate(
            "housing-sale", {"gross": str(price), "held_months": sale.held_months or 0, "date": on.isoformat()}
        )
        net, vat = answer["net"], answer["vat"]
        yield _line(SELLER, "vat", answer, vat)
    else:
        answer = calculate("vat-inclusive", {"gross": str(price), "rate": _rate(sale.party, on)})
        net, vat = answer["net"], answer["vat"]
        yield _line(SELLER, "vat", answer, vat)
    yield from _on_vat(vat, on, halved=_halved(sale.party))
    if not (person and sale.thing == Thing.HOME):
        yield from _stamp("building_transfer", net, on, sale.party)
        yield Tax(
            SELLER,
            "land-appreciation",
            _("须按收入和扣除项目清算，由主管税务机关另行核定"),
            None,
            "《土地增值税暂行条例》",
        )
    yield from _income(sale, net, on, person=person)
    home = sale.buyer_home if sale.thing == Thing.HOME else CourtSale.BuyerHome.OTHER
    deed = calculate(
        "deed-tax", {"price": str(net), "home": str(home), "area": str(sale.area or 0), "date": on.isoformat()}
    )
    yield _line(BUYER, "deed", deed, deed["tax"])


def _shares(sale: CourtSale, price: Decimal, on: dt.date, *, person: bool) -> Iterator[Tax]:
    if sale.thing == Thing.LISTED:
        answer = calculate("stamp-duty", {"item": "securities", "amount": str(price), "date": on.isoformat()})
        yield _line(SELLER, "stamp", answer, answer["tax"])
        if not person:
            yield Tax(SELLER, "vat", _("金融商品转让按买卖差价，并入当期申报"), None, "《增值税法》")
    else:
        yield from _stamp("share_transfer", price, on, sale.party)
    if person and sale.thing == Thing.LISTED:
        yield Tax(SELLER, "iit", _("限售股按财产转让所得另行核定；其他股票暂免"), None, "财税〔2009〕167号")
    else:
        yield from _income(sale, price, on, person=person)


def _on_vat(vat: Decimal, on: dt.date, *, halved: bool) -> Iterator[Tax]:
    if vat:
        answer = calculate(
            "surcharges", {"vat": str(vat), "location": "urban", "halved": halved, "date": on.isoformat()}
        )
        for name, levy in SURCHARGES:
            yield _line(SELLER, levy, answer, answer[name])


def _stamp(item: str, base: Decimal, on: dt.date, seller: Party) -> Iterator[Tax]:
    """Both sides of a transfer pay stamp duty; the buyer's halving is not known to the court."""
    for bearer, halved in ((SELLER, _halved(seller)), (BUYER, False)):
        answer = calculate("stamp-duty", {"item": item, "amount": str(base), "halved": halved, "date": on.isoformat()})
        yield _line(bearer, "stamp", answer, answer["tax"])


def _income(sale: CourtSale, net: Decimal, on: dt.date, *, person: bool) -> Iterator[Tax]:
    if not person:
        yield Tax(SELLER, "cit", _("所得并入年度企业所得税申报，不在拍卖款中扣划"), None, "《企业所得税法》第六条")
        return
    row = parameters.row("iit.property-transfer.rate", on)
    if sale.original_value is None:
        yield Tax(SELLER, "iit", _("没有原值凭证，由主管税务机关另行核定"), None, row.source)
        return
    gain = max(ZERO, net - sale.original_value)
    formula = f"({net:f} − {sale.original_value:f}) × {row.number * 100:.0f}%"
    yield Tax(SELLER, "iit", formula, fen(gain * row.number), row.source)


def _rate(party: Party, on: dt.date) -> str:
    """The rate of VAT on real estate: the lower rate of a general taxpayer, the levy rate of others."""
    code = "vat.rate.lower" if _general(party) else "vat.levy.standard"
    return str(parameters.row(code, on).number)


def _general(party: Party) -> bool:
    return party.kind == Party.Kind.ORGANISATION and party.organisation.vat_kind == Organisation.VatKind.GENERAL


def _halved(party: Party) -> bool:
    """Small-scale payers and individuals have half of six taxes and two surcharges."""
    return not _general(party)
