"""The words of the archive, read out of the index by jumping from one to the next.

A jump takes 70 us at any size of the archive; reading all words with their counts would read the whole index.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import sqlite_utils

from archive.search.connection import cache_of
from archive.search.grammar.matcher import Table
from archive.text.folding import aligned_fold

# fts5vocab's "instance" kind gives a word at its first place; "row" would count all its places first.
_NEXT: dict[Table, str] = {
    "exact": "SELECT term FROM exact_places WHERE term >= ? LIMIT 1",
    "folded": "SELECT term FROM folded_places WHERE term >= ? LIMIT 1",
}
_ARTICLES: dict[Table, str] = {
    "exact": "SELECT doc FROM exact_words WHERE term = ?",
    "folded": "SELECT doc FROM folded_words WHERE term = ?",
}
_LAST = chr(0x10FFFF)
_MOST_BEGUN = 64


def words_with_prefix(db: sqlite_utils.Database, table: Table, start: str) -> Iterator[str]:
    """Every word in `table` that begins with `start`, in the order of its code points."""
    term = _next(db, table, start)
    while term is not None and term.startswith(start):
        yield term
        term = _next(db, table, f"{term}\x01")


def few_words_with_prefix(db: sqlite_utils.Database, table: Table, start: str) -> tuple[str, ...]:
    """The same, where they are 64 at most; none where they are more."""
    known = cache_of(db).begun
    if (table, start) not in known:
        words = tuple(islice(words_with_prefix(db, table, start), _MOST_BEGUN + 1))
        known[table, start] = words if len(words) <= _MOST_BEGUN else ()
    return known[table, start]


def articles_with(db: sqlite_utils.Database, table: Table, word: str) -> int:
    """How many articles hold exactly `word` in the form of `table`."""
    row = db.conn.execute(_ARTICLES[table], (word,)).fetchone()
    return 0 if row is None else int(row[0])


def spellings(db: sqlite_utils.Database, folded: str, prefix: bool = False) -> tuple[str, ...]:
    """The words of the archive that `folded` stands for, with their accents; with `prefix`, that begin so.

    They are found letter by letter, as in a tree of all words, so whatever folds to `folded` is among them.
    """
    known = cache_of(db).spellings
    key = f"{folded}*" if prefix else folded
    if key not in known:
        starts = [""]
        for letter in folded:
            starts = [start + next_letter for start in starts for next_letter in _letters(db, start, letter)]
        known[key] = tuple(
            term
            for start in starts
            for term in (words_with_prefix(db, "exact", start) if prefix else [_next(db, "exact", start)])
            if term is not None and (prefix or term == start)
        )
    return known[key]


def commonest(db: sqlite_utils.Database, folded: str) -> str:
    """The spelling of `folded` that most articles hold; `folded` itself where there is none."""
    counted = [(-articles_with(db, "exact", word), word) for word in spellings(db, folded)]
    return min(counted)[1] if counted else folded


def _letters(db: sqlite_utils.Database, start: str, letter: str) -> Iterator[str]:
    """The letters that follow `start` in some word and fold to `letter`."""
    term = _next(db, "exact", start)
    while term is not None and term.startswith(start):
        if len(term) == len(start):
            term = _next(db, "exact", f"{start}\x01")
            continue
        found = term[len(start)]
        if aligned_fold(found) == letter:
            yield found
        term = _next(db, "exact", f"{start}{found}{_LAST}")


def _next(db: sqlite_utils.Database, table: Table, term: str) -> str | None:
    row = db.conn.execute(_NEXT[table], (term,)).fetchone()
    return None if row is None else row[0]
