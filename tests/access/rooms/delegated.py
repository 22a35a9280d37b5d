"""Delegated collection in the matrix: each collector's own, the tax office that looks after it, its street's system."""

import itertools

from apps.collaboration.delegated.models import DelegatedAgreement
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office
from apps.kernel.parties.models import Role as Duty
from tests import factories
from tests import factories_delegated as make
from tests.access.roles import DEPARTMENTS, EVERYONE, Role, reach

SCOPES = ("delegated.write", "delegated.read")
TAX_CLERKS = Role.CLERK | Role.OTHER_CLERK
POLICIES = {
    **reach(EVERYONE, "collectors"),
    **reach(Role.OWNER, "as delegated:index, as delegated:template, as delegated:batch, as delegated:remittance"),
    **reach(Role.OWNER, "as delegated:agreement, as delegated:deliver"),
    **reach(TAX_CLERKS, "delegated_counter:index, delegated_counter:reconciliation, delegated_counter:unmatched"),
    **reach(Role.CLERK, "delegated_counter:item, delegated_counter:batch, delegated_counter:remittance"),
    **reach(Role.CLERK, "delegated_counter:agreement"),
    **reach(DEPARTMENTS, "delegated_partner:index, delegated_partner:template, delegated_partner:batch"),
    **reach(DEPARTMENTS, "delegated_partner:remittance, delegated_partner:agreement, delegated_partner:deliver"),
    **reach(Role.OWNER | DEPARTMENTS | Role.CLIENT, "api-collected-batches, api-collected-remittances"),
    **reach(Role.OWNER | Role.CLERK | DEPARTMENTS | Role.CLIENT, "api-collected-batch"),
}


def samples(people: dict[Role, Actor]) -> dict[str, str | None]:
    """A live agreement of the owner's, collected under by the officer's unit, with one batch."""
    side = make.Side.__new__(make.Side)
    side.collector, side.owner = people[Role.OWNER].party, people[Role.OWNER]
    side.office, side.clerk = people[Role.CLERK].office, people[Role.CLERK]
    side.chief = factories.staff(side.office, Duty.CHIEF, name="方志远")
    unit: Office = people[Role.OFFICER].office
    agreement: DelegatedAgreement = make.in_force(side, text={"works_as": unit})
    batch = make.delivered(agreement, side.owner, make.row(None))
    number, remittance = agreement.case.number, agreement.remittances.get()
    doors = ("as delegated", "delegated_counter", "delegated_partner")
    return {
        **{f"{door}:{page}:number": number for door, page in itertools.product(doors, ("agreement", "deliver"))},
        **{f"{door}:batch:ref": batch.ref for door in doors},
        **{f"{door}:remittance:ref": remittance.ref for door in doors},
        "delegated_counter:item:ref": batch.items.get().ref,
        "api-collected-batches:number": number,
        "api-collected-remittances:number": number,
        "api-collected-batch:ref": batch.ref,
    }
