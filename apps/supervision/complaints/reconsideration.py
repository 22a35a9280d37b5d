"""Administrative reconsideration (行政复议): Article 31, with the Administrative Reconsideration Law.

Applied for within sixty days, examined within five working days, decided within sixty days, extended by thirty
at most. The superior of the tax authority that decided reconsiders.
"""

import datetime as dt
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework import procedures, standard
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import DRAFT, ClockSpec, Page, Procedure, State, Transition
from apps.kernel.casework.standard import HANDLING, REFUSED, SUBMITTED, SUPPLEMENT, WITHDRAWN
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Party, Role
from apps.kernel.rules import terms
from apps.kernel.workcalendar import clock, deadlines
from apps.kernel.workcalendar.days import SHANGHAI
from apps.supervision.complaints.forms import DecisionForm
from apps.supervision.complaints.models import Reconsideration

ARTICLE = "第三十一条"
DECIDED = "decided"
APPLY = "reconsideration-apply"

_state = {state.code: state for state in standard.STATES}
_row = {row.action: row for row in standard.TRANSITIONS}


def last_day(learned_on: dt.date) -> dt.date:
    """The last day to apply, for a decision known on a day."""
    limit = terms.term(APPLY, clock.today())
    learned = dt.datetime.combine(learned_on, dt.time(12), tzinfo=SHANGHAI)
    return deadlines.due(learned, limit.term, limit.unit).due.astimezone(SHANGHAI).date()


def check(application: Reconsideration) -> None:
    """Refuse what the law does not let be applied for, and say what to do instead.

    :raises ValidationError: naming the field.
    """
    today = clock.today()
    if application.learned_on > today:
        raise ValidationError({"learned_on": gettext("这个日期不能晚于今天，请核对。")})
    if last_day(application.learned_on) < today:
        raise ValidationError(
            {
                "learned_on": gettext(
                    "自知道决定之日起已超过六十日。因不可抗力等正当理由耽误的，请持证明到复议机关当面申请。"
                )
            }
        )
    collection = application.subject == Reconsideration.Subject.COLLECTION
    if collection and application.secured == Reconsideration.Secured.NOT_NEEDED:
        raise ValidationError(
            {"secured": gettext("对征税行为不服的，请先缴清税款和滞纳金或者提供担保，再申请行政复议。")}
        )


def superior(case: Case) -> Office:
    """The authority above the one that decided; the city's authority where none is kept here."""
    office = case.detail.office
    return office.parent or office


def decided(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    """Keep the decision.

    :raises ValidationError: on ``decision``.
    """
    if data.get("decision") not in Reconsideration.Decision.values:
        raise ValidationError({"decision": gettext("请选择一种复议决定。")})
    application: Reconsideration = case.detail
    application.decision = data["decision"]
    application.save(update_fields=["decision"])
    data["reason"] = procedures.recorded(application.get_decision_display()) + "。" + data["reason"]


RECONSIDERATION = procedures.register(
    Procedure(
        code="reconsideration",
        title=_("行政复议"),
        summary=_("不服税务机关的决定，自知道之日起六十日内可以向上一级税务机关申请行政复议。"),
        chapter="5",
        article=ARTICLE,
        audience=frozenset({Party.Kind.PERSON, Party.Kind.ORGANISATION}),
        detail=Reconsideration,
        states=(
            _state[DRAFT],
            State(SUBMITTED, _("受理审查"), _("您的申请已送达，五个工作日内决定是否受理。")),
            State(HANDLING, _("审理中"), _("您的申请已受理，正在审理。")),
            _state[SUPPLEMENT],
            State(
                DECIDED,
                _("已作出复议决定"),
                _("复议决定见办理过程和决定书。"),
                _("不服复议决定的，可以自收到决定书之日起十五日内向人民法院起诉。"),
                final=True,
                tone="done",
            ),
            State(
                REFUSED,
                _("不予受理"),
                _("您的复议申请没有受理，理由见办理过程。"),
                _("可以自收到不予受理决定之日起十五日内向人民法院起诉。"),
                final=True,
                tone="due",
            ),
            _state[WITHDRAWN],
        ),
        transitions=(
            replace(_row["submit"], article=ARTICLE),
            replace(_row["take"], article=ARTICLE),
            replace(_row["accept"], article=ARTICLE),
            replace(_row["ask_supplement"], article=ARTICLE),
            replace(_row["supply"], article=ARTICLE),
            replace(_row["refuse"], label=_("不予受理"), past=_("决定不予受理"), sources=(SUBMITTED,), article=ARTICLE),
            replace(_row["extend"], article=ARTICLE),
            Transition(
                "decide",
                _("作出复议决定"),
                (HANDLING,),
                DECIDED,
                frozenset({Role.CHIEF}),
                ARTICLE,
                pgettext_lazy("已发生", "作出复议决定"),
                bar=standard.second_person,
                effect=decided,
                form=DecisionForm,
                letter="reconsideration-decision",
                notice="case-decided",
            ),
            replace(_row["withdraw"], article=ARTICLE),
        ),
        route=superior,
        clocks=(
            ClockSpec(
                "reconsideration-examine",
                _("决定是否受理"),
                starts=("submit",),
                stops=("accept", "refuse", "withdraw"),
            ),
            ClockSpec(
                "reconsideration-decide",
                _("作出复议决定"),
                starts=("accept",),
                stops=("decide", "withdraw"),
                extension="reconsideration-decide-extension",
            ),
            standard.SUPPLEMENT_CLOCK,
        ),
        pages=(
            Page("what", _("不服哪个决定？"), ("office", "decision_number", "learned_on")),
            Page("tax", _("决定和税款有关吗？"), ("subject", "secured")),
            Page("why", _("请求和理由"), ("request", "grounds")),
        ),
        papers=(_("不服的决定书。"), _("能够证明您主张的材料。")),
        minutes=20,
        cost=_("不收费。"),
        other_ways=(_("也可以当面或者邮寄书面申请；书写有困难的，可以口头申请。"),),
        subject=_("投诉和救济"),
        keywords=("行政复议", "不服", "申诉", "救济"),
        validate=check,
    )
)
