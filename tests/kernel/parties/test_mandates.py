"""Mandates: who may invite, accept, confirm and revoke, and what a mandate lets somebody do."""

import datetime as dt
import threading
from functools import partial

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connections

from apps.kernel.audit.models import Event
from apps.kernel.parties import acting, mandates
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Mandate, Organisation, Role
from apps.kernel.parties.signals import mandate_changed
from tests import factories

pytestmark = pytest.mark.django_db
Kind, State = Mandate.Kind, Mandate.State


@pytest.fixture
def company():
    return factories.company()


@pytest.fixture
def boss(company) -> Actor:
    return factories.representative(company)


@pytest.fixture
def clerk_of_ward():
    office = factories.tax_office()
    return factories.staff(office, Role.CLERK)


def acts_for(person: Actor, party) -> bool:
    return party in [identity.party for identity in acting.identities(person.user)]


def invited(boss: Actor, person: Actor, kind: str = Kind.FILER, **scope) -> Mandate:
    return mandates.invite(boss.party, person.party, kind, actor=boss, **scope)


# --- the plain way -------------------------------------------------------------------------------


def test_an_invited_filer_may_act_only_once_he_has_accepted(boss, company) -> None:
    filer = factories.citizen("李文静")
    offer = invited(boss, filer)
    assert not acts_for(filer, company)
    mandates.accept(offer, actor=filer)
    assert acts_for(filer, company)
    assert [event.action for event in offer.history.all()] == ["invite", "accept"]


def test_each_change_is_audited_and_announced_in_its_transaction(boss) -> None:
    heard = []

    def hear(mandate, action, **_) -> None:
        heard.append((mandate.ref, action))

    mandate_changed.connect(hear)
    try:
        filer = factories.citizen()
        offer = invited(boss, filer)
        mandates.decline(offer, actor=filer)
    finally:
        mandate_changed.disconnect(dispatch_uid="t")
    assert heard == [(offer.ref, "invite"), (offer.ref, "decline")]
    stream = Event.objects.filter(stream=f"party/{boss.party.ref}").values_list("action", "target")
    assert list(stream) == [("mandate.invite", offer.ref), ("mandate.decline", offer.ref)]


def test_a_revoked_mandate_is_gone_at_once_whoever_revokes_it(boss, company) -> None:
    for revoked_by_agent in (False, True):
        filer = factories.citizen()
        mandate = mandates.accept(invited(boss, filer), actor=filer)
        inside = acting.taxpayer_actor(filer.user, company.ref)
        mandates.revoke(mandate, actor=inside if revoked_by_agent else boss, reason="人员离职")
        assert not acts_for(filer, company)


def test_a_revocation_needs_a_reason(boss) -> None:
    filer = factories.citizen()
    mandate = mandates.accept(invited(boss, filer), actor=filer)
    with pytest.raises(ValidationError) as refused:
        mandates.revoke(mandate, actor=boss, reason="  ")
    assert list(refused.value.message_dict) == ["reason"]


@pytest.mark.parametrize("late", ["accept", "decline", "revoke"])
def test_a_closed_mandate_cannot_be_changed(boss, late) -> None:
    filer = factories.citizen()
    mandate = mandates.decline(invited(boss, filer), actor=filer)
    more = {"reason": "迟了"} if late == "revoke" else {}
    with pytest.raises(ValidationError, match="已谢绝"):
        getattr(mandates, late)(mandate, actor=filer, **more)
    assert mandate.history.count() == 2


# --- who may -------------------------------------------------------------------------------------


def test_whoever_does_not_manage_the_principal_cannot_invite_and_the_attempt_is_kept(company) -> None:
    accountant = factories.representative(company, Kind.FINANCE)
    with pytest.raises(PermissionDenied):
        invited(accountant, factories.citizen())
    assert not Mandate.objects.filter(kind=Kind.FILER).exists()
    assert (
        Event.objects.using("evidence").filter(stream=f"denied/{accountant.user.pk}", action="mandate.invite").exists()
    )


def test_only_the_invited_may_accept_and_only_a_side_may_revoke(boss) -> None:
    filer, stranger = factories.citizen(), factories.citizen()
    offer = invited(boss, filer)
    for nobody in (stranger, boss):
        with pytest.raises(PermissionDenied):
            mandates.accept(offer, actor=nobody)
    mandates.accept(offer, actor=filer)
    with pytest.raises(PermissionDenied):
        mandates.revoke(offer, actor=stranger, reason="无权")


