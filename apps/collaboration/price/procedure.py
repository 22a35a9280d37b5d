"""The table a price determination follows, from application to review (Art 27)."""

from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from apps.collaboration import evidence
from apps.collaboration.price import pricing, steps
from apps.collaboration.price.forms import MOST_ITEMS, ApiForm, ApplicationForm, ConcludeForm, ItemForm, SupplyForm
from apps.collaboration.price.models import PriceDetermination
from apps.kernel.casework import cases, procedures, rights, standard
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import DRAFT, REQUESTER, ClockSpec, Procedure, State, Transition
from apps.kernel.casework.standard import HANDLING, SUBMITTED, SUPPLEMENT, WITHDRAWN, ReasonForm, RefusalForm
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Role

CODE = "price-determination"
ARTICLE = "第二十七条"
CONCLUDED, REVIEW, REVIEWED, NOT_ACCEPTED = "concluded", "review", "reviewed", "not_accepted"
BUREAU = frozenset({Role.OFFICER})
TAX = frozenset({REQUESTER})

_row = {row.action: row for row in standard.TRANSITIONS}
_state = {state.code: state for state in standard.STATES}

STATES = (
    replace(_state[DRAFT], now=_("申请还没有提出。"), todo=""),
    State(SUBMITTED, _("待受理"), _("价格认定协助申请已送达，等待受理。")),
    State(SUPPLEMENT, _("待税务机关补充"), _("受理时限已暂停，等待税务机关补充材料。"), tone="due"),
    State(HANDLING, _("认定中"), _("价格认定机构正在认定。")),
    State(CONCLUDED, _("已出具结论"), _("价格认定结论已出具。"), final=True, tone="done"),
    State(REVIEW, _("复核中"), _("上级价格认定机构正在复核。")),
    State(REVIEWED, _("已复核"), _("上级价格认定机构已复核，结论见办理过程。"), final=True, tone="done"),
    State(NOT_ACCEPTED, _("不予受理"), _("价格认定机构没有受理。"), final=True, tone="due"),
    State(WITHDRAWN, _("已撤回"), _("税务机关撤回了申请。"), final=True, tone="draft"),
)


TRANSITIONS = (
    replace(_row["submit"], by=TAX, article=ARTICLE, past=_("提出了价格认定协助申请"), notice="", effect=steps.asked),
    replace(_row["take"], by=BUREAU, article=ARTICLE),
    Transition("accept", _("受理"), (SUBMITTED,), HANDLING, BUREAU, ARTICLE, _("受理了申请"), effect=steps.accepted),
    Transition(
        "ask_supplement",
        _("要求补充材料"),
        (SUBMITTED,),
        SUPPLEMENT,
        BUREAU,
        ARTICLE,
        _("要求补充材料，受理时限暂停"),
        form=ReasonForm,
        effect=steps.supplement_asked,
        pauses=True,
        tone="secondary",
    ),
    Transition(
        "supply",
        _("补充材料"),
        (SUPPLEMENT,),
        SUBMITTED,
        TAX,
        ARTICLE,
        _("补充了材料，受理时限继续"),
        form=SupplyForm,
        effect=steps.supplied,
        resumes=True,
    ),
    Transition(
        "refuse",
        _("不予受理"),
        (SUBMITTED,),
        NOT_ACCEPTED,
        BUREAU,
        ARTICLE,
        _("决定不予受理"),
        form=RefusalForm,
        effect=steps.refused,
        tone="warning",
    ),
    Transition(
        "add_evidence",
        _("添加材料"),
        (SUBMITTED, SUPPLEMENT, HANDLING, REVIEW),
        None,
        BUREAU | TAX,
        ARTICLE,
        _("添加了材料"),
        form=evidence.EvidenceForm,
        effect=evidence.required,
        tone="secondary",
    ),
    Transition(
        "conclude",
        _("出具结论"),
        (HANDLING,),
        CONCLUDED,
        BUREAU,
        ARTICLE,
        _("出具了价格认定结论"),
        bar=steps.all_priced,
        form=ConcludeForm,
        effect=steps.concluded,
    ),
    Transition(
        "ask_review",
        _("提请复核"),
        (CONCLUDED,),
        REVIEW,
        TAX,
        ARTICLE,
        _("提请上级复核"),
        bar=steps.may_be_reviewed,
        form=ReasonForm,
        effect=steps.review_asked,
        tone="secondary",
    ),
    Transition(
        "uphold",
        _("维持结论"),
        (REVIEW,),
        REVIEWED,
        BUREAU,
        ARTICLE,
        _("复核后维持结论"),
        form=ReasonForm,
        effect=steps.review_upheld,
    ),
    Transition(
        "change",
        _("变更结论"),
        (REVIEW,),
        REVIEWED,
        BUREAU,
        ARTICLE,
        _("复核后变更了结论"),
        bar=steps.all_priced,
        form=ConcludeForm,
        effect=steps.review_changed,
        tone="secondary",
    ),
    replace(
        _row["withdraw"],
        sources=(SUBMITTED, SUPPLEMENT, HANDLING),
        by=TAX,
        article=ARTICLE,
        effect=steps.withdrawn,
    ),
)

