"""The worked example of docs/developers.md: the file as it stands carries a case through pages and API."""

import importlib.util
import re
import shutil
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from apps.kernel.casework import procedures
from apps.kernel.casework.models import Case
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.parties import delegable
from apps.kernel.parties.models import Role
from apps.kernel.rules import loading
from ops.environment import HOME
from tests import factories
from tests.factories_doors import signed_in

pytestmark = pytest.mark.django_db

EXAMPLE = HOME / "docs" / "examples" / "residence_certificate.py"
GUIDE = HOME / "docs" / "developers.md"
PLACE = f"apps.services.procedures.{EXAMPLE.stem}"  # where a newcomer would put the file
ANSWERS = {"year": "2026", "country": "新加坡", "income": "service"}


@pytest.fixture
def law(tmp_path) -> None:
    """The time limit the guide tells to add, loaded as ``make run`` loads it."""
    [line] = re.findall(r"```yaml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    shutil.copytree(loading.LAW, tmp_path / "law")
    clocks: Path = tmp_path / "law" / "clocks.yaml"
    clocks.write_text(f"{clocks.read_text(encoding='utf-8')}\n{line.strip()}\n", encoding="utf-8")
    loading.load(tmp_path / "law")


@pytest.fixture
def example(law):
    """The example in its place in the house, with its table; taken out again afterwards."""
    spec = importlib.util.spec_from_file_location(PLACE, EXAMPLE)
    module = importlib.util.module_from_spec(spec)
    sys.modules[PLACE] = module
    spec.loader.exec_module(module)
    with connection.schema_editor() as editor:  # what the migration would do; undone with the test's transaction
        editor.create_model(module.ResidenceCertificate)
    yield module.RESIDENCE_CERTIFICATE
    del sys.modules[PLACE]
    del apps.all_models["services"]["residencecertificate"]
    apps.clear_cache()
    for register in (procedures._registry, delegable.MATTERS):
        del register["residence-certificate"]


class World:
    """A payer, the tax office in charge with a clerk and a chief, and a stranger."""

    def __init__(self) -> None:
        office = factories.tax_office()
        self.payer = factories.representative(factories.company(office=office))
        self.clerk = factories.staff(office, Role.CLERK)
        self.chief = factories.staff(office, Role.CHIEF, name="顾建华")
        self.stranger = factories.citizen("陌生人", office=office)
        self.base = f"/as/{self.payer.party.ref}"


@pytest.fixture
def world(example) -> World:
    return World()


def filled_in(world: World, home: Client, answers: dict[str, str]) -> str:
    """A draft opened and filled in on its pages; its address."""
    first = home.post(f"{world.base}/matters/residence-certificate/begin/").url
    second = home.post(first, answers)
    assert second.url.endswith("/fill/income/")
    check = home.post(second.url, answers)
    assert check.url.endswith("/check/")
    return check.url.removesuffix("check/")


def test_the_matter_is_found_and_its_start_page_says_what_to_know(world):
    home = signed_in(world.payer)
    assert "开具中国税收居民身份证明" in home.get(f"{world.base}/matters/").content.decode()
    start = home.get(f"{world.base}/matters/residence-certificate/").content.decode()
    assert "10 个工作日" in start


def test_a_case_goes_from_the_first_page_to_the_decision(world):
    home, counter, desk = signed_in(world.payer), signed_in(world.clerk), signed_in(world.chief)
    draft = filled_in(world, home, ANSWERS)
    assert "新加坡" in home.get(f"{draft}check/").content.decode()
    home.post(f"{draft}check/")
    case = Case.objects.get()
    at_work = f"/counter/cases/{case.number}"
    assert case.number in counter.get("/counter/cases/").content.decode()
    counter.post(f"{at_work}/do/accept/")
    assert case.clocks.get(term="residence-certificate").due_at is not None
    desk.post(f"{at_work}/do/approve/")
    case.refresh_from_db()
    assert case.state == "approved"
    assert IssuedDocument.objects.filter(about=case.about, kind="decision-approval").exists()
    assert "核准了申请" in home.get(draft).content.decode()


def test_the_check_of_the_example_names_the_field_and_nothing_is_submitted(world):
    home = signed_in(world.payer)
    draft = filled_in(world, home, {**ANSWERS, "year": "2999"})
    answer = home.post(f"{draft}check/")
    assert answer.status_code == 422
    assert "这一年度还没有开始" in answer.content.decode()
    assert Case.objects.get().state == "draft"


def test_the_api_opens_it_and_carries_it_on(world):
    home, counter = signed_in(world.payer), signed_in(world.clerk)
    order = {"procedure": "residence-certificate", "detail": ANSWERS}
    acting = {"Idempotency-Key": "example-0001", "X-Acting-For": world.payer.party.ref}
    opened = home.post("/api/v1/cases/", order, content_type="application/json", headers=acting)
    assert opened.status_code == 201, opened.content.decode()
    number = opened.json()["number"]
    accepting = {"content_type": "application/json", "headers": {"Idempotency-Key": "example-0002"}}
    accepted = counter.post(f"/api/v1/cases/{number}/actions/accept/", {}, **accepting)
    assert accepted.json()["state"] == "handling"
    assert counter.get(f"/api/v1/cases/{number}/clock/").status_code == 200
    assert "residence-certificate" in {each["code"] for each in home.get("/api/v1/procedures/").json()}


def test_a_stranger_sees_nothing_of_it(world):
    home = signed_in(world.payer)
    draft = filled_in(world, home, ANSWERS)
    assert signed_in(world.stranger).get(draft).status_code == 404
