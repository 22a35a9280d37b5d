"""Amounts are typed as people type them, whoever asks for them (Arts 25, 29, 30, 33)."""

from decimal import Decimal

import pytest

from apps.collaboration.banks.forms import ExecutedForm, PartReleaseForm
from apps.collaboration.courts.forms import RemitForm, SaleForm, SoldForm
from apps.collaboration.fees.forms import ChangeForm, DisputeForm
from apps.supervision.dishonesty.forms import ProposeForm
from apps.supervision.reports.forms import GrantForm


@pytest.mark.parametrize(
    ("form", "name"),
    [
        (SaleForm, "price"),
        (SaleForm, "original_value"),
        (SoldForm, "price"),
        (RemitForm, "amount"),
        (ExecutedForm, "executed"),
        (PartReleaseForm, "amount"),
        (ChangeForm, "amount"),
        (DisputeForm, "claimed"),
        (ProposeForm, "amount"),
        (GrantForm, "amount"),
    ],
)
def test_an_amount_may_be_grouped_as_it_stands_in_a_document(form, name):
    assert form.base_fields[name].clean("￥1,500,000.00") == Decimal("1500000.00")
