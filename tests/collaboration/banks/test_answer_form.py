"""A bank's answer to an enquiry is taken whole or refused by line: nothing is cut, dropped or guessed (Art 29)."""

from decimal import Decimal

import pytest

from apps.collaboration.banks.forms import EnquiryAnswerForm

LINE = "31000001, 基本存款账户, 2024-01-02, 1234.50"


def told(accounts: str = "", movements: str = "", **more) -> str:
    form = EnquiryAnswerForm({"accounts": accounts, "movements": movements, **more})
    assert not form.is_valid()
    return str(form.errors)


def test_lines_become_accounts_with_their_movements():
    form = EnquiryAnswerForm({"accounts": LINE, "movements": "31000001, 2026-10-01, -20, 某公司, 货款"})
    assert form.is_valid()
    (account,) = form.cleaned_data["accounts"]
    assert account["balance"] == Decimal("1234.50")
    assert [move["amount"] for move in account["movements"]] == [Decimal(-20)]


def test_that_there_is_no_account_is_said_and_not_left_to_an_empty_field():
    assert "勾选" in told()
    assert "勾选" in told(LINE, none="on")
    assert EnquiryAnswerForm({"accounts": "", "movements": "", "none": "on"}).is_valid()


@pytest.mark.parametrize("amount", ["1,234.50", "NaN", "Infinity", "1.005", "12万", "1e9"])
def test_no_amount_is_read_as_another(amount):
    assert "第 1 行" in told(f"31000001, 基本存款账户, 2024-01-02, {amount}")


def test_a_number_too_long_is_not_cut_to_another_one():
    assert "超过 40 个字" in told("3" * 41 + ", 基本存款账户, 2024-01-02, 1.00")
    assert "超过 120 个字" in told(LINE, f"31000001, 2026-10-01, -20, {'某' * 121}, 货款")
