"""The pages, the API and the command: state, live progress, decisions, and who sees what (Arts 16, 21)."""

import datetime as dt
import io

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django_celery_beat.models import PeriodicTask

from apps.datashare.pulls import progress, running, scheduling, standing, working
from apps.datashare.pulls.models import Pull, PullSource
from apps.kernel.parties.models import Role
from apps.kernel.workcalendar import clock
from tests import factories
from tests.factories_pulls import drop, permit, permits, pulled

pytestmark = pytest.mark.django_db


def at(actor) -> Client:
    client = Client()
    client.force_login(actor.user)
    return client


@pytest.fixture
def blocked(source):
    drop([*permits(9), permit(10, kind="9")], at=1)
    pulled(source)
    drop(permits(2), "b.csv", at=2)
    return pulled(source)


def state_of(source: PullSource) -> str:
    return standing.of(list(standing.with_state(PullSource.objects.filter(pk=source.pk))))[0].state


def test_a_source_is_due_healthy_failing_paused_or_blocked(source):
    assert state_of(source) == "due"
    drop(permits(3), at=1)
    pulled(source)
    assert state_of(source) == "healthy"
    PullSource.objects.update(failures=1)
    assert state_of(source) == "failing"
    PullSource.objects.update(paused_at=clock.now())
    assert state_of(source) == "paused"
    drop(permits(1), "b.csv", at=2)
    PullSource.objects.update(paused_at=None)
    pulled(source)
    assert state_of(source) == "blocked"


def test_a_source_whose_entry_has_no_version_in_force_is_shown_as_not_pulled_yet(source, officer):
    drop(permits(3), at=1)
    pulled(source)
    type(source.dataset).objects.update(current=None)
    page = at(officer).get(reverse("pulls:sources"))
    assert page.status_code == 200
    assert source.dataset.code in page.content.decode()
    assert state_of(source) == "due"


def test_progress_knows_rate_and_time_left(source):
    run = Pull(source=source, state="fetching", started=clock.now() - dt.timedelta(seconds=10), received=1000)
    run.done_units, run.total_units = 25, 100
    now = progress.of(run)
    assert (now.percent, 95 <= now.rate <= 100, 29 <= now.left.seconds <= 31) == (25, True, True)
    run.total_units = None
    assert progress.of(run).left is None


def test_a_run_under_way_shows_itself_again_without_and_with_javascript(source, officer):
    run = Pull.objects.create(source=source, version=source.dataset.current, kind="manual", state="fetching")
    page = at(officer).get(reverse("pulls:run", args=[run.ref]))
    assert "刷新" in page.content.decode()
    assert b"htmx-2.min" in page.content
    part = at(officer).get(reverse("pulls:run", args=[run.ref]), headers={"HX-Request": "true"})
    assert b"<html" not in part.content
    assert b'hx-trigger="every 2s"' in part.content
    Pull.objects.filter(pk=run.pk).update(state="blocked", block="missing")
    ended = at(officer).get(reverse("pulls:run", args=[run.ref]), headers={"HX-Request": "true"})
    assert ended["HX-Refresh"] == "true"  # the whole page, with what can be done now


def test_the_data_centre_decides_on_a_blocked_run(blocked, centre):
    client, url = at(centre), reverse("pulls:run", args=[blocked.ref])
    assert "数据量明显减少" in client.get(url).content.decode()
    assert client.post(url, {"do": "release", "reason": ""}).status_code == 422
    assert client.post(url, {"do": "discard", "reason": "导出有误"}).status_code == 302
    assert client.post(url, {"do": "discard", "reason": "导出有误"}).status_code == 422
    blocked.refresh_from_db()
    assert blocked.state == "discarded"


def test_a_released_run_no_longer_says_that_it_is_blocked(blocked, centre):
    client, url = at(centre), reverse("pulls:run", args=[blocked.ref])
    running.release(blocked, centre, reason="来源已确认")
    working.work(blocked.pk)
    page = client.get(url).content.decode()
    assert "完成" in page
    assert "数据量明显减少" not in page


def test_run_now_pause_and_resume(source, officer):
    client, url = at(officer), reverse("pulls:source", args=[source.dataset.code])
    started = client.post(url, {"do": "run"})
    assert started.status_code == 302
    assert client.get(url + started["Location"]).status_code in (200, 404)
    again = client.post(url, {"do": "run"})
    assert (again.status_code, Pull.objects.count()) == (422, 1)
    assert client.post(url, {"do": "pause"}).status_code == 302
    source.refresh_from_db()
    assert source.paused_at
    client.post(url, {"do": "resume"})
    source.refresh_from_db()
    assert source.paused_at is None


