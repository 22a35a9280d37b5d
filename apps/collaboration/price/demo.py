"""Price determinations of the demonstration: to be accepted, in work, concluded and proposed for tax (Art 27)."""

import datetime as dt
from decimal import Decimal

from apps.collaboration.price import assessment, pricing, procedure, steps
from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.parties.acting import staff_actor
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Organisation, User
from apps.kernel.workcalendar import clock

BUREAU, ABOVE = "price", "development"
ITEMS = (
    ("demo-price-1", "抵债设备的增值税计税价格", "数控车床", "CK6150，七成新", "2", "台", "90000.00"),
    ("demo-price-2", "非货币性资产投资的计税价格", "精密量具", "全新", "16", "套", "24000.00"),
    ("demo-price-3", "以物抵债车辆的计税价格", "厢式货车", "行驶 6.2 万公里", "1", "辆", "38000.00"),
)


def seed() -> None:
    """Three applications in three states, once."""
    bureau = Office.objects.get(code=BUREAU)
    if bureau.parent_id is None:
        bureau.parent = Office.objects.get(code=ABOVE)
        bureau.save(update_fields=["parent"])
    clerk, officer = (staff_actor(User.objects.get(username=name)) for name in ("clerk", BUREAU))
    payer = Organisation.objects.get(party__name="上海申澜精密机械有限公司")
    made = [_ask(clerk, payer, *item) for item in ITEMS]
    if made[1] is not None:
        cases.perform(made[1], "accept", officer)
    if made[2] is not None:
        cases.perform(made[2], "accept", officer)
        pricing.price(
            made[2], 1, method="market", unit_price=Decimal("86000.00"), note="参照同车型三笔成交", actor=officer
        )
        cases.perform(made[2], "conclude", officer, reason="现场查勘车况，调查二手车市场同车型成交价格，取中位数。")
        assessment.propose(
            steps.in_force(made[2]),
            rate="vat vat.rate.basic",
            period=f"{clock.today() - dt.timedelta(days=31):%Y-%m}",
            declared=Decimal("38000.00"),
            corrects="",
            actor=clerk,
            key="demo-price-use",
        )


def _ask(clerk: Actor, payer: Organisation, key: str, purpose: str, *item: str) -> Case | None:
    if Case.objects.filter(idempotency_key=key).exists():
        return None
    name, specification, quantity, unit, declared = item
    given = {
        "bureau": BUREAU,
        "payer_code": payer.uscc,
        "ground": "unclear",
        "purpose": purpose,
        "basis_date": (clock.today() - dt.timedelta(days=20)).isoformat(),
        "dispute": "申报价格明显低于市场价格，双方对成新率有争议。",
        "items": [
            {
                "name": name,
                "specification": specification,
                "quantity": quantity,
                "unit": unit,
                "declared": declared,
            }
        ],
    }
    return procedure.ask(clerk, given, key=key)
