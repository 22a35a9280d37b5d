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
    **_all(
        EVERYONE, "matters, matter, queries, offices, site, help, help_entry, public, measures, accessibility, search"
    ),
    **_all(EVERYONE, "bundles, search, home, preferences, display, set_language"),
    **_all(EVERYONE, "matters, matter, queries, offices, help, help_entry, public, measures, accessibility, search"),
    **_all(EVERYONE, "policies, policy_scene, policy, api-policies, api-policy"),
    **_all(EVERYONE, "home, preferences, display, set_language"),
    **_all(NOBODY, "ywtb_login, ywtb_callback"),  # single sign-on is not configured in this world
    **_all(EVERYONE, "documents:verify, documents:verify_code, healthz, readyz, oauth_token"),
    # everybody's own
    **_all(PEOPLE, "identities, profile"),
    **_all(Role.OWNER | Role.STRANGER, "my_data, my_appointments, book, book_at"),
    **_all(EVERYONE, "matters, matter, queries, offices, help, help_entry, public, measures, accessibility, search"),
    **_all(EVERYONE, "kiosk, kiosk_warning, kiosk_end"),
    **_all(EVERYONE, "guides, guide, api-guides, api-guide"),
    **_all(EVERYONE, "complaints, complaint_anonymous, complaint_follow, complaint_followed, complaint_act"),
    "complaint_leave": EVERYONE,
    "as complaints": Role.OWNER,
    "as appeal": NOBODY,  # nothing is refused in this world
    "complaint_counter:record": Role.CLERK | Role.OTHER_CLERK,
    "complaint_counter:analysis": TAX_STAFF,
    "complaint_counter:rectify": NOBODY,  # no chief in this world
    **_all(EVERYONE, "home, preferences, display, set_language"),
    **_all(NOBODY, "ywtb_login, ywtb_callback"),  # single sign-on is not configured in this world
    **_all(EVERYONE, "documents:verify, documents:verify_code, healthz, readyz, oauth_token"),
    # everybody's own
    **_all(PEOPLE, "identities, profile, continue_draft"),
    **_all(Role.OWNER | Role.STRANGER, "my_data"),
    **_all(NOBODY, "offer_accept, offer_decline"),  # only whom an offer is made to; the sample is made to nobody here
    # under a taxpayer's identity: whoever may act for that taxpayer, and nobody else
    **_all(Role.OWNER, "as matters, as matter, as bundles, as queries, as offices, as site, as help, as help_entry"),
    **_all(Role.OWNER, "as public, as my_appointments, as book, as book_at, as appointments:site"),
    **_all(Role.OWNER, "as appointments:wait, as appointments:stop_waiting, as appointments:page"),
    **_all(Role.OWNER, "as appointments:check, as appointments:calendar, as appointments:cancel"),
    **_all(Role.OWNER, "as appointments:move, as appointments:appeal"),
    **_all(Role.OWNER, "as measures, as accessibility, as search, as acting_home"),
    **_all(Role.OWNER, "as cases:begin, as cases:list, as cases:page, as cases:fill, as cases:check"),
    **_all(Role.OWNER, "as cases:done, as cases:act, as cases:papers"),
    **_all(Role.OWNER, "as cases:done, as cases:act, as cases:code, as cases:take_back, as mail_register"),
    **_all(Role.OWNER, "as guides, as guide, as guide_begin, as guide_ask"),
    **_all(Role.OWNER, "as threads:list, as threads:begin, as threads:page, as threads:close, as threads:transcript"),
    **_all(Role.OWNER, "as ledger:account, as ledger:pay, as ledger:charge, as ledger:payment, as ledger:refresh"),
    **_all(Role.OWNER, "as ledger:cancel, as ledger:certificate, as ledger:ask_back"),
    **_all(Role.OWNER, "as messages:channels, as messages:inbox, as messages:message"),
    **_all(Role.OWNER, "as facts:mine, as facts:withdraw, as facts:history, as facts:dispute"),
    **_all(Role.OWNER, "as invoices:list, as invoices:upload, as invoices:detail, as invoices:original"),
    **_all(Role.OWNER, "as invoices:issue, as invoices:issued, as invoices:layout, as invoices:mail"),
    **_all(Role.OWNER, "as invoices:receipt, as invoices:red_letters, as invoices:red_letter"),
    **_all(Role.OWNER, "as invoices:ask_red_letter, as invoices:purpose, as invoices:mark, as invoices:unmark"),
    **_all(Role.OWNER, "as invoices:archive, as invoices:package, as invoices:package_file"),
    **_all(EVERYONE, "invoice_public:verify, invoice_public:pick_up, invoice_public:pick_up_file"),
    **_all(Role.OWNER, "as filing:periods, as filing:begin, as filing:correct, as filing:figures, as filing:confirm"),
    **_all(Role.OWNER, "as filing:refresh, as filing:add, as filing:figure, as filing:dispute, as filing:computed"),
    **_all(Role.OWNER, "as filing:check, as filing:done, as filing:file, as filing:discard"),
    **_all(Role.OWNER, "as filing:sources, as filing:source_add, as filing:source, as filing:source_strike"),
    **_all(NOBODY, "as filing:clients, as filing:batch"),  # for agencies; the sample taxpayer is none
    **_all(Role.OWNER, "as filing:check, as filing:done"),
    **_all(NOBODY, "as assistance:overview, as assistance:edit, as assistance:withdraw"),  # a firm has no such needs
    **_all(NOBODY, "as visits:begin, as visits:choose, as visits:check"),
    **_all(Role.OWNER, "as mandates:list, as mandates:invite, as mandates:detail, as mandates:revoke"),
    **_all(Role.OWNER, "as policies, as policy_scene, as policy, as my_policies:list, as my_policies:topics"),
    **_all(Role.OWNER, "as my_policies:confirm"),
    # papers: the party they belong to, the office that issued them, and whoever may see the case they are about
    **_all(Role.OWNER | Role.CLERK, "documents:letter, documents:upload"),
    # tax offices
    **_all(TAX_STAFF, "counter, counter_cases:list, counter_messages:inbox, ledger_counter:refunds"),
    **_all(Role.CLERK, "counter_cases:page, counter_cases:act, counter_cases:papers"),
    **_all(Role.CLERK, "counter_messages:message, ledger_counter:refund"),
    **_all(TAX_STAFF, "counter_hand_over:take, counter_threads:list, counter_mail:list"),
    **_all(
        Role.CLERK, "counter_threads:page, counter_threads:close, counter_threads:transcript, counter_threads:assign"
    ),
    **_all(Role.CLERK, "counter_cases:page, counter_cases:act, counter_messages:message, ledger_counter:refund"),
    **_all(Role.CLERK | Role.OTHER_CLERK, "guardians, guardian"),
    **_all(Role.CLERK | Role.OTHER_CLERK, "counter_assistance:day, counter_assistance:find"),
    **_all(Role.CLERK, "counter_assistance:person, counter_assistance:assistant"),
    **_all(
        Role.CLERK | Role.OTHER_CLERK, "counter_queue:day, counter_queue:window, counter_queue:act, counter_queue:begin"
    ),
    **_all(Role.CLERK, "counter_queue:draw"),
    # the queue: pages for everybody at a site; a ticket and a machine are known by a code nobody can guess
    **_all(EVERYONE, "queue:index, queue:site, queue:screen, queue:ticket, queue:kiosk"),
    **_all(Role.CLERK | Role.OTHER_CLERK, "counter_appointments:today, counter_appointments:book"),
    **_all(Role.CLERK | Role.OTHER_CLERK, "counter_appointments:appeals"),
    **_all(Role.CLERK, "counter_appointments:cancel, counter_appointments:appeal"),
    **_all(Role.CLERK | Role.OTHER_CLERK, "guardians, guardian, invoices_counter:search"),
    **_all(Role.CLERK, "invoices_counter:list, invoices_counter:detail"),
    **_all(TAX_STAFF, "monitoring:dashboard, policy_counter:versions, policy_counter:version, policy_counter:history"),
    **_all(TAX_STAFF, "policy_counter:runs, policy_counter:run, monitoring:payers"),
    **_all(NOBODY, "policy_counter:propose, policy_counter:decide"),  # by permission, which nobody has in this world
    **_all(NOBODY, "policy_counter:stop"),  # chiefs and risk staff
    # departments and other organisations
    **_all(DEPARTMENTS, "partner, partner_cases:list, partner_messages:inbox, registry:check, registry:result"),
    **_all(
        NOBODY, "partner_cases:page, partner_cases:act, partner_cases:papers"
    ),  # the sample case is not in a department's custody
    **_all(DEPARTMENTS, "partner_messages:message"),
    **_all(DEPARTMENTS, "catalogue:mine, catalogue:begin, catalogue:edit, catalogue:retire"),
    # the catalogue of shared data is open
    **_all(EVERYONE, "datashare:catalogue, datashare:catalog, datashare:dataset, datashare:dataset_graph"),
    **_all(EVERYONE, "datashare:schema, datashare:data_package, datashare:contract"),
    **_all(EVERYONE, "datashare:package_list, datashare:package_show, datashare:package_search"),
    # 一网通办
    "onenet:matter": PEOPLE,
    "api-onenet-matters": EVERYONE,
    **_all(Role.OWNER, "onenet:case"),
    **_all(TAX_STAFF, "onenet_counter:pushed"),
    **_all(NOBODY, "onenet_counter:again"),  # nothing was pushed in this world
    # reports of violations: the public's pages know nobody; staff pages are for holders of key boxes
    **_all(EVERYONE, "report:start, report:new, report:kept, report:back, report:mine, report:write, report:attach"),
    **_all(EVERYONE, "report:claim, report:leave"),  # without a receipt they lead to the question for it
    **_all(NOBODY, "report:file"),
    **_all(Role.OFFICER, "reports_counter:index, reports_counter:box, reports_counter:make, reports_counter:lock"),
    **_all(Role.OFFICER, "reports_counter:report, reports_counter:attach, reports_counter:file"),  # to the key box
    **_all(Role.OFFICER, "reports_counter:transfer, reports_counter:identity, reports_counter:decide"),
    **_all(Role.OFFICER, "reports_counter:grant"),
    # professional agencies
    **_all(EVERYONE, "agencies:list, api-agencies"),
    **_all(NOBODY, "agencies:detail, agency_counter:one, agency_counter:withdraw"),  # no agency in this world
    **_all(NOBODY, "as agency:clients, as agency:own"),  # the owner's company is none
    **_all(TAX_STAFF, "agency_counter:list"),
    **_all(Role.OWNER | Role.STRANGER, "api-agency-clients"),
    # other provinces
    **_all(Role.OWNER, "as regions:consents"),
    **_all(NOBODY, "as regions:revoke"),  # nobody consented in this world
    **_all(TAX_STAFF, "regions_counter:partners"),
    "api-region-messages": NOBODY,  # only with a province's signature
    # the API
    **_all(EVERYONE, "api-sites, api-site, api-appointment-slots"),
    **_all(Role.OWNER | Role.STRANGER, "api-appointments"),
    **_all(Role.OWNER, "api-appointment, api-appointment-confirm, api-appointment-cancel, api-appointment-move"),
    **_all(EVERYONE, "api_schema, api_docs, api-procedures, api_verify, calculations, calculation"),
    **_all(PEOPLE | Role.CLIENT, "api-cases"),
    **_all(Role.OWNER | Role.CLERK, "api-case-papers, api-case-paper"),
    **_all(Role.OWNER, "api-hand-over-code, api-hand-over-take-back"),
    "api-threads": PEOPLE | Role.CLIENT,
    "api-mailings": Role.OWNER | Role.CLERK,
    "counter_mail:arrive": Role.CLERK,
    "ledger_counter:refund_found": Role.CLERK,
    "api-arrival": Role.CLERK,
    "api-thread": Role.OWNER | Role.CLERK,
    "api-hand-over": PEOPLE | Role.CLIENT,  # what the code answers does not depend on who holds it
    **_all(Role.OWNER | Role.CLERK, "api-case, api-case-actions, api-case-action, api-case-timeline, api-case-clock"),
    # each for their own
    **_all(Role.OWNER | Role.STRANGER, "api_account, api_payments, api-invoices, api-filing-periods"),
    **_all(Role.OWNER, "api-filing-return, api-filing-figures"),  # the sample is a draft
    **_all(Role.OWNER | Role.STRANGER, "api_account, api_payments, api-invoices"),  # each for their own
    **_all(EVERYONE, "api-queue-waits, api-queue-screen, api-queue-ticket, api-queue-draw"),
    **_all(Role.CLERK | Role.OTHER_CLERK, "api-queue-window"),
    **_all(Role.STRANGER, "api-needs, api-visit-slots"),  # natural persons, each for themselves
    **_all(Role.OWNER, "api-invoice, api-invoice-original, api-invoice-marks, api-invoice-purpose, api-red-letter"),
    **_all(Role.OWNER, "api-invoice-red-letters, api-invoice-receipt, api-invoice-archive-file"),
    **_all(Role.OWNER, "api-invoice-issue, api-invoice-quota"),  # only companies issue
    **_all(Role.OWNER | Role.STRANGER, "api-invoice-receipts, api-invoice-archives"),
    "api-invoice-verify": EVERYONE,
    **_all(Role.OWNER | Role.STRANGER, "api-policy-fit"),  # each for themselves
    "api-monitoring": TAX_STAFF,
    **_all(DEPARTMENTS | Role.CLIENT, "api-registry-checks"),
    # fee sources: the payer's own, those of the department with the duty, tax offices
    **_all(Role.OWNER, "as fees:mine, as fees:bill, as fees:dispute"),
    **_all(TAX_STAFF, "fees_counter:unmatched, fees_counter:source"),
    **_all(DEPARTMENTS, "fees_partner:sources, fees_partner:deliver, fees_partner:template, fees_partner:delivery"),
    **_all(DEPARTMENTS, "fees_partner:feedback, fees_partner:day_file, fees_partner:reconciliation"),
    **_all(DEPARTMENTS, "fees_partner:differences, fees_partner:source"),
    **_all(DEPARTMENTS | Role.CLIENT, "api-fee-sources, api-fee-source, api-fee-delivery, api-fee-feedback"),
    "payment_callback": NOBODY,  # only with the gateway's signature
}
