"""A measure is asked for: the power, what must come before it, how far it may go, and the two officers (Art 29)."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from apps.collaboration.banks import access, grounds, owed
from apps.collaboration.banks.grounds import EXPIRED, GROUNDS, Ground, Measure
from apps.collaboration.banks.models import AccountOrder, PayOrder
from apps.collaboration.coded import Refusal
from apps.kernel.audit import log
from apps.kernel.casework import cases, procedures
from apps.kernel.casework.models import Case
from apps.kernel.ledger.models import ZERO
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Membership, Office, Party, Role, User
from apps.kernel.workcalendar import clock

CODES = {Measure.ENQUIRY: "account-enquiry", Measure.FREEZE: "account-freeze", Measure.DEDUCT: "account-deduct"}
OFFICERS = frozenset({Role.CLERK, Role.CHIEF, Role.RISK})


def colleagues(actor: Actor):
    """Who can be the second officer: those who work in the same office, without the one who asks."""
    at_work = Membership.objects.in_force().filter(office=actor.office, role__in=OFFICERS)
    return User.objects.filter(pk__in=at_work.values("user")).exclude(pk=actor.person.pk).order_by("pk")


@transaction.atomic
def ask(ground_code: str, party: Party, *, bank: Office, actor: Actor, idempotency_key: str, **given: Any) -> Case:
    """Open a request and send it to whoever must approve it.

    ``given`` holds the officers' certificates, ``second_officer``, ``facts`` and what the measure asks beside.

    :raises PermissionDenied: unless a clerk of the office in charge asks; the attempt is on record.
    :raises ValidationError: naming what the law asks and is not there.
    """
    ground = GROUNDS.get(ground_code)
    if ground is None:
        raise Refusal({"ground": _("请选择法律依据。")}, code="ground")
    if not access.asks(actor) or not access.in_charge(party, actor):
        log.denied(f"account-{ground.measure}", actor=actor, target=f"party/{party.ref}", reason="not in charge")
        raise PermissionDenied(_("只有主管税务机关的办税人员可以提请。"))
    common = _common(ground, party, bank, actor, given)
    special = (
        _enquiry(ground, party, given) if ground.measure == Measure.ENQUIRY else _order(ground, party, bank, given)
    )
    procedure = procedures.get(CODES[Measure(ground.measure)])
    case = cases.open_case(procedure, actor, {**common, **special}, idempotency_key=idempotency_key)
    if case.submitted_at is not None:
        return case
    return cases.perform(case, "submit", actor)


def _common(ground: Ground, party: Party, bank: Office, actor: Actor, given: Mapping[str, Any]) -> dict[str, Any]:
    if party.kind not in ground.kinds:
        raise Refusal({"ground": _("这项权力不适用于该当事人。")}, code="ground")
    if bank.kind != Office.Kind.BANK or not bank.active:
        raise Refusal({"bank": _("请选择金融机构。")}, code="bank")
    second = given["second_officer"]
    if second == actor.user:
        raise Refusal({"second_officer": _("须由两名不同的执法人员进行。")}, code="two_officers")
    if not colleagues(actor).filter(pk=second.pk).exists():
        raise Refusal({"second_officer": _("第二名执法人员须是本单位在岗人员。")}, code="two_officers")
    if given["first_certificate"].strip() == given["second_certificate"].strip():
        raise Refusal({"second_certificate": _("两名执法人员的执法证号不能相同。")}, code="two_officers")
    office = actor.office
    decider = grounds.decider(ground, office) if office is not None else None
    if decider is None:
        raise Refusal(_("没有找到有权批准的机关，请联系系统管理员。"), code="decider")
    return {
        "ground": ground.code,
        "party": party,
        "bank": bank,
        "asked_by": office,
        "decider": decider,
        "first_officer": actor.person,
        "first_certificate": given["first_certificate"].strip(),
        "second_officer": second,
        "second_certificate": given["second_certificate"].strip(),
        "facts": given["facts"],
    }


def _enquiry(ground: Ground, party: Party, given: Mapping[str, Any]) -> dict[str, Any]:
    if ground.order:
        _owes_after_an_order(ground, party)
    special: dict[str, Any] = {name: bool(given.get(name)) for name in ("wants_accounts", "wants_balances")}
    special |= {name: given.get(name) for name in ("since", "until")}
    special["matter"] = given.get("matter", "").strip()
    if ground.matter and not special["matter"]:
        raise Refusal({"matter": _("查询案件涉嫌人员的储蓄存款，须写明案件编号。")}, code="matter")
    if bool(special["since"]) != bool(special["until"]) or (special["since"] and special["since"] > special["until"]):
        raise Refusal({"until": _("请填写资金往来的起止日期，起不晚于止。")}, code="period")
    if special["until"] and special["until"] > clock.today():
        raise Refusal({"until": _("资金往来的止日不能晚于今天。")}, code="period")
    if not (special["wants_accounts"] or special["wants_balances"] or special["since"]):
        raise Refusal({"wants_accounts": _("请至少选择一项查询内容，只查需要的。")}, code="wants")
    return special


def _order(ground: Ground, party: Party, bank: Office, given: Mapping[str, Any]) -> dict[str, Any]:
    Party.objects.select_for_update(no_key=True).get(pk=party.pk)  # what is asked beside it waits, and is counted then
    today, order = clock.today(), given.get("pay_order")
    _order_stands(ground, party, order)
    if ground.order == EXPIRED:
        _not_deferred(party, order, today)
    if ground.signs and not given.get("signs", "").strip():
        raise Refusal({"signs": _("请写明转移、隐匿财产或者收入的迹象。")}, code="signs")
    asked_on = given.get("security_asked_on")
    if ground.secured and (asked_on is None or asked_on > today):
        raise Refusal({"security_asked_on": _("先责成提供纳税担保；不能提供的，填写责成的日期。")}, code="security")
    preservation = given.get("preservation") if ground.frozen else None
    if ground.frozen and (preservation is None or not preservation.in_force or preservation.party_id != party.pk):
        raise Refusal({"preservation": _("请选择对该当事人有效的冻结。")}, code="preservation")
    limit: Decimal = given["limit"]
    most = max(ZERO, owed.most(ground, party, today, order) - owed.held(ground, party, order))
    if preservation is not None:
        most = min(most, preservation.frozen)
        if preservation.bank_id != bank.pk:
            raise Refusal({"bank": _("从冻结的存款中扣缴，须是同一金融机构。")}, code="bank")
    if not ZERO < limit <= most:
        raise Refusal(
            {"limit": _("金额须大于零，不超过依法可以执行的 %(most)s 元。") % {"most": f"{most:,.2f}"}},
            code="above_owed",
        )
    dependants = given.get("dependants")
    if party.kind == Party.Kind.PERSON and dependants is None:
        raise Refusal(
            {"dependants": _("对个人采取措施，须核实所扶养家属人数，为其保留生活费。没有的填 0。")}, code="dependants"
        )
    return {
        "pay_order": order,
        "preservation": preservation,
        "limit": limit,
        "account": given.get("account", "").strip(),
        "signs": given.get("signs", "").strip(),
        "security_asked_on": asked_on if ground.secured else None,
        "dependants": dependants,
        "kept": owed.kept_for_living(party, dependants, today),
    }


def _order_stands(ground: Ground, party: Party, order: PayOrder | None) -> None:
    """The order to pay the law asks for, running or expired."""
    if not ground.order:
        return
    if order is None or order.party_id != party.pk or order.regime != ground.regime:
        raise Refusal({"pay_order": _("先责令限期缴纳，再采取措施。请选择责令限期缴纳。")}, code="pay_order")
    if ground.order == EXPIRED and not order.expired(clock.today()):
        raise Refusal(
            {"pay_order": _("责令的缴纳期限 %(day)s 尚未届满，不能强制执行。") % {"day": order.pay_by}},
            code="order_running",
        )


def _not_deferred(party: Party, order: PayOrder | None, today: dt.date) -> None:
    """An agreement to pay later, given for security, is kept by both sides (社会保险法 Art 63)."""
    deferred = AccountOrder.objects.filter(party=party, pay_order=order, deferred_until__gte=today).first()
    if deferred is not None:
        message = _("已经提供担保，签订延期缴费协议，%(day)s 之前不能强制执行。") % {"day": deferred.deferred_until}
        raise Refusal({"pay_order": message}, code="deferred")


def _owes_after_an_order(ground: Ground, party: Party) -> None:
    """An enquiry names no order to pay, but the law wants one that is over and not complied with."""
    today = clock.today()
    given = PayOrder.objects.filter(party=party, regime=ground.regime)
    if not any(each.expired(today) and owed.rows(party, ground.regime, today, each) for each in given):
        message = _("先责令限期缴纳；期限届满仍未缴足的，才能依这项权力查询。")
        raise Refusal({"ground": message}, code="pay_order")


def opens(measure: str, party: Party) -> list[Ground]:
    """The powers of a measure that fit a kind of party."""
    return [each for each in GROUNDS.values() if each.measure == measure and party.kind in each.kinds]
