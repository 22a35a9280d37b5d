"""Factories of chapter 4's case rooms: offices that ask each other, qualifications, priced property."""

import datetime as dt
import itertools
from typing import Any

from apps.collaboration.assistance import procedure as assistance
from apps.collaboration.price import procedure as price
from apps.collaboration.qualification import intake
from apps.collaboration.qualification.models import Determination, QualificationDuty, QualificationMessage
from apps.kernel.casework.models import Case
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Party, Role
from apps.kernel.workcalendar import clock
from tests import factories

_numbers = itertools.count(1)


def general_office() -> Actor:
    """An officer of the government's General Office, who decides between offices without a common superior."""
    return factories.staff(
        factories.department("市政府办公厅", kind=Office.Kind.GENERAL_OFFICE), Role.OFFICER, name="尹若兰"
    )


def assistance_asked(asker: Actor, assister: Office, **changed: Any) -> Case:
    """A request for assistance that has reached the other office."""
    given = {
        "assister": assister.code,
        "subject": "核实用工人数",
        "legal_basis": "《税收征收管理法》第五条",
        "need": "申报人数与参保人数差距较大，请提供参保人数。",
        **changed,
    }
    return assistance.ask(asker, given, key=f"ask-{next(_numbers)}")


def determining(kind: str = "hnte", name: str = "市科委") -> Actor:
    """An officer of a department that determines a kind of qualification."""
    office = factories.department(name)
    QualificationDuty.objects.create(office=office, kind=kind)
    return factories.staff(office, Role.OFFICER, name="林知行")


def told(party: Party, **changed: Any) -> dict[str, Any]:
    """A determination as a department writes it."""
    today = clock.today()
    return {
        "kind": "hnte",
        "number": f"GR2026{next(_numbers):05d}",
        "payer_code": party.organisation.uscc if party.kind == Party.Kind.ORGANISATION else party.person.id_number,
        "payer": party.name,
        "determined_on": today.isoformat(),
        "valid_from": today.isoformat(),
        "valid_to": (today + dt.timedelta(days=365)).isoformat(),
        "basis": "国科火字〔2026〕12号",
        **changed,
    }


def message(actor: Actor, party: Party, **changed: Any) -> QualificationMessage:
    """A message taken in."""
    return intake.take(told(party, **changed), actor=actor)


def determination(actor: Actor, party: Party, **changed: Any) -> Determination:
    """A determination in force."""
    taken = message(actor, party, **changed)
    assert taken.determination is not None, taken.explanation
    return taken.determination


def priced(asker: Actor, bureau: Office, party: Party, **changed: Any) -> Case:
    """An application for a price determination of two items."""
    given = {
        "bureau": bureau.code,
        "payer_code": party.organisation.uscc,
        "ground": "unclear",
        "purpose": "抵债设备的增值税计税价格",
        "basis_date": clock.today().isoformat(),
        "dispute": "申报价格明显偏低。",
        "items": [
            {
                "name": "数控车床",
                "specification": "CK6150，七成新",
                "quantity": "2",
                "unit": "台",
                "declared": "90000.00",
            },
            {"name": "铝锭", "specification": "A00", "quantity": "12.5", "unit": "吨", "declared": ""},
        ],
        **changed,
    }
    return price.ask(asker, given, key=f"price-{next(_numbers)}")
