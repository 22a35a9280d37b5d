"""Complaints without a name by API (Art 31): open to everybody; without a right receipt nothing is found."""

from tests.access.roles import EVERYONE, Role, reach

POLICIES: dict[str, Role] = {
    **reach(EVERYONE, "api-complaint, api-complaint-follow, api-complaint-act"),
}