def test_tax_staff_look_on_and_change_nothing(blocked, source):
    client = at(factories.staff(factories.tax_office(), Role.CLERK, name="税员"))
    for name, argument in (("source", source.dataset.code), ("run", blocked.ref)):
        url = reverse(f"pulls_counter:{name}", args=[argument])
        assert client.get(url).status_code == 200
        assert b'<form method="post"' not in client.get(url).content
        assert client.post(url, {"do": "discard", "reason": "x"}).status_code == 404
    assert client.get(reverse("pulls:rows", args=[blocked.ref])).status_code == 404


def test_another_department_sees_nothing_of_it(blocked, source):
    client = at(factories.staff(factories.department("市民政局"), Role.OFFICER, name="外人"))
    assert source.dataset.current.title not in client.get(reverse("pulls:sources")).content.decode()
    for url in (
        reverse("pulls:source", args=[source.dataset.code]),
        reverse("pulls:run", args=[blocked.ref]),
        reverse("pulls:rows", args=[blocked.ref]),
        reverse("api-pull-run", args=[blocked.ref]),
    ):
        assert client.get(url).status_code == 404


def test_quarantined_rows_page_names_the_rule(source, officer):
    drop([*permits(3), permit(4, kind="9")], at=1)
    run = pulled(source)
    text = at(officer).get(reverse("pulls:rows", args=[run.ref])).content.decode()
    assert "水源类别：代码" in text
    assert "SH000004" in text


def test_pages_cost_the_same_however_many_runs(source, officer, django_assert_max_num_queries):
    drop(permits(3), at=1)
    for _number in range(3):
        pulled(source)
    client = at(officer)
    for url in (reverse("pulls:sources"), reverse("pulls:source", args=[source.dataset.code])):
        client.get(url)
        with django_assert_max_num_queries(16):
            client.get(url)


def test_the_api_tells_where_sources_and_runs_stand(blocked, source, officer):
    client = at(officer)
    listed = client.get(reverse("api-pulls")).json()["results"][0]
    assert (listed["dataset"], listed["state"], listed["last_run"]) == ("water-permits", "blocked", blocked.ref)
    runs = client.get(reverse("api-pull-runs", args=["water-permits"])).json()["results"]
    assert [each["state"] for each in runs] == ["blocked", "done"]
    assert client.get(reverse("api-pull-run", args=[blocked.ref])).json()["block"] == "shrunken"
    assert client.post(reverse("api-pull-runs", args=["water-permits"])).status_code == 400


def test_the_command_pulls_and_says_how_far_it_is(source):
    drop(permits(7), at=1)
    out = io.StringIO()
    call_command("pull", "water-permits", stdout=out)
    assert "100 %" in out.getvalue()
    assert "7 received, 7 new" in out.getvalue()
    with pytest.raises(CommandError, match="No source"):
        call_command("pull", "nothing")


def test_a_new_source_gets_a_schedule_that_starts_its_runs(source):
    task = scheduling.arrange(source)
    assert (task.task, task.args, task.crontab.hour) == ("pulls.pull", f"[{source.pk}]", "4")
    assert scheduling.arrange(PullSource.objects.get()) == task
    assert PeriodicTask.objects.filter(task="pulls.pull").count() == 1


def test_lineage_is_on_the_run_and_in_the_file(source, settings, tmp_path, django_capture_on_commit_callbacks):
    settings.PULLS_LINEAGE_FILE = str(tmp_path / "lineage.ndjson")
    drop(permits(3), at=1)
    with django_capture_on_commit_callbacks(execute=True):
        run = pulled(source)
    assert [event["eventType"] for event in run.lineage] == ["START", "COMPLETE"]
    assert run.lineage[0]["run"]["runId"] == run.lineage[1]["run"]["runId"]
    assert run.lineage[1]["inputs"][0]["facets"]["version"]["datasetVersion"] == f"sha256:{run.file_hash}"
    assert len((tmp_path / "lineage.ndjson").read_text().splitlines()) == 2


def test_on_time_or_late_is_judged_by_the_catalogues_clock(source, time_machine):
    time_machine.move_to("2026-10-26T09:00:00+08:00")
    drop(permits(3), at=1)
    assert pulled(source).on_time is None, "nothing was due before the first delivery"
    time_machine.move_to("2026-10-27T09:00:00+08:00")
    drop(permits(4), "b.csv", at=2)
    assert pulled(source).on_time is True
    time_machine.move_to("2026-10-30T09:00:00+08:00")
    drop(permits(5), "c.csv", at=3)
    assert pulled(source).on_time is False
