"""Looks at one site: robots.txt, first page, feeds and sitemaps, until five articles were read; and what that says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Literal
from urllib.parse import urljoin, urlsplit, urlunsplit

from archive.errors import CrawlError
from archive.learning.golden import Kept
from archive.messages.message import Message
from archive.model import Article
from archive.sources import FAMILIES, Register, Source
from archive.sources.model import bare_host
from archive.text.clock import utc_seconds
from archive.warc.http import Payload, values
from crawler.frontier.discovery import page_number
from crawler.scope import as_fetched, authority, host_of, trap
from crawler.survey.data import GAP, Addresses, Detailed, Listed, article_address, keys_of, path_of, table
from crawler.survey.model import ENOUGH, Answering, ReadArticle, Scripted, State, Survey, Unread
from crawler.survey.pages import DataPage, DataSeen, PageReader, Seen, inside
from crawler.survey.signs import Addresses as PageAddresses
from crawler.survey.signs import Leads, article_patterns, kind_of, language_of, meets, name_of, province_of
from crawler.survey.visitor import DELAY_SECONDS, ElsewhereError, ForbiddenError, SpentError, Visitor, visitor

_NOBODY: Final = Source("", "", "other", "", "unverified", "", (), ())
_MOST_FEEDS: Final = 2
_LISTINGS: Final = 2  # that are read to see what is no article
_KEPT_BACK: Final = 3  # requests for them
_LIKELY: Final = 0.25
_STANDS_ON: Final = 0.8  # of the pages
_SHOWN: Final = 300
_OTHERS: Final = 10
_SCRIPTS: Final = 3  # of a page, looked into for the addresses of data
_LISTS_ASKED: Final = 4
_DETAILS_ASKED: Final = 2
_KEYS_TRIED: Final = 2
_OWN_SCRIPT: Final = re.compile(r"main|app|index|bundle", re.IGNORECASE)
_REFUSED: Final = frozenset((401, 403, 451))
_BUSY: Final = frozenset((408, 425, 429))
_FIRST_DAY: Final = "1997-11-19"  # Vietnam went on line: what is older was written about, not published


@dataclass(frozen=True, slots=True)
class Looked:
    """A survey, and the pages that it read as articles."""

    survey: Survey
    pages: tuple[Kept, ...]


@dataclass(slots=True)
class _Look:
    visit: Visitor
    reader: PageReader
    source: Source | None
    leads: Leads
    home: str = ""
    seen: list[Seen] = field(default_factory=list)  # pages that were read, the first one first
    articles: list[Article] = field(default_factory=list)
    pages: list[Kept] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    feeds: list[Answering] = field(default_factory=list)
    sitemaps: list[Answering] = field(default_factory=list)
    listed: list[str] = field(default_factory=list)  # articles by what feeds say
    days: list[str] = field(default_factory=list)  # named by listings, feeds and sitemaps
    json: str = ""  # the table of the site's data
    answers: dict[str, tuple[str, Payload]] = field(default_factory=dict)  # that were looked at as data

    async def ask(self, url: str) -> Seen:
        """The page at `url`, read."""
        found, payload = await self.visit.page(url)
        return await self.reader.read(found, payload)

    async def feeds_of(self, home: Seen) -> None:
        """Asks the feeds that the file or the first page names, until two have answered."""
        named = [*(self.source.discover.feeds if self.source else ())]
        named += [link.url for link in inside(home) if link.kind == "feed" and "/comments/" not in link.url]
        queue = list(dict.fromkeys(named))
        for url in queue[: 2 * _MOST_FEEDS]:
            if len(self.feeds) >= _MOST_FEEDS or not self.visit.allowed(url):
                continue
            seen = await self._maybe(url)
            hub = [link.url for link in seen.links if link.kind == "feed"] if seen and seen.kind != "feed" else []
            if hub and seen is not None and hub[0] not in queue:
                seen = await self._maybe(hub[0])
            if seen is not None and seen.kind == "feed":
                self.feeds.append(Answering(seen.url, len(seen.links)))
                self.listed += [link.url for link in seen.links]
                self.heard(seen)
                self.leads.add(seen.links, "feed")

    async def sitemaps_of(self) -> None:
        """Asks a sitemap, and of an index the first one that it names."""
        named = [*(self.source.discover.sitemaps if self.source else ())]
        for rules in list(self.visit.rules.values()):
            named += [url for url in rules.sitemaps if _on(url, self.home)]
        named.append(f"{authority(self.home)}/sitemap.xml")
        for url in list(dict.fromkeys(named))[:2]:
            seen = await self._maybe(url)
            if seen is None or seen.kind != "sitemap":
                continue
            self.sitemaps.append(Answering(seen.url, len(seen.links)))
            below = [link.url for link in seen.links if link.kind == "sitemap" and _on(link.url, self.home)]
            news = [one for one in below if re.search(r"post|news|tin|article|bai", one)] or below
            seen = await self._maybe(news[0]) if news else seen
            if seen is not None:
                self.heard(seen)
                self.leads.add((link for link in seen.links if link.published or link.modified), "sitemap")
            return

    async def _maybe(self, url: str) -> Seen | None:
        try:
            return await self.ask(url)
        except SpentError:
            raise
        except CrawlError:
            return None

    def heard(self, seen: Seen) -> None:
        """Notes the days that a listing, feed or sitemap names."""
        told = [*(link.published for link in seen.links), *(teaser.published for teaser in seen.teasers)]
        told += [link.modified for link in seen.links] if seen.kind == "sitemap" else []
        self.days += [day[:10] for day in told if day >= _FIRST_DAY]

    async def read_articles(self) -> str:
        """Reads pages until five are articles; the reason where fewer are."""
        since = 0  # pages since the last article
        while len(self.articles) < ENOUGH:
            if self.visit.left <= _KEPT_BACK:
                return Message("{count} requests are spent", count=self.visit.most)
            url = self.leads.article(_LIKELY) if since < 4 else ""
            url = url or self.leads.listing() or self.leads.article()
            if not url:
                return Message("no other page is linked; {count:page|pages} read", count=len(self.seen))
            since = 0 if await self.read(url) else since + 1 if since < 4 else 0
        return ""

    async def read(self, url: str) -> bool:
        """Reads the page at `url`; whether it is an article."""
        try:
            seen = await self.ask(url)
        except SpentError:
            raise
        except CrawlError as error:
            self.leads.became(url, "dead")
            self.unread.append(Unread(url, error.message))
            return False
        if seen.kind not in ("article", "listing", "page") or (not seen.links and seen.article is None):
            self.leads.became(url, "dead")
            self.unread.append(Unread(url, seen.reason or seen.kind))
            return False
        self.met(seen)
        self.leads.became(url, "article" if seen.article is not None else "other")
        if seen.article is None:
            self.unread.append(Unread(seen.url, seen.reason))
        return seen.article is not None

    def met(self, seen: Seen) -> None:
        """Remembers a page and what it links to."""
        self.seen.append(seen)
        self.leads.became(seen.url, "article" if seen.article is not None else "other")
        if seen.article is not None:
            self.articles.append(seen.article)
            if seen.kept is not None:
                self.pages.append(seen.kept)
        links = list(inside(seen))
        if self.source is not None and self.source.discover.article:
            self.leads.add((link for link in links if meets(self.source.discover.article, link.url)), "file")
        self.leads.add(links)

    async def read_data(self) -> None:
        """Looks for the data that scripts fetch, drafts its table, and reads articles by it."""
        found = await self._fetched()
        listed, at, address = await self._list(found)
        if listed is None:
            return
        article = article_address(listed, found.pages, self.home)
        detail, detailed = await self._detail(found, listed)
        if not article or (detailed is None and "text" not in dict(listed.fields)):
            return
        drafted = table(path_of(at) if _on(at, self.home) else at, listed, article, detail, detailed)
        toml = _drafted(
            drafted,
            dict.fromkeys(bare_host(host_of(urljoin(self.home, url))) for url in (self.home, at, detail or at)),
            self.home,
        )
        seen = await self._data(address, "read", toml)
        articles = list(seen.articles)
        for link in seen.links[:ENOUGH] if detailed is not None else ():
            if self.visit.left > _KEPT_BACK:
                articles += (await self._data(link.url, "read", toml)).articles
        if articles:
            self.json = drafted
            self.articles += articles[: ENOUGH - len(self.articles)]

    async def _fetched(self) -> Addresses:
        found = [seen.fetches for seen in self.seen]
        scripts = list(dict.fromkeys(url for seen in self.seen for url in seen.scripts))
        scripts.sort(key=lambda url: not _OWN_SCRIPT.search(url))
        for url in scripts[:_SCRIPTS]:
            found.append((await self._data(url, "script")).fetches)
        return Addresses(
            *(
                tuple(dict.fromkeys(url for one in found for url in getattr(one, kind)))
                for kind in ("lists", "details", "pages")
            )
        )

    async def _list(self, found: Addresses) -> tuple[Listed | None, str, str]:
        """The first list that answers with articles, its address with `{page}`, and the one that was asked."""
        for pattern in found.lists[:_LISTS_ASKED]:
            url = pattern.replace("{page}", "1")
            if _near(url, self.home) and (listed := (await self._data(url, "list")).listed) is not None:
                return listed, pattern, url
        return None, "", ""

    async def _detail(self, found: Addresses, listed: Listed) -> tuple[str, Detailed | None]:
        """The address of one article's data, with the path of what makes it, and what its answer holds."""
        for pattern in found.details[:_DETAILS_ASKED]:
            for key in keys_of(listed.first)[:_KEYS_TRIED]:
                url = pattern.replace(GAP, str(listed.first[key]))
                if _near(url, self.home) and (detailed := (await self._data(url, "detail")).detailed) is not None:
                    made = pattern.replace(GAP, f"{{{key}}}")
                    return path_of(made) if _on(url, self.home) else made, detailed
        return "", None

    async def _data(self, url: str, what: Literal["script", "list", "detail", "read"], toml: str = "") -> DataSeen:
        try:
            url, payload = self.answers[url] if url in self.answers else await self.visit.page(url)
        except SpentError:
            raise
        except CrawlError:
            return DataSeen()
        self.answers[url] = url, payload
        if payload.status != 200:
            return DataSeen()
        kind = next(iter(values(payload.headers, "content-type")), "")
        return await self.reader.data(DataPage(Kept(url, kind, datetime.now(UTC), payload.body), what, toml))

    async def read_listings(self) -> None:
        """Reads lists of articles: what they link to, and how far back they reach."""
        last = ""
        for _ in range(_LISTINGS):
            lists = [seen for seen in self.seen[1:] if seen.article is None]
            if len(lists) < _LISTINGS and self.visit.left > 1 and (url := self.leads.listing()):
                await self.read(url)
        for seen in self.seen:
            if seen.article is None:
                self.heard(seen)
                last = max(
                    last, self.leads.last_page(seen.url) if urlsplit(seen.url).path != "/" else "", key=page_number
                )
        if last and self.visit.left > 0:
            seen_last = await self._maybe(last)
            if seen_last is not None and seen_last.links:
                self.heard(seen_last)

    def addresses(self) -> PageAddresses:
        """What is known of the site's addresses."""
        articles = tuple(dict.fromkeys(seen.url for seen in self.seen if seen.article is not None))
        others = tuple(dict.fromkeys(seen.url for seen in self.seen if seen.article is None))
        links: Counter[str] = Counter()
        for seen in self.seen:
            links.update({link.url for link in inside(seen) if link.kind in ("article", "page", "listing")})
        often = _STANDS_ON * len(self.seen) if len(self.seen) > 2 else float("inf")
        standing = tuple(url for url, count in links.items() if count >= often and url not in articles)
        listed = tuple(dict.fromkeys(self.listed))
        return PageAddresses(articles, others, listed, standing, tuple(links))


