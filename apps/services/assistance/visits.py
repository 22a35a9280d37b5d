"""Home visits (上门服务): Article 11, second paragraph.

The elderly, the disabled and others who cannot easily come book a time; a team of their office is held
for it, with the way there and back, and a named assistant stays with them until all is done.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.forms import ModelForm
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.kernel.casework import cases, procedures, rights, standard
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import APPLICANT, DRAFT, ClockSpec, Page, Procedure, State, Transition
from apps.kernel.forms import MomentField
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Party
from apps.kernel.workcalendar import clock
from apps.services import engagements
from apps.services.assistance import needs, slots
from apps.services.assistance.models import HomeVisit, NeedsProfile

CODE = "home-visit"
REQUESTED, CONFIRMED, ON_WAY, DONE, CANCELLED = "requested", "confirmed", "on-way", "done", "cancelled"
ASKED = ("purpose", "address", "district", "phone")


class VisitForm(ModelForm):
    """What the API is given: what is asked on the pages, and the time."""

    starts_at = MomentField(label=gettext_lazy("上门时间"))

    class Meta:
        model = HomeVisit
        fields = ASKED


def begin(actor: Actor, *, idempotency_key: str | None = None) -> Case:
    """Open a draft with what is known of the person filled in.

    :raises ValidationError: for somebody whom no rule lets book a visit; it says what they can do instead.
    """
    rights.may_apply(HOME_VISIT, actor)
    _entitled(actor.party)
    known = {"district": actor.party.district, "phone": actor.party.phone}
    return cases.open_case(HOME_VISIT, actor, known, idempotency_key=idempotency_key)


def times(person: Party, district: str) -> list[slots.Slot]:
    """The times still to be had: a team can come, and the person is not due elsewhere."""
    offered = _offered(person, district)
    if not offered:
        return []
    span = person.pk, offered[0].starts, offered[-1].ends
    taken = [(row.slot.starts_at, row.slot.ends_at) for row in engagements.appointments(*span).select_related("slot")]
    taken += engagements.visits(*span).values_list("starts_at", "ends_at")
    return [slot for slot in offered if not any(slot.starts < end and begin < slot.ends for begin, end in taken)]


def _offered(person: Party, district: str) -> list[slots.Slot]:
    """The times a team of the person's office could come, once the district is known."""
    if not district or person.office is None:
        return []
    return slots.offered(person.office, district, NeedsProfile.objects.filter(party=person).first())


def from_data(actor: Actor, given: dict[str, Any], idempotency_key: str) -> Case:
    """A draft from data, as the API gives it: what is asked on the pages, and ``starts_at``."""
    form = VisitForm(given)
    if unknown := sorted(set(given) - set(form.fields)):
        raise ValidationError({name: _("该事项没有这个字段。") for name in unknown})
    if not form.is_valid():
        raise ValidationError(form.errors.as_data())
    with transaction.atomic():
        case = begin(actor, idempotency_key=idempotency_key)
        if case.state == DRAFT:
            cases.save_draft(case, actor, form.cleaned_data)
    return case


def _entitled(party: Party) -> None:
    if not needs.of(party).priority:
        message = _(
            "上门服务面向老年人、残疾人和行动不便的人。如果您确有需要，请先在“特殊需要”中告诉我们，或者拨打 12366。"
        )
        raise ValidationError(message, code="not_entitled")


def _office(case: Case) -> Office:
    """The tax office in charge of the person."""
    return case.applicant.office


def _may_ask(case: Case, actor: Actor) -> None:
    _entitled(case.applicant)
    if case.applicant.office is None:
        raise ValidationError(_("还没有为您登记主管税务所，请拨打 12366 预约上门。"))


