"""What a source brought, to be held against what its file expects: articles of a time, and how many have a field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import sqlite_utils

_COLUMNS: Final[Mapping[str, str]] = {
    "headline": "headline <> ''",
    "lead": "lead <> ''",
    "body": "body <> ''",
    "captions": "captions <> ''",
    "byline": "byline <> ''",
    "source_credit": "source_credit <> ''",
    "section": "section <> ''",
    "published": "published IS NOT NULL",
    "modified": "modified IS NOT NULL",
    "slug": "slug <> ''",
    "tags": "EXISTS (SELECT 1 FROM tags WHERE tags.article = articles.id)",
    "images": "EXISTS (SELECT 1 FROM images WHERE images.article = articles.id)",
    "attachments": "EXISTS (SELECT 1 FROM attachments WHERE attachments.article = articles.id)",
    "teasers": "EXISTS (SELECT 1 FROM article_teasers WHERE article_teasers.article = articles.id)",
}
"""The fields of model.Article that can be counted, and what it means that an article has one."""


@dataclass(frozen=True, slots=True)
class Filled:
    """How many articles a run read anew or changed, and how many of them have each field that was asked for."""

    articles: int
    fields: tuple[tuple[str, int], ...]


def filled(db: sqlite_utils.Database, source: str, run: str, began: str, fields: Iterable[str]) -> Filled:
    """The articles that the run `run` of `source`, begun at `began` (UTC), read new or changed, by field.

    Fields that no column tells (such as `confidence`) are left out.
    """
    names = [name for name in fields if name in _COLUMNS]
    sums = "".join(f", coalesce(sum({_COLUMNS[name]}), 0)" for name in names)
    row = db.execute(
        f"SELECT count(*){sums} FROM articles WHERE id IN (SELECT article FROM captures WHERE source = ?"  # noqa: S608 - our own words
        " AND captured_at >= ? AND run = ? AND state IN ('new', 'changed'))",
        (source, began, run),
    ).fetchone()
    return Filled(row[0], tuple(zip(names, row[1:], strict=True)))


def published_between(db: sqlite_utils.Database, source: str, first: str, last: str) -> int:
    """How many articles of `source` bear a day from `first` to `last` (YYYY-MM-DD), both included."""
    row = db.execute("SELECT count(*) FROM articles WHERE source = ? AND day BETWEEN ? AND ?", (source, first, last))
    return int(row.fetchone()[0])


def runs_before(db: sqlite_utils.Database, source: str, moment: str) -> int:
    """How many runs of `source` had ended by themselves before `moment` (UTC)."""
    row = db.execute(
        "SELECT count(*) FROM runs WHERE source = ? AND began < ? AND reason = 'finished'", (source, moment)
    )
    return int(row.fetchone()[0])
