"""The declared policy of each route. A route that is not here fails the matrix until somebody decides."""

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

# Families of routes that come from a package, by the beginning of their names.
PREFIXES: dict[str, Role] = {
    "admin:": Role.ADMIN,
    "account_": EVERYONE,
    "mfa_": PEOPLE,
    "socialaccount_": EVERYONE,
    "openid_connect_": EVERYONE,
}

# Our own routes.
POLICIES: dict[str, Role] = {
    "oauth_token": EVERYONE,
    "set_language": EVERYONE,
    "documents:verify": EVERYONE,
    "documents:verify_code": EVERYONE,
    "documents:letter": Role.OWNER | Role.CLERK,
    "documents:upload": Role.OWNER | Role.CLERK,
    "api_verify": EVERYONE,
}
