"""Holds what a run brought against what its source is expected to bring: silence becomes something to look at. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from archive.sources import Expect
from archive.store.expected import Filled

ENOUGH = 20
"""Articles from which a share says something: one article without a lead is no broken layout."""

MONTH_DAYS = 30


@dataclass(frozen=True, slots=True)
class Brought:
    """What a run brought. `listed` is how many articles its fullest listing points to; `month` how many bear a day of
    the last 30, None where the source has not been crawled that long.
    """

    read: int
    listed: int
    filled: Filled
    month: int | None = None


def broken(expect: Expect, brought: Brought) -> tuple[str, ...]:
    """A sentence for each bound of `expect` that a run which finished by itself has broken.

    A quiet day breaks none: an article that a listing still points to counts as much as one that was read.
    """
    found = []
    least = expect.min_articles_per_crawl
    if max(brought.read, brought.listed) < least:
        found.append(
            f"min_articles_per_crawl is {least}: {brought.read} articles were read, and the listings point to"
            f" {brought.listed}"
        )
    articles, counts = brought.filled.articles, dict(brought.filled.fields)
    for name, share in expect.fields if articles >= ENOUGH else ():
        if name in counts and counts[name] < share * articles:
            found.append(f"fields.{name} is {share:g}: {counts[name]} of {articles} articles have it")
    if expect.articles_per_month is not None and brought.month is not None:
        low, high = expect.articles_per_month
        if not low <= brought.month <= high:
            found.append(f"articles_per_month is {low} to {high}: the last {MONTH_DAYS} days have {brought.month}")
    return tuple(found)
