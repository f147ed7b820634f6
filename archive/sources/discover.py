"""The [discover] table of a source file, where a crawl begins, and the addresses that can be counted up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count

from archive.model import Link
from archive.sources.model import Backfill, DateArchive, Discover, Host, NumberedPages, Source
from archive.sources.table import Table, check_css, read_address

_DATE = ("day", "month", "year")


def read_discover(table: Table, homepage: str, hosts: tuple[Host, ...]) -> Discover:
    """The ways of discovery in `table`, addresses made absolute and held to `hosts`."""

    def addresses(key: str) -> tuple[str, ...]:
        return tuple(read_address(table, key, address, homepage, hosts) for address in table.texts(key))

    discover = Discover(
        seeds=addresses("seeds"),
        feeds=addresses("feeds"),
        sitemaps=addresses("sitemaps"),
        listings=addresses("listings"),
        pages=table.text("pages", ""),
        first_page=table.whole("first_page", 1, 0, 1),
        max_pages=table.whole("max_pages", 20, 1),
        links_in=table.texts("links_in"),
        article=table.patterns("article"),
        listing=table.patterns("listing"),
        never=table.patterns("never"),
        drop_parameters=table.texts("drop_parameters"),
        backfill=(
            *(_backfill(item, homepage, hosts) for item in table.tables("backfill")),
            *(NumberedPages(posts_page(url), 2, stop_after=1, lists=True) for url in addresses("wordpress")),
        ),
        wordpress=addresses("wordpress"),
    )
    check_css(table, "links_in", discover.links_in)
    if discover.pages:
        _check_pattern(table, "pages", discover.pages, ("listing", "page"))
    for address in discover.listings:
        if "{" in address:
            _check_pattern(table, "listings", address, ("page",))
    table.finish()
    return discover


def posts_page(url: str) -> str:
    """The pattern of the pages of a WordPress list of posts, a hundred to a page, the newest first.

    Addresses and times alone are asked for: texts are read from the pages themselves.
    """
    return f"{url}{'&' if '?' in url else '?'}per_page=100&_fields=link,date_gmt,modified_gmt&page={{number}}"


def _backfill(table: Table, homepage: str, hosts: tuple[Host, ...]) -> Backfill:
    pattern = read_address(table, "pattern", table.text("pattern"), homepage, hosts)
    backfill = _numbered(table, pattern) if "{number" in pattern else _dated(table, pattern)
    table.finish()
    return backfill


def _numbered(table: Table, pattern: str) -> NumberedPages:
    _check_pattern(table, "pattern", pattern, ("number",))
    first = table.whole("first", 1)
    last = table.whole("last", 0) if table.has("last") else None
    if last is not None and last < first:
        table.fail("last", "{last} is less than first = {first}", last=last, first=first)
    return NumberedPages(pattern, first, last, table.whole("stop_after", 30, 1))


def _dated(table: Table, pattern: str) -> DateArchive:
    finest = next((number for number, name in enumerate(_DATE) if f"{{{name}" in pattern), len(_DATE) - 1)
    _check_pattern(table, "pattern", pattern, _DATE[finest:])
    first, last = table.day("first"), table.day("last")
    if first is None:
        table.fail("first", "is missing: the day on which the walk back ends")
    if last is not None and last < first:
        table.fail("last", "{last} lies before first = {first}", last=last, first=first)
    return DateArchive(pattern, first, last, table.whole("stop_after", 30, 1))


def _check_pattern(table: Table, key: str, pattern: str, names: tuple[str, ...]) -> None:
    """Fails unless `pattern` holds each of `names` in braces, and nothing else in braces."""
    values: dict[str, int] = dict.fromkeys(names, 1)
    needed = " and ".join(f"{{{name}}}" for name in names)
    try:
        made = pattern.format(**values)
        same = [name for name in names if pattern.format(**{**values, name: 2}) == made]
    except (KeyError, IndexError, ValueError):
        table.fail(key, '"{pattern}" must hold {needed} and nothing else in braces', pattern=pattern, needed=needed)
    if same:
        table.fail(
            key, '"{pattern}" must hold {needed}: {{{same}}} is missing', pattern=pattern, needed=needed, same=same[0]
        )


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