def _ready(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    if case.detail.starts_at is None:
        raise ValidationError({"starts_at": _("请选择上门时间。")})


def _hold(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    """Take a free team for the chosen time; of two who take the last one the database lets one through."""
    visit = case.detail
    engagements.hold(case.applicant)
    slot = next((slot for slot in _offered(case.applicant, visit.district) if slot.starts == visit.starts_at), None)
    if slot is None:
        raise _gone()
    engagements.free_for_visit(case.applicant, slot.starts, slot.ends)
    visit.team, visit.ends_at, visit.occupied, visit.holds = slot.team, slot.ends, slot.occupied, True
    visit.visited = case.applicant
    try:
        with transaction.atomic():
            visit.save()
    except IntegrityError as error:
        if "visit_team_in_one_place" not in str(error):
            raise
        raise _gone() from error


def _gone() -> ValidationError:
    message = _("这个时间刚刚被约走了。请返回另选一个时间，其他内容已经保存。")
    return ValidationError({"starts_at": ValidationError(message, code="gone")})


def _confirm(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    visit = case.detail
    case.handler = actor.user
    visit.assistant = visit.team.lead
    visit.save(update_fields=["assistant"])
    _tell(case, visit, "visit-confirmed")


def _time_to_go(case: Case, actor: Actor) -> None:
    if clock.now() < case.detail.occupied.lower:
        raise ValidationError(_("还没有到出发时间。请到时再登记出发。"), code="too_early")


def _depart(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    _tell(case, case.detail, "visit-on-way")


def _release(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    HomeVisit.objects.filter(case=case).update(holds=False)


def _call_off(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    _release(case, actor, data)
    _tell(case, case.detail, "visit-called-off", reason=data["reason"])


def _tell(case: Case, visit: HomeVisit, template: str, **more: str) -> None:
    context = {
        "number": case.number,
        "starts": visit.starts_at,
        "assistant": str(visit.assistant or visit.team.lead),
        "office": str(case.office),
        "phone": case.office.phone or "12366",
        **more,
    }
    outbox.send(template, case.applicant, context, about=case.about)


STATES = (
    State(
        DRAFT, gettext_lazy("草稿"), gettext_lazy("您还没有提交。"), gettext_lazy("请选好时间后提交。"), tone="draft"
    ),
    State(REQUESTED, gettext_lazy("待确认"), gettext_lazy("已为您留出时间，等待税务所确认。")),
    State(
        CONFIRMED,
        gettext_lazy("已确认"),
        gettext_lazy("税务人员会按约定时间上门。"),
        gettext_lazy("请把身份证和有关材料放在手边；时间不合适请提前取消。"),
    ),
    State(ON_WAY, gettext_lazy("在路上"), gettext_lazy("税务人员已经出发。"), gettext_lazy("请留意电话。")),
    State(DONE, gettext_lazy("已完成"), gettext_lazy("上门服务已经完成。"), final=True, tone="done"),
    State(
        CANCELLED, gettext_lazy("已取消"), gettext_lazy("这次上门已经取消，您可以另约时间。"), final=True, tone="draft"
    ),
)

TRANSITIONS = (
    Transition(
        "submit",
        gettext_lazy("提交"),
        (DRAFT,),
        REQUESTED,
        frozenset({APPLICANT}),
        "第十一条",
        gettext_lazy("预约了上门服务"),
        bar=_may_ask,
        guard=_ready,
        effect=_hold,
        notice="case-submitted",
    ),
    Transition(
        "confirm",
        gettext_lazy("确认上门"),
        (REQUESTED,),
        CONFIRMED,
        standard.HANDLERS,
        "第十一条",
        gettext_lazy("确认了上门时间和协助人"),
        effect=_confirm,
    ),
    Transition(
        "depart",
        gettext_lazy("登记出发"),
        (CONFIRMED,),
        ON_WAY,
        standard.HANDLERS,
        "第十一条",
        gettext_lazy("已经出发"),
        bar=_time_to_go,
        effect=_depart,
    ),
    Transition(
        "finish",
        gettext_lazy("登记完成"),
        (ON_WAY,),
        DONE,
        standard.HANDLERS,
        "第十一条",
        gettext_lazy("完成了上门服务"),
        form=standard.ReasonForm,
        effect=_release,
    ),
    Transition(
        "cancel",
        gettext_lazy("取消上门"),
        (REQUESTED, CONFIRMED),
        CANCELLED,
        frozenset({APPLICANT}),
        "第十一条",
        gettext_lazy("取消了上门"),
        effect=_release,
        tone="warning",
    ),
    Transition(
        "call_off",
        gettext_lazy("不能上门"),
        (REQUESTED, CONFIRMED, ON_WAY),
        CANCELLED,
        standard.HANDLERS,
        "第十一条",
        gettext_lazy("税务所取消了这次上门"),
        form=standard.ReasonForm,
        effect=_call_off,
        tone="warning",
    ),
)

HOME_VISIT = procedures.register(
    Procedure(
        code=CODE,
        title=gettext_lazy("上门服务"),
        summary=gettext_lazy("老年人、残疾人和行动不便的人可以约税务人员到家里来，由一位指定人员全程协助办理。"),
        chapter="2",
        article="第十一条",
        audience=frozenset({Party.Kind.PERSON}),
        detail=HomeVisit,
        states=STATES,
        transitions=TRANSITIONS,
        route=_office,
        clocks=(
            ClockSpec(
                "home-visit-confirm",
                gettext_lazy("确认上门"),
                starts=("submit",),
                stops=("confirm", "cancel", "call_off"),
                pausable=False,
            ),
        ),
        pages=(
            Page("what", gettext_lazy("您想办什么？"), ("purpose",)),
            Page("where", gettext_lazy("我们到哪里找您？"), ("address", "district", "phone")),
        ),
        minutes=3,
        other_ways=(
            gettext_lazy("打电话：拨打 12366 或者主管税务所的电话预约。"),
            gettext_lazy("请家人代办：家人经授权后可以替您预约。"),
            gettext_lazy("到窗口：走绿色通道，优先办理。"),
        ),
        subject=gettext_lazy("特殊人群服务"),
        keywords=("上门", "老年人", "残疾人", "行动不便", "轮椅"),
        entry="visits:begin",
        check="visits:check",
        opener=from_data,
        asks=VisitForm,
        detail_template="assistance/_visit.html",
    )
)
