"""Students, residents and assisted people: each by their own name, the unit sees paid or not (Art 24)."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from apps.collaboration.insurance import groups, reconciliation
from apps.collaboration.insurance.models import GroupMember, InsuranceBill, PayerGroup
from apps.kernel.ledger.models import Charge
from apps.kernel.notifications.models import Message
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Mandate, Party, Person
from apps.kernel.workcalendar import clock
from tests import factories, factories_ledger
from tests import factories_insurance as make

pytestmark = pytest.mark.django_db


def pupil(name: str, born: dt.date = dt.date(2017, 5, 1), *, registered: bool = True) -> tuple[str, str]:
    """A child, on the register or not."""
    if not registered:
        return name, factories.identity_number(born)
    child = factories.citizen(name, born)
    return name, child.party.person.id_number


def test_each_is_charged_on_their_own_account_by_age_and_the_unit_sees_who_paid(world):
    school = make.school()
    first, absent = pupil("小一"), pupil("小二", registered=False)
    group = make.listed(school, first, absent)
    assert (group.due, groups.standing(group)) == (
        dt.date(2026, 12, 31),
        {"all": 2, "paid": 0, "waiting": 1, "unpaid": 1},
    )
    child = Person.objects.get(id_number=first[1]).party
    charge = Charge.objects.get(party=child)
    assert (charge.amount, charge.period) == (Decimal("285.00"), "2027")
    guardian = factories.citizen("家长")
    mandate = Mandate.objects.create(principal=child, agent=guardian.party, kind="guardian", state="active")
    factories_ledger.paid(charge, actor=Actor(user=guardian.user, party=child, mandate=mandate))
    assert groups.standing(group)["paid"] == 1
    assert [member.standing for member in group.members.order_by("id")] == ["已缴", "尚未登记，暂不能缴费"]


@pytest.mark.parametrize(
    ("born", "amount"), [((2008, 1, 2), "285"), ((2008, 1, 1), "865"), ((1967, 1, 1), "695"), ((1956, 12, 31), "515")]
)
def test_the_amount_goes_by_age_on_the_first_day_of_the_year(world, born, amount):
    assert groups.amount_for(factories.identity_number(dt.date(*born)), "2027") == Decimal(amount)


def test_somebody_who_comes_on_the_register_later_is_charged_then_and_once(world):
    school = make.school()
    name, number = pupil("小二", registered=False)
    group = make.listed(school, (name, number))
    assert groups.charge_arrivals() == 0
    party = Party.objects.create(kind="person", name=name)
    Person.objects.create(party=party, id_number=number, birth_date=dt.date(2017, 5, 1), sex="M")
    assert (groups.charge_arrivals(), groups.charge_arrivals()) == (1, 0)
    assert GroupMember.objects.get(group=group).bill.party == party
    assert Charge.objects.filter(party=party).count() == 1


def test_somebody_on_two_lists_is_charged_once(world):
    child = pupil("小一")
    make.listed(make.school(), child)
    second = make.listed(make.school(), child, title="校外名单")
    assert Charge.objects.count() == 1
    assert groups.standing(second)["unpaid"] == 1
    factories_ledger.paid(Charge.objects.get(), actor=Actor(party=Charge.objects.get().party, user=factories.user()))
    assert groups.standing(second)["paid"] == 1


def test_a_list_is_taken_whole_or_each_wrong_row_is_named(world):
    good = pupil("小一")
    with pytest.raises(ValidationError) as error:
        make.listed(make.school(), good, good, ("小三", "123"), ("", pupil("x", registered=False)[1]))
    assert [message[:5].rstrip("：") for message in error.value.message_dict["file"]] == [
        "第 2 行",
        "第 3 行",
        "第 4 行",
    ]
    assert not PayerGroup.objects.exists()
    school = make.school()
    make.listed(school, good)
    with pytest.raises(ValidationError):
        make.listed(school, pupil("小四"))  # the same title in the same year


def test_the_fund_pays_for_the_assisted_and_what_they_owed_is_cancelled(world):
    child = pupil("小一")
    school_list = make.listed(make.school(), child)
    civil = make.assisting()
    assisted = make.listed(civil, child, ("老人", factories.identity_number(dt.date(1950, 3, 3))), title="十月资助名单")
    own = InsuranceBill.objects.get(party__name="小一")
    assert (own.amount, own.charge.amount) == (Decimal("0.00"), Decimal("0.00"))
    fund = InsuranceBill.objects.get(party=assisted.funder)
    assert (fund.amount, fund.persons) == (Decimal("800.00"), 2)
    more = make.listed(civil, pupil("小五"), title="十一月资助名单")
    fund.refresh_from_db()
    assert (fund.amount, fund.persons, more.members.get().bill) == (Decimal("1085.00"), 3, fund)
    assert reconciliation.differences(world.medical.office) == []
    assert groups.standing(school_list)["paid"] == 1
    assert groups.standing(assisted) == {"all": 2, "paid": 0, "waiting": 0, "unpaid": 2}


def test_reminders_go_to_who_has_not_paid_at_most_once_a_week(world):
    school = make.school()
    paid, owing = pupil("小一"), pupil("小二")
    group = make.listed(school, paid, owing, pupil("小三", registered=False))
    charge = Charge.objects.get(party__name="小一")
    factories_ledger.paid(charge, actor=Actor(party=charge.party, user=factories.user()))
    assert (groups.remind(group, actor=school), groups.remind(group, actor=school)) == (1, 0)
    assert Message.objects.get(template="insurance-group-remind").party.name == "小二"
    with time_machine.travel(clock.now() + dt.timedelta(days=8)):
        assert groups.remind(group, actor=school) == 1


def test_only_who_keeps_a_list_makes_sees_and_reminds(world):
    group = make.listed(make.school(), pupil("小一"))
    other = make.school()
    for refused in (world.owner, world.citizen, world.clerk, world.hrss):
        with pytest.raises(PermissionDenied):
            make.listed(refused, pupil("小二"))
    for stranger in (other, world.clerk, world.hrss, world.citizen, make.assisting()):
        assert not PayerGroup.objects.visible_to(stranger).exists()
        with pytest.raises(PermissionDenied):
            groups.remind(group, actor=stranger)