async def look_at(
    start: str,
    contact: str,
    reader: PageReader,
    register: Register,
    source: Source | None = None,
    *,
    loopback: bool = False,
    delay: float = DELAY_SECONDS,
) -> Looked:
    """What a few requests tell of the site at `start`, asked as `contact` would be answered for.

    A site that does not answer, has moved or forbids the visit is told by the state of its survey.
    """
    obeys = source is None or source.politeness.obeys_robots
    pause = max(delay, source.politeness.delay_seconds) if source is not None else delay
    visit = visitor(start, contact, loopback=loopback, delay=pause, obeys=obeys)
    looking = _Look(visit, reader, source, Leads(lambda url: _wanted(url, looking)))
    try:
        return await _survey(looking, start, register)
    finally:
        visit.client.close()


def _wanted(url: str, looking: _Look) -> bool:
    if not _on(url, looking.home) or trap(url, looking.source or _NOBODY):
        return False
    return authority(url) not in looking.visit.rules or looking.visit.allowed(url)


async def _survey(looking: _Look, start: str, register: Register) -> Looked:
    to = ""
    try:
        home = await _first_page(looking, start)
    except ElsewhereError as error:
        owner = register.for_host(host_of(error.target))
        own = looking.source is not None and looking.source.covers(host_of(error.target))
        if not own:
            merged = owner.id if owner is not None else ""
            if merged or looking.source is None:
                return _ended(looking, start, "moved", error.message, error.target, merged)
            to = error.target
        try:
            home = await _first_page(looking, error.target)
        except CrawlError as failed:
            return _ended(looking, start, "moved", failed.message, error.target)
    except ForbiddenError as error:
        return _ended(looking, start, "forbidden", error.message)
    except CrawlError as error:
        return _ended(looking, start, "silent", error.message)
    if home.status in _REFUSED:
        told = Message(
            "{url}: the site refuses us (status {status}); write to its owner first", url=home.url, status=home.status
        )
        return _ended(looking, start, "forbidden", told, to)
    if home.status in _BUSY or home.status >= 500:
        told = Message("{url}: status {status}; try again later", url=home.url, status=home.status)
        return _ended(looking, start, "silent", told, to)
    if home.kind not in ("page", "listing", "article") or not (home.links or home.text or home.scripted):
        return _ended(looking, start, "gone", home.reason or home.kind, to)
    looking.home = home.url
    looking.met(home)
    _note_others(looking, home)
    short = ""
    try:
        await looking.feeds_of(home)
        await looking.sitemaps_of()
        if home.scripted:
            await looking.read_data()
        short = await looking.read_articles()
        await looking.read_listings()
    except SpentError as error:
        short = short or error.message
    return await _told(looking, start, to, short)


