"""Words and pairs that the n-grams of one archive leave out as rare, counted in the few articles that hold them.

What each of several archives leaves out may be frequent in all of them together.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise, product

import sqlite_utils

from archive.search.evaluate import texts_of
from archive.search.facts import month_of
from archive.search.segments import cutter
from archive.search.vocabulary import spellings

_HOLDING = "SELECT rowid FROM exact WHERE exact MATCH ?"


def spelled(db: sqlite_utils.Database, folded: str) -> set[str]:
    """Every gram that may be written for `folded`, a word or a pair without accents, with the words of the archive."""
    parts = re.split("([ _])", folded)  # the syllables, and what stands between two
    return {"".join(words) for words in product(*((part,) if part in " _" else spellings(db, part) for part in parts))}


def left_out(db: sqlite_utils.Database, grams: Sequence[str]) -> dict[str, Counter[str]]:
    """How often each of `grams` stands in leads and bodies, by month: of those that n-grams leave out.

    A gram that stands there as often as n-grams keep has come since they were counted: it is no part of them.
    """
    least, unit = db.conn.execute("SELECT least, unit FROM ngram_state").fetchone()
    cut = cutter(unit)
    found = {}
    for gram in grams if least > 1 else ():
        rows = [row[0] for row in db.conn.execute(_HOLDING, (f'{{lead body}} : "{gram}"',))]
        months: Counter[str] = Counter()
        for rowid, texts in texts_of(db.conn, rows):
            months[month_of(rowid)] += _times(gram, cut(f"{texts['lead']}\n{texts['body']}"))
        if 0 < months.total() < least:
            found[gram] = +months
    return found


def _times(gram: str, sentences: Iterable[list[str]]) -> int:
    if " " in gram:
        pair = tuple(gram.split(" "))
        return sum(two == pair for words in sentences for two in pairwise(words))
    return sum(words.count(gram) for words in sentences)
