"""The home page's to-dos are kept for a minute, and fresh as soon as something changed."""

import pytest

from apps.kernel.casework import cases
from apps.kernel.notifications import outbox
from apps.kernel.parties import todos
from apps.services.procedures.deferral import DEFERRAL
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def owner():
    return factories.representative(factories.company(office=factories.tax_office()))


def kinds(actor) -> list[str]:
    return sorted(todo.kind for todo in todos.for_actor(actor) if todo.kind != "file")


def test_a_second_look_asks_the_database_nothing(owner, django_assert_num_queries) -> None:
    todos.for_actor(owner)
    with django_assert_num_queries(0):
        todos.for_actor(owner)


def test_a_draft_shows_at_once_and_goes_at_once(owner) -> None:
    assert kinds(owner) == []
    case = cases.open_case(DEFERRAL, owner, {"levy_id": "vat", "period": "2026-09", "amount": 1, "months": 1})
    assert kinds(owner) == ["case"]
    cases.save_draft(case, owner, {"ground": "no_funds", "explanation": "客户延迟付款。"})
    cases.perform(case, "submit", owner)
    assert "case" not in kinds(owner)


def test_what_others_do_shows_at_once(owner) -> None:
    assert kinds(owner) == []
    notice = {"number": "SH1", "title": "延期", "clock": "作出决定", "due": "2026-10-26"}
    outbox.send("case-overdue", owner.party, notice)
    assert kinds(owner) == ["message"]


def test_an_answer_read_before_a_change_is_not_kept_after_it(owner) -> None:
    """The change lands while the page is being read: the answer carries the mark it began with."""

    def changes_meanwhile(actor):
        if not done:
            done.append(True)
            todos.changed(actor.party)
        return []

    done: list[bool] = []
    todos.register(changes_meanwhile)
    try:
        todos.for_actor(owner)
        calls = len(done)
        seen: list[bool] = []
        todos.register(lambda actor: seen.append(True) or [])
        todos.for_actor(owner)
        assert calls == 1
        assert seen, "the second look reads again"
    finally:
        del todos._sources[todos._sources.index(changes_meanwhile) :]


def test_a_change_of_thousands_is_told_to_everybody_at_once(owner) -> None:
    """One mark for all of them: a delivery does not write ten thousand."""
    seen: list[bool] = []
    todos.register(count := lambda actor: seen.append(True) or [])
    try:
        todos.for_actor(owner)
        todos.changed_for(range(1, todos.MANY))
        todos.for_actor(owner)
        assert len(seen) == 1 + (owner.party.pk < todos.MANY)
        todos.changed_for(range(10**9, 10**9 + todos.MANY))
        todos.for_actor(owner)
        assert len(seen) == 2 + (owner.party.pk < todos.MANY)
    finally:
        todos._sources.remove(count)


def test_each_reader_has_an_answer_of_their_own(owner) -> None:
    stranger = factories.citizen("陌生人")
    cases.open_case(DEFERRAL, owner, {})
    assert kinds(owner) == ["case"]
    assert kinds(stranger) == []
