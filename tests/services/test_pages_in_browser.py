"""The first pages of every room of chapter 2, as the people who use them see them: wide and narrow, checked by axe.

The objects are those of the access matrix, so a page is named by its route alone.
"""

import pytest
from django.urls import reverse

from tests import factories
from tests import factories_bundles as bundles
from tests.access.roles import Role
from tests.access.routes import routes
from tests.access.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ROUTES = {route.key: route for route in routes()}
ROOMS = {
    "the public": (
        Role.ANONYMOUS,
        "home, bundles, matter, offices, site, queue:index, queue:site, queue:screen, queue:ticket, queue:kiosk",
        "guides, guide, kiosk, policies, policy, policy_scene, agencies:list, invoice_public:verify",
        "invoice_public:pick_up, datashare:catalogue, datashare:dataset",
    ),
    "a company's returns and account": (
        Role.OWNER,
        "as acting_home, as bundles, as matter, as filing:periods, as filing:sources, as filing:source_add",
        "as filing:figures, as filing:figure, as filing:computed, as filing:check, as guide, as threads:list",
        "as threads:page, as cases:list, as cases:page, as my_appointments, as book",
    ),
    "a company's invoices and reliefs": (
        Role.OWNER,
        "as invoices:list, as invoices:issue, as invoices:detail, as invoices:ask_red_letter",
        "as invoices:red_letters, as invoices:red_letter, as invoices:upload, as invoices:receipt",
        "as invoices:archive, as invoices:package, as my_policies:list, as regions:consents",
    ),
    "a citizen": (
        Role.STRANGER,
        "as acting_home, as queries, as offices, as book, as assistance:overview, as assistance:edit, as visits:begin",
        "as my_policies:list, as threads:begin, continue_draft, as bundles",
    ),
    "a clerk at the window": (
        Role.CLERK,
        "counter, counter_queue:window, counter_queue:day, counter_assistance:day",
        "counter_assistance:person, counter_appointments:today, counter_appointments:book",
        "counter_appointments:appeals, counter_mail:list, counter_hand_over:take",
    ),
    "a clerk at the desk": (
        Role.CLERK,
        "counter_threads:list, counter_threads:page, invoices_counter:search, monitoring:dashboard",
        "monitoring:payers, policy_counter:versions, policy_counter:history",
        "policy_counter:runs, policy_counter:run, agency_counter:list, regions_counter:partners",
        "onenet_counter:pushed, guardians",
    ),
    "a department": (Role.OFFICER, "partner, catalogue:mine, catalogue:edit, registry:check, registry:result"),
}


@pytest.fixture
def world(portal) -> World:
    """The matrix' people and objects, in the database the portal process works on."""
    return World.build()


def address(key: str, role: Role, world: World) -> str:
    """The address of a page; under an identity, the reader's own."""
    route = ROUTES[key]
    samples = {name: world.sample(route, name) for name in route.arguments}
    if "party_ref" in samples and role is not Role.OWNER:
        samples["party_ref"] = world.users[role].own_party.ref
    return reverse(route.name, kwargs=samples)


@pytest.mark.parametrize("reader", ROOMS)
def test_the_pages_of_the_rooms_open_and_are_accessible(reader, world, new_page, sign_in, axe):
    role, *keys = ROOMS[reader]
    page = new_page()
    if world.users[role] is not None:
        sign_in(page, world.users[role])
    for key in (key.strip() for line in keys for key in line.split(",")):
        url = address(key, role, world)
        assert (page.goto(url).status, key) == (200, key)
        assert page.url.endswith(url), f"{key} leads on to {page.url}"
        axe(page)


def test_the_offices_of_a_bundle_are_read_on_a_telephone(portal, new_page, sign_in):
    tax = bundles.departments().tax
    applicant = factories.citizen(office=tax)
    whole = bundles.business_started(applicant)
    page = new_page()
    sign_in(page, applicant.user)
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(f"/as/{applicant.party.ref}/cases/{whole.number}/")
    assert page.locator("main table.cards caption").bounding_box()["width"] > 200  # not one character a line
