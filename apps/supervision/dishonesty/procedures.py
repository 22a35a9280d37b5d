"""Listing a seriously dishonest taxpayer, and leaving the list early (Art 33; Order 54).

First heard, then decided by another person than who proposed it, published by the fifteenth of the next month.
"""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.kernel.casework import procedures, standard
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import APPLICANT, DRAFT, SYSTEM, ClockSpec, Page, Procedure, State, Transition
from apps.kernel.parties.models import Office, Party, Role
from apps.supervision.dishonesty import listing
from apps.supervision.dishonesty.models import DishonestyExit, DishonestyListing
from apps.supervision.risk import access
from apps.supervision.risk.forms import ExplainForm

ARTICLE = "第三十三条"
HEARING, HEARD, LISTED, PUBLISHED = "hearing", "heard", "listed", "published"
DISMISSED, WITHHELD, REVOKED, LEFT = "dismissed", "withheld", "revoked", "left"
PORTAL = frozenset({SYSTEM})
DECIDERS = frozenset({Role.CHIEF})
KEEPERS = frozenset({Role.CHIEF, Role.RISK})


def _office(case: Case) -> Office:
    return access.in_charge(case.applicant)


LISTING = procedures.register(
    Procedure(
        code=listing.CODE,
        title=_("重大税收违法失信主体认定"),
        summary=_("达到规定标准的税收违法行为，听取陈述、申辩后决定是否列入名单并公布。"),
        chapter="5",
        article=ARTICLE,
        audience=frozenset(),
        detail=DishonestyListing,
        states=(
            State(DRAFT, _("待告知"), _("尚未告知。"), tone="draft"),
            State(
                HEARING,
                _("陈述、申辩期"),
                _("拟将您列入重大税收违法失信主体名单，尚未作出决定。"),
                _("您可以在期限内陈述、申辩。"),
                waits_for_applicant=True,
                tone="due",
            ),
            State(HEARD, _("待决定"), _("陈述、申辩期已结束，等待决定。")),
            State(LISTED, _("已决定，待公布"), _("已决定列入名单，将于次月十五日前公布。"), tone="due"),
            State(
                PUBLISHED,
                _("已公布"),
                _("已列入名单并公布三年。"),
                _(
                    "公布满六个月，已缴清税款、滞纳金、罚款并纠正失信行为的，可以申请提前停止公布；"
                    "有异议的，可依法申请行政复议。"
                ),
                final=True,
                tone="due",
            ),
            State(DISMISSED, _("不列入"), _("决定不列入名单。"), final=True, tone="done"),
            State(
                WITHHELD, _("不公布"), _("已决定列入名单；公布前已全部缴清，不向社会公布。"), final=True, tone="done"
            ),
            State(REVOKED, _("已撤销"), _("认定有误，已撤销并停止公布。"), final=True, tone="done"),
            State(LEFT, _("已提前停止公布"), _("已提前停止公布。"), final=True, tone="done"),
        ),
        transitions=(
            Transition(
                "submit",
                _("告知"),
                (DRAFT,),
                HEARING,
                KEEPERS,
                ARTICLE,
                _("告知拟列入名单，听取陈述、申辩"),
                letter="dishonesty-notice",
                notice="dishonesty-notice",
            ),
            Transition(
                "defend",
                _("陈述、申辩"),
                (HEARING,),
                HEARD,
                frozenset({APPLICANT}),
                ARTICLE,
                _("提出了陈述、申辩"),
                form=ExplainForm,
                effect=listing.defended,
            ),
            Transition("lapse", _("期满"), (HEARING,), HEARD, PORTAL, ARTICLE, _("陈述、申辩期届满")),
            Transition(
                "list",
                _("决定列入名单"),
                (HEARD,),
                LISTED,
                DECIDERS,
                ARTICLE,
                pgettext_lazy("已发生", "决定列入名单"),
                form=standard.RefusalForm,
                bar=listing.another_decides,
                letter="dishonesty-decision",
                notice="dishonesty-decided",
                tone="warning",
            ),
            Transition(
                "dismiss",
                _("决定不列入"),
                (HEARD,),
                DISMISSED,
                DECIDERS,
                ARTICLE,
                _("决定不列入名单"),
                form=standard.ReasonForm,
                letter="dishonesty-decision",
                notice="dishonesty-decided",
                tone="secondary",
            ),
            Transition(
                "publish",
                _("公布"),
                (LISTED,),
                PUBLISHED,
                KEEPERS,
                ARTICLE,
                _("公布了名单，并告知有关部门"),
                effect=listing.publish,
            ),
            Transition(
                "withhold",
                _("不向社会公布"),
                (LISTED,),
                WITHHELD,
                DECIDERS,
                ARTICLE,
                _("确认税款、滞纳金、罚款已在公布前缴清，不向社会公布"),
                form=standard.ReasonForm,
                bar=listing.only_paid_evasion,
                notice="dishonesty-decided",
                tone="secondary",
            ),
            Transition(
                "revoke",
                _("撤销认定"),
                (LISTED, WITHHELD, PUBLISHED),
                REVOKED,
                DECIDERS,
                ARTICLE,
                _("撤销认定，停止公布"),
                form=standard.ReasonForm,
                effect=listing.revoked,
                letter="dishonesty-decision",
                notice="dishonesty-decided",
                tone="warning",
            ),
            Transition("leave", _("提前停止公布"), (PUBLISHED,), LEFT, PORTAL, ARTICLE, _("经申请，提前停止公布")),
        ),
        route=_office,
        clocks=(
            ClockSpec(
                "dishonesty-defence",
                _("陈述、申辩"),
                starts=("submit",),
                stops=("defend", "lapse"),
                whose="applicant",
                pausable=False,
            ),
            ClockSpec(
                "dishonesty-publish",
                _("公布"),
                starts=("list",),
                stops=("publish", "withhold", "revoke"),
                pausable=False,
            ),
        ),
        papers=(_("能够支持陈述、申辩的材料。"),),
        subject=_("失信主体"),
        detail_template="dishonesty/_listing.html",
    )
)