CLOCKS = (
    ClockSpec("price-accept", _("受理"), starts=("submit",), stops=("accept", "refuse", "withdraw")),
    ClockSpec("price-conclude", _("出具结论"), starts=("accept",), stops=("conclude", "withdraw"), pausable=False),
    ClockSpec("price-review", _("复核"), starts=("ask_review",), stops=("uphold", "change"), pausable=False),
)


def _open(actor: Actor, given: dict[str, Any], key: str) -> Case:
    """An application from given data with its ``items``, with the checks of its page.

    :raises ValidationError: naming the fields.
    """
    rights.may_apply(PRICE, actor)
    form = ApplicationForm(given)
    items = [] if not isinstance(given.get("items"), list) else given["items"]
    if not form.is_valid():
        raise ValidationError(form.errors.as_data())
    if not actor.is_system and actor.front_door != "counter":
        raise ValidationError(_g("价格认定协助申请由税务机关提出。"))
    detail = {name: form.cleaned_data[name] for name in ("bureau", "ground", "basis_date", "purpose", "dispute")}
    checked = _items(items)
    case = cases.open_case(
        PRICE, actor, {**detail, "requester": actor.office, "party": form.party}, idempotency_key=key
    )
    if not case.detail.items.exists():  # a second call with the key finds them there
        pricing.write_items(case.detail, checked)
    return case


def _items(given: list[Any]) -> list[dict[str, Any]]:
    if not 0 < len(given) <= MOST_ITEMS:
        raise ValidationError({"items": _g("请填写 1 至 %d 项标的。") % MOST_ITEMS})
    found = []
    for place, row in enumerate(given, start=1):
        form = ItemForm(row if isinstance(row, dict) else {})
        if not form.is_valid():
            words = "；".join(f"{name}：{' '.join(each)}" for name, each in form.errors.items())
            raise ValidationError({"items": _g("第 %(place)d 项：%(words)s") % {"place": place, "words": words}})
        found.append(form.cleaned_data)
    return found


def ask(actor: Actor, given: dict[str, Any], *, key: str) -> Case:
    """Ask the price bureau; the same key gives the first application again.

    :raises PermissionDenied: unless the actor works in an office.
    :raises ValidationError: naming the fields.
    """
    return cases.open_submitted(PRICE, actor, given, idempotency_key=key)


PRICE = procedures.register(
    Procedure(
        code=CODE,
        title=_("涉税财物价格认定"),
        summary=_("涉税财物价格不明或者有争议时，税务机关向价格认定机构提出申请，机构受理后七个工作日内出具结论。"),
        chapter="4",
        article=ARTICLE,
        audience=frozenset(),
        detail=PriceDetermination,
        states=STATES,
        transitions=TRANSITIONS,
        route=lambda case: case.detail.bureau,
        requester=lambda case: case.detail.requester,
        clocks=CLOCKS,
        detail_template="collaboration/price/_determination.html",
        opener=_open,
        asks=ApiForm,
        minutes=15,
        subject=_("部门协作"),
        keywords=("价格", "评估", "认定"),
    )
)
