"""The words that set the articles of one query apart from others: how much more common they are, in how many articles
and sources, so that neither one long story nor what a site prints on each of its pages passes for a topic.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from heapq import nsmallest
from typing import Final, Literal, TypeAlias

import sqlite_utils

from archive.corpus.compounds import as_printed, cut_of
from archive.corpus.concordance import draw
from archive.corpus.frequencies import MOST_READ, UNITS, Unit, cutter, units_of
from archive.corpus.measures import dispersion, keyness, log_ratio, simple_maths, text_keyness
from archive.corpus.stream import Stream, readable
from archive.corpus.words import Cut, collation_key
from archive.errors import NothingFound
from archive.messages.message import Message
from archive.search.answer import Understood
from archive.search.backend import Backend, asking, found, spelled, understood
from archive.search.grammar.tree import EVERY_ARTICLE, Query
from archive.search.index.docid_sets import DocidSet, Numbers, numpy
from archive.search.planner import accents
from archive.search.question import ANY_ACCENTS, LEAST, QUERY, SEED, SHOWN, Question, option, with_parameters

By: TypeAlias = Literal["text_keyness", "log_likelihood", "log_ratio", "ratio"]
MEASURES: tuple[By, ...] = ("text_keyness", "log_likelihood", "log_ratio", "ratio")


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word or pair: how often in the one corpus (`here`) and the other (`there`), in how many articles of either, and
    in how many sources here. `dispersion` is Gries' DP over these sources: 0 evenly, near 1 where a small one has it.

    `text_keyness` is G2 of the articles that hold it, source by source; `log_likelihood` G2 of its occurrences (3.84 is
    p < 0.05, 10.83 p < 0.001), `log_ratio` how often its rate doubles, `ratio` Kilgarriff's.
    """

    word: str
    here: int
    there: int
    articles_here: int
    articles_there: int
    sources: int
    dispersion: float
    text_keyness: float
    log_likelihood: float
    log_ratio: float
    ratio: float


HEAD: Final = tuple(one.name for one in fields(Keyword))
"""The columns of a table of keywords, wherever it is asked for."""


