"""Claims in a bankruptcy: prepared, filed in time, objected to, confirmed, paid out, the dead rest written off.

Article 30, second paragraph; ranks and dates by the Enterprise Bankruptcy Law (企业破产法 Arts 45, 46, 48, 113).
"""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext

from apps.collaboration.coded import Refusal
from apps.collaboration.courts import papers, ranking, remitting
from apps.collaboration.courts.arrears import charges_of, extract
from apps.collaboration.courts.models import BankruptcyClaim, ClaimLine
from apps.collaboration.courts.opening import pass_on
from apps.kernel.casework.models import Case
from apps.kernel.casework.standard import second_person
from apps.kernel.documents import letters
from apps.kernel.ledger import charges, late_fees
from apps.kernel.ledger.models import ZERO
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock
from apps.kernel.workcalendar.days import SHANGHAI
from apps.kernel.workcalendar.deadlines import END_OF_DAY


def last_moment(case: Case) -> dt.datetime:
    """The end of the day the court has set for claims."""
    return dt.datetime.combine(case.detail.claim_by, END_OF_DAY, tzinfo=SHANGHAI)


def to_tax(case: Case, _actor: Actor, _data: dict[str, Any]) -> None:
    """The tax office in charge has the matter."""
    pass_on(case, case.detail.office)


def in_time(case: Case) -> None:
    """Refuse a claim after the day the court has set."""
    if clock.now() > last_moment(case):
        raise Refusal(
            gettext("人民法院确定的债权申报期限 %(day)s 已过。可以在最后分配前补充申报。")
            % {"day": case.detail.claim_by},
            code="late",
        )


def prepared(case: Case, actor: Actor, _data: dict[str, Any]) -> None:
    """The lines by levy, late fee up to the day of acceptance; again from the account each time."""
    claim: BankruptcyClaim = case.detail
    case.handler = actor.user
    lines = ranking.bankruptcy_lines(case, ranking.everything(claim.party), claim.accepted_on)
    if not lines:
        raise Refusal(gettext("该债务人没有欠缴的税费，不需要申报。请选择“没有债权”。"), code="nothing_owed")
    ClaimLine.objects.bulk_create(lines)


def taken_apart(case: Case, _actor: Actor, _data: dict[str, Any]) -> None:
    """What was prepared is not filed: the lines are made anew."""
    case.claim_lines.all().delete()


def file(case: Case, actor: Actor) -> None:
    """A second person files, in time."""
    second_person(case, actor)
    in_time(case)


def file_late(case: Case, actor: Actor) -> None:
    """A second person files what was missed, once the day is over (企业破产法 Art 56)."""
    second_person(case, actor)
    if clock.now() <= last_moment(case):
        raise PermissionDenied(gettext("债权申报期限届满后才能补充申报。"))


def filed(case: Case, actor: Actor, _data: dict[str, Any]) -> None:
    """The claim goes to court and administrator with its letter."""
    claim: BankruptcyClaim = case.detail
    lines = list(case.claim_lines.select_related("charge__levy"))
    claim.filed_on = clock.today()
    claim.letter = letters.issue(
        papers.BANKRUPTCY.code,
        claim.party,
        {
            "number": case.number,
            "court": str(claim.court),
            "court_case": claim.court_case,
            "administrator": claim.administrator,
            "accepted_on": claim.accepted_on,
            "rows": extract(lines),
            "priority": claim.claimed_priority,
            "ordinary": claim.claimed_ordinary,
        },
        actor=actor,
        about=case.about,
    )
    claim.save(update_fields=["filed_on", "letter"])
    pass_on(case, claim.court)


def within_claim(case: Case, name: str, data: dict[str, Any]) -> None:
    """Refuse more in a rank than was claimed in it."""
    claim: BankruptcyClaim = case.detail
    for rank, most in (("priority", claim.claimed_priority), ("ordinary", claim.claimed_ordinary)):
        if data[f"{name}_{rank}"] > most:
            raise Refusal(
                {f"{name}_{rank}": gettext("超过申报的金额 %(most)s 元。") % {"most": f"{most:,.2f}"}},
                code="above_claim",
            )


def objectable(case: Case, _actor: Actor, data: dict[str, Any]) -> None:
    """The administrator acknowledges no more than was claimed."""
    within_claim(case, "acknowledged", data)


def objected(case: Case, _actor: Actor, data: dict[str, Any]) -> None:
    """What the administrator acknowledges is on the claim, and the matter is with the tax office."""
    claim: BankruptcyClaim = case.detail
    claim.acknowledged_priority = data["acknowledged_priority"]
    claim.acknowledged_ordinary = data["acknowledged_ordinary"]
    claim.save(update_fields=["acknowledged_priority", "acknowledged_ordinary"])
    pass_on(case, claim.office)


def to_court(case: Case, _actor: Actor, _data: dict[str, Any]) -> None:
    """The court has the matter."""
    pass_on(case, case.detail.court)


def accepted(case: Case, _actor: Actor, _data: dict[str, Any]) -> None:
    """The office agrees: what the administrator acknowledged counts as confirmed."""
    claim: BankruptcyClaim = case.detail
    claim.confirmed_priority = claim.acknowledged_priority
    claim.confirmed_ordinary = claim.acknowledged_ordinary
    claim.save(update_fields=["confirmed_priority", "confirmed_ordinary"])
    pass_on(case, claim.court)


def confirmable(case: Case, _actor: Actor, data: dict[str, Any]) -> None:
    """The court confirms no more than was claimed."""
    within_claim(case, "confirmed", data)


def confirmed(case: Case, _actor: Actor, data: dict[str, Any]) -> None:
    """What the court confirmed is on the claim."""
    claim: BankruptcyClaim = case.detail
    claim.confirmed_priority, claim.confirmed_ordinary = data["confirmed_priority"], data["confirmed_ordinary"]
    claim.save(update_fields=["confirmed_priority", "confirmed_ordinary"])


def distributable(case: Case, _actor: Actor, data: dict[str, Any]) -> None:
    """No more is distributed than was confirmed."""
    claim: BankruptcyClaim = case.detail
    remitting.check(case, claim.confirmed - claim.remitted, data)


def distributed(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    """What the court distributed lands on the charges."""
    remitting.book(case, charges_of(case), actor, data)


def left(case: Case) -> Decimal:
    """What is still on the account of what was claimed."""
    today = clock.today()
    return sum((each.outstanding + late_fees.outstanding(each, today) for each in charges_of(case)), ZERO)


def proposed(case: Case, actor: Actor, _data: dict[str, Any]) -> None:
    """Who asks for the write-off is on the claim."""
    claim: BankruptcyClaim = case.detail
    claim.proposed_by = case.handler = actor.user
    claim.save(update_fields=["proposed_by"])


def another(case: Case, actor: Actor) -> None:
    """Whoever proposed does not approve."""
    claim: BankruptcyClaim = case.detail
    if claim.proposed_by_id == actor.person.pk:
        raise PermissionDenied(gettext("提请核销和批准核销须是两个人。"))


def written_off(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    """The dead rest is off the account."""
    claim: BankruptcyClaim = case.detail
    for charge in charges_of(case):
        charges.write_off(
            charge, reason=f"{claim.court_case} {data['reason']}", proposed_by=claim.proposed_by, actor=actor
        )
