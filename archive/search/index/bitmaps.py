"""Notes in which articles common words stand, and which of the commonest stand side by side there: what makes words,
and phrases of them, quick to find.

FTS5 gives the list of a word number by number, 7 ms for 100,000 articles (measured), and intersects positions for a
phrase, 22-48 ms; as bits it is 12 KB and 0.1 ms. All of it is made of the numbers of the texts, part by part of the
archive's time, after a run, where articles have been written or taken away: 25 us an article of such a part. Until then
these are noted in `bits_todo`, and asked of the index itself.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import sqlite_utils

from archive.search.grammar.matcher import Table
from archive.search.index import numbered
from archive.search.index.docid_sets import SPARE, Numbers, ascending, numpy
from archive.store.database import writing
from archive.text.folding import aligned_fold

SHARE = 10
"""A word has bits where it stands in a tenth of the articles or more, by a sample of them."""

FREQUENT = 128
"""Words of each form of which it is noted where two stand side by side: 0.55 of running text (measured); the slowest
phrase left takes 14 ms at 100,000 articles. With 256 it would take 7, for twice the size and the time."""

PART = 1 << 14
"""Articles in a part at most."""

_LEAST = 10_000  # articles from which it pays; below, the slowest phrase takes 5 ms
_SAMPLE = 2000  # articles that tell which words are common
_GROWTH = 2  # these are told anew when the archive has doubled, and all is made anew then
_BLOCK = 512  # articles read at once: their bits make whole bytes
_FORMS: Final[tuple[Table, ...]] = ("exact", "folded")
_TABLES: Final = ("common_words", "word_bits", "bit_parts", "bits_todo")
_ESCAPE: Final = 255

LISTED: dict[Table, str] = {
    "exact": "SELECT group_concat(rowid) FROM exact WHERE exact MATCH :match AND rowid BETWEEN :low AND :high",
    "folded": "SELECT group_concat(rowid) FROM folded WHERE folded MATCH :match AND rowid BETWEEN :low AND :high",
}
"""What each table finds between two rowids, as one text: three times as fast as rows."""

_NUMBER = "SELECT count(*) FROM articles INDEXED BY articles_facts"
_ROWIDS = """SELECT search_rowid FROM articles INDEXED BY articles_facts
    WHERE search_rowid BETWEEN ? AND ? ORDER BY 1 LIMIT ?"""
_GENERATION = "SELECT generation FROM index_state"
_PART = "SELECT first, rowids FROM bit_parts WHERE first <= ? ORDER BY first DESC LIMIT 1"
_NEXT = "SELECT min(first) FROM bit_parts WHERE first > ?"
_LAST_ROWID = 1 << 62


def note(conn: sqlite3.Connection, changed: Iterable[int]) -> None:
    """Notes that the texts of these rowids have changed, or are gone, in the caller's transaction."""
    if conn.execute("SELECT 1 FROM common_words LIMIT 1").fetchone() is not None:
        conn.executemany("INSERT OR IGNORE INTO bits_todo VALUES (?)", [(rowid,) for rowid in changed])


def forget_counts(db: sqlite_utils.Database) -> None:
    """Notes that the index is another one now, in the caller's transaction."""
    db.conn.execute("UPDATE index_state SET generation = generation + 1")


def begin_anew(db: sqlite_utils.Database) -> None:
    """Drops all bits and the choice of words, in the caller's transaction: `catch_up` makes them again."""
    for table in _TABLES:
        db.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names


def catch_up(db: sqlite_utils.Database, seconds: float | None = None) -> int:
    """Makes the parts anew in which articles have been written or taken away; gives how many these were.

    A transaction each; stops after `seconds`, if given, where others write meanwhile, and where the numbers of texts
    are still to be made. Without numpy there are none.
    """
    end = None if seconds is None else time.monotonic() + seconds
    articles = int(db.execute(_NUMBER).fetchone()[0])
    if numpy is None or articles < _LEAST or db.execute("SELECT 1 FROM numbered_todo LIMIT 1").fetchone() is not None:
        return 0
    chosen = db.execute("SELECT max(articles) FROM common_words").fetchone()[0]
    if chosen is None or articles >= chosen * _GROWTH:
        _choose(db, articles)
    generation, made = db.execute(_GENERATION).fetchone()[0], 0
    common: _Common | None = None
    while end is None or time.monotonic() < end:
        first = db.execute("SELECT min(search_rowid) FROM bits_todo").fetchone()[0]
        common = common or (None if first is None else _Common(db))
        if common is None or first is None or not _make(db, common, first, generation):
            break
        made += 1
    return made


