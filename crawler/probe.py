"""Meets a site that the register does not know: a dozen polite requests, what they say about how to crawl it, and the
source file drafted from that.
"""

from __future__ import annotations

import asyncio
import html
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import get_args
from urllib.parse import urljoin, urlsplit

from archive.errors import CrawlError, Unreadable, UsageError
from archive.learning.golden import Kept
from archive.messages.language import coded, spoken, tr
from archive.messages.message import Message
from archive.model import Article, Link, Reading
from archive.parsers import read_page
from archive.places.mentions import mentions
from archive.sources import FAMILIES
from archive.sources.model import Kind
from archive.text.encodings import decode
from archive.text.normalise import normalise
from archive.warc.http import Payload, split, values
from crawler import robots
from crawler.http.capture import header_lines, introduction, request_bytes
from crawler.http.connection import Client
from crawler.robots import Robots
from crawler.scope import as_fetched, authority, host_of, on_this_machine
from crawler.settings import DEFAULT_REQUEST_HEADERS

MOST_REQUESTS = 12
ARTICLES = 3
DELAY_SECONDS = 2.0
_LIMIT = 16_000_000
_SECONDS = 30.0

# What sets an article's address apart, the most telling first; each was seen on sites of the register.
_ARTICLE_PATTERNS = (
    r"-post\d+\.html$",
    r"-a\d+\.html$",
    r"-postid\d+\.bbg$",
    r"/\d{6}/[^/]+-[0-9a-f]{7}/?$",
    r"-\d{6,}\.html?$",
    r"-\d+\.html?$",
    r"/\d{4}/\d{2}/(?:\d{2}/)?[^/]+/?$",
    r"[?&](?:ItemID|ContentID|NewsId|id)=\w+",
    r"/-/asset_publisher/.+/content/",
    r"\.aspx$",
)


@dataclass(frozen=True, slots=True)
class Sample:
    """An article that was read to see what a crawl would get, or why it could not be."""

    url: str
    article: Article | None
    reason: str = ""
    page: Kept | None = None  # as it came, where it was read as an article


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """What a probe has found out. `requests` are the addresses asked for, in order."""

    homepage: str
    host: str
    family: str
    robots: str
    crawl_delay: float | None
    feeds: tuple[str, ...]
    sitemaps: tuple[str, ...]
    article: str  # a pattern of what is an article, "" where none was found
    title: str
    samples: tuple[Sample, ...]
    requests: tuple[str, ...]
    posts: str = ""  # the list of posts that an open WordPress gives as JSON
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Probe:
    client: Client
    fields: bytes
    delay: float
    asked: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    rules: Robots | None = None  # until robots.txt has been read, only it is asked for

    async def ask(self, url: str) -> Payload:
        """The answer to one request, the delay after the one before kept. Raises CrawlError where none comes."""
        if len(self.asked) >= MOST_REQUESTS:
            raise CrawlError(
                "{url}: {most_requests} requests are spent; name a page nearer to the articles",
                url=url,
                most_requests=MOST_REQUESTS,
            )
        if self.asked and self.delay:
            await asyncio.sleep(self.delay)
        self.asked.append(url)
        exchange = await self.client.fetch(url, lambda t, h: request_bytes(t, h, self.fields), _LIMIT, _SECONDS)
        if exchange.error:
            told = "{url}: {reason}; check the address, or try again later"
            if exchange.error == "address":
                told = "{url}: {reason}"
            raise CrawlError(told, url=url, reason=exchange.detail or exchange.error)
        if exchange.verdict not in ("", "verified"):
            self.notes.append(f"certificate: {exchange.verdict}")
        try:
            return split(bytes(exchange.answer.data), _LIMIT)
        except Unreadable as error:
            raise CrawlError("{url}: the answer cannot be read: {reason}", url=url, reason=error.reason) from error

    async def page(self, url: str) -> tuple[str, Payload]:
        """The page at `url`, redirects of the same site followed, and the address it was found at."""
        for _ in range(4):
            payload = await self.ask(url)
            where = values(payload.headers, "location")
            if payload.status not in (301, 302, 303, 307, 308) or not where:
                return url, payload
            try:
                target = as_fetched(urljoin(url, where[0]))
            except ValueError as error:
                raise CrawlError(
                    "{url} leads to what is no web address: {where}", url=url, where=where[0][:200]
                ) from error
            if self.rules is not None and not self.rules.allows(target):
                raise _forbidden(target, self.rules)
            if host_of(target).removeprefix("www.") != host_of(url).removeprefix("www."):
                raise CrawlError("{url} leads to another site, {target}; probe that one", url=url, target=target)
            url = target
        raise CrawlError("{url}: redirects without end", url=url)


