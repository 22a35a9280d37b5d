"""What a clerk checks before a claim in a bankruptcy is prepared: its lines as the account stands now (Art 30)."""

from apps.collaboration.courts import access, bankruptcy, ranking
from apps.kernel.audit import log
from apps.kernel.audit.purposes import Purpose
from apps.kernel.casework.models import Case
from apps.kernel.casework.page_parts import Part
from apps.kernel.parties.actors import Actor


def of_case(case: Case, actor: Actor) -> Part | None:
    """The lines to check, shown to the clerks of the office that has the matter, and the look is on record."""
    if case.procedure != bankruptcy.BANKRUPTCY.code or case.state != bankruptcy.TOLD:
        return None
    if not access.claims(actor) or actor.office.pk != case.office_id:
        return None
    claim = case.detail
    log.read(actor=actor, party_id=claim.party_id, what=f"party/{claim.party.ref}", purpose=Purpose.ARREARS)
    return Part(
        "collaboration/courts/_to_check.html",
        ranking.bankruptcy_lines(case, ranking.everything(claim.party), claim.accepted_on),
    )
