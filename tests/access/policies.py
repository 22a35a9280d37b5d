"""The declared policy of each route. A route that is not here fails the matrix until somebody decides.

Rooms that keep theirs beside their sample objects are in ``tests/access/rooms``.
"""

from tests.access import rooms
from tests.access.roles import (
    DEPARTMENTS,
    EVERYONE,
    NOBODY,
    PEOPLE,
    TAX_STAFF,
    Role,
    reach,
)

# Families of routes that come from a package, by the beginning of their names. Django admin asks for
# staff and a permission on each page of its own; one page of it is tried by name.
PREFIXES: dict[str, Role] = {
    "admin:": Role.ADMIN,
    "account_": EVERYONE,
    "mfa_": PEOPLE,
    "usersessions_": PEOPLE,
    "socialaccount_": EVERYONE,
    "openid_connect_": EVERYONE,
    "unnamed social/": EVERYONE,
    "calculation-": EVERYONE,
}

POLICIES: dict[str, Role] = {
    # the public's pages
    **reach(EVERYONE, "matters, matter, queries, offices, site, help, using, help_entry"),
    **reach(EVERYONE, "public, measures, accessibility, search"),
    **reach(EVERYONE, "bundles, search, home, preferences, display, set_language"),
    **reach(EVERYONE, "matters, matter, queries, offices, help, help_entry, public, measures, accessibility"),
    **reach(EVERYONE, "policies, policy_scene, policy, api-policies, api-policy"),
    **reach(NOBODY, "ywtb_login, ywtb_callback"),  # single sign-on is not configured in this world
    **reach(EVERYONE, "documents:verify, documents:verify_code, healthz, readyz, oauth_token"),
    "metrics": NOBODY,  # only with the token or from an address of the installation
    # everybody's own
    **reach(PEOPLE, "identities, profile"),
    **reach(Role.OWNER | Role.STRANGER, "my_data, my_appointments, book, book_at"),
    **reach(EVERYONE, "kiosk, kiosk_warning, kiosk_end"),
    **reach(EVERYONE, "guides, guide, api-guides, api-guide"),
    **reach(EVERYONE, "complaints, complaint_anonymous, complaint_follow, complaint_followed, complaint_act"),
    "complaint_leave": EVERYONE,
    "as complaints": Role.OWNER,
    "as appeal": NOBODY,  # nothing is refused in this world
    "complaint_counter:record": Role.CLERK | Role.OTHER_CLERK,
    "complaint_counter:analysis": TAX_STAFF,
    "complaint_counter:rectify": NOBODY,  # no chief in this world
    # everybody's own
    **reach(PEOPLE, "continue_draft"),
    **reach(NOBODY, "offer_accept, offer_decline"),  # only whom an offer is made to; the sample is made to nobody here
    # under a taxpayer's identity: whoever may act for that taxpayer, and nobody else
    **reach(Role.OWNER, "as matters, as matter, as bundles, as queries, as offices, as site, as help, as help_entry"),
    **reach(Role.OWNER, "as using"),
    **reach(Role.OWNER, "as public, as my_appointments, as book, as book_at, as appointments:site"),
    **reach(Role.OWNER, "as appointments:wait, as appointments:stop_waiting, as appointments:page"),
    **reach(Role.OWNER, "as appointments:check, as appointments:calendar, as appointments:cancel"),
    **reach(Role.OWNER, "as appointments:move, as appointments:appeal"),
    **reach(Role.OWNER, "as measures, as accessibility, as search, as acting_home"),
    **reach(Role.OWNER, "as cases:begin, as cases:list, as cases:page, as cases:fill, as cases:check"),
    **reach(Role.OWNER, "as cases:done, as cases:act, as cases:papers"),
    **reach(Role.OWNER, "as cases:code, as cases:take_back, as mail_register"),
    **reach(Role.OWNER, "as guides, as guide, as guide_begin, as guide_ask"),
    **reach(Role.OWNER, "as threads:list, as threads:begin, as threads:page, as threads:close, as threads:transcript"),
    **reach(Role.OWNER, "as ledger:account, as ledger:pay, as ledger:charge, as ledger:payment, as ledger:refresh"),
    **reach(Role.OWNER, "as ledger:cancel, as ledger:certificate, as ledger:ask_back"),
    **reach(Role.OWNER, "as messages:channels, as messages:inbox, as messages:message"),
    **reach(Role.OWNER, "as looks"),
    **reach(Role.OWNER, "as facts:mine, as facts:withdraw, as facts:history, as facts:dispute"),
    **reach(Role.OWNER, "as invoices:list, as invoices:upload, as invoices:detail, as invoices:original"),
    **reach(Role.OWNER, "as invoices:issue, as invoices:issued, as invoices:layout, as invoices:mail"),
    **reach(Role.OWNER, "as invoices:receipt, as invoices:red_letters, as invoices:red_letter"),
    **reach(Role.OWNER, "as invoices:ask_red_letter, as invoices:purpose, as invoices:mark, as invoices:unmark"),
    **reach(Role.OWNER, "as invoices:archive, as invoices:package, as invoices:package_file"),
    **reach(EVERYONE, "invoice_public:verify, invoice_public:pick_up, invoice_public:pick_up_file"),
    **reach(Role.OWNER, "as filing:periods, as filing:begin, as filing:correct, as filing:figures, as filing:confirm"),
    **reach(Role.OWNER, "as filing:refresh, as filing:add, as filing:figure, as filing:dispute, as filing:computed"),
    **reach(Role.OWNER, "as filing:check, as filing:done, as filing:file, as filing:discard"),
    **reach(Role.OWNER, "as filing:sources, as filing:source_add, as filing:source, as filing:source_strike"),
    **reach(NOBODY, "as filing:clients, as filing:batch"),  # for agencies; the sample taxpayer is none
    **reach(NOBODY, "as assistance:overview, as assistance:edit, as assistance:withdraw"),  # a firm has no such needs
    **reach(NOBODY, "as visits:begin, as visits:choose, as visits:check"),
    **reach(Role.OWNER, "as mandates:list, as mandates:invite, as mandates:detail, as mandates:revoke"),
    **reach(Role.OWNER, "as policies, as policy_scene, as policy, as my_policies:list, as my_policies:topics"),
    **reach(Role.OWNER, "as my_policies:confirm"),
    # papers: the party they belong to, the office that issued them, and whoever may see the case they are about
    **reach(Role.OWNER | Role.CLERK, "documents:letter, documents:upload"),
    # tax offices
    **reach(TAX_STAFF, "counter, counter_cases:list, counter_messages:inbox, ledger_counter:refunds"),
    **reach(Role.CLERK, "counter_cases:page, counter_cases:act, counter_cases:papers"),
    **reach(Role.CLERK, "counter_messages:message, ledger_counter:refund"),
    **reach(TAX_STAFF, "counter_hand_over:take, counter_threads:list, counter_mail:list"),
    **reach(
        Role.CLERK, "counter_threads:page, counter_threads:close, counter_threads:transcript, counter_threads:assign"
    ),
    **reach(Role.CLERK | Role.OTHER_CLERK, "guardians, guardian"),
    **reach(Role.CLERK | Role.OTHER_CLERK, "counter_assistance:day, counter_assistance:find"),
    **reach(Role.CLERK, "counter_assistance:person, counter_assistance:assistant"),
    **reach(
        Role.CLERK | Role.OTHER_CLERK, "counter_queue:day, counter_queue:window, counter_queue:act, counter_queue:begin"
    ),
    **reach(Role.CLERK, "counter_queue:draw"),
    # the queue: pages for everybody at a site; a ticket and a machine are known by a code nobody can guess
    **reach(EVERYONE, "queue:index, queue:site, queue:screen, queue:ticket, queue:kiosk"),
    **reach(Role.CLERK | Role.OTHER_CLERK, "counter_appointments:today, counter_appointments:book"),
    **reach(Role.CLERK | Role.OTHER_CLERK, "counter_appointments:appeals"),
    **reach(Role.CLERK, "counter_appointments:cancel, counter_appointments:appeal"),
    **reach(Role.CLERK | Role.OTHER_CLERK, "invoices_counter:search"),
    **reach(Role.CLERK, "invoices_counter:list, invoices_counter:detail"),
    **reach(TAX_STAFF, "monitoring:dashboard, policy_counter:versions, policy_counter:version, policy_counter:history"),
    **reach(TAX_STAFF, "policy_counter:runs, policy_counter:run, monitoring:payers"),
    **reach(NOBODY, "policy_counter:propose, policy_counter:decide"),  # by permission, which nobody has in this world
    **reach(NOBODY, "policy_counter:stop"),  # chiefs and risk staff
    # departments and other organisations
    **reach(DEPARTMENTS, "partner, partner_cases:list, partner_messages:inbox, registry:check, registry:result"),
    **reach(
        NOBODY, "partner_cases:page, partner_cases:act, partner_cases:papers"
    ),  # the sample case is not in a department's custody
    **reach(DEPARTMENTS, "partner_messages:message"),
    **reach(DEPARTMENTS, "catalogue:mine, catalogue:begin, catalogue:edit, catalogue:retire"),
    # the catalogue of shared data is open
    **reach(EVERYONE, "datashare:catalogue, datashare:catalog, datashare:dataset, datashare:dataset_graph"),
    **reach(EVERYONE, "datashare:schema, datashare:data_package, datashare:contract"),
    **reach(EVERYONE, "datashare:package_list, datashare:package_show, datashare:package_search"),
    # 一网通办
    "onenet:matter": PEOPLE,
    "api-onenet-matters": EVERYONE,
    **reach(Role.OWNER, "onenet:case"),
    **reach(TAX_STAFF, "onenet_counter:pushed"),
    **reach(NOBODY, "onenet_counter:again"),  # nothing was pushed in this world
    # reports of violations: the public's pages know nobody; staff pages are for holders of key boxes
    **reach(EVERYONE, "report:start, report:new, report:kept, report:back, report:mine, report:write, report:attach"),
    **reach(EVERYONE, "report:claim, report:leave"),  # without a receipt they lead to the question for it
    **reach(NOBODY, "report:file"),
    **reach(Role.OFFICER, "reports_counter:index, reports_counter:box, reports_counter:make, reports_counter:lock"),
    **reach(Role.OFFICER, "reports_counter:report, reports_counter:attach, reports_counter:file"),  # to the key box
    **reach(Role.OFFICER, "reports_counter:transfer, reports_counter:identity, reports_counter:decide"),
    **reach(Role.OFFICER, "reports_counter:grant"),
    **reach(NOBODY, "reports_counter:recovery, reports_counter:recover"),  # custodians
    # professional agencies
    **reach(EVERYONE, "agencies:list, api-agencies"),
    **reach(NOBODY, "agencies:detail, agency_counter:one, agency_counter:withdraw"),  # no agency in this world
    **reach(NOBODY, "as agency:clients, as agency:own"),  # the owner's company is none
    **reach(TAX_STAFF, "agency_counter:list"),
    **reach(Role.OWNER | Role.STRANGER, "api-agency-clients"),
    # other provinces
    **reach(Role.OWNER, "as regions:consents"),
    **reach(NOBODY, "as regions:revoke"),  # nobody consented in this world
    **reach(TAX_STAFF, "regions_counter:partners"),
    "api-region-messages": NOBODY,  # only with a province's signature
    # the API
    **reach(EVERYONE, "api-sites, api-site, api-appointment-slots"),
    **reach(Role.OWNER | Role.STRANGER, "api-appointments"),
    **reach(Role.OWNER, "api-appointment, api-appointment-confirm, api-appointment-cancel, api-appointment-move"),
    **reach(EVERYONE, "api_schema, api_docs, api-procedures, api_verify, calculations, calculation"),
    **reach(PEOPLE | Role.CLIENT, "api-cases"),
    **reach(Role.OWNER | Role.CLERK, "api-case-papers, api-case-paper"),
    **reach(Role.OWNER, "api-hand-over-code, api-hand-over-take-back"),
    "api-threads": PEOPLE | Role.CLIENT,
    "api-mailings": Role.OWNER | Role.CLERK,
    "counter_mail:arrive": Role.CLERK,
    "ledger_counter:refund_found": Role.CLERK,
    "api-arrival": Role.CLERK,
    "api-thread": Role.OWNER | Role.CLERK,
    "api-hand-over": PEOPLE | Role.CLIENT,  # what the code answers does not depend on who holds it
    **reach(Role.OWNER | Role.CLERK, "api-case, api-case-actions, api-case-action, api-case-timeline, api-case-clock"),
    # each for their own
    **reach(Role.OWNER | Role.STRANGER, "api_account, api_looks, api_payments, api-invoices, api-filing-periods"),
    **reach(Role.OWNER, "api-filing-return, api-filing-figures"),  # the sample is a draft
    **reach(Role.OWNER, "api-filing-sources, api-filing-source"),
    "api-filing-taxes": PEOPLE | Role.CLIENT,
    **reach(NOBODY, "api-filing-clients, api-filing-batches, api-filing-batch"),  # for agencies
    **reach(EVERYONE, "api-queue-waits, api-queue-screen, api-queue-ticket, api-queue-draw"),
    **reach(Role.CLERK | Role.OTHER_CLERK, "api-queue-window"),
    **reach(Role.STRANGER, "api-needs, api-visit-slots"),  # natural persons, each for themselves
    **reach(Role.OWNER, "api-invoice, api-invoice-original, api-invoice-marks, api-invoice-purpose, api-red-letter"),
    **reach(Role.OWNER, "api-invoice-red-letters, api-invoice-receipt, api-invoice-archive-file"),
    **reach(Role.OWNER, "api-invoice-issue, api-invoice-quota"),  # only companies issue
    **reach(Role.OWNER | Role.STRANGER, "api-invoice-receipts, api-invoice-archives"),
    "api-invoice-verify": EVERYONE,
    **reach(Role.OWNER | Role.STRANGER, "api-policy-fit"),  # each for themselves
    "api-monitoring": TAX_STAFF,
    **reach(DEPARTMENTS | Role.CLIENT, "api-registry-checks"),
    # fee sources: the payer's own, those of the department with the duty, tax offices
    **reach(Role.OWNER, "as fees:mine, as fees:bill, as fees:dispute"),
    **reach(TAX_STAFF, "fees_counter:unmatched, fees_counter:source"),
    **reach(DEPARTMENTS, "fees_partner:sources, fees_partner:deliver, fees_partner:template, fees_partner:delivery"),
    **reach(DEPARTMENTS, "fees_partner:feedback, fees_partner:day_file, fees_partner:reconciliation"),
    **reach(DEPARTMENTS, "fees_partner:differences, fees_partner:source"),
    **reach(DEPARTMENTS | Role.CLIENT, "api-fee-sources, api-fee-source, api-fee-delivery, api-fee-feedback"),
    "payment_callback": NOBODY,  # only with the gateway's signature
    **rooms.policies(),
}
