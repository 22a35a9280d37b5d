"""What the steps of a verification bring about: opinion, hearing, recovery (Art 26).

Until the department has answered, the payer is not part of the matter. When it answers that the conditions are
not met, the case becomes the payer's as well: heard first, decided by two people, told in writing with the way
to appeal.
"""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.collaboration import evidence
from apps.collaboration.qualification import kinds, rows, standing
from apps.collaboration.qualification.models import Determination, QualificationVerification, inform_due
from apps.collaboration.telling import tell
from apps.kernel.audit import log
from apps.kernel.casework import custody
from apps.kernel.casework.models import Case
from apps.kernel.documents import letters
from apps.kernel.ledger import charges, periods
from apps.kernel.ledger.models import ZERO
from apps.kernel.parties.actors import Actor
from apps.kernel.rules import terms
from apps.kernel.workcalendar import clock, deadlines
from apps.kernel.workcalendar.days import SHANGHAI

Data = dict[str, Any]
State = Determination.State
HEARD_CLOCK, PAY_CLOCK = "qualification-heard", "assessed-pay"


def asked(case: Case, actor: Actor, data: Data) -> None:
    """The department finds the question in its inbox."""
    tell(case, case.detail.department, gettext_lazy("税务机关提请核查资格，请在期限内出具意见"), case.detail.title)


def met(case: Case, actor: Actor, data: Data) -> None:
    """The conditions are met: the qualification stands, renewed or put on record where it was missing.

    :raises ValidationError: on ``number`` or ``valid_to``.
    """
    detail: QualificationVerification = case.detail
    detail.opinion = QualificationVerification.Opinion.MET
    detail.determination = _confirmed(detail, data, actor)
    detail.save(update_fields=["opinion", "determination"])
    evidence.keep(case, actor, data)
    tell(case, detail.tax_office, gettext_lazy("核查意见：符合条件"), data["reason"])


def _confirmed(detail: QualificationVerification, data: Data, actor: Actor) -> Determination:
    row, until = detail.determination, data.get("valid_to")
    kind = kinds.get(detail.kind)
    if row is None:
        number = (data.get("number") or "").strip()
        if not number:
            raise ValidationError({"number": _("税务机关没有这项资格的认定，请填写证书或者文书编号。")})
        if Determination.objects.filter(office=detail.department, kind=kind.code, number=number).exists():
            raise ValidationError({"number": _("这个编号已经告知过，请核对。")})
        since = data.get("valid_from") or clock.today()
        if until is not None and until < since:
            raise ValidationError({"valid_to": _("有效期止不能早于有效期起。")})
        if wrong := rows.beyond(kind, since, until):
            raise ValidationError({"valid_to": wrong})
        row = Determination.objects.create(
            office=detail.department,
            kind=kind.code,
            party=detail.party,
            number=number,
            determined_on=min(since, clock.today()),
            valid_from=since,
            valid_to=until,
            basis=data["reason"][:500],
            inform_due=inform_due(min(since, clock.today())),
        )
        log.record(row.about, "qualification.told", actor=actor, target=kind.code, data={"in_time": row.in_time})
        standing.refresh([(row.party_id, row.kind)])
        return row
    if until is not None:
        if until < clock.today():
            raise ValidationError({"valid_to": _("有效期止不能早于今天。")})
        over = row.valid_to is not None and row.valid_to < clock.today()
        if wrong := rows.beyond(kind, clock.today() if over else row.valid_from, until):
            raise ValidationError({"valid_to": wrong})
        row.valid_to = until
        row.save(update_fields=["valid_to"])
    if row.valid_to is not None and row.valid_to < clock.today():
        raise ValidationError({"valid_to": _("原有效期已过，请填写新的有效期止。")})
    return standing.end(row, State.VALID, reason=data["reason"], actor=actor)


