"""What is exported: the articles of a query or of a frozen corpus, in order, each in the revision wanted."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import sqlite_utils

from archive.custody import events
from archive.errors import UsageError
from archive.messages.message import Message
from archive.search import corpora
from archive.search.answer import ORDERS, Order
from archive.search.grammar.tree import EVERY_ARTICLE, And, Filter, Node, written
from archive.search.planner.accents import Accents, read
from archive.search.question import ANY_ACCENTS, Question, option
from archive.search.ranking.sort import ALL_SECONDS, all_hits
from archive.store.queries import StoredArticle, articles_at, ids_at
from archive.text.clock import utc_seconds


@dataclass(frozen=True, slots=True)
class About:
    """The question in standard form ("" for all articles), the frozen corpus it was asked of, and when.

    `accents` is the rule by which its accents were taken, with both counts; None where nothing was asked in words.
    `archive` is the digest at the head of the archive's log (`archive.custody.events`);
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

    def sentence(self) -> Message:
        """What was asked of which archive, and when, in a line."""
        asked = Message("{query}", query=self.query) if self.query else Message("all articles")
        if self.corpus:
            told = "{query} in corpus {corpus}" if self.query else "corpus {corpus}"
            asked = Message(told, query=self.query, corpus=self.corpus)
        if self.accents:
            asked = Message("{asked} ({accents})", asked=asked, accents=self.accents.sentence())
        if self.as_of:
            asked = Message("{asked} as of {day}", asked=asked, day=self.as_of)
        told = "{asked}; taken on {day} from the archive with log {archive}"
        return Message(told, asked=asked, day=self.made_at[:10], archive=self.archive)


def about(
    root: Path,
    query: str = "",
    corpus: str = "",
    order: str = "",
    as_of: str = "",
    accents: Accents | None = None,
) -> About:
    """What an export made now of the archive at `root` says of itself."""
    now = utc_seconds(datetime.now(UTC))
    return About(query, corpus, order, as_of, accents, events.head(root), now)


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

    def articles(self, db: sqlite_utils.Database) -> Iterator[StoredArticle]:
        """The articles, read one by one; what has been taken down since they were chosen is passed over."""
        return articles_at(db, ((rowid, self.revisions.get(rowid)) for rowid in self.rowids))

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

    def about(self, root: Path, query: str, accents: Accents) -> About:
        """What the articles chosen now say of themselves; `query` is in standard form."""
        as_of = self.as_of.isoformat() if self.as_of else ""
        return about(root, query, self.corpus, self.order, as_of, accents if self.query else None)


def select(db: sqlite_utils.Database, root: Path | None, asked: SelectionRequest) -> Selection:
    """The articles that are `asked` for, of the archive at `root`.

    Raises QueryError, NothingFound for an unknown corpus, UsageError, DamageError.
    """
    if root is None:
        raise UsageError("an export names the log of its archive: open the folder, not the database alone")
    frozen = corpora.load(root, asked.corpus) if asked.corpus else None
    texts = corpora.texts_of(db, frozen) if frozen else {}
    node, query = asked.read()
    within = corpora.rows_of(db, frozen) if frozen else None
    found = all_hits(db, node, asked.order, within=within, as_of=asked.as_of, seconds=asked.seconds)
    told = asked.about(root, query, found.accents)
    if frozen is None:
        return Selection(told, found.rowids, found.revisions, notes=found.notes)
    standing = corpora.check(db, frozen)
    kept = array("q", (rowid for rowid in found.rowids if rowid in texts))
    return Selection(told, kept, texts, standing.altered, standing.missing, found.notes)
