"""The identity is closed by keys: whoever holds the database, and every right in it, still reads nothing."""

import base64
from pathlib import Path
from urllib.parse import quote

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from apps.kernel.audit.models import Event
from apps.kernel.parties.models import Membership, Role
from apps.kernel.workcalendar import clock
from apps.supervision.reports import boxes, custody, handling, keys, receipts, reporting
from apps.supervision.reports.boxes import Opened
from apps.supervision.reports.models import IdentityRequest, KeyBox, KeyWrap, Report
from apps.supervision.reports.sealing import CURRENT, CannotOpen
from tests import factories, factories_reports
from tests.factories_reports import CONTENT, IDENTITY, PASSPHRASE

pytestmark = pytest.mark.django_db
SENTINELS = (CONTENT["subject"], CONTENT["story"], *IDENTITY.values(), "哨兵照片", "SENTINEL-CAMERA", "哨兵消息")


def spellings(text: str) -> list[bytes]:
    """A text as it may hide in a dump: UTF-8, UTF-16, base64, hex, URL-encoded, escaped."""
    plain = text.encode()
    escaped = text.encode("unicode_escape")
    return [
        plain,
        text.encode("utf-16-le"),
        text.encode("utf-16-be"),
        base64.b64encode(plain).rstrip(b"=")[:-1],
        plain.hex().encode(),
        quote(text).encode(),
        escaped,
        escaped.replace(b"\\", b"\\\\"),
    ]


def everything_in_the_database() -> bytes:
    """Every row of every table as the database writes it out."""
    rows = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT "{table}"::text FROM "{table}"')
            rows += [row for (row,) in cursor.fetchall()]
    return "\n".join(rows).encode()


@pytest.fixture
def desk(db):
    return factories_reports.desk()


def test_no_word_of_a_report_is_in_the_database_the_storage_or_the_log(tmp_path, settings, caplog):
    settings.MEDIA_ROOT = tmp_path
    desk = factories_reports.desk()
    report, receipt = factories_reports.reported(named=True)
    reporter = reporting.come_back(receipt)
    reporting.write(reporter, "哨兵消息：还有一本账。")
    reporting.attach(reporter, factories_reports.photo())
    handling.answer(report, desk.officer, desk.opened, "哨兵消息：收到。")
    dump = everything_in_the_database()
    stored = b"".join(path.read_bytes() for path in Path(tmp_path).rglob("*") if path.is_file())
    names = "".join(str(path) for path in Path(tmp_path).rglob("*")).encode()
    assert report.case.number.encode() in dump
    assert stored
    everything = dump + stored + names + caplog.text.encode()
    found = [
        text
        for text in (*SENTINELS, receipt, receipts.grouped(receipt))
        for each in spellings(text)
        if each in everything
    ]
    assert found == []


def test_a_superuser_with_every_row_and_no_private_key_reads_nothing(desk):
    report, _receipt = factories_reports.reported(named=True)
    wrap = report.wraps.get(purpose="case", box=desk.opened.box)
    own, _public = CURRENT.pair()
    with pytest.raises(CannotOpen):
        CURRENT.unseal(own, bytes(wrap.sealed), keys.about(report, "case"))
    # a row of his own making does not help: nobody can seal a key they cannot open
    admin = factories.user("管理员")
    admin.is_staff = admin.is_superuser = True
    admin.save()
    Membership.objects.create(user=admin, office=desk.office, role=Role.REPORTS, valid_from=clock.today())
    actor = factories.staff(desk.office, Role.REPORTS, name="冒充者")
    boxes.make(actor, PASSPHRASE)
    stolen = boxes.unlock(actor, PASSPHRASE)
    KeyWrap.objects.create(report=report, purpose="case", box=stolen.box, sealed=bytes(wrap.sealed))
    with pytest.raises(PermissionDenied):
        handling.read(report, actor, stolen)
    with pytest.raises(PermissionDenied):  # the officer's row with a foreign private key
        handling.read(report, desk.officer, Opened(desk.opened.box, own))


def test_the_private_key_opens_with_the_passphrase_only(desk):
    with pytest.raises(ValidationError):
        boxes.unlock(desk.officer, "not the passphrase")
    row = KeyBox.objects.get(pk=desk.opened.box.pk)
    assert desk.opened.private not in bytes(row.private_locked)
    assert Event.objects.using("evidence").filter(action="key-box.unlock", stream__startswith="denied/").exists()


def test_neither_custodian_nor_officer_alone_reads_the_identity(desk):
    report, _receipt = factories_reports.reported(named=True)
    with pytest.raises(PermissionDenied):
        handling.identity(report, desk.officer, desk.opened)
    with pytest.raises(CannotOpen):
        keys.open_key(report, "identity", desk.opened)
    with pytest.raises(CannotOpen):
        keys.open_key(report, "case", desk.custodians)
    inner = keys.open_key(report, "identity", desk.custodians)
    with pytest.raises(CannotOpen):  # the custodian has one of the two keys only
        CURRENT.decrypt(inner, bytes(report.identity), keys.about(report, "identity"))


