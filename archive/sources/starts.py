"""Where a crawl of a source begins, and the addresses that can be counted up: pages of listings, archives by date."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count

from archive.model import Link
from archive.sources.discover import posts_page
from archive.sources.model import Backfill, NumberedPages, Source


def starts(source: Source) -> tuple[Link, ...]:
    """The addresses a crawl begins with, the most telling first: sitemaps, feeds, listings, seeds, each once.

    The homepage stands in where the source names none of them.
    """
    discover = source.discover
    links = [Link(url, "sitemap") for url in discover.sitemaps]
    links += [Link(url, "feed") for url in discover.feeds]
    links += [Link(posts_page(url).format(number=1), "feed") for url in discover.wordpress]
    links += [Link(first_page(source, url), "listing") for url in discover.listings]
    links += [Link(url, "page") for url in discover.seeds]
    if not links:
        links = [Link(source.homepage, "page")]
    first: dict[str, Link] = {}
    for link in links:
        first.setdefault(link.url, link)
    return tuple(first.values())


def first_page(source: Source, listing: str) -> str:
    """The address of the first page of `listing`, one of `source.discover.listings`."""
    return listing.format(page=source.discover.first_page) if "{page}" in listing else listing


def further_pages(source: Source, listing: str) -> Iterator[str]:
    """The addresses of the second and later pages of `listing`, up to the source's bound.

    Nothing where the source has no rule for them: then only links found on the first page lead on.
    """
    discover = source.discover
    pattern = listing if "{page}" in listing else discover.pages
    if pattern:
        for page in range(discover.first_page + 1, discover.first_page + discover.max_pages):
            yield pattern.format(listing=listing, page=page)


def backfilled(backfill: Backfill, today: date) -> Iterator[str]:
    """The addresses of `backfill`: dates from the last day (or `today`) backwards, numbers upwards, perhaps endless.

    The caller stops after `backfill.stop_after` in a row that brought nothing.
    """
    if isinstance(backfill, NumberedPages):
        numbers = count(backfill.first) if backfill.last is None else range(backfill.first, backfill.last + 1)
        yield from (backfill.pattern.format(number=number) for number in numbers)
        return
    day, made = backfill.last or today, ""
    while day >= backfill.first:
        address = backfill.pattern.format(year=day.year, month=day.month, day=day.day)
        if address != made:  # by month or year, many days share one address
            yield address
        made = address
        day -= timedelta(days=1)
