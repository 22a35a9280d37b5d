"""Money put on charges: never a fen lost, never more than is owed, principal before late fee."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from apps.kernel.ledger.allocation import Component, Owed, allocate

yuan = st.integers(0, 10**11).map(lambda fen: Decimal(fen) / 100)
owed = st.lists(st.tuples(yuan, yuan), max_size=6).map(
    lambda rows: [Owed(number, principal, late_fee) for number, (principal, late_fee) in enumerate(rows)]
)


@given(amount=yuan, rows=owed)
def test_every_fen_is_on_a_charge_or_in_the_remainder(amount, rows):
    parts, remainder = allocate(amount, rows)
    assert sum((part.amount for part in parts), Decimal(0)) + remainder == amount
    assert remainder >= 0
    assert all(part.amount > 0 for part in parts)


@given(amount=yuan, rows=owed)
def test_no_charge_takes_more_than_it_is_owed(amount, rows):
    parts, remainder = allocate(amount, rows)
    limits = {(row.charge_id, Component.PRINCIPAL): row.principal for row in rows}
    limits |= {(row.charge_id, Component.LATE_FEE): row.late_fee for row in rows}
    assert all(part.amount <= limits[part.charge_id, part.component] for part in parts)
    assert len({(part.charge_id, part.component) for part in parts}) == len(parts)
    if remainder:
        assert {(p.charge_id, p.component): p.amount for p in parts} == {k: v for k, v in limits.items() if v}


@given(amount=yuan, rows=owed)
def test_late_fee_is_paid_only_when_no_principal_is_left(amount, rows):
    parts, _remainder = allocate(amount, rows)
    principal = sum((part.amount for part in parts if part.component == Component.PRINCIPAL), Decimal(0))
    if any(part.component == Component.LATE_FEE for part in parts):
        assert principal == sum((row.principal for row in rows), Decimal(0))


def test_older_debts_are_paid_first():
    parts, remainder = allocate(
        Decimal("150.00"), [Owed(1, Decimal("100.00"), Decimal("5.00")), Owed(2, Decimal("80.00"), Decimal("0.00"))]
    )
    assert [(part.charge_id, part.amount) for part in parts] == [(1, Decimal("100.00")), (2, Decimal("50.00"))]
    assert remainder == 0
