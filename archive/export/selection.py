"""What is exported: the articles of a query or of a frozen corpus, of one archive or of several, in order, each in the
revision wanted.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Final

import sqlite_utils

from archive.custody import events
from archive.errors import StorageError, UsageError
from archive.messages.message import joined
from archive.search import corpora
from archive.search.answer import ORDERS, Order
from archive.search.backend import Backend, Questions, Several, ask, one_database
from archive.search.grammar.tree import EVERY_ARTICLE, And, Filter, Node, written
from archive.search.index.docid_sets import DocidSet
from archive.search.index.docids import sort_key
from archive.search.planner import past
from archive.search.planner.accents import Accents, added, read
from archive.search.planner.executor import EVERYTHING, find
from archive.search.planner.filters import keep_filtered
from archive.search.planner.tiers import Tiers
from archive.search.question import ANY_ACCENTS, Question, option
from archive.search.ranking.sort import ALL_SECONDS, all_hits
from archive.store.queries import StoredArticle, articles_at, ids_at
from archive.text.clock import utc_seconds


@dataclass(frozen=True, slots=True)
class About:
    """The question in standard form ("" for all articles), the frozen corpus it was asked of, and when.

    `accents` is the rule by which its accents were taken, with both counts; None where nothing was asked in words.
    `archive` is the digest at the head of the archive's log (`archive.custody.events`), of several one after the other;
    `made_at` is UTC.
    """

    query: str
    corpus: str
    order: str
    as_of: str
    accents: Accents | None
    archive: str
    made_at: str
    software: str = events.SOFTWARE

    def sentence(self) -> str:
        """What was asked of which archive, and when, in a line."""
        asked = " in ".join(part for part in (self.query, f"corpus {self.corpus}" if self.corpus else "") if part)
        then = f" as of {self.as_of}" if self.as_of else ""
        counted = f" ({self.accents.sentence()})" if self.accents else ""
        taken = f"taken on {self.made_at[:10]} from the archive with log {self.archive}"
        return f"{asked or 'all articles'}{counted}{then}; {taken}"


def about(
    roots: Path | Sequence[Path],
    query: str = "",
    corpus: str = "",
    order: str = "",
    as_of: str = "",
    accents: Accents | None = None,
) -> About:
    """What an export made now of the archive at `roots`, or of the archives there, says of itself."""
    now = utc_seconds(datetime.now(UTC))
    heads = [events.head(root) for root in ([roots] if isinstance(roots, Path) else roots)]
    return About(query, corpus, order, as_of, accents, " ".join(filter(None, heads)), now)


@dataclass(frozen=True, slots=True)
class Selection:
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

    def __getitem__(self, some: slice) -> Selection:
        return replace(self, rowids=self.rowids[some])

    def articles(self, held: Backend) -> Iterator[StoredArticle]:
        """The articles, read one by one; what has been taken down since they were chosen is passed over."""
        return articles_at(one_database(held), ((rowid, self.revisions.get(rowid)) for rowid in self.rowids))

    def ids(self, db: sqlite_utils.Database) -> Iterator[tuple[int, str]]:
        """Row id and public id of each, in order."""
        return ids_at(db, self.rowids)


@dataclass(frozen=True, slots=True)
class SelectionRequest(Question):
    """The articles of a query, or all: of one source, of some days, of a frozen corpus, as of a day."""

    query: str = option("query in the archive's language; all articles if not given", "", name="q", argument=-1)
    corpus: str = option("Only a frozen corpus, each text as it was frozen.", "", metavar="NAME")
    source: str = option("Only articles of this source.", "", metavar="ID")
    since: date | None = option("Only articles of this day and later.", None, kind="day")
    until: date | None = option("Only articles of this day and earlier.", None, kind="day")
    as_of: date | None = option(
        "The archive as it stood at the end of this day, with the texts of then.", None, kind="day"
    )
    any_accents: bool = ANY_ACCENTS
    order: Order = option("How articles are sorted.", "oldest", choices=ORDERS)
    seconds: float | None = ALL_SECONDS

    def __post_init__(self) -> None:
        Question.__post_init__(self)
        if self.since and self.until and self.since > self.until:
            raise UsageError("--since {since} lies after --until {until}", since=self.since, until=self.until)
        if self.corpus and self.as_of:
            raise UsageError(
                "a frozen corpus has its own texts: leave out either the corpus or the day it is to be as of"
            )

    def read(self) -> tuple[Node, str]:
        """What is asked under all its limits, and that in standard form: "" for all articles. Raises QueryError."""
        root = read(self.query, self.any_accents).root if self.query else None
        parts: list[Node] = list(root.parts) if isinstance(root, And) else [root] if root is not None else []
        if self.source:
            parts.append(Filter("source", self.source, self.source, 0, 0, meant=(self.source,)))
        if self.since or self.until:
            parts.append(Filter("day", "", "", 0, 0, self.since, self.until))
        if not parts:
            return EVERY_ARTICLE, ""
        asked = parts[0] if len(parts) == 1 else And(tuple(parts))
        return asked, written(asked)

    def about(self, roots: Path | Sequence[Path], query: str, accents: Accents) -> About:
        """What the articles chosen now say of themselves; `query` is in standard form."""
        as_of = self.as_of.isoformat() if self.as_of else ""
        return about(roots, query, self.corpus, self.order, as_of, accents if self.query else None)


def select(held: Backend, root: Path | None, asked: SelectionRequest) -> Selection | SelectionOfSeveral:
    """The articles that are `asked` for, of the archive at `root` or of several, which have no frozen corpora.

    Raises QueryError, NothingFound for an unknown corpus, UsageError, DamageError.
    """
    if not isinstance(held, sqlite_utils.Database):
        if asked.corpus:
            raise UsageError("a frozen corpus lies in one archive: export it from that one")
        return select_of_several(held, asked)
    if root is None:
        raise UsageError("an export names the log of its archive: open the folder, not the database alone")
    frozen = corpora.load(root, asked.corpus) if asked.corpus else None
    texts = corpora.texts_of(held, frozen) if frozen else {}
    node, query = asked.read()
    within = corpora.rows_of(held, frozen) if frozen else None
    found = all_hits(held, node, asked.order, within=within, as_of=asked.as_of, seconds=asked.seconds)
    told = asked.about(root, query, found.accents)
    if frozen is None:
        return Selection(told, found.rowids, found.revisions, notes=found.notes)
    standing = corpora.check(held, frozen)
    kept = array("q", (rowid for rowid in found.rowids if rowid in texts))
    return Selection(told, kept, texts, standing.altered, standing.missing, found.notes)


_BATCH: Final = 500
Found = tuple[int, str, DocidSet]
"""The position of a tier, a source ("" where the order does not ask for it), and what is found of these."""


@dataclass(frozen=True, slots=True)
class SelectionOfSeveral:
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

    def __getitem__(self, some: slice) -> SelectionOfSeveral:
        return replace(self, places=self.places[some])

    def articles(self, held: Backend) -> Iterator[StoredArticle]:
        """The articles, some hundreds in memory; what has been taken down since they were chosen is passed over."""
        for start in range(0, len(self.places), _BATCH):
            batch = self.places[start : start + _BATCH]
            yield from ask(held, self.about.query, None, partial(self._read, batch))

    def _read(self, batch: Sequence[tuple[int, int]], asking: Questions) -> list[StoredArticle]:
        if asking.parts != self.parts:
            raise StorageError(
                "an archive was lost while its articles were read: {notes}", notes=joined(asking.notes, "; ")
            )
        wanted = [
            [(rowid, self.revisions.get((part, rowid))) for one, rowid in batch if one == part]
            for part in range(len(self.parts))
        ]
        found = [dict(read) for read in asking.each(_articles, of=wanted)]
        return [found[part][rowid] for part, rowid in batch if rowid in found[part]]


def select_of_several(held: Several, asked: SelectionRequest) -> SelectionOfSeveral:
    """What `select` gives of several archives; an article that several hold is chosen once.

    Raises UsageError for the order "best": what is ranked is a page, and an export takes all.
    """
    if asked.order == "best":
        raise UsageError("several archives are exported in the order oldest, newest or source, not by rank")
    root, query = asked.read()

    def questions(asking: Questions) -> SelectionOfSeveral:
        parts = asking.each(_found, asking.resolved(root), asked.order == "source", asked.as_of, of=asking.without)
        every = [
            ((position, source), sort_key(part, rowid))
            for part, (found, _, _) in enumerate(parts)
            for position, source, rows in found
            for rowid in rows
        ]
        every.sort(key=lambda one: one[1], reverse=asked.order != "oldest")
        every.sort(key=lambda one: one[0])
        old = {(part, rowid): number for part, (_, by, _) in enumerate(parts) for rowid, number in by.items()}
        told = asked.about(held.roots, query, added(both for _, _, both in parts))
        places = [(part, rowid) for _, (_, part, rowid) in every]
        return SelectionOfSeveral(told, asking.parts, places, old, asking.notes)

    return ask(held, query, asked.seconds, questions)


def _found(
    db: sqlite_utils.Database, without: DocidSet | None, root: Node, by_source: bool, as_of: date | None
) -> tuple[list[Found], dict[int, int], Accents]:
    """What one archive finds, tier by tier, the revisions that are not today's, and the rule of accents."""
    then = past.as_of(db.conn, as_of) if as_of else None
    tiers = Tiers(db, root, None if without is None else find(db, EVERY_ARTICLE) - without, then)
    found: list[Found] = []
    for position in range(len(tiers.names)):
        fresh = tiers.fresh(position)
        found += [(position, source, rows) for source, rows in (_of_sources(db, fresh) if by_source else [("", fresh)])]
    old = {rowid: text.revision for (rowid, _), text in then.shown.items()} if then else {}
    return found, old, tiers.accents()


def _of_sources(db: sqlite_utils.Database, rows: DocidSet) -> Iterator[tuple[str, DocidSet]]:
    for source in [row["id"] for row in db["sources"].rows_where(select="id", order_by="id")]:
        yield source, keep_filtered(db, Filter("source", source, source, 0, 0, meant=(source,)), rows, *EVERYTHING)


def _articles(db: sqlite_utils.Database, wanted: Sequence[tuple[int, int | None]]) -> list[tuple[int, StoredArticle]]:
    return [(rowid, stored) for rowid, revision in wanted for stored in articles_at(db, [(rowid, revision)])]
