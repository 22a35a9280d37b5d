"""The four front doors with the demonstration's data: every page their menus lead to, and the documents' pictures.

``make pictures`` runs this file alone and keeps what it sees: PICTURES names the folder.
"""

import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import resolve, reverse
from PIL import Image

from apps.kernel.casework.models import Case
from apps.kernel.parties import demo, demo_data
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Mandate, Person, User
from tests.journeys.people import Visitor, Way

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TAXPAYERS = ("citizen", "enterprise", "accountant", "agency")
MENUS = ".site-nav a[href], .tool-groups a[href]"


@pytest.fixture
def demonstration(transactional_db):
    """What ``make run`` shows, with fewer taxpayers."""
    call_command("seed_demo", parties=300, stdout=io.StringIO())


@pytest.mark.parametrize("way", [Way("zh-hans", 1280, javascript=True)], ids=["Chinese, wide"])
def test_each_front_door_has_its_picture(demonstration, visitor):
    User.objects.filter(username="elder").update(text_size=User.TextSize.LARGE)
    nobody = visitor()
    for name, address in {
        "home": "/",
        "matters": "/matters/",
        "catalogue": "/datashare/",
        "measures": "/measures/",
    }.items():
        nobody.visit(address)
        picture(nobody, name)
    nobody.page.set_viewport_size({"width": 320, "height": 700})
    nobody.visit("/")
    picture(nobody, "home-phone")

    elder = visitor(_actor("elder"))
    elder.visit(f"/as/{Person.objects.get(user__username='elder').party.ref}/")
    picture(elder, "home-elder")

    company = demo.mandate_of("enterprise", Mandate.Kind.LEGAL).principal
    payer = visitor(_actor("enterprise"))
    payer.visit(reverse("filing:periods", args=[company.ref]))
    payer.main.get_by_role("button", name="开始申报").first.click()
    payer.sees("核对数据")
    picture(payer, "filing")
    case = Case.objects.filter(applicant=company, closed_at=None, submitted_at__isnull=False).latest("pk")
    payer.visit(reverse("cases:page", args=[company.ref, case.number]))
    picture(payer, "case")

    clerk = visitor(_actor("clerk"))
    clerk.visit("/counter/")
    picture(clerk, "counter")
    case = Case.objects.filter(office__code="tax-310101-1", closed_at=None, procedure="deferral").first()
    clerk.visit(reverse("counter_cases:page", args=[case.number]))
    picture(clerk, "counter-case")
    for name, username, address in (("partner", "hrss", "/partner/"), ("risk", "risk", "/counter/risk/")):
        officer = visitor(_actor(username))
        officer.visit(address)
        picture(officer, name)
    admin = visitor(_actor("admin"))
    assert admin.page.goto("/admin/").status == 200
    picture(admin, "admin")


@pytest.mark.parametrize("way", [Way("en", 320, javascript=True)], ids=["English, 320 px"])
def test_the_menus_lead_to_pages_that_can_be_used(demonstration, visitor):
    seen: set[str] = set()
    faults: list[str] = []
    staff = [username for username, *_more in demo_data.STAFF]
    for username in (*TAXPAYERS, *staff):
        someone = visitor(_actor(username))
        someone.page.goto("/")
        for address in _ahead(someone, seen):
            try:
                someone.visit(address)
            except AssertionError as fault:
                faults.append(f"{username}: {fault}")
        someone.page.context.close()
    assert not faults, "\n".join(faults)


def _ahead(someone: Visitor, seen: set[str]) -> Iterator[str]:
    """Each page the menus lead to, from page to page, that nobody has visited before."""
    ahead = _led_to(someone)
    while ahead:
        address = ahead.pop(0)
        name = resolve(address.partition("?")[0]).view_name
        if name not in seen and not address.startswith("/admin"):
            seen.add(name)
            yield address
            ahead += _led_to(someone)


def _led_to(someone: Visitor) -> list[str]:
    found = someone.page.eval_on_selector_all(MENUS, "links => links.map(link => link.getAttribute('href'))")
    return [address for address in found if address.startswith("/")]


def _actor(username: str) -> Actor:
    return Actor(user=User.objects.get(username=username))


def picture(someone: Visitor, name: str) -> None:
    """Keep what somebody sees in the folder PICTURES names, if any."""
    folder = os.environ.get("PICTURES")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        Image.open(io.BytesIO(someone.page.screenshot())).save(Path(folder) / f"{name}.webp", quality=80, method=6)
