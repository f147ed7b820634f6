"""What came lately and what is newest, changed, gone, unread or doubtful: for the first page and the day's report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import sqlite_utils

from archive.text.folding import fold

_NEWEST = 8
_LATEST = 5
_READ = 200  # the newest articles, whose headlines examples are taken from
_PLAIN = 3  # letters a syllable of an example has at least


@dataclass(frozen=True, slots=True)
class Headline:
    """One article in a list. `captured_at` is of the capture that its text was read from (UTC)."""

    public_id: str
    headline: str
    source: str
    source_name: str
    day: str
    day_estimated: bool
    gone_at: str
    captured_at: str


@dataclass(frozen=True, slots=True)
class Example:
    """A query that finds something here, and the label (`help.<key>`) that says what it shows."""

    query: str
    key: str

    @property
    def everywhere(self) -> bool:
        """Whether every tool has something to say of it; the others find a few articles."""
        return self.key in ("plain", "accents", "phrase", "operators")


@dataclass(frozen=True, slots=True)
class Overview:
    """Articles by month of their day ("2020-03"), and lists of articles, the latest first."""

    months: tuple[tuple[str, int], ...]
    newest: tuple[Headline, ...]
    changed: tuple[Headline, ...]
    gone: tuple[Headline, ...]
    examples: tuple[Example, ...]


def overview(db: sqlite_utils.Database) -> Overview:
    """What the archive shows of itself."""
    latest = newest(db)
    return Overview(
        _months(db),
        latest[:_NEWEST],
        _listed(db, "WHERE a.revision > 1 ORDER BY a.capture DESC", _LATEST),
        _listed(db, "WHERE a.gone_at IS NOT NULL ORDER BY a.gone_at DESC, a.public_id", _LATEST),
        examples(latest),
    )


def newest(db: sqlite_utils.Database) -> tuple[Headline, ...]:
    """The newest articles."""
    return _listed(db, "ORDER BY a.day DESC, a.public_id", _READ)


def examples(headlines: Iterable[Headline]) -> tuple[Example, ...]:
    """Queries made of `headlines`, so that each finds the article it was taken from."""
    read = [(one.headline.split(), one) for one in headlines]
    words = Counter(word.lower() for told, _ in read for word in set(told))
    counts = Counter(pair for told, _ in read for pair in dict.fromkeys(_pairs(told)))
    chosen: list[str] = []
    for pair in sorted(counts, key=lambda pair: (-counts[pair] * _dice(pair, counts, words), pair)):
        if not any(set(pair.split()) & set(other.split()) for other in chosen):
            chosen.append(pair)
    if not chosen:
        return ()
    first, second = chosen[0], chosen[-1] if len(chosen) == 1 else chosen[1]
    one = next(one for told, one in read if first in _pairs(told))
    return (
        Example(fold(first), "plain"),
        Example(first, "accents"),
        Example(f'"{first}"', "phrase"),
        Example(f'"{first}" OR "{second}"', "operators"),
        Example(first.replace(" ", " NEAR/8 "), "near"),
        Example(f'tieude:"{first}" bao:"{one.source}" ngay:{one.day[:4]}', "fields"),
    )


def _pairs(words: Sequence[str]) -> list[str]:
    """Neighbouring syllables with an accent that are no names: in small letters, but for a headline's first."""
    plain = [word if word.isalpha() and word == word.lower() and len(word) >= _PLAIN else "" for word in words]
    if words and words[0].istitle() and len(words[0]) >= _PLAIN:
        plain[0] = words[0].lower()
    pairs = (f"{left} {right}" for left, right in pairwise(plain) if left and right)
    return [pair for pair in pairs if fold(pair) != pair]


def _dice(pair: str, counts: Counter[str], words: Counter[str]) -> float:
    """How much two syllables belong together: 1 where neither stands without the other."""
    left, right = pair.split()
    return 2 * counts[pair] / (words[left] + words[right])


def _months(db: sqlite_utils.Database) -> tuple[tuple[str, int], ...]:
    return tuple(db.execute("SELECT substr(day, 1, 7), count(*) FROM articles GROUP BY 1 ORDER BY 1").fetchall())


def _listed(db: sqlite_utils.Database, which: str, most: int) -> tuple[Headline, ...]:
    sql = (
        "SELECT a.public_id, a.headline, a.source, coalesce(s.name, a.source), a.day, a.day_estimated, "  # noqa: S608
        "coalesce(a.gone_at, ''), c.captured_at FROM articles a JOIN captures c ON c.id = a.capture "
        f"LEFT JOIN sources s ON s.id = a.source {which} LIMIT ?"
    )
    return tuple(
        Headline(public_id, headline, source, name, day, bool(estimated), gone_at, captured_at)
        for public_id, headline, source, name, day, estimated, gone_at, captured_at in db.execute(sql, (most,))
    )


_EVERY = "source IN (SELECT DISTINCT source FROM captures)"  # so that the index of sources and times answers


def came_since(db: sqlite_utils.Database, moment: str) -> tuple[tuple[tuple[str, int], ...], int, int]:
    """Since `moment` (UTC): new articles by source, the most first; articles changed; articles first seen gone."""
    new = db.execute(
        "SELECT source, count(DISTINCT article) FROM captures "  # noqa: S608 - our own words
        f"WHERE {_EVERY} AND captured_at >= ? AND state = 'new' GROUP BY 1 ORDER BY 2 DESC, 1",
        (moment,),
    ).fetchall()
    (changed,) = db.execute(
        f"SELECT count(DISTINCT article) FROM captures WHERE {_EVERY} AND captured_at >= ? AND state = 'changed'",  # noqa: S608
        (moment,),
    ).fetchone()
    (gone,) = db.execute("SELECT count(*) FROM articles WHERE gone_at >= ?", (moment,)).fetchone()
    return tuple(new), changed, gone


def unread_since(db: sqlite_utils.Database, moment: str) -> list[tuple[str, int]]:
    """Sources with pages captured since `moment` (UTC) that could not be read, and their number, the most first."""
    return db.execute(
        f"SELECT source, count(*) FROM captures WHERE {_EVERY} AND captured_at >= ? AND state = 'unread' "  # noqa: S608
        "GROUP BY 1 ORDER BY 2 DESC, 1",
        (moment,),
    ).fetchall()


def doubtful(db: sqlite_utils.Database, since: str, below: float) -> Iterator[tuple[str, str, str, float, str]]:
    """Articles of the days from `since` on of which the reader is less sure than `below`, the most doubtful first.

    Each is id, source, headline, confidence and the record of the page it was read on.
    """
    yield from db.execute(
        "SELECT a.public_id, a.source, a.headline, a.confidence, c.record_id FROM articles a "
        "JOIN captures c ON c.id = a.capture WHERE a.day >= ? AND a.confidence < ? ORDER BY a.confidence, a.public_id",
        (since, below),
    )
