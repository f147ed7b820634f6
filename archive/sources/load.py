"""Reads one TOML file of the register into a Source, strictly: whatever is not understood is an error with its key."""

from __future__ import annotations

import ipaddress
import re
import tomllib
from dataclasses import fields
from datetime import date, time
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import cast, get_args
from urllib.parse import urlsplit

from cssselect import HTMLTranslator, SelectorError

from archive.errors import SourceError
from archive.model import Article
from archive.places import PROVINCES_63
from archive.sources.families import FAMILIES
from archive.sources.model import (
    Backfill,
    Discover,
    Expect,
    Host,
    Kind,
    Layout,
    Politeness,
    Select,
    Source,
    Status,
    Step,
    bare_host,
)
from archive.sources.table import Table

LEAST_DELAY = 1.0
"""Seconds between two requests to a host that no source may go below, loopback excepted."""

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*(?::\d{1,5})?")
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_PROVINCES = tuple(unit.id for unit in PROVINCES_63)
_ARTICLE_FIELDS = tuple(field.name for field in fields(Article))


def read_source(path: Path) -> Source:
    """The source that the TOML file `path` describes.

    Raises SourceError, naming file and key, for whatever the format does not know or allow.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{path}: cannot be read: {error}") from error
    return parse_source(text, str(path))


def parse_source(text: str, file: str) -> Source:
    """The source described by the TOML `text`; `file` is what errors call it. Raises SourceError."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SourceError(f"{file}: not valid TOML: {error}") from error
    top = Table(file, data)
    hosts = _hosts(top)
    homepage = _homepage(top, hosts)
    status = cast(Status, top.word("status", get_args(Status)))
    source = Source(
        id=_id(top),
        name=top.text("name"),
        kind=cast(Kind, top.word("kind", get_args(Kind))),
        province=top.word("province", _PROVINCES),
        status=status,
        homepage=homepage,
        hosts=hosts,
        layouts=_layouts(top),
        discover=_discover(top.table("discover"), homepage, hosts),
        politeness=_politeness(top.table("politeness"), hosts),
        expect=_expect(top.table("expect")),
        reason=top.text("reason", ""),
        file=file,
    )
    if status in ("excluded", "closed") and not source.reason:
        top.fail("reason", f'is missing: a source with status = "{status}" says why')
    top.finish()
    return source


def _id(top: Table) -> str:
    name = top.text("id")
    if not _ID.fullmatch(name):
        top.fail("id", f'"{name}" must be lower-case letters, digits and single dashes, like "tinh-uy-thai-nguyen"')
    return name


def _hosts(top: Table) -> tuple[Host, ...]:
    hosts = [Host(_host(top, "hosts", name)) for name in top.texts("hosts")]
    for table in top.tables("host"):
        since, until = table.day("since"), table.day("until")
        if since and until and since > until:
            table.fail("until", f"{until} lies before since = {since}")
        hosts.append(Host(_host(table, "name", table.text("name")), since, until))
        table.finish()
    if not hosts:
        top.fail("hosts", 'is missing: name at least one host, like hosts = ["baoxyz.vn"]')
    for number, host in enumerate(hosts):
        if any(bare_host(host.name) == bare_host(other.name) for other in hosts[:number]):
            top.fail("hosts", f'"{host.name}" is named twice (www. in front counts as the same host)')
    return tuple(hosts)


def _host(table: Table, key: str, name: str) -> str:
    lowered = name.lower()
    if not _HOST.fullmatch(lowered):
        table.fail(
            key, f'"{name}" is not a host: write it without scheme and path, like "baoxyz.vn" or "127.0.0.1:8000"'
        )
    port = lowered.partition(":")[2]
    if port and not 0 < int(port) < 65536:
        table.fail(key, f'"{name}" has no possible port')
    return lowered


def is_loopback(host: str) -> bool:
    """Whether `host` (with or without port) is this machine by its name."""
    name = host.partition(":")[0]
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


def _homepage(top: Table, hosts: tuple[Host, ...]) -> str:
    if top.has("homepage"):
        return _address(top, "homepage", top.text("homepage"), "", hosts)
    scheme = "http" if is_loopback(hosts[0].name) else "https"
    return f"{scheme}://{hosts[0].name}/"


def _address(table: Table, key: str, address: str, homepage: str, hosts: tuple[Host, ...]) -> str:
    """`address` as an absolute URL on one of the hosts; paths are read against the homepage."""
    if address.startswith("/") and not address.startswith("//") and homepage:
        parts = urlsplit(homepage)
        return f"{parts.scheme}://{parts.netloc}{address}"
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        table.fail(key, f'"{address}" must begin with "https://", "http://"' + (' or "/"' if homepage else ""))
    if not any(bare_host(parts.netloc) == bare_host(host.name) for host in hosts):
        table.fail(key, f'"{address}" lies on {parts.netloc}, which is not among the hosts of this source')
    return address if parts.path else f"{parts.scheme}://{parts.netloc}/"


def _layouts(top: Table) -> tuple[Layout, ...]:
    layouts = []
    for table in top.tables("layout"):
        family = table.word("family", tuple(FAMILIES))
        select = table.table("select")
        layouts.append(Layout(family, table.day("until"), _select(select), table.flag("month_first")))
        table.finish()
    if not layouts:
        top.fail("layout", 'is missing: write [[layout]] and family = "generic" where the family is not known')
    for number, (earlier, later) in enumerate(pairwise(layouts), 1):
        if earlier.until is None:
            top.fail(f"layout[{number}].until", "is missing: only the last layout may have no last day")
        if later.until is not None and later.until <= earlier.until:
            top.fail(
                f"layout[{number + 1}].until", f"{later.until} does not lie after {earlier.until}: oldest layout first"
            )
    return tuple(layouts)


