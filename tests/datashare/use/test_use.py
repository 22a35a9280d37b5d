"""Lawful use: a live grant and an open case, on record before it is shown, masked, traced, watched (Art 21)."""

import csv
import datetime as dt
import io

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse
from openpyxl import load_workbook

from apps.datashare.catalogue.models import DataField
from apps.datashare.requests import granting
from apps.datashare.use import detecting, exporting, masking, preconditions, reading, sources
from apps.datashare.use.models import DataAccess, DataExport, Precondition, UseFinding
from apps.kernel.audit import partitions
from apps.kernel.audit.models import Event
from apps.kernel.audit.reading import reads_of
from apps.kernel.casework import cases
from apps.kernel.facts import runs, writer
from apps.kernel.parties.models import Role
from tests import factories, factories_doors, factories_sharing

pytestmark = pytest.mark.django_db
NOW = factories_sharing.working_hour()
PERSON = "310101198805200014"


@pytest.fixture(autouse=True)
def _frozen():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def centre():
    return factories_sharing.centre()


@pytest.fixture
def clerk(centre):
    return factories_sharing.asker()


@pytest.fixture
def grant(clerk):
    found = factories_sharing.grant(clerk, fields=["person", "kind", "base"])
    factories_sharing.readable(found.dataset)
    return found


@pytest.fixture
def case(clerk):
    return factories_sharing.matter(clerk)


def ask(case, **changed) -> reading.Request:
    return reading.Request(case=case.number, **changed)


# --- reading -----------------------------------------------------------------------------


def test_a_read_is_masked_and_on_record(grant, clerk, case):
    found = reading.read(grant, clerk, ask(case))
    assert [field.name for field in found.fields] == ["person", "kind", "base"]
    assert found.rows == [
        ["310＊＊＊＊＊＊＊＊＊＊＊＊＊14", "110", "7384.00"],
        ["310＊＊＊＊＊＊＊＊＊＊＊＊＊14", "210", "7384.00"],
    ]
    access = DataAccess.objects.get()
    assert (access.case, access.party, access.user, access.unmasked) == (case, case.applicant, clerk.user, [])
    read = reads_of(case.applicant).filter(target=grant.about).get()
    assert (read.data["purpose"], read.data["basis"]) == ("data grant", case.number)
    assert Event.objects.filter(stream=grant.about, action="data.read").get().data["access"] == access.ref


def test_nothing_is_released_when_the_log_fails(grant, clerk, case, monkeypatch):
    seen = []
    sources.register(grant.dataset.code, lambda *asked: seen.append(asked) or sources.Slice([]))

    def broken(*_args, **_more):
        raise DatabaseError("disk full")

    monkeypatch.setattr("apps.kernel.audit.log.record", broken)
    with pytest.raises(DatabaseError):
        reading.read(grant, clerk, ask(case))
    assert seen == []
    assert not DataAccess.objects.exists()


def test_the_record_is_there_before_the_data_is_fetched(grant, clerk, case):
    counted = []
    sources.register(
        grant.dataset.code, lambda *_asked: counted.append(DataAccess.objects.count()) or sources.Slice([])
    )
    reading.read(grant, clerk, ask(case))
    assert counted == [1]


def test_full_content_needs_a_reason(grant, clerk, case):
    with pytest.raises(ValidationError) as refused:
        reading.read(grant, clerk, ask(case, unmask=("person",)))
    assert "reason" in refused.value.message_dict
    found = reading.read(grant, clerk, ask(case, unmask=("person",), reason="核对证件原件"))
    assert found.rows[0][0] == PERSON
    assert DataAccess.objects.get().unmasked == ["person"]
    assert DataAccess.objects.get().reason == "核对证件原件"


def test_only_fields_of_the_grant_that_the_catalogue_still_lists(grant, clerk, case):
    with pytest.raises(ValidationError, match="授权不包括"):
        reading.read(grant, clerk, ask(case, fields=("phone",)))
    assert DataAccess.objects.get().refusal == "fields"
    grant.dataset.current.fields.filter(name="base").delete()
    assert [field.name for field in reading.read(grant, clerk, ask(case)).fields] == ["person", "kind"]


def test_revocation_bites_on_the_next_page(grant, clerk, case, centre, monkeypatch):
    monkeypatch.setattr(sources, "PER_PAGE", 1)
    first = reading.read(grant, clerk, ask(case))
    assert (len(first.rows), first.next) == (1, "1")
    granting.revoke(grant, centre, reason="用途不符")
    with pytest.raises(PermissionDenied, match="已撤销"):
        reading.read(grant, clerk, ask(case, after=first.next))
    assert list(DataAccess.objects.order_by("id").values_list("released", flat=True)) == [True, False]


