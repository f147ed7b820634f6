"""The portals of the fleet: who publishes what when, at which address, and what a reader should make of it.

Families and portals are data (`families.toml`, `portals.toml`); the news come from `bench.provincial`, the same for the
same portal. Nothing here knows a server or today's date: a day is a parameter.
"""

from __future__ import annotations

import tomllib
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

from bench.provincial import VIETNAM, WORDS, Block, House, Story, house_of, paragraphs, slug_of, stories

HERE: Final = Path(__file__).parent
BEGINNING: Final = datetime(2025, 12, 15, 7, tzinfo=VIETNAM)
"""When the portals have published their first article: three weeks before the year that is simulated."""
END: Final = datetime(2027, 1, 4, tzinfo=VIETNAM)
PER_PAGE: Final = 15
FIRST, STEP = 1000, 3
"""The number of a portal's first article, and how far the next is from it."""
_EDITED: Final = 40  # one article of so many is corrected, one to nine days after it was published
_PAYWALLED: Final = 4  # one of so many, where a portal has that habit
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Family:
    """What portals of one make print: see families.toml."""

    name: str
    article: str
    listing: str
    page: str
    dated: str
    lead: str
    html: str
    shows: tuple[str, ...] = ("sec", "tags")
    feed: str = ""
    sitemap: str = ""
    head: str = ""
    row: str = (
        '<div class="item"><h3><a href="{url}">{h}</a></h3><span class="date">{date}</span><p>{summary}</p></div>'
    )
    first_page: int = 1
    month_first: bool = False
    signature: str = ""
    script: str = ""  # "next": its data in the page; "api": behind an address of its own