def _select(table: Table) -> Select:
    chosen = {field.name: table.texts(field.name) for field in fields(Select)}
    table.finish()
    for key, selectors in chosen.items():
        _check_css(table, key, selectors)
    return Select(**chosen)


def _check_css(table: Table, key: str, selectors: tuple[str, ...]) -> None:
    for selector in selectors:
        flaw = _flaw(selector)
        if flaw:
            table.fail(key, f'"{selector}" is not a CSS selector: {flaw}')


@cache
def _flaw(selector: str) -> str:
    try:
        HTMLTranslator().css_to_xpath(selector)
    except SelectorError as error:
        return str(error)
    return ""


def _discover(table: Table, homepage: str, hosts: tuple[Host, ...]) -> Discover:
    def addresses(key: str) -> tuple[str, ...]:
        return tuple(_address(table, key, address, homepage, hosts) for address in table.texts(key))

    discover = Discover(
        seeds=addresses("seeds"),
        feeds=addresses("feeds"),
        sitemaps=addresses("sitemaps"),
        listings=addresses("listings"),
        pages=table.text("pages", ""),
        first_page=table.whole("first_page", 2),
        max_pages=table.whole("max_pages", 20, 1),
        links_in=table.texts("links_in"),
        article=table.patterns("article"),
        listing=table.patterns("listing"),
        never=table.patterns("never"),
        drop_parameters=table.texts("drop_parameters"),
        backfill=tuple(_backfill(item, homepage, hosts) for item in table.tables("backfill")),
    )
    _check_css(table, "links_in", discover.links_in)
    if discover.pages and not {"{listing}", "{page}"} <= set(re.findall(r"\{\w+\}", discover.pages)):
        table.fail("pages", f'"{discover.pages}" must hold {{listing}} and {{page}}, like "{{listing}}page-{{page}}/"')
    table.finish()
    return discover


def _backfill(table: Table, homepage: str, hosts: tuple[Host, ...]) -> Backfill:
    step = cast(Step, table.word("step", get_args(Step)))
    pattern = _address(table, "pattern", table.text("pattern"), homepage, hosts)
    needed = {"day": ("year", "month", "day"), "month": ("year", "month"), "year": ("year",), "number": ("number",)}[
        step
    ]
    try:
        first_address = pattern.format(**dict.fromkeys(needed, 1))
        moved = all(first_address != pattern.format(**{**dict.fromkeys(needed, 1), name: 2}) for name in needed)
    except (KeyError, IndexError, ValueError) as error:
        table.fail("pattern", f"cannot be filled in: {error!r}; by {step} it takes {', '.join(needed)}")
    if not moved:
        table.fail("pattern", f"by {step} it must hold {', '.join(f'{{{name}}}' for name in needed)}")
    first: date | int | None
    last: date | int | None
    if step == "number":
        first, last = table.whole("first", 1), table.whole("last", 0) if table.has("last") else None
    else:
        first, last = table.day("first"), table.day("last")
    if first is None:
        table.fail("first", "is missing: the day on which the walk back ends")
    if last is not None and last < first:  # type: ignore[operator]  # both are days, or both are numbers
        table.fail("last", f"{last} lies before first = {first}")
    backfill = Backfill(pattern, step, first, last, table.whole("stop_after", 30, 1))
    table.finish()
    return backfill


def _politeness(table: Table, hosts: tuple[Host, ...]) -> Politeness:
    least = 0.0 if all(is_loopback(host.name) for host in hosts) else LEAST_DELAY
    robots = table.text("robots", "obey")
    if robots != "obey" and len(robots.split()) < 4:
        table.fail("robots", f'must be "obey", or the reason in a sentence why it need not be obeyed, not "{robots}"')
    politeness = Politeness(
        delay_seconds=table.number("delay_seconds", Politeness().delay_seconds, least, 3600),
        night_only=table.flag("night_only"),
        night=_night(table),
        daily_budget=table.whole("daily_budget", 1, 1) if table.has("daily_budget") else None,
        concurrency=table.whole("concurrency", 1, 1, 4),
        robots=robots,
        conditional=table.flag("conditional", default=True),
    )
    table.finish()
    return politeness


def _night(table: Table) -> tuple[time, time]:
    window = table.texts("night")
    if not window:
        return Politeness().night
    clocks = [_CLOCK.fullmatch(clock) for clock in window]
    times = [time(int(clock[1]), int(clock[2])) for clock in clocks if clock]
    if len(window) != 2 or len(times) != 2:
        table.fail("night", f'must be two times of day, like ["22:00", "06:00"], not {list(window)}')
    return times[0], times[1]


def _expect(table: Table) -> Expect:
    shares = table.table("fields")
    rates = []
    for name in shares.keys():  # noqa: SIM118 - a Table is no dict: keys() notes that all were asked for
        shares.known(name, _ARTICLE_FIELDS)
        rates.append((name, shares.number(name, 0, 0, 1)))
    expect = Expect(
        articles_per_month=_range(table),
        min_articles_per_crawl=table.whole("min_articles_per_crawl", 1),
        fields=tuple(rates),
    )
    table.finish()
    return expect


def _range(table: Table) -> tuple[int, int] | None:
    if not table.has("articles_per_month"):
        return None
    value = table.raw("articles_per_month")
    if (
        not isinstance(value, list)
        or len(value) != 2
        or not all(isinstance(bound, int) and not isinstance(bound, bool) for bound in value)
        or not 0 <= value[0] <= value[1]
    ):
        table.fail("articles_per_month", f"must be the least and the most, like [20, 400], not {value!r}")
    return value[0], value[1]