def test_narrowing_bites_on_the_next_page(grant, clerk, case, centre):
    reading.read(grant, clerk, ask(case))
    granting.narrow(grant, centre, fields=["base"], valid_until=grant.valid_until, reason="最小必要")
    assert [field.name for field in reading.read(grant, clerk, ask(case)).fields] == ["base"]


def test_an_expired_grant_a_closed_case_and_a_foreign_case_are_refused(grant, clerk, case):
    foreign = factories_sharing.matter(factories_sharing.asker())
    with pytest.raises(ValidationError, match="没有找到由您的单位办理"):
        reading.read(grant, clerk, ask(foreign))
    with pytest.raises(ValidationError, match="没有找到由您的单位办理"):
        reading.read(grant, clerk, reading.Request(case="SH2026999999999"))
    applicant = factories.citizen("王小明", office=clerk.office)
    closed = cases.open_submitted(case.definition, applicant, factories_sharing.DEFERRED, idempotency_key="closed-0001")
    cases.perform(closed, "withdraw", applicant, reason="不办了")
    with pytest.raises(ValidationError, match="已经办结"):
        reading.read(grant, clerk, ask(closed))
    with time_machine.travel(NOW + dt.timedelta(days=400)), pytest.raises(PermissionDenied, match="已到期"):
        reading.read(grant, clerk, ask(case))
    assert not DataAccess.objects.filter(released=True).exists()
    assert sorted(DataAccess.objects.values_list("refusal", flat=True)) == ["case", "case", "case", "grant"]


def test_another_office_cannot_use_the_grant(grant, case):
    stranger = factories_sharing.asker()
    with pytest.raises(PermissionDenied, match="不属于您的单位"):
        reading.read(grant, stranger, ask(factories_sharing.matter(stranger)))
    assert Event.objects.using("evidence").filter(action="data.read", stream=f"denied/{stranger.user.pk}").exists()


def test_somebody_else_than_the_party_needs_a_reason_and_is_noticed(grant, clerk, case):
    other = factories.citizen("李四")
    number = other.party.person.id_number
    with pytest.raises(ValidationError, match="不是办件当事人"):
        reading.read(grant, clerk, ask(case, party=number))
    reading.read(grant, clerk, ask(case, party=number, reason="共同申请人"))
    access = DataAccess.objects.get()
    assert (access.party, access.own) == (other.party, False)


def test_the_access_log_cannot_be_changed(grant, clerk, case):
    reading.read(grant, clerk, ask(case))
    for change in (lambda: DataAccess.objects.update(reason="x"), lambda: DataAccess.objects.all().delete()):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


def test_each_month_of_the_access_log_is_a_table_of_its_own(grant, clerk, case):
    partitions.prepare()
    reading.read(grant, clerk, ask(case))
    access = DataAccess.objects.get()
    month = f"datashare_dataaccess_{access.at.astimezone(dt.UTC):%Y%m}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM datashare_dataaccess")
        assert cursor.fetchall() == [(month,)]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for statement in (f"UPDATE {month} SET reason = 'x'", f"DELETE FROM {month}", f"TRUNCATE {month}"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert not [name for name in partitions.missing() if name.startswith("datashare_")]


def test_an_export_names_an_access_that_is_there():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError, match="names no access"), transaction.atomic():
        DataExport.objects.create(access_id=10**9, format="csv", rows=1, sha256="x")


def test_data_that_is_not_here_yet_says_so(clerk, case):
    grant = factories_sharing.grant(clerk)
    found = reading.read(grant, clerk, ask(case))
    assert (found.available, found.rows) == (False, [])


def test_what_the_kernel_knows_is_read_as_rows(clerk):
    party = factories.company(office=clerk.office)
    run = runs.start("hrss", kind="pull")
    writer.write([(party.pk, "si_base", 738400, NOW.date())], run=run)
    row = sources.of("hrss-insurance-registration")(party, ["uscc", "base", "kind"], "", 50).rows
    assert [(r["uscc"], str(r["base"]), r["kind"]) for r in row] == [(party.organisation.uscc, "7384.00", None)]


@pytest.mark.parametrize(
    ("label", "value", "shown"),
    [
        ("公民身份号码", PERSON, "310＊＊＊＊＊＊＊＊＊＊＊＊＊14"),
        ("手机号码", "13800010101", "138＊＊＊＊＊＊01"),
        ("银行账号", "6222021001012345678", "＊＊＊＊＊＊＊＊＊＊＊＊＊＊＊5678"),
        ("姓名", "王小明", "王＊＊"),
        ("姓名", "王", "王＊"),
        ("户号", "123", "＊＊＊"),
        ("户号", "SH-2026-01", "S＊＊＊＊＊＊＊＊1"),
        ("户号", "", ""),
    ],
)
def test_personal_values_are_masked_by_what_they_are(label, value, shown):
    field = DataField(name="x", label=label, type="string", classification="sensitive")
    assert masking.masked(field, value) == shown
    field.classification = "internal"
    assert masking.masked(field, value) == value