def _note_others(looking: _Look, home: Seen) -> None:
    """Notes that a first page leads to another host instead of its own: a copy, or a site half moved."""
    hosts = Counter(host_of(link.url) for link in home.links if link.kind in ("article", "page", "listing"))
    own = hosts.pop(host_of(home.url), 0)
    other, count = hosts.most_common(1)[0] if hosts else ("", 0)
    if count >= _OTHERS and own < count / 10:
        message = "{count} links of its first page lead to {host}, and {own} to itself"
        looking.visit.notes.append(Message(message, count=count, host=other, own=own))


async def _first_page(looking: _Look, start: str) -> Seen:
    """The first page, over http where https is not answered. Raises ElsewhereError where it sends people away."""
    try:
        return _stays(await looking.ask(start))
    except (ElsewhereError, ForbiddenError, SpentError):
        raise
    except CrawlError:
        if not start.startswith("https:") or len(looking.visit.asked) > 1:
            raise
        plain = urlunsplit(("http", *urlsplit(start)[1:]))
        seen = _stays(await looking.ask(plain))
        looking.visit.notes.append(Message("https does not answer, http does"))
        return seen


def _stays(home: Seen) -> Seen:
    if home.away:
        raise ElsewhereError(home.url, home.away)
    return home


def _ended(looking: _Look, start: str, state: State, reason: str, to: str = "", merged: str = "") -> Looked:
    visit = looking.visit
    rules = visit.rules.get(authority(start))
    survey = Survey(
        source=looking.source.id if looking.source else "",
        homepage=start,
        host=host_of(start),
        at=utc_seconds(datetime.now(UTC)),
        state=state,
        reason=reason,
        to=to,
        merged=merged,
        robots=rules.message if rules is not None else "",
        requests=tuple(visit.asked),
        notes=tuple(visit.notes),
    )
    return Looked(survey, ())


