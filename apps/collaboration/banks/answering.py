"""A bank answers: what was asked and nothing else, what was ordered and not more (Art 29; 税收征收管理法 Art 73)."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.collaboration.banks import owed
from apps.collaboration.banks.deciding import pass_on
from apps.collaboration.banks.models import AccountEnquiry, AccountMovement, AccountOrder, BankAccount
from apps.collaboration.coded import Refusal
from apps.kernel.casework.models import Case
from apps.kernel.ledger import collections
from apps.kernel.ledger.models import ZERO
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock
from apps.kernel.workcalendar.days import SHANGHAI

NEEDED = gettext_lazy("请填写实际冻结、扣缴金额；没有存款的填 0。")
MOST_ACCOUNTS, MOST_MOVEMENTS = 200, 20_000


def only_what_was_asked(case: Case, _actor: Actor, data: dict[str, Any]) -> None:
    """Refuse an answer that says less than was asked, or more (least data).

    :raises ValidationError: with the code of what is wrong; nothing of the answer is kept.
    """
    enquiry: AccountEnquiry = case.detail
    accounts = data.get("accounts")
    if accounts is None:
        raise Refusal({"accounts": _("请填写查询结果；没有账户的，交一份空的结果。")}, code="accounts")
    numbers = [each["number"] for each in accounts]
    if len(numbers) != len(set(numbers)) or len(numbers) > MOST_ACCOUNTS:
        raise Refusal({"accounts": _("同一个账号只能出现一次。")}, code="account_twice")
    for place, account in enumerate(accounts, start=1):
        _check(enquiry, account, place)
    if sum(len(each.get("movements", ())) for each in accounts) > MOST_MOVEMENTS:
        raise Refusal({"movements": _("资金往来最多 %d 条，请分期答复。") % MOST_MOVEMENTS}, code="too_many")


def _check(enquiry: AccountEnquiry, account: dict[str, Any], place: int) -> None:
    opened = account.get("kind") or account.get("opened_on")
    if opened and not enquiry.wants_accounts:
        raise _not_asked("accounts", place, _("开户情况"))
    if enquiry.wants_accounts and not account.get("kind"):
        raise Refusal({"accounts": _("第 %d 个账户缺少账户性质。") % place}, code="missing")
    if account.get("balance") is not None and not enquiry.wants_balances:
        raise _not_asked("accounts", place, _("余额"))
    if enquiry.wants_balances and account.get("balance") is None:
        raise Refusal({"accounts": _("第 %d 个账户缺少余额。") % place}, code="missing")
    movements = account.get("movements", ())
    if movements and not enquiry.wants_movements:
        raise _not_asked("movements", place, _("资金往来"))
    if any(not enquiry.since <= each["on"] <= enquiry.until for each in movements):
        raise Refusal({"movements": _("有不在所查期间内的资金往来，请去掉。")}, code="not_asked")


def _not_asked(field: str, place: int, what: str) -> ValidationError:
    message = _("第 %(place)d 个账户：没有查询“%(what)s”，请去掉后重新答复。") % {"place": place, "what": what}
    return Refusal({field: message}, code="not_asked")


def keep(case: Case, _actor: Actor, data: dict[str, Any]) -> None:
    """The answer is kept for the two officers, and the case is back with the office that asked."""
    enquiry: AccountEnquiry = case.detail
    accounts: Sequence[dict[str, Any]] = data["accounts"]
    made = BankAccount.objects.bulk_create(
        BankAccount(
            enquiry=enquiry,
            number=each["number"],
            kind=each.get("kind") or "",
            opened_on=each.get("opened_on"),
            balance=each.get("balance"),
        )
        for each in accounts
    )
    AccountMovement.objects.bulk_create(
        AccountMovement(account=row, **movement)
        for row, each in zip(made, accounts, strict=True)
        for movement in each.get("movements", ())
    )
    enquiry.answered_at = clock.now()
    enquiry.save(update_fields=["answered_at"])
    pass_on(case, enquiry.asked_by)


def within_order(case: Case, _actor: Actor, data: dict[str, Any]) -> None:
    """Refuse what was not ordered: more money, a living not left, a day that cannot be, a reference used before.

    :raises ValidationError: with the code of what is wrong.
    """
    order: AccountOrder = case.detail
    executed: Decimal = data.get("executed", ZERO)
    on: dt.date | None = data.get("executed_on")
    if executed > order.limit:
        raise Refusal(
            {"executed": _("超过通知书的金额 %(limit)s 元。") % {"limit": f"{order.limit:,.2f}"}}, code="above_order"
        )
    ordered_on = order.permit.issued_at.astimezone(SHANGHAI).date()
    if on is None or not ordered_on <= on <= clock.today():
        raise Refusal({"executed_on": _("执行日期须在通知书作出之日至今天之间。")}, code="stale")
    left = data.get("left")
    if order.kept and executed and (left is None or left < order.kept):
        raise Refusal(
            {"left": _("须为本人及所扶养家属保留 %(kept)s 元。") % {"kept": f"{order.kept:,.2f}"}}, code="living"
        )
    reference = data.get("reference", "").strip()
    if executed and not reference:
        raise Refusal({"reference": _("请填写本机构的流水号。")}, code="reference")
    if reference and AccountOrder.objects.filter(bank=order.bank, reference=reference).exists():
        raise Refusal({"reference": _("这个流水号已经用过，同一笔不能登记两次。")}, code="twice")


def executed(case: Case, _actor: Actor, data: dict[str, Any]) -> None:
    """What the bank did is on the order, and the case is back with the office that asked."""
    order: AccountOrder = case.detail
    order.executed = data["executed"]
    order.executed_on = data["executed_on"]
    order.reference = data.get("reference", "").strip()
    order.answered_at = clock.now()
    order.save(update_fields=["executed", "executed_on", "reference", "answered_at"])
    pass_on(case, order.asked_by)


def deducted(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    """What the bank deducted lands on the account of the person concerned, once."""
    order: AccountOrder = case.detail
    if data["executed"]:
        open_rows = owed.rows(order.party, order.power.regime, clock.today(), order.pay_order)
        charges = [each.charge for each in open_rows] or list(order.pay_order.charges.all())
        collections.collect(
            charges,
            data["executed"],
            by=case.about,
            day=data["executed_on"],
            actor=actor,
            idempotency_key=f"{order.bank.code}/{data['reference'].strip()}",
        )
    executed(case, actor, data)
