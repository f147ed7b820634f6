"""What is held in all, and of each source: of one archive, or of several added up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import sqlite_utils

from archive.search.held import Held, Questions, ask
from archive.search.rowids import Rowids
from archive.store.runs import Run, runs
from archive.store.stats import SourceCount, Summary, articles_at, source_count, source_counts, summary

_RUNS = 500


def held_in_all(held: Held) -> Summary:
    """The few counts of a first page; an article that several archives hold counts once."""
    return ask(held, "", None, _summed)


def held_of_sources(held: Held) -> tuple[tuple[SourceCount, ...], dict[str, Run]]:
    """What is held of each source, and the last run of each, among the last 500 of each archive."""

    def questions(asking: Questions) -> tuple[tuple[SourceCount, ...], dict[str, Run]]:
        counts: dict[str, list[SourceCount]] = {}
        for count in (count for part in asking.each(_counts, of=asking.without) for count in part):
            counts.setdefault(count.id, []).append(count)
        newest: dict[str, Run] = {}
        for run in _newest_first(asking.each(runs, "", _RUNS)):
            newest.setdefault(run.source, run)
        return tuple(_added(counts[source]) for source in sorted(counts)), newest

    return ask(held, "", None, questions)


def held_of_source(held: Held, source: str, most: int) -> tuple[SourceCount | None, list[Run]]:
    """What is held of one source, None where nothing is, and its last `most` runs."""

    def questions(asking: Questions) -> tuple[SourceCount | None, list[Run]]:
        counts = [count for count in asking.each(_count, source, of=asking.without) if count is not None]
        return _added(counts) if counts else None, _newest_first(asking.each(runs, source, most))[:most]

    return ask(held, "", None, questions)


def _counts(db: sqlite_utils.Database, without: Rowids | None) -> list[SourceCount]:
    return [_less(db, without, count) for count in source_counts(db)]


def _count(db: sqlite_utils.Database, without: Rowids | None, source: str) -> SourceCount | None:
    count = source_count(db, source)
    return None if count is None else _less(db, without, count)


def _less(db: sqlite_utils.Database, without: Rowids | None, count: SourceCount) -> SourceCount:
    """`count` without the articles that another archive counts, or has taken down."""
    less = articles_at(db, without).get(count.id, 0) if without is not None else 0
    return replace(count, articles=count.articles - less)


def _summed(asking: Questions) -> Summary:
    parts = asking.each(summary)
    if len(parts) == 1:
        return parts[0]
    twice = sum(len(rows) for rows in asking.without if rows is not None)
    sources = {count.id for part in asking.each(source_counts) for count in part if count.articles}
    return Summary(
        sum(part.articles for part in parts) - twice,
        sum(part.captures for part in parts),
        len(sources),
        min((part.first_day for part in parts if part.first_day), default=""),
        max(part.last_day for part in parts),
    )


def _added(counts: list[SourceCount]) -> SourceCount:
    return replace(
        counts[0],
        articles=sum(one.articles for one in counts),
        captures=sum(one.captures for one in counts),
        unread=sum(one.unread for one in counts),
        first_day=min((one.first_day for one in counts if one.first_day), default=""),
        last_day=max(one.last_day for one in counts),
        last_captured=max(one.last_captured for one in counts),
    )


def _newest_first(parts: Iterable[Iterable[Run]]) -> list[Run]:
    return sorted((run for part in parts for run in part), key=lambda run: run.began, reverse=True)
