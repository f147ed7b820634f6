"""Reads the pages that a survey meets, in a process under limits: what they are, and what they say about their site."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal
from urllib.parse import urljoin, urlsplit

from archive.errors import Unreadable
from archive.learning.golden import Kept
from archive.messages.message import Message
from archive.model import Article, Link, PageKind, Teaser
from archive.sources import bare_host, parse_source
from archive.sources.mapping import fields_of, filled, items_of
from archive.sources.model import JsonMapping
from archive.text.normalise import normalise
from archive.warc.http import Payload, values
from archive.worker.pool import MEMORY_BYTES, PAGE_CPU_SECONDS, DiedError, Worker
from archive.worker.process import Task
from crawler.scope import host_of
from crawler.survey.data import NO_ADDRESSES, Addresses, Detailed, Listed, addresses_in, detailed_in, listed_in
from crawler.survey.model import ENOUGH

_HALF_TEXT: Final = 15_000  # characters at each end of a page, in which names are looked for
_FEW_WORDS: Final = 120
_FEW_LINKS: Final = 8
_WAITING_SECONDS: Final = 60.0
_MOVED: Final = re.compile(
    r"(?:hợp\s+nhất|sáp\s+nhập|chuyển\s+(?:sang|đến|về|tới)|(?:tên\s+miền|địa\s+chỉ|giao\s+diện|trang)\s+mới|"
    r"tạm\s+dừng|dừng\s+hoạt\s+động|ngừng\s+(?:hoạt\s+động|xuất\s+bản|cập\s+nhật))",
    re.IGNORECASE,
)
_REFRESH: Final = re.compile(r"url\s*=\s*[\"']?([^\"'>\s]+)", re.IGNORECASE)
_SCRIPT_ROOT: Final = "#__next, #__nuxt, #root, #app, app-root, [data-reactroot], [ng-app], astro-island"


@dataclass(frozen=True, slots=True)
class Seen:
    """A page as it was read, without any knowledge of its source: `family` is what its marks say.

    `title`, `site` (og:site_name) and `text` are what it says about itself; `away` is the page of another
    site that it sends people to, "" where it does not; `scripted` says that it has hardly a text or link of its own,
    and scripts that fetch them.
    """

    url: str
    kind: PageKind
    reason: str = ""
    article: Article | None = None
    links: tuple[Link, ...] = ()
    teasers: tuple[Teaser, ...] = ()
    family: str = "generic"
    title: str = ""
    site: str = ""
    text: str = ""
    away: str = ""
    scripted: bool = False
    kept: Kept | None = None
    fetches: Addresses = NO_ADDRESSES  # the data that its scripts ask for, as far as its own text says
    scripts: tuple[str, ...] = ()  # of its own host
    status: int = 200


@dataclass(frozen=True, slots=True)
class DataPage:
    """An answer to be looked at as data: `what` it is thought to be, and the TOML of a source whose [json] reads it."""

    page: Kept
    what: Literal["script", "list", "detail", "read"]
    toml: str = ""


@dataclass(frozen=True, slots=True)
class DataSeen:
    """What an answer held: addresses of a script, a list of articles, the data of one, or articles as they are read."""

    fetches: Addresses = NO_ADDRESSES
    listed: Listed | None = None
    detailed: Detailed | None = None
    articles: tuple[Article, ...] = ()
    links: tuple[Link, ...] = ()


class PageReader:
    """A process that reads pages one by one; it begins with the first page, and `close` ends it."""

    def __init__(self) -> None:
        self._worker = Worker(Task(_prepare, (), PAGE_CPU_SECONDS, MEMORY_BYTES))
        self._turn = asyncio.Lock()

    async def read(self, url: str, payload: Payload) -> Seen:
        """The page at `url` as it was answered; what cannot be read has the reason."""
        if payload.status != 200:
            none = Message("no HTTP answer")
            told = Message("status {status}", status=payload.status) if payload.status else none
            return Seen(url, "page", told, status=payload.status)
        kind = next(iter(values(payload.headers, "content-type")), "")
        page = Kept(url, kind, datetime.now(UTC), payload.body)
        async with self._turn:
            seen = await asyncio.to_thread(self._read, page)
        return seen if isinstance(seen, Seen) else Seen(url, "page", "parser_crash")

    async def data(self, page: DataPage) -> DataSeen:
        """What `page` holds as data; nothing where it costs the process its life."""
        async with self._turn:
            seen = await asyncio.to_thread(self._read, page)
        return seen if isinstance(seen, DataSeen) else DataSeen()

    def _read(self, page: Kept | DataPage) -> Seen | DataSeen | None:
        try:
            self._worker.send(page)
            seen: Seen | DataSeen = self._worker.take(_WAITING_SECONDS)
        except DiedError:
            return None
        return seen

    def close(self) -> None:
        """Ends the process."""
        self._worker.close()


def _prepare() -> Callable[[Kept | DataPage], Seen | DataSeen]:
    return lambda page: look_at_data(page) if isinstance(page, DataPage) else look(page)


def look_at_data(asked: DataPage) -> DataSeen:
    """The data of `asked`, looked at in this process."""
    page = asked.page
    match asked.what:
        case "script":
            return DataSeen(addresses_in(page.body.decode("utf-8", "replace"), page.url))
        case "list":
            return DataSeen(listed=listed_in(page.body))
        case "detail":
            return DataSeen(detailed=detailed_in(page.body))
    from archive.parsers import read_page

    source = parse_source(asked.toml, "draft")
    try:
        reading = read_page(page.url, page.body, page.content_type, 200, page.captured, source)
    except Unreadable:
        return DataSeen()
    if source.json is not None and source.json.in_lists:
        return DataSeen(articles=tuple(_articles_in(page, source.json)), links=reading.links)
    return DataSeen(articles=(reading.article,) if reading.article else (), links=reading.links)


def _articles_in(page: Kept, mapping: JsonMapping) -> Iterator[Article]:
    from archive.parsers.given import article_of

    for item in items_of(json.loads(page.body.decode("utf-8-sig", "replace")), mapping)[:ENOUGH]:
        keys, values = fields_of(item, mapping)
        if "text" in values:
            yield article_of(filled(mapping.article, item, page.url), keys, values, page.captured)


def look(page: Kept) -> Seen:
    """`page`, read in this process."""
    from archive.parsers import read_page  # 0.2 s that only the process that reads needs

    try:
        reading = read_page(page.url, page.body, page.content_type, 200, page.captured)
    except Unreadable as error:
        return Seen(page.url, "page", error.reason)
    if reading.kind not in ("article", "listing", "page"):
        return Seen(page.url, reading.kind, reading.reason, None, reading.links, reading.teasers)
    return _of_html(page, reading.kind, reading.reason, reading.article, reading.links, reading.teasers)


def _of_html(
    page: Kept,
    kind: PageKind,
    reason: str,
    article: Article | None,
    links: tuple[Link, ...],
    teasers: tuple[Teaser, ...],
) -> Seen:
    from archive.parsers.document.page import open_page
    from archive.parsers.links import links_of
    from archive.parsers.site.families import family_of

    opened = open_page(page.url, page.body, page.content_type, page.captured)
    refresh = _REFRESH.search(opened.meta("refresh"))
    has_root = opened.has(_SCRIPT_ROOT) or b"__NEXT_DATA__" in page.body or b"window.__NUXT__" in page.body
    family, title, site = family_of(opened, None).name, opened.title(), opened.meta("og:site_name")
    every = {link.url: link for link in links_of(opened)} | {link.url: link for link in links}
    scripts = tuple(
        dict.fromkeys(
            url
            for element in opened.root.iter("script")
            if _host(url := urljoin(page.url, element.get("src") or "")) == _host(page.url) and element.get("src")
        )
    )
    for element in list(opened.root.iter("script", "style", "noscript", "template", "select")):
        element.drop()
    text = "\n".join(line for piece in opened.root.itertext() if (line := normalise(piece)))
    few = len(text.split()) < _FEW_WORDS
    own = sum(1 for url in every if _host(url) == _host(page.url))
    return Seen(
        page.url,
        kind,
        reason,
        article,
        tuple(every.values()),
        teasers,
        family,
        title,
        site,
        text if len(text) < 2 * _HALF_TEXT else f"{text[:_HALF_TEXT]}\n{text[-_HALF_TEXT:]}",
        _away(page.url, text if few else "", refresh[1] if refresh else "", every),
        article is None and own < _FEW_LINKS and b"<script" in page.body.lower() and (few or has_root),
        page if article is not None else None,
        addresses_in(page.body.decode("utf-8", "replace"), page.url) if few or has_root else NO_ADDRESSES,
        scripts,
    )


def _away(url: str, text: str, refresh: str, links: dict[str, Link]) -> str:
    """Where on another host a page sends people: by a refresh, or by a short notice with hardly another link."""
    if refresh:
        target = urljoin(url, refresh)
        return target if _host(target) not in ("", _host(url)) else ""
    others = {_host(link): link for link in links if _host(link) not in ("", _host(url))}
    return next(iter(others.values())) if len(others) == 1 and len(links) <= 3 and _MOVED.search(text) else ""


def _host(url: str) -> str:
    try:
        return bare_host(host_of(url)) if urlsplit(url).scheme in ("http", "https") else ""
    except ValueError:
        return ""


def inside(seen: Seen) -> Iterator[Link]:
    """The links of a page to pages of its own host."""
    own = _host(seen.url)
    return (link for link in seen.links if _host(link.url) == own)
