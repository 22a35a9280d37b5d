"""Red-letter invoices (红字发票, Art 14): an issued digital invoice is never voided, it is taken back.

One side asks, the other agrees or not within the term of the law file; then the seller's red invoice is
issued and linked. Where the buyer has neither confirmed a use nor entered the invoice in its books, or is
not registered here, the seller's request needs nobody's agreement. What a form takes back is reserved line
by line when it is asked for: the line's constraint lets nobody take back more than there is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party
from apps.kernel.rules import terms
from apps.kernel.rules.money import fen
from apps.kernel.workcalendar import clock, deadlines
from apps.services.invoices import delivery, importing, issuing, purposes, quotas
from apps.services.invoices.models import Invoice, InvoiceLine, RedLetter, RedLetterLine, UseMark
from apps.services.invoices.parsing import SHANGHAI, Line, Parsed

TERM = "red-letter-confirm"
State = RedLetter.State


@dataclass(frozen=True)
class Share:
    """How much of a line is taken back."""

    line: InvoiceLine
    amount: Decimal
    tax: Decimal


@transaction.atomic
def ask(blue: Invoice, *, actor: Actor, reason: str, amounts: Mapping[int, Decimal] | None = None) -> RedLetter:
    """Ask to take an invoice back: whole, or ``amounts`` by line position. Straight through where nobody must agree.

    :raises ValidationError: when the invoice cannot be taken back, or not as much of it.
    """
    party = importing.authorise(actor)
    blue = Invoice.objects.select_for_update(no_key=True, of=("self",)).get(pk=blue.pk)
    _may_be_taken_back(blue, party)
    if reason not in RedLetter.Reason.values:
        raise ValidationError({"reason": _("请选择红冲原因。")})
    shares = _shares(blue, amounts)
    for share in shares:
        _reserve(share)
    now = clock.now()
    limit = terms.term(TERM, timezone.localtime(now).date())
    form = RedLetter.objects.create(
        blue=blue,
        asked_by=party,
        reason=reason,
        amount=sum((share.amount for share in shares), Decimal(0)),
        tax=sum((share.tax for share in shares), Decimal(0)),
        asked_by_user=actor.user,
        due_at=deadlines.due(now, limit.term, limit.unit).due,
    )
    RedLetterLine.objects.bulk_create(
        RedLetterLine(red_letter=form, line=share.line, amount=share.amount, tax=share.tax) for share in shares
    )
    log.record(f"invoices/{party.pk}", "red-letter.asked", actor=actor, target=form.ref)
    if form.other is None or (party.pk == blue.seller_id and not _in_use(blue)):
        return _issue(form, actor=actor)
    outbox.send("red-letter-asked", form.other, _said(form) | {"due": form.due_at}, about=f"red-letter/{form.ref}")
    return form


def agree(form: RedLetter, *, actor: Actor) -> RedLetter:
    """Agree with the other side's form: the red invoice is issued at once."""
    with transaction.atomic():
        return _issue(_answerable(form, actor), actor=actor)


def reject(form: RedLetter, *, actor: Actor, why: str) -> RedLetter:
    """Disagree; the invoice stays as it is."""
    if not why.strip():
        raise ValidationError({"answer": _("请写明不同意的理由，对方会看到。")})
    with transaction.atomic():
        return _end(_answerable(form, actor), State.REJECTED, actor=actor, why=why)


def withdraw(form: RedLetter, *, actor: Actor) -> RedLetter:
    """Take an own form back before it is answered."""
    with transaction.atomic():
        form = _locked(form)
        if form.asked_by_id != importing.authorise(actor).pk:
            raise PermissionDenied(_("只有申请方可以撤回确认单。"))
        return _end(form, State.WITHDRAWN, actor=actor)


def lapse_overdue() -> int:
    """End the forms that nobody answered in time; running it again ends none twice."""
    overdue = RedLetter.objects.filter(state=State.WAITING, due_at__lt=clock.now())
    lapsed = 0
    for form in overdue.order_by("id"):
        with transaction.atomic():
            try:
                _end(_locked(form), State.LAPSED, actor=Actor.system("red-letters"))
            except ValidationError:
                continue  # answered a moment ago
            lapsed += 1
    return lapsed


def remaining(line: InvoiceLine) -> Decimal:
    """What of a line's net amount may still be taken back."""
    return line.amount - line.red_amount


def _may_be_taken_back(blue: Invoice, party: Party) -> None:
    if blue.status != Invoice.Status.NORMAL:
        raise ValidationError(_("只有正常的蓝字发票可以红冲。"))
    if blue.seller_id is None or not hasattr(blue, "issue"):
        raise ValidationError(_("这张发票不是在本系统开具的，请由销售方在原开票渠道红冲。"))
    if party.pk not in (blue.seller_id, blue.buyer_id):
        raise PermissionDenied


def _shares(blue: Invoice, amounts: Mapping[int, Decimal] | None) -> list[Share]:
    shares = []
    mistakes = {}
    for line in blue.lines.all():
        left = remaining(line)
        wanted = left if amounts is None else amounts.get(line.position, Decimal(0))
        if wanted < 0 or wanted > left or wanted != fen(wanted):
            mistakes[f"amount_{line.position}"] = _("第 %(position)d 行最多还可以红冲 %(left)s 元。") % {
                "position": line.position,
                "left": f"{left:,.2f}",
            }
        elif wanted:
            shares.append(Share(line, wanted, tax_of(line, wanted)))
    if mistakes:
        raise ValidationError(mistakes)
    if not shares:
        raise ValidationError(_("没有可以红冲的金额：请至少填写一行，或者发票已经全部红冲。"))
    return shares


