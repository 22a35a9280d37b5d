"""Taking a benefit with one confirmation (免申即享, Article 13): prefilled, confirmed, accepted at once.

The confirmation is a case like any other, with the reasons it was granted for; what it grants is on
record as an enjoyment and, where the catalogue has one, as a fact.
"""

from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from apps.kernel.casework import cases, procedures, rights, standard
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import DRAFT, SYSTEM, Procedure, State, Transition
from apps.kernel.facts import reading, runs, writer
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Party
from apps.kernel.rules import versions
from apps.kernel.rules.models import Policy, PolicyVersion
from apps.kernel.workcalendar import clock
from apps.services.entitlement import explaining, offices
from apps.services.entitlement.models import Enjoyment, PolicyClaim

CODE = "policy-claim"


def claimable(policy: Policy) -> PolicyVersion | None:
    """The version of a policy in force today if one confirmation is enough to enjoy it."""
    version = versions.of(policy, clock.today())
    return version if version is not None and version.straight_through and version.reliable else None


def confirm(actor: Actor, policy: Policy, *, idempotency_key: str) -> Case:
    """Enjoy a policy for this year. A second confirmation with the same key gives the first one's case.

    :raises ValidationError: when the policy does not fit, is not open to confirmation, or is enjoyed already.
    """
    return cases.open_submitted(PROCEDURE, actor, {"policy": policy.code}, idempotency_key=idempotency_key)


def enjoyed_this_year(party: Party) -> dict[int, Enjoyment]:
    """What a payer has confirmed for this year, by policy."""
    return {row.policy_id: row for row in Enjoyment.objects.filter(party=party, year=clock.today().year)}


def taken(party: Party) -> set[int]:
    """The policies a payer enjoys, by confirmation here or as the latest return says."""
    profile = reading.profile(party)
    declared = Policy.objects.exclude(enjoyed_field="").values_list("pk", "enjoyed_field")
    return {pk for pk, field in declared if profile.get(field)} | set(enjoyed_this_year(party))


@transaction.atomic
def _open(actor: Actor, data: dict[str, Any], idempotency_key: str) -> Case:
    """Open the case of a confirmation from the policy's code."""
    policy = Policy.objects.filter(code=data.get("policy", "")).first()
    version = claimable(policy) if policy else None
    if policy is None or version is None:
        raise ValidationError({"policy": _("这项政策不能免申即享，请按政策页面写明的方式享受。")})
    rights.may_apply(PROCEDURE, actor)
    fit = explaining.recorded(version, actor.party)
    detail = {
        "policy": policy,
        "version": version,
        "year": clock.today().year,
        "amount": fit.amount,
        "trace": fit.record,
    }
    return cases.open_case(PROCEDURE, actor, detail, idempotency_key=idempotency_key)


def _may_confirm(case: Case, _actor: Actor) -> None:
    _fit(case)


def _fit(case: Case) -> explaining.Fit:
    """How the payer fits today.

    :raises ValidationError: when the policy is enjoyed already or the facts no longer bear it.
    """
    claim: PolicyClaim = case.detail
    if Enjoyment.objects.filter(party=case.applicant, policy=claim.policy, year=claim.year).exists():
        raise ValidationError(_("本年度已经享受这项政策，不需要再次确认。"))
    fit = explaining.recorded(claim.version, case.applicant)
    if fit.met is not True:
        failed = "；".join(step.words for step in fit.steps if step.met is not True)
        raise ValidationError(_("按现有数据还不符合条件：%(failed)s。数据有误的，请先提出异议。") % {"failed": failed})
    return fit


def _keep_fit(case: Case, _actor: Actor, _data: dict[str, Any]) -> None:
    """The facts decide at the moment of confirmation, whatever the page showed."""
    # One payer's confirmations wait for each other, so two of them cannot both find nothing.
    Party.objects.select_for_update(no_key=True, of=("self",)).get(pk=case.applicant_id)
    fit, claim = _fit(case), case.detail
    claim.amount, claim.trace = fit.amount, fit.record
    claim.save()


def _grant(case: Case, _actor: Actor, _data: dict[str, Any]) -> None:
    claim: PolicyClaim = case.detail
    Enjoyment.objects.create(party=case.applicant, policy=claim.policy, year=claim.year, amount=claim.amount, case=case)
    if claim.policy.enjoyed_field:
        run = runs.start("collection", kind="confirmation")
        writer.write([(case.applicant.pk, claim.policy.enjoyed_field, True, clock.today())], run=run)
        runs.finish(run)


def _office(case: Case) -> Office:
    office = offices.in_charge(case.applicant)
    if office is None:
        raise ValidationError(_("还没有登记主管税务机关，请先拨打 12366 补充登记信息。"))
    return office


PROCEDURE = procedures.register(
    Procedure(
        code=CODE,
        title=gettext_lazy("免申即享确认"),
        summary=gettext_lazy("系统已按现有数据确认您符合条件，核对金额后确认一次即可享受，不需要申请和材料。"),
        chapter="2",
        article="第十三条",
        audience=frozenset({Party.Kind.PERSON, Party.Kind.ORGANISATION}),
        detail=PolicyClaim,
        states=(
            State(
                DRAFT,
                gettext_lazy("待确认"),
                gettext_lazy("您还没有确认。"),
                gettext_lazy("请核对后确认。"),
                tone="draft",
            ),
            State(standard.SUBMITTED, gettext_lazy("已确认"), gettext_lazy("正在登记享受。")),
            State(
                standard.APPROVED,
                gettext_lazy("已享受"),
                gettext_lazy("已登记享受，不需要再做什么。"),
                final=True,
                tone="done",
            ),
        ),
        transitions=(
            replace(
                standard.SUBMIT,
                label=gettext_lazy("确认享受"),
                article="第十三条",
                past=pgettext_lazy("已发生", "确认享受"),
                bar=_may_confirm,
                guard=_keep_fit,
                notice="",
                then=lambda _case: "grant",
            ),
            Transition(
                "grant",
                gettext_lazy("登记享受"),
                (standard.SUBMITTED,),
                standard.APPROVED,
                frozenset({SYSTEM}),
                "第十三条",
                gettext_lazy("按公布的条件自动登记享受"),
                effect=_grant,
                notice="case-decided",
            ),
        ),
        route=_office,
        minutes=1,
        subject=gettext_lazy("优惠享受"),
        keywords=("免申即享", "优惠", "减免", "残保金"),
        entry="my_policies:list",
        opener=_open,
        asks=("policy",),
        detail_template="entitlement/_claim.html",
    )
)
