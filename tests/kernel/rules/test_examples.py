"""Worked calculations: the published examples, and our own derived from the law by hand."""

import datetime as dt
import json
from pathlib import Path

import pytest
import time_machine
import yaml

from apps.kernel.rules.calculators import CALCULATORS, calculate
from apps.kernel.rules.schemas import outside

HERE = Path(__file__).parent
PUBLISHED = json.loads((HERE / "examples.json").read_text(encoding="utf-8"))
OUR_OWN = yaml.safe_load((HERE / "our_examples.yaml").read_text(encoding="utf-8"))
TODAY = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(TODAY, tick=False):
        yield


@pytest.mark.parametrize("example", [*PUBLISHED, *OUR_OWN], ids=lambda example: example["id"])
def test_example(example):
    answer = calculate(example["kind"], example["inputs"])
    assert {name: outside(answer[name]) for name in example["expected"]} == example["expected"], example["why"]
    assert answer["lines"], "every answer explains itself"


@pytest.mark.parametrize("example", PUBLISHED, ids=lambda example: example["id"])
def test_every_documented_output_is_answered(example):
    answer = calculate(example["kind"], example["inputs"])
    missing = CALCULATORS[example["kind"]].outputs.keys() - answer.keys()
    assert not missing


def test_our_examples_reach_every_kind():
    assert {example["kind"] for example in OUR_OWN} == set(CALCULATORS)
