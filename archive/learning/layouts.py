"""Learns the layouts of a source from the captures that an archive holds: no traffic, and the same result each time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

import sqlite_utils

from archive.custody.withheld import Withheld
from archive.disk import make_folder, replace_file
from archive.errors import Unreadable
from archive.holdings import Holdings
from archive.model import Place
from archive.parsers import read_page
from archive.parsers.feeds import read_items
from archive.parsers.site.learning import Learned, SiteEvidence, Told, TrainingPage, learn
from archive.sources.layouts import ENOUGH, SUFFIX, written
from archive.sources.model import Layout, Source
from archive.store import open_database, samples
from archive.store.rows import CaptureRow
from archive.warc import http
from archive.warc.reader import read as read_record

PAGES: Final = 40
"""Pages of each layout that are learnt from, if not asked for otherwise: more bring nothing."""
_LISTS: Final = 60  # feeds, sitemaps and listings that are asked what they say
_NEW: Final = 4  # articles of a new layout that speak for a change
_CLEAR: Final = 0.8  # of pages before a change fit, and after it do not
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Era:
    """A layout of a source, the first and last day of it (None where open), and what was learnt of it."""

    since: date | None
    until: date | None
    learned: Learned


def eras(
    db: sqlite_utils.Database, holdings: Holdings, source: Source, most: int = PAGES, told: Sequence[Told] = ()
) -> tuple[Era, ...]:
    """What the captures of `source` teach, for each of its layouts; `told` is what a person says of their pages, and
    counts as what the site's feeds say. Reads the archive, writes nothing.
    """
    withheld = Withheld.load(holdings.root)
    heard = _evidence(holdings.root, source, samples.lists(db, source.id, _LISTS), withheld)
    known = {one.url for one in told}
    evidence = SiteEvidence((*told, *(one for one in heard.told if one.url not in known)))
    found: list[Era] = []
    since: date | None = None
    for layout in source.layouts:
        base, until = _by_hand(layout), layout.until
        newest = layout.learned is not None and layout is source.layouts[-1]
        changed = changed_on(samples.fit_by_day(db, source.id, since)) if newest else None
        if changed is not None:
            old = _of_days(db, holdings, source, since, changed - _DAY, most, withheld)
            found.append(Era(since, changed - _DAY, learn(old, evidence, base)))
            since = changed
        pages = _of_days(db, holdings, source, since, until, most, withheld)
        found.append(Era(since, until, learn(pages, evidence, base)))
        since = until + _DAY if until is not None else None
    return tuple(found)


def held_pages(holdings: Holdings, source: Source) -> tuple[TrainingPage, ...]:
    """The article pages of a source among the captures held; () where nothing is held yet."""
    if not holdings.database.exists():
        return ()
    db = open_database(holdings.database, readonly=True)
    try:
        return held_articles(db, holdings, source)
    finally:
        db.close()


def changed_on(days: Sequence[tuple[date, int, int]]) -> date | None:
    """The first day of a new layout: from it on hardly an article fits the one that was learnt, before it nearly all.

    `days` have articles captured, and how many of these do not fit; None where too few speak for a change.
    """
    after, unfit = sum(count for _, count, _ in days), sum(missed for _, _, missed in days)
    before = old = 0
    for day, count, missed in days:
        clear = before and old <= (1 - _CLEAR) * before and unfit >= max(_NEW, _CLEAR * after)
        if clear and missed >= _CLEAR * count:
            return day
        before, old, after, unfit = before + count, old + missed, after - count, unfit - missed
    return None


def _of_days(
    db: sqlite_utils.Database,
    holdings: Holdings,
    source: Source,
    since: date | None,
    until: date | None,
    most: int,
    withheld: Withheld,
) -> tuple[TrainingPage, ...]:
    return tuple(_pages(holdings.root, samples.article_pages(db, source.id, since, until, most), withheld))


def _by_hand(layout: Layout) -> Layout:
    """A layout without what was learnt, so that learning ends the same each time; what a person wrote stays."""
    return layout if layout.learned is None else Layout(layout.family, layout.until, month_first=layout.month_first)


def held_articles(
    db: sqlite_utils.Database, holdings: Holdings, source: Source, most: int = PAGES
) -> tuple[TrainingPage, ...]:
    """At most so many article pages of a source among the captures held, spread evenly over their days."""
    mimes = samples.DATA if source.json is not None and source.json.holds_articles else samples.HTML
    rows = samples.article_pages(db, source.id, None, None, most, mimes)
    return tuple(_pages(holdings.root, rows, Withheld.load(holdings.root)))


def as_taught(found: Sequence[Era], *, confirmed: bool) -> tuple[Layout, ...]:
    """The layouts that were learnt, as a source has them; `confirmed` where a person has found them right."""
    return tuple(
        replace(one.learned.layout, until=one.until, learned=replace(one.learned.layout.learned, confirmed=confirmed))
        if one.learned.layout.learned is not None
        else one.learned.layout
        for one in found
    )


def keep(holdings: Holdings, source: Source, found: Sequence[Era], *, confirmed: bool) -> Path:
    """Writes the layouts beside the sources of the archive, where they count from now on, and says so in the log.

    Raises StorageError.
    """
    file = keep_layouts(holdings, source, as_taught(found, confirmed=confirmed))
    holdings.record_settings()
    return file


def keep_layouts(holdings: Holdings, source: Source, layouts: Sequence[Layout]) -> Path:
    """Writes `layouts` beside the sources of the archive. Raises StorageError."""
    path = holdings.sources / f"{source.id}{SUFFIX}"
    comment = f"What the site of {source.id} has taught `baotinh sources learn`; remove this file to unlearn it."
    make_folder(holdings.sources)
    replace_file(path, written(layouts, comment).encode())
    return path


def is_enough(found: Sequence[Era]) -> bool:
    """Whether each layout with any page was learnt from as many as it takes."""
    return all(one.learned.pages == 0 or one.learned.pages >= ENOUGH for one in found)


def _payload(root: Path, row: CaptureRow) -> tuple[http.Payload, datetime] | None:
    held = read_record(root, Place(row.file, row.offset, row.length, row.record_id))
    try:
        return http.split(held.capture.response), held.capture.began
    except Unreadable:
        return None


def _pages(root: Path, rows: Sequence[CaptureRow], withheld: Withheld) -> Iterator[TrainingPage]:
    for row in rows:
        if not withheld.covers(row.url_key) and (found := _payload(root, row)) is not None:
            payload, captured = found
            content_type = next(iter(http.values(payload.headers, "content-type")), "")
            yield TrainingPage(row.url, payload.body, content_type, captured)


def _evidence(root: Path, source: Source, rows: Sequence[CaptureRow], withheld: Withheld) -> SiteEvidence:
    """What feeds, sitemaps and listings say of addresses."""
    told: list[Told] = []
    for row in rows:
        if withheld.covers(row.url_key) or (found := _payload(root, row)) is None:
            continue
        payload, captured = found
        content_type = next(iter(http.values(payload.headers, "content-type")), "")
        try:
            reading = read_page(row.url, payload.body, content_type, payload.status, captured, source)
        except Unreadable:
            continue
        if reading.article is not None:
            continue
        by = "feed" if reading.kind == "feed" else "sitemap" if reading.kind == "sitemap" else "listing"
        items = read_items(payload.body) if by == "feed" else {}
        told += [
            Told(one.url, one.headline, one.published, one.text, *items.get(one.url, ("", "")), by=by)
            for one in reading.teasers
        ]
        dated = {one.url for one in reading.teasers if one.published}
        told += [
            Told(link.url, published=link.published, by="sitemap" if by == "sitemap" else by)
            for link in reading.links
            if link.published and link.url not in dated
        ]
    return SiteEvidence(tuple(told))
