"""Saved queries: what is new since somebody last looked.

What was seen is kept as public ids, not as a time: an article captured before the last look and read after it is new,
and a database made again from its WARC files gives no false news.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as Xml

import sqlite_utils

from archive.errors import DamageError
from archive.search import query_files
from archive.search.answer import Hit
from archive.search.connection import deadline, explain_damage, snapshot
from archive.search.grammar.parser import parse
from archive.search.grammar.tree import written
from archive.search.index.docid_sets import docid_set
from archive.search.planner.accents import Accents, of_older_file, read
from archive.search.planner.tiers import Tiers
from archive.search.query_files import KeepRequest
from archive.search.ranking.hits import hits
from archive.text.clock import utc_seconds

FOLDER: Final = "queries"
MOST_NEW = 500
"""New hits that one look gives; the rest is new at the next."""

_IDS = "SELECT search_rowid, public_id FROM articles WHERE search_rowid BETWEEN ? AND ? ORDER BY search_rowid"


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved query in standard form. `seen` are the public ids of the hits seen so far; times are UTC."""

    name: str
    query: str
    made_at: str
    looked_at: str
    seen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class News:
    """What is new: the newest of the `new` articles as hits, out of all that match now."""

    saved: Saved
    total: int
    new: int
    hits: tuple[Hit, ...]
    accents: Accents


def save(root: Path, asked: KeepRequest) -> Saved:
    """Saves a query under a name in the archive at `root`, nothing of it seen yet.

    Where no accents are meant, the standard form has each of its words marked `~`. Raises QueryError; UsageError where
    the name is bad, or taken and not to be replaced.
    """
    path = query_files.query_path(root, FOLDER, asked.name)
    saved = Saved(asked.name, written(read(asked.query, asked.any_accents).root), _now(), "")
    query_files.write(path, query_files.with_digest(asdict(saved)), asked.force)
    return saved


def load(root: Path, name: str) -> Saved:
    """The saved query `name`; raises NothingFound where there is none, DamageError where its file is no such thing."""
    path = query_files.query_path(root, FOLDER, name)
    value = query_files.read(path, "saved query")
    try:
        if "exact" in value:  # of a program before there was a rule of accents
            value["query"], _ = of_older_file(value["query"], value.pop("exact"), None)
        return Saved(**{**value, "seen": tuple(value["seen"])})
    except (KeyError, TypeError) as error:
        raise DamageError("{path}: not the JSON of a saved query ({error})", path=path, error=error) from error


def every(root: Path) -> tuple[Saved, ...]:
    """All saved queries of the archive at `root`, by name."""
    return tuple(load(root, name) for name in query_files.query_names(root, FOLDER))


def forget(root: Path, name: str) -> None:
    """Deletes the saved query `name`; raises NothingFound where there is none."""
    load(root, name)
    query_files.query_path(root, FOLDER, name).unlink()


def everything(saved: Saved) -> Saved:
    """`saved` as if nothing of it had been seen: for a feed, which shows the newest whoever has looked."""
    return replace(saved, seen=())


def look(db: sqlite_utils.Database, saved: Saved, limit: int = MOST_NEW, seconds: float | None = 60.0) -> News:
    """What `saved` finds that was not seen yet, the newest `limit` of it; `mark` then makes it seen."""
    asked = parse(saved.query)
    seen = set(saved.seen)
    with explain_damage(), deadline(db.conn, asked.text, seconds), snapshot(db.conn):
        tiers = Tiers(db, asked.root)
        last, rows = len(tiers.names) - 1, tiers.meant()
        known = _known(db, list(rows))
        new = docid_set(rowid for rowid, article in known.items() if article not in seen)
        tier_of = {rowid: tiers.names[at] for at in range(last, -1, -1) for rowid in tiers.rows(at) & new}
        found = [(rowid, tier_of[rowid]) for rowid in new.newest(limit)]
        shown = hits(db.conn, asked.root, found, {})
        counted = tiers.accents()
    return News(saved, len(rows), len(new), shown, counted)


def mark(root: Path, news: News) -> Saved:
    """Notes that the hits of `news` were seen, durably; gives the saved query as it is now."""
    seen = tuple(sorted({*news.saved.seen, *(hit.public_id for hit in news.hits)}))
    saved = replace(news.saved, seen=seen, looked_at=_now())
    path = query_files.query_path(root, FOLDER, saved.name)
    query_files.write(path, query_files.with_digest(asdict(saved)), replace=True)
    return saved


def _known(db: sqlite_utils.Database, rows: list[int]) -> dict[int, str]:
    if not rows:
        return {}
    wanted = set(rows)
    pairs = db.conn.execute(_IDS, (rows[0], rows[-1]))
    return {rowid: article for rowid, article in pairs if rowid in wanted}


def _now() -> str:
    return utc_seconds(datetime.now(UTC))


# The news of a saved query as an Atom feed (RFC 4287).

_ATOM = "http://www.w3.org/2005/Atom"


def atom_feed(
    title: str, identity: str, address: str, hits: Sequence[Hit], link: Callable[[Hit], str], updated: datetime
) -> bytes:
    """An Atom document of `hits`, the newest first.

    `identity` is the feed's permanent id and `address` its own URL; `link` gives the page of a hit. Entries are known
    by "urn:baotinh:<public id>", so a reader sees an article once, whatever happens to addresses. `updated` is aware.
    """
    Xml.register_namespace("", _ATOM)
    root = Xml.Element(f"{{{_ATOM}}}feed")
    _text(root, "title", title)
    _text(root, "id", identity)
    _text(root, "updated", utc_seconds(updated))
    Xml.SubElement(root, f"{{{_ATOM}}}link", {"rel": "self", "href": address})
    for hit in hits:
        entry = Xml.SubElement(root, f"{{{_ATOM}}}entry")
        _text(entry, "title", hit.headline)
        _text(entry, "id", f"urn:baotinh:{hit.public_id}")
        _text(entry, "updated", _published(hit))
        _text(entry, "published", _published(hit))
        author = Xml.SubElement(entry, f"{{{_ATOM}}}author")
        _text(author, "name", hit.source_name)
        Xml.SubElement(entry, f"{{{_ATOM}}}link", {"rel": "alternate", "href": link(hit)})
        Xml.SubElement(entry, f"{{{_ATOM}}}link", {"rel": "via", "href": hit.url})
        _text(entry, "summary", hit.snippet.text)
    data: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return data


def _text(parent: Xml.Element, name: str, text: str) -> None:
    # XML 1.0 has no place for most control characters.
    clean = "".join(letter for letter in text if letter >= " " or letter in "\t\n")
    Xml.SubElement(parent, f"{{{_ATOM}}}{name}").text = clean


def _published(hit: Hit) -> str:
    """When `hit` was published, as RFC 3339 wants it: a day without a time begins at midnight in Vietnam."""
    if hit.published and "T" in hit.published:
        return utc_seconds(datetime.fromisoformat(hit.published))
    return f"{hit.day}T00:00:00+07:00"