def _choose(db: sqlite_utils.Database, articles: int) -> None:
    """Tells by a sample which words are common, and notes that all bits are to be made."""
    rowids = [row[0] for row in db.execute(_ROWIDS, (0, _LAST_ROWID, articles))]
    sample = rowids[:: len(rowids) // _SAMPLE or 1]
    names = numbered.Names(db)
    held = [numpy.frombuffer(one, one.typecode) for _, _, one in numbered.read(db, sample, names)]
    word_of = names.words(ascending(numpy.concatenate(held)).tolist())
    fold_of = {number: aligned_fold(word) for number, word in word_of.items()}
    rows = []
    for form, of in zip(_FORMS, (word_of, fold_of), strict=True):
        words = list(dict.fromkeys(of.values()))
        place_of, code_of = {word: place for place, word in enumerate(words)}, numpy.full(names.highest + 1, len(words))
        code_of[list(of)] = [place_of[word] for word in of.values()]
        counts = numpy.zeros(len(words) + 1, numpy.int32)
        for numbers in held:
            stands = numpy.zeros(len(words) + 1, dtype=bool)
            stands[code_of[numbers]] = True
            counts += stands
        counted = sorted(zip((-counts[:-1]).tolist(), words, strict=True))
        for place, (count, word) in enumerate(counted, 1):
            if place <= FREQUENT or -count * SHARE >= len(held):
                rows.append((form, word, place if place <= FREQUENT else 0, articles))
    with writing(db):
        begin_anew(db)
        db.conn.executemany("INSERT INTO common_words VALUES (?, ?, ?, ?)", rows)
        db.execute("INSERT INTO bits_todo SELECT search_rowid FROM articles")


def _make(db: sqlite_utils.Database, common: _Common, todo: int, generation: int) -> bool:
    """Makes the part anew to which the article `todo` belongs; whether nobody has written since that `generation`.

    One that is full takes in nothing behind its end: that begins another.
    """
    first, before = db.execute(_PART, (todo,)).fetchone() or (todo, b"")
    old = numpy.frombuffer(before, dtype="<i8")
    if len(old) >= PART and todo > old[-1]:
        first, old = todo, old[:0]
    following = db.execute(_NEXT, (todo,)).fetchone()[0]
    last = _LAST_ROWID if following is None else following - 1
    rowids = [row[0] for row in db.execute(_ROWIDS, (first, last, PART + 1))]
    if len(rowids) > PART:
        rowids = rowids[:PART]
        last = rowids[-1]
    rows = list(common.rows(rowids))
    with writing(db):
        if db.execute(_GENERATION).fetchone()[0] != generation:
            return False
        db.execute("DELETE FROM word_bits WHERE part = ?", (first,))
        db.execute("DELETE FROM bit_parts WHERE first = ?", (first,))
        db.execute("DELETE FROM bits_todo WHERE search_rowid BETWEEN ? AND ?", (first, last))
        db.conn.executemany("INSERT OR IGNORE INTO bits_todo VALUES (?)", [(one,) for one in old[old > last].tolist()])
        if rowids:
            stored = numpy.array(rowids, dtype="<i8").tobytes()
            db.execute("INSERT INTO bit_parts VALUES (?, ?)", (rowids[0], stored))
            db.conn.executemany("INSERT INTO word_bits VALUES (?, ?, ?, ?, ?)", [(rowids[0], *row) for row in rows])
    return True


class _Common:
    """The common words: of each number which one it is, and its place among the frequent ones; 0 is none."""

    def __init__(self, db: sqlite_utils.Database) -> None:
        self._db = db
        words = db.execute("SELECT number, word FROM numbered_words").fetchall()
        highest = max((number for number, _ in words), default=0)
        self.of: dict[Table, list[tuple[str, int]]] = {}
        self._index: dict[Table, Numbers] = {}
        self._place: dict[Table, Numbers] = {}
        for form in _FORMS:
            chosen = db.execute("SELECT word, frequent FROM common_words WHERE form = ?", (form,)).fetchall()
            index, place = numpy.zeros(highest + 2, numpy.uint32), numpy.zeros(highest + 2, numpy.uint32)
            at = {word: number for number, (word, _) in enumerate(chosen, 1)}
            for number, word in words:
                if found := at.get(word if form == "exact" else aligned_fold(word)):
                    index[number], place[number] = found, chosen[found - 1][1]
            self.of[form], self._index[form], self._place[form] = chosen, index, place

    def rows(self, rowids: Sequence[int]) -> Iterator[tuple[Table, str, bytes, bytes | None]]:
        """What is noted of each word in the articles of a part: where it stands, and where it is followed by which."""
        held: dict[Table, list[Numbers]] = {form: [] for form in _FORMS}
        pairs: dict[Table, list[Numbers]] = {form: [numpy.zeros(0, numpy.uint32)] for form in _FORMS}
        names = numbered.Names(self._db)
        for start in range(0, len(rowids), _BLOCK):
            read = list(numbered.read(self._db, rowids[start : start + _BLOCK], names))
            words = numpy.concatenate([numpy.frombuffer(one, one.typecode) for _, _, one in read])
            article = numpy.repeat(numpy.arange(len(read), dtype=numpy.uint32), [len(one) for _, _, one in read])
            kept = numpy.flatnonzero((words >= numbered.FIRST) | (words == numbered.TEXT))
            words, article = numpy.minimum(words[kept], len(self._place["exact"]) - 1), article[kept]
            for form in _FORMS:
                stands = numpy.zeros((len(self.of[form]) + 1, len(read) + -len(read) % SPARE), dtype=bool)
                stands[self._index[form][words], article] = True
                held[form].append(numpy.packbits(stands[1:], axis=1))
                place = self._place[form][words]
                at = numpy.flatnonzero((place[:-1] > 0) & (place[1:] > 0))
                pair = place[at] * FREQUENT + place[at + 1] - FREQUENT - 1
                pairs[form].append(pair * PART + article[at] + start)
        for form in _FORMS:
            followed = _followed(ascending(numpy.concatenate(pairs[form])))
            packed = numpy.concatenate(held[form], axis=1) if rowids else ()
            for (word, place), bits in zip(self.of[form], packed, strict=False):
                yield form, word, bits.tobytes(), followed[place - 1] if place else None


def _followed(codes: Numbers) -> list[bytes]:
    """Of each frequent word in what articles of the part each of them follows it.

    `codes` are pair x PART + article, in order, each once. First stand the ends of the lists, in four bytes each, then
    these: the articles passed over before each one, a byte, after one of 255 for each 255.
    """
    pair, article = codes // PART, (codes % PART).astype(numpy.int32)
    lists = numpy.searchsorted(pair, numpy.arange(FREQUENT * FREQUENT + 1))
    before = numpy.concatenate([[-1], article[:-1]])[: len(article)]
    before[lists[:-1][lists[1:] > lists[:-1]]] = -1
    gap = article - before - 1
    ends = numpy.cumsum(gap // _ESCAPE + 1)
    passed = numpy.full(int(ends[-1]) if len(ends) else 0, _ESCAPE, dtype=numpy.uint8)
    passed[ends - 1] = gap % _ESCAPE
    borders = numpy.concatenate([[0], ends])[lists]
    found = []
    for at in range(0, FREQUENT * FREQUENT, FREQUENT):
        of = borders[at : at + FREQUENT + 1]
        found.append((of[1:] - of[0]).astype("<u4").tobytes() + passed[of[0] : of[-1]].tobytes())
    return found


def articles_followed(followed: bytes, place: int) -> Numbers:
    """The articles of a part, from 0, in which a word is followed by the one of that place, out of its `followed`."""
    ends = numpy.frombuffer(followed, dtype="<u4", count=FREQUENT)
    start, end = (int(ends[place - 2]) if place > 1 else 0), int(ends[place - 1])
    passed = numpy.frombuffer(followed, numpy.uint8, end - start, 4 * FREQUENT + start)
    return numpy.cumsum(passed + (passed < _ESCAPE), dtype=numpy.int32)[passed < _ESCAPE] - 1
