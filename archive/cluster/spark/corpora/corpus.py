"""The articles of Parquet tables as a corpus on Spark: parts of some thousand articles, each a database with its
index, asked as shards are.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, fields
from functools import partial
from itertools import islice
from typing import Any, Final, TypeVar

import sqlite_utils

from archive.cluster import shard_answers
from archive.cluster.shard_answers import resolved
from archive.cluster.spark.stores import open_store
from archive.cluster.spark.tables import Part, read_manifest, read_rows
from archive.errors import ArchiveError, NothingFound
from archive.ingest.pipeline import BATCH
from archive.people import name_key
from archive.search.connection import explain_damage, snapshot
from archive.search.grammar.tree import Node
from archive.search.index import docids, writer
from archive.store import schema, writes
from archive.store.rows import OFFICES, ArticleRow, MentionRow, PersonRow
from archive.text.folding import fold

MOST: Final = 5000
"""Articles in a part, but where a single file has more: 50 MB with the index, which a task holds twice."""

_OURS: Final = frozenset({"id", "capture", "search_rowid"})
_COLUMNS: Final = tuple(one.name for one in fields(ArticleRow) if one.name not in _OURS)
_SOURCE: Final = "INSERT INTO sources (id, name, kind, province, homepage) VALUES (?, ?, '', '', '')"


def grouped(parts: Iterable[Part], most: int) -> list[tuple[Part, ...]]:
    """The files of `parts` in groups of about `most` articles, month by month."""
    groups: list[list[Part]] = []
    rows = most
    for part in sorted(parts, key=lambda one: (one.month, one.source)):
        if rows + part.rows > most:
            groups.append([])
            rows = 0
        groups[-1].append(part)
        rows += part.rows
    return [tuple(group) for group in groups]


def database(address: str, sources: Mapping[str, str], parts: Sequence[Part]) -> bytes:
    """The articles of `parts`, files at `address`, as the bytes of a database; `sources` are names by id."""
    store = open_store(address)
    with closing(sqlite3.connect(":memory:")) as connection:
        db = sqlite_utils.Database(connection, execute_plugins=False)
        schema.create(db)
        held = {part.source for part in parts}
        connection.executemany(_SOURCE, [one for one in sources.items() if one[0] in held])
        rows = (row for part in parts for row in read_rows(store, part))
        number = 0
        while batch := list(islice(rows, BATCH)):
            _put(db, batch, number)
            connection.commit()
            number += len(batch)
        return connection.serialize()


def opened(data: bytes) -> sqlite_utils.Database:
    """The database that `database` gave, in memory."""
    connection = sqlite3.connect(":memory:")
    connection.deserialize(data)
    return sqlite_utils.Database(connection, execute_plugins=False)


def _put(db: sqlite_utils.Database, batch: Sequence[Mapping[str, Any]], before: int) -> None:
    parts: dict[int, writes.Parts] = {}
    places: dict[int, list[MentionRow]] = {}
    persons: dict[int, list[PersonRow]] = {}
    texts = []
    for number, row in enumerate(batch, before + 1):
        rowid = docids.docid_for(db, row["day"], row["published"] or "", bool(row["day_estimated"]))
        # Its capture stays in the tables: nothing is asked of it here.
        article = ArticleRow(id=number, capture=0, search_rowid=rowid, **{name: row[name] for name in _COLUMNS})
        writes.put_article(db, article, new=True)
        parts[number] = writes.Parts((), (), tuple(row["tags"]))
        # Where in its text an article names a place or person is not in the tables, and no limit asks for it.
        places[number] = [MentionRow("body", at, 0, place, "", False) for at, place in enumerate(row["places"])]
        persons[number] = [_person(at, text) for at, text in enumerate(row["persons"])]
        texts.append(
            writer.IndexRow(rowid, article.headline, article.lead, article.body, article.captions, article.byline)
        )
    writes.put_parts(db, parts, parts)
    writes.put_mentions(db, places, places)
    writes.put_persons(db, persons, persons)
    writer.write(db, sorted(texts, key=lambda one: one.rowid))


def _person(at: int, text: str) -> PersonRow:
    name, _, offices = text.partition(OFFICES)
    return PersonRow("body", at, 0, name, name_key(name), fold(name_key(name)), offices)


# The articles of Parquet tables as a corpus on Spark: parts on the workers, asked as the shards of an archive are.

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Corpus:
    """Articles in parts: `parts` is an RDD with the bytes of one database in each partition, kept on the workers."""

    spark: Any
    parts: Any

    def ask(self, text: str, seconds: float | None, questions: Callable[[_Questions], Result]) -> Result:
        """What `questions` make of the parts; a cluster takes the time it takes, so `seconds` and `text` are not used.

        So `archive.search` counts a corpus as it counts an archive.
        """
        return questions(_Questions(self.parts))

    def counted(self, function: Callable[[sqlite_utils.Database], Iterable[tuple[Any, ...]]]) -> Any:
        """An RDD of what `function` gives of each part."""
        return self.parts.flatMap(partial(_all, function))

    def rows(self, function: Callable[[sqlite_utils.Database], Iterable[tuple[Any, ...]]], columns: str) -> Any:
        """The same as a DataFrame; `columns` are their names and types as in Spark SQL."""
        return self.spark.createDataFrame(self.counted(function), columns)

    def close(self) -> None:
        """Lets the workers drop the parts."""
        self.parts.unpersist()


def open_corpus(
    spark: Any, address: str, source: str = "", months: tuple[str, str] = ("", ""), most: int = MOST
) -> Corpus:
    """The articles of the tables at `address`: of one `source`, from one month to another, where given ("2020-01").

    Each part, of about `most` articles, is read and indexed when it is first asked for. Raises UsageError where there
    are no tables, NothingFound where they hold no such article.
    """
    from pyspark import StorageLevel  # type: ignore[import-not-found, unused-ignore]

    manifest = read_manifest(open_store(address))
    first, last = months
    wanted = [
        part
        for part in manifest.of("articles")
        if source in ("", part.source) and first <= part.month and (not last or part.month <= last)
    ]
    if not wanted:
        raise NothingFound("{address}: the tables hold no article of this source and these months", address=address)
    groups = grouped(wanted, most)
    parts = spark.sparkContext.parallelize(groups, len(groups)).map(partial(database, address, dict(manifest.sources)))
    return Corpus(spark, parts.persist(StorageLevel.DISK_ONLY))


class _Questions:
    """Questions to the parts of a corpus: `archive.search.backend.Questions` on Spark."""

    notes = ()

    def __init__(self, parts: Any) -> None:
        self._parts = parts
        self.parts = tuple(range(parts.getNumPartitions()))
        self.without = [None] * len(self.parts)

    def resolved(self, root: Node) -> Node:
        """`root` with the names of sources and sections read by what all parts have."""
        return resolved(root, self.each(shard_answers.facts))

    def each(self, question: Callable[..., Result], *values: Any, of: Sequence[Any] | None = None) -> list[Result]:
        """What `question(database, *values)` gives, in the order of the parts; see `held.Questions.each`."""
        own = None if of is None else self._parts.context.broadcast(list(of))
        answers = self._parts.mapPartitionsWithIndex(partial(_answered, question, values, own)).collect()
        for answer in answers:
            if isinstance(answer, ArchiveError):
                raise answer
        return list(answers)


def _all(function: Callable[[sqlite_utils.Database], Iterable[tuple[Any, ...]]], data: bytes) -> Iterator[Any]:
    with closing(opened(data)) as db:
        yield from function(db)


def _answered(
    question: Callable[..., Result], values: Sequence[Any], own: Any, number: int, part: Iterable[bytes]
) -> Iterator[Result | ArchiveError]:
    for data in part:
        with closing(opened(data)) as db:
            try:
                with explain_damage(), snapshot(db.conn):
                    yield question(db, *(() if own is None else (own.value[number],)), *values)
            except ArchiveError as error:  # whoever asked is to hear it, not a job that fails
                yield error
