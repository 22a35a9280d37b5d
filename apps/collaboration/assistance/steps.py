"""What the steps of a request for assistance bring about, and who decides when it is refused (Art 22)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.collaboration import evidence
from apps.collaboration.assistance import grounds
from apps.collaboration.assistance.models import AssistanceRequest
from apps.collaboration.telling import tell
from apps.kernel.casework import custody
from apps.kernel.casework.models import Case
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office
from apps.kernel.workcalendar import clock

Data = dict[str, Any]
HIGHEST = 12  # levels above an office; beyond this the tree is broken


def _line(office: Office) -> list[Office]:
    """The offices above one, nearest first."""
    found, above = [], office.parent
    while above is not None and len(found) < HIGHEST:
        found.append(above)
        above = above.parent
    return found


def common_superior(one: Office, other: Office) -> Office:
    """The nearest office above both; where their lines do not meet, the government's General Office.

    :raises ValidationError: when there is neither.
    """
    reached = {office.pk for office in _line(one)}
    for office in _line(other):
        if office.pk in reached:
            return office
    general = Office.objects.filter(kind=Office.Kind.GENERAL_OFFICE, active=True).order_by("pk").first()
    if general is None or general.pk in (one.pk, other.pk):
        raise ValidationError(_("两个单位没有共同的上级，也没有可以协调的政府办公厅。"))
    return general


def superior_of(case: Case) -> Office:
    """Who decides when the assisting office has refused."""
    request: AssistanceRequest = case.detail
    return common_superior(request.requester, request.assister)


def asked(case: Case, actor: Actor, data: Data) -> None:
    """The other office finds the request in its inbox."""
    tell(case, case.detail.assister, gettext_lazy("收到协助请求，请在期限内接受或者说明理由拒绝"), case.detail.subject)


def received(case: Case, actor: Actor, data: Data) -> None:
    """Whoever received the transferred request is the office asked from now on."""
    request: AssistanceRequest = case.detail
    if actor.office.pk == request.requester_id:
        raise ValidationError(_("请求单位不能接收自己的请求，请退回。"))
    request.assister = actor.office
    request.save(update_fields=["assister"])
    tell(case, request.requester, gettext_lazy("协助请求已转送，由新的单位办理"), str(actor.office))


def accepted(case: Case, actor: Actor, data: Data) -> None:
    """Somebody is in charge of it now."""
    custody.withdraw_offer(case, clock.now())
    case.handler = actor.user
    tell(case, case.detail.requester, gettext_lazy("对方已接受协助请求"), str(case.office))


def turned_down(case: Case, actor: Actor, data: Data) -> None:
    """The refusal cites its ground; the case goes back to who asked.

    :raises ValidationError: on ``ground``.
    """
    ground = grounds.in_force(clock.today()).get(str(data.get("ground", "")))
    if ground is None:
        raise ValidationError({"ground": _("请选择拒绝的法定理由。")})
    data["clause"] = ground.source
    data["reason"] = f"{ground.title}。{data['reason']}"
    request: AssistanceRequest = case.detail
    custody.withdraw_offer(case, clock.now())
    custody.move(case, request.requester, clock.now())
    tell(case, request.requester, gettext_lazy("协助请求被拒绝，可以提请共同上级裁决"), data["reason"])


def replied(case: Case, actor: Actor, data: Data) -> None:
    """The result with its evidence goes to who asked, who confirms it."""
    request: AssistanceRequest = case.detail
    request.conclusion = data["conclusion"]
    request.save(update_fields=["conclusion"])
    evidence.keep(case, actor, data)
    data["reason"] = data["conclusion"]
    custody.move(case, request.requester, clock.now())
    tell(case, request.requester, gettext_lazy("协助结果已送达，请确认或者要求补充"), data["conclusion"])


def not_completed_before(case: Case, actor: Actor) -> None:
    """Completion may be asked for once."""
    if case.detail.completed_once:
        raise ValidationError(_("补充只能要求一次。仍有需要的，请确认后另行提出请求。"))


def sent_back(case: Case, actor: Actor, data: Data) -> None:
    """What is missing is asked for once; the term begins again."""
    request: AssistanceRequest = case.detail
    request.completed_once = True
    request.save(update_fields=["completed_once"])
    custody.move(case, request.assister, clock.now())
    tell(case, request.assister, gettext_lazy("请求单位要求补充协助结果"), data["reason"])


def escalated(case: Case, actor: Actor, data: Data) -> None:
    """The common superior decides."""
    superior = superior_of(case)
    custody.move(case, superior, clock.now())
    tell(case, superior, gettext_lazy("协助请求被拒绝，提请裁决"), data["reason"])


def upheld(case: Case, actor: Actor, data: Data) -> None:
    """The refusal stands; both offices are told."""
    for office in (case.detail.requester, case.detail.assister):
        tell(case, office, gettext_lazy("上级维持了拒绝协助的决定"), data["reason"])


def ordered(case: Case, actor: Actor, data: Data) -> None:
    """The office that refused has to assist."""
    request: AssistanceRequest = case.detail
    custody.move(case, request.assister, clock.now())
    for office in (request.requester, request.assister):
        tell(case, office, gettext_lazy("上级责令提供协助"), data["reason"])


def withdrawn(case: Case, actor: Actor, data: Data) -> None:
    """The office asked need do no more."""
    tell(case, case.detail.assister, gettext_lazy("请求单位撤回了协助请求"), data["reason"])
