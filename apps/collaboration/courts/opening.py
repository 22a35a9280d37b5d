"""Matters are opened: by a court that asks or tells, by a clerk who claims (Art 30)."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from apps.collaboration.coded import Refusal
from apps.collaboration.courts import access, ranking
from apps.collaboration.courts.models import BankruptcyClaim
from apps.kernel.audit import log
from apps.kernel.casework import cases, custody, procedures
from apps.kernel.casework.models import Case
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Party
from apps.kernel.workcalendar import clock


def pass_on(case: Case, office: Office) -> None:
    """The case is the next office's, which is told."""
    if case.office_id == office.pk:
        return
    custody.move(case, office, clock.now())
    outbox.send("case-passed", office, {"number": case.number, "title": case.title}, about=case.about)


@transaction.atomic
def by_court(code: str, *, party_code: str, actor: Actor, idempotency_key: str, **detail: Any) -> Case:
    """A court asks for a computation (``court-sale``) or tells of a bankruptcy (``bankruptcy-claim``).

    :raises PermissionDenied: unless a court does; the attempt is on record.
    :raises ValidationError: when the party is unknown, or the matter was told before.
    """
    if not access.is_court(actor):
        log.denied(code, actor=actor, target="courts", reason="not a court")
        raise PermissionDenied(_("只有人民法院可以提出。"))
    party = access.executed_party(party_code)
    if code == "bankruptcy-claim":
        _accepted(detail, actor, idempotency_key)
    return _opened(
        code, actor, {**detail, "court": actor.office, "party": party, "office": party.office}, idempotency_key
    )


def _accepted(detail: dict[str, Any], actor: Actor, key: str) -> None:
    today = clock.today()
    if detail["accepted_on"] > today:
        raise Refusal({"accepted_on": _("受理日期不能晚于今天。")}, code="accepted_on")
    if detail["claim_by"] <= detail["accepted_on"]:
        raise Refusal({"claim_by": _("债权申报期限须晚于受理日期。")}, code="claim_by")
    told = BankruptcyClaim.objects.filter(court=actor.office, court_case=detail["court_case"])
    if told.exclude(case__opened_by=actor.user, case__idempotency_key=key).exists():
        raise Refusal({"court_case": _("这个案号已经通知过。")}, code="twice")


@transaction.atomic
def claim(party: Party, *, actor: Actor, idempotency_key: str, **detail: Any) -> Case:
    """A clerk claims a party's arrears from what an execution brings in.

    :raises PermissionDenied: unless a clerk of the office in charge claims; the attempt is on record.
    :raises ValidationError: when nothing is overdue.
    """
    if not access.claims(actor) or not access.parties(actor).filter(pk=party.pk).exists():
        log.denied("arrears-claim", actor=actor, target=f"party/{party.ref}", reason="not in charge")
        raise PermissionDenied(_("只有主管税务机关的办税人员可以申报。"))
    if not ranking.overdue(party, clock.today()):
        raise Refusal(_("该当事人没有逾期未缴的税费。"), code="nothing_owed")
    return _opened("arrears-claim", actor, {**detail, "party": party, "office": actor.office}, idempotency_key)


def _opened(code: str, actor: Actor, detail: dict[str, Any], key: str) -> Case:
    case = cases.open_case(procedures.get(code), actor, detail, idempotency_key=key)
    if case.submitted_at is not None:
        return case
    return cases.perform(case, "submit", actor)