def test_personal_dates_and_numbers_are_hidden_whole():
    field = DataField(name="born", label="出生日期", type="date", classification="personal")
    assert masking.masked(field, dt.date(1988, 5, 20)) == "＊＊＊"


# --- export ------------------------------------------------------------------------------


def exported(grant, clerk, case, format="csv"):  # noqa: A002
    return exporting.export(grant, clerk, ask(case, reason="附卷"), format)


def test_an_export_is_watermarked_and_each_row_names_it(grant, clerk, case):
    file = exported(grant, clerk, case)
    lines = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert clerk.user.display_name in lines[0][0]
    assert case.number in lines[0][0]
    assert lines[1][-1] == exporting.TRACE
    assert len(lines) == 4
    (trace,) = exporting.identify(lines[3][-1])
    assert (trace.export.access.user, trace.number, trace.by_code) == (clerk.user, 2, True)


def test_a_leaked_row_without_its_code_still_finds_its_export(grant, clerk, case):
    file = exported(grant, clerk, case)
    leaked = file.content.decode("utf-8-sig").splitlines()[2].rsplit(",", 1)[0]
    (trace,) = exporting.identify(leaked.replace(",", "\t"))
    assert (trace.export, trace.by_code) == (DataExport.objects.get(), False)
    assert exporting.identify("310,nothing,of,the,kind") == []


def test_a_forged_code_names_nobody(grant, clerk, case):
    code = exported(grant, clerk, case).content.decode("utf-8-sig").splitlines()[2].rsplit(",", 1)[1]
    forged = code.replace("-0001-", "-0002-")
    assert exporting.identify(forged) == []


def test_an_excel_file_carries_the_same_marks(grant, clerk, case):
    file = exported(grant, clerk, case, "xlsx")
    sheet = load_workbook(io.BytesIO(file.content)).active
    assert clerk.user.display_name in sheet["A1"].value
    assert exporting.identify(sheet.cell(3, 4).value)[0].number == 1


def test_an_export_needs_a_reason_and_leaves_nothing_without(grant, clerk, case):
    with pytest.raises(ValidationError) as refused:
        exporting.export(grant, clerk, ask(case), "csv")
    assert "reason" in refused.value.message_dict
    with pytest.raises(ValidationError):
        exporting.export(grant, clerk, ask(case, reason="附卷"), "pdf")
    assert not DataAccess.objects.exists()


def test_no_cell_becomes_a_formula(grant, clerk, case):
    factories_sharing.readable(grant.dataset, {"person": "=1+1", "kind": "=HYPERLINK(0)", "base": "-5"})
    lines = list(csv.reader(io.StringIO(exported(grant, clerk, case).content.decode("utf-8-sig"))))
    assert lines[2][1:3] == ["'=HYPERLINK(0)", "'-5"]
    assert exporting.identify(",".join(lines[2][:-1]))[0].number == 1


# --- detector ----------------------------------------------------------------------------


def test_reads_at_night_of_outsiders_and_refused_attempts_are_found_once(grant, clerk, case):
    reading.read(grant, clerk, ask(case))
    assert detecting.detect() == 0
    with time_machine.travel(dt.datetime(2026, 11, 25, 15, tzinfo=dt.UTC)):  # 23:00 in Shanghai
        reading.read(grant, clerk, ask(case))
        other = factories.citizen("李四").party.ref
        reading.read(grant, clerk, ask(case, party=other, reason="顺便"))
        with pytest.raises(ValidationError):
            reading.read(grant, clerk, reading.Request(case="SH1"))
        assert detecting.detect() == 3
        assert detecting.detect() == 0
    found = dict(UseFinding.objects.values_list("kind", "times"))
    assert found == {"night": 2, "outsider": 1, "closed": 1}


def test_too_many_reads_in_a_day_are_found(grant, clerk, case):
    row = {"grant": grant, "case": case, "party": case.applicant, "office": clerk.office, "user": clerk.user}
    DataAccess.objects.bulk_create(DataAccess(**row) for _ in range(50))
    assert detecting.detect() == 0
    DataAccess.objects.create(**row)
    assert detecting.detect() == 1
    assert UseFinding.objects.get().times == 51


def test_a_rest_day_is_no_working_time_and_a_makeup_day_is(grant, clerk, case):
    with time_machine.travel(dt.datetime(2026, 11, 28, 2, tzinfo=dt.UTC)):  # a Saturday
        reading.read(grant, clerk, ask(case))
        assert detecting.detect() == 1
    assert UseFinding.objects.get().day == dt.date(2026, 11, 28)


