"""Who the matrix tries: one bit for each role, and the groups that policies are made of."""

from enum import Flag, auto


class Role(Flag):
    """The people and systems the matrix tries, as bits."""

    ANONYMOUS = auto()
    OWNER = auto()  # the taxpayer the sample objects belong to
    STRANGER = auto()  # another taxpayer
    CLERK = auto()  # a clerk of the tax office that holds the sample case
    OTHER_CLERK = auto()  # a clerk of another tax office
    OFFICER = auto()  # an officer of a department
    AUDITOR = auto()
    ADMIN = auto()
    CLIENT = auto()  # a partner system by OAuth2


EVERYONE = ~Role(0)
NOBODY = Role(0)
PEOPLE = EVERYONE & ~Role.ANONYMOUS & ~Role.CLIENT
TAX_STAFF = Role.CLERK | Role.OTHER_CLERK | Role.AUDITOR
DEPARTMENTS = Role.OFFICER


def reach(policy: Role, names: str) -> dict[str, Role]:
    """The same policy for several routes, named in one text."""
    return dict.fromkeys((name.strip() for name in names.split(",")), policy)