@dataclass(frozen=True, slots=True)
class Event:
    """What happens to a portal on a day: `merged` into another, `redesigned` as another family prints, `dies`."""

    kind: str
    day: date
    into: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A story with its address, its number, and when and how it is corrected."""

    story: Story
    number: int
    path: str
    edited: datetime | None = None

    def at(self, now: datetime) -> Story:
        """The story as it stands at `now`."""
        if self.edited is None or now < self.edited:
            return self.story
        subject, day = self.story.tags[-1], f"{self.edited:%d/%m}"
        note = f"Tòa soạn cập nhật: số liệu về {subject} trong bài đã được rà soát lại ngày {day}."
        return replace(self.story, blocks=(*self.story.blocks, Block("p", note)))

    def changed(self, now: datetime) -> datetime:
        return self.edited if self.edited is not None and self.edited <= now else self.story.published


@dataclass(frozen=True)
class Portal:
    """One site. What it has published is made when it is first asked for."""

    id: str
    name: str
    kind: str
    province: str
    make: Family
    week: int
    number: int  # its place in the fleet
    charset: str = "utf-8"
    habits: frozenset[str] = frozenset()
    event: Event | None = None
    redesign: Family | None = None
    until: datetime = END  # nothing is made that comes later

    @cached_property
    def house(self) -> House:
        drawn = house_of(self.id)
        signed = "none" if "by" in self.make.shows else drawn.signature if drawn.signature != "none" else "right"
        return replace(drawn, lead="bold", signature=signed)

    @cached_property
    def sections(self) -> dict[str, str]:
        """The names of its sections by their slugs."""
        return {slug_of(one): one for one in WORDS["sections"][: 5 if self.kind == "newspaper" else 4]}

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """All that it publishes until the end, oldest first; every ninth is a notice."""
        days = (self.until - BEGINNING).days + 1
        count, gap = days * self.week // 7, 7 * 24 * 60 // self.week
        told = stories(self.id, count - count // 9, count // 9, self.house, BEGINNING, (gap // 3, gap * 5 // 3))
        names = list(self.sections.values())
        return tuple(
            self._item(replace(one, section=names[_draw(one.slug, len(names))]), FIRST + STEP * at)
            for at, one in enumerate(told)
        )

    def _item(self, story: Story, number: int) -> Item:
        mark = blake2b(story.slug.encode(), digest_size=8).hexdigest()
        parts = {
            "section": slug_of(story.section), "slug": story.slug, "id": number, "id6": 300_000 + number,
            "id7": 1_000_000 + number, "id17": f"{story.published:%Y%m%d%H%M%S}{number % 1000:03}", "hex": mark[:7],
            "base36": mark[:9],
            "y": f"{story.published:%Y}", "m": f"{story.published:%m}", "d": f"{story.published:%d}",
            "tab": 100 + _draw(story.section, 9),
        }  # fmt: skip
        edited = None
        if story.kind == "article" and _draw(mark, _EDITED) == 0:
            edited = story.published + timedelta(days=1 + _draw(mark[::-1], 9))
        return Item(story, number, self.make.article.format(**parts), edited)

    @cached_property
    def by_path(self) -> Mapping[str, Item]:
        return {item.path: item for item in self.items}

    @cached_property
    def by_slug(self) -> Mapping[str, Item]:
        return {item.story.slug: item for item in self.items}

    def published(self, now: datetime) -> tuple[Item, ...]:
        """What stands on the site at `now`, oldest first; nothing new comes after it has merged or died."""
        if self.event is not None and self.event.kind != "redesigned":
            now = min(now, datetime.combine(self.event.day, time(0), VIETNAM))
        return self.items[: bisect_right(self.items, now, key=lambda item: item.story.published)]

    def before(self, item: Item, most: int = 5) -> list[Item]:
        """The articles before `item`, the latest first."""
        at = (item.number - FIRST) // STEP
        return [self.items[at - back] for back in range(1, most + 1) if at >= back]

    def happened(self, kind: str, now: datetime) -> bool:
        """Whether an event of that kind has come by `now`."""
        event = self.event
        return event is not None and event.kind == kind and now >= datetime.combine(event.day, time(0), VIETNAM)

    def family(self, now: datetime) -> Family:
        """What prints its pages at `now`; addresses stay those of its `make`."""
        return self.redesign if self.redesign is not None and self.happened("redesigned", now) else self.make

    def paywalled(self, item: Item) -> bool:
        return "paywall" in self.habits and item.story.kind == "article" and item.number % _PAYWALLED == 0

    def truth(self, item: Item, now: datetime, base: str) -> Row:
        """What an attentive reader sees of an article at `now`; `cells` count neither way, `free` fields may be any."""
        story, family = item.at(now), self.family(now)
        shows, house = set(family.shows), self.house
        signed = house.signature != "none" and story.kind == "article"
        texts, pictures = paragraphs(story), [one for one in story.blocks if one.kind == "picture"]
        cut = self.paywalled(item)
        if cut:
            texts, pictures, signed = texts[:1], [], False
        tables = [one for one in story.blocks if one.kind == "table" and not cut]
        free = ["published"] if "%Y" not in family.dated else []
        free += ["section"] if "sec" not in shows and "{section}" in self.make.article else []  # the address says it
        return {
            "url": base + item.path, "portal": self.id, "family": family.name, "kind": story.kind,
            "headline": story.headline, "lead": story.lead or None, "paragraphs": texts,
            "captions": [one.text for one in pictures if one.text],
            "byline": story.author if signed or "by" in shows else None,
            "section": story.section if "sec" in shows else None,
            "tags": list(story.tags) if "tags" in shows else [], "published": f"{story.published:%Y-%m-%d}",
            "attachments": [base + story.attachment] if story.attachment and not cut else [],
            "source_credit": (story.credit or None) if not cut else None,
            "cells": [" ".join(" ".join(row) for row in one.rows) for one in tables],
            "teaser": cut, "free": [*free, *(["byline"] if story.kind == "notice" else [])],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fleet:
    """All portals by their ids, in the order of the file."""

    portals: Mapping[str, Portal] = field(default_factory=dict)

    def absorbed(self, portal: Portal) -> list[Portal]:
        """Those that merge into `portal`."""
        return [one for one in self.portals.values() if one.event is not None and one.event.into == portal.id]


def load(only: tuple[str, ...] = (), until: datetime = END) -> Fleet:
    """The fleet, or some of it, with what it publishes `until` then; raises KeyError for an id that it has not."""
    families = {name: _family(name, table) for name, table in _toml("families.toml").items()}
    tables = _toml("portals.toml")
    names = only or tuple(tables)
    order = {name: number for number, name in enumerate(tables, 1)}
    return Fleet({name: _portal(name, order[name], tables[name], families, until) for name in names})


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


def _family(name: str, table: Mapping[str, Any]) -> Family:
    known = dict(table)
    if "shows" in known:
        known["shows"] = tuple(known["shows"])
    return Family(name, **known)


def _portal(
    name: str, number: int, table: Mapping[str, Any], families: Mapping[str, Family], until: datetime
) -> Portal:
    known = dict(table)
    event, redesign = None, None
    for kind in ("merged", "redesigned", "dies"):
        if (told := known.pop(kind, None)) is not None:
            event = Event(kind, told["day"], told.get("into", ""))
            redesign = families[told["as"]] if "as" in told else None
    family = families[known.pop("family")]
    habits = frozenset(known.pop("habits", ()))
    return Portal(name, make=family, number=number, habits=habits, event=event, redesign=redesign, until=until, **known)


def _draw(text: str, of: int) -> int:
    """A number below `of`, the same for a text."""
    return int.from_bytes(blake2b(text.encode(), digest_size=4).digest()) % of
