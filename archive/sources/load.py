"""Reads one TOML file of the register into a Source, strictly: whatever is not understood is an error with its key."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import time
from functools import lru_cache
from pathlib import Path
from typing import cast, get_args

from archive.errors import SourceError
from archive.model import Article
from archive.places import PROVINCES_63
from archive.sources.discover import read_discover
from archive.sources.layouts import read_layouts
from archive.sources.mapping import pattern_of, read_mappings
from archive.sources.model import (
    NATIONAL,
    Discover,
    Expect,
    Host,
    JsonMapping,
    Kind,
    Politeness,
    Quota,
    Source,
    Status,
)
from archive.sources.table import Table, is_loopback, read_homepage, read_hosts, read_table

LEAST_DELAY = 1.0
"""Seconds between two requests to a host that no source may go below, loopback excepted."""

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
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
        raise SourceError("{path}: cannot be read: {error}", path=path, error=error) from error
    return parse_source(text, str(path))


@lru_cache(1024)  # a register of 200 files costs 0.3 s, and a program loads it more than once
def parse_source(text: str, file: str) -> Source:
    """The source described by the TOML `text`; `file` is what errors call it. Raises SourceError."""
    top = read_table(text, file)
    hosts = read_hosts(top)
    homepage = read_homepage(top, hosts)
    status = cast(Status, top.word("status", get_args(Status)))
    discover = read_discover(top.table("discover"), homepage, hosts)
    mappings = read_mappings(top, homepage, hosts)
    source = Source(
        id=_id(top),
        name=top.text("name"),
        kind=cast(Kind, top.word("kind", get_args(Kind))),
        province=top.word("province", (*_PROVINCES, NATIONAL)).replace(NATIONAL, ""),
        status=status,
        homepage=homepage,
        hosts=hosts,
        layouts=read_layouts(top),
        discover=_with_data(discover, mappings[-1] if mappings else None),
        politeness=_politeness(top.table("politeness"), hosts),
        expect=_expect(top.table("expect")),
        quota=_quota(top.table("quota")),
        mappings=mappings,
        reason=top.text("reason", ""),
        verified_on=top.day("verified_on"),
        verified_by=top.text("verified_by", ""),
        replaces_shipped=top.flag("replaces_shipped"),
        file=file,
    )
    if status in ("excluded", "closed") and not source.reason:
        top.fail("reason", 'is missing: a source with status = "{status}" says why', status=status)
    top.finish()
    return source


def _with_data(discover: Discover, mapping: JsonMapping | None) -> Discover:
    """Lists and articles of [json] are lists and articles like any other, where their texts are asked for apart."""
    if mapping is None or mapping.in_lists:
        return discover
    return replace(
        discover,
        listings=(*discover.listings, *mapping.lists),
        article=(*discover.article, pattern_of(mapping.detail or mapping.article)),
    )


def _id(top: Table) -> str:
    name = top.text("id")
    if not _ID.fullmatch(name):
        top.fail(
            "id", '"{name}" must be lower-case letters, digits and single dashes, like "tinh-uy-thai-nguyen"', name=name
        )
    return name


def _politeness(table: Table, hosts: tuple[Host, ...]) -> Politeness:
    least = 0.0 if all(is_loopback(host.name) for host in hosts) else LEAST_DELAY
    robots = table.text("robots", "obey")
    if robots != "obey" and len(robots.split()) < 4:
        table.fail(
            "robots",
            'must be "obey", or the reason in a sentence why it need not be obeyed, not "{robots}"',
            robots=robots,
        )
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
        table.fail("night", 'must be two times of day, like ["22:00", "06:00"], not {window}', window=list(window))
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


def _quota(table: Table) -> Quota:
    bounds = {key: table.whole(key, 1, 1) if table.has(key) else None for key in ("crawl_megabytes", "disk_megabytes")}
    table.finish()
    return Quota(**bounds)


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
        table.fail(
            "articles_per_month", "must be the least and the most, like [20, 400], not {value}", value=repr(value)
        )
    return value[0], value[1]
