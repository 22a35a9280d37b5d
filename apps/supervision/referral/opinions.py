"""Procuratorial opinions: what is suggested, the tax office's answer within two months, the confirmation (Art 35)."""

from dataclasses import replace
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework import cases, procedures, rights, standard
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import DRAFT, REQUESTER, ClockSpec, Procedure, State, Transition
from apps.kernel.casework.standard import SUBMITTED
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Role
from apps.supervision.referral import access, forms, steps
from apps.supervision.referral.models import ProcuratorialOpinion

CODE = "procuratorial-opinion"
ARTICLE = "第三十五条"
ANSWERED, CONFIRMED = "answered", "confirmed"
PROSECUTORS = frozenset({Role.OFFICER})

_state = {state.code: state for state in standard.STATES}


def _open(actor: Actor, given: dict[str, Any], key: str) -> Case:
    """An opinion from given data, with the checks of its page.

    :raises PermissionDenied: unless the actor works in a procuratorate.
    :raises ValidationError: naming the fields.
    """
    rights.may_apply(OPINION, actor)
    if not access.is_prosecutor(actor):
        raise PermissionDenied(_g("检察意见由人民检察院提出。"))
    form = forms.OpinionForm(given, actor=actor)
    if not form.is_valid():
        raise ValidationError(form.errors.as_data())
    return cases.open_case(OPINION, actor, form.detail(), idempotency_key=key)


def give(actor: Actor, given: dict[str, Any], *, key: str) -> Case:
    """Give a tax office an opinion; the same key gives the first one again.

    :raises PermissionDenied: unless the actor works in a procuratorate.
    :raises ValidationError: naming the fields.
    """
    return cases.open_submitted(OPINION, actor, given, idempotency_key=key)


OPINION = procedures.register(
    Procedure(
        code=CODE,
        title=_("检察意见"),
        summary=_("人民检察院决定不起诉或者开展企业刑事合规后提出检察意见，税务机关两个月内回复处理结果。"),
        chapter="5",
        article=ARTICLE,
        audience=frozenset(),
        detail=ProcuratorialOpinion,
        states=(
            replace(_state[DRAFT], now=_("检察意见还没有提出。"), todo=""),
            State(SUBMITTED, _("待税务机关回复"), _("检察意见已送达税务机关，等待回复。")),
            State(ANSWERED, _("待检察院确认"), _("税务机关已回复，等待人民检察院确认。"), tone="due"),
            State(CONFIRMED, _("已办结"), _("人民检察院已确认处理结果。"), final=True, tone="done"),
        ),
        transitions=(
            Transition(
                "submit",
                _("提出检察意见"),
                (DRAFT,),
                SUBMITTED,
                frozenset({REQUESTER}),
                ARTICLE,
                _("提出了检察意见"),
                effect=steps.opinion_given,
                public=False,
            ),
            replace(standard.TAKE, sources=(SUBMITTED,), by=access.REFERRERS, article=ARTICLE),
            Transition(
                "answer",
                _("回复处理结果"),
                (SUBMITTED,),
                ANSWERED,
                access.REFERRERS,
                ARTICLE,
                _("回复了处理结果"),
                form=forms.ResultForm,
                effect=steps.opinion_answered,
                public=False,
            ),
            Transition(
                "confirm",
                _("确认处理结果"),
                (ANSWERED,),
                CONFIRMED,
                PROSECUTORS,
                ARTICLE,
                _("确认了处理结果"),
                effect=steps.opinion_confirmed,
                public=False,
            ),
            Transition(
                "ask_again",
                _("请继续办理"),
                (ANSWERED,),
                SUBMITTED,
                PROSECUTORS,
                ARTICLE,
                _("请税务机关继续办理并回复"),
                form=forms.ReasonedForm,
                effect=steps.opinion_unanswered,
                public=False,
                tone="secondary",
            ),
        ),
        route=lambda case: case.detail.tax_office,
        requester=lambda case: case.detail.procuratorate,
        clocks=(
            ClockSpec(
                "procuratorate-reply",
                _("回复检察意见"),
                starts=("submit", "ask_again"),
                stops=("answer",),
                pausable=False,
            ),
        ),
        detail_template="referral/_opinion.html",
        opener=_open,
        asks=forms.OpinionForm,
        minutes=10,
        subject=_("部门协作"),
        keywords=("检察", "不起诉", "合规"),
    )
)