_ROWS = {row.action: row for row in standard.TRANSITIONS}
EXIT = procedures.register(
    Procedure(
        code="dishonesty-exit",
        title=_("失信主体提前停止公布"),
        summary=_("已缴清税款、滞纳金、罚款并纠正失信行为的，可以申请提前停止公布。"),
        chapter="5",
        article=ARTICLE,
        audience=frozenset({Party.Kind.PERSON, Party.Kind.ORGANISATION}),
        detail=DishonestyExit,
        states=standard.STATES,
        transitions=(
            replace(_ROWS["submit"], guard=listing.entry_of, article=ARTICLE),
            *(
                replace(_ROWS[action], by=frozenset({Role.CLERK, Role.RISK}), article=ARTICLE)
                for action in ("take", "accept", "ask_supplement")
            ),
            replace(_ROWS["supply"], article=ARTICLE),
            replace(_ROWS["approve"], by=DECIDERS, effect=listing.leave_early, article=ARTICLE),
            replace(_ROWS["refuse"], by=DECIDERS, article=ARTICLE),
            replace(_ROWS["withdraw"], article=ARTICLE),
        ),
        route=_office,
        clocks=(
            ClockSpec("dishonesty-exit", _("作出决定"), starts=("submit",), stops=("approve", "refuse", "withdraw")),
        ),
        pages=(
            Page("paid", _("税款、滞纳金、罚款都缴清了吗？"), ("paid",)),
            Page("corrected", _("失信行为纠正了吗？"), ("corrected", "explanation")),
        ),
        papers=(_("缴款凭证和纠正失信行为的材料。"),),
        minutes=5,
        subject=_("失信主体"),
        keywords=("失信", "黑名单", "停止公布"),
        validate=listing.is_ready,
    )
)
