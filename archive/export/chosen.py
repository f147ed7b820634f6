"""What is to be exported: the articles of a query or of a frozen corpus, in order, each in the revision wanted."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import sqlite_utils

from archive.errors import UsageError
from archive.export.about import About, about
from archive.search import corpora
from archive.search.answer import Order
from archive.search.grammar import parse
from archive.search.held import Held, one
from archive.search.whole import SECONDS, whole
from archive.store.reads import Stored, articles_at, ids_at


@dataclass(frozen=True, slots=True)
class Chosen:
    """The articles chosen, as rowids in order: 8 bytes each, whatever their number.

    `revisions` names the revision where it is not today's. Of a frozen corpus, `altered` are the articles whose frozen
    text is held no longer, and `missing` those no longer there, as after a takedown: neither is among the rowids.
    """

    about: About
    rowids: array[int]
    revisions: Mapping[int, int]
    altered: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.rowids)

    def articles(self, held: Held) -> Iterator[Stored]:
        """The articles, read one by one; what has been taken down since they were chosen is passed over."""
        return articles_at(one(held), ((rowid, self.revisions.get(rowid)) for rowid in self.rowids))

    def ids(self, db: sqlite_utils.Database) -> Iterator[tuple[int, str]]:
        """Row id and public id of each, in order."""
        return ids_at(db, self.rowids)


def choose(
    db: sqlite_utils.Database,
    root: Path,
    query: str = "",
    *,
    corpus: str = "",
    order: Order = "oldest",
    exact: bool = False,
    source: str = "",
    since: date | None = None,
    until: date | None = None,
    as_of: date | None = None,
    seconds: float | None = SECONDS,
) -> Chosen:
    """The articles that `query` finds in the archive at `root`, or all: of one source, of some days, where given.

    `corpus` names a frozen corpus: of it, each text as it was frozen. `as_of` asks the archive as it stood at the end
    of that day in Vietnam, and gives the texts of that day; `exact` leaves out what matches in other accents only.
    Raises QueryError, NothingFound for an unknown corpus, UsageError for a corpus as of a day, DamageError.
    """
    if corpus and as_of:
        raise UsageError("a frozen corpus has its own texts: leave out either the corpus or the day it is to be as of")
    frozen = corpora.load(root, corpus) if corpus else None
    texts = corpora.texts_of(db, frozen) if frozen else {}
    found = whole(
        db,
        parse(query).root if query else None,
        order,
        exact=exact,
        source=source,
        since=since,
        until=until,
        within=corpora.rows_of(db, frozen) if frozen else None,
        as_of=as_of,
        seconds=seconds,
    )
    told = about(root, found.query, corpus, order, as_of.isoformat() if as_of else "", exact)
    if frozen is None:
        return Chosen(told, found.rowids, found.revisions, notes=found.notes)
    standing = corpora.check(db, frozen)
    kept = array("q", (rowid for rowid in found.rowids if rowid in texts))
    return Chosen(told, kept, texts, standing.altered, standing.missing, found.notes)
