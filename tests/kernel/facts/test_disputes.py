"""What the office knows about me: shown with its source, open to dispute, closed to others."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.kernel.audit.models import Event
from apps.kernel.facts import disputes, runs, writer
from apps.kernel.facts.models import Dispute
from tests import factories

pytestmark = pytest.mark.django_db

AUGUST = dt.date(2026, 8, 31)


@pytest.fixture
def company():
    party = factories.company()
    writer.write(
        [(party.pk, "ending_vat_credit", 3_200_00, AUGUST), (party.pk, "disabled_ratio_bp", 150, AUGUST)],
        run=runs.start("returns", kind="import"),
    )
    return party


@pytest.fixture
def owner(company):
    return factories.representative(company)


def dispute(party, actor, **changed):
    given = {"claimed": "3,300.00 元", "reason": "与8月申报表不一致"} | changed
    return disputes.open(party, "ending_vat_credit", actor=actor, **given)


def test_a_dispute_keeps_what_was_stated_and_what_is_claimed(company, owner):
    made = dispute(company, owner)
    assert (made.stated, made.claimed, made.state) == ("320000", "3,300.00 元", Dispute.State.OPEN)
    assert disputes.open_of(company) == {"ending_vat_credit": made}
    event = Event.objects.get(action="fact.disputed")
    assert event.target == "ending_vat_credit"
    assert "3,300" not in str(event.data)


def test_a_value_is_disputed_once_at_a_time_and_again_after_withdrawing(company, owner):
    made = dispute(company, owner)
    with pytest.raises(ValidationError):
        dispute(company, owner)
    disputes.withdraw(made, actor=owner)
    with pytest.raises(ValidationError):
        disputes.withdraw(made, actor=owner)
    assert dispute(company, owner).pk != made.pk


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"claimed": " "}, "claimed"), ({"reason": ""}, "reason"), ({"reason": "长" * 501}, "reason")],
)
def test_a_dispute_says_what_and_why(company, owner, changed, field):
    with pytest.raises(ValidationError) as refused:
        dispute(company, owner, **changed)
    assert list(refused.value.message_dict) == [field]
    assert not Dispute.objects.exists()


def test_what_is_not_known_cannot_be_disputed(company, owner):
    for field in ("inventory", "no_such_thing"):
        with pytest.raises(ValidationError):
            disputes.open(company, field, claimed="1", reason="x", actor=owner)


def test_nobody_disputes_or_withdraws_for_someone_else(company, owner):
    made = dispute(company, owner)
    strangers = (
        factories.representative(factories.company("上海外滩咖啡有限公司")),
        factories.staff(factories.tax_office()),
    )
    for stranger in strangers:
        with pytest.raises(PermissionDenied):
            dispute(company, stranger)
        with pytest.raises(PermissionDenied):
            disputes.withdraw(made, actor=stranger)
    assert (
        Event.objects.using("evidence").filter(action__startswith="fact.dispute", stream__startswith="denied/").count()
        == 4
    )


def sign_in(client, actor) -> None:
    client.force_login(actor.user, backend="allauth.account.auth_backends.AuthenticationBackend")


def test_my_page_shows_value_source_and_date_and_the_reading_is_logged(client, company, owner):
    sign_in(client, owner)
    page = client.get(f"/as/{company.ref}/facts/").content.decode()
    for shown in ("期末留抵税额", "3,200.00 元", "纳税申报", "2026年8月31日", "不对？", "1.50%"):
        assert shown in page
    assert Event.objects.filter(stream=f"reads/{company.pk}", target="facts").count() == 1


def test_a_value_is_disputed_on_its_page_and_marked_until_withdrawn(client, company, owner):
    sign_in(client, owner)
    page = f"/as/{company.ref}/facts/ending_vat_credit/dispute/"
    assert client.get(page).status_code == 200
    refused = client.post(page, {"claimed": "3,300.00", "reason": ""})
    assert refused.status_code == 422
    assert "3,300.00" in refused.content.decode()
    done = client.post(page, {"claimed": "3,300.00", "reason": "与申报表不一致"}, follow=True)
    assert "有异议，已提交" in done.content.decode()
    assert client.post(page, {"claimed": "3,300.00", "reason": "再次"}).status_code == 422
    made = Dispute.objects.get()
    client.post(f"/as/{company.ref}/facts/disputes/{made.ref}/withdraw/")
    assert "有异议，已提交" not in client.get(f"/as/{company.ref}/facts/").content.decode()


def test_history_tells_who_said_what(client, company, owner):
    sign_in(client, owner)
    page = client.get(f"/as/{company.ref}/facts/ending_vat_credit/").content.decode()
    assert "现行" in page
    assert "3,200.00 元" in page


@pytest.mark.parametrize("said", [True, False])
def test_history_of_a_yes_or_no_is_told_in_words(client, company, owner, said):
    writer.write([(company.pk, "restricted_industry", said, AUGUST)], run=runs.start("registry", kind="import"))
    sign_in(client, owner)
    page = client.get(f"/as/{company.ref}/facts/restricted_industry/")
    assert f'<td class="amount">{"是" if said else "否"}</td>' in page.content.decode()


@pytest.mark.parametrize("path", ["", "ending_vat_credit/", "ending_vat_credit/dispute/"])
def test_another_taxpayers_facts_are_not_found_like_absent_ones(client, company, owner, path):
    stranger = factories.representative(factories.company("上海外滩咖啡有限公司"))
    sign_in(client, stranger)
    foreign, absent = client.get(f"/as/{company.ref}/facts/{path}"), client.get(f"/as/0000000000/facts/{path}")
    assert foreign.status_code == absent.status_code == 404
    made = dispute(company, owner)
    own = stranger.party.ref
    foreign = client.post(f"/as/{own}/facts/disputes/{made.ref}/withdraw/")
    absent = client.post(f"/as/{own}/facts/disputes/0000000000/withdraw/")
    assert foreign.status_code == absent.status_code == 404
    assert disputes.open_of(company)


@pytest.mark.parametrize("path", ["inventory/", "nothing/", "inventory/dispute/", "nothing/dispute/", "party_id/"])
def test_unknown_and_unheard_of_facts_are_not_found(client, company, owner, path):
    sign_in(client, owner)
    assert client.get(f"/as/{company.ref}/facts/{path}").status_code == 404
