"""Reads the [discover] table of a source file: where its articles are found, and which addresses are what."""

from __future__ import annotations

from archive.sources.css import check_css
from archive.sources.hosts import read_address
from archive.sources.model import Backfill, DateArchive, Discover, Host, NumberedPages
from archive.sources.table import Table

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
        table.fail("last", f"{last} is less than first = {first}")
    return NumberedPages(pattern, first, last, table.whole("stop_after", 30, 1))


def _dated(table: Table, pattern: str) -> DateArchive:
    finest = next((number for number, name in enumerate(_DATE) if f"{{{name}" in pattern), len(_DATE) - 1)
    _check_pattern(table, "pattern", pattern, _DATE[finest:])
    first, last = table.day("first"), table.day("last")
    if first is None:
        table.fail("first", "is missing: the day on which the walk back ends")
    if last is not None and last < first:
        table.fail("last", f"{last} lies before first = {first}")
    return DateArchive(pattern, first, last, table.whole("stop_after", 30, 1))


def _check_pattern(table: Table, key: str, pattern: str, names: tuple[str, ...]) -> None:
    """Fails unless `pattern` holds each of `names` in braces, and nothing else in braces."""
    values: dict[str, int] = dict.fromkeys(names, 1)
    needed = " and ".join(f"{{{name}}}" for name in names)
    try:
        made = pattern.format(**values)
        same = [name for name in names if pattern.format(**{**values, name: 2}) == made]
    except (KeyError, IndexError, ValueError):
        table.fail(key, f'"{pattern}" must hold {needed} and nothing else in braces')
    if same:
        table.fail(key, f'"{pattern}" must hold {needed}: {{{same[0]}}} is missing')
