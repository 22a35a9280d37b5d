"""Identity numbers: what is accepted, cleaned and refused."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from apps.kernel.parties import identifiers
from tests import factories


@given(st.dates(min_value=dt.date(1900, 1, 1), max_value=dt.date(2020, 12, 31)), st.integers(0, 999))
def test_a_valid_number_tells_the_birth_date_and_no_digit_of_it_may_change(born, serial) -> None:
    number = factories.identity_number(born, serial)
    assert identifiers.clean_identity_number(f" {number.lower()} ") == number
    assert identifiers.birth_date(number) == born
    wrong = number[:16] + str((int(number[16]) + 1) % 10) + number[17]
    with pytest.raises(ValidationError):
        identifiers.clean_identity_number(wrong)


def test_people_born_before_their_county_code_was_in_use_are_accepted() -> None:
    assert identifiers.clean_identity_number("330102197908250090") == "330102197908250090"


def test_residence_permits_of_hong_kong_and_foreigners_are_accepted() -> None:
    for start in ("810000", "911310"):
        body = f"{start}19850612004"
        number = body + factories.ric.calc_check_digit(f"{body}?")
        assert identifiers.clean_identity_number(number) == number


@pytest.mark.parametrize(
    "wrong", ["", "31010119880520", "999999198805200010", "31010119881320001X", "３１０１０１１９８８０５２０００１Ｘ"]
)
def test_anything_else_is_refused_in_words(wrong) -> None:
    with pytest.raises(ValidationError, match="身份证号码不正确"):
        identifiers.clean_identity_number(wrong)


def test_nobody_is_born_tomorrow() -> None:
    with pytest.raises(ValidationError):
        identifiers.clean_identity_number(factories.identity_number(dt.date(2099, 1, 1), 1))


def test_sex_is_the_parity_of_the_serial_number() -> None:
    assert identifiers.sex(factories.identity_number(dt.date(1988, 5, 20), 11)) == "M"
    assert identifiers.sex(factories.identity_number(dt.date(1988, 5, 20), 12)) == "F"


def test_a_masked_number_keeps_its_ends_only() -> None:
    assert identifiers.masked("310101198805200012") == "310*************12"
