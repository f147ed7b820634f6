"""The nouns of the register: a source, its hosts, layouts, ways of discovery, manners and expectations."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from datetime import date, time
from operator import attrgetter
from typing import Final, Literal
from urllib.parse import urljoin, urlsplit

UNFIT = "the learnt layout does not fit this page"
"""The note of an article on a page that lacks what its source's learnt layout requires."""

IMPORTED: Final = "imported"
"""In place of a source: captures brought in whose source is told by their host."""

NATIONAL: Final = "none"
"""In place of a province: what is made for the whole country. A source of it has "" for its province."""

Kind = Literal["newspaper", "party", "government", "broadcaster", "magazine", "agency", "other"]
"""What a source is: `agency` is one of news, `broadcaster` of radio and television."""

Status = Literal["verified", "unverified", "excluded", "closed"]
"""`verified`: a person has read what a crawl brought; `unverified`: a first guess; `excluded`: not to be touched, the
reason stands beside it; `closed`: no longer on the net, kept so that its captures can be read."""


@dataclass(frozen=True, slots=True)
class Host:
    """A host of a source, lower case, with its port where that is not the usual one, and the days it was in use.

    "*.baoxyz.vn" are all hosts below baoxyz.vn, which is itself none of them.
    `since` and `until` are the first and the last day; None where the use has no known end on that side.
    """

    name: str
    since: date | None = None
    until: date | None = None

    def serves(self, day: date | None) -> bool:
        """Whether the host was this source's on `day`; every host was on some day (None)."""
        return day is None or ((self.since is None or self.since <= day) and (self.until is None or day <= self.until))

    def holds(self, host: str) -> bool:
        """Whether `host` is this one, or one of those below it that a pattern means; `www.` changes nothing."""
        bare, own = bare_host(host), bare_host(self.name)
        return bare.endswith(own[1:]) if own.startswith("*.") else bare == own


