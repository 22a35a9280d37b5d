"""Bad rows wait, are judged again, are replaced - and who may read them whole (Arts 16, 21)."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.datashare.catalogue.models import Arrival, Scenario
from apps.datashare.pulls import contract, masking, replaying
from apps.datashare.pulls.models import QuarantinedRow
from apps.kernel.audit.models import Event
from apps.kernel.parties.models import Role
from tests import factories, factories_pulls
from tests.factories_pulls import FIELDS, drop, held, new_version, permit, permits, pulled

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(source):
    drop([*permits(3), permit(4, kind="3"), permit(5, kind="3", volume="-1")], at=1)
    return pulled(source)


def widened(dataset, officer):
    """The code list now knows kind 3."""
    fields = [{**field, "codes": "1 2 3"} if field["name"] == "kind" else field for field in FIELDS]
    return new_version(dataset, officer, fields)


def test_a_pattern_is_the_pattern_of_the_whole_value(source, officer):
    fields = [{**field, "pattern": "SH[0-9]{6}|OLD"} if field["name"] == "permit" else field for field in FIELDS]
    new_version(source.dataset, officer, fields)
    drop([*permits(3), permit(4, permit="XSH000004"), permit(5, permit="OLD"), permit(6, permit="OLDER")])
    run = pulled(source)
    assert [(row.key, row.rules) for row in run.bad_rows.order_by("id")] == [
        ("XSH000004", ["permit:format"]),
        ("OLDER", ["permit:format"]),
    ]


def test_replay_takes_in_what_the_contract_now_allows(source, run, officer):
    widened(source.dataset, officer)
    replay = replaying.replay(run, officer)
    assert (replay.state, replay.kind, replay.inserted, replay.replays) == ("done", "replay", 1, run)
    assert held(source)[3]["permit"] == "SH000004"
    assert [(row.state, row.rules) for row in run.bad_rows.order_by("id")] == [
        ("replayed", ["kind:codes"]),
        ("open", ["volume:range"]),
    ]
    assert Arrival.objects.count() == 1, "a replay is no delivery"


def test_replay_never_overwrites_what_a_later_run_brought(source, run, officer):
    drop([*permits(3), permit(4, volume="7"), permit(5)], "b.csv", at=2)
    pulled(source)
    assert set(run.bad_rows.values_list("state", flat=True)) == {"superseded"}
    run.bad_rows.update(state=QuarantinedRow.State.OPEN)
    widened(source.dataset, officer)
    replay = replaying.replay(run, officer)
    assert (replay.updated, str(held(source)[3]["volume"])) == (0, "7")


def test_a_row_in_quarantine_is_not_gone(source):
    drop(permits(5), at=1)
    pulled(source)
    drop([*permits(4), permit(5, kind="9")], "b.csv", at=2)
    run = pulled(source)
    assert (run.gone, run.quarantined, len(held(source))) == (0, 1, 5)


def test_only_who_keeps_the_dataset_replays(run, officer):
    with pytest.raises(PermissionDenied):
        replaying.replay(run, factories.staff(factories.department("市民政局"), Role.OFFICER, name="外人"))
    run.bad_rows.all().delete()
    with pytest.raises(ValidationError, match="没有待处理"):
        replaying.replay(run, officer)


def test_personal_data_is_masked_unless_it_is_the_providers_own(officer, centre):
    Scenario.objects.create(code="risk", title="风险分析", purpose="核对", basis="第三十二条")
    fields = [{**field, "classification": "sensitive"} if field["name"] == "uscc" else dict(field) for field in FIELDS]
    version = factories_pulls.editing.begin(code="people", actor=officer, **factories_pulls.ABOUT)
    about = {**factories_pulls.ABOUT, "sharing": "conditional", "condition": "限征税"}
    factories_pulls.editing.write(version, officer, about=about, scenarios=Scenario.objects.all(), fields=fields)
    source = factories_pulls.source(factories_pulls.editing.publish(version, officer))
    drop([permit(1, uscc="310101199001011234", kind="9")], folder="people", at=1)
    run = pulled(source)
    rows, terms = list(run.bad_rows.all()), contract.of(run.version)
    seen = {
        actor.office.pk: dict(value[:2] for value in masking.shown(rows, run, terms, actor)[0].values)
        for actor in (officer, centre)
    }
    assert seen[officer.office.pk]["取水单位代码"] == "310101199001011234"
    assert seen[centre.office.pk]["取水单位代码"] == "3＊＊＊"
    assert seen[centre.office.pk]["水源类别"] == "9"
    assert Event.objects.filter(stream=run.stream, action="pull.rows_read").count() == 1
