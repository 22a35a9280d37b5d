"""黄浦区人民法院: asks for a computation a day, registers what was sold, remits what it deducted (Art 30)."""

from decimal import Decimal

from sandbox.partners import day
from sandbox.partners.known import COMPANIES

NAME, CLIENT, EVERY = "上海市黄浦区人民法院", "demo-court", 120
MOST_OPEN = 3  # it asks for no more while so many wait


def play(api) -> int:
    """One question a day while few are open; money for what was sold."""
    matters = api.get("enforcement/matters/")["results"]
    return _remit(api, matters) + _ask(api, matters)


def _ask(api, matters) -> int:
    today = day.today()
    waiting = [row for row in matters if row["procedure"] == "court-sale" and row["state"] == "asked"]
    number = f"（{today.year}）沪0101执{today:%m%d}号"
    if len(waiting) >= MOST_OPEN or any(row["court_case"] == number for row in matters):
        return 0
    api.post(
        "enforcement/sales/",
        {
            "court_case": number,
            "party_code": COMPANIES[today.toordinal() % len(COMPANIES)][1],
            "thing": "building",
            "description": f"黄浦区中山南路{today.day}号商铺",
            "price": f"{Decimal(3_000_000 + 50_000 * today.day):.2f}",
        },
        idempotency_key=f"sale-{today.isoformat()}",
    )
    return 1


def _remit(api, matters) -> int:
    """The oldest sale whose taxes wait: all of the seller's, in one remittance."""
    today = day.today()
    for row in matters:
        if row["state"] == "sold" and "remit" in row["actions"] and not row["remittances"]:
            due = sum(
                (
                    Decimal(line["amount"])
                    for line in row["taxes"]
                    if line["basis"] == "reached" and line["bearer"] == "seller" and line["amount"]
                ),
                Decimal(0),
            )
            body = {"amount": f"{due:.2f}", "on": today.isoformat(), "reference": f"HF{row['number'][2:]}"}
            number = row["number"]
            api.post(f"enforcement/matters/{number}/remit/", body, idempotency_key=f"remit-{number}")
            return 1
    return 0
