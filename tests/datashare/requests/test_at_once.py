"""Two people at once: one decision, one grant, no page after a revocation (Arts 17, 21)."""

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.datashare.requests import granting
from apps.datashare.requests.models import DataGrant, DataGrantEvent
from apps.datashare.use import reading, sources
from apps.datashare.use.models import DataAccess
from apps.kernel.casework import cases
from apps.kernel.parties.models import Role
from tests import factories, factories_sharing
from tests.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _frozen():
    with time_machine.travel(factories_sharing.working_hour(), tick=False):
        yield


@pytest.fixture
def centre():
    return factories_sharing.centre()


@pytest.fixture
def owner():
    return factories_sharing.provider()


@pytest.fixture
def clerk(centre):
    return factories_sharing.asker()


def refused(results: list) -> int:
    return sum(isinstance(result, Exception) for result in results)


def test_two_reviewers_decide_once(clerk, owner, centre):
    colleague = factories.staff(owner.office, Role.OFFICER, name="方知远")
    case = cases.perform(factories_sharing.request(clerk, factories_sharing.dataset(owner)), "route", centre)
    results = at_once(
        lambda: cases.perform(case, "approve", owner, without="", reason=""),
        lambda: cases.perform(case, "refuse", colleague, clause="《政务数据共享条例》", reason="超出职责"),
    )
    assert refused(results) == 1
    case.refresh_from_db()
    assert case.state in ("approved", "refused")
    assert case.steps.filter(action__in=["approve", "refuse"]).count() == 1
    assert case.clocks.filter(term="data-conditional-reply", stopped_at__isnull=False).count() == 1


def test_providing_twice_makes_one_grant(clerk, owner, centre):
    colleague = factories.staff(centre.office, Role.OFFICER, name="季安")
    case = factories_sharing.request(clerk, factories_sharing.open_dataset(owner))
    results = at_once(*(lambda who=who: cases.perform(case, "provide", who) for who in (centre, colleague)))
    assert (refused(results), DataGrant.objects.filter(case=case).count()) == (1, 1)


def test_one_key_sent_twice_asks_once(clerk, owner):
    use = factories_sharing.scenario()
    entry = factories_sharing.dataset(owner, use)
    first, second = at_once(*(lambda: factories_sharing.request(clerk, entry, use, key="pressed-twice"),) * 2)
    assert first.pk == second.pk
    assert DataGrant.objects.count() == 1


def test_narrowing_and_revoking_at_once_leave_a_revoked_grant(clerk, owner, centre):
    grant = factories_sharing.grant(clerk, factories_sharing.dataset(owner, factories_sharing.scenario()))
    at_once(
        lambda: granting.narrow(grant, owner, fields=["base"], valid_until=grant.valid_until, reason="最小必要"),
        lambda: granting.revoke(grant, centre, reason="用途不符"),
    )
    grant.refresh_from_db()
    assert grant.revoked_at is not None
    assert not grant.is_live
    kinds = list(DataGrantEvent.objects.filter(grant=grant).values_list("kind", flat=True))
    assert kinds.count("revoked") == 1
    assert kinds[-1] == "revoked", "nothing is narrowed after it was revoked"


def test_a_revocation_while_somebody_reads_bites_on_the_next_page(clerk, centre, monkeypatch):
    """The provider revokes in the very moment a page is being read: that page is on record, the next is refused."""
    monkeypatch.setattr(sources, "PER_PAGE", 1)
    grant = factories_sharing.grant(clerk)
    factories_sharing.readable(grant.dataset)
    case = factories_sharing.matter(clerk)
    read = sources.read

    def meanwhile(*asked):
        def revoke() -> None:
            granting.revoke(grant, centre, reason="用途不符")

        assert refused(at_once(revoke)) == 0, "a reader holds nobody up"
        return read(*asked)

    monkeypatch.setattr(sources, "read", meanwhile)
    page = reading.read(grant, clerk, reading.Request(case=case.number))
    assert len(page.rows) == 1
    with pytest.raises(PermissionDenied, match="已撤销"):
        reading.read(grant, clerk, reading.Request(case=case.number, after=page.next))
    assert list(DataAccess.objects.order_by("id").values_list("released", flat=True)) == [True, False]


def test_a_reader_does_not_wait_for_whoever_changes_the_grant(clerk, centre):
    """Its record points to the grant: if it waited for that, holding evidence the other needs, both would be stuck."""
    grant = factories_sharing.grant(clerk)
    factories_sharing.readable(grant.dataset)
    case = factories_sharing.matter(clerk)
    with transaction.atomic():
        granting._locked(grant, centre, "revoke")
        (page,) = at_once(lambda: reading.read(grant, clerk, reading.Request(case=case.number)))
    assert isinstance(page, reading.Reading)


def test_reading_and_revoking_at_once_shows_nothing_that_is_not_on_record(clerk, centre):
    grant = factories_sharing.grant(clerk)
    factories_sharing.readable(grant.dataset)
    case = factories_sharing.matter(clerk)
    asked = reading.Request(case=case.number)
    results = at_once(
        *(lambda: reading.read(grant, clerk, asked),) * 3, lambda: granting.revoke(grant, centre, reason="用途不符")
    )
    shown = sum(isinstance(result, reading.Reading) for result in results)
    assert DataAccess.objects.filter(released=True).count() == shown
    assert DataAccess.objects.filter(released=False).count() == 3 - shown
    assert isinstance(at_once(lambda: reading.read(grant, clerk, asked))[0], PermissionDenied)
