"""What the index and the keyboard can give has its natural length; what is longer is told at once."""

from __future__ import annotations

from functools import partial

import pytest
from growth import MOST, growth

from archive.corpus.ngrams import pack, unpack
from archive.errors import DamageError
from archive.search.suggest import decode_keys


def test_the_longest_syllable_typed_by_its_keys_is_read_and_a_longer_word_is_none() -> None:
    assert decode_keys("nghieengs") == "nghiếng"
    assert decode_keys("nghieengs" + "x" * 20) is None
    assert growth(lambda size: partial(decode_keys, "b" * size)) <= MOST


def test_a_number_without_an_end_is_damage_and_the_largest_is_none() -> None:
    assert list(unpack(pack(2**63 - 1, 1))) == [(2**63 - 1, 1)]
    with pytest.raises(DamageError, match="baotinh rebuild ngrams"):
        list(unpack(b"\xff" * 100_000))