@dataclass(frozen=True, slots=True)
class Select:
    """CSS selectors that hold on this one site, alternatives in the order to try; empty where the family's rule holds.

    `captions`, `tags`, `related` and `attachments` may meet many elements, the other fields one. `cut` names what is
    taken away before anything is read: related boxes inside the body, players, "read more" lines. `skip` names boxes
    of the template that are not looked at, as no field of an article stands in them: menus, sidebars, footers.
    """

    headline: tuple[str, ...] = ()
    lead: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    modified: tuple[str, ...] = ()
    byline: tuple[str, ...] = ()
    source_credit: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    cut: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether any selector is given."""
        return any(_SELECTORS(self))


_SELECTORS = attrgetter(*(field_.name for field_ in fields(Select)))  # in a thirtieth of the time of asking for each
NO_SELECTORS: Final = Select()


@dataclass(frozen=True, slots=True)
class LearnedFrom:
    """From how many pages a layout was learnt, the day of the last of them, on what share of them each field was found,
    and whether a person has confirmed it.
    """

    pages: int
    day: date
    support: tuple[tuple[str, float], ...] = ()
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """How the pages of a source are built during a time: the CMS family, and what this site does otherwise.

    `until` is the layout's last day, None for the one in use. `month_first` says that its numeric dates are American.
    `absent` are fields that the site prints nowhere, `only` those that stand nowhere but where `select` says, so that
    an article without a value there has none. `patterns` take a value out of the text of what is selected: field and
    regular expression with one group. `date_from` is "text" where a date's attribute is not to be believed. `lines` are
    what the site prints above or below the text of each article.
    """

    family: str
    until: date | None = None
    select: Select = NO_SELECTORS
    month_first: bool = False
    absent: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    patterns: tuple[tuple[str, str], ...] = ()
    date_from: str = ""
    lines: tuple[str, ...] = ()
    learned: LearnedFrom | None = None


@dataclass(frozen=True, slots=True)
class DateArchive:
    """Listings with one address for each day, month or year, walked backwards from `last` (today if None) to `first`.

    `pattern` is an absolute URL with `{year}`, `{month}`, `{day}` (formats as in Python: `{month:02}`). The walk ends
    early after `stop_after` addresses in a row that brought nothing.
    """

    pattern: str
    first: date
    last: date | None = None
    stop_after: int = 30


@dataclass(frozen=True, slots=True)
class NumberedPages:
    """Pages whose address differs in a `{number}`, walked upwards from `first` to `last` (without end if None).

    The walk ends early after `stop_after` addresses in a row that brought nothing.
    """

    pattern: str
    first: int
    last: int | None = None
    stop_after: int = 30
    lists: bool = False  # pages of a list, which are not asked for again, rather than articles


Backfill = DateArchive | NumberedPages


@dataclass(frozen=True, slots=True)
class Discover:
    """Where the articles of a source are found. Addresses are absolute; regular expressions are searched (`re.search`)
    in the target of a URL: its path and query, "/tin-tuc/mua-lu-123.html?x=1".

    `listings` may hold `{page}`; others are paged by `pages`, where `{listing}` is the listing's address. `first_page`
    is the number of a listing's first page (Drupal counts from 0), `max_pages` how many pages of one are asked for.
    `links_in` are selectors of the links of a listing that count, or of boxes of them; empty: all of the page.
    """

    seeds: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    listings: tuple[str, ...] = ()
    pages: str = ""
    first_page: int = 1
    max_pages: int = 20
    links_in: tuple[str, ...] = ()
    article: tuple[re.Pattern[str], ...] = ()  # what is an article
    listing: tuple[re.Pattern[str], ...] = ()  # what is a listing, beside those named in `listings`
    never: tuple[re.Pattern[str], ...] = ()  # what is not asked for at all
    drop_parameters: tuple[str, ...] = ()  # query parameters that do not change what is served, beside the usual ones
    backfill: tuple[Backfill, ...] = ()
    wordpress: tuple[str, ...] = ()  # lists of posts that an open WordPress gives as JSON: /wp-json/wp/v2/posts

    def is_article(self, url: str) -> bool:
        """Whether `url` looks like an article of this source; False where the source has no rule."""
        return _any(self.article, url)

    def is_listing(self, url: str) -> bool:
        """Whether `url` looks like a listing by the source's rule."""
        return _any(self.listing, url)

    def without_dropped(self, url: str) -> str:
        """`url`, or a key, without the query parameters that do not change what this source serves."""
        if not self.drop_parameters or "?" not in url:
            return url
        page, _, query = url.partition("?")
        kept = [pair for pair in query.split("&") if pair.partition("=")[0] not in self.drop_parameters]
        return f"{page}?{'&'.join(kept)}" if kept else page

    def is_never(self, url: str) -> bool:
        """Whether the source's rules forbid to ask for `url`."""
        return _any(self.never, url)


@dataclass(frozen=True, slots=True)
class JsonMapping:
    """Where a site that scripts make gives its articles as JSON, and which value is which field; paths and addresses
    as `archive.sources.mapping` reads them.

    `lists` are addresses of lists, `{page}` in them, whose articles stand at `items`; `article` is the address that
    people open, made of an item's values. `detail` is the address of one article's data, in whose answer it stands at
    `root`; without it a list holds the texts, or the page of `article` is read like any other.
    """

    lists: tuple[str, ...]
    items: str
    article: str
    detail: str = ""
    root: str = ""
    fields: tuple[tuple[str, tuple[str, ...]], ...] = ()
    until: date | None = None  # the last day on which it held, None for the one in use

    @property
    def holds_articles(self) -> bool:
        """Whether the data are the articles, rather than the pages that they lead to."""
        return bool(self.detail) or self.in_lists

    @property
    def in_lists(self) -> bool:
        """Whether the lists hold the articles themselves."""
        return not self.detail and any(name == "text" for name, _ in self.fields)


