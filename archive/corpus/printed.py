"""How the texts themselves place the tone of a word: `huyện ủy` or `huyện uỷ`, which are one word for counting."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import sqlite_utils

from archive.text.analyzer import prepare

LOOKED_AT: Final = 500
"""Articles that are looked at, 0.1 ms each (measured)."""

_TWO_WAYS: Final = re.compile("o[àáảãạèéẻẽẹ]|u[ỳýỷỹỵ]")
_WITHIN: Final = re.compile(r"\w")
_TEXTS: Final = "SELECT lead, body FROM articles WHERE search_rowid IN (SELECT value FROM json_each(?))"


def as_printed(db: sqlite_utils.Database, words: Iterable[str], read: Sequence[int]) -> Mapping[str, str]:
    """Those of `words` (exact forms) that the articles `read` mostly place a tone in otherwise, as these
    print it in lower case.
    """
    two_ways = [word for word in words if _TWO_WAYS.search(word)]
    if not two_ways:
        return {}
    counts = _printed(db, read[:LOOKED_AT], two_ways)
    return dict(word for word, _ in sorted(counts.items(), key=lambda one: (one[1], one[0])))


def _printed(db: sqlite_utils.Database, rowids: Sequence[int], words: Sequence[str]) -> Counter[tuple[str, str]]:
    """How often each of `words` stands in the leads and bodies of `rowids` in each way it is printed."""
    longest_first = sorted(words, key=len, reverse=True)
    either = re.compile(rf"(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")  # by its first letters: 3 x as fast
    counts: Counter[tuple[str, str]] = Counter()
    for texts in db.conn.execute(_TEXTS, (json.dumps(list(rowids)),)):
        for ready in map(prepare, texts):
            counts.update(
                (one[0], ready.lowered[one.start() : one.end()])
                for one in either.finditer(ready.exact)
                if not (one.start() and _WITHIN.match(ready.exact, one.start() - 1))
            )
    return counts
