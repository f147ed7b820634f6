"""A small archive for tests: captures made of a few words, and a reader that takes pages written as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlite_utils

from archive.errors import Unreadable
from archive.holdings import Holdings
from archive.ingest.keep import Keeper
from archive.ingest.pipeline import Ingest
from archive.model import Article, Capture, Found, Moment, Outcome, Place, Reading, Teaser
from archive.parsers.classify import LIKELY
from archive.sources import Register, parse_source
from archive.store import open_database, queries
from archive.store.queries import StoredArticle

SITE = "https://baotinh.example"
SOURCE = parse_source(
    'id = "bao-tinh"\nname = "Báo Tỉnh"\nkind = "newspaper"\nprovince = "bac-kan"\nstatus = "unverified"\n'
    'hosts = ["baotinh.example"]\n[[layout]]\nfamily = "generic"\n',
    "bao-tinh.toml",
)
REGISTER = Register.of([SOURCE])
FIRST_DAY = datetime(2024, 5, 1, 3, 0, tzinfo=UTC)


def page(headline: str, *body: str, **fields: Any) -> bytes:
    """A page for `read_json`: its fields as JSON."""
    return json.dumps({"headline": headline, "body": body, **fields}, ensure_ascii=False).encode()


def capture(path: str, body: bytes, minute: int = 0, status: int = 200, **fields: Any) -> Capture:
    """The capture of SITE/path, `minute` minutes after FIRST_DAY."""
    head = f"HTTP/1.1 {status} X\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
    return Capture(
        url=SITE + path,
        began=FIRST_DAY + timedelta(minutes=minute),
        request=b"GET / HTTP/1.1\r\n\r\n",
        response=head.encode() + body,
        source="bao-tinh",
        **fields,
    )


def read_json(
    url: str,
    body: bytes,
    content_type: str,
    status: int,
    captured: datetime,
    source: object,
    kind: str = "page",
    look: object = None,
) -> Reading:
    """What `page` wrote: an article, or a listing where it has no headline."""
    if kind == "robots":
        return Reading("robots")
    try:
        row = json.loads(body)
    except ValueError as error:
        raise Unreadable("no_article") from error
    teasers = tuple(Teaser(*teaser) for teaser in row.get("teasers", ()))
    if not row["headline"]:
        return Reading("listing", teasers=teasers)
    published = row.get("published", "")
    article = Article(
        url=url,
        headline=Found(row["headline"], by="json"),
        body=tuple(row["body"]),
        body_by="json",
        parser=row.get("parser", "json/1"),
        canonical=row.get("canonical", ""),
        captions=tuple(row.get("captions", ())),
        published=Moment(published, "minute", "json", published) if published else None,
        tags=tuple(row.get("tags", ())),
        teasers=teasers,
        rendering=row.get("rendering", ""),
        probability=row.get("probability", 1.0),
        notes=tuple(row.get("notes", ())),
    )
    if article.probability < LIKELY:
        return Reading("listing", teasers=teasers, reason=article.notes[-1], unlikely=article)
    return Reading("article", article, teasers=teasers)


def keep(holdings: Holdings, captures: Iterable[Capture], run: str = "r1") -> list[Place]:
    """Where `captures` lie, kept by one run and closed."""
    with Keeper(holdings, "bao-tinh", run) as keeper:
        return [keeper.keep(capture) for capture in captures]


def read(holdings: Holdings, places: Iterable[Place], register: Register = REGISTER) -> list[Outcome]:
    """The outcomes of reading `places`, committed."""
    with Ingest(holdings, register) as ingest:
        return [ingest.read(place) for place in places]


def new_holdings(root: Path) -> Holdings:
    """An empty archive at `root`."""
    return Holdings.create(root, "Thư viện tỉnh", "mailto:luu-tru@thuvien.example")


@contextmanager
def database(holdings: Holdings) -> Iterator[sqlite_utils.Database]:
    """The archive's database, opened for reading."""
    db = open_database(holdings.database, readonly=True)
    try:
        yield db
    finally:
        db.close()


NATURAL = {
    "captures": "SELECT c.record_id, c.source, c.url, c.captured_at, c.status, c.state, c.reason, c.parser, "
    "c.text_digest, a.url_key FROM captures c LEFT JOIN articles a ON a.id = c.article",
    "articles": "SELECT a.public_id, a.source, a.url, a.url_key, a.headline, a.lead, a.body, a.captions, a.published, "
    "a.day, a.day_estimated, a.province, a.province_now, a.words, c.record_id, a.revision, a.first_captured, "
    "a.last_captured, a.gone_at, a.search_rowid >> 16 FROM articles a JOIN captures c ON c.id = a.capture",
    "revisions": "SELECT a.url_key, r.number, c.record_id, r.digest, r.parser, r.article_json FROM revisions r "
    "JOIN articles a ON a.id = r.article JOIN captures c ON c.id = r.capture",
    "teasers": "SELECT t.source, t.url, t.url_key, t.headline, t.text, t.box, f.record_id, l.record_id, t.sightings "
    "FROM teasers t JOIN captures f ON f.id = t.first_capture JOIN captures l ON l.id = t.last_capture",
    "article_teasers": "SELECT a.url_key, x.position, t.url_key, t.headline, t.text, t.box FROM article_teasers x "
    "JOIN articles a ON a.id = x.article JOIN teasers t ON t.id = x.teaser",
    "tags": "SELECT a.url_key, t.position, t.tag, t.tag_key FROM tags t JOIN articles a ON a.id = t.article",
    "mentions": "SELECT a.url_key, m.field, m.start, m.length, m.place, m.surface, m.ambiguous FROM mentions m "
    "JOIN articles a ON a.id = m.article",
    "persons": "SELECT a.url_key, p.field, p.start, p.length, p.name, p.key, p.folded, p.offices FROM persons p "
    "JOIN articles a ON a.id = p.article",
    "unlikely": "SELECT u.public_id, u.source, u.url, u.url_key, u.headline, u.section, u.published, u.day, "
    "u.day_estimated, u.province, u.province_now, c.record_id, u.parser, u.probability, u.doubt, u.article_json "
    "FROM unlikely u JOIN captures c ON c.id = u.capture",
    "unlikely_pointed": "SELECT u.url_key, p.key FROM unlikely_pointed p JOIN unlikely u ON u.id = p.page",
    "sources": "SELECT * FROM sources",
    "events": "SELECT seq, at, type, object, outcome, detail_json FROM events WHERE type <> 'migration'",
    "words": "SELECT term, doc, cnt FROM folded_words UNION ALL SELECT term, doc, cnt FROM exact_words",
}
"""Each table by its natural keys, without the numbers of rows: what a rebuild must give again."""


def stored_articles(db: sqlite_utils.Database) -> list[StoredArticle]:
    rows = db.execute("SELECT search_rowid FROM articles ORDER BY search_rowid").fetchall()
    return list(queries.articles_at(db, [(rowid, None) for (rowid,) in rows]))


def tables(db: sqlite_utils.Database) -> dict[str, list[tuple[object, ...]]]:
    """The rows of every table in NATURAL, in one order."""
    return {name: sorted(db.execute(sql).fetchall(), key=repr) for name, sql in NATURAL.items()}


def search_rows(db: sqlite_utils.Database, table: str, word: str) -> list[str]:
    """The URL keys of the articles that the index table finds by `word`."""
    sql = f"SELECT a.url_key FROM {table} x JOIN articles a ON a.search_rowid = x.rowid WHERE {table} MATCH ?"
    return [row[0] for row in db.execute(sql, (word,))]