def not_met(case: Case, actor: Actor, data: Data) -> None:
    """The conditions are not met: the qualification is suspended, and the payer is told and heard."""
    detail: QualificationVerification = case.detail
    detail.opinion = QualificationVerification.Opinion.NOT_MET
    detail.save(update_fields=["opinion"])
    evidence.keep(case, actor, data)
    if detail.determination is not None and detail.determination.state == State.VALID:
        standing.end(detail.determination, State.SUSPENDED, reason=data["reason"], actor=actor)
    elif detail.determination is None:
        standing.refresh([(detail.party_id, detail.kind)])
    case.applicant = detail.party
    custody.move(case, detail.tax_office, clock.now())
    term = terms.term(HEARD_CLOCK, clock.today())
    until = deadlines.due(clock.now(), term.term, term.unit).due.astimezone(SHANGHAI).date()
    letters.issue(
        "qualification-hearing",
        detail.party,
        {
            "number": case.number,
            "title": case.title,
            "qualification": detail.title,
            "facts": detail.facts,
            "reason": data["reason"],
            "clause": data["clause"],
            "department": str(detail.department),
            "due_on": until.isoformat(),
        },
        actor=actor,
        about=case.about,
    )
    tell(case, detail.tax_office, gettext_lazy("核查意见：不符合条件，已告知当事人陈述、申辩"), data["reason"])


def stated(case: Case, actor: Actor, data: Data) -> None:
    """What the payer says against it is kept and must be weighed."""
    detail: QualificationVerification = case.detail
    detail.statement = data["reason"]
    detail.save(update_fields=["statement"])
    tell(case, detail.tax_office, gettext_lazy("当事人提交了陈述、申辩"), data["reason"])


def term_has_passed(case: Case, actor: Actor) -> None:
    """Nobody is decided about before the term to be heard has passed.

    :raises ValidationError: while it runs.
    """
    running = case.clocks.filter(term=HEARD_CLOCK, stopped_at__isnull=True).first()
    if running is not None and running.due_at > clock.now():
        raise ValidationError(
            _("当事人可以在 %(day)s 前陈述、申辩，期满才能作出处理。")
            % {"day": running.due_at.astimezone(SHANGHAI).date()}
        )


def proposed(case: Case, actor: Actor, data: Data) -> None:
    """What is to be recovered: levy, period, amount; nothing when nothing was enjoyed.

    :raises ValidationError: naming the field.
    """
    amount = data["amount"]
    if amount < ZERO:
        raise ValidationError({"amount": _("金额不能小于零。")})
    if amount > ZERO:
        if data.get("levy") is None:
            raise ValidationError({"levy": _("请选择追缴的税费种。")})
        periods.span(data.get("period") or "")
    detail: QualificationVerification = case.detail
    detail.levy, detail.period = (data["levy"], data["period"]) if amount > ZERO else (None, "")
    detail.amount, detail.clause = amount, data["clause"]
    detail.save(update_fields=["levy", "period", "amount", "clause"])
    case.handler = actor.user


def decided(case: Case, actor: Actor, data: Data) -> None:
    """The qualification ends, what was enjoyed is charged, and the payer gets the decision with the way to appeal."""
    detail: QualificationVerification = case.detail
    if detail.amount is None:
        raise ValidationError(_("请先拟定处理意见。"))
    if detail.determination is not None and detail.determination.state in (State.VALID, State.SUSPENDED):
        standing.end(detail.determination, State.ENDED, reason=data["reason"], actor=actor)
    due = None
    if detail.amount > ZERO:
        due = _pay_by()
        detail.charge = charges.assess(
            party=detail.party,
            levy=detail.levy_id,
            period=detail.period,
            amount=detail.amount,
            due=due,
            about=case.about,
            actor=actor,
        )
        detail.save(update_fields=["charge"])
    data["clause"] = detail.clause
    letters.issue(
        "qualification-decision",
        detail.party,
        {
            "number": case.number,
            "title": case.title,
            "qualification": detail.title,
            "facts": detail.facts,
            "statement": detail.statement,
            "reason": data["reason"],
            "clause": detail.clause,
            "levy": str(detail.levy or ""),
            "period": detail.period,
            "amount": str(detail.amount),
            "due_on": due.isoformat() if due else "",
        },
        actor=actor,
        about=case.about,
    )
    tell(case, detail.department, gettext_lazy("已终止资格并处理"), data["reason"])


def _pay_by() -> dt.date:
    term = terms.term(PAY_CLOCK, clock.today())
    return deadlines.due(clock.now(), term.term, term.unit).due.astimezone(SHANGHAI).date()


def dropped(case: Case, actor: Actor, data: Data) -> None:
    """What the payer said is right: the qualification is restored."""
    detail: QualificationVerification = case.detail
    if detail.determination is not None and detail.determination.state == State.SUSPENDED:
        standing.end(detail.determination, State.VALID, reason=data["reason"], actor=actor)
    tell(case, detail.department, gettext_lazy("税务机关采纳了当事人的陈述、申辩"), data["reason"])
