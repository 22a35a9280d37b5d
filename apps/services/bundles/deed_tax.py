"""Deed tax inside a property transfer (契税): assessed by the tax office, paid before the registration (Art 28).

The registry's own check of the certificate reaches this room as an event, so the two never know each other.
"""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.ledger import certificates, charges
from apps.kernel.ledger.models import Charge, Payment
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor
from apps.kernel.rules import terms
from apps.kernel.rules.calculators import InvalidInputs, calculate
from apps.kernel.workcalendar import clock
from apps.services.bundles.models import PartRecord

LEVY = "deed"
PAYING = "paying"
TAX, REGISTRATION = "tax", "registry"


def computed(whole: Case) -> dict[str, Any]:
    """The tax on what the application declares, with its lines."""
    answers = whole.detail
    return calculate(
        "deed-tax",
        {
            "price": f"{answers.price:f}",
            "home": answers.home,
            "area": f"{answers.area:f}",
            "date": answers.signed_on.isoformat(),
        },
    )


def lines(case: Case) -> list[dict[str, Any]]:
    """The calculation as the tax office and the applicant see it."""
    return computed(case.parent)["lines"]


def calculable(answers) -> None:
    """Refuse an application whose tax cannot be computed, naming the answer.

    :raises ValidationError: with the calculator's own words.
    """
    names = {"price": "price", "home": "home", "area": "area", "date": "signed_on"}
    try:
        calculate("deed-tax", {name: str(getattr(answers, field)) for name, field in names.items()})
    except InvalidInputs as error:
        raise ValidationError({names.get(name, name): words for name, words in error.message_dict.items()}) from error


def assess(case: Case, actor: Actor, _data: dict[str, Any]) -> None:
    """Put the tax on the applicant's account; a transfer free of tax makes no charge."""
    amount: Decimal = computed(case.parent)["tax"]
    record = case.detail
    record.amount = amount
    record.save(update_fields=["amount"])
    if not amount:
        return
    today = clock.today()
    due = today + dt.timedelta(days=terms.term("bundle-deed-payment", today).term)
    charge = charges.assess(
        party=case.applicant,
        levy=LEVY,
        period=today.isoformat(),
        amount=amount,
        due=due,
        about=case.about,
        actor=actor,
    )
    outbox.send(
        "charge-due",
        case.applicant,
        {"levy": charge.levy.name, "period": charge.period, "amount": amount, "due": due},
        about=case.about,
    )


def nothing_to_pay(case: Case) -> str | None:
    """A transfer free of tax goes on at once."""
    return None if case.detail.amount else "approve"


def cancel(case: Case, actor: Actor, _data: dict[str, Any]) -> None:
    """The transfer is withdrawn: what was assessed is owed no more, what was paid becomes refundable."""
    for charge in _charges(case):
        charges.adjust(charge, Decimal("0.00"), reason=_("不动产转移申请已撤回"), actor=actor)


def on_charge_paid(sender: object, *, charge: Charge, payment: Payment, **_more: object) -> None:
    """Paid in full: the tax part is done and its certificate issued; told twice, both happen once."""
    if charge.levy_id != LEVY:
        return
    number = charge.about.partition("/")[2]
    case = Case.objects.filter(number=number, part=TAX).first()
    if case is None:
        return
    certificates.issue(payment, Actor.system("ledger"))
    if case.state == PAYING:
        cases.perform(case, "approve", Actor.system("ledger"))


def on_certificate_checked(
    sender: object, *, document: IssuedDocument, matter_number: str, actor: Actor, **_more: object
) -> None:
    """The registry has checked the certificate of this transfer: it may register."""
    case = Case.objects.filter(number=matter_number, part=REGISTRATION, office=actor.office).first()
    if case is not None and document in _certificates(case):
        PartRecord.objects.filter(case=case).update(certificate_checked_at=clock.now())


def must_be_checked(case: Case, _actor: Actor) -> None:
    """Nothing is registered before the certificate of the deed tax has been checked.

    :raises ValidationError: naming the certificate to check.
    """
    found = _certificates(case)
    if found and case.detail.certificate_checked_at is None:
        raise ValidationError(
            _("登记前请先在“完税凭证查验”中核验契税完税证明：证明号码 %(certificate)s，受理编号填写 %(number)s。")
            % {"certificate": found[0].number, "number": case.number}
        )


def _certificates(case: Case) -> list[IssuedDocument]:
    """The certificates of the deed tax paid for the transfer a registration belongs to."""
    assessed = case.parent.parts.filter(part=TAX).first()
    return certificates.issued_about(assessed.about) if assessed is not None else []


def _charges(case: Case) -> list[Charge]:
    return list(Charge.objects.filter(about=case.about, levy_id=LEVY))
