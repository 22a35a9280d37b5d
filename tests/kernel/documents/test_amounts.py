"""Amounts in Chinese capitals, as receipts have written them for a century."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.kernel.documents.amounts import in_words

DIGITS = {digit: value for value, digit in enumerate("零壹贰叁肆伍陆柒捌玖")}
UNITS = {"拾": 10, "佰": 100, "仟": 1000}


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("0.55", "伍角伍分"),
        ("1", "壹元整"),
        ("1.05", "壹元零伍分"),
        ("10", "壹拾元整"),
        ("16.30", "壹拾陆元叁角整"),
        ("101", "壹佰零壹元整"),
        ("1002.50", "壹仟零贰元伍角整"),
        ("1010", "壹仟零壹拾元整"),
        ("10001", "壹万零壹元整"),
        ("100000", "壹拾万元整"),
        ("100100", "壹拾万零壹佰元整"),
        ("107000.53", "壹拾万柒仟元伍角叁分"),
        ("1234567.89", "壹佰贰拾叁万肆仟伍佰陆拾柒元捌角玖分"),
        ("100000001", "壹亿零壹元整"),
        ("1000010000", "壹拾亿零壹万元整"),
        ("1000000000000", "壹万亿元整"),
        ("1000100000000", "壹万零壹亿元整"),
        ("-3.20", "负叁元贰角整"),
        ("-0.01", "负壹分"),
    ],
)
def test_an_amount_is_written_as_the_rules_for_bills_say(amount, words):
    assert in_words(Decimal(amount)) == words


def test_a_fraction_of_a_fen_is_refused_not_rounded():
    with pytest.raises(ValueError, match="fraction of a fen"):
        in_words(Decimal("1.005"))


def spoken(words: str) -> int:
    """The integer a row of capitals says, read the other way round."""
    for unit, value in (("亿", 10**8), ("万", 10**4)):
        if unit in words:
            head, _, tail = words.rpartition(unit)
            return spoken(head) * value + spoken(tail)
    total = digit = 0
    for character in words:
        if character in UNITS:
            total, digit = total + digit * UNITS[character], 0
        else:
            digit = DIGITS[character]
    return total + digit


@given(st.integers(min_value=0, max_value=10**14 - 1))
def test_reading_the_words_gives_the_amount_back(fen):
    words = in_words(Decimal(fen).scaleb(-2))
    yuan, mark, rest = words.partition("元")
    if not mark:
        yuan, rest = "零", words
    read = spoken(yuan) * 100
    for unit, value in (("角", 10), ("分", 1)):
        if unit in rest:
            read += DIGITS[rest[rest.index(unit) - 1]] * value
    assert read == fen
    assert "零零" not in words
    assert words[-1] in "整分"
