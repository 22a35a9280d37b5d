"""Referrals to the police, opinions of procuratorates, orders to correct in the matrix (Arts 35, 38)."""

from apps.kernel.parties.actors import Actor
from tests.access.roles import DEPARTMENTS, NOBODY, Role, reach

CLERKS = Role.CLERK | Role.OTHER_CLERK

# The sample department is neither police nor procuratorate nor General Office; no sample clerk is a chief above others.
POLICIES: dict[str, Role] = {
    **reach(CLERKS, "referral_counter:list, referral_counter:new, referral_counter:joint, referral_counter:joint_new"),
    **reach(NOBODY, "referral_partner:list, referral_partner:joint, referral_partner:joint_new"),
    "referral_partner:opinion": NOBODY,
    "liability_counter:list": CLERKS,
    "liability_partner:list": DEPARTMENTS,
    **reach(NOBODY, "liability_counter:new, liability_counter:report"),
    **reach(NOBODY, "liability_partner:new, liability_partner:report, liability_partner:issue"),
    "liability_partner:letter": NOBODY,
}


def samples(people: dict[Role, Actor]) -> dict[str, str | None]:
    """No letter has been issued in this world."""
    return {"liability_partner:letter:ref": None}
