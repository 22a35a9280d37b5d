"""Policies as dated versions that two people change: what is in force when, who may change it."""

import datetime as dt
import re
import threading

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connections, transaction
from django.utils import translation

from apps.kernel.facts import conditions
from apps.kernel.rules import policy_review, predicates, versions
from apps.kernel.rules.calculators import calculate
from apps.kernel.rules.models import PolicyVersion
from apps.kernel.rules.policies import policies
from tests.factories_law import keeper
from tests.factories_policies import policy, proposal

pytestmark = pytest.mark.django_db

NEXT_YEAR = dt.date(2027, 1, 1)
STRICTER = {"all": [["subject_kind", "=", "enterprise"], ["taxable_income", "<=", 200_000_000]]}


def proposer():
    return keeper(policy_review.PROPOSE)


def approver():
    return keeper(policy_review.APPROVE)


def test_the_file_is_loaded_once_and_loading_again_changes_nothing():
    assert {row.policy.code for row in PolicyVersion.objects.all()} == set(policies())
    before = PolicyVersion.objects.count()
    assert versions.load() == []
    assert PolicyVersion.objects.count() == before


def test_every_loaded_predicate_is_the_one_written():
    for code, written in policies().items():
        version = policy(code).versions.get()
        assert version.condition_tree == written.predicate
        assert predicates.parse(predicates.written(written.predicate)) == written.predicate


def test_every_policy_is_written_in_words_in_both_languages():
    for code, written in policies().items():
        said = (written.name, written.condition, written.benefit, written.note)
        english = (written.name_en, written.condition_en, written.benefit_en, written.note_en)
        assert not re.search(r"[<>=→×]", "".join(said + english).replace("× 4 =", "")), code
        assert [bool(text) for text in said] == [bool(text) for text in english], code
        assert not re.search(r"[\u4e00-\u9fff]", "".join(english)), code


def test_a_policy_speaks_the_readers_language():
    version = versions.of(policy("PIT-PRIVATE-PENSION"), dt.date(2026, 11, 1))
    assert version.gain == "每年最多扣除 12,000 元；领取时按 3% 缴税。"
    with translation.override("en"):
        assert version.gain.startswith("Up to CNY 12,000 a year is deducted")
        assert str(version.policy) == "Deferred tax on private pensions"


def test_on_each_day_the_version_of_that_day_counts():
    old = versions.of(policy("CIT-SLP"), dt.date(2026, 12, 31))
    new = policy_review.approve(proposal(proposer(), predicate=STRICTER, valid_from=NEXT_YEAR), approver())
    assert versions.of(policy("CIT-SLP"), dt.date(2026, 12, 31)) == old
    assert versions.of(policy("CIT-SLP"), NEXT_YEAR) == new
    assert versions.in_force(NEXT_YEAR)["CIT-SLP"] == new
    assert (old.number, new.number) == (1, 2)


def test_the_entitlement_check_asks_the_version_of_the_period():
    given = {
        "policy": "SIX-TAX-TWO-FEE",
        "taxpayer_type": "small_scale",
        "vat": "3200.00",
        "declared_reduction": "0.00",
    }
    nobody = {"all": [["subject_kind", "=", "natural"]]}
    policy_review.approve(
        proposal(proposer(), "SIX-TAX-TWO-FEE", predicate=nobody, valid_from=NEXT_YEAR, valid_to=None), approver()
    )
    assert calculate("entitlement-check", {**given, "period": "2026-12"})["entitled"] is True
    assert calculate("entitlement-check", {**given, "period": "2027-01"})["entitled"] is False


def test_a_stopped_policy_is_in_force_on_its_last_day_and_not_after():
    assert "VAT-OLD-2023-19" in versions.in_force(dt.date(2025, 12, 31))
    assert "VAT-OLD-2023-19" not in versions.in_force(dt.date(2026, 1, 1))


def test_a_version_with_a_last_day_ends_the_policy():
    last = dt.date(2027, 6, 30)
    policy_review.approve(proposal(proposer(), valid_from=NEXT_YEAR, valid_to=last), approver())
    assert versions.of(policy("CIT-SLP"), last) is not None
    assert versions.of(policy("CIT-SLP"), last + dt.timedelta(days=1)) is None


