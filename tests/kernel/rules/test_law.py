"""The law as dated rows: loading from files, reading what is in force, and time limits."""

import datetime as dt
import shutil
from decimal import Decimal

import pytest
import yaml
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction

from apps.kernel.rules import loading, parameters, terms, values
from apps.kernel.rules.models import LegalDocument, Parameter
from apps.kernel.workcalendar import deadlines

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 23)


def rule(**changes) -> Parameter:
    """A rule of its own, in force all of 2026."""
    return Parameter(
        **{
            "code": "test.rule",
            "title": "试验",
            "valid_from": dt.date(2026, 1, 1),
            "valid_to": dt.date(2026, 12, 31),
            "value": "1",
            "confidence": "C",
            **changes,
        }
    )


# --- reading -----------------------------------------------------------------------------


def test_the_value_in_force_changes_with_the_day():
    assert parameters.value("si.base.floor", dt.date(2025, 6, 30)) == Decimal(7384)
    assert parameters.value("si.base.floor", dt.date(2025, 7, 1)) == Decimal(7460)


def test_the_comparator_changes_with_the_law():
    hundred_thousand = Decimal(100_000)
    before = parameters.row("vat.threshold.month", dt.date(2025, 12, 31))
    since = parameters.row("vat.threshold.month", dt.date(2026, 1, 1))
    assert parameters.within(hundred_thousand, before)
    assert not parameters.within(hundred_thousand, since)
    assert parameters.within(hundred_thousand - Decimal("0.01"), since)


def test_what_is_not_known_is_not_guessed():
    with pytest.raises(parameters.UnknownLaw, match=r"si\.base\.floor"):
        parameters.value("si.base.floor", dt.date(2024, 6, 30))
    with pytest.raises(parameters.UnknownLaw):
        parameters.value("si.base.floor", TODAY, region="110000")


def test_an_unread_source_is_pending():
    assert parameters.row("si.base.floor", dt.date(2024, 7, 1)).pending  # from memory
    assert not parameters.row("si.base.floor", dt.date(2025, 7, 1)).pending  # the text was read


def test_every_row_names_its_source():
    assert not [row for row in Parameter.objects.select_related("document") if not row.source]


# --- constraints -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (dt.date(2026, 12, 31), None),
        (dt.date(2025, 1, 1), dt.date(2026, 1, 1)),
        (dt.date(2026, 5, 1), dt.date(2026, 5, 1)),
        (dt.date(2025, 1, 1), None),
    ],
)
def test_two_rules_are_never_in_force_together(first, last):
    rule().save()
    with pytest.raises(IntegrityError, match="parameter_one_in_force"), transaction.atomic():
        rule(valid_from=first, valid_to=last).save()


def test_rules_may_follow_each_other_and_differ_by_region():
    rule().save()
    rule(valid_from=dt.date(2027, 1, 1), valid_to=None, value="2").save()
    rule(region="310115", value="3").save()
    assert parameters.value("test.rule", dt.date(2026, 12, 31)) == 1
    assert parameters.value("test.rule", dt.date(2027, 1, 1)) == 2
    assert parameters.value("test.rule", TODAY, region="310115") == 3


def test_a_period_runs_forwards():
    with pytest.raises(IntegrityError), transaction.atomic():
        rule(valid_to=dt.date(2025, 12, 31)).save()


@pytest.mark.parametrize(
    ("shape", "value"),
    [
        ("decimal", 0.05),  # a float has already lost what it was
        ("decimal", True),
        ("decimal", "NaN"),
        ("decimal", "Infinity"),
        ("decimal", "five"),
        ("brackets", []),
        ("brackets", [{"upto": "1", "rate": "0.1", "quick": "0"}]),  # no last step
        ("brackets", [{"upto": "2", "rate": "0", "quick": "0"}, {"upto": "1", "rate": "0", "quick": "0"}]),
        ("brackets", [{"upto": None, "rate": 0.1, "quick": "0"}]),
        ("brackets", {"upto": None}),
        ("term", {"term": 5}),
        ("term", {"term": -5, "unit": "day"}),
        ("term", {"term": True, "unit": "day"}),
        ("term", {"term": 5, "unit": "fortnight"}),
        ("term", {"unit": "fixed"}),
        ("term", None),
    ],
)
def test_a_value_of_the_wrong_shape_is_refused_with_an_example(shape, value):
    with pytest.raises(ValidationError) as refused:
        values.read(shape, value)
    assert "例如" in refused.value.message_dict["value"][0]


