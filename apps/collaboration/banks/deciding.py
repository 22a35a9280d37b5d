"""Whoever the law names approves a request; the permit or notice is made out and the bank has it (Art 29)."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from apps.collaboration.banks import papers
from apps.collaboration.banks.grounds import Level, Measure
from apps.collaboration.banks.models import AccountEnquiry, AccountOrder
from apps.kernel.casework import custody
from apps.kernel.casework.models import Case
from apps.kernel.documents import letters
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Role
from apps.kernel.workcalendar import clock

KINDS = {Measure.ENQUIRY: papers.PERMIT, Measure.FREEZE: papers.FREEZE, Measure.DEDUCT: papers.DEDUCT}


def to_decider(case: Case, _actor: Actor, _data: dict[str, Any]) -> None:
    """A request goes to whoever must approve it."""
    pass_on(case, case.detail.decider)


def pass_on(case: Case, office: Office) -> None:
    """The case is the next office's, which is told."""
    if case.office_id == office.pk:
        return
    custody.move(case, office, clock.now())
    outbox.send("case-passed", office, {"number": case.number, "title": case.title}, about=case.about)


def entitled(case: Case, actor: Actor) -> None:
    """The head the law names approves, and is not one of the two officers."""
    request: AccountEnquiry | AccountOrder = case.detail
    role = Role.OFFICER if request.power.level == Level.DEPARTMENT else Role.CHIEF
    if role not in actor.roles:
        raise PermissionDenied(_("这项措施须由法律规定的机关负责人批准。"))
    if request.is_officer(actor.user):
        raise PermissionDenied(_("执法人员不能批准自己提请的措施。"))


def approved(case: Case, actor: Actor, _data: dict[str, Any]) -> None:
    """The paper is made out, and the bank has the request."""
    request: AccountEnquiry | AccountOrder = case.detail
    request.approved_by = actor.user
    request.permit = letters.issue(
        KINDS[Measure(request.power.measure)].code,
        request.party,
        {
            "number": case.number,
            "bank": str(request.bank),
            "clause": request.power.clause,
            "decider": str(request.decider),
            "officers": [
                {"name": str(request.first_officer), "certificate": request.first_certificate},
                {"name": str(request.second_officer), "certificate": request.second_certificate},
            ],
            **_asked(request),
        },
        actor=actor,
        about=case.about,
    )
    request.save(update_fields=["approved_by", "permit"])
    pass_on(case, request.bank)


def _asked(request: AccountEnquiry | AccountOrder) -> dict[str, Any]:
    """What the paper asks of the bank, and nothing of why."""
    if isinstance(request, AccountEnquiry):
        return {"wanted": request.wanted}
    verb = "冻结" if request.power.measure == Measure.FREEZE else "扣缴"
    return {"verb": verb, "limit": request.limit, "account": request.account, "kept": request.kept}


def back_to_asker(case: Case, _actor: Actor, _data: dict[str, Any]) -> None:
    """What was not approved, or is answered, is with the office that asked."""
    pass_on(case, case.detail.asked_by)
