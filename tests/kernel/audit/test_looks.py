"""A taxpayer sees who looked at the own data, and why; what the law keeps back is left out, and nothing else."""

import ast
from pathlib import Path

import pytest
from django.conf import settings

from apps.kernel.audit import log, reading
from apps.kernel.audit.purposes import SUBJECTS, TOLD, WITHHELD, Purpose
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]


@pytest.fixture
def office():
    return factories.tax_office()


@pytest.fixture
def owner(office):
    return factories.representative(factories.company(office=office))


def looked(actor, party, what: str = "invoices", purpose: Purpose = Purpose.COUNTER, basis: str = "") -> None:
    log.read(actor=actor, party_id=party.pk, what=what, purpose=purpose, basis=basis)


def page(client, actor, **query) -> str:
    client.force_login(actor.user)
    return client.get(f"/as/{actor.party.ref}/looks/", query).content.decode()


def test_the_institution_is_named_with_what_and_why(client, office, owner):
    clerk, bureau = factories.staff(office, name="陈静"), factories.staff(factories.department(), name="沈悦")
    looked(clerk, owner.party)
    looked(bureau, owner.party, "grant/x1", Purpose.DATA_GRANT, basis="SH2026000000077")
    shown = page(client, owner)
    assert "黄浦区税务局第一税务所" in shown
    assert "窗口办理" in shown
    assert all(word in shown for word in ("市规划资源局", "共享数据", "按数据共享授权查阅", "SH2026000000077"))
    assert not any(name in shown for name in ("陈静", "沈悦"))


def test_who_acts_for_the_company_is_named_and_ones_own_looks_are_not_listed(client, owner):
    accountant = factories.representative(owner.party, kind="finance", name="孙会计")
    looked(owner, owner.party, purpose=Purpose.OWN)
    assert "还没有别人看过" in page(client, owner)
    looked(accountant, owner.party, purpose=Purpose.OWN)
    assert "孙会计" in page(client, owner)
    assert "孙会计" not in page(client, accountant).partition("<tbody>")[2]


@pytest.mark.parametrize("purpose", sorted(WITHHELD))
def test_a_look_that_must_not_warn_anybody_is_recorded_and_not_told(client, office, owner, purpose):
    looked(factories.staff(office), owner.party, "facts", purpose)
    assert "还没有别人看过" in page(client, owner)
    assert reading.reads_of(owner.party).count() == 1


def test_what_a_look_was_for_before_purposes_had_names_is_not_told(client, office, owner):
    log.record(f"reads/{owner.party.pk}", "read", actor=factories.staff(office), data={"purpose": "x"})
    assert "还没有别人看过" in page(client, owner)


def test_a_system_that_asks_every_minute_is_one_line_a_day(client, owner):
    registry = factories.staff(factories.department())
    for _ in range(3):
        looked(registry, owner.party, "case/SH1", Purpose.REGISTRY)
    shown = page(client, owner)
    assert "当日 3 次" in shown
    assert shown.count("市规划资源局") == 1


def test_older_looks_are_on_the_next_page(client, office, owner, monkeypatch):
    monkeypatch.setattr(reading, "READS_PER_PAGE", 3)
    clerk = factories.staff(office)
    for number in range(5):
        looked(clerk, owner.party, basis=f"第{number}次")
    first = page(client, owner)
    assert all(word in first for word in ("第4次", "第2次", "before=3"))
    assert "第1次" not in first
    older = page(client, owner, before="3")
    assert all(word in older for word in ("第1次", "第0次"))
    assert "更早的记录" not in older
    assert "第4次" in page(client, owner, before="9" * 30)


def test_the_api_tells_the_same(client, office, owner):
    looked(factories.staff(office), owner.party)
    client.force_login(owner.user)
    ours = {"X-Acting-For": owner.party.ref}
    (row,) = client.get("/api/v1/looks/", headers=ours).json()["results"]
    assert (row["who"], row["what"], row["why"]) == ("黄浦区税务局第一税务所", "发票", "窗口办理")
    assert client.get("/api/v1/looks/", {"before": "x"}, headers=ours).status_code == 400
    assert client.get("/api/v1/looks/", headers={"X-Acting-For": "nobody0000"}).status_code == 404
    client.force_login(factories.staff(office).user)
    assert client.get("/api/v1/looks/").status_code == 404


def test_every_place_that_records_a_look_says_what_and_why_in_words_the_page_knows():
    """A purpose is one of the list, and the first word of what was shown has a name."""
    calls = 0
    for file in Path(settings.BASE_DIR, "apps").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if not (isinstance(node, ast.Call) and ast.unparse(node.func) == "log.read"):
                continue
            given = {each.arg: each.value for each in node.keywords}
            purpose, what = ast.unparse(given["purpose"]), given["what"]
            assert getattr(Purpose, purpose.removeprefix("Purpose.")) in TOLD | WITHHELD, f"{file}:{node.lineno}"
            first = what.values[0] if isinstance(what, ast.JoinedStr) else what
            if isinstance(first, ast.Constant):
                assert first.value.partition("/")[0] in SUBJECTS, f"{file}:{node.lineno}"
            calls += 1
    assert calls > 40
