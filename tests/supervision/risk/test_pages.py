"""The pages of risk: who sees the desk, a fixed number of queries, the payer's answer without JavaScript (Art 32)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.kernel.audit.reading import reads_of
from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.supervision.risk.indicators import indicators
from apps.supervision.risk.models import RiskOutcome
from tests.factories_risk import DOUBTED_ONCE, DOUBTFUL, know, scanned

pytestmark = pytest.mark.django_db

PAGES = ["", "runs/", "payers/", "tasks/", "results/", "tuning/"]


@pytest.fixture
def run(world):
    know(world.company, DOUBTFUL)
    world.another("上海梧桐里餐饮管理有限公司", DOUBTED_ONCE)
    return scanned()


def test_analysts_see_the_desk_and_nobody_else(world, run, client):
    pages = [f"/counter/risk/{page}" for page in (*PAGES, f"runs/{run.ref}/", f"payers/{world.company.ref}/")]
    for actor, status in ((world.analyst, 200), (world.chief, 200), (world.clerk, 404), (world.payer, 404)):
        client.force_login(actor.user)
        assert {client.get(page).status_code for page in pages} == {status}
    client.force_login(world.stranger.user)
    assert client.get(f"/counter/risk/payers/{world.company.ref}/").status_code == 404
    assert world.company.name not in client.get("/counter/risk/payers/").content.decode()


def test_one_payer_explained_with_sources_and_the_reading_is_on_record(world, run, client):
    client.force_login(world.analyst.user)
    page = client.get(f"/counter/risk/payers/{world.company.ref}/").content.decode()
    assert "1,000,000.00 元" in page
    assert "纳税申报" in page
    assert "无法判断的指标" in page
    assert any("risk" in str(vars(each)) for each in reads_of(world.company))


def test_lists_ask_the_same_number_of_queries_however_many_rows(world, run, client):
    client.force_login(world.analyst.user)
    asked = [page for page in PAGES if page != "tuning/"]
    for page in asked:  # what a process learns once, as the working days, is not counted
        client.get(f"/counter/risk/{page}")
    counts = {page: _queries(client, page) for page in asked}
    for number in range(5):
        world.another(f"上海第{number}贸易有限公司", DOUBTED_ONCE)
    scanned()
    assert {page: _queries(client, page) for page in counts} == counts


def _queries(client, page: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(f"/counter/risk/{page}").status_code == 200
    return len(captured)


def test_weights_are_tried_on_the_page_and_bad_ones_named(world, run, client):
    client.force_login(world.analyst.user)
    form = client.get("/counter/risk/tuning/").context["form"]
    posted = {name: str(field.initial) for name, field in form.fields.items()}
    answer = client.post("/counter/risk/tuning/", {**posted, "level_reminder": "60"})
    assert (answer.status_code, answer.context["after"].tasks < answer.context["before"].tasks) == (200, True)
    assert client.post("/counter/risk/tuning/", {**posted, "weight_13": "11"}).status_code == 422
    assert client.post("/counter/risk/tuning/", {**posted, "limit_13_gt": "viel"}).status_code == 422
    blind = client.post("/counter/risk/tuning/", {**posted, "limit_13_gt": "0.9"})
    assert blind.context["after"].tasks < blind.context["before"].tasks
    refused = client.post("/counter/risk/tuning/", {**posted, "weight_13": "8", "propose": "1", "reason": "试行。"})
    assert refused.status_code == 422  # this analyst may not propose law


def test_the_payer_sees_the_figures_and_answers_in_three_ways(world, run, client):
    case = Case.objects.get(applicant=world.company)
    url = f"/as/{world.company.ref}/risk/{case.number}/"
    assert client.get(url).status_code == 302
    client.force_login(world.payer.user)
    page = client.get(url).content.decode()
    assert "申报销售额与开票金额比对" in page
    assert "600,000.00 元" in page
    assert client.get(f"/as/{world.company.ref}/cases/{case.number}/").status_code == 200
    choices = dict(client.get(f"{url}?way=dispute").context["form"].fields["field"].choices)
    assert {"return_net", "si_headcount"} <= set(choices)
    assert "kwh_12m" not in choices
    wrong = client.post(url, {"way": "correct", "number": "SH1", "reason": "已更正。"})
    assert wrong.status_code == 422
    assert "number" in wrong.context["form"].errors
    assert client.post(url, {"way": "explain", "reason": "", "key": "k"}).status_code == 422
    sent = {"way": "dispute", "field": "si_headcount", "claimed": "40", "reason": "社保少计。", "key": "answer-0001"}
    assert client.post(url, sent).status_code == 302
    case.refresh_from_db()
    assert case.state == "answered"
    other = world.another_payer(world.another("上海花序信息科技有限公司"))
    client.force_login(other.user)
    assert client.get(url).status_code == 404


def test_the_api_tells_analysts_levels_and_nobody_else(world, run, client):
    client.force_login(world.analyst.user)
    assert client.get("/api/v1/risk/runs/").json()[0]["ref"] == run.ref
    found = client.get("/api/v1/risk/levels/").json()
    assert found["results"][0]["payer"] == world.company.ref
    assert "R13" in found["results"][0]["indicators"]
    client.force_login(world.clerk.user)
    assert client.get("/api/v1/risk/levels/").status_code == 403
    client.logout()
    assert client.get("/api/v1/risk/levels/").status_code in (401, 403)


def test_an_officer_ticks_which_of_the_cases_own_indicators_proved_true(world, run, client):
    reminder = Case.objects.get(applicant=world.company)
    cases.perform(reminder, "explain", world.payer, reason="季节性停产。")
    client.force_login(world.analyst.user)
    page = f"/counter/cases/{reminder.number}/do/accept_correction/"
    offered = [code for code, _label in client.get(page).context["form"].fields["confirmed"].choices]
    rests_on = [row["code"] for row in reminder.detail.trace]
    assert "R13" in offered
    assert offered == rests_on
    foreign = next(each.code for each in indicators().values() if each.code not in rests_on)
    refused = client.post(page, {"confirmed": [foreign], "reason": "已核对。"})
    assert "confirmed" in refused.context["form"].errors
    api = f"/api/v1/cases/{reminder.number}/actions/accept_correction/"
    refused = client.post(api, {"confirmed": [foreign], "reason": "已核对。"}, content_type="application/json")
    assert (refused.status_code, reminder.steps.filter(action="accept_correction").exists()) == (400, False)
    assert client.post(page, {"confirmed": ["R13"], "reason": "已核对。"}).status_code == 302
    verdicts = dict(RiskOutcome.objects.filter(case=reminder).values_list("indicator", "verdict"))
    assert verdicts.pop(13) == "corrected"
    assert set(verdicts.values()) == {"cleared"}


def test_the_steps_own_page_offers_only_figures_of_the_reminder_to_dispute(world, run, client):
    case = Case.objects.get(applicant=world.company)
    client.force_login(world.payer.user)
    form = client.get(f"/as/{world.company.ref}/cases/{case.number}/do/dispute/").context["form"]
    fields = [field for field, _label in form.fields["field"].choices]
    assert "si_headcount" in fields
    assert set(fields) <= {figure["field"] for row in case.detail.trace for figure in row["figures"]}


def test_english_readers_find_sources_and_figures_in_english(world, run, client):
    case = Case.objects.get(applicant=world.company)
    client.force_login(world.payer.user)
    client.cookies["django_language"] = "en"
    page = client.get(f"/as/{world.company.ref}/risk/{case.number}/").content.decode()
    assert "Tax returns" in page
    assert "纳税申报" not in page
    assert "：" not in client.get(f"/as/{world.company.ref}/cases/{case.number}/").content.decode().split("<main")[1]


def test_a_harsher_level_never_begins_below_a_milder_one(world, run, client):
    client.force_login(world.analyst.user)
    form = client.get("/counter/risk/tuning/").context["form"]
    posted = {name: str(field.initial) for name, field in form.fields.items()}
    refused = client.post("/counter/risk/tuning/", {**posted, "level_reminder": "90", "level_assessment": "60"})
    assert (refused.status_code, "依次" in refused.content.decode()) == (422, True)
