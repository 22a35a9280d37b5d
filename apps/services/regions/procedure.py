"""The two procedures across provinces: forwarded from here, received here (Art 9)."""

from dataclasses import replace

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework import procedures, standard
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import APPLICANT, DRAFT, SYSTEM, ClockSpec, Page, Procedure, State, Transition
from apps.kernel.parties.models import Office, Party
from apps.services.regions import forwarding, progress
from apps.services.regions.models import Forwarding, Incoming
from apps.services.regions.receiving import INCOMING

FORWARDED, THERE, DONE, RETURNED = "forwarded", "there", "done", "returned"
ARTICLE = "第九条"
PORTAL = frozenset({SYSTEM})


def _office_in_charge(case: Case) -> Office:
    return case.applicant.office


def _in_charge_here(case: Case) -> Office:
    """What comes from another province goes to the applicant's own tax office, else to who works with that province."""
    incoming = case.detail
    number = Q(organisation__uscc=incoming.applicant_number) | Q(person__id_number=incoming.applicant_number)
    known = Party.objects.filter(number, office__active=True).select_related("office").first()
    if known is not None:
        return known.office
    if incoming.region.office is not None:
        return incoming.region.office
    return Office.objects.filter(kind=Office.Kind.TAX_CITY, active=True).earliest("pk")


_state = {state.code: state for state in standard.STATES}
_row = {row.action: row for row in standard.TRANSITIONS}

FORWARDING = procedures.register(
    Procedure(
        code=forwarding.PROCEDURE,
        title=_("跨省通办：在沪申请外省市事项"),
        summary=_("在上海提交材料，由我们核对后转给事项所在省市的税务机关办理，结果送回这里。"),
        chapter="2",
        article=ARTICLE,
        audience=frozenset({Party.Kind.PERSON, Party.Kind.ORGANISATION}),
        detail=Forwarding,
        states=(
            _state[DRAFT],
            _state[standard.SUBMITTED],
            _state[standard.SUPPLEMENT],
            State(FORWARDED, _("已转送"), _("您的申请已转送对方税务机关，等待对方收件。")),
            State(THERE, _("对方办理中"), _("对方税务机关已收件，正在办理。")),
            State(DONE, _("对方已办结"), _("对方税务机关已办结，结果见办理过程。"), final=True, tone="done"),
            State(
                RETURNED,
                _("对方不予办理"),
                _("对方税务机关没有办理，理由见办理过程。"),
                _("如有异议，请向对方税务机关提出。"),
                final=True,
                tone="due",
            ),
            _state[standard.WITHDRAWN],
        ),
        transitions=(
            _row["submit"],
            replace(_row["take"], sources=(standard.SUBMITTED,)),
            replace(_row["ask_supplement"], sources=(standard.SUBMITTED,)),
            replace(_row["supply"], target=standard.SUBMITTED),
            Transition(
                "forward",
                _("核对并转送"),
                (standard.SUBMITTED,),
                FORWARDED,
                standard.HANDLERS,
                ARTICLE,
                _("核对后转送对方税务机关"),
                effect=forwarding.forward,
                notice="case-accepted",
            ),
            Transition("arrive", _("对方收件"), (FORWARDED,), THERE, PORTAL, ARTICLE, _("对方税务机关已收件")),
            Transition("report", _("对方进度"), (THERE,), None, PORTAL, ARTICLE, _("收到对方的办理进度")),
            Transition(
                "finish", _("对方办结"), (THERE,), DONE, PORTAL, ARTICLE, _("收到对方的办结结果"), notice="case-decided"
            ),
            Transition(
                "return",
                _("对方不予办理"),
                (THERE,),
                RETURNED,
                PORTAL,
                ARTICLE,
                _("收到对方不予办理的答复"),
                notice="case-decided",
            ),
            replace(_row["withdraw"], sources=(standard.SUBMITTED, standard.SUPPLEMENT)),
        ),
        route=_office_in_charge,
        clocks=(
            ClockSpec("region-forward", _("核对并转送"), starts=("submit",), stops=("forward", "withdraw")),
            ClockSpec(
                "region-answer", _("对方反馈结果"), starts=("forward",), stops=("finish", "return"), pausable=False
            ),
            ClockSpec(
                "supplement",
                _("补正材料"),
                starts=("ask_supplement",),
                stops=("supply", "withdraw"),
                pausable=False,
                whose=APPLICANT,
            ),
        ),
        pages=(
            Page("matter", _("要办哪个省市的什么事项？"), ("matter",)),
            Page("statement", _("请写明申请内容"), ("statement", "consent")),
        ),
        papers=(_("对方事项要求的材料，核对时出示。"),),
        minutes=15,
        subject=_("跨省通办"),
        keywords=("跨省", "异地", "长三角"),
        validate=forwarding.validate,
    )
)

RECEIVED = procedures.register(
    Procedure(
        code=INCOMING,
        title=_("跨省通办：外省市转来事项"),
        summary=_("外省市税务机关代为收件的本市事项，办理后把进度和结果送回对方。"),
        chapter="2",
        article=ARTICLE,
        audience=frozenset(),
        detail=Incoming,
        states=tuple(
            _state[code]
            for code in (
                DRAFT,
                standard.SUBMITTED,
                standard.HANDLING,
                standard.APPROVED,
                standard.REFUSED,
            )
        ),
        transitions=(
            replace(_row["submit"], by=PORTAL, past=_("由外省市税务机关转来"), notice="", article=ARTICLE),
            _row["take"],
            replace(_row["accept"], letter="", notice="", effect=progress.accepted),
            replace(_row["transfer"], notice=""),
            _row["receive"],
            _row["decline"],
            replace(_row["approve"], letter="", notice="", effect=progress.approved, form=standard.ReasonForm),
            replace(_row["refuse"], letter="", notice="", effect=progress.refused),
        ),
        route=_in_charge_here,
        clocks=(ClockSpec("region-incoming", _("办理"), starts=("submit",), stops=("approve", "refuse")),),
        detail_template="regions/_incoming.html",
        subject=_("跨省通办"),
    )
)
