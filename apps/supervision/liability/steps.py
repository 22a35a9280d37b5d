"""What the steps of an order to correct bring about (Art 38)."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.kernel.casework import custody, evidence
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import DONE
from apps.kernel.casework.telling import tell
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock
from apps.supervision.liability import access
from apps.supervision.liability.models import DisciplineSuggestion, LiabilityOrder

Data = dict[str, Any]


def ordered(case: Case, actor: Actor, data: Data) -> None:
    """The office in charge finds the order in its inbox."""
    order: LiabilityOrder = case.detail
    data["clause"], data["reason"] = order.clause, order.facts
    tell(case, order.office, gettext_lazy("责令改正，请在五个工作日内答复"), order.facts)


def answered(case: Case, actor: Actor, data: Data) -> None:
    """The answer goes to whoever decides now: who ordered, or who took the matter over."""
    order: LiabilityOrder = case.detail
    order.correction = data["correction"]
    order.save(update_fields=["correction"])
    evidence.keep(case, actor, data)
    data["reason"] = data["correction"]
    to = order.authority or order.superior
    custody.move(case, to, clock.now())
    tell(case, to, gettext_lazy("责任单位已答复改正情况"), data["correction"])


def not_sent_back_before(case: Case, actor: Actor) -> None:
    """An answer is sent back once."""
    if case.detail.sent_back:
        raise ValidationError(_("答复只能退回一次。仍未改正的，请提出处分建议或者办结后另行责令。"))


def sent_back(case: Case, actor: Actor, data: Data) -> None:
    """The office answers once more; the term begins again."""
    order: LiabilityOrder = case.detail
    order.sent_back = True
    order.save(update_fields=["sent_back"])
    custody.move(case, order.office, clock.now())
    tell(case, order.office, gettext_lazy("改正情况不符合要求，请继续改正并答复"), data["reason"])


def not_escalated_before(case: Case, actor: Actor) -> None:
    """A matter rises once."""
    if case.detail.escalated_at is not None:
        raise ValidationError(_("已经提级处理过一次。"))


def escalated(case: Case, actor: Actor, data: Data) -> None:
    """Nobody answered in time: the next authority above takes the matter over."""
    order: LiabilityOrder = case.detail
    order.escalated_at = clock.now()
    order.authority = access.superior_of(order.superior) or order.superior
    order.save(update_fields=["escalated_at", "authority"])
    custody.move(case, order.authority, clock.now())
    for office in (order.authority, order.office):
        tell(case, office, gettext_lazy("责令改正逾期未答复，已提级处理"), order.facts)


def ordered_again(case: Case, actor: Actor, data: Data) -> None:
    """The higher authority gives the office a last term."""
    order: LiabilityOrder = case.detail
    custody.move(case, order.office, clock.now())
    tell(case, order.office, gettext_lazy("上级再次责令改正，请在五个工作日内答复"), data["reason"])


def closed(case: Case, actor: Actor, data: Data) -> None:
    """The office hears that it is done."""
    tell(case, case.detail.office, gettext_lazy("责令改正已办结"), data["reason"])


def no_suggestion_waits(case: Case, actor: Actor) -> None:
    """What waits for a second person is decided before the matter ends: afterwards nobody could."""
    if DisciplineSuggestion.objects.filter(order=case.detail, confirmed_at__isnull=True).exists():
        raise ValidationError(_("处分建议还在等待另一位同事复核，复核或者不采纳之后才能办结。"))


def none_suggested(case: Case, actor: Actor) -> None:
    """One suggestion an order."""
    if DisciplineSuggestion.objects.filter(order=case.detail).exists():
        raise ValidationError(_("这件事已经提出过处分建议。"), code=DONE)


def suggested(case: Case, actor: Actor, data: Data) -> None:
    """What is suggested is on record; it counts once a second person agrees."""
    DisciplineSuggestion.objects.create(
        order=case.detail,
        authority=data["authority"],
        clause=data["clause"],
        text=data["reason"],
        proposed_by=actor.person,
    )


def another_person(case: Case, actor: Actor) -> None:
    """The second person is not the first.

    :raises PermissionDenied: the same person.
    :raises ValidationError: nothing waits for a second person.
    """
    waiting = DisciplineSuggestion.objects.filter(order=case.detail, confirmed_at__isnull=True).first()
    if waiting is None:
        raise ValidationError(_("没有等待复核的处分建议。"), code=DONE)
    if waiting.proposed_by_id == actor.person.pk:
        raise PermissionDenied(_("处分建议由另一位同事复核。"))


def suggestion_confirmed(case: Case, actor: Actor, data: Data) -> None:
    """Two persons stand for it now."""
    waiting = DisciplineSuggestion.objects.select_for_update(no_key=True).get(order=case.detail)
    waiting.confirmed_by, waiting.confirmed_at = actor.person, clock.now()
    waiting.save(update_fields=["confirmed_by", "confirmed_at"])
    data["clause"], data["reason"] = waiting.clause, f"{waiting.authority}：{waiting.text}"


def suggestion_dropped(case: Case, actor: Actor, data: Data) -> None:
    """The second person does not agree; the history keeps what was suggested and why it was not taken up."""
    waiting = DisciplineSuggestion.objects.select_for_update(no_key=True).get(order=case.detail)
    data["clause"], data["reason"] = waiting.clause, f"{data['reason']}（{waiting.authority}：{waiting.text}）"
    waiting.delete()
