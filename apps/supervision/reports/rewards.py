"""Rewards for named reports (检举奖金): offered by amount collected, claimed by receipt, granted by a custodian.

The claim is sealed to the custodians alone: the officers who handled the report never learn who was paid.
"""

import datetime as dt
import json
from decimal import Decimal
from itertools import count

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Role
from apps.kernel.rules import parameters, terms
from apps.kernel.workcalendar import clock, deadlines
from apps.supervision.reports import keys, recovery
from apps.supervision.reports.boxes import Opened
from apps.supervision.reports.models import KeyWrap, Report, Reward
from apps.supervision.reports.padding import pad, unpad
from apps.supervision.reports.sealing import CURRENT, PROVIDERS, new_key

CLAIM = keys.Purpose.CLAIM


def ceiling(collected: Decimal, on: dt.date) -> Decimal:
    """The most a reward may be for what was collected, by the law of a day."""
    for step in count(1):
        if collected >= parameters.value(f"report.reward.{step}.collected", on):
            return parameters.value(f"report.reward.{step}.ceiling", on)
    raise AssertionError  # the last step starts at zero


def claim_ends(since: dt.datetime) -> dt.datetime:
    """Until when a reward notified at a moment can be claimed."""
    term = terms.term("report-reward-claim", clock.today())
    return deadlines.due(since, term.term, term.unit).due


def offer(report: Report, actor: Actor) -> Reward | None:
    """Offer a reward when a named report led to tax collected; an anonymous one earns none."""
    if not report.named or not report.collected:
        return None
    now = clock.now()
    reward = Reward.objects.create(
        report=report,
        ceiling=ceiling(report.collected, clock.today()),
        offered_at=now,
        claim_by=claim_ends(now),
    )
    log.record(report.case.about, "reward.offered", actor=actor, data={"ceiling": str(reward.ceiling)})
    return reward


@transaction.atomic
def claim(report: Report, payee: dict[str, str]) -> Reward:
    """The reporter claims by receipt: name and account go to the custodians and to nobody else.

    :raises ValidationError: when there is nothing to claim, or no longer.
    """
    reward = Reward.objects.select_for_update(no_key=True).filter(report=report).first()
    if reward is None or not reward.claimable:
        raise ValidationError(_("现在没有可以申领的奖金：可能已经申领，或者超过了领取期限。"))
    custodians = keys.group(report.keeper, CLAIM)
    if not custodians:
        raise ValidationError(_("现在没有人可以接收领奖资料，请过几天再来。"))
    key = new_key()
    reward.payee = CURRENT.encrypt(key, pad(json.dumps(payee, ensure_ascii=False).encode()), keys.about(report, CLAIM))
    reward.claimed_at = clock.now()
    reward.save(update_fields=["payee", "claimed_at"])
    keys.seal(report, CLAIM, key, custodians)
    recovery.seal(report, CLAIM, key)
    log.record(report.case.about, "reward.claimed", actor=Actor.system("reports"))
    return reward


def of_custodian(actor: Actor):
    """Claims sealed to the actor."""
    if Role.CUSTODIAN not in actor.roles:
        return Reward.objects.none()
    mine = KeyWrap.objects.usable().filter(purpose=CLAIM, box__user=actor.user)
    return Reward.objects.filter(report__in=mine.values("report")).select_related("report__case")


def payee(reward: Reward, actor: Actor, opened: Opened) -> dict[str, str]:
    """Who claims, for the custodian whose box is open; the look is put on record."""
    key = keys.open_key(reward.report, CLAIM, opened)
    log.record(reward.report.case.about, "reward.payee_read", actor=actor)
    plain = PROVIDERS[reward.report.alg].decrypt(key, bytes(reward.payee), keys.about(reward.report, CLAIM))
    return json.loads(unpad(plain))


@transaction.atomic
def grant(reward: Reward, actor: Actor, amount: Decimal) -> Reward:
    """A custodian grants an amount within the ceiling.

    :raises ValidationError: on ``amount``.
    """
    reward = of_custodian(actor).select_for_update(no_key=True, of=("self",)).filter(pk=reward.pk).first()
    if reward is None:
        raise PermissionDenied
    if reward.granted_at is not None:
        raise ValidationError(_("这笔奖金已经核定。"))
    if not 0 < amount <= reward.ceiling:
        raise ValidationError(
            {"amount": _("奖金应大于 0，且不超过 %(ceiling)s 元。") % {"ceiling": f"{reward.ceiling:,.2f}"}}
        )
    reward.amount, reward.granted_by, reward.granted_at = amount, actor.user, clock.now()
    reward.save(update_fields=["amount", "granted_by", "granted_at"])
    log.record(reward.report.case.about, "reward.granted", actor=actor, data={"amount": str(amount)})
    return reward
