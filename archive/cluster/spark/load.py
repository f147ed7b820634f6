"""Makes an archive's database of the tables of a re-reading, as a rebuild makes it of the WARC files; what earlier
parsers read is kept.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from itertools import chain, groupby, islice
from pathlib import Path
from typing import Any, Final

import sqlite_utils

from archive.cluster.spark.tables import Manifest, Part, Store, open_store, read_manifest, read_rows
from archive.custody import events
from archive.custody.rebuild import remake
from archive.errors import DamageError, SourceError, UsageError
from archive.holdings import Holdings
from archive.ingest.articles import ArticleWriter, find_names
from archive.ingest.pipeline import BATCH
from archive.ingest.reread import reads_alike
from archive.model import Teaser
from archive.search.index import writer
from archive.search.index import writer as pages
from archive.sources import Register
from archive.store import lookups, open_database, queries, unlikely, writes, writing
from archive.store.rows import CaptureRow, RevisionRow, Standing, decode_article
from archive.store.teasers import put_pointers
from archive.store.writes import add_revision
from archive.text.clock import utc_milliseconds

_REVISIONS: Final = """SELECT a.public_id, c.record_id, r.digest, r.parser, r.article_json FROM revisions r
    JOIN articles a ON a.id = r.article JOIN captures c ON c.id = r.capture ORDER BY r.article, r.number"""
_READINGS: Final = """SELECT a.public_id, c.record_id, r.digest, r.parser, r.article_json, r.replaced_at
    FROM readings r JOIN articles a ON a.id = r.article JOIN captures c ON c.id = r.capture ORDER BY r.id"""
_ARTICLE: Final = "SELECT id FROM articles WHERE public_id = ?"
_CAPTURE_ID: Final = "SELECT id FROM captures WHERE record_id = ?"
_TEXTS: Final = """SELECT c.record_id, r.article_json FROM revisions r JOIN captures c ON c.id = r.capture
    WHERE r.article = ?"""


def keep_readings(old: Path, new: sqlite_utils.Database) -> int:
    """Writes into `new` the readings of the database `old`, then its revisions that are read otherwise now.

    Gives their number: 0 where there is no old database. What is no article any more takes its readings along.
    """
    if not old.exists():
        return 0
    kept = 0
    with closing(open_database(old, readonly=True)) as before:
        rows = chain(before.execute(_READINGS), _replaced(before, new, utc_milliseconds(datetime.now(UTC))))
        while batch := list(islice(rows, BATCH)):
            with writing(new):
                kept += sum(_keep(new, *row) for row in batch)
    return kept


def _keep(
    new: sqlite_utils.Database, name: str, record_id: str, digest: str, parser: str, text: str, replaced_at: str
) -> bool:
    article = new.execute(_ARTICLE, (name,)).fetchone()
    if article is None:
        return False
    (capture,) = new.execute(_CAPTURE_ID, (record_id,)).fetchone()
    writes.keep_reading(new, RevisionRow(article[0], 0, capture, digest, parser, decode_article(text)), replaced_at)
    return True


def _replaced(
    before: sqlite_utils.Database, new: sqlite_utils.Database, now: str
) -> Iterator[tuple[str, str, str, str, str, str]]:
    """The revisions of `before` of articles in `new` that are read otherwise there, or are none there."""
    for name, revisions in groupby(before.execute(_REVISIONS), key=lambda row: row[0]):
        article = new.execute(_ARTICLE, (name,)).fetchone()
        if article is None:
            continue
        texts: dict[str, Any] = dict(new.execute(_TEXTS, article).fetchall())
        for _, record_id, digest, parser, text in revisions:
            read = texts.get(record_id)
            if read != text and not reads_alike(decode_article(text), None if read is None else decode_article(read)):
                yield name, record_id, digest, parser, text, now


_CAPTURE: Final = tuple(one.name for one in fields(CaptureRow))
_STAGED: Final = """CREATE TEMP TABLE shown (capture INTEGER NOT NULL, public_id TEXT NOT NULL);
    CREATE TEMP TABLE seen (source TEXT, url TEXT, url_key TEXT, headline TEXT, text TEXT, box TEXT, first TEXT,
        first_capture TEXT, last TEXT, last_capture TEXT, sightings INTEGER)"""
_SEEN: Final = "INSERT INTO seen VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_GONE: Final = "SELECT DISTINCT article FROM captures WHERE article IS NOT NULL AND text_digest = ''"
_SHOWN: Final = """UPDATE captures SET article = (SELECT a.id FROM shown s JOIN articles a ON a.public_id = s.public_id
    WHERE s.capture = captures.id) WHERE id IN (SELECT capture FROM shown)"""
# What two sources point to with the same words is one teaser, of the source that did so first.
_TEASERS: Final = """
    SELECT s.source, s.url, s.headline, s.text, s.box, f.id, l.id, g.sightings
    FROM (SELECT url_key, headline, text, box, min(first || ' ' || first_capture) AS first,
            max(last || ' ' || last_capture) AS last, sum(sightings) AS sightings
        FROM seen GROUP BY url_key, headline, text, box) g
    JOIN seen s ON s.url_key = g.url_key AND s.headline = g.headline AND s.text = g.text AND s.box = g.box
        AND s.first || ' ' || s.first_capture = g.first
    JOIN captures f ON f.record_id = s.first_capture JOIN captures l ON l.record_id = substr(g.last, 26)
    ORDER BY g.first, s.url_key, s.headline, s.text, s.box"""
_ADD_TEASER: Final = (
    "INSERT INTO ledger (source, pointer, first_capture, last_capture, sightings) VALUES (?, ?, ?, ?, ?)"
)
_MISFITS: Final = (
    *(KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError),
    *(sqlite3.IntegrityError, sqlite3.InterfaceError, sqlite3.ProgrammingError),
)
"""What rows raise that name what is not there, or hold nulls and kinds that no re-reading writes."""

_HELD_HERE: Final = """SELECT record_id FROM captures ORDER BY id"""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was brought in."""

    captures: int
    articles: int
    revisions: int
    teasers: int