async def probe(url: str, contact: str, *, loopback: bool = False) -> ProbeResult:
    """What a dozen requests tell of the site at `url`, asked as `contact` would be answered for.

    Raises UsageError for what is no web address, CrawlError where the site does not answer or robots.txt forbids it.
    """
    start = address_of(url)
    here = on_this_machine(start)
    fields = header_lines({**DEFAULT_REQUEST_HEADERS, **introduction(contact)}.items())
    client = Client(loopback=loopback)
    asking = _Probe(client, fields, 0.0 if here and loopback else DELAY_SECONDS)
    try:
        return await _meet(asking, start)
    except CrawlError as error:
        if "://" in url or len(asking.asked) > 1:
            raise
        raise CrawlError(
            "{error}; https was tried, and the site may speak http alone: http://{url}", error=error, url=url
        ) from error
    finally:
        client.close()


def address_of(url: str) -> str:
    """`url` as it is asked for, https where it names no scheme. Raises UsageError for what is no web address."""
    try:
        start = as_fetched(url if "://" in url else f"https://{url}")
    except ValueError as error:
        raise UsageError("{url}: not an absolute http or https URL", url=url) from error
    if "@" in urlsplit(start).netloc:
        raise UsageError("{url}: give the address without user name and password; a crawl sends none", url=url)
    return start


async def _meet(asking: _Probe, start: str) -> ProbeResult:
    rules = await _rules(asking, authority(start))
    if not rules.allows(start):
        raise _forbidden(start, rules)
    asking.rules = rules
    asking.delay = max(asking.delay, min(rules.crawl_delay or 0.0, 30.0))
    home, payload = await asking.page(start)
    reading = _read(home, payload)
    links = [link for link in _inside(reading.links, home) if rules.allows(link.url)]
    pattern = article_pattern(link.url for link in links)
    wanted = _likely(links, pattern)
    samples: list[Sample] = []
    if reading.article is not None:
        samples.append(Sample(home, reading.article, page=_kept(home, payload)))
    for link in wanted[: ARTICLES - len(samples)]:
        if len(asking.asked) >= MOST_REQUESTS - 2:
            break
        samples.append(await _sample(asking, link.url))
    feeds = [link.url for link in links if link.kind == "feed" and "/comments/" not in link.url][:5]
    sitemaps = await _sitemaps(asking, rules, home)
    read = [sample.article for sample in samples if sample.article is not None]
    families = Counter(article.parser.partition("/")[0] for article in read)
    family = families.most_common(1)[0][0] if families else "generic"
    return ProbeResult(
        homepage=f"{authority(home)}/",
        host=host_of(home),
        family=family,
        robots=rules.told,
        crawl_delay=rules.crawl_delay,
        feeds=tuple(feeds),
        sitemaps=sitemaps,
        article=pattern,
        title=_title(payload),
        samples=tuple(samples),
        posts=await _posts(asking, rules, home) if family == "wordpress" else "",
        requests=tuple(asking.asked),
        notes=tuple(dict.fromkeys(asking.notes)),
    )


def _forbidden(url: str, rules: Robots) -> CrawlError:
    return CrawlError(
        "{url}: robots.txt forbids it ({note}); write to the site's owner first", url=url, note=rules.note
    )


async def _rules(asking: _Probe, site: str) -> Robots:
    """The rules of `site`, wherever it says that they lie; forbidden is everything where they cannot be had."""
    url = f"{site}/robots.txt"
    for _ in range(robots.MOST_HOPS + 1):
        payload = await asking.ask(url)
        try:
            target = robots.leads_to(url, payload.status, payload.headers)
        except ValueError:
            return Robots("closed", Message("leads to what is no web address"))
        if not target:
            return await asyncio.to_thread(robots.read, payload.status, payload.body)
        if authority(target) != site and target != f"{authority(target)}/robots.txt":
            return Robots("closed", Message("leads to a page of another site, {target}", target=target))
        url = target
    return Robots("closed", Message("{most_hops} redirects and no end", most_hops=robots.MOST_HOPS))