def test_an_officer_who_writes_the_approval_into_the_database_still_reads_nothing(desk):
    report, _receipt = factories_reports.reported(named=True)
    until = clock.now() + custody.OPEN_FOR
    IdentityRequest.objects.create(
        report=report,
        asked_by=desk.officer.user,
        reason="自己批准。",
        state=IdentityRequest.State.APPROVED,
        decided_by=desk.custodian.user,
        decided_at=clock.now(),
        open_until=until,
    )
    held = report.wraps.get(purpose="identity", box=desk.custodians.box)
    KeyWrap.objects.create(
        report=report, purpose="identity", box=desk.opened.box, sealed=bytes(held.sealed), expires_at=until
    )
    with pytest.raises(PermissionDenied):
        handling.identity(report, desk.officer, desk.opened)
    box = KeyBox.objects.get(pk=desk.custodians.box.pk)  # nor does the custodian's box open without the passphrase
    for key in (desk.opened.private, CURRENT.stretch("a guess at it", bytes(box.salt)), bytes(32)):
        with pytest.raises(CannotOpen):
            CURRENT.decrypt(key, bytes(box.private_locked), bytes(box.public))


def test_an_approved_officer_reads_the_identity_for_a_time_and_all_is_on_record(desk):
    report, _receipt = factories_reports.reported(named=True)
    request = custody.ask(report, desk.officer, "需要向检举人当面核对手写账的来源。")
    custody.approve(request, desk.custodian, desk.custodians)
    assert handling.identity(report, desk.officer, desk.opened) == IDENTITY
    with time_machine.travel(clock.now() + custody.OPEN_FOR + custody.OPEN_FOR):
        with pytest.raises(PermissionDenied):
            handling.identity(report, desk.officer, desk.opened)
        assert keys.withdraw_lapsed() == 1
    told = list(Event.objects.filter(stream=report.case.about).values_list("action", flat=True))
    assert [action for action in told if action.startswith("identity.")] == [
        "identity.asked",
        "identity.approved",
        "identity.read",
    ]


def test_approval_opens_one_officers_box_and_no_other(desk):
    report, _receipt = factories_reports.reported(named=True)
    colleague, theirs = factories_reports.holder(desk.office, Role.REPORTS, "郑可")
    keys.share(desk.officer, desk.opened)
    custody.approve(custody.ask(report, desk.officer, "需要当面核对账本的来源。"), desk.custodian, desk.custodians)
    handling.read(report, colleague, theirs)
    with pytest.raises(PermissionDenied):
        handling.identity(report, colleague, theirs)


def test_only_a_custodian_decides_and_only_once(desk):
    report, _receipt = factories_reports.reported(named=True)
    request = custody.ask(report, desk.officer, "需要当面核对账本的来源。")
    for who, opened in (
        (desk.officer, desk.opened),
        factories_reports.holder(factories.tax_office(), Role.CUSTODIAN, "外人"),
    ):
        with pytest.raises(PermissionDenied):
            custody.approve(request, who, opened)
    custody.refuse(request, desk.custodian)
    with pytest.raises(ValidationError):
        custody.approve(request, desk.custodian, desk.custodians)
    with pytest.raises(PermissionDenied):
        handling.identity(report, desk.officer, desk.opened)


def test_a_new_colleague_reads_after_the_next_opening_and_one_who_left_no_more(desk):
    report, _receipt = factories_reports.reported()
    colleague, theirs = factories_reports.holder(desk.office, Role.REPORTS, "郑可")
    with pytest.raises(PermissionDenied):
        handling.read(report, colleague, theirs)
    assert keys.share(desk.officer, desk.opened) == 1
    assert handling.read(report, colleague, theirs)["content"] == CONTENT
    Membership.objects.filter(user=colleague.user).delete()
    assert keys.withdraw_lapsed() == 1
    with pytest.raises(CannotOpen):
        keys.open_key(report, "case", theirs)


def test_the_last_key_anybody_holds_is_never_withdrawn(desk):
    report, _receipt = factories_reports.reported()
    Membership.objects.filter(user=desk.officer.user).delete()
    keys.withdraw_lapsed()
    assert report.wraps.filter(purpose="case").count() == 1


def test_without_key_boxes_a_report_is_refused_not_kept_in_plain(db):
    with pytest.raises(ValidationError, match="12366"):
        factories_reports.reported()
    assert not Report.objects.exists()


def test_the_sizes_of_texts_do_not_show(desk):
    factories_reports.reported()
    long = receipts.new()
    reporting.submit(long, {**CONTENT, "story": "长" * 200}, None)
    sizes = {len(bytes(each.content)) for each in Report.objects.all()}
    assert len(sizes) == 1
