"""An agency files for thirty clients at once: each by its own mandate, each once, each with its own result."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from apps.kernel.ledger.models import Charge
from apps.kernel.parties.models import Mandate, Organisation
from apps.services.filing import batches, drafts
from apps.services.filing.models import BatchItem, FilingBatch, Return
from tests import factories
from tests.factories_filing import import_invoices
from tests.factories_filing import payer as other_payer
from tests.factories_invoices import sale

pytestmark = pytest.mark.django_db

PERIOD = "2026-09"


@pytest.fixture
def agency(office):
    """The firm's legal representative, acting for the firm."""
    return factories.representative(factories.company("上海信衡税务师事务所", office, form=Organisation.Form.AGENCY))


def client_of(agency, office, name: str = "上海客户有限公司", sold: str = "1000.00", **scope):
    """A client of the firm with invoices of September."""
    actor = other_payer(office, vat_kind="general")
    import_invoices(actor, sale(actor.party, sold))
    Mandate.objects.create(
        principal=actor.party, agent=agency.party, kind=Mandate.Kind.AGENT, state=Mandate.State.ACTIVE, **scope
    )
    return actor.party


def code(party, kind: str = "vat", period: str = PERIOD) -> str:
    return f"{party.ref}/{kind}/{period}"


def test_thirty_clients_are_filed_and_charged_once_however_often_the_batch_runs(agency, office):
    parties = [client_of(agency, office) for _ in range(30)]
    batch = batches.open_batch(agency, [code(party) for party in parties], idempotency_key="order-1")
    assert batches.open_batch(agency, [code(parties[0])], idempotency_key="order-1") == batch
    assert batches.work_off(batch) == 30
    assert batches.work_off(batch) == 0
    assert set(batch.items.values_list("outcome", flat=True)) == {"filed"}
    assert Return.objects.filter(standing="in_force").count() == 30
    assert Charge.objects.filter(levy="vat", amount=Decimal("130.00")).count() == 30
    assert batches.progress(batch).finished


def test_each_clients_mandate_and_state_decide_for_itself(agency, office):
    good = client_of(agency, office)
    narrow = client_of(agency, office, levies=["cit"])
    ended = client_of(agency, office)
    changed = client_of(agency, office)
    representative = factories.representative(changed)
    draft = drafts.begin(representative, "vat", PERIOD)
    drafts.declare(draft, representative, "sales-13", Decimal("5000.00"), "未开票收入。")
    batch = batches.open_batch(agency, [code(each) for each in (good, narrow, ended, changed)], idempotency_key="o-2")
    Mandate.objects.filter(principal=ended).update(state=Mandate.State.REVOKED)
    batches.work_off(batch)
    outcomes = {item.party_id: item for item in batch.items.all()}
    assert outcomes[good.pk].outcome == "filed"
    for refused, why in ((narrow, "授权"), (ended, "已经结束"), (changed, "逐项核对")):
        assert (outcomes[refused.pk].outcome, outcomes[refused.pk].case) == ("refused", None)
        assert why in outcomes[refused.pk].message
    assert Charge.objects.filter(levy="vat").count() == 1
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_the_list_shows_what_each_client_has_to_file_and_what_is_ready(agency, office):
    party = client_of(agency, office)
    rows = {each.row.kind.code: each.ready for each in batches.to_file(batches.clients(agency))}
    assert rows == {"vat": True, "cit": False, "social": False}
    nil = {each.row.kind.code for each in batches.to_file(batches.clients(agency)) if each.nil}
    assert nil == {"cit", "social"}
    batch = batches.open_batch(agency, [code(party)], idempotency_key="o-3")
    batches.work_off(batch)
    assert "vat" not in {each.row.kind.code for each in batches.to_file(batches.clients(agency))}


def test_a_junior_of_the_firm_reaches_what_the_firm_gave_them(agency, office):
    client_of(agency, office)
    junior = factories.representative(agency.party, Mandate.Kind.FILER, name="小李", matters=["cit-prepayment"])
    assert {each.row.kind.code for each in batches.to_file(batches.clients(junior))} == {"cit"}


@pytest.mark.parametrize(
    "codes", [[], ["nonsense"], ["x/vat/2026-09"], ["{own}/paint/2026-09"], ["{own}/vat/" + "9" * 90]]
)
def test_an_order_that_names_something_else_is_refused(agency, office, codes):
    party = client_of(agency, office)
    with pytest.raises(ValidationError) as refusal:
        batches.open_batch(agency, [each.format(own=party.ref) for each in codes], idempotency_key="o-4")
    assert "chosen" in refusal.value.message_dict
    assert not FilingBatch.objects.exists()


def test_only_an_agency_files_for_clients_and_only_for_its_own(agency, office):
    strangers_client = client_of(agency, office)
    other = factories.representative(factories.company("另一家事务所", office, form=Organisation.Form.AGENCY))
    with pytest.raises(ValidationError, match="名单"):
        batches.open_batch(other, [code(strangers_client)], idempotency_key="o-5")
    for nobody in (other_payer(office), factories.citizen(office=office), factories.staff(office)):
        with pytest.raises(PermissionDenied):
            batches.open_batch(nobody, [code(strangers_client)], idempotency_key="o-6")


def test_a_fault_of_ours_leaves_the_row_waiting_and_the_others_done(agency, office):
    parties = [client_of(agency, office) for _ in range(2)]
    batch = batches.open_batch(agency, [code(party) for party in parties], idempotency_key="o-7")
    BatchItem.objects.filter(batch=batch, party=parties[0]).update(period="")  # a row no order would write
    batches.work_off(batch)
    assert sorted(batch.items.values_list("outcome", flat=True)) == ["filed", "refused"]


def test_the_pages_choose_submit_and_show_results(agency, office):
    party = client_of(agency, office)
    browser = Client()
    browser.force_login(agency.user)
    at = f"/as/{agency.party.ref}/filing/clients/"
    page = browser.get(at).content.decode()
    assert code(party) in page
    assert "为委托人批量申报" in browser.get(f"/as/{agency.party.ref}/filing/").content.decode()
    assert browser.post(at, {"key": "k"}).status_code == 422
    response = browser.post(at, {"key": "k", "chosen": [code(party)]})
    batch = FilingBatch.objects.get()
    assert response.url == f"/as/{agency.party.ref}/filing/batches/{batch.ref}/"
    page = browser.get(response.url).content.decode()
    assert "已办理 0 份，共 1 份" in page
    assert "刷新进度" in page
    batches.work_off(batch)
    page = browser.get(response.url).content.decode()
    assert "已全部办理" in page
    assert Return.objects.get().case.number in page
    part = browser.get(response.url, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "hx-trigger" not in part


def test_a_batch_is_seen_by_nobody_else(agency, office):
    batch = batches.open_batch(agency, [code(client_of(agency, office))], idempotency_key="o-8")
    other = factories.representative(factories.company("另一家事务所", office, form=Organisation.Form.AGENCY))
    browser = Client()
    browser.force_login(other.user)
    assert browser.get(f"/as/{other.party.ref}/filing/batches/{batch.ref}/").status_code == 404
    assert browser.get(f"/as/{agency.party.ref}/filing/batches/{batch.ref}/").status_code == 404
