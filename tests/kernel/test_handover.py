"""A draft changes hands by a code: home, counter and phone; one holder at a time, everything on the timeline."""

import datetime as dt
import threading

import pytest
import time_machine
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from apps.kernel.casework import cases, handover, rights
from apps.kernel.casework import handover_codes as codes
from apps.kernel.casework.models import Case, HandOver
from apps.kernel.parties.acting import NotActing, desk_actor, taxpayer_actor
from apps.kernel.parties.models import Mandate, Role
from apps.services.filing import drafts
from apps.services.procedures.deferral import DEFERRAL
from tests import factories
from tests.factories_filing import SEPTEMBER, example_payer

pytestmark = pytest.mark.django_db

MORNING = dt.datetime(2026, 10, 12, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
COMPLETE = {
    "levy_id": "vat",
    "period": "2026-09",
    "amount": "47376.00",
    "months": 2,
    "ground": "no_funds",
    "explanation": "客户延迟付款。",
}


class World:
    """A payer with a draft, clerks of two offices."""

    def __init__(self) -> None:
        cache.clear()
        office = factories.tax_office()
        self.payer = factories.representative(factories.company(office=office))
        self.clerk = factories.staff(office, Role.CLERK)
        self.elsewhere = factories.staff(factories.tax_office("浦东新区税务局第五税务所"), Role.CLERK, name="沈悦")
        self.case = cases.open_case(DEFERRAL, self.payer, COMPLETE)

    def code(self) -> str:
        return handover.issue(self.case, self.payer)[1]

    def at_desk(self, clerk=None):
        return desk_actor((clerk or self.clerk).user, self.payer.party.ref, self.case.number)


@pytest.fixture
def world():
    with time_machine.travel(MORNING, tick=False) as traveller:
        found = World()
        found.clock = traveller
        yield found


# --- the code ------------------------------------------------------------------------------------

bodies = st.text(alphabet=codes.ALPHABET, min_size=codes.RANDOM, max_size=codes.RANDOM)


@given(body=bodies, place=st.integers(0, codes.LENGTH - 1), other=st.sampled_from(codes.ALPHABET))
def test_every_single_wrong_character_is_noticed(body, place, other):
    code = body + codes.check_character(body)
    assert codes.is_well_formed(code)
    wrong = code[:place] + other + code[place + 1 :]
    assert codes.is_well_formed(wrong) == (wrong == code)


@given(body=bodies, place=st.integers(0, codes.LENGTH - 2))
def test_every_swap_of_neighbours_is_noticed(body, place):
    code = body + codes.check_character(body)
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert codes.is_well_formed(swapped) == (swapped == code)


@given(code=st.builds(codes.new))
def test_a_code_is_understood_as_people_type_it(code):
    assert codes.is_well_formed(code)
    assert codes.normalised(f" {codes.shown(code).lower()} ") == code
    assert codes.normalised("".join(chr(ord(each) + 0xFEE0) for each in code)) == code


def test_the_code_itself_is_not_kept(world):
    code = world.code()
    kept = HandOver.objects.values().get()
    assert code not in str(kept)
    assert kept["code_hash"] == codes.digest(code)


# --- at the counter ------------------------------------------------------------------------------


def test_a_clerk_goes_on_with_the_draft_and_submits_it_with_the_taxpayer_present(world):
    case = handover.take_at_counter(codes.shown(world.code()), world.clerk, present=True)
    assert case == world.case
    desk = world.at_desk()
    cases.save_draft(case, desk, {"months": 3})
    case = cases.perform(case, "submit", desk)
    assert case.state == "submitted"
    assert [(step.action, step.channel, step.office_label) for step in case.steps.all()] == [
        ("hand_over.issued", "online", ""),
        ("hand_over.taken", "counter", "黄浦区税务局第一税务所"),
        ("submit", "counter", "黄浦区税务局第一税务所"),
    ]
    assert case.steps.last().party_label == str(world.payer.party)
    assert HandOver.objects.get().ending == "submitted"


def test_any_tax_office_of_the_city_can_take_over(world):
    assert handover.take_at_counter(world.code(), world.elsewhere, present=True) == world.case


def test_without_the_taxpayer_the_clerk_may_fill_in_but_not_submit(world):
    handover.take_at_counter(world.code(), world.clerk, present=False)
    cases.save_draft(world.case, world.at_desk(), {"months": 1})
    with pytest.raises(ValidationError, match="不在场"):
        cases.perform(world.case, "submit", world.at_desk())
    assert Case.objects.get(pk=world.case.pk).state == "draft"


def test_while_the_clerk_has_it_the_taxpayer_sees_so_and_can_take_it_back(world):
    handover.take_at_counter(world.code(), world.clerk, present=True)
    assert handover.holder(world.case).office == world.clerk.office
    with pytest.raises(ValidationError, match="黄浦区税务局第一税务所"):
        cases.save_draft(world.case, world.payer, {"months": 1})
    with pytest.raises(ValidationError, match="收回"):
        cases.perform(world.case, "submit", world.payer)
    desk = world.at_desk()
    handover.take_back(world.case, world.payer)
    cases.save_draft(world.case, world.payer, {"months": 1})
    with pytest.raises(PermissionDenied):
        cases.save_draft(world.case, desk, {"months": 2})
    with pytest.raises(NotActing):
        world.at_desk()


def test_the_clerk_hands_it_back_with_a_new_code_for_home(world):
    handover.take_at_counter(world.code(), world.clerk, present=True)
    row, code = handover.issue(world.case, world.at_desk())
    assert row.issued_through == "counter"
    with pytest.raises(NotActing):
        world.at_desk()
    assert handover.continue_elsewhere(code, taxpayer_actor(world.payer.user, world.payer.party.ref)) == world.case
    assert [step.action for step in world.case.steps.all()][-2:] == ["hand_over.returned", "hand_over.continued"]


def test_what_a_clerk_does_not_finish_is_the_taxpayers_again_by_itself(world):
    handover.take_at_counter(world.code(), world.clerk, present=True)
    world.clock.shift(handover.HELD_FOR + dt.timedelta(seconds=1))
    assert handover.holder(world.case) is None
    with pytest.raises(NotActing):
        world.at_desk()
    cases.save_draft(world.case, world.payer, {"months": 1})
    assert world.code()


def test_the_clerk_reaches_that_draft_and_nothing_else_of_the_taxpayer(world):
    another = cases.open_case(DEFERRAL, world.payer, COMPLETE)
    handover.take_at_counter(world.code(), world.clerk, present=True)
    assert list(Case.objects.visible_to(world.at_desk())) == [world.case]
    with pytest.raises(NotActing):
        desk_actor(world.clerk.user, world.payer.party.ref, another.number)
    with pytest.raises(NotActing):
        desk_actor(world.clerk.user, world.payer.party.ref, "")
    with pytest.raises(NotActing):
        world.at_desk(world.elsewhere)
    with pytest.raises(PermissionDenied):
        cases.save_draft(another, world.at_desk(), {"months": 1})


def test_a_draft_is_shown_without_locking_anything(world, client):
    client.force_login(world.payer.user)
    assert client.get(world.case.get_absolute_url()).status_code == 200
    acting = {"X-Acting-For": world.payer.party.ref}
    assert client.get(reverse("api-case", args=[world.case.number]), headers=acting).status_code == 200


def test_once_submitted_the_clerk_cannot_act_as_the_taxpayer(world):
    handover.take_at_counter(world.code(), world.clerk, present=True)
    case = cases.perform(world.case, "submit", world.at_desk())
    assert rights.available_actions(case, world.at_desk()) == []
    with pytest.raises(PermissionDenied):
        cases.perform(case, "withdraw", world.at_desk(), reason="x")


def test_an_own_flow_is_handed_over_as_well(world):
    with time_machine.travel(MORNING, tick=False):
        payer = example_payer()
        case = drafts.begin(payer, "vat", SEPTEMBER)
        _row, code = handover.issue(case, payer)
        handover.take_at_counter(code, world.clerk, present=True)
        desk = desk_actor(world.clerk.user, payer.party.ref, case.number)
        drafts.confirm(case, desk)
        assert cases.perform(case, "submit", desk).state == "filed"


# --- who gets nothing ----------------------------------------------------------------------------


def test_mistyped_expired_used_replaced_and_unknown_codes_answer_the_same(world):
    replaced, expired = world.code(), world.code()
    answers = set()

    def answer(code):
        with pytest.raises(handover.WrongCode) as refusal:
            handover.take_at_counter(code, world.clerk, present=True)
        answers.add(str(refusal.value))

    answer(replaced)
    world.clock.shift(handover.VALID_FOR)
    answer(expired)
    used = world.code()
    handover.take_at_counter(used, world.elsewhere, present=True)
    answer(used)
    answer(codes.new())
    answer("K7M2")
    assert len(answers) == 1


def test_only_clerks_of_tax_offices_take_over(world):
    code = world.code()
    for actor in (
        factories.staff(factories.department(), Role.OFFICER),
        factories.staff(world.clerk.office, Role.AUDITOR),
        world.payer,
    ):
        with pytest.raises(PermissionDenied):
            handover.take_at_counter(code, actor, present=True)
    assert HandOver.objects.get().taken_at is None


def test_a_stranger_with_the_code_gets_the_same_answer_as_for_a_wrong_one(world):
    code = world.code()
    with pytest.raises(handover.WrongCode):
        handover.continue_elsewhere(code, factories.citizen("陌生人"))
    narrow = factories.representative(world.payer.party, Mandate.Kind.FINANCE, name="顾晓岚", matters=["vat-return"])
    with pytest.raises(handover.WrongCode):
        handover.continue_elsewhere(code, narrow)
    assert handover.continue_elsewhere(code, world.payer) == world.case


def test_only_the_applicants_side_gets_a_code(world):
    for actor in (world.clerk, factories.citizen("陌生人")):
        with pytest.raises(PermissionDenied):
            handover.issue(world.case, actor)
    submitted = cases.perform(world.case, "submit", world.payer)
    with pytest.raises(ValidationError, match="已提交"):
        handover.issue(submitted, world.payer)


def test_guessing_is_slowed_down(world):
    for _try in range(handover.WRONG_TRIES):
        with pytest.raises(handover.WrongCode):
            handover.take_at_counter(codes.new(), world.clerk, present=True)
    with pytest.raises(ValidationError, match="次数过多"):
        handover.take_at_counter(world.code(), world.clerk, present=True)


@pytest.mark.django_db(transaction=True)
def test_of_two_clerks_with_the_same_code_one_gets_it():
    world = World()
    code, gate, won = world.code(), threading.Barrier(2), []

    def take(clerk):
        try:
            gate.wait(timeout=10)
            handover.take_at_counter(code, clerk, present=True)
            won.append(clerk)
        except handover.WrongCode:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=[clerk]) for clerk in (world.clerk, world.elsewhere)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(won) == 1
    assert HandOver.objects.get().taken_by == won[0].user