def tax_of(line: InvoiceLine, amount: Decimal) -> Decimal:
    """The tax of a share; the last share takes the rest, so that all shares make the line's tax exactly."""
    rest = line.tax - line.red_tax
    return rest if amount == remaining(line) else min(rest, fen(amount * line.rate))


def _reserve(share: Share) -> None:
    line = InvoiceLine.objects.filter(
        pk=share.line.pk, red_amount__lte=F("amount") - share.amount, red_tax__lte=F("tax") - share.tax
    )
    if not line.update(red_amount=F("red_amount") + share.amount, red_tax=F("red_tax") + share.tax):
        raise ValidationError(_("这一行的剩余金额刚刚发生了变化。请刷新页面后重试。"))


def _in_use(blue: Invoice) -> bool:
    """Whether the buyer relies on the invoice: a use is confirmed, or it is in the books."""
    entered = blue.marks.filter(kind=UseMark.Kind.ENTERED, withdrawn_at=None, party=blue.buyer_id)
    return hasattr(blue, "purpose") or entered.exists()


def _locked(form: RedLetter) -> RedLetter:
    locked = RedLetter.objects.select_for_update(no_key=True, of=("self",)).get(pk=form.pk)
    if locked.state != State.WAITING:
        raise ValidationError(
            _("确认单目前是“%(state)s”，不能再处理。") % {"state": locked.get_state_display()}, code="ended"
        )
    return locked


def _answerable(form: RedLetter, actor: Actor) -> RedLetter:
    party = importing.authorise(actor)
    locked = _locked(form)
    if locked.other is None or locked.other.pk != party.pk:
        raise PermissionDenied(_("确认单由对方答复。"))
    if locked.due_at < clock.now():
        raise ValidationError(_("确认期限已过，确认单已失效。请对方重新申请。"), code="ended")
    return locked


def _end(form: RedLetter, state: str, *, actor: Actor, why: str = "") -> RedLetter:
    """End a form without a red invoice, and free what it had reserved."""
    for share in form.lines.all():
        InvoiceLine.objects.filter(pk=share.line_id).update(
            red_amount=F("red_amount") - share.amount, red_tax=F("red_tax") - share.tax
        )
    return _close(form, state, actor=actor, why=why)


def _issue(form: RedLetter, *, actor: Actor) -> RedLetter:
    blue = form.blue
    shares = list(form.lines.select_related("line"))
    lines = tuple(_red_line(share) for share in shares)
    parsed = Parsed(
        number="",
        kind=blue.kind,
        status=Invoice.Status.RED,
        issued_at=clock.now().astimezone(SHANGHAI).replace(microsecond=0),
        seller_number=blue.seller_number,
        seller_name=blue.seller_name,
        buyer_number=blue.buyer_number,
        buyer_name=blue.buyer_name,
        amount=-form.amount,
        tax=-form.tax,
        total=-form.amount - form.tax,
        lines=lines,
    )
    remark = f"被红冲蓝字数电票号码：{blue.number} 红字发票信息确认单编号：{form.ref}"
    form.red = issuing.put_down(
        parsed, actor=actor, key=f"red-letter/{form.ref}", email=blue.issue.email, remark=remark
    )
    if quotas.month_of(timezone.localtime(blue.issued_at).date()) == quotas.month_of(clock.today()):
        quotas.give_back(blue.seller, form.amount, clock.today())
    purposes.follow(blue, form.red)
    closed = _close(form, State.ISSUED, actor=actor)
    delivery.hand_over(form.red, actor=actor)
    return closed


def _red_line(share: RedLetterLine) -> Line:
    line = share.line
    quantity = None
    if line.price and share.amount == line.amount:
        quantity = -line.quantity
    return Line(
        name=line.name,
        tax_class=line.tax_class,
        model=line.model,
        unit=line.unit,
        quantity=quantity,
        price=line.price if quantity is not None else None,
        amount=-share.amount,
        treatment=line.treatment,
        rate=line.rate,
        tax=-share.tax,
    )


def _close(form: RedLetter, state: str, *, actor: Actor, why: str = "") -> RedLetter:
    form.state = state
    form.answered_at = clock.now()
    form.answered_by_user = actor.user
    form.answer = why[:200]
    form.save(update_fields=["state", "answered_at", "answered_by_user", "answer", "red"])
    log.record(f"invoices/{form.blue.seller_id}", f"red-letter.{state}", actor=actor, target=form.ref)
    told = {party.pk: party for party in (form.asked_by, form.other) if party is not None}
    for party in told.values():
        if actor.party is None or party.pk != actor.party.pk:
            outbox.send(
                "red-letter-answered",
                party,
                _said(form) | {"name": party.name, "result": State(form.state).label},
                about=f"red-letter/{form.ref}",
            )
    return form


def _said(form: RedLetter) -> dict:
    return {
        "number": form.blue.number,
        "name": form.other.name if form.other else "",
        "asker": form.asked_by.name,
        "amount": form.amount,
        "reason": RedLetter.Reason(form.reason).label,
    }


def waiting_for(party: Party):
    """Forms whose answer is up to ``party``."""
    return (
        RedLetter.objects.of(party)
        .filter(state=State.WAITING)
        .filter(~Q(asked_by=party))
        .select_related("blue", "asked_by")
    )