async def _sample(asking: _Probe, url: str) -> Sample:
    try:
        where, payload = await asking.page(url)
        reading = _read(where, payload)
    except CrawlError as error:
        return Sample(url, None, error.message)
    if reading.article is None:
        return Sample(where, None, reading.reason or "no article")
    return Sample(where, reading.article, reading.reason, _kept(where, payload))


async def _sitemaps(asking: _Probe, rules: Robots, home: str) -> tuple[str, ...]:
    named = [link.url for link in _inside((Link(url, "sitemap") for url in rules.sitemaps), home)][:3]
    usual = f"{authority(home)}/sitemap.xml"
    if named or len(asking.asked) >= MOST_REQUESTS or not rules.allows(usual):
        return tuple(named)
    try:
        found, payload = await asking.page(usual)
    except CrawlError:
        return ()
    is_one = payload.status == 200 and (b"<sitemap" in payload.body or b"<urlset" in payload.body)
    return (found,) if is_one else ()


async def _posts(asking: _Probe, rules: Robots, home: str) -> str:
    """The list of posts of a WordPress at `home`, where it is open."""
    url = f"{authority(home)}/wp-json/wp/v2/posts"
    asked = f"{url}?per_page=1&_fields=link,date_gmt"
    if len(asking.asked) >= MOST_REQUESTS or not rules.allows(asked):
        return ""
    try:
        _, payload = await asking.page(asked)
    except CrawlError:
        return ""
    return url if payload.status == 200 and payload.body.lstrip()[:2] == b"[{" else ""


def article_pattern(urls: Iterable[str]) -> str:
    """The pattern that tells articles among `urls`: the first of the known ones that at least three of them fit."""
    targets = {f"{urlsplit(url).path}?{urlsplit(url).query}".removesuffix("?") for url in urls}
    for pattern in _ARTICLE_PATTERNS:
        if sum(1 for target in targets if re.search(pattern, target)) >= 3:
            return pattern
    return ""


def _likely(links: list[Link], pattern: str) -> list[Link]:
    """The links that most likely lead to articles, each once."""

    def fits(link: Link) -> bool:
        parts = urlsplit(link.url)
        return bool(pattern and re.search(pattern, f"{parts.path}?{parts.query}".removesuffix("?")))

    told = [link for link in links if fits(link)] or [link for link in links if link.kind == "article"]
    return list({link.url: link for link in told}.values())


def _inside(links: Iterable[Link], home: str) -> list[Link]:
    found = []
    for link in links:
        try:
            url = as_fetched(link.url)
        except ValueError:
            continue
        if host_of(url).removeprefix("www.") == host_of(home).removeprefix("www."):
            found.append(Link(url, link.kind, link.published))
    return found


def _read(url: str, payload: Payload) -> Reading:
    if payload.status != 200:
        raise CrawlError(
            Message("{url}: status {status}", url=url, status=payload.status)
            if payload.status
            else Message("{url}: no HTTP answer", url=url)
        )
    page = _kept(url, payload)
    try:
        return read_page(url, page.body, page.content_type, payload.status, page.captured)
    except Unreadable as error:
        raise CrawlError("{url}: cannot be read: {error}", url=url, error=error) from error


def _kept(url: str, payload: Payload) -> Kept:
    kind = next(iter(values(payload.headers, "content-type")), "")
    return Kept(url, kind, datetime.now(UTC), payload.body)


def _title(payload: Payload) -> str:
    found = re.search(r"<title[^>]*>([^<]{1,300})", decode(payload.body, payload.charset).text, re.IGNORECASE)
    return normalise(html.unescape(found[1])) if found else ""


# A source file drafted from what a probe has found: valid, commented, and marked as what nobody has checked. Pure.

LEAST_DELAY = 2
_PARTY = re.compile(r"đảng\s+bộ|đảng\s+ủy|(?:tỉnh|thành|quận|huyện|thị)\s+(?:ủy|uỷ)|ban\s+tuyên\s+giáo", re.IGNORECASE)
_PAPER = re.compile(r"^báo\b|báo\s+điện\s+tử|phát\s+thanh", re.IGNORECASE)
_GOVERNMENT = re.compile(r"ủy\s+ban\s+nhân\s+dân|uỷ\s+ban\s+nhân\s+dân|ubnd|^(?:cổng|sở)\b", re.IGNORECASE)


def source_id(met: ProbeResult) -> str:
    """A name for the source out of its host: "baotinh.example" gives "baotinh-example"."""
    bare = met.host.removeprefix("www.")
    return re.sub(r"[^a-z0-9]+", "-", bare).strip("-")


