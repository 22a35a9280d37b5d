"""What the steps of a risk case bring about: answers kept, outcomes recorded, the next step proposed (Art 32)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.kernel.casework.models import Case
from apps.kernel.facts import disputes
from apps.kernel.parties.actors import Actor
from apps.supervision.risk import assigning, outcomes
from apps.supervision.risk.models import Level, RiskOutcome, RiskReminder

Data = dict[str, Any]
Answer = RiskReminder.Answer
Verdict = RiskOutcome.Verdict


def explained(case: Case, actor: Actor, data: Data) -> None:
    """Keep that the payer explained."""
    _answer(case, Answer.EXPLAINED)


def corrected(case: Case, actor: Actor, data: Data) -> None:
    """Keep which return was corrected.

    :raises ValidationError: on ``number``, when the payer has no such case.
    """
    number = data.get("number", "").strip().upper()
    correction = None
    if number:
        correction = Case.objects.visible_to(actor).filter(number=number, submitted_at__isnull=False).first()
        if correction is None or correction.pk == case.pk:
            raise ValidationError({"number": _("没有找到这件申报，请核对“我的办件”中的编号。")})
    _answer(case, Answer.CORRECTED, correction=correction)


def disputed(case: Case, actor: Actor, data: Data) -> None:
    """Open a dispute about a figure the reminder rests on; the correction of data takes it from there (Art 19).

    :raises ValidationError: on ``field`` or ``claimed``.
    """
    field = data["field"]
    used = {figure["field"] for row in case.detail.trace for figure in row["figures"]}
    if field not in used:
        raise ValidationError({"field": _("这次提醒没有用到这项数据，请从提醒所列的数据中选择。")})
    disputes.open(case.applicant, field, claimed=data["claimed"], reason=data["reason"], actor=actor)
    _answer(case, Answer.DISPUTED, disputed=[*case.detail.disputed, field])


def _answer(case: Case, answer: str, **more: Any) -> None:
    reminder: RiskReminder = case.detail
    for name, value in {"answer": answer, **more}.items():
        setattr(reminder, name, value)
    reminder.save()


def clear(case: Case, actor: Actor, data: Data) -> None:
    """The doubt is gone: every indicator of the case was wrong this time."""
    outcomes.record(case, actor, Verdict.CLEARED)


def accept_correction(case: Case, actor: Actor, data: Data) -> None:
    """The payer put it right: the indicators were right, and nothing more follows."""
    outcomes.record(case, actor, Verdict.CORRECTED, data.get("confirmed") or ())


def confirm(case: Case, actor: Actor, data: Data) -> None:
    """The doubt proved true; nothing follows from this step by itself."""
    outcomes.record(case, actor, Verdict.CONFIRMED, data.get("confirmed") or ())


def chance_given(case: Case, actor: Actor) -> None:
    """Nothing harsher than a reminder begins before the payer had the chance to look and correct.

    :raises ValidationError: when no reminder of this payer has run its course.
    """
    ended = Case.objects.filter(
        applicant=case.applicant, procedure=assigning.CODES[Level.REMINDER], state=assigning.WINDOW_USED
    )
    if not ended.exists():
        raise ValidationError(_("纳税人还没有得到自查的机会，请先发出风险提醒。"))


def propose_next(case: Case, actor: Actor, data: Data) -> None:
    """Propose what the score calls for, at least an assessment; the chief decides whether it begins."""
    kind = Level.AUDIT if case.detail.level == Level.AUDIT else Level.ASSESSMENT
    _propose(case, kind)


def propose_audit(case: Case, actor: Actor, data: Data) -> None:
    """Propose an audit after an assessment; the chief decides whether it begins."""
    _propose(case, Level.AUDIT)


def _propose(case: Case, kind: Level) -> None:
    detail = case.detail
    kept = {name: getattr(detail, name) for name in ("run", "score", "level", "trace")}
    assigning.open_with(kind, case.applicant, {**kept, "origin": case})
