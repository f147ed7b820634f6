"""A synthetic archive for the search benchmark: Zipf's law over compounds, 63 provinces, ten years, out of a seed."""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import sqlite_utils

from archive.places import PROVINCES_63, now
from archive.search.index import bitmaps, docids, numbered
from archive.search.index import writer as index
from archive.store import open_database
from archive.text.analyzer import count_words
from archive.text.urls import public_id
from bench.words import Writer

FIRST_DAY = date(2015, 1, 1)
DAYS = 3650
SYLLABLES = 600  # of an article, 3.9 KB of UTF-8
COMPOUNDS = 20_000
BATCH = 2000
SECTIONS = ("Thời sự", "Kinh tế", "Xã hội", "Văn hóa", "Xây dựng Đảng", "Quốc phòng", "Bạn đọc", "Pháp luật")


@dataclass(frozen=True, slots=True)
class Made:
    """What making the archive cost: wall and CPU seconds for rows and index together, bytes of text and of index.

    Settling is what comes once at the end: index optimized, frequent pairs and common words counted, bits made.
    """

    articles: int
    wall: float
    cpu: float
    text: int
    index: int
    settle_wall: float
    settle_cpu: float


class Texts:
    """Writes articles of compounds of one to four syllables, the frequent ones of frequent syllables."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        writer = Writer(seed)
        self.compounds = [" ".join(writer.words(self._random.choice((1, 2, 2, 2, 3, 4)))) for _ in range(COMPOUNDS)]
        self._weights = list(itertools.accumulate(1 / (rank + 2.7) for rank in range(COMPOUNDS)))

    def text(self, compounds: int) -> str:
        """Sentences of `compounds` compounds in all."""
        words = self._random.choices(self.compounds, cum_weights=self._weights, k=compounds)
        parts = [" ".join(words[at : at + 11]).capitalize() for at in range(0, len(words), 11)]
        return ". ".join(parts) + "."


Row = tuple[int, date, str, str, str, str, str, str]


def rows(count: int, seed: int) -> Iterator[Row]:
    """Number, day, source, province, section, headline, lead and body of each article, in order of time."""
    texts, chance = Texts(seed), random.Random(seed + 1)
    for number in range(count):
        unit = chance.choice(PROVINCES_63).id
        day = FIRST_DAY + timedelta(days=number * DAYS // count)
        body = "\n\n".join(texts.text(SYLLABLES // 10) for _ in range(4))
        lead, headline = texts.text(14), texts.text(6)[:-1]
        yield number, day, f"bao-{unit}", unit, chance.choice(SECTIONS), headline, lead, body


def make(path: Path, count: int, seed: int, source: Iterator[Row] | None = None) -> Made:
    """Writes the archive to `path`, and says what the rows and the index cost; generating the text is not counted.

    With `source` it is of the next `count` articles there: one shard of several.
    """
    db = open_database(path)
    for unit in PROVINCES_63:
        db.execute(
            "INSERT INTO sources VALUES (?, ?, 'newspaper', ?, '')", (f"bao-{unit.id}", f"Báo {unit.name}", unit.id)
        )
    db.execute(_CAPTURE)
    db.conn.commit()
    wall = cpu = 0.0
    text = written = 0
    source = itertools.islice(rows(count, seed) if source is None else source, count)
    while batch := list(itertools.islice(source, BATCH)):
        began = time.perf_counter(), time.process_time()
        _write(db, batch)
        db.conn.commit()
        wall, cpu = wall + time.perf_counter() - began[0], cpu + time.process_time() - began[1]
        text += sum(len(part.encode()) for row in batch for part in row[5:])
        written += len(batch)
        print(f"\r{written:,} articles", end="", flush=True)
    print()
    settling = began = time.perf_counter(), time.process_time()
    index.optimize(db)
    db.conn.commit()
    print(f"optimize: {(time.process_time() - began[1]) / count * 1e6:.0f} us an article")
    for name, settle in (
        ("words as numbers", numbered.catch_up),
        ("bits of common words and pairs", bitmaps.catch_up),
    ):
        before = time.process_time()
        settle(db)
        print(f"{name}: {(time.process_time() - before) / count * 1e6:.0f} us an article")
    ended = time.perf_counter() - settling[0], time.process_time() - settling[1]
    size = _index_size(db)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    return Made(count, wall, cpu, text, size, *ended)


_CAPTURE = """INSERT INTO captures (id, record_id, source, run, address, url_key, captured_at, kind, status, mime, file,
        offset, length, block, payload, provenance, state)
    VALUES (1, 'urn:uuid:1', 'bao-ha-noi', 'run', 'u', 'u', '2026-01-01T00:00:00.000Z', 'article', 200, 'text/html',
        'warc/x', 0, 1, '', '', 'captured', 'new')"""
_ADD = """INSERT INTO articles (public_id, source, url, url_key, slug, headline, headline_by, lead, body, captions,
        byline, source_credit, section, published, published_precision, modified, day, day_estimated, province,
        province_now, words, confidence, capture, revision, first_captured, last_captured, gone_at, search_rowid)
    VALUES (?, ?, ?, ?, '', ?, 'h1', ?, ?, '', '', '', ?, ?, 'day', NULL, ?, 0, ?, ?, ?, 1, 1, 1,
        '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', NULL, ?)"""


def _write(db: sqlite_utils.Database, batch: list[Row]) -> None:
    indexed = []
    db.execute("BEGIN")
    for number, day, source, unit, section, headline, lead, body in batch:
        rowid = docids.docid_for(db, day.isoformat())
        key = f"http://{source}.example/{number}"
        values = (
            *(public_id(key), source, key, key, headline, lead, body, section, day.isoformat(), day.isoformat()),
            *(unit, now(unit), count_words(body) + count_words(lead), rowid),
        )
        db.execute(_ADD, values)
        indexed.append(index.IndexRow(rowid, headline, lead, body))
    index.write(db, indexed)


def _index_size(db: sqlite_utils.Database) -> int:
    size: int = db.execute(
        "SELECT sum(pgsize) FROM dbstat WHERE aggregate = TRUE "
        "AND (name LIKE 'exact%' OR name LIKE 'folded%' OR name LIKE '%bit%' "
        "OR name LIKE 'numbered%')"
    ).fetchone()[0]
    return size
