"""A row that is plainly right is read without its form, and always as the form would have read it (Art 25)."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from hypothesis import example, given, settings
from hypothesis import strategies as st

from apps.collaboration.fees import packing, rows
from apps.kernel.workcalendar import clock

LEVIES = {"land-transfer": "land-transfer", "土地出让金": "land-transfer"}
DAYS = st.dates(dt.date(2024, 1, 1), dt.date(2031, 1, 1)).map(str)
TEXT = st.text(max_size=12) | st.text("公司AB 　\t\x00", min_size=1, max_size=122)
FIELDS = {
    "number": st.from_regex(r"[\w.\-/〔〕号]{1,41}", fullmatch=True) | TEXT,
    "payer_code": st.sampled_from(["", "short", "91310000ma1fl0000x"]) | TEXT,
    "payer": TEXT,
    "levy": st.sampled_from([*LEVIES, "other", ""]),
    "base": TEXT,
    "amount": st.decimals(0, 10**12, places=2).map(str) | st.sampled_from(["1e3", "0", "-1", "007", "1.234", "１２"]),
    "basis": TEXT,
    "issued": st.just("") | DAYS | st.just("2026-02-30"),
    "due": DAYS | st.sampled_from(["2026-02-30", "tomorrow"]),
}


def written(**otherwise: str) -> dict[str, str]:
    """A row as a system writes it."""
    return {
        "number": "沪规〔2026〕1号",
        "payer_code": "91310000MA1FL0000X",
        "payer": "上海某公司",
        "levy": "土地出让金",
        "base": "1 宗地",
        "amount": "1200.5",
        "basis": "合同",
        "issued": "",
        "due": str(clock.today() + dt.timedelta(days=30)),
        **otherwise,
    }


def line(**otherwise: str) -> str:
    """The same as it is kept."""
    (kept,) = packing.unpack(packing.pack([written(**otherwise)]))
    return kept


def today() -> str:
    return clock.today().isoformat()


@settings(deadline=None)
@given(change=st.sampled_from(sorted(FIELDS)).flatmap(lambda name: st.fixed_dictionaries({name: FIELDS[name]})))
@example(change={"payer": "上海\x00公司"})
@example(change={"basis": "第一行\n第二行"})
def test_the_short_way_and_the_form_agree(change):
    typed = written(**change)
    try:
        short = rows.plain(line(**change), LEVIES, today())
    except ValidationError:
        return  # no table keeps it: refused before a row of it is read
    form = rows._formed(typed, LEVIES, rows.Found(), 1)
    assert short is None or form == short


def test_what_a_system_writes_goes_the_short_way():
    assert rows.plain(line(), LEVIES, today()) is not None


@pytest.mark.parametrize("name", ["number", "payer", "amount", "due"])
def test_a_row_without_what_it_must_say_does_not(name):
    assert rows.plain(line(**{name: ""}), LEVIES, today()) is None


@pytest.mark.parametrize("strange", ["上海\0公司", "a\x1fb", "a\x1eb", "\ud83d"])
def test_what_no_table_keeps_is_refused_before_it_is_kept(strange):
    with pytest.raises(ValidationError) as refused:
        packing.pack([written(payer=strange)])
    assert set(refused.value.message_dict) == {"rows"}


def test_rows_are_kept_as_they_came():
    odd = {"number": 7, "payer": "第一行\n第二行", "amount": None, "more": "passed over"}
    first, second = map(packing.cells, packing.unpack(packing.pack([odd, "no row"])))
    assert (first["number"], first["payer"], first["amount"]) == ("7", "第一行\n第二行", "")
    assert not any(second.values())
