"""A matter accepted here for another province: sent there, followed from here (跨省通办, Art 9)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party
from apps.services.regions import sending
from apps.services.regions.models import Forwarding, Region

PROCEDURE = "region-forwarding"
# What the other province reports, and the action the portal takes on the case here.
REPORTED = {"progress": "report", "approved": "finish", "refused": "return"}


def validate(detail: Forwarding) -> None:
    """Without consent nothing leaves the city."""
    if not detail.consent:
        raise ValidationError({"consent": _("请勾选同意；不同意转送的，请直接向对方税务机关申请。")})


def forward(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    """The effect of forwarding: the message leaves with the transaction."""
    detail, party = case.detail, case.applicant
    sending.send(
        detail.matter.region,
        case.about,
        "matter.forward",
        {
            "number": case.number,
            "matter": detail.matter.code,
            "matter_name": detail.matter.name,
            "applicant": {"name": party.name, "number": _number(party), "phone": party.phone},
            "statement": detail.statement,
        },
    )


def _number(party: Party) -> str:
    return party.person.id_number if party.kind == Party.Kind.PERSON else party.organisation.uscc


def received_there(number: str, reference: str) -> None:
    """The other province has the matter under its own number."""
    case = Case.objects.get(number=number, procedure=PROCEDURE)
    Forwarding.objects.filter(case=case).update(their_number=reference[:40])
    if case.state == "forwarded":
        cases.perform(case, "arrive", Actor.system("regions"), reason=_("对方办件编号：%s") % reference[:40])


def report(region: Region, content: dict[str, Any]) -> str:
    """Put what the other province says on the case: once, and never an older word after a newer one.

    :raises ValidationError: when there is no such case with that province.
    """
    found = Forwarding.objects.select_for_update(no_key=True).filter(
        case__number=content["your_number"], case__procedure=PROCEDURE, matter__region=region
    )
    detail = found.first()
    if detail is None:
        raise ValidationError({"your_number": _("没有转给贵省市的这个办件。")})
    case = Case.objects.get(pk=detail.pk)
    if content["sequence"] <= detail.last_sequence or case.standing.final:
        return "superseded"
    detail.last_sequence = content["sequence"]
    detail.save(update_fields=["last_sequence"])
    system = Actor.system("regions")
    if case.state == "forwarded":  # word of it overtook the answer to our own message
        case = cases.perform(case, "arrive", system)
    action = REPORTED[content["outcome"]]
    cases.perform(case, action, system, reason=f"{region.name}：{content['words']}"[:1000])
    return "taken"