@dataclass(frozen=True, slots=True)
class Politeness:
    """How the source's server is to be treated. Robots and Retry-After can slow this down, never speed it up.

    `night` is a window in Asia/Ho_Chi_Minh and may span midnight; it binds when `night_only` is set. `robots` is
    "obey", or the written reason why it need not be obeyed (the owner's permission, say). `daily_budget` is in
    requests.
    """

    delay_seconds: float = 2.0  # between the end of one request and the next, for each host
    night_only: bool = False
    night: tuple[time, time] = (time(22), time(6))
    daily_budget: int | None = None
    concurrency: int = 1  # connections to a host at the same time
    robots: str = "obey"
    conditional: bool = True  # ask with If-None-Match and If-Modified-Since; off where the server answers them wrongly

    @property
    def obeys_robots(self) -> bool:
        """Whether robots.txt binds."""
        return self.robots == "obey"

    def open_at(self, clock: time) -> bool:
        """Whether the source may be asked at this time of day (Asia/Ho_Chi_Minh)."""
        if not self.night_only:
            return True
        begin, end = self.night
        return begin <= clock < end if begin <= end else clock >= begin or clock < end


@dataclass(frozen=True, slots=True)
class Quota:
    """How much a source may cost, in megabytes, None for no bound; a crawl that comes to one ends in order."""

    crawl_megabytes: int | None = None  # over the wire in one crawl, both directions
    disk_megabytes: int | None = None  # of its WARC files, all that are held


ENOUGH_ARTICLES: Final = 20
"""Articles of a run from which a share says something: one article without a lead is no broken layout."""


@dataclass(frozen=True, slots=True)
class Expect:
    """What a healthy source brings; less, or much more, is an error to be looked at and not a quiet day."""

    articles_per_month: tuple[int, int] | None = None
    min_articles_per_crawl: int = 1
    fields: tuple[tuple[str, float], ...] = ()  # field of archive.model.Article, share of articles that have it


@dataclass(frozen=True, slots=True)
class Source:
    """One site as the register describes it."""

    id: str
    name: str
    kind: Kind
    province: str  # id of one of the 63, as it was; "" of the whole country
    status: Status
    homepage: str
    hosts: tuple[Host, ...]
    layouts: tuple[Layout, ...]  # oldest first
    discover: Discover = Discover()
    politeness: Politeness = Politeness()
    expect: Expect = Expect()
    quota: Quota = Quota()
    mappings: tuple[JsonMapping, ...] = ()  # oldest first
    reason: str = ""  # why excluded or closed
    verified_on: date | None = None  # the day on which a person found its articles read right
    verified_by: str = ""  # who that was
    replaces_shipped: bool = False  # an operator's file that counts instead of the shipped one of the same id
    file: str = field(default="", compare=False)  # the TOML file it was read from

    @property
    def crawlable(self) -> bool:
        """Whether the source may be crawled at all."""
        return self.status in ("verified", "unverified")

    @property
    def json(self) -> JsonMapping | None:
        """How the site gives its articles as data today; None where it does not."""
        return self.mappings[-1] if self.mappings else None

    def layout_on(self, day: date) -> Layout:
        """The layout that the site had on `day`; the last one after all have ended."""
        for layout in self.layouts:
            if layout.until is None or day <= layout.until:
                return layout
        return self.layouts[-1]

    def covers(self, host: str, day: date | None = None) -> bool:
        """Whether `host` (with an unusual port) is this source's, on `day` or ever; `www.` in front changes nothing."""
        return any(own.holds(host) and own.serves(day) for own in self.hosts)

    def absolute(self, address: str) -> str:
        """`address` of this source as an absolute URL."""
        return urljoin(self.homepage, address)


def bare_host(host: str) -> str:
    """`host` in lower case, without a leading `www.`, a usual port and a final dot: what hosts are compared by."""
    return host.lower().removesuffix(":80").removesuffix(":443").removesuffix(".").removeprefix("www.")


def target(url: str) -> str:
    """Path and query of `url`, which the regular expressions of a source are searched in."""
    parts = urlsplit(url)
    path = parts.path or "/"
    return f"{path}?{parts.query}" if parts.query else path


def _any(patterns: tuple[re.Pattern[str], ...], url: str) -> bool:
    if not patterns:
        return False
    text = target(url)
    return any(pattern.search(text) for pattern in patterns)