def test_what_the_page_offers_is_what_the_use_case_allows(boss) -> None:
    filer, stranger = factories.citizen(), factories.citizen()
    offer = Mandate.objects.get(pk=invited(boss, filer).pk)
    assert mandates.open_to(offer, filer) == ["accept", "decline", "revoke"]
    assert mandates.open_to(offer, boss) == ["revoke"]
    assert mandates.open_to(offer, stranger) == []


# --- what cannot be invited ----------------------------------------------------------------------


def test_a_legal_representative_is_registered_never_invited(boss) -> None:
    with pytest.raises(ValidationError) as refused:
        invited(boss, factories.citizen(), Kind.LEGAL)
    assert list(refused.value.message_dict) == ["kind"]


def test_an_agency_mandate_is_for_agencies_and_the_others_for_people(boss) -> None:
    for agent, kind in ((factories.citizen().party, Kind.AGENT), (factories.company("上海某贸易有限公司"), Kind.FILER)):
        with pytest.raises(ValidationError) as refused:
            mandates.invite(boss.party, agent, kind, actor=boss)
        assert list(refused.value.message_dict) == ["agent_number"]


def test_nobody_represents_himself() -> None:
    person = factories.citizen()
    with pytest.raises(ValidationError):
        mandates.invite(person.party, person.party, Kind.RELATIVE, actor=person)


def test_the_agent_is_found_only_by_number_and_name_together() -> None:
    known = factories.citizen("李文静")
    number = known.party.person.id_number
    assert mandates.find_agent(number=f" {number} ", name="李文静") == known.party
    refusals = []
    for wrong in ({"number": number, "name": "李文"}, {"number": "310101199001010000", "name": "李文静"}):
        with pytest.raises(ValidationError) as refused:
            mandates.find_agent(**wrong)
        refusals.append(refused.value.message_dict)
    assert refusals[0] == refusals[1]


def test_the_same_invitation_twice_is_one_and_a_second_kind_of_it_is_refused(boss) -> None:
    filer = factories.citizen()
    assert invited(boss, filer) == invited(boss, filer)
    with pytest.raises(ValidationError, match="已有相同身份"):
        invited(boss, filer, matters=["vat_return"])
    assert Mandate.objects.filter(agent=filer.party).count() == 1


# --- periods and scope ---------------------------------------------------------------------------


def test_a_mandate_counts_from_its_first_day_to_its_last(boss, company) -> None:
    filer = factories.citizen()
    with time_machine.travel(dt.datetime(2026, 9, 1, 4, tzinfo=dt.UTC), tick=False):
        offer = invited(boss, filer, valid_from=dt.date(2026, 9, 10), valid_to=dt.date(2026, 9, 30))
        mandates.accept(offer, actor=filer)
    days = {
        dt.date(2026, 9, 9): False,
        dt.date(2026, 9, 10): True,
        dt.date(2026, 9, 30): True,
        dt.date(2026, 10, 1): False,
    }
    for day, may_act in days.items():
        with time_machine.travel(dt.datetime.combine(day, dt.time(4), tzinfo=dt.UTC), tick=False):
            assert acts_for(filer, company) is may_act, day


def test_an_expired_mandate_makes_room_for_a_new_invitation(boss) -> None:
    filer = factories.citizen()
    with time_machine.travel(dt.datetime(2026, 9, 1, 4, tzinfo=dt.UTC), tick=False):
        old = mandates.accept(invited(boss, filer, valid_to=dt.date(2026, 9, 2)), actor=filer)
    with time_machine.travel(dt.datetime(2026, 9, 3, 4, tzinfo=dt.UTC), tick=False):
        new = invited(boss, filer)
    old.refresh_from_db()
    assert (old.state, new.state) == (State.EXPIRED, State.INVITED)


def test_a_period_in_the_past_is_refused(boss) -> None:
    with pytest.raises(ValidationError) as refused:
        invited(boss, factories.citizen(), valid_from=dt.date(2020, 1, 1), valid_to=dt.date(2020, 2, 1))
    assert list(refused.value.message_dict) == ["valid_to"]


def test_scope_limits_matters_and_levies(boss, company) -> None:
    filer = factories.citizen()
    mandates.accept(invited(boss, filer, matters=["vat_return"], levies=["vat"]), actor=filer)
    mandate = acting.taxpayer_actor(filer.user, company.ref).mandate
    assert mandate.covers(matter="vat_return", levy="vat")
    assert not mandate.covers(matter="deferral")
    assert not mandate.covers(matter="vat_return", levy="stamp")


# --- firms ---------------------------------------------------------------------------------------


@pytest.fixture
def agency():
    return factories.company("上海某税务师事务所有限公司", form=Organisation.Form.AGENCY)


