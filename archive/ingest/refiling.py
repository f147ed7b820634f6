"""Puts pages that were read again in the place of what an earlier parser made of them.

What comes out for the articles concerned is what a rebuild gives. The history of the page and the history of its
reading stay apart: revisions are made again from all captures, and what the earlier parser read goes to `readings`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime

import sqlite_utils

from archive.ingest.shelf import Shelf
from archive.model import Article, State, Teaser
from archive.opening.page import timestamp
from archive.store import lookups, reads, writes
from archive.store.article_json import text_digest
from archive.store.ledger import Sighting
from archive.store.rows import CaptureRow, RevisionRow

_SEEN = tuple(name.name for name in fields(Article) if name.name not in {"url", "parser", "body_by", "notes"})


@dataclass(frozen=True, slots=True)
class Again:
    """A capture as today's parsers read it; `key` is the identity of what reads like an article, else "".

    `source` is the source it belongs to by today's register, "" where it was not opened.
    """

    capture: int
    state: State  # "unread" or "kept" where there is no article
    reason: str
    key: str
    article: Article | None
    teasers: tuple[Teaser, ...] = ()
    source: str = ""
    unlikely: Article | None = None  # what it reads like, under `key`, being probably none
    points_to: tuple[str, ...] = ()  # URL keys, of what is unlikely


@dataclass(slots=True)
class Tally:
    """What a re-reading changes: captures by what became of them, article fields by how they change."""

    captures: int = 0
    articles: int = 0  # whose text or fields change
    found: int = 0  # captures with an article where there was none
    lost: int = 0  # captures without an article where there was one
    assigned: int = 0  # captures that belong to a source now that was unknown when they came
    # (field, "changed" | "gained" | "lost"); `found by` where all values stay, and method, confidence or notes do not
    fields: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)  # field: public id


class Refiling:
    """Files what was read again, inside the caller's transactions."""

    def __init__(self, db: sqlite_utils.Database, shelf: Shelf) -> None:
        self._db = db
        self._shelf = shelf
        self.tally = Tally()

    def file(self, pairs: Sequence[tuple[CaptureRow, Again]]) -> None:
        """Takes in captures read again; those of one article must come in one call."""
        told = {row.record_id: again for row, again in pairs if not row.revisit_of}
        dirty: dict[int, None] = {}
        fresh: dict[int, Article] = {}
        for row, again in pairs:
            self.tally.captures += 1
            shown = told.get(row.revisit_of) if row.revisit_of else again  # a revisit shows what its original shows
            if shown is None:
                continue
            if shown.article is not None:
                fresh[row.id] = shown.article
            dirty |= dict.fromkeys(self._place(row, shown))
        for article in dirty:
            self._settle(article, fresh)
        for row, again in pairs:  # last: an address whose article has gone may be one of these now
            read = None if row.revisit_of else again.unlikely
            source = again.source or row.source
            if self._shelf.undoubt(row.id, read, again.key, source) and read is not None:
                self._shelf.doubt(read, again.key, source, row.id, again.points_to, again=True)

    def _place(self, row: CaptureRow, again: Again) -> list[int]:
        """Writes what the capture shows now; gives the articles whose history is touched."""
        before = row.article if row.text_digest else None
        moved = bool(again.source) and again.source != row.source
        if moved:  # it was brought in before its source was known
            row = replace(row, source=again.source)
            self._shelf.assign(row.id, again.source)
            self.tally.assigned += 1
        if again.article is None:
            if again.teasers:
                sighting = Sighting(row.captured_at, row.record_id, row.id, row.source)
                self._shelf.learn(again.teasers, sighting)
            if before is None and (row.state, row.reason) == (again.state, again.reason):
                return []
            self.tally.lost += before is not None
            writes.set_reading(self._db, row.id, again.state, again.reason, "", None, "")
            return [before] if before is not None else []
        digest = text_digest(again.article)
        standing = lookups.article_by_key(self._db, again.key)
        if standing is None:
            standing = replace(self._shelf.begin(again.key, row.source, row.captured_at), capture=row.id)
            revision = RevisionRow(standing.id, 1, row.id, digest, again.article.parser, again.article)
            writes.add_revision(self._db, revision)
            self._shelf.put(again.article, standing)
        self.tally.found += before is None
        if (
            before == standing.id
            and not moved
            and (row.text_digest, row.reason) == (digest, again.article.rendering)
            and not self._differs(standing.id, row.id, again.article)
        ):
            return []
        told = (again.article.rendering, again.article.parser)
        writes.set_reading(self._db, row.id, "changed", *told, standing.id, digest)
        return [standing.id] if before in (None, standing.id) else [standing.id, before]

    def _differs(self, article: int, capture: int, again: Article) -> bool:
        return any(row.capture == capture and row.article != again for row in reads.revisions(self._db, article))

    def _settle(self, article: int, fresh: dict[int, Article]) -> None:
        standing = lookups.article_by_id(self._db, article)
        if standing is None:
            return
        before = {row.capture: row for row in reads.revisions(self._db, article)}
        if lookups.sights(self._db, article):
            self._shelf.settle(standing, fresh)
        else:
            self._shelf.drop(standing)
        after = {row.capture: row.article for row in reads.revisions(self._db, article)}
        now = timestamp(datetime.now(UTC))
        changed = False
        for capture, row in before.items():
            if reads_alike(row.article, after.get(capture)):
                continue
            changed = True
            if after:
                writes.keep_reading(self._db, row, now)
            if capture in after:
                self._compare(row.article, after[capture], standing.public_id)
        self.tally.articles += changed

    def _compare(self, old: Article, new: Article, public_id: str) -> None:
        values = {name: (_value(old, name), _value(new, name)) for name in _SEEN}
        changed = {name: pair for name, pair in values.items() if pair[0] != pair[1]}
        for name, (was, now) in (changed or {"found by": (True, True)}).items():
            self.tally.fields[name, "changed" if was and now else "lost" if was else "gained"] += 1
            self.tally.examples.setdefault(name, public_id)


def reads_alike(before: Article, now: Article | None) -> bool:
    """Whether a later parser reads of a page what an earlier one did; what is not read alike is kept as a reading."""
    return now is not None and replace(before, parser=now.parser) == now


def _value(article: Article, name: str) -> object:
    """The value of a field, without how it was found."""
    found = getattr(article, name)
    return getattr(found, "value", found)
