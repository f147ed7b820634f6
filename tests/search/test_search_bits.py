"""Sets of rowids as bits are the sets they stand for, whatever they are joined to."""

from __future__ import annotations

import pickle
from operator import and_, or_, sub

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.search.index.docid_sets import DocidSet, NumpyDocidSet, docid_set

pytest.importorskip("numpy")

from archive.search.index.docid_sets import Bits, Numbering, array

some = st.sets(st.integers(1, 300))


def numbered(articles: set[int], todo: set[int], size: int) -> Numbering:
    """A numbering of `articles` in parts of `size`; of `todo` it knows nothing."""
    ordered = sorted(articles)
    parts = [array(docid_set(ordered[at : at + size])) for at in range(0, len(ordered), size)]
    return Numbering(parts, NumpyDocidSet(array(docid_set(todo))))


def as_bits(numbering: Numbering, values: set[int]) -> Bits:
    """`values` as bits."""
    rows = docid_set(values)
    return Bits(numbering, numbering.pack(rows), NumpyDocidSet(array(rows)) & numbering.todo)


@given(known=some.filter(bool), new=some, one=some, two=some, size=st.sampled_from([7, 64, 90]))
def test_bits_are_joined_as_sets_are(known: set[int], new: set[int], one: set[int], two: set[int], size: int) -> None:
    numbering = numbered(known, new, size)
    one, two = one & (known | new), two & (known | new)
    bits, plain = as_bits(numbering, one), docid_set(two)
    for join in (and_, or_, sub):
        expected = sorted(join(one, two))
        made: tuple[DocidSet, ...] = join(bits, as_bits(numbering, two)), join(bits, plain)
        assert [list(rows) for rows in made] == [expected, expected]
        assert [len(rows) for rows in made] == [len(expected)] * 2
        assert list(join(plain, bits)) == sorted(join(two, one))


@given(known=some.filter(bool), new=some, one=some, edge=st.integers(0, 301), size=st.sampled_from([7, 64, 90]))
def test_bits_give_their_ends_in_order(known: set[int], new: set[int], one: set[int], edge: int, size: int) -> None:
    numbering = numbered(known, new, size)
    one &= known | new
    bits = as_bits(numbering, one)
    assert bits.newest(3) == sorted(one, reverse=True)[:3]
    assert bits.oldest(3) == sorted(one)[:3]
    assert bits.newest(20, edge) == sorted((rowid for rowid in one if rowid < edge), reverse=True)[:20]
    assert bits.oldest(20, edge) == sorted(rowid for rowid in one if rowid > edge)[:20]


@given(known=some.filter(bool), new=some, low=st.integers(0, 301), high=st.integers(0, 301))
def test_a_numbering_knows_its_spans(known: set[int], new: set[int], low: int, high: int) -> None:
    numbering = numbered(known, new, 64)
    none = NumpyDocidSet(array(docid_set(())))
    inside = Bits(numbering, numbering.known & numbering.between(low, max(low, high)), none)
    assert list(inside) == sorted(rowid for rowid in known - new if low <= rowid <= max(low, high))
    assert all(any(first <= rowid <= last for first, last in numbering.stale) for rowid in new)
    assert len(numbering.stale) <= -(-len(known) // 64)


def test_another_process_gets_numbers() -> None:
    bits = as_bits(numbered({1, 2, 3, 9}, {3}, 64), {2, 3})
    sent = pickle.loads(pickle.dumps(bits))
    assert isinstance(sent, NumpyDocidSet)
    assert list(sent) == [2, 3]
