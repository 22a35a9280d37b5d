"""A broken export wipes nothing: what is empty, shrunken or does not add up waits for a person (Art 16)."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.datashare.pulls import running, working
from apps.datashare.pulls.models import Block, Pull
from apps.kernel.audit.models import Event
from apps.kernel.parties.models import Role
from tests import factories
from tests.factories_pulls import drop, held, permits, pulled
from tests.factories_pulls import source as registered

pytestmark = pytest.mark.django_db


@pytest.fixture
def shrunken(source):
    drop(permits(10), at=1)
    pulled(source)
    drop(permits(3), "b.csv", at=2)
    return pulled(source)


def test_a_shrunken_snapshot_is_blocked_and_nothing_is_wiped(source, shrunken):
    assert (shrunken.state, shrunken.block, shrunken.gone) == ("blocked", Block.SHRUNKEN, 0)
    assert len(held(source)) == 10
    with pytest.raises(ValidationError, match=shrunken.ref):
        pulled(source)


def test_an_empty_snapshot_is_blocked(source):
    drop(permits(10), at=1)
    pulled(source)
    drop([], "b.csv", at=2)
    assert pulled(source).block == Block.EMPTY
    assert len(held(source)) == 10


def test_a_person_releases_with_a_reason_and_the_run_goes_on_as_staged(source, shrunken, officer):
    with pytest.raises(ValidationError, match="理由"):
        running.release(shrunken, officer, reason=" ")
    running.release(shrunken, officer, reason="已与水务局电话核实，七个许可证注销。")
    working.work(shrunken.pk)
    shrunken.refresh_from_db()
    assert (shrunken.state, shrunken.gone, shrunken.released_by) == ("done", 7, officer.user)
    assert len(held(source)) == 3
    actions = list(Event.objects.filter(stream=shrunken.stream).order_by("seq").values_list("action", flat=True))
    assert actions[-2:] == ["pull.released", "pull.done"]


def test_a_discarded_run_leaves_everything_as_it_was(source, shrunken, centre):
    running.discard(shrunken, centre, reason="导出有误，重新投递。")
    assert len(held(source)) == 10
    drop(permits(11), "c.csv", at=3)
    assert pulled(source).inserted == 1


@pytest.mark.parametrize("use_case", [running.release, running.discard])
def test_another_department_and_a_tax_clerk_decide_nothing(shrunken, use_case):
    for stranger in (
        factories.staff(factories.department("市民政局"), Role.OFFICER, name="外人"),
        factories.staff(factories.tax_office(), Role.CLERK, name="税员"),
    ):
        with pytest.raises(PermissionDenied):
            use_case(shrunken, stranger, reason="放行")
    assert Pull.objects.get(pk=shrunken.pk).state == "blocked"


@pytest.mark.parametrize("use_case", [running.start, running.pause, running.resume])
def test_who_does_not_keep_the_dataset_starts_and_pauses_nothing(source, use_case, officer, centre):
    with pytest.raises(PermissionDenied):
        use_case(source, factories.staff(factories.department("市民政局"), Role.OFFICER, name="外人"))
    use_case(source, officer)
    if use_case is not running.start:
        use_case(source, centre)


def test_a_paused_source_starts_nothing_until_resumed(source, officer):
    running.pause(source, officer)
    with pytest.raises(ValidationError, match="已暂停"):
        running.start(source, officer)
    running.resume(source, officer)
    assert running.start(source, officer).state == "queued"


@pytest.mark.parametrize("control", [{"rows": 11}, {"sum": "54.99"}])
def test_totals_that_do_not_agree_block(dataset, control):
    source = registered(dataset, control_field="volume")
    drop(permits(9), at=1, control=control)
    run = pulled(source)
    assert (run.state, run.block) == ("blocked", Block.CONTROL)
    assert held(source) == []


def test_totals_that_agree_are_kept(dataset):
    source = registered(dataset, control_field="volume")
    drop(permits(9), at=1, control={"rows": 9, "sum": "49.50"})
    run = pulled(source)
    assert (run.state, str(run.received_sum), run.control_rows) == ("done", "49.5000", 9)
