"""Two people change the law: who may, what becomes of the rule before, and what is left as evidence."""

import datetime as dt
import threading

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connections, transaction

from apps.kernel.audit.models import Event
from apps.kernel.rules import parameters, review, terms
from apps.kernel.rules.models import LegalDocument, Parameter, ParameterChange
from tests.factories_law import keeper

pytestmark = pytest.mark.django_db

CODE = "late-fee.rate"
PROPOSE, APPROVE = "rules.add_parameterchange", "rules.approve_parameterchange"


def proposal(actor=None, **changes) -> ParameterChange:
    """A proposal to lower the late fee from 2027."""
    provision = {
        "code": CODE,
        "title": "滞纳金每日比例",
        "valid_from": dt.date(2027, 1, 1),
        "value": "0.0003",
        "unit": "rate",
        "document": LegalDocument.objects.get(code="tax-collection-law"),
        "clause": "第三十二条（修订）",
        "confidence": "C",
        "reason": "法律修订",
        **changes,
    }
    return review.propose(actor or keeper(PROPOSE), **provision)


def in_force() -> list[tuple[dt.date, dt.date | None, str]]:
    return list(Parameter.objects.filter(code=CODE).values_list("valid_from", "valid_to", "value"))


def test_a_proposal_changes_nothing_until_another_approves_it():
    change = proposal()
    assert parameters.value(CODE, dt.date(2027, 1, 1)) == parameters.value(CODE, dt.date(2026, 1, 1))
    row = review.approve(change, keeper(APPROVE))
    assert row.review == Parameter.Review.REVIEWED
    assert str(parameters.value(CODE, dt.date(2027, 1, 1))) == "0.0003"
    assert in_force() == [
        (dt.date(2001, 5, 1), dt.date(2026, 12, 31), "0.0005"),
        (dt.date(2027, 1, 1), None, "0.0003"),
    ]


def test_a_rule_for_a_time_lets_the_former_one_resume():
    review.approve(proposal(valid_to=dt.date(2027, 12, 31)), keeper(APPROVE))
    assert in_force() == [
        (dt.date(2001, 5, 1), dt.date(2026, 12, 31), "0.0005"),
        (dt.date(2027, 1, 1), dt.date(2027, 12, 31), "0.0003"),
        (dt.date(2028, 1, 1), None, "0.0005"),
    ]


def test_a_correction_from_the_same_day_takes_the_rows_place():
    review.approve(proposal(valid_from=dt.date(2001, 5, 1)), keeper(APPROVE))
    assert in_force() == [(dt.date(2001, 5, 1), None, "0.0003")]


def test_a_rule_must_end_before_one_already_announced():
    review.approve(proposal(valid_from=dt.date(2028, 1, 1)), keeper(APPROVE))
    with pytest.raises(ValidationError, match="2028-01-01"):
        review.approve(proposal(valid_to=dt.date(2028, 6, 30)), keeper(APPROVE))
    assert len(in_force()) == 2


def test_time_limits_are_changed_the_same_way():
    change = proposal(
        code="clock.supplement", title="补正材料", shape="term", value={"term": 15, "unit": "working_day"}, unit=""
    )
    review.approve(change, keeper(APPROVE))
    assert terms.term("supplement", dt.date(2027, 1, 1)).term == 15
    assert terms.term("supplement", dt.date(2026, 12, 31)).term == 10


def test_the_proposer_never_approves():
    both = keeper(PROPOSE, APPROVE)
    change = proposal(both)
    with pytest.raises(PermissionDenied, match="提出人不能复核"):
        review.approve(change, both)
    with pytest.raises(PermissionDenied):
        review.refuse(change, both, "不妥")
    with pytest.raises(IntegrityError, match="change_two_people"), transaction.atomic():
        ParameterChange.objects.filter(pk=change.pk).update(state="approved", decided_by=both.user)


@pytest.mark.parametrize("permissions", [(), (APPROVE,)])
def test_only_who_may_propose_proposes(permissions):
    with pytest.raises(PermissionDenied):
        proposal(keeper(*permissions))
    assert not ParameterChange.objects.exists()
    assert Event.objects.using("evidence").filter(action=PROPOSE, target=CODE).exists()


@pytest.mark.parametrize("permissions", [(), (PROPOSE,)])
def test_only_who_may_approve_decides(permissions):
    change = proposal()
    for decide in (review.approve, lambda change, actor: review.refuse(change, actor, "不妥")):
        with pytest.raises(PermissionDenied):
            decide(change, keeper(*permissions))
    change.refresh_from_db()
    assert change.state == ParameterChange.State.PROPOSED


def test_a_refusal_says_why_and_changes_nothing():
    change = proposal()
    with pytest.raises(ValidationError) as silent:
        review.refuse(change, keeper(APPROVE), " ")
    assert "opinion" in silent.value.message_dict
    review.refuse(change, keeper(APPROVE), "条款引用有误")
    change.refresh_from_db()
    assert (change.state, change.opinion) == (ParameterChange.State.REFUSED, "条款引用有误")
    assert len(in_force()) == 1


def test_a_change_is_decided_once():
    change = proposal()
    review.approve(change, keeper(APPROVE))
    for decide in (review.approve, lambda change, actor: review.refuse(change, actor, "不妥")):
        with pytest.raises(ValidationError, match="已经复核"):
            decide(change, keeper(APPROVE))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"value": 0.0003}, "value"),
        ({"value": "少"}, "value"),
        ({"valid_to": dt.date(2026, 1, 1)}, "valid_to"),
        ({"code": "Late Fee"}, "code"),
        ({"confidence": ""}, "confidence"),
        ({"title": ""}, "title"),
        ({"reason": ""}, "reason"),
        ({"comparator": "≤"}, "comparator"),
    ],
)
def test_a_wrong_proposal_names_the_field(wrong, field):
    with pytest.raises(ValidationError) as refused:
        proposal(**wrong)
    assert field in refused.value.message_dict


def test_proposal_and_decision_are_evidence():
    proposer, approver = keeper(PROPOSE), keeper(APPROVE)
    review.approve(proposal(proposer), approver)
    events = Event.objects.filter(stream=f"law/{CODE}").order_by("seq")
    assert [(event.action, event.actor_id) for event in events] == [
        ("rules.propose", proposer.user.pk),
        ("rules.approve", approver.user.pk),
    ]
    assert events[1].data["value"] == "0.0003"


@pytest.mark.django_db(transaction=True)
def test_two_approvals_at_once_put_one_rule_in_force():
    change = proposal()
    actors = [keeper(APPROVE), keeper(APPROVE)]
    outcomes, together = [], threading.Barrier(2)

    def approve(actor) -> None:
        together.wait()
        try:
            review.approve(change, actor)
            outcomes.append("approved")
        except ValidationError:
            outcomes.append("too late")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=approve, args=(actor,)) for actor in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["approved", "too late"]
    assert len(in_force()) == 2