# --- loading -----------------------------------------------------------------------------


@pytest.fixture
def law(tmp_path):
    """A copy of the law's files to try changes on."""
    shutil.copytree(loading.LAW, tmp_path / "law")
    return tmp_path / "law"


def rewrite(path, change) -> None:
    entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    change(entries)
    path.write_text(yaml.safe_dump(entries, allow_unicode=True), encoding="utf-8")


def test_loading_again_changes_nothing():
    report = loading.load()
    assert not +report.counts
    assert not report.changes


def test_a_corrected_file_corrects_what_nobody_reviewed_and_says_so(law):
    rewrite(law / "clocks.yaml", lambda entries: entries[0].update(term=2))
    report = loading.load(law)
    assert report.counts["corrected"] == 1
    assert "clock.complaint-accept" in report.changes[0]
    assert terms.term("complaint-accept", TODAY).term == 2


def test_a_new_row_is_added(law):
    more = {
        "code": "test.new",
        "title": "新",
        "document": "vat-law",
        "confidence": "M",
        "rows": [{"from": TODAY, "value": "1"}],
    }
    rewrite(law / "parameters" / "vat.yaml", lambda entries: entries.append(more))
    assert loading.load(law).counts["added"] == 1
    assert parameters.row("test.new", TODAY).pending


def test_a_reviewed_rule_is_left_alone_and_the_difference_reported(law):
    Parameter.objects.filter(code="clock.complaint-accept").update(
        review=Parameter.Review.REVIEWED, value={"term": 3, "unit": "working_day"}
    )
    report = loading.load(law)
    assert terms.term("complaint-accept", TODAY).term == 3
    assert [change for change in report.changes if "clock.complaint-accept" in change]


@pytest.mark.parametrize(
    "mistake",
    [{"value": 0.05}, {"value": "many"}, {"confidence": "Z"}, {"comparator": "≤"}, {"code": "Not A Code"}],
)
def test_a_mistake_in_a_file_names_file_and_code_and_loads_nothing(law, mistake):
    def spoil(entries) -> None:
        entries[0]["rows"][0].update(mistake)
        entries[1]["rows"][0]["title"] = "不应写入"

    rewrite(law / "parameters" / "vat.yaml", spoil)
    with pytest.raises(ValidationError, match=r"vat\.yaml: "):
        loading.load(law)
    assert not Parameter.objects.filter(title="不应写入").exists()


def test_a_rule_written_twice_is_a_mistake(law):
    rewrite(law / "clocks.yaml", lambda entries: entries.append(dict(entries[0], term=9)))
    with pytest.raises(ValidationError, match="twice"):
        loading.load(law)


def test_the_command_reports_in_one_line(capsys):
    call_command("load_law")
    assert "nothing to change" not in capsys.readouterr().err
    LegalDocument.objects.filter(code="good-bad-review").update(title="改")
    call_command("load_law", verbosity=0)
    assert capsys.readouterr().out == ""


# --- time limits -------------------------------------------------------------------------


def test_a_time_limit_says_how_long_and_by_which_law():
    found = terms.term("complaint-handle-quality", TODAY)
    assert (found.term, found.unit, found.confidence, found.pending) == (10, "working_day", "C", False)
    assert found.source == "国家税务总局公告2019年第27号"
    assert found.label == "10 个工作日"


def test_our_own_proposals_wait_for_review():
    assert terms.term("supplement", TODAY).pending


def test_a_limit_no_calendar_can_count_is_in_words():
    found = terms.term("court-claim", TODAY)
    assert (found.unit, found.label) == ("fixed", "人民法院确定的债权申报期限")


def test_an_unknown_limit_is_an_error_of_the_procedure_that_asks():
    with pytest.raises(parameters.UnknownLaw):
        terms.term("no-such-limit", TODAY)


def test_every_countable_limit_can_be_counted():
    start = dt.datetime(2026, 11, 23, 1, tzinfo=dt.UTC)
    countable = [term for term in terms.in_force(TODAY) if term.unit != "fixed"]
    assert len(countable) >= 60
    for term in countable:
        assert deadlines.due(start, term.term, term.unit).due > start
