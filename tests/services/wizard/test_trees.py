"""Guides lead every reader somewhere: checked at start-up, walked from the first question to each end."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from apps.services.wizard import trees

WORDS = {"zh": "问", "en": "Ask"}
GOOD = {
    "title": WORDS,
    "summary": WORDS,
    "first": "a",
    "questions": {
        "a": {"ask": WORDS, "answers": {"x": {"say": WORDS, "to": "b"}, "y": {"say": WORDS, "to": "matter"}}},
        "b": {"ask": WORDS, "answers": {"x": {"say": WORDS, "to": "person"}, "y": {"say": WORDS, "to": "matter"}}},
    },
    "ends": {
        "matter": {"matter": "deferral", "say": WORDS, "prefill": {"ground": "no_funds"}},
        "person": {"person": WORDS},
    },
}


def changed(**change) -> list[str]:
    return list(trees.faults(trees.parse("sample", {**GOOD, **change})))


def test_there_are_the_guides_the_measures_call_for():
    assert set(trees.all()) >= {
        "business",
        "money",
        "invoices",
        "flexible-insurance",
        "real-estate",
        "complaint-report-correction",
    }


@pytest.mark.parametrize("code", list(trees.all()))
def test_every_way_through_a_guide_comes_to_an_end(code):
    tree = trees.all()[code]
    paths = list(tree.paths())
    assert {tree.walk(path).end.code for path in paths} == set(tree.ends)
    for path in paths:
        walk = tree.walk(path)
        assert walk.question is None
        assert walk.transcript.count("问：") == len(path)


@pytest.mark.parametrize("code", list(trees.all()))
def test_what_a_guide_fills_in_is_a_value_the_matter_takes(code):
    for end in trees.all()[code].ends.values():
        for name, value in end.prefill.items():
            field = end.procedure.detail._meta.get_field(name)
            field.clean(value, None)


def test_a_good_tree_has_no_faults():
    assert changed() == []


def test_a_branch_into_nothing_stops_the_start():
    questions = {**GOOD["questions"], "b": {"ask": WORDS, "answers": {"x": {"say": WORDS, "to": "lost"}}}}
    told = changed(questions=questions)
    assert "b.x leads to the unknown lost" in told
    assert "b leaves no choice" in told
    assert "out of reach: ['person']" in told


def test_a_circle_stops_the_start():
    back = {"ask": WORDS, "answers": {"x": {"say": WORDS, "to": "a"}, "y": {"say": WORDS, "to": "person"}}}
    assert "goes in circles: a > b > a" in changed(questions={**GOOD["questions"], "b": back})


def test_an_unknown_matter_or_field_stops_the_start():
    person = GOOD["ends"]["person"]
    unknown = {"matter": {"matter": "nothing", "say": WORDS}, "person": person}
    assert changed(ends=unknown) == ["matter ends in the unknown matter nothing"]
    field = {"matter": {"matter": "deferral", "say": WORDS, "prefill": {"colour": "red"}}, "person": person}
    assert changed(ends=field) == ["matter fills in what deferral does not ask: ['colour']"]


def test_a_file_of_the_wrong_shape_is_named():
    with pytest.raises(ImproperlyConfigured, match="sample"):
        trees.parse("sample", {"title": WORDS})


@pytest.mark.parametrize("path", [["nothing"], ["x", "x", "x"]])
def test_answers_of_another_guide_lead_nowhere(path):
    assert trees.parse("sample", GOOD).walk(path) is None
