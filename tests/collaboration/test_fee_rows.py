"""A row that is plainly right is read without its form, and always as the form would have read it (Art 25)."""

import datetime as dt

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from apps.collaboration.fees import rows
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


@settings(deadline=None)
@given(change=st.sampled_from(sorted(FIELDS)).flatmap(lambda name: st.fixed_dictionaries({name: FIELDS[name]})))
@example(change={"payer": "上海\x00公司"})
@example(change={"basis": "第一行\n第二行"})
def test_the_short_way_and_the_form_agree(change):
    typed = written(**change)
    short = rows._plain(typed, LEVIES, clock.today())
    form = rows.SourceRow(typed, levies=LEVIES)
    assert short is None or (form.is_valid() and short == form.cleaned_data)


def test_what_a_system_writes_goes_the_short_way():
    assert rows._plain(written(), LEVIES, clock.today()) is not None


@pytest.mark.parametrize("name", ["number", "payer", "amount", "due"])
def test_a_row_without_what_it_must_say_does_not(name):
    assert rows._plain(written(**{name: ""}), LEVIES, clock.today()) is None
