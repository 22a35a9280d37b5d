"""The receipt and the sealing hold for whatever they are given."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.supervision.reports import receipts
from apps.supervision.reports.padding import TooLong, pad, unpad
from apps.supervision.reports.sealing import CURRENT, CannotOpen, new_key


@given(st.text(receipts.ALPHABET, min_size=20, max_size=20))
def test_a_receipt_is_read_however_people_write_it(receipt):
    written = receipts.grouped(receipt).lower().replace("1", "l").replace("0", "o").replace("-", " - ")
    assert receipts.canonical(written) == receipt


def test_a_receipt_is_a_hundred_random_bits():
    given_out = {receipts.new() for _ in range(100)}
    assert len(given_out) == 100
    assert all(len(receipt) == 20 and set(receipt) <= set(receipts.ALPHABET) for receipt in given_out)
    assert len(set(receipts.ALPHABET)) == 32  # five bits a character


@given(st.binary(max_size=5000))
def test_sealing_round_trip_and_only_with_the_right_key_and_place(plain):
    (private, public), (foreign, _public) = CURRENT.pair(), CURRENT.pair()
    sealed = CURRENT.seal(public, plain, b"here")
    assert CURRENT.unseal(private, sealed, b"here") == plain
    for key, place in ((foreign, b"here"), (private, b"there")):
        with pytest.raises(CannotOpen):
            CURRENT.unseal(key, sealed, place)


@given(st.binary(max_size=5000), st.integers(0, 11), st.integers(1, 255))
def test_a_changed_ciphertext_does_not_open(plain, place, flip):
    key = new_key()
    sealed = bytearray(CURRENT.encrypt(key, plain, b"here"))
    assert CURRENT.decrypt(key, bytes(sealed), b"here") == plain
    sealed[place] ^= flip
    with pytest.raises(CannotOpen):
        CURRENT.decrypt(key, bytes(sealed), b"here")


@given(st.binary(max_size=5000))
def test_padding_gives_back_what_went_in_and_shows_only_a_size_class(plain):
    assert unpad(pad(plain)) == plain
    assert len(pad(plain)) in (4096, 16384)


def test_what_fits_no_size_class_is_refused():
    with pytest.raises(TooLong):
        pad(bytes(22 * 1024 * 1024))