def kind_of(met: ProbeResult) -> str:
    """What the site is, by what its title calls itself, else by its host."""
    if _PARTY.search(met.title):
        return "party"
    if _PAPER.search(met.title):
        return "newspaper"
    return "government" if ".gov.vn" in met.host or _GOVERNMENT.search(met.title) else "newspaper"


def province_of(met: ProbeResult) -> str:
    """The id of the province that the title names, itself or by a district of it; "" where that leaves a doubt."""
    found = {one.place.province for one in mentions(met.title) if not one.ambiguous}
    return found.pop() if len(found) == 1 else ""


def draft(met: ProbeResult, name: str = "", province: str = "", kind: str = "", chosen: str = "") -> str:
    """The TOML of a source file, its id `chosen` or made from its host.

    `province` and `kind` are guessed where they are not given; where the title leaves the province in doubt a "?"
    stands in its place, and the file is not valid yet.
    """
    title = unicodedata.normalize("NFC", name or met.title or met.host)
    province, kind = province or province_of(met), kind or kind_of(met)
    family = met.family if met.family in FAMILIES else "generic"
    delay = max(LEAST_DELAY, round(met.crawl_delay or 0)) if not on_this_machine(met.homepage) else 0
    lines = [
        f"# {title}: drafted by a probe of {len(met.requests)} requests. Check it, crawl a little, read what came.",
        f"# robots.txt: {met.robots}" + (f"; Crawl-delay {met.crawl_delay:g}" if met.crawl_delay else ""),
        *(f"# {note}" for note in met.notes),
        f"id       = {_text(chosen or source_id(met))}",
        f"name     = {_text(title)}",
        f"kind     = {_text(kind)}                # {' | '.join(get_args(Kind))}",
        f"province = {_text(province or '?')}                # id of one of the 63, as it was; none: the whole country",
        'status   = "unverified"              # verified after a crawl whose articles a person has read',
        f"hosts    = [{_text(met.host)}]",
        *([f"homepage = {_text(met.homepage)}"] if met.homepage.startswith("http://") else []),
        "",
        "[[layout]]",
        f"family = {_text(family)}" + ("" if family == met.family else f"  # the probe said {met.family}"),
        "",
        "[discover]",
        'seeds    = ["/"]',
        f"feeds    = [{', '.join(_text(_path(url)) for url in met.feeds)}]",
        f"sitemaps = [{', '.join(_text(_path(url)) for url in met.sitemaps)}]",
        *([f"wordpress = [{_text(_path(met.posts))}]    # all posts, with --backfill"] if met.posts else []),
        f"article  = ['{met.article}']" if met.article else "# article = ['...']    # no pattern was found",
        "",
        "[politeness]",
        f"delay_seconds = {delay}",
        "",
    ]
    return "\n".join(lines)


def summary(met: ProbeResult) -> str:
    """What was found, and what three articles would be read as, for a person."""
    name, count = met.title or met.host, len(met.requests)
    asked = tr("{name}: {family}, {count} requests", name=name, family=met.family, count=count)
    lines = [asked, f"robots.txt: {spoken(met.robots)}"]
    lines += [tr("feed {url}", url=url) for url in met.feeds] + [tr("sitemap {url}", url=url) for url in met.sitemaps]
    lines += [tr("list of all posts {url}", url=met.posts)] if met.posts else []
    pattern = tr("articles look like {pattern}", pattern=met.article)
    lines.append(pattern if met.article else tr("no pattern tells the articles apart"))
    for sample in met.samples:
        lines += ["", sample.url, *_as_read(sample)]
    return "\n".join(lines)


def _as_read(sample: Sample) -> list[str]:
    article = sample.article
    if article is None:
        return ["  " + tr("not read: {reason}", reason=spoken(coded(sample.reason)))]
    date = article.published.value if article.published else tr("no date")
    lines = [f"  {article.headline.value}  ({date}, {article.parser})"]
    if article.lead:
        lines.append("  " + tr("lead: {lead}", lead=_cut(article.lead.value)))
    words = "{paragraphs} paragraphs, {pictures} pictures"
    size = tr(words, paragraphs=len(article.body), pictures=len(article.images))
    return [*lines, f"  {size}: {_cut(' '.join(article.body))}"]


def _cut(text: str) -> str:
    return text if len(text) <= 100 else text[:100].rsplit(" ", 1)[0] + " ..."


def _path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