async def _told(looking: _Look, start: str, to: str, short: str) -> Looked:
    visit, source, home = looking.visit, looking.source, looking.seen[0]
    known = looking.addresses()
    pages = [article for article in looking.articles if article.parser.partition("/")[0] in FAMILIES]
    families = Counter(article.parser.partition("/")[0] for article in pages)
    if not families:
        families = Counter(seen.family for seen in looking.seen)
    family = families.most_common(1)[0][0]
    own = source.discover.article if source is not None else ()
    patterns = article_patterns(known, tuple(pattern.pattern for pattern in own), family)
    name = name_of(home.title, home.site, [seen.title for seen in looking.seen[1:] if seen.article is not None])
    texts = [seen.text for seen in looking.seen]
    rules = visit.rules[authority(home.url)]
    posts = await _posts(looking) if family == "wordpress" else ""
    survey = Survey(
        source=source.id if source else "",
        homepage=f"{authority(home.url)}/",
        host=host_of(home.url),
        at=utc_seconds(datetime.now(UTC)),
        state="moved" if to else "alive",
        to=to,
        robots=rules.message,
        crawl_delay=rules.crawl_delay,
        name=name,
        kind=kind_of(name, home.text, bare_host(host_of(home.url))),
        province=province_of(name, texts),
        language=language_of([" ".join(article.body) for article in looking.articles] or texts),
        family=family,
        scripted=_scripted(looking),
        feeds=tuple(looking.feeds),
        sitemaps=tuple(looking.sitemaps),
        posts=posts,
        article=patterns,
        links=len(known.links),
        met=known.met([re.compile(pattern) for pattern in patterns]),
        own_met=known.met(own),
        back=min(looking.days, default=""),
        articles=tuple(_short(article) for article in looking.articles[:ENOUGH]),
        unread=tuple(looking.unread),
        json=looking.json,
        short=short,
        requests=tuple(visit.asked),
        notes=tuple(visit.notes),
    )
    return Looked(survey, tuple(looking.pages[:ENOUGH]))