def client_of(agency, name: str, **scope):
    client = factories.company(name)
    Mandate.objects.create(
        principal=client, agent=agency, kind=Kind.AGENT, state=State.ACTIVE, valid_from=dt.date(2020, 1, 1), **scope
    )
    return client


def test_a_tax_professional_reaches_the_firms_clients_through_the_firm(agency, django_assert_max_num_queries) -> None:
    professional = factories.representative(agency, Kind.FILER, "姚敏")
    clients = [client_of(agency, f"上海客户{number}有限公司") for number in range(5)]
    with django_assert_max_num_queries(3):
        found = acting.identities(professional.user)
    assert [identity.party for identity in found] == [found[0].party, agency, *clients][:1] + sorted(
        [agency, *clients], key=lambda party: party.name
    )
    firm = Mandate.objects.get(principal=agency)
    mandates.revoke(firm, actor=factories.representative(agency), reason="离职")
    assert not any(acts_for(professional, client) for client in clients)


def test_the_chain_is_one_link_long(agency) -> None:
    """A client's own client is nobody's business."""
    professional = factories.representative(agency)
    client = client_of(agency, "上海客户有限公司")
    beyond = client_of(client, "上海客户的客户有限公司")
    assert acts_for(professional, client)
    assert not acts_for(professional, beyond)


def test_through_a_firm_the_scope_is_what_both_gave(agency) -> None:
    junior = factories.representative(agency, Kind.FILER, matters=["vat_return", "deferral"])
    both = client_of(agency, "上海甲有限公司", matters=["vat_return", "registration"])
    nothing = client_of(agency, "上海乙有限公司", matters=["registration"])
    whole = client_of(agency, "上海丙有限公司")
    assert acting.taxpayer_actor(junior.user, both.ref).mandate.matters == ["vat_return"]
    assert acting.taxpayer_actor(junior.user, whole.ref).mandate.matters == ["vat_return", "deferral"]
    with pytest.raises(acting.NotActing):
        acting.taxpayer_actor(junior.user, nothing.ref)


def test_an_employee_cannot_give_up_the_firms_mandate(agency) -> None:
    junior = factories.representative(agency, Kind.FILER)
    client = client_of(agency, "上海甲有限公司")
    actor = acting.taxpayer_actor(junior.user, client.ref)
    with pytest.raises(PermissionDenied):
        mandates.revoke(actor.mandate, actor=actor, reason="不想做了")


# --- guardians -----------------------------------------------------------------------------------


def test_a_guardian_acts_only_after_a_clerk_has_seen_the_paper(clerk_of_ward) -> None:
    ward = factories.citizen("沈玉珍", dt.date(1946, 2, 9), office=clerk_of_ward.office)
    guardian = factories.citizen("陆志明")
    offer = mandates.invite(ward.party, guardian.party, Kind.GUARDIAN, actor=clerk_of_ward)
    with pytest.raises(ValidationError):
        mandates.accept(offer, actor=guardian)
    assert not acts_for(guardian, ward.party)
    mandates.confirm(offer, actor=clerk_of_ward, paper="（2026）沪0101民特12号")
    assert acts_for(guardian, ward.party)


def test_only_a_clerk_of_the_wards_own_office_confirms(clerk_of_ward) -> None:
    ward = factories.citizen("沈玉珍", dt.date(1946, 2, 9), office=clerk_of_ward.office)
    offer = mandates.invite(ward.party, factories.citizen().party, Kind.GUARDIAN, actor=ward)
    elsewhere = factories.staff(factories.tax_office("徐汇区税务局第一税务所"))
    chief = factories.staff(clerk_of_ward.office, Role.CHIEF)
    for nobody in (elsewhere, chief, ward):
        with pytest.raises(PermissionDenied):
            mandates.confirm(offer, actor=nobody, paper="无")


# --- two at once ---------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_accepting_and_revoking_at_once_never_leaves_a_live_mandate(boss) -> None:
    for _ in range(5):
        filer = factories.citizen()
        offer = invited(boss, filer)
        start = threading.Barrier(2)

        def act(change, start=start) -> None:
            start.wait()
            try:
                change()
            except ValidationError:
                pass  # the revocation was first
            finally:
                connections.close_all()

        changes = (
            partial(mandates.accept, offer, actor=filer),
            partial(mandates.revoke, offer, actor=boss, reason="改变主意"),
        )
        threads = [threading.Thread(target=act, args=[change]) for change in changes]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        offer.refresh_from_db()
        assert offer.state == State.REVOKED
        assert [event.action for event in offer.history.all()] in (
            ["invite", "revoke"],
            ["invite", "accept", "revoke"],
        )
