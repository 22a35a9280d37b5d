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

# Families of routes that come from a package, by the beginning of their names. Django admin asks for
# staff and a permission on each page of its own; one page of it is tried by name.
PREFIXES: dict[str, Role] = {
    "admin:": Role.ADMIN,
    "account_": EVERYONE,
    "mfa_": PEOPLE,
    "socialaccount_": EVERYONE,
    "openid_connect_": EVERYONE,
    "unnamed social/": EVERYONE,
    "calculation-": EVERYONE,
}


def _all(policy: Role, names: str) -> dict[str, Role]:
    return dict.fromkeys((name.strip() for name in names.split(",")), policy)


POLICIES: dict[str, Role] = {
    # the public's pages
    **_all(EVERYONE, "matters, matter, queries, offices, help, help_entry, public, measures, accessibility, search"),
    **_all(EVERYONE, "policies, policy_scene, policy, api-policies, api-policy"),
    **_all(EVERYONE, "home, preferences, display, set_language"),
    **_all(NOBODY, "ywtb_login, ywtb_callback"),  # single sign-on is not configured in this world
    **_all(EVERYONE, "documents:verify, documents:verify_code, healthz, readyz, oauth_token"),
    # everybody's own
    **_all(PEOPLE, "identities, profile"),
    **_all(Role.OWNER | Role.STRANGER, "my_data"),
    **_all(NOBODY, "offer_accept, offer_decline"),  # only whom an offer is made to; the sample is made to nobody here
    # under a taxpayer's identity: whoever may act for that taxpayer, and nobody else
    **_all(Role.OWNER, "as matters, as matter, as queries, as offices, as help, as help_entry, as public"),
    **_all(Role.OWNER, "as measures, as accessibility, as search, as acting_home"),
    **_all(Role.OWNER, "as cases:begin, as cases:list, as cases:page, as cases:fill, as cases:check"),
    **_all(Role.OWNER, "as cases:done, as cases:act"),
    **_all(Role.OWNER, "as ledger:account, as ledger:pay, as ledger:charge, as ledger:payment, as ledger:refresh"),
    **_all(Role.OWNER, "as ledger:cancel, as ledger:certificate, as ledger:ask_back"),
    **_all(Role.OWNER, "as messages:channels, as messages:inbox, as messages:message"),
    **_all(Role.OWNER, "as facts:mine, as facts:withdraw, as facts:history, as facts:dispute"),
    **_all(Role.OWNER, "as invoices:list, as invoices:upload, as invoices:detail, as invoices:original"),
    **_all(Role.OWNER, "as filing:periods, as filing:begin, as filing:correct, as filing:figures, as filing:confirm"),
    **_all(Role.OWNER, "as filing:refresh, as filing:add, as filing:figure, as filing:dispute, as filing:computed"),
    **_all(Role.OWNER, "as filing:check, as filing:done"),
    **_all(Role.OWNER, "as mandates:list, as mandates:invite, as mandates:detail, as mandates:revoke"),
    **_all(Role.OWNER, "as policies, as policy_scene, as policy, as my_policies:list, as my_policies:topics"),
    **_all(Role.OWNER, "as my_policies:confirm"),
    # papers: the party they belong to, the office that issued them, and whoever may see the case they are about
    **_all(Role.OWNER | Role.CLERK, "documents:letter, documents:upload"),
    # tax offices
    **_all(TAX_STAFF, "counter, counter_cases:list, counter_messages:inbox, ledger_counter:refunds"),
    **_all(Role.CLERK, "counter_cases:page, counter_cases:act, counter_messages:message, ledger_counter:refund"),
    **_all(Role.CLERK | Role.OTHER_CLERK, "guardians, guardian"),
    **_all(TAX_STAFF, "monitoring:dashboard, policy_counter:versions, policy_counter:version, policy_counter:history"),
    **_all(TAX_STAFF, "policy_counter:runs, policy_counter:run, monitoring:payers"),
    **_all(NOBODY, "policy_counter:propose, policy_counter:decide"),  # by permission, which nobody has in this world
    **_all(NOBODY, "policy_counter:stop"),  # chiefs and risk staff
    # departments and other organisations
    **_all(DEPARTMENTS, "partner, partner_cases:list, partner_messages:inbox, registry:check, registry:result"),
    **_all(NOBODY, "partner_cases:page, partner_cases:act"),  # the sample case is not in a department's custody
    **_all(DEPARTMENTS, "partner_messages:message"),
    # the API
    **_all(EVERYONE, "api_schema, api_docs, api-procedures, api_verify, calculations, calculation"),
    **_all(PEOPLE | Role.CLIENT, "api-cases"),
    **_all(Role.OWNER | Role.CLERK, "api-case, api-case-actions, api-case-action, api-case-timeline, api-case-clock"),
    **_all(Role.OWNER | Role.STRANGER, "api_account, api_payments, api-invoices"),  # each for their own
    **_all(Role.OWNER | Role.STRANGER, "api-policy-fit"),  # each for themselves
    "api-monitoring": TAX_STAFF,
    **_all(DEPARTMENTS | Role.CLIENT, "api-registry-checks"),
    "payment_callback": NOBODY,  # only with the gateway's signature
}
