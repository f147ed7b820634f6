"""Every place where a query matches, in its context, one line each (key word in context)."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Final, Literal, TypeAlias

import sqlite_utils

from archive.corpus.words import Key, collation_key
from archive.messages.message import Message
from archive.search.answer import Understood
from archive.search.backend import Backend, asking, found, spelled, understood
from archive.search.grammar.matcher import Span, Tier, near, occurrences
from archive.search.grammar.tree import COLUMNS, Column, Near, Node, Query
from archive.search.index.docid_sets import DocidSet
from archive.search.planner import accents
from archive.search.planner.plan import tiers
from archive.search.question import ANY_ACCENTS, QUERY, SEED, Question, option, with_parameters
from archive.search.ranking.hits import asked as asked_in
from archive.text.analyzer import Prepared, prepare, words

# Draws articles to be read, when more match than can be.


def draw(rows: DocidSet, most: int, seed: int, notes: list[str]) -> list[int]:
    """All of `rows`, or `most` drawn at random, always the same ones for one `seed`; a draw is said in `notes`."""
    every, number = list(rows), len(rows)
    if number <= most:
        return every
    notes.append(
        Message(
            "read are {most:,} of {number:,} articles, drawn at random (seed {seed})",
            most=most,
            number=number,
            seed=seed,
        )
    )
    return [every[at] for at in sorted(random.Random(seed).sample(range(number), most))]  # noqa: S311 - no secret


Sort: TypeAlias = Literal["newest", "oldest", "left", "right", "match"]
SORTS: tuple[Sort, ...] = ("newest", "oldest", "left", "right", "match")

MOST_ARTICLES = 5000
"""Articles that are read (70-200 us each); of more, so many are drawn at random."""

_SORTED_WORDS = 3  # of the context that decide the order
_ROWS = """SELECT a.search_rowid, a.public_id, coalesce(s.name, a.source), a.day, a.headline, a.lead, a.body,
        a.captions, a.byline
    FROM articles a LEFT JOIN sources s ON s.id = a.source
    WHERE a.search_rowid IN (SELECT value FROM json_each(?)) ORDER BY a.search_rowid DESC"""


@dataclass(frozen=True, slots=True)
class Line:
    """One match: the text left and right of it on one line, where it stands, and how well it matches."""

    public_id: str
    source_name: str
    day: date
    column: Column
    left: str
    match: str
    right: str
    tier: Tier


HEAD: Final = tuple(one.name for one in fields(Line))
"""The columns of a table of lines, wherever it is asked for."""


@dataclass(frozen=True, slots=True)
class Concordance:
    """The lines of a query. `articles` counts all articles that match, `read` those whose lines these are: fewer
    where they were drawn at random. `found` counts the lines of these, `lines` may be cut to the most asked for.
    """

    understood: Understood
    articles: int
    read: int
    found: int
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ConcordanceRequest(Question):
    """The lines of a query. "left" and "right" sort by the three words next to the match, in Vietnamese order."""

    query: str | Query = QUERY
    width: int = option("Characters of context on each side.", 60, bounds=(10, 500))
    sort: Sort = option("By day, by the words left or right of the match, or by the match.", "newest", choices=SORTS)
    one_each: bool = option("One line an article.", False)
    any_accents: bool = ANY_ACCENTS
    limit: int = option("How many lines to show.", 10_000, bounds=(1, 100_000), short="n")
    seed: int = SEED
    seconds: float | None = 60.0


def answer(held: Backend, asked: ConcordanceRequest) -> Concordance:
    """The lines that are `asked` for.

    Of more than 5,000 articles a random sample is read, always the same for one seed. Raises QueryError, UsageError,
    DamageError.
    """
    query = accents.read_phrases(asked.query, asked.any_accents)

    with asking(held, query.text, asked.seconds) as scope:
        root, notes = query.root, [*query.notes, *spelled(scope, query)]
        rows = found(scope, root)
        chosen = draw(rows, MOST_ARTICLES, asked.seed, notes)
        lines = _lines_of(scope.db, chosen, root, asked.width, asked.one_each)
        _sort(lines, asked.sort)
        said = understood(scope, root)
        return Concordance(said, len(rows), len(chosen), len(lines), tuple(lines[: asked.limit]), tuple(notes))


concordance = with_parameters("concordance", answer, ConcordanceRequest)
"""`answer`, with the fields of `ConcordanceRequest` as its parameters."""


def places(ready: Prepared, node: Node, tier: Tier, column: Column) -> Iterator[Span]:
    """Where what `node` asks for stands in a text of `column`: places in its forms, in order."""
    found: set[Span] = set()
    for part in asked_in(node, column):
        found.update(near(ready, part, tier) if isinstance(part, Near) else occurrences(ready, part, tier))
    yield from sorted(found)


def _lines_of(db: sqlite_utils.Database, chosen: Sequence[int], root: Node, width: int, one_each: bool) -> list[Line]:
    """The lines of the `chosen` articles, the newest first."""
    rows = db.conn.execute(_ROWS, (json.dumps(chosen),))
    return [line for row in rows for line in _lines(row, root, tiers(root), width, one_each)]


def _lines(row: tuple[object, ...], node: Node, names: Sequence[Tier], width: int, one_each: bool) -> Iterator[Line]:
    """A line for each place that is meant, with the strictest of the tiers `names` at which it matches."""
    _, public_id, source_name, day, *texts = row
    for column, text in zip(COLUMNS, map(str, texts), strict=True):
        if not text:
            continue
        ready = prepare(text)
        meant = {span: tier for tier in reversed(names) for span in places(ready, node, tier, column)}
        for (start, end), tier in sorted(meant.items()):
            first, last = ready.span(start, end)
            yield Line(
                str(public_id),
                str(source_name),
                date.fromisoformat(str(day)),
                column,
                _before(ready.text, first, width),
                " ".join(ready.text[first:last].split()),
                _after(ready.text, last, width),
                tier,
            )
            if one_each:
                return


def _before(text: str, end: int, width: int) -> str:
    """What stands before `end`, `width` characters at most, without the rest of a word that is cut.

    >>> _before("Cây quýt bén rễ", 12, 7), _before("Cây quýt bén rễ", 12, 8)
    ('bén', 'quýt bén')
    """
    words = text[max(0, end - width) : end].split()
    cut = len(words) > 1 and end > width and not (text[end - width - 1].isspace() or text[end - width].isspace())
    return " ".join(words[cut:])


def _after(text: str, begin: int, width: int) -> str:
    """What stands from `begin` on, `width` characters at most, without the rest of a word that is cut.

    >>> _after("Cây quýt bén rễ", 3, 7), _after("Cây quýt bén rễ", 3, 9)
    ('quýt', 'quýt bén')
    """
    end = begin + width
    words = text[begin:end].split()
    cut = len(words) > 1 and end < len(text) and not (text[end].isspace() or text[end - 1].isspace())
    return " ".join(words[: len(words) - cut])


def _sort(lines: list[Line], sort: Sort) -> None:
    match sort:
        case "newest":
            return
        case "oldest":
            lines.reverse()
        case "left":
            lines.sort(key=lambda line: _keys(line.left)[::-1][:_SORTED_WORDS])
        case "right":
            lines.sort(key=lambda line: _keys(line.right)[:_SORTED_WORDS])
        case "match":
            lines.sort(key=lambda line: _keys(line.match))


def _keys(text: str) -> list[Key]:
    return [collation_key(word) for word in words(prepare(text).exact)]
