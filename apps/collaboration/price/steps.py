"""What the steps of a price determination bring about: the conclusion, its review, who is told (Art 27)."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.collaboration import evidence
from apps.collaboration.price import pricing
from apps.collaboration.price.models import PriceConclusion, PriceDetermination, PricedItem
from apps.collaboration.telling import tell
from apps.kernel.casework import custody
from apps.kernel.casework.models import Case
from apps.kernel.documents import letters
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.ledger.models import ZERO
from apps.kernel.lists import joined
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor
from apps.kernel.rules import terms
from apps.kernel.workcalendar import clock, deadlines
from apps.kernel.workcalendar.days import SHANGHAI

Data = dict[str, Any]


def asked(case: Case, actor: Actor, data: Data) -> None:
    """The bureau finds the application in its inbox."""
    tell(
        case, case.detail.bureau, gettext_lazy("收到价格认定协助申请，请在期限内受理或者要求补充"), case.detail.purpose
    )


def accepted(case: Case, actor: Actor, data: Data) -> None:
    """Somebody of the bureau works on it now."""
    case.handler = actor.user
    tell(case, case.detail.requester, gettext_lazy("价格认定已受理"))


def supplement_asked(case: Case, actor: Actor, data: Data) -> None:
    """The tax office is told what is missing."""
    tell(case, case.detail.requester, gettext_lazy("价格认定机构要求补充材料"), data["reason"])


def supplied(case: Case, actor: Actor, data: Data) -> None:
    """What was missing is there."""
    evidence.keep(case, actor, data)
    tell(case, case.detail.bureau, gettext_lazy("已补充材料"), data["reason"])


def refused(case: Case, actor: Actor, data: Data) -> None:
    """The tax office is told why nothing is determined."""
    tell(case, case.detail.requester, gettext_lazy("价格认定不予受理"), data["reason"])


def withdrawn(case: Case, actor: Actor, data: Data) -> None:
    """The bureau need do no more."""
    tell(case, case.detail.bureau, gettext_lazy("税务机关撤回了价格认定申请"), data["reason"])


def all_priced(case: Case, actor: Actor) -> None:
    """A conclusion names a price for every item.

    :raises ValidationError: naming the items without one.
    """
    missing = pricing.unpriced(case)
    if missing:
        raise ValidationError(_("第 %s 项还没有认定价格，请先填写。") % joined(missing), code="unpriced")


def concluded(case: Case, actor: Actor, data: Data) -> None:
    """The conclusion is written with number and check code; tax office and owner are told."""
    evidence.keep(case, actor, data)
    conclusion = _write(case, actor, data["reason"])
    tell(case, case.detail.requester, gettext_lazy("已出具价格认定结论"), conclusion.document.number)


def _write(case: Case, actor: Actor, report: str) -> PriceConclusion:
    detail: PriceDetermination = case.detail
    items = list(detail.items.all())
    total = sum((item.amount for item in items), ZERO)
    rows = [
        {
            "place": item.place,
            "name": item.name,
            "specification": item.specification,
            "quantity": f"{item.quantity.normalize():f}",
            "unit": item.unit,
            "method": str(item.get_method_display()),
            "unit_price": str(item.unit_price),
            "amount": str(item.amount),
        }
        for item in items
    ]
    document = letters.issue(
        "price-conclusion",
        detail.party,
        {
            "number": case.number,
            "title": case.title,
            "purpose": detail.purpose,
            "requester": str(detail.requester),
            "basis_date": detail.basis_date.isoformat(),
            "rows": rows,
            "total": str(total),
            "reason": report,
        },
        actor=actor,
        about=case.about,
    )
    conclusion = PriceConclusion.objects.create(
        determination=detail, office=actor.office, document=document, total=total, report=report
    )
    PricedItem.objects.bulk_create(
        PricedItem(
            conclusion=conclusion,
            item=item,
            method=item.method,
            unit_price=item.unit_price,
            amount=item.amount,
            note=item.note,
        )
        for item in items
    )
    outbox.send(
        "price-concluded",
        detail.party,
        {"document": document.number, "office": str(actor.office), "purpose": detail.purpose},
        about=case.about,
    )
    return conclusion


def in_force(case: Case) -> PriceConclusion | None:
    """The conclusion that counts."""
    return PriceConclusion.objects.filter(determination=case.pk, replaced_by=None).select_related("document").first()


def may_be_reviewed(case: Case, actor: Actor) -> None:
    """A review is asked for in time, once, and of a price body above the bureau.

    :raises ValidationError: saying which of these fails.
    """
    if case.detail.bureau.parent is None:
        raise ValidationError(_("价格认定机构没有登记上级机构，不能提出复核。"))
    conclusion = in_force(case)
    term = terms.term("price-review-apply", conclusion.concluded_on)
    start = dt.datetime.combine(conclusion.concluded_on, dt.time.min, tzinfo=SHANGHAI)
    if deadlines.due(start, term.term, term.unit).due < clock.now():
        raise ValidationError(_("提出复核的期限（%s）已过。") % term.label)


def review_asked(case: Case, actor: Actor, data: Data) -> None:
    """The body above the bureau looks at it again."""
    superior = case.detail.bureau.parent
    custody.move(case, superior, clock.now())
    tell(case, superior, gettext_lazy("税务机关提请复核价格认定结论"), data["reason"])


def review_upheld(case: Case, actor: Actor, data: Data) -> None:
    """The conclusion stands."""
    for office in (case.detail.requester, case.detail.bureau):
        tell(case, office, gettext_lazy("复核维持价格认定结论"), data["reason"])


def review_changed(case: Case, actor: Actor, data: Data) -> None:
    """Another conclusion takes the place of the first, whose document is revoked.

    :raises ValidationError: when no price was changed.
    """
    before = in_force(case)
    known = dict(before.items.values_list("item", "amount"))
    if all(known[item.pk] == item.amount for item in case.detail.items.all()):
        raise ValidationError(_("复核变更前，请先更正标的的价格；没有变化的，请选择维持。"))
    evidence.keep(case, actor, data)
    # Only one conclusion counts at a time, also inside this transaction: the first steps back before the second.
    PriceConclusion.objects.filter(pk=before.pk).update(replaced_by=before.pk)
    after = _write(case, actor, data["reason"])
    PriceConclusion.objects.filter(pk=before.pk).update(replaced_by=after.pk)
    letters.revoke(
        before.document,
        actor=Actor.system("price-review"),
        reason=IssuedDocument.RevocationReason.REPLACED,
        replaced_by=after.document,
    )
    for office in (case.detail.requester, case.detail.bureau):
        tell(case, office, gettext_lazy("复核变更了价格认定结论"), after.document.number)