def _scripted(looking: _Look) -> Scripted:
    if not looking.seen[0].scripted:
        return "no"
    return "lists" if looking.articles else "yes"


async def _posts(looking: _Look) -> str:
    """The list of posts of a WordPress, where it is open."""
    url = f"{authority(looking.home)}/wp-json/wp/v2/posts"
    asked = f"{url}?per_page=1&_fields=link,date_gmt"
    if looking.visit.left < 1 or not looking.visit.allowed(asked):
        return ""
    try:
        _, payload = await looking.visit.page(asked)
    except CrawlError:
        return ""
    return url if payload.status == 200 and payload.body.lstrip()[:2] == b"[{" else ""


def _short(article: Article) -> ReadArticle:
    return ReadArticle(
        article.url,
        article.headline.value,
        article.published.value if article.published else "",
        article.parser,
        article.lead.value if article.lead else "",
        len(article.body),
        len(article.images),
        " ".join(article.body)[:_SHOWN],
    )


def _drafted(drafted: str, hosts: Iterable[str], home: str) -> str:
    """A source file with the table of data alone, to read by."""
    named = ", ".join(f'"{host}"' for host in hosts)
    return (
        f'id = "draft"\nname = "draft"\nkind = "other"\nprovince = "none"\nstatus = "unverified"\nhosts = [{named}]\n'
        f'homepage = "{authority(home)}/"\n[[layout]]\nfamily = "generic"\n{drafted}'
    )


def _near(url: str, home: str) -> bool:
    """Whether `url` lies on the site at `home`, or on a host beside it: api.baothu.example."""
    try:
        own, other = bare_host(host_of(as_fetched(home))), bare_host(host_of(as_fetched(url)))
    except ValueError:
        return False
    return other == own or ".".join(other.split(".")[-2:]) == ".".join(own.split(".")[-2:]) != ""


def _on(url: str, home: str) -> bool:
    try:
        return bare_host(host_of(as_fetched(url))) == bare_host(host_of(home))
    except ValueError:
        return False
