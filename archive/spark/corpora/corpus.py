"""The articles of Parquet tables as a corpus on Spark: parts on the workers, asked as the shards of an archive are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import sqlite_utils

from archive.errors import ArchiveError, NothingFound
from archive.search.damage import damage_named
from archive.search.memory import snapshot
from archive.search.query import Node
from archive.shards import asked
from archive.shards.resolving import resolved
from archive.spark.corpora.parts import MOST, database, grouped, opened
from archive.spark.stores import open_store
from archive.spark.tables import read_manifest

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
        raise NothingFound(f"{address}: the tables hold no article of this source and these months")
    groups = grouped(wanted, most)
    parts = spark.sparkContext.parallelize(groups, len(groups)).map(partial(database, address, dict(manifest.sources)))
    return Corpus(spark, parts.persist(StorageLevel.DISK_ONLY))


class _Questions:
    """Questions to the parts of a corpus: `archive.search.held.Questions` on Spark."""

    notes = ()

    def __init__(self, parts: Any) -> None:
        self._parts = parts
        self.parts = tuple(range(parts.getNumPartitions()))
        self.without = [None] * len(self.parts)

    def resolved(self, root: Node) -> Node:
        """`root` with the names of sources and sections read by what all parts have."""
        return resolved(root, self.each(asked.facts))

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
                with damage_named(), snapshot(db.conn):
                    yield question(db, *(() if own is None else (own.value[number],)), *values)
            except ArchiveError as error:  # whoever asked is to hear it, not a job that fails
                yield error