def test_a_proposal_counts_for_nothing_and_the_file_leaves_reviewed_policies_alone():
    proposed = proposal(proposer(), predicate=STRICTER)
    assert versions.of(policy("CIT-SLP"), NEXT_YEAR) != proposed
    policy_review.approve(proposed, approver())
    assert versions.load() == ["CIT-SLP: reviewed here, the file differs; propose a version if the file is right"]
    assert policy("CIT-SLP").versions.count() == 2


def test_nobody_approves_their_own_proposal():
    both = keeper(policy_review.PROPOSE, policy_review.APPROVE)
    mine = proposal(both, predicate=STRICTER)
    with pytest.raises(PermissionDenied):
        policy_review.approve(mine, both)
    with pytest.raises(PermissionDenied):
        policy_review.refuse(mine, both, "不妥")
    mine.refresh_from_db()
    assert mine.state == "proposed"


def test_the_database_refuses_one_person_alone():
    mine = proposal(proposer())
    with pytest.raises(IntegrityError, match="policy_version_two_people"), transaction.atomic():
        PolicyVersion.objects.filter(pk=mine.pk).update(state="approved", number=9, decided_by=mine.proposed_by)


@pytest.mark.parametrize("permission", [policy_review.APPROVE, "rules.add_parameterchange"])
def test_without_the_permission_nothing_is_proposed(permission):
    with pytest.raises(PermissionDenied):
        proposal(keeper(permission))


@pytest.mark.parametrize("permission", [policy_review.PROPOSE, "rules.approve_parameterchange"])
def test_without_the_permission_nothing_is_approved(permission):
    proposed = proposal(proposer())
    with pytest.raises(PermissionDenied):
        policy_review.approve(proposed, keeper(permission))
    proposed.refresh_from_db()
    assert (proposed.state, proposed.number) == ("proposed", None)


def test_a_refusal_says_why_and_is_final():
    proposed = proposal(proposer())
    with pytest.raises(ValidationError, match="理由"):
        policy_review.refuse(proposed, approver(), " ")
    policy_review.refuse(proposed, approver(), "依据不足")
    with pytest.raises(ValidationError, match="已经复核"):
        policy_review.approve(proposed, approver())


@pytest.mark.parametrize(
    ("predicate", "message"),
    [
        (["no_such_fact", "=", 1], "no_such_fact"),
        (["taxable_income", "=", "many"], "应纳税所得额"),
        (["subject_kind", "=", "giant"], "主体类型"),
        (["restricted_industry", "=", 1], "限制和禁止行业"),
        ({"some": []}, "请写成"),
    ],
)
def test_a_predicate_must_ask_what_the_facts_can_answer(predicate, message):
    with pytest.raises(ValidationError) as refused:
        proposal(proposer(), predicate=predicate)
    assert message in str(refused.value.message_dict["predicate"])


def test_a_policy_that_needs_approval_is_never_straight_through():
    with pytest.raises(ValidationError) as refused:
        proposal(proposer(), "CIT-NONPROFIT", straight_through=True)
    assert "straight_through" in refused.value.message_dict


def test_what_was_not_checked_is_not_reliable_until_two_people_say_so():
    assert not versions.of(policy("CIT-NONPROFIT"), NEXT_YEAR).reliable
    approved = policy_review.approve(proposal(proposer(), "CIT-NONPROFIT"), approver())
    assert approved.reliable


def test_every_condition_reads_as_sentences():
    assert conditions.outline(versions.of(policy("DIS-FUND-30"), NEXT_YEAR).condition_tree) == conditions.Outline(
        "同时满足：",
        (conditions.Outline("主体类型 为 企业"), conditions.Outline("在职职工年平均人数 不超过 30")),
    )
    for version in PolicyVersion.objects.all():
        assert conditions.outline(version.condition_tree).text


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_approve_one_proposal_once():
    proposed, people, outcomes = proposal(proposer(), predicate=STRICTER), [approver(), approver()], []

    def approve(who):
        try:
            policy_review.approve(proposed, who)
            outcomes.append("approved")
        except ValidationError:
            outcomes.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=approve, args=[who]) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["approved", "refused"]
