"""The articles chosen out of several archives, in the order that one archive of all of them would give."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final

import sqlite_utils

from archive.errors import StorageError, UsageError
from archive.export.about import About, about
from archive.export.chosen import Chosen, choose
from archive.search import past
from archive.search.answer import ORDERS, Order
from archive.search.evaluate import EVERYTHING
from archive.search.grammar import parse
from archive.search.held import Held, Questions, Several, ask
from archive.search.limits import keep
from archive.search.query import Filter, Node
from archive.search.rowids import Rowids
from archive.search.slots import place_of
from archive.search.tiers import Tiers
from archive.search.whole import SECONDS, limited
from archive.store.reads import Stored, articles_at

_BATCH: Final = 500
Found = tuple[int, str, Rowids]
"""The position of a tier, a source ("" where the order does not ask for it), and what is found of these."""


@dataclass(frozen=True, slots=True)
class ChosenOfSeveral:
    """The articles chosen: part and rowid of each, in order. `parts` are the numbers of the archives asked.

    `revisions` names, by part and rowid, the revision where it is not today's.
    """

    about: About
    parts: tuple[int, ...]
    places: Sequence[tuple[int, int]]
    revisions: dict[tuple[int, int], int]
    notes: tuple[str, ...] = ()
    altered: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.places)

    def articles(self, held: Held) -> Iterator[Stored]:
        """The articles, some hundreds in memory; what has been taken down since they were chosen is passed over."""
        for start in range(0, len(self.places), _BATCH):
            batch = self.places[start : start + _BATCH]
            yield from ask(held, self.about.query, None, partial(self._read, batch))

    def _read(self, batch: Sequence[tuple[int, int]], asking: Questions) -> list[Stored]:
        if asking.parts != self.parts:
            raise StorageError(f"an archive was lost while its articles were read: {'; '.join(asking.notes)}")
        wanted = [
            [(rowid, self.revisions.get((part, rowid))) for one, rowid in batch if one == part]
            for part in range(len(self.parts))
        ]
        found = [dict(read) for read in asking.each(_articles, of=wanted)]
        return [found[part][rowid] for part, rowid in batch if rowid in found[part]]


def select(
    held: Held, root: Path | None, query: str = "", *, corpus: str = "", **options: Any
) -> Chosen | ChosenOfSeveral:
    """What `choose` gives of the archive at `root`, or `choose_of_several` of several, which have no frozen corpora."""
    if isinstance(held, sqlite_utils.Database):
        if root is None:
            raise UsageError("an export names the log of its archive: open the folder, not the database alone")
        return choose(held, root, query, corpus=corpus, **options)
    if corpus:
        raise UsageError("a frozen corpus lies in one archive: export it from that one")
    return choose_of_several(held, query, **options)


def choose_of_several(
    held: Several,
    query: str = "",
    *,
    order: Order = "oldest",
    exact: bool = False,
    source: str = "",
    since: date | None = None,
    until: date | None = None,
    as_of: date | None = None,
    seconds: float | None = SECONDS,
) -> ChosenOfSeveral:
    """As `archive.export.chosen.choose`, of several archives; an article that several hold is chosen once.

    Raises UsageError for the order "best": what is ranked is a page, and an export takes all.
    """
    if order not in ORDERS:
        raise UsageError(f"there is no order '{order}': {', '.join(ORDERS)}")
    if order == "best":
        raise UsageError("several archives are exported in the order oldest, newest or source, not by rank")
    asked = parse(query) if query else None
    root, written = limited(asked.root if asked else None, source, since, until)

    def questions(asking: Questions) -> ChosenOfSeveral:
        parts = asking.each(_found, asking.resolved(root), order == "source", exact, as_of, of=asking.without)
        every = [
            ((position, source), place_of(part, rowid))
            for part, (found, _) in enumerate(parts)
            for position, source, rows in found
            for rowid in rows
        ]
        every.sort(key=lambda one: one[1], reverse=order != "oldest")
        every.sort(key=lambda one: one[0])
        old = {(part, rowid): number for part, (_, by) in enumerate(parts) for rowid, number in by.items()}
        told = about(held.roots, written, "", order, as_of.isoformat() if as_of else "", exact)
        places = [(part, rowid) for _, (_, part, rowid) in every]
        return ChosenOfSeveral(told, asking.parts, places, old, asking.notes)

    return ask(held, written, seconds, questions)


def _found(
    db: sqlite_utils.Database, without: Rowids | None, root: Node, by_source: bool, exact: bool, as_of: date | None
) -> tuple[list[Found], dict[int, int]]:
    """What one archive finds, tier by tier, and the revisions that are not today's."""
    then = past.as_of(db.conn, as_of) if as_of else None
    tiers = Tiers(db, root, None, then)
    found: list[Found] = []
    for position in range(1 if exact else len(tiers.names)):
        fresh = tiers.fresh(position)
        fresh = fresh if without is None else fresh - without
        found += [(position, source, rows) for source, rows in (_of_sources(db, fresh) if by_source else [("", fresh)])]
    return found, {rowid: text.revision for (rowid, _), text in then.shown.items()} if then else {}


def _of_sources(db: sqlite_utils.Database, rows: Rowids) -> Iterator[tuple[str, Rowids]]:
    for source in [row["id"] for row in db["sources"].rows_where(select="id", order_by="id")]:
        yield source, keep(db, Filter("source", source, source, 0, 0, meant=(source,)), rows, *EVERYTHING)


def _articles(db: sqlite_utils.Database, wanted: Sequence[tuple[int, int | None]]) -> list[tuple[int, Stored]]:
    return [(rowid, stored) for rowid, revision in wanted for stored in articles_at(db, [(rowid, revision)])]
