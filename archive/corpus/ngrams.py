"""Words and pairs of words by month, for the whole archive: counted in a pass of its own, looked up in microseconds.

Words are syllables, or those that the archive tells or a segmenter makes of a text; of these the syllables are joined
by `_`: `đại_hội`.

A row a gram with its months packed takes 22 MB where a row a month takes 80 (20,000 articles, measured). Two thirds of
all pairs occur once: these are left out, and the threshold is kept beside the numbers.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise
from typing import Final

import sqlite_utils

from archive.corpus.compounds import LOOKED_AT, as_printed, cut_of
from archive.corpus.words import Unit, worded
from archive.errors import DamageError, NothingFound, UsageError
from archive.messages.message import Message
from archive.search.backend import Backend, Scope, asking
from archive.search.grammar.parser import words_of
from archive.search.grammar.tree import Word
from archive.search.index.docids import day_of
from archive.search.planner.accents import Rule
from archive.search.question import ANY_ACCENTS, Question, option, with_parameters
from archive.store.database import writing
from archive.text.analyzer import sentences
from archive.text.clock import utc_seconds
from archive.text.folding import aligned_fold

# Counts by month in few bytes: varints of the months since the one before, and of the count.

_MOST_BITS: Final = 63  # SQLite's integers have no more


def pack(gap: int, count: int) -> bytes:
    """A count, `gap` months behind the one before; the first one's gap is since month 0.

    >>> list(unpack(pack(24242, 5) + pack(1, 300)))
    [(24242, 5), (24243, 300)]
    """
    return _varint(gap) + _varint(count)


def unpack(packed: bytes) -> Iterator[tuple[int, int]]:
    """The (month, count) pairs of a blob; a month is year x 12 + month - 1. Raises DamageError for what is none."""
    numbers: list[int] = []
    number = shift = 0
    for byte in packed:
        number |= (byte & 0x7F) << shift
        if byte & 0x80:
            shift += 7
            if shift > _MOST_BITS:
                raise DamageError(
                    "the n-grams are damaged (a number without an end): 'baotinh rebuild ngrams' counts anew"
                )
        else:
            numbers.append(number)
            number = shift = 0
    month = 0
    for gap, count in zip(numbers[::2], numbers[1::2], strict=True):
        month += gap
        yield month, count


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


_HOLDING = "SELECT rowid FROM exact WHERE exact MATCH ?"
LEAST = 2
SIZES = (1, 2)

_TEXTS = "SELECT search_rowid, lead, body FROM articles ORDER BY search_rowid"
_DROP = ("DELETE FROM ngrams", "DELETE FROM ngram_months", "DELETE FROM ngram_state")
_LESS = (
    "UPDATE ngram_months SET tokens = max(0, tokens - ?), articles = max(0, articles - 1) WHERE month = ? AND size = ?"
)
_TOTALS = "SELECT gram, total FROM ngrams WHERE gram IN (SELECT value FROM json_each(?))"
_FOLDED = "SELECT gram, months FROM ngrams WHERE folded = ?"
_COUNTING = "CREATE TEMP TABLE counting (gram TEXT NOT NULL, month INTEGER NOT NULL, number INTEGER NOT NULL)"
_SUMMED = "SELECT gram, month, sum(number) FROM counting GROUP BY gram, month ORDER BY gram, month"


@dataclass(frozen=True, slots=True)
class Month:
    """How often a gram occurs in one month, out of all grams of its size; `articles` are those held of the month."""

    month: str
    count: int
    tokens: int
    articles: int

    @property
    def per_million(self) -> float | None:
        """Occurrences per million grams; None where there is no text."""
        return 1_000_000 * self.count / self.tokens if self.tokens else None


HEAD: Final = (*(one.name for one in fields(Month)), "per_million")
"""The columns of a table of months, wherever it is asked for."""


def table(found: Grams) -> Iterator[tuple[str, int, int, int, float | None]]:
    """A line for each month."""
    return ((one.month, one.count, one.tokens, one.articles, one.per_million) for one in found.months)


@dataclass(frozen=True, slots=True)
class Grams:
    """A gram over time, every month of the archive once; `spellings` are the grams summed, as they are written.

    `count` is their sum, `any_accents` what it were if no accent typed were meant (`rule`).
    """

    gram: str
    spellings: tuple[str, ...]
    months: tuple[Month, ...]
    made_at: str
    least: int
    notes: tuple[str, ...] = ()
    unit: Unit = "syllable"
    rule: Rule = "any"
    count: int = 0
    any_accents: int = 0


def build(
    db: sqlite_utils.Database,
    least: int = LEAST,
    counted: Callable[[int], None] = lambda _: None,
    unit: Unit = "syllable",
) -> int:
    """Counts the words and pairs of all articles anew, and gives the number of different ones kept.

    About 2 ms an article; of the `unit` "segment" 0.7 ms a sentence, for which a segmenter is needed (extra `nlp`).
    `counted` is told of every 100 articles. Grams found less than `least` times are left out. Raises UsageError.
    """
    db.execute("DROP TABLE IF EXISTS temp.counting")
    db.execute(_COUNTING)
    of_months: list[tuple[str, int, int, int]] = []
    articles = 0
    for month, number, counts in months(db, counted, unit):
        articles += number
        of_months += [(month_name(month), size, tokens(counts, size), number) for size in SIZES]
        db.conn.executemany("INSERT INTO counting VALUES (?, ?, ?)", [(gram, month, n) for gram, n in counts.items()])
    db.conn.commit()
    with writing(db):
        for statement in _DROP:
            db.execute(statement)
        db.conn.executemany("INSERT INTO ngram_months VALUES (?, ?, ?, ?)", of_months)
        db.conn.executemany("INSERT INTO ngrams VALUES (?, ?, ?, ?, ?)", _packed(db, least))
        now = utc_seconds(datetime.now(UTC))
        db.execute("INSERT INTO ngram_state VALUES (1, ?, ?, ?, ?)", (now, articles, least, unit))
    db.execute("DROP TABLE temp.counting")
    kept: int = db.execute("SELECT count(*) FROM ngrams").fetchone()[0]
    return kept


def forget(db: sqlite_utils.Database, gone: Mapping[int, tuple[str, str]]) -> None:
    """Takes the words and pairs of articles out of the counts: by search rowid lead and body; opens no transaction.

    What is left of a gram below the threshold is left out as if it had been counted so. Words as units would have to be
    told apart again by a segmenter, so counts of those are dropped whole.
    """
    state = _state_of(db)
    if state is None:
        return
    if state.unit != "syllable":
        for statement in _DROP:
            db.execute(statement)
        return
    for rowid, texts in gone.items():
        day = day_of(rowid)
        month, counts = day.year * 12 + day.month - 1, _counted(sentences, texts)
        for gram, number in counts.items():
            _subtract(db, gram, month, number, state.least)
        for size in SIZES:
            db.execute(_LESS, (tokens(counts, size), month_name(month), size))
    db.execute("UPDATE ngram_state SET articles = max(0, articles - ?)", (len(gone),))


def _subtract(db: sqlite_utils.Database, gram: str, month: int, number: int, least: int) -> None:
    row = db.execute("SELECT months FROM ngrams WHERE gram = ?", (gram,)).fetchone()
    if row is None:
        return
    counted = {of: count - number * (of == month) for of, count in unpack(row[0])}
    total, last, packed = 0, 0, bytearray()
    for of, count in counted.items():
        if count > 0:
            packed += pack(of - last, count)
            total, last = total + count, of
    if total < least:
        db.execute("DELETE FROM ngrams WHERE gram = ?", (gram,))
    else:
        db.execute("UPDATE ngrams SET total = ?, months = ? WHERE gram = ?", (total, bytes(packed), gram))


@dataclass(frozen=True, slots=True)
class NgramsRequest(Question):
    """A word or a pair of words over time."""

    phrase: str = option("a word, or two", name="q", pattern=r"\w", argument=-1, metavar="PHRASE...")
    any_accents: bool = ANY_ACCENTS
    seconds: float | None = 60.0


def answer(held: Backend, asked: NgramsRequest) -> Grams:
    """The word or pair that is asked for, month by month.

    Where words have been counted, the syllables of each are joined by `_`: `đại_hội thành_công` is a pair. Raises
    NothingFound where nothing has been counted yet, UsageError for more than two words or none.
    """

    with asking(held, asked.phrase, asked.seconds) as scope:
        state = _state_of(scope.db)
        if state is None:
            raise NothingFound("no n-grams have been counted: 'baotinh rebuild ngrams' does it (2 ms an article)")
        gram = asked_for(asked.phrase, state.unit)
        kept = _kept(scope.db, gram.folded)
        notes: tuple[Message, ...] = ()
        if state.unit != "syllable" and gram.size > 1 and not kept:
            told = "words have been counted, not syllables: join those of a word, as in {split}"
            notes = (Message(told, split="_".join(asked.phrase.split())),)
        of_months = {one: months for one, months in kept.items() if months.total() >= state.least}
        of = _denominators(scope.db, gram.size)
        found = gram.over_time(of_months, asked.any_accents, of, state.made_at, state.least)
        plain = {one: one.replace("_", " ") for one in found.spellings}
        printed = as_printed(scope.db, plain.values(), _holding(scope.db, list(plain.values())))
        return replace(
            found,
            notes=notes,
            unit=state.unit,
            spellings=tuple(_like(one, printed.get(words, words)) for one, words in plain.items()),
        )


def _like(gram: str, printed: str) -> str:
    """`printed` with the syllables joined that are joined in `gram`.

    >>> _like("huyện_uỷ viên", "huyện ủy viên")
    'huyện_ủy viên'
    """
    return "".join("_" if one == "_" else other for one, other in zip(gram, printed, strict=True))


def _holding(db: sqlite_utils.Database, grams: Sequence[str]) -> list[int]:
    """Some articles that hold `grams`."""
    either = " OR ".join(f'{{lead body}} : "{gram}"' for gram in grams)
    return [row[0] for row in db.conn.execute(f"{_HOLDING} LIMIT {LOOKED_AT}", (either,))] if grams else []


grams = with_parameters("ngrams", answer, NgramsRequest)
"""`answer`, with the fields of `NgramsRequest` as its parameters."""


@dataclass(frozen=True, slots=True)
class Gram:
    """A gram as it was asked for: its `syllables`, and how it is written with and without its accents."""

    syllables: tuple[Word, ...]
    exact: str
    folded: str
    size: int

    def means(self, spelling: str) -> bool:
        """Whether `spelling` is the gram as it was typed."""
        return [word.exact for word in self.syllables] == re.split("[ _]", spelling)

    def over_time(
        self,
        months: Mapping[str, Counter[str]],
        any_accents: bool,
        held: Mapping[str, tuple[int, int]],
        made_at: str,
        least: int,
    ) -> Grams:
        """The gram by month, given how often each spelling occurs in each, and what is `held` of each month."""
        typed = not any_accents and any(word.accented for word in self.syllables)
        meant = {one: counts.total() for one, counts in months.items() if not typed or self.means(one)}
        counts = sum((months[one] for one in meant), Counter[str]())
        every = sum(one.total() for one in months.values())
        return Grams(
            self.exact if typed else self.folded,
            tuple(sorted(meant, key=lambda one: (-meant[one], one))),
            tuple(Month(month, counts[month], *of) for month, of in held.items()),
            made_at,
            least,
            rule="typed" if typed else "any",
            count=counts.total(),
            any_accents=every,
        )


def asked_for(phrase: str, unit: Unit = "syllable") -> Gram:
    """The gram that `phrase` is, as it is looked up; raises UsageError for none and for longer ones."""
    parts = [syllables for part in phrase.split() if (syllables := words_of(part))]
    syllables = tuple(word for part in parts for word in part)
    size, joined = (len(parts), "_") if unit != "syllable" else (len(syllables), " ")
    if size not in SIZES:
        raise UsageError(
            "n-grams are kept of one word or two, not of {size}; 'baotinh study trends' takes any query", size=size
        )
    exact = " ".join(joined.join(word.exact for word in part) for part in parts)
    return Gram(syllables, exact, aligned_fold(exact), size)


def tokens(counts: Counter[str], size: int) -> int:
    """How many grams of `size` there are among `counts`."""
    return sum(count for gram, count in counts.items() if gram.count(" ") == size - 1)


@dataclass(frozen=True, slots=True)
class Totals:
    """How often words occur, among `tokens` words of `articles` articles, counted at `made_at`."""

    of: dict[str, int]
    tokens: int
    articles: int
    made_at: str


def totals(db: sqlite_utils.Database, words: Sequence[str], unit: Unit = "syllable") -> Totals | None:
    """How often `words` (exact forms) occur in all that is held; None where it has not been counted by `unit`."""
    state = _state_of(db)
    if state is None or state.unit != unit:
        return None
    joined = {word.replace(" ", "_"): word for word in words}
    number = sum(tokens for tokens, _ in _denominators(db, 1).values())
    found = dict(db.conn.execute(_TOTALS, (json.dumps(list(joined)),)).fetchall())
    of = {joined[gram]: count for gram, count in found.items() if count >= state.least}
    return Totals(of, number, state.articles, state.made_at)


@dataclass(frozen=True, slots=True)
class _State:
    made_at: str
    articles: int
    least: int
    unit: Unit


def _state_of(db: sqlite_utils.Database) -> _State | None:
    """When the archive was counted, and above which number; None where it has not been."""
    row = db.conn.execute("SELECT made_at, articles, least, unit FROM ngram_state").fetchone()
    return None if row is None else _State(*row)


def _kept(db: sqlite_utils.Database, folded: str) -> dict[str, Counter[str]]:
    """How often each spelling of `folded` occurs, by month."""
    rows = db.conn.execute(_FOLDED, (folded,)).fetchall()
    return {gram: Counter({month_name(month): count for month, count in unpack(packed)}) for gram, packed in rows}


def _denominators(db: sqlite_utils.Database, size: int) -> dict[str, tuple[int, int]]:
    """Of each month, in order, all grams of `size`, and the articles."""
    sql = "SELECT month, tokens, articles FROM ngram_months WHERE size = ? ORDER BY month"
    return {month: (tokens, articles) for month, tokens, articles in db.conn.execute(sql, (size,))}


def month_name(month: int) -> str:
    """A month as "2020-03", of its number in the tables."""
    return f"{month // 12:04}-{month % 12 + 1:02}"


def months(
    db: sqlite_utils.Database, counted: Callable[[int], None] = lambda _: None, unit: Unit = "syllable"
) -> Iterator[tuple[int, int, Counter[str]]]:
    """Month by month: its number, its articles, and how often each gram occurs in them."""
    cut = _cutter(db, unit)
    current, number, counts = -1, 0, Counter[str]()
    for position, (rowid, lead, body) in enumerate(db.execute(_TEXTS), start=1):
        day = day_of(rowid)
        month = day.year * 12 + day.month - 1
        if month != current:
            if number:
                yield current, number, counts
            current, number, counts = month, 0, Counter()
        number += 1
        counts.update(_counted(cut, (lead, body)))
        if position % 100 == 0:
            counted(100)
    if number:
        yield current, number, counts


def _cutter(db: sqlite_utils.Database, unit: Unit) -> Callable[[str], Iterable[list[str]]]:
    """What cuts a text into sentences of syllables or of words; raises UsageError where these need a segmenter."""
    return sentences if unit == "syllable" else partial(worded, cut=cut_of(Scope(db), unit))


def _counted(cut: Callable[[str], Iterable[Sequence[str]]], texts: tuple[str, str]) -> Counter[str]:
    counts = Counter[str]()
    for words in cut("\n".join(texts)):
        counts.update(words)
        counts.update(f"{first} {second}" for first, second in pairwise(words))
    return counts


def _packed(db: sqlite_utils.Database, least: int) -> Iterator[tuple[str, str, int, int, bytes]]:
    gram, total, last, packed = "", 0, 0, bytearray()
    for next_gram, month, number in db.execute(_SUMMED):
        if next_gram != gram:
            if total >= least:
                yield gram, aligned_fold(gram), gram.count(" ") + 1, total, bytes(packed)
            gram, total, last, packed = next_gram, 0, 0, bytearray()
        packed += pack(month - last, number)
        total, last = total + number, month
    if total >= least:
        yield gram, aligned_fold(gram), gram.count(" ") + 1, total, bytes(packed)
