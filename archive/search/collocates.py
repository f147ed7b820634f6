"""The words that stand near what a query finds more often than chance would have it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass
from typing import Literal, TypeAlias

import sqlite_utils

from archive.errors import UsageError
from archive.search.answer import Understood
from archive.search.collation import collation_key
from archive.search.concordance import MOST_ARTICLES, places
from archive.search.damage import damage_named
from archive.search.deadline import deadline
from archive.search.echo import understood
from archive.search.evaluate import texts_of
from archive.search.frequencies import Unit, frequencies
from archive.search.grammar import parse
from archive.search.match import Tier
from archive.search.memory import snapshot
from archive.search.prepare import prepare
from archive.search.query import Column, Node, Query
from archive.search.sampling import drawn
from archive.search.segments import Segmenter, segmenter, segments
from archive.search.sentences import ends
from archive.search.statistics import log_dice, log_likelihood, mutual_information
from archive.search.tiers import Tiers

By: TypeAlias = Literal["log_dice", "log_likelihood", "mutual_information", "together"]
MEASURES: tuple[By, ...] = ("log_dice", "log_likelihood", "mutual_information", "together")

COUNTED: tuple[Unit, ...] = ("syllable", "word")
MOST_WINDOW = 20
_TEXTS: tuple[Column, ...] = ("lead", "body")


@dataclass(frozen=True, slots=True)
class Collocate:
    """A word near the node: how often there (`together`), how often in all texts (`alone`), and the measures."""

    word: str
    together: int
    alone: int
    log_dice: float
    log_likelihood: float
    mutual_information: float


@dataclass(frozen=True, slots=True)
class Collocates:
    """The collocates of a query. `node` counts its matches in leads and bodies, `tokens` all words of these."""

    understood: Understood
    node: int
    tokens: int
    window: int
    words: tuple[Collocate, ...]
    notes: tuple[str, ...] = ()


def collocates(
    db: sqlite_utils.Database,
    query: str | Query,
    *,
    window: int = 5,
    by: By = "log_dice",
    least: int = 5,
    most: int = 50,
    exact: bool = False,
    unit: Unit = "syllable",
    seed: int = 1,
    seconds: float | None = 120.0,
) -> Collocates:
    """The words within `window` words left or right of what `query` finds, in the same sentence of lead or body.

    Only words found there at least `least` times count: rare ones look strong by chance. Words keep their accents; they
    are syllables, or with the `unit` "word" what a segmenter makes of the text (extra `nlp`). `exact` reads only the
    articles that match as typed. Of more than 5,000 articles so many are drawn and the counts raised accordingly, which
    the notes say. Raises QueryError, UsageError, DamageError.
    """
    if by not in MEASURES:
        raise UsageError(f"there is no measure '{by}': {', '.join(MEASURES)}")
    if unit not in COUNTED:
        raise UsageError(f"collocates are counted by {' or '.join(COUNTED)}, not by {unit}")
    cut = segmenter() if unit == "word" else None
    if not 1 <= window <= MOST_WINDOW:
        raise UsageError(f"a window has 1 to {MOST_WINDOW} words, not {window}")
    asked = parse(query) if isinstance(query, str) else query
    notes = list(asked.notes)
    with damage_named(), deadline(db.conn, asked.text, seconds), snapshot(db.conn):
        tiers = Tiers(db, asked.root)
        at = 0 if exact else len(tiers.names) - 1
        rows = tiers.rows(at)
        chosen = drawn(rows, MOST_ARTICLES, seed, notes)
        node, near = _around(db, chosen, asked.root, tiers.names[at], window, cut)
        raised = len(rows) / len(chosen) if chosen else 1.0
        wanted = [word for word, count in near.items() if count >= least]
        known = frequencies(db, wanted, seed, notes, unit)
        said = understood(db, asked.root)
    node = round(node * raised)
    found = []
    for word in wanted:
        together = round(near[word] * raised)
        alone = max(known.of.get(word, 0), together)
        found.append(
            Collocate(
                word,
                together,
                alone,
                log_dice(together, node, alone),
                log_likelihood(together, node, alone, known.tokens, 2 * window),
                mutual_information(together, node, alone, known.tokens, 2 * window),
            )
        )
    found.sort(key=lambda one: (-getattr(one, by), collation_key(one.word)))
    return Collocates(said, node, known.tokens, window, tuple(found[:most]), tuple(notes))


def _around(
    db: sqlite_utils.Database, rowids: list[int], root: Node, tier: Tier, window: int, cut: Segmenter | None
) -> tuple[int, Counter[str]]:
    """How often `root` matches in leads and bodies, and the words around its matches."""
    node, near = 0, Counter[str]()
    for _, texts in texts_of(db.conn, rowids):
        for column in _TEXTS:
            ready = prepare(texts[column])
            spans = list(places(ready, root, tier, column))
            if not spans:
                continue
            node += len(spans)
            words = segments(ready, cut)
            starts, stops = [word.start for word in words], [word.end for word in words]
            borders = [bisect_left(starts, end) for end in ends(ready.exact)]
            for start, end in spans:
                # A word that reaches into the match is no neighbour of it.
                first, last = bisect_right(stops, start), bisect_left(starts, end)
                begin = max((border for border in borders if border <= first), default=0)
                stop = next((border for border in borders if border >= last), len(words))
                near.update(word.word for word in words[max(begin, first - window) : first])
                near.update(word.word for word in words[last : min(stop, last + window)])
    return node, near