def load(
    holdings: Holdings, register: Register, tables: str, tell: Callable[[int], None] = lambda _rows: None
) -> Loaded:
    """Makes the archive's database of the Parquet tables at the path or address `tables`.

    The tables must hold every capture that the database holds now; nothing is lost by loading. Raises UsageError
    where they do not, or two sources have one article; DamageError where a file is not what the manifest says;
    LockedError, StorageError.
    """
    store = open_store(tables)
    manifest = read_manifest(store)
    try:
        loaded = remake(holdings, lambda new: _fill(holdings, register, store, manifest, new, tell))
    except _MISFITS as error:
        message = "{tables}: the rows are not those of a re-reading, nothing was loaded ({error})"
        raise DamageError(message, tables=tables, error=repr(error)) from error
    events.append(
        holdings.root, "migration", holdings.database.name, "loaded", {"from": tables, "captures": loaded.captures}
    )
    return loaded


def _fill(
    holdings: Holdings, register: Register, store: Store, manifest: Manifest, new: Path, tell: Callable[[int], None]
) -> Loaded:
    with closing(open_database(new)) as db:
        db.conn.executescript(_STAGED)
        captures = 0
        for batch in _batches(store, manifest.of("captures")):
            with writing(db):
                _put_captures(db, register, batch, captures)
            captures += len(batch)
            tell(len(batch))
        _refuse_less(holdings, db)
        teasers = 0
        for batch in _batches(store, manifest.of("teasers")):
            rows = [(one.pop("source"), *one.values()) for one in batch]
            with writing(db):
                db.conn.executemany(_SEEN, rows)
            teasers += len(rows)
        seen = db.execute(_TEASERS)
        while some := seen.fetchmany(BATCH):
            with writing(db):
                _put_teasers(db, some)
        articles, revisions = _put_articles(db, register, store, manifest, tell)
        for batch in _batches(store, manifest.of("unlikely")):
            with writing(db):
                for row in batch:
                    _put_unlikely(db, row)
            tell(len(batch))
        with writing(db):
            db.execute(_SHOWN)
            for (article,) in db.execute(_GONE).fetchall():
                writes.settle_gone(db, article)
        keep_readings(holdings.database, db)
        find_names(db)
        with writing(db):
            writes.add_events(db, events.scan(holdings.root)[0])
            writer.optimize(db)
        db.execute("ANALYZE")
    return Loaded(captures, articles, revisions, teasers)


def _put_teasers(db: sqlite_utils.Database, rows: list[tuple[Any, ...]]) -> None:
    pointers = put_pointers(db, [Teaser(*row[1:5]) for row in rows])
    held = [(row[0], pointer, *row[5:]) for row, pointer in zip(rows, pointers, strict=True)]
    db.conn.executemany(_ADD_TEASER, held)


