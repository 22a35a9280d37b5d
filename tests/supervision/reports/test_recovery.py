"""The drill: every custodian's box is lost, three of five come together, and the identities open again (Art 36)."""

from itertools import combinations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.kernel.audit.models import Event
from apps.kernel.parties.models import Role
from apps.supervision.reports import boxes, custody, handling, keys, recovery, reporting, rewards, shares
from apps.supervision.reports.models import Report
from apps.supervision.reports.recovery_models import RecoverySeal
from apps.supervision.reports.sealing import CURRENT, CannotOpen
from tests import factories_reports
from tests.factories_reports import IDENTITY, PASSPHRASE
from tests.supervision.reports.test_casework import PAYEE, handled
from tests.supervision.reports.test_pages import signed_in, unlocked

pytestmark = pytest.mark.django_db
MARK = b"mark"


@pytest.fixture
def desk():
    return factories_reports.desk()


def made(desk, threshold=3, number=5) -> recovery.Made:
    return recovery.make(desk.custodian, desk.custodians, threshold=threshold, number=number)


def lost(desk):
    """The custodian forgot the passphrase and made a new box, to which nobody can seal anything."""
    boxes.make(desk.custodian, PASSPHRASE)
    return boxes.unlock(desk.custodian, PASSPHRASE)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(secret=st.binary(min_size=32, max_size=32), threshold=st.integers(2, 6), more=st.integers(0, 4))
def test_any_so_many_shares_give_the_secret_and_one_fewer_does_not(secret, threshold, more):
    lines = shares.split(secret, MARK, threshold, threshold + more)
    for some in list(combinations(lines, threshold))[:4]:
        assert shares.combine(some, MARK) == secret
        assert shares.combine(some[1:], MARK) != secret


def test_a_mistyped_a_foreign_and_a_repeated_share_are_named():
    lines = shares.split(b"s" * 32, MARK, 2, 3)
    wrong = ("1" if lines[1][0] != "1" else "2") + lines[1][1:]
    foreign = shares.split(b"s" * 32, b"else", 2, 2)[1]
    for second in (wrong, foreign, lines[0], "", "哨兵", lines[1][:-1]):
        with pytest.raises(shares.NotAShare) as error:
            shares.combine([lines[0], second], MARK)
        assert error.value.place == 2
    assert shares.combine([lines[0].lower().replace("-", " "), lines[2]], MARK) == b"s" * 32


def test_the_drill_three_of_five_custodians_bring_the_identities_back(desk):
    before, _receipt = factories_reports.reported(named=True)
    key = made(desk)
    after, receipt = factories_reports.reported(named=True)
    handled(after, desk)
    reporting.claim(reporting.come_back(receipt), PAYEE)
    anew = lost(desk)
    for report in (before, after):
        with pytest.raises(CannotOpen):
            keys.open_key(report, "identity", anew)
    assert recovery.recover(desk.custodian, anew, [key.lines[4], key.lines[0], key.lines[2]]) == 3
    assert recovery.recover(desk.custodian, anew, key.lines) == 0  # all is there again
    request = custody.ask(before, desk.officer, "需要向检举人当面核对手写账的来源。")
    custody.approve(request, desk.custodian, anew)
    assert handling.identity(before, desk.officer, desk.opened) == IDENTITY
    reward = rewards.of_custodian(desk.custodian).get()
    assert rewards.payee(reward, desk.custodian, anew) == PAYEE
    told = Event.objects.filter(stream=f"recovery-key/{key.key.pk}").values_list("action", flat=True)
    assert list(told) == ["made", "used", "used"]


def test_two_of_three_needed_open_nothing_and_the_attempt_is_on_record(desk):
    factories_reports.reported(named=True)
    key = made(desk)
    anew = lost(desk)
    for few in (key.lines[:2], key.lines[:1], [], [key.lines[0], key.lines[0], key.lines[1]]):
        with pytest.raises(ValidationError) as error:
            recovery.recover(desk.custodian, anew, few)
        assert "lines" in error.value.message_dict
    refused = Event.objects.using("evidence").filter(action="recovery.use", target=f"recovery-key/{key.key.pk}")
    assert refused.count() == 4
    with pytest.raises(CannotOpen):
        keys.open_key(Report.objects.get(), "identity", anew)


def test_neither_the_database_nor_an_officer_has_what_the_shares_have(desk):
    report, _receipt = factories_reports.reported(named=True)
    key = made(desk)
    private = shares.combine(key.lines[:3], key.key.mark)
    with connection.cursor() as cursor:
        rows = []
        for table in ("supervision_recoverykey", "supervision_recoveryseal", "supervision_keywrap", "audit_event"):
            cursor.execute(f'SELECT "{table}"::text FROM "{table}"')
            rows += [row for (row,) in cursor.fetchall()]
    everything = "\n".join(rows)
    assert private.hex() not in everything
    assert not any(line in everything for line in key.lines)
    seal = RecoverySeal.objects.get(report=report)
    own, _public = CURRENT.pair()
    with pytest.raises(CannotOpen):  # who holds the database has the seal and no key to it
        CURRENT.unseal(own, bytes(seal.sealed), keys.about(report, "identity/recovery"))
    for action in (
        lambda: recovery.make(desk.officer, desk.opened, threshold=2, number=2),
        lambda: recovery.recover(desk.officer, desk.opened, key.lines),
    ):
        with pytest.raises(PermissionDenied):
            action()


def test_a_new_recovery_key_makes_the_old_shares_worthless(desk):
    report, _receipt = factories_reports.reported(named=True)
    old = made(desk)
    new = made(desk, threshold=2, number=3)
    anew = lost(desk)
    with pytest.raises(ValidationError):
        recovery.recover(desk.custodian, anew, old.lines)
    assert RecoverySeal.objects.filter(report=report).count() == 1
    assert recovery.recover(desk.custodian, anew, new.lines[1:]) == 1


@pytest.mark.parametrize(("threshold", "number"), [(1, 3), (4, 3), (2, 21)])
def test_a_split_that_protects_nothing_or_never_opens_is_refused(desk, threshold, number):
    with pytest.raises(ValidationError):
        made(desk, threshold, number)
    assert recovery.of(desk.office) is None


def test_the_pages_hand_out_the_shares_once_and_take_them_back(desk):
    factories_reports.reported(named=True)
    custodian = unlocked(desk.custodian)
    shown = custodian.post(reverse("reports_counter:recovery"), {"number": "3", "threshold": "2"})
    lines = shown.context["made"].lines
    assert all(line in shown.content.decode() for line in lines)
    assert "no-store" in shown["Cache-Control"]
    again = custodian.get(reverse("reports_counter:recovery")).content.decode()
    assert not any(line in again for line in lines)
    assert custodian.post(reverse("reports_counter:recovery"), {"number": "2", "threshold": "3"}).status_code == 400
    lost(desk)
    custodian = unlocked(desk.custodian)
    page = reverse("reports_counter:recover")
    assert custodian.post(page, {"lines": lines[0]}).status_code == 400
    assert custodian.post(page, {"lines": "\r\n".join(lines[:2])})["Location"] == reverse("reports_counter:index")
    for other in (desk.officer, factories_reports.holder(desk.office, Role.REPORTS, "郑可")[0]):
        assert unlocked(other).get(page).status_code == 404
    assert signed_in(desk.custodian).get(page)["Location"] == reverse("reports_counter:box")