def test_a_finding_is_explained_by_a_colleague_and_concluded_by_the_centre(grant, clerk, case, centre):
    with pytest.raises(ValidationError):
        reading.read(grant, clerk, reading.Request(case="SH1"))
    detecting.detect()
    finding = UseFinding.objects.get()
    colleague = factories.staff(clerk.office, Role.CHIEF, name="方志远")
    with pytest.raises(ValidationError, match="先等单位说明"):
        detecting.conclude(finding, centre, confirmed=True, reason="x")
    for nobody in (clerk, factories_sharing.asker()):
        with pytest.raises(PermissionDenied):
            detecting.explain(finding, nobody, reason="编号输错")
    detecting.explain(finding, colleague, reason="编号输错")
    with pytest.raises(PermissionDenied):
        detecting.conclude(finding, colleague, confirmed=False, reason="x")
    concluded = detecting.conclude(finding, centre, confirmed=False, reason="说明成立")
    assert (concluded.state, concluded.concluded_at) == ("cleared", NOW)
    with pytest.raises(ValidationError, match="已有结论"):
        detecting.explain(finding, colleague, reason="再说")


# --- preconditions -----------------------------------------------------------------------


def test_a_precondition_needs_a_listed_legal_basis(centre):
    registry = factories_sharing.provider("市不动产登记中心")
    row = preconditions.declare(registry, matter="不动产转移登记", status="paid", basis="deed-tax-registration")
    assert row.state == "listed"
    assert "契税法" in row.ruling
    for basis, status in (("", "no_arrears"), ("deed-tax-registration", "credit"), ("made-up", "paid")):
        refused = preconditions.declare(registry, matter="积分落户", status=status, basis=basis, claimed="内部规定")
        assert (refused.state, "第二十一条" in refused.ruling) == ("refused", True)
    with pytest.raises(ValidationError, match="已经登记"):
        preconditions.declare(registry, matter="不动产转移登记", status="paid", basis="deed-tax-registration")
    preconditions.withdraw(row, registry)
    assert Precondition.objects.filter(state="listed").count() == 0


def test_only_departments_declare_and_only_their_own_are_withdrawn(clerk):
    with pytest.raises(PermissionDenied):
        preconditions.declare(clerk, matter="x", status="paid", basis="deed-tax-registration")
    registry = factories_sharing.provider()
    row = preconditions.declare(registry, matter="登记", status="paid", basis="deed-tax-registration")
    with pytest.raises(PermissionDenied):
        preconditions.withdraw(row, factories_sharing.provider("市水务局"))


# --- pages -------------------------------------------------------------------------------


def test_the_reading_pages(client, grant, clerk, case, centre):
    factories_doors.sign_in(client, clerk.user)
    page = reverse("data_use:read", args=[grant.ref])
    assert client.get(page).status_code == 200
    assert not DataAccess.objects.exists()
    shown = client.post(page, {"case": case.number})
    assert "310＊＊＊" in shown.content.decode()
    assert PERSON not in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    refused = client.post(page, {"case": "SH1"})
    assert refused.status_code == 422
    assert "请核对编号" in refused.content.decode()
    file = client.post(page, {"case": case.number, "reason": "附卷", "export": "csv"})
    assert file["Content-Disposition"].startswith("attachment")
    detecting.detect()
    finding = UseFinding.objects.get()
    assert client.get(reverse("data_use:finding", args=[finding.ref])).status_code == 200
    factories_doors.sign_in(client, centre.user)
    leaked = file.content.decode("utf-8-sig").splitlines()[2]
    named = client.post(reverse("data_use_partner:trace"), {"leaked": leaked}).content.decode()
    assert clerk.user.display_name in named
    assert client.get(reverse("data_partner:grants")).status_code == 200
    change = reverse("data_partner:grant", args=[grant.ref])
    assert client.post(change, {"do": "revoke", "revoke-reason": "用途不符"}).status_code == 302
    assert "用途不符" in client.get(change).content.decode()
    factories_doors.sign_in(client, clerk.user)
    assert client.post(page, {"case": case.number}).status_code == 422
    ended = client.get(page).content.decode()
    assert "授权已经结束" in ended
    assert 'name="export"' not in ended, "what would be refused is not offered"


def test_everyone_sees_the_public_list(client):
    registry = factories_sharing.provider("市不动产登记中心")
    preconditions.declare(registry, matter="不动产转移登记", status="paid", basis="deed-tax-registration")
    assert "不动产转移登记" in client.get(reverse("preconditions")).content.decode()
    factories_doors.sign_in(client, registry.user)
    page = reverse("data_use_partner:preconditions")
    refused = client.post(page, {"matter": "积分落户", "status": "no_arrears", "basis": "", "claimed": "内部规定"})
    assert refused.status_code == 422
    assert "第二十一条" in refused.content.decode()