def _put_captures(db: sqlite_utils.Database, register: Register, batch: list[dict[str, Any]], before: int) -> None:
    shown = []
    for number, row in enumerate(batch, before + 1):
        if row["article"]:
            shown.append((number, row["article"]))
        row |= {"id": number, "article": None}
        writes.add_capture(db, CaptureRow(**{name: row[name] for name in _CAPTURE}))
    db.conn.executemany("INSERT INTO shown VALUES (?, ?)", shown)
    for source in {row["source"] for row in batch}:
        try:
            writes.put_source(db, register.get(source))
        except SourceError:
            continue  # a WARC of a site that the register does not know has no row here either


def _put_articles(
    db: sqlite_utils.Database, register: Register, store: Store, manifest: Manifest, tell: Callable[[int], None]
) -> tuple[int, int]:
    shelf = ArticleWriter(db, register, lambda _capture: None)
    articles = revisions = 0
    told = _told(store, manifest)
    while batch := list(islice(told, BATCH)):
        with writing(db):
            revisions += sum(_put_article(db, shelf, row, history) for row, history in batch)
            shelf.finish()
        articles += len(batch)
        tell(len(batch))
    return articles, revisions


def _told(store: Store, manifest: Manifest) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Every article with its revisions: both tables come in one order."""
    for part, texts in zip(manifest.of("articles"), manifest.of("revisions"), strict=True):
        held = groupby(read_rows(store, texts), key=lambda row: row["public_id"])
        for row, (public_id, history) in zip(read_rows(store, part), held, strict=True):
            if row["public_id"] != public_id:
                raise ValueError(f"{texts.path}: revisions of {public_id} where {row['public_id']} has none")
            yield row, list(history)


def _put_article(
    db: sqlite_utils.Database, shelf: ArticleWriter, row: dict[str, Any], history: list[dict[str, Any]]
) -> int:
    other = lookups.article_by_key(db, row["url_key"])
    if other is not None:
        message = (
            "{url}: {one} and {source_id} both have it, and were filed apart; 'baotinh rebuild' or "
            "'baotinh reread' without Spark files them together"
        )
        raise UsageError(message, url=row["url"], one=row["source"], source_id=other.source_id)
    number = shelf.next_id("articles")
    standing = Standing(
        *(number, row["public_id"], row["url_key"], row["source"], _capture(db, row["capture"]), row["revision"]),
        *(row["first_captured"], row["last_captured"], 0),
    )
    for one in history:
        article = decode_article(one["article_json"])
        capture = _capture(db, one["capture"])
        current = one["number"] == row["revision"]
        revision = RevisionRow(number, one["number"], capture, one["digest"], one["parser"], article)
        add_revision(db, revision, current)
        if current:
            shelf.put(article, standing)
    return len(history)


def _put_unlikely(db: sqlite_utils.Database, row: dict[str, Any]) -> None:
    # Filed apart, two sources may have it, or one an article where another has none.
    if lookups.article_by_key(db, row["url_key"]) is not None:
        return
    points_to = map(int, row.pop("points_to"))
    row |= {"id": writes.next_id(db, "unlikely"), "capture": _capture(db, row["capture"])}
    page, before = unlikely.UnlikelyRow(**row), unlikely.by_key(db, row["url_key"])
    if before is not None:
        later, now = queries.capture(db, before.capture), queries.capture(db, page.capture)
        if (now.captured_at, now.record_id) < (later.captured_at, later.record_id):
            return
        pages.remove_unlikely(db, before)
    pages.put_unlikely(db, page, points_to)


def _capture(db: sqlite_utils.Database, record_id: str) -> int:
    return int(db.conn.execute("SELECT id FROM captures WHERE record_id = ?", (record_id,)).fetchone()[0])


def _refuse_less(holdings: Holdings, new: sqlite_utils.Database) -> None:
    """Raises UsageError where the archive's database has captures that the new one has not."""
    if not holdings.database.exists():
        return
    with closing(open_database(holdings.database, readonly=True)) as old:
        missing = sum(
            new.conn.execute("SELECT 1 FROM captures WHERE record_id = ?", row).fetchone() is None
            for row in old.execute(_HELD_HERE)
        )
    if missing:
        message = "{missing:,} captures of this archive are not in the tables: read all of them again, then load"
        raise UsageError(message, missing=missing)


def _batches(store: Store, parts: list[Part]) -> Iterator[list[dict[str, Any]]]:
    for part in parts:
        rows = read_rows(store, part)
        yield from iter(lambda: list(islice(rows, BATCH)), [])  # noqa: B023 - it is used up before the next part
