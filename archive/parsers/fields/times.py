"""When an article was published and edited: what the page tells machines and what it shows, the surest first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Final, NamedTuple

from archive.model import Moment
from archive.parsers.blocks.zones import Zones
from archive.parsers.document.page import Page
from archive.parsers.fields.candidates import Row, Table
from archive.parsers.fields.dates import NEVER, find_second_moment, is_today, lone_moment
from archive.parsers.fields.selected import shown_time
from archive.text.dates import choose, read_date

_PUBLISHED: Final = (
    "article:published_time", "datepublished", "og:article:published_time", "pubdate", "article:published",
)  # fmt: skip
_MODIFIED: Final = ("article:modified_time", "datemodified", "og:updated_time")
_ANY: Final = ("date", "dc.date.issued", "dc.date", "dcterms.issued", "publish-date", "publish_date")  # of anything
_ADDRESS: Final = re.compile(r"/(20\d\d)[/-]([01]?\d)[/-]([0-3]?\d)(?=[/-])")
_LAST_TOUCH: Final = timedelta(hours=1)  # a stamp for machines that lies closer to publication is no edit anyone saw


class Dated(NamedTuple):
    """What an article is dated from: its zones, the date that a selector found, and the one shown, with its place."""

    zones: Zones
    selected: Moment | None
    shown: Moment | None
    place: int = -1
    published: Moment | None = None
    edited: bool = False  # the one shown is called that of an edit


def _read(page: Page, names: Iterable[str], told: str, by: str) -> Iterator[Moment]:
    """The dates that JSON-LD and the first meta element of each name tell."""
    raws = [(told, by), *((value, f"meta {name}") for name in names for value in page.metas(name)[:1])]
    for raw, name in raws:
        moment = read_date(raw, name, page.captured) if raw else None
        if moment is not None:
            yield moment


def _published_told(seen: Dated) -> Iterator[Moment]:
    yield from _read(seen.zones.page, (), seen.zones.meta.published, "json-ld datePublished")


def _published_meta(seen: Dated) -> Iterator[Moment]:
    yield from _read(seen.zones.page, _PUBLISHED, "", "")


def _microdata(seen: Dated) -> Iterator[Moment]:
    """The hour, in microdata or hAtom, of what the page shows as a day or not at all."""
    if seen.shown is None or seen.shown.precision == "day":
        yield from filter(None, [shown_time(seen.zones.page, ("time[itemprop=datePublished]", "abbr.published"))])


def _meta_of_anything(seen: Dated) -> Iterator[Moment]:
    for moment in _read(seen.zones.page, _ANY, "", ""):
        if moment.precision not in ("year", "month") and not is_today(seen.zones.page, moment):
            yield moment


def _in_address(seen: Dated) -> Iterator[Moment]:
    """The day in an address as blogs make them: /2024/03/18/."""
    for year, month, day in _ADDRESS.findall(seen.zones.page.url):
        if (moment := read_date(f"{year}-{month:0>2}-{day:0>2}", "address", seen.zones.page.captured)) is not None:
            yield moment


def _shown(seen: Dated, *, edited: bool) -> Iterator[Moment]:
    yield from filter(None, [seen.shown if seen.edited is edited else None])


def _shown_edit(seen: Dated) -> Iterator[Moment]:
    yield from _shown(seen, edited=True)
    yield from filter(None, [find_second_moment(seen.zones, seen.place, seen.published)])


PUBLISHED: Final = Table[Dated, Moment](
    "published",
    (
        Row("selector", lambda seen: filter(None, [seen.selected]), 1.0, "NukeViet, learnt layouts"),
        Row("json-ld datePublished", _published_told, 0.95, "publishers abroad: right on 142 of 143 pages"),
        Row("meta of publication", _published_meta, 0.9, "WordPress, generators: right on 149 of 150 pages"),
        Row("microdata", _microdata, 0.9, "ONECMS"),
        Row("shown beside the headline", partial(_shown, edited=False), 0.9, "portals of provinces"),
    ),
    never=lambda seen, moment: moment.value.startswith(NEVER),
)
ELSEWHERE: Final = Table[Dated, Moment](
    "published",
    (
        Row("time element", lambda seen: filter(None, [lone_moment(seen.zones)]), 0.6, "themes of Hugo"),
        Row("meta of anything", _meta_of_anything, 0.6, "Dublin Core of portals"),
        Row("address", _in_address, 0.6, "blogs, permalinks of WordPress"),
        Row("shown as that of an edit", partial(_shown, edited=True), 0.6, "ikiwiki; portals that say updated of both"),
    ),
)
MODIFIED: Final = Table[Dated, Moment](
    "modified",
    (
        Row("shown beside the date", _shown_edit, 0.9, "portals of provinces"),
        Row("selector", lambda seen: filter(None, [seen.selected]), 1.0, "NukeViet, learnt layouts"),
        Row(
            "json-ld and meta",
            lambda seen: _read(seen.zones.page, _MODIFIED, seen.zones.meta.modified, "json-ld dateModified"),
            0.9,
            "WordPress",
        ),
    ),
    never=lambda seen, moment: not is_edit(moment, seen.published),
)


def find_published(seen: Dated) -> Moment | None:
    """The time of publication: the surest told, made finer and doubted by the others; else what the page has at all."""
    known = list(PUBLISHED.all(seen))
    return choose(known, seen.zones.page.captured) if known else ELSEWHERE.best(seen)


def is_edit(stamp: Moment, published: Moment | None) -> bool:
    """Whether a time meant for machines tells of an edit: an hour and more after publication, for every CMS prints
    one.
    """
    if published is None:
        return False
    if min(len(stamp.value), len(published.value)) < len("2020-03-05T15:25"):
        return stamp.value[:10] > published.value[:10]
    return datetime.fromisoformat(stamp.value) - datetime.fromisoformat(published.value) >= _LAST_TOUCH
