"""Data the catalogue lacks: fifteen working days to confirm, list and share it (Art 18; 上海市数据条例 第三十九条)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from apps.datashare.adhoc import opening, rules
from apps.datashare.adhoc.models import ListingRequest
from apps.datashare.adhoc.terms import ListedForm
from apps.datashare.centre import centre
from apps.datashare.requests.procedure import pass_to, tell
from apps.kernel.casework import procedures
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import DRAFT, REQUESTER, SYSTEM, ClockSpec, Procedure, State, Transition
from apps.kernel.casework.standard import WITHDRAWN, ReasonForm, RefusalForm
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Role

CODE = "data-listing"
ARTICLE = "第十八条"
SENT, ROUTING, CONFIRMING, LISTING, SHARED, NOT_HELD = "sent", "routing", "confirming", "listing", "shared", "not_held"
OFFICERS = frozenset({Role.OFFICER})

Data = dict[str, Any]


def _forwarded(case: Case, _actor: Actor, _data: Data) -> None:
    pass_to(case, centre(), _("待转办"))


def _routed(case: Case, _actor: Actor, _data: Data) -> None:
    pass_to(case, case.detail.provider, _("待确认是否持有"))


def _of_provider(case: Case, _actor: Actor, data: Data) -> None:
    dataset = data["dataset"]
    if dataset.provider_id != case.detail.provider_id:
        raise ValidationError({"dataset": gettext("请选择本单位编目的条目。")})
    if not dataset.is_listed:
        raise ValidationError({"dataset": gettext("请先发布目录条目，再在这里选择。")})


def _shared(case: Case, _actor: Actor, data: Data) -> None:
    row: ListingRequest = case.detail
    row.dataset = data["dataset"]
    row.save(update_fields=["dataset"])
    data["reason"] = procedures.recorded(_("已编目为“%(title)s”，可以提出共享申请。")) % {
        "title": row.dataset.current.title
    }
    tell(case, row.office, _("已编目"), data["reason"])


def _not_held(case: Case, _actor: Actor, data: Data) -> None:
    tell(case, case.detail.office, _("不持有或者不能编目"), data["reason"])


LISTING_REQUEST = procedures.register(
    Procedure(
        code=CODE,
        title=_("目录外数据编目申请"),
        summary=_("目录中还没有的涉税涉费数据，由数据所在单位在十五个工作日内确认、编目并共享。"),
        chapter="3",
        article=ARTICLE,
        audience=frozenset(),
        detail=ListingRequest,
        validate=rules.check_listing,
        route=lambda case: case.detail.office,
        states=(
            State(DRAFT, _("草稿"), _("还没有提交。"), tone="draft"),
            State(SENT, _("送出中"), _("正在送大数据中心。")),
            State(ROUTING, _("待转办"), _("在大数据中心，等待转数据所在单位。")),
            State(CONFIRMING, _("待确认"), _("数据所在单位正在确认是否持有。")),
            State(LISTING, _("编目中"), _("数据所在单位正在编目。")),
            State(SHARED, _("已编目"), _("已编入目录，可以申请共享。"), final=True, tone="done"),
            State(NOT_HELD, _("不能编目"), _("数据所在单位不持有或者不能编目。"), final=True, tone="draft"),
            State(WITHDRAWN, _("已撤回"), _("提出单位已撤回。"), final=True, tone="draft"),
        ),
        transitions=(
            Transition(
                "submit",
                _("提交"),
                (DRAFT,),
                SENT,
                frozenset({REQUESTER}),
                ARTICLE,
                _("提出编目申请"),
                then=lambda _case: "forward",
            ),
            Transition(
                "forward",
                _("送大数据中心"),
                (SENT,),
                ROUTING,
                frozenset({SYSTEM}),
                ARTICLE,
                pgettext_lazy("已发生", "送大数据中心"),
                effect=_forwarded,
                public=False,
            ),
            Transition(
                "route",
                _("转数据所在单位"),
                (ROUTING,),
                CONFIRMING,
                OFFICERS,
                ARTICLE,
                pgettext_lazy("已发生", "转数据所在单位"),
                effect=_routed,
            ),
            Transition(
                "confirm", _("确认持有，开始编目"), (CONFIRMING,), LISTING, OFFICERS, ARTICLE, _("确认持有这项数据")
            ),
            Transition(
                "share",
                _("已编目，可以共享"),
                (LISTING,),
                SHARED,
                OFFICERS,
                ARTICLE,
                _("编入了目录"),
                form=ListedForm,
                guard=_of_provider,
                effect=_shared,
            ),
            Transition(
                "refuse",
                _("不持有或者不能编目"),
                (CONFIRMING, LISTING),
                NOT_HELD,
                OFFICERS,
                ARTICLE,
                _("说明不持有或者不能编目"),
                form=RefusalForm,
                effect=_not_held,
                tone="warning",
            ),
            Transition(
                "withdraw",
                _("撤回"),
                (ROUTING, CONFIRMING, LISTING),
                WITHDRAWN,
                frozenset({REQUESTER}),
                ARTICLE,
                _("撤回了申请"),
                form=ReasonForm,
                tone="warning",
            ),
        ),
        clocks=(
            ClockSpec(
                "data-catalogue",
                _("确认、编目并共享"),
                starts=("forward",),
                stops=("share", "refuse", "withdraw"),
            ),
        ),
        opener=opening.listing,
        asks=("provider", *opening.LISTING),
        detail_template="datashare/adhoc/_listing.html",
        subject=_("数据共享"),
        keywords=("目录", "编目"),
    )
)