@dataclass(frozen=True, slots=True)
class Keywords:
    """What sets the articles of a query apart; `tokens` are the words read of either side, and `articles` these."""

    understood: Understood
    tokens_here: int
    tokens_there: int
    articles_here: int
    articles_there: int
    words: tuple[Keyword, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KeywordsRequest(Question):
    """The keywords of a query against another one; `favour` is n of the ratio, `every` reads all articles."""

    query: str | Query = QUERY
    against: str | Query | None = option("The other side; all other articles if not given.", None, metavar="QUERY")
    unit: Unit = option("What is counted.", "word", choices=UNITS)
    by: By = option("The measure to sort by.", "text_keyness", choices=MEASURES)
    favour: float = option("More of it favours common words in the ratio.", 1.0, bounds=(0, 1_000_000))
    least: int = LEAST
    least_articles: int = option("Leave out what fewer articles have.", 3, bounds=(1, 10_000))
    least_sources: int = option("Leave out what fewer sources have.", 1, bounds=(1, 1_000))
    every: bool = option("Read all articles, however many, instead of 5,000 a side.", False, name="all")
    limit: int = SHOWN
    any_accents: bool = ANY_ACCENTS
    seed: int = SEED
    seconds: float | None = 120.0

    def sides(self) -> tuple[Query, Query | None]:
        """Both queries, understood; raises QueryError."""
        other = self.against or None  # an empty one is none
        return (
            accents.read_phrases(self.query, self.any_accents),
            None if other is None else accents.read_phrases(other, self.any_accents),
        )


def answer(held: Backend, asked: KeywordsRequest) -> Keywords:
    """What is more common in the articles of one side than of the other: words, syllables or pairs of them.

    Words found in the one less than `least` times, or in fewer than so many articles or sources, are left out. Of more
    than 5,000 articles a side so many are drawn, unless `every` one is to be read. Raises QueryError, UsageError,
    NothingFound where a side is empty, DamageError.
    """
    query, other = asked.sides()

    with asking(held, query.text, None if asked.every else asked.seconds) as scope:
        root, notes = query.root, [*query.notes, *spelled(scope, query)]
        here = found(scope, root)
        there = found(scope, EVERY_ARTICLE) - here if other is None else found(scope, other.root)
        if not len(here) or not len(there):
            raise NothingFound("one of the two sides has no article: there is nothing to compare")
        cut = cut_of(scope, asked.unit)
        chosen = [_chosen(rows, asked, notes) for rows in (here, there)]
        if all(readable(cut, len(side)) for side in chosen):
            whole, likely = foremost_counts(scope.db, chosen, asked, cut)
        else:
            ours, theirs = (read_side(scope.db, rows, asked.unit, cut) for rows in chosen)
            whole = totals(ours, theirs)
            every = sum(ours.words.values(), Counter[str]())
            likely = list(counts(ours, theirs, (word for word, number in every.items() if number >= asked.least)))
        words = foremost(scored(likely, whole, asked), asked)
        printed = as_printed(scope.db, [one.word for one in words], list(here))
        words = tuple(replace(one, word=printed.get(one.word, one.word)) for one in words)
        return told(understood(scope, root), whole, words, tuple(notes))


keywords = with_parameters("keywords", answer, KeywordsRequest)
"""`answer`, with the fields of `KeywordsRequest` as its parameters."""


# What either side consists of, source by source.

Quad: TypeAlias = tuple[int, int, int, int]
"""Occurrences here and there, articles here and there."""

Held: TypeAlias = Mapping[str, Quad]
"""The counts of a word, or of all words and articles, in each source."""

_BATCH = 500
_TEXTS = "SELECT source, lead, body FROM articles WHERE search_rowid IN (SELECT value FROM json_each(?))"


@dataclass(slots=True)
class Side:
    """Of each source how often each word occurs, in how many articles, and how many words and articles there are."""

    words: dict[str, Counter[str]]
    texts: dict[str, Counter[str]]
    tokens: Counter[str]
    articles: Counter[str]

    @classmethod
    def empty(cls) -> Side:
        """Nothing."""
        return cls({}, {}, Counter(), Counter())


def read_side(db: sqlite_utils.Database, rowids: Sequence[int], unit: Unit, cut: Cut) -> Side:
    """What the leads and bodies of `rowids` consist of."""
    side, pieces = Side.empty(), cutter(unit, cut)
    for start in range(0, len(rowids), _BATCH):
        for source, *texts in db.conn.execute(_TEXTS, (json.dumps(list(rowids[start : start + _BATCH])),)):
            words = [word for text in texts for word in pieces(text)]
            side.words.setdefault(source, Counter()).update(words)
            side.texts.setdefault(source, Counter()).update(set(words))
            side.tokens[source] += len(words)
            side.articles[source] += 1
    return side


def _chosen(rows: DocidSet, asked: KeywordsRequest, notes: list[str]) -> list[int]:
    return list(rows) if asked.every else draw(rows, MOST_READ, asked.seed, notes)


def totals(ours: Side, theirs: Side) -> Held:
    """How many words and articles either side has of each source."""
    sides = (ours.tokens, theirs.tokens, ours.articles, theirs.articles)
    return {source: _quad(sides, source) for source in ours.words | theirs.words}


def _quad(sides: Sequence[Counter[str]], key: str) -> Quad:
    one, two, three, four = sides
    return one[key], two[key], three[key], four[key]


def counts(ours: Side, theirs: Side, words: Iterable[str]) -> Iterator[tuple[str, Held]]:
    """The counts of each of `words` in the sources that have it."""
    none: Counter[str] = Counter()
    parts = [
        (source, tuple(of.get(source, none) for of in (ours.words, theirs.words, ours.texts, theirs.texts)))
        for source in ours.words | theirs.words
    ]
    for word in words:
        yield word, {source: _quad(four, word) for source, four in parts if word in four[0] or word in four[1]}


def scored(counted: Iterable[tuple[str, Held]], whole: Held, asked: KeywordsRequest) -> Iterator[Keyword]:
    """The words that are more common here than there, and found as often as is asked for."""
    c, d, articles_here, articles_there = _sum(whole.values())
    # Always in one order, so that sums of fractions are the same.
    sources_here, shared = sorted(source for source, quad in whole.items() if quad[0]), compared(whole)
    for word, held in counted:
        a, b, texts, texts_there = _sum(held.values())
        sources = sum(quad[0] > 0 for quad in held.values())
        if a < asked.least or texts < asked.least_articles or sources < asked.least_sources or a * d <= b * c:
            continue
        tables = [(*held.get(source, _NONE)[2:], *whole[source][2:]) for source in shared] or [
            (texts, texts_there, articles_here, articles_there)
        ]
        yield Keyword(
            word,
            a,
            b,
            texts,
            texts_there,
            sources,
            dispersion((held.get(source, _NONE)[0], whole[source][0]) for source in sources_here),
            text_keyness(tables),
            keyness(a, b, c, d),
            log_ratio(a, b, c, d),
            simple_maths(a, b, c, d, asked.favour),
        )


_NONE: Quad = (0, 0, 0, 0)


# The same out of numbers: only the words that may lead are counted out source by source.

_SOURCES = """SELECT search_rowid, source FROM articles INDEXED BY articles_facts
    WHERE search_rowid IN (SELECT value FROM json_each(?))"""
_SLACK = 1e-6  # of a measure, so that what is equal but for rounding is looked at exactly


def foremost_counts(
    db: sqlite_utils.Database, sides: Sequence[Sequence[int]], asked: KeywordsRequest, cut: Cut
) -> tuple[Held, list[tuple[str, Held]]]:
    """Words and articles of each source on both sides, and the counts of all words that may be among the foremost."""
    source_of = {rowid: source for side in sides for rowid, source in _sources(db, side)}
    sources = sorted(set(source_of.values()))
    at = {source: number for number, source in enumerate(sources)}
    ordered = [sorted(side, key=lambda rowid: (source_of[rowid], rowid)) for side in sides]
    stream = Stream(db, [*ordered[0], *ordered[1]])  # one for both, so that a word has one code
    units = units_of(stream, asked.unit, cut)
    number, rows = len(sides[0]), 2 * len(sources)
    row = numpy.array(
        [at[source_of[rowid]] + len(sources) * (place >= number) for place, rowid in enumerate(stream.rowids)]
    )
    begins = units.begins()
    lengths = numpy.diff(begins)
    kept = numpy.flatnonzero(numpy.bincount(units.codes[: begins[number]]) >= asked.least)
    words, texts = (numpy.zeros((rows, len(kept) + 1), dtype=numpy.int64) for _ in range(2))  # the last: all others
    column = numpy.full(int(units.codes.max(initial=0)) + 1, len(kept))
    column[kept] = numpy.arange(len(kept))
    for first, last in _pieces(row, max(1, min(_MOST_ARTICLES, _CELLS // len(words[0])))):
        of_word = column[units.codes[begins[first] : begins[last]]]
        held = numpy.zeros((last - first, len(words[0])), dtype=numpy.uint8)
        held.ravel()[numpy.repeat(numpy.arange(last - first) * len(words[0]), lengths[first:last]) + of_word] = 1
        words[row[first]] += numpy.bincount(of_word, minlength=len(words[0]))
        texts[row[first]] += held.sum(axis=0, dtype=numpy.uint8)
    words, texts = (one[:, :-1].reshape(2, len(sources), -1) for one in (words, texts))
    tokens = numpy.bincount(row, lengths, minlength=rows).astype(numpy.int64).reshape(2, -1)
    articles = numpy.bincount(row, minlength=rows).reshape(2, -1)
    whole = {source: _four(tokens, articles, at[source]) for source in sources}
    likely = _may_lead(words, texts, tokens, articles, asked).tolist()
    names = units.names(kept[likely].tolist())
    return whole, [
        (name, {one: quad for one in sources if any((quad := _four(words[..., word], texts[..., word], at[one]))[:2])})
        for name, word in zip(names, likely, strict=True)
    ]


_MOST_ARTICLES = 255  # counted in a byte
_CELLS = 1 << 20  # of articles and words at once: they stay near the processor


def _pieces(row: Numbers, size: int) -> Iterator[tuple[int, int]]:
    """First and last of at most `size` neighbours that have one value in `row`."""
    first = 0
    for end in [*(numpy.flatnonzero(numpy.diff(row)) + 1).tolist(), len(row)]:
        yield from ((begin, min(begin + size, end)) for begin in range(first, end, size))
        first = end


def _sources(db: sqlite_utils.Database, rowids: Sequence[int]) -> Iterator[tuple[int, str]]:
    for start in range(0, len(rowids), _BATCH):
        yield from db.conn.execute(_SOURCES, (json.dumps(list(rowids[start : start + _BATCH])),))


def _four(words: Numbers, texts: Numbers, at: int) -> Quad:
    return int(words[0, at]), int(words[1, at]), int(texts[0, at]), int(texts[1, at])


def _may_lead(words: Numbers, texts: Numbers, tokens: Numbers, articles: Numbers, asked: KeywordsRequest) -> Numbers:
    """Which words pass the limits and are by the measure no less than the last that is shown, but for rounding."""
    (a, b), (c, d) = words.sum(axis=1), tokens.sum(axis=1).tolist()
    enough = (texts[0].sum(axis=0) >= asked.least_articles) & ((words[0] > 0).sum(axis=0) >= asked.least_sources)
    passing = numpy.flatnonzero(enough & (a >= asked.least) & (a * d > b * c))
    texts, a, b = texts[..., passing], a[passing], b[passing]
    with numpy.errstate(divide="ignore", invalid="ignore"):
        match asked.by:
            case "text_keyness":
                shared = numpy.flatnonzero(articles.min(axis=0) > 0)
                if len(shared):
                    value = _keyness(texts[:, shared], articles[:, shared]).sum(axis=0)
                else:
                    value = _keyness(texts.sum(axis=1), articles.sum(axis=1, keepdims=True))
            case "log_likelihood":
                value = 2 * (_part(a, c * (a + b) / (c + d)) + _part(b, d * (a + b) / (c + d)))
            case "log_ratio":
                value = numpy.log2(numpy.maximum(a, 0.5) * d / (numpy.maximum(b, 0.5) * c))
            case _:
                value = (1e6 * a / c + asked.favour) / ((1e6 * b / d if d else 0.0 * b) + asked.favour)
    last = numpy.sort(value)[-asked.limit :][:1]
    return passing[value >= last - _SLACK * numpy.maximum(1.0, abs(last))] if len(last) else passing


def _keyness(found: Numbers, of: Numbers) -> Numbers:
    """`measures.text_keyness` of each table: `found` here and there, of so many articles."""
    (a, b), (c, d) = found, of[..., None] if found.ndim > of.ndim else of
    share = (a + b) / (c + d)
    rest = 1 - share
    parts = _part(a, c * share), _part(b, d * share), _part(c - a, c * rest), _part(d - b, d * rest)
    return numpy.where(a * d >= b * c, 2, -2) * sum(parts)


def _part(observed: Numbers, expected: Numbers) -> Numbers:
    return numpy.where(observed > 0, observed * numpy.log(observed / expected), 0.0)


def _sum(quads: Iterable[Quad]) -> Quad:
    one, two, three, four = (sum(column) for column in zip(_NONE, *quads, strict=True))
    return one, two, three, four


def compared(whole: Held) -> list[str]:
    """The sources that have articles on both sides: within each of these the articles are compared."""
    return sorted(source for source, (_, _, here, there) in whole.items() if here and there)


def foremost(words: Iterable[Keyword], asked: KeywordsRequest) -> tuple[Keyword, ...]:
    """The first of `words` by a measure, those that are equal in the order of the alphabet."""
    return tuple(nsmallest(asked.limit, words, key=lambda one: (-getattr(one, asked.by), collation_key(one.word))))


def told(said: Understood, whole: Held, words: tuple[Keyword, ...], notes: Sequence[str]) -> Keywords:
    """The answer, which says where articles are in no comparison of texts."""
    shared = compared(whole)
    alone = sum(quad[2] for source, quad in whole.items() if source not in shared)
    more = list(notes)
    if shared and alone:
        more.append(
            Message(
                "text keyness compares the articles of each of {sources} sources with others of the same; "
                "{count:article|articles} found are of sources with no other",
                sources=len(shared),
                count=alone,
            )
        )
    if not words:
        more.append(
            Message("no word of these articles is in enough of them; a smaller `least` or `least_articles` shows more")
        )
    return Keywords(said, *_sum(whole.values()), words, tuple(dict.fromkeys(more)))
