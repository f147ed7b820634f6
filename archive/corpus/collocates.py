"""The words that stand near what a query finds more often than chance would have it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Final, Literal, TypeAlias

import sqlite_utils

from archive.corpus.compounds import as_printed, cut_of
from archive.corpus.concordance import MOST_ARTICLES, draw, places
from archive.corpus.frequencies import Frequencies, Unit, frequencies
from archive.corpus.measures import log_dice, log_likelihood, mutual_information
from archive.corpus.stream import Stream, readable
from archive.corpus.words import Compounds, Cut, collation_key, segments
from archive.messages.message import Message
from archive.search.answer import Understood
from archive.search.backend import Backend, asking, found, spelled, understood
from archive.search.grammar.tree import Column, Node, Query
from archive.search.planner import accents
from archive.search.planner.executor import texts_of
from archive.search.planner.plan import tiers
from archive.search.question import ANY_ACCENTS, LEAST, QUERY, SEED, SHOWN, Question, option, with_parameters
from archive.text.analyzer import ends, prepare

By: TypeAlias = Literal["log_dice", "log_likelihood", "mutual_information", "together"]
MEASURES: tuple[By, ...] = ("log_dice", "log_likelihood", "mutual_information", "together")

COUNTED: tuple[Unit, ...] = ("word", "syllable", "segment")
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


HEAD: Final = tuple(one.name for one in fields(Collocate))
"""The columns of a table of collocates, wherever it is asked for."""


@dataclass(frozen=True, slots=True)
class Collocates:
    """The collocates of a query. `node` counts its matches in leads and bodies, `tokens` all words of these."""

    understood: Understood
    node: int
    tokens: int
    window: int
    words: tuple[Collocate, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CollocatesRequest(Question):
    """The words near what a query finds."""

    query: str | Query = QUERY
    window: int = option("Words looked at on each side, within the sentence.", 5, bounds=(1, MOST_WINDOW))
    by: By = option("The measure to sort by.", "log_dice", choices=MEASURES)
    least: int = LEAST
    limit: int = SHOWN
    unit: Unit = option("What is counted.", "word", choices=COUNTED)
    any_accents: bool = ANY_ACCENTS
    seed: int = SEED
    seconds: float | None = 120.0


def answer(held: Backend, asked: CollocatesRequest) -> Collocates:
    """The words within a window left or right of what a query finds, in the same sentence of lead or body.

    Only words found there at least `least` times count: rare ones look strong by chance. Words keep their accents; they
    are those that the archive's own texts tell (`corpus.compounds`), syllables, or what a segmenter makes of the text
    (extra `nlp`). Of more than 5,000 articles
    so many are drawn and the counts raised accordingly, which the notes say. Raises QueryError, UsageError,
    DamageError.
    """
    query = accents.read_phrases(asked.query, asked.any_accents)

    with asking(held, query.text, asked.seconds) as scope:
        root, notes = query.root, [*query.notes, *spelled(scope, query)]
        rows = found(scope, root)
        chosen = draw(rows, MOST_ARTICLES, asked.seed, notes)
        cut = cut_of(scope, asked.unit)
        number, near = _around(scope.db, chosen, root, asked.window, cut)
        raised = len(rows) / max(1, len(chosen))
        node = round(number * raised)
        wanted = {word: count for word, count in near.items() if count >= asked.least}
        known = frequencies(scope, list(wanted), asked.seed, notes, asked.unit, cut)
        words = [
            _collocate(word, round(count * raised), node, known, 2 * asked.window) for word, count in wanted.items()
        ]
        words.sort(key=lambda one: (-getattr(one, asked.by), collation_key(one.word)))
        if not words:
            scarce = Message("no word stands near it {least} times; ask for fewer times", least=asked.least)
            notes.append(scarce if node else Message("nothing found for: {query}", query=query.text))
        shown = words[: asked.limit]
        printed = as_printed(scope.db, [one.word for one in shown], chosen)
        shown = [replace(one, word=printed.get(one.word, one.word)) for one in shown]
        return Collocates(understood(scope, root), node, known.tokens, asked.window, tuple(shown), tuple(notes))


collocates = with_parameters("collocates", answer, CollocatesRequest)
"""`answer`, with the fields of `CollocatesRequest` as its parameters."""


def _collocate(word: str, together: int, node: int, known: Frequencies, places_near: int) -> Collocate:
    alone = max(known.of.get(word, 0), together)
    return Collocate(
        word,
        together,
        alone,
        log_dice(together, node, alone),
        log_likelihood(together, node, alone, known.tokens, places_near),
        mutual_information(together, node, alone, known.tokens, places_near),
    )


def _around(
    db: sqlite_utils.Database, rowids: Sequence[int], root: Node, window: int, cut: Cut
) -> tuple[int, Counter[str]]:
    """How often `root` matches in the leads and bodies of `rowids`, and the words around its matches."""
    tier = tiers(root)[-1]
    if readable(cut, len(rowids)):
        stream = Stream(db, rowids)
        matches = stream.matches(db, root, tier)
        if matches is not None:
            stream, matches = stream.sentences_of(matches)
            units = stream.units(cut if isinstance(cut, Compounds) else None)
            return len(matches), units.counted(units.around(matches, window))
    node, near = 0, Counter[str]()
    for _, texts in texts_of(db.conn, rowids):
        for column in _TEXTS:
            ready = prepare(texts[column])
            spans = list(places(ready, root, tier, column))
            if not spans:
                continue
            node += len(spans)
            borders = [0, *ends(ready.exact)]
            for start, end in spans:
                # The sentence of the match, or those that it stands in; no other is cut into words.
                begins, stops = borders[bisect_right(borders, start) - 1], borders[bisect_left(borders, end)]
                words = segments(ready, cut, begins, stops)
                # A word that reaches into the match is no neighbour of it.
                before = [word.word for word in words if word.end <= start]
                near.update(before[-window:])
                near.update([word.word for word in words if word.start >= end][:window])
    return node, near
