"""What addresses and words tell of a site: its own articles' pattern, its name and province, where its lists lead."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import unquote, urlsplit

from archive.model import Link
from archive.places import PROVINCES_63
from archive.places.mentions import mentions
from archive.sources import FAMILIES, target
from archive.sources.model import Kind
from archive.text.folding import ACCENTED, fold
from archive.text.slug import slug_of
from archive.text.urls import url_key

_JOINT: Final = re.compile(r"\s+[|–—·»-]\s+|\s*[|»]\s*")
_NO_NAME: Final = frozenset(
    ("trang chu", "trang nhat", "trang dau", "home", "homepage", "home page", "index", "default", "mac dinh", "tin tuc")
)
_FRONT: Final = re.compile(r"^(?:trang\s+(?:chủ|nhất|đầu)|home(?:\s?page)?)\s*[|–—·»:-]\s*", re.IGNORECASE)
_LONGEST_NAME: Final = 120
_LONGEST_TITLE: Final = 300
_COMPACT: Final = {unit.id.replace("-", ""): unit.id for unit in PROVINCES_63}
_LEAST_COMPACT: Final = 6  # letters: "hanoi" and "ninhbinh" are written together, "hue" is a syllable
_LEAST_MENTIONS: Final = 3
_CLEAR: Final = 0.6  # of the mentions that name a province


def _kinds(*rows: tuple[Kind, str]) -> tuple[tuple[Kind, re.Pattern[str]], ...]:
    return tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in rows)


# The first row that a name meets says the kind; what meets none is told by the page's imprint, then by the host.
_BY_NAME: Final = _kinds(
    ("newspaper", r"^báo\b|(?<!thông\s)\bbáo\s+(?:điện\s+tử|và\s+(?:phát|đài))"),
    ("magazine", r"^tạp\s+chí\b"),
    ("agency", r"thông\s+tấn"),
    ("broadcaster", r"\bđài\s+(?:phát\s+thanh|truyền|ptth|pt)|phát\s+thanh|truyền\s+hình"),
    (
        "party",
        r"đảng\s+bộ|đảng\s+(?:ủy|uỷ)|(?:tỉnh|thành|quận|huyện|thị)\s+(?:ủy|uỷ)\b|"
        r"ban\s+(?:tuyên\s+giáo|dân\s+vận)",
    ),
    (
        "government",
        r"(?:ủy|uỷ)\s+ban\s+nhân\s+dân|\bubnd\b|\bhđnd\b|hội\s+đồng\s+nhân\s+dân|\bsở\s|chi\s+cục|\bcục\s|"
        r"\bquỹ\s|thanh\s+tra|ban\s+quản\s+lý|văn\s+phòng|trung\s+tâm|"
        r"(?:cổng|trang)\s+(?:thông\s+tin|tin|ttđt|tttđt).*"
        r"\b(?:tỉnh|thành\s+phố|huyện|quận|thị\s+xã|thị\s+trấn|xã|phường)\b|"
        r"^(?:cổng|(?:thành\s+phố|thị\s+xã|huyện|quận|xã|phường)\s)",
    ),
)
_KEEPER: Final = r"(?:cơ\s+quan\s+(?:chủ\s+quản|quản\s+lý|quản\s+trị)|bản\s+quyền\s+thuộc(?:\s+về)?)\W*"
_BY_IMPRINT: Final = _kinds(
    ("newspaper", r"tổng\s+biên\s+tập|tòa\s+soạn|giấy\s+phép\s+(?:hoạt\s+động|xuất\s+bản)\s+báo"),
    ("party", _KEEPER + r"(?:ban\s+|văn\s+phòng\s+)?(?:tỉnh|thành|huyện)\s+(?:ủy|uỷ)"),
    (
        "government",
        _KEEPER + r"(?:(?:ủy|uỷ)\s+ban|ubnd|sở|bộ|văn\s+phòng|cục)|"
        r"giám\s+đốc\s+sở|chủ\s+tịch\s+ubnd|chánh\s+văn\s+phòng",
    ),
)


def name_of(title: str, site: str, titles: Sequence[str] = ()) -> str:
    """What a site calls itself: its own og:site_name, else the title of its first page without what is no name.

    `titles` are those of its articles: a part that ends two of them is the site's name alone.
    """
    own = _clean(site[:_LONGEST_TITLE])
    title, titles = title[:_LONGEST_TITLE], [one[-_LONGEST_TITLE:] for one in titles]
    if own and fold(own) not in _NO_NAME and len(own.split()) > 1:
        return own
    whole = _FRONT.sub("", unicodedata.normalize("NFC", " ".join(title.split())))
    parts = [part for part in _JOINT.split(whole) if fold(part).strip(" :.-") not in _NO_NAME and part.strip()]
    if not parts:
        return own
    tails = [fold(" ".join(one.split())) for one in titles]
    for first in range(len(parts)):  # the longest part of it that ends the titles of articles, too
        for last in range(len(parts), first, -1):
            name = whole[whole.index(parts[first]) : whole.rindex(parts[last - 1]) + len(parts[last - 1])]
            is_one = any(pattern.search(name) for _, pattern in _BY_NAME)  # no bare place, no slogan
            if is_one and sum(tail.endswith(fold(name)) and tail != fold(name) for tail in tails) >= 2:
                return name
    begin, end = whole.index(parts[0]), whole.rindex(parts[-1]) + len(parts[-1])
    name = whole[begin:end]
    return name if len(name) <= _LONGEST_NAME else parts[0][:_LONGEST_NAME].strip()


def _clean(site: str) -> str:
    return unicodedata.normalize("NFC", " ".join(site.split()))


def kind_of(name: str, text: str, host: str) -> Kind:
    """What a site is, by its name, else by the imprint in the `text` of its first page, else by its host."""
    for kind, pattern in _BY_NAME:
        if pattern.search(name):
            return kind
    for kind, pattern in _BY_IMPRINT:
        if pattern.search(text):
            return kind
    if ".dcs.vn" in f".{host}":
        return "party"
    return "government" if f".{host}".endswith(".gov.vn") else "newspaper" if "bao" in host else "other"


def province_of(name: str, texts: Sequence[str] = ()) -> str:
    """The id of the province (of the 63) that a site belongs to: its name's, else the one its `texts` name by far most
    often; "" where that leaves a doubt.
    """
    named = {one.place.province for one in mentions(name) if not one.ambiguous} | _compact(name)
    if named:
        return named.pop() if len(named) == 1 else ""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(one.place.province for one in mentions(text) if not one.ambiguous)
    if not counts:
        return ""
    place, number = counts.most_common(1)[0]
    return place if number >= _LEAST_MENTIONS and number >= _CLEAR * counts.total() else ""


def _compact(name: str) -> set[str]:
    """Provinces whose name stands in one word: "ĐắkNông"."""
    words = (re.sub(r"\W", "", fold(word)) for word in name.split())
    return {_COMPACT[word] for word in words if len(word) >= _LEAST_COMPACT and word in _COMPACT}


_ACCENTED_LETTERS: Final = frozenset(ACCENTED + ACCENTED.upper())
_VIETNAMESE: Final = 0.08  # of the letters; running text has a quarter, names in an English one a hundredth
_SAMPLE: Final = 200


def language_of(texts: Sequence[str]) -> str:
    """ "vi", or "other" where hardly a letter is Vietnamese; "" where there is too little text to say."""
    letters = [letter for text in texts for letter in unicodedata.normalize("NFC", text) if letter.isalpha()]
    if len(letters) < _SAMPLE:
        return ""
    marked = sum(1 for letter in letters if letter in _ACCENTED_LETTERS)
    return "vi" if marked >= _VIETNAMESE * len(letters) else "other"


Told = Literal["file", "feed", "sitemap", "page"]
Became = Literal["article", "other", "dead"]

_PRIOR: Final[dict[Told, float]] = {"file": 0.9, "feed": 0.9, "sitemap": 0.6, "page": 0.5}
_UNTOLD: Final = 0.12  # a page whose address says nothing
_WEIGHT: Final = 1.5  # of the prior, in pages met
_LONG_WORDS: Final = (2, 5)  # of a slug: sections, offices, articles
_NUMBER: Final = re.compile(r"\d{3,}|[0-9a-f]{7,}")
_ENDING: Final = re.compile(r"\.(\w{2,5})$")
_YEARS: Final = re.compile(r"/(?:19|20)\d\d(?:/|\d\d/)")
_PAGED: Final = re.compile(r"/page[-/]\d+|[?&](?:page|p|trang|paged|_cur)=\d+|/trang-\d+", re.IGNORECASE)

Make = tuple[int, str, bool, int, bool]


def make_of(url: str) -> Make:
    """What addresses made alike have in common: depth, ending, a number, length of the slug, a year in a folder."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    ending = _ENDING.search(path)
    words = len([word for word in slug_of(url).split("-") if word])
    length = sum(words > bound for bound in _LONG_WORDS)
    last = path.rpartition("/")[2]
    numbered = bool(_NUMBER.search(f"{last}?{parts.query}"))
    return path.count("/"), ending[1].lower() if ending else "", numbered, length, bool(_YEARS.search(path))


@dataclass(frozen=True, slots=True)
class Lead:
    """An address that was met: `prior` is how likely its looks make it an article."""

    url: str
    prior: float
    order: int


@dataclass(slots=True)
class Leads:
    """The addresses of a site that were met and not asked for, and what became of those that were."""

    wanted: Callable[[str], bool]  # whether an address may be asked for at all
    _leads: dict[str, Lead] = field(default_factory=dict)
    _met: dict[str, Became] = field(default_factory=dict)
    _makes: dict[Make, Counter[Became]] = field(default_factory=dict)

    def add(self, links: Iterable[Link], told: Told = "page") -> None:
        """Remembers `links`, as `told` by the source's file, a feed, a sitemap or a page."""
        for link in links:
            if link.kind not in ("article", "page", "listing"):
                continue
            likely = told != "page" or link.kind == "article"
            prior = _PRIOR[told] if likely else _UNTOLD if link.kind == "page" else 0.0
            key = url_key(link.url)
            known = self._leads.get(key)
            if key in self._met or (known is not None and known.prior >= prior) or not self.wanted(link.url):
                continue
            self._leads[key] = Lead(link.url, prior, known.order if known is not None else len(self._leads))

    def became(self, url: str, what: Became) -> None:
        """Says what the page at `url` turned out to be."""
        key = url_key(url)
        self._leads.pop(key, None)
        if key not in self._met:
            self._makes.setdefault(make_of(url), Counter())[what] += 1
        self._met[key] = what

    def likelihood(self, lead: Lead) -> float:
        """How likely `lead` is an article, by its looks and by what was met of its make."""
        met = self._makes.get(make_of(lead.url), Counter[Became]())
        return (met["article"] + _WEIGHT * lead.prior) / (met.total() + _WEIGHT)

    def article(self, least: float = 0.0) -> str:
        """The likeliest article; "" where none is as likely as `least`."""
        best = max(self._leads.values(), key=lambda lead: (self.likelihood(lead), -lead.order), default=None)
        return best.url if best is not None and self.likelihood(best) >= max(least, 1e-9) else ""

    def listing(self) -> str:
        """The likeliest list of articles: a short address near the root, no page number, the first that was met."""

        def rank(lead: Lead) -> tuple[bool, float, int]:
            depth, _, numbered, length, _ = make_of(lead.url)
            met = self._makes.get(make_of(lead.url), Counter[Became]())
            dead = met["dead"] / (met.total() + 1)
            return bool(_PAGED.search(lead.url)), dead + 0.2 * length + 0.3 * numbered + 0.1 * depth, lead.order

        best = min(self._leads.values(), key=rank, default=None)
        return best.url if best is not None else ""

    def last_page(self, listing: str) -> str:
        """The last page of `listing` that was linked, by its number; "" where it has none."""
        base = urlsplit(listing).path.rstrip("/")
        paged = [
            (int(re.findall(r"\d+", found[0])[-1]), lead.url)
            for lead in self._leads.values()
            if (found := _PAGED.search(lead.url)) and urlsplit(lead.url).path.startswith(base)
        ]
        return max(paged)[1] if paged else ""


# What a CMS writes into an article's address, the most telling first; each was seen on sites of the register.
_TELLING: Final = (
    r"-post\d+\.html$",
    r"-a\d+\.html$",
    r"-postid\d+\.bbg$",
    r"/\d{6}/[^/]+-[0-9a-f]{7}/?$",
    r"-\d{6,}\.html?$",
    r"-\d+\.html?$",
    r"/\d{4}/\d{2}/(?:\d{2}/)?[^/]+/?$",
    r"-(?!(?:19|20)\d\d/?$)\d{4,}/?$",
    r"/\d{4,}/[^/]+/?$",
    r"[?&](?:ItemID|ContentID|NewsId|id|dDocName)=[\w-]+",
    r"/-/asset_publisher/.+/content/",
    r"/-/[^/]+/?$",
)
_ANY_ENDING: Final = r"(?:\.html?)?/?$"
_EXTENSION: Final = re.compile(r"\.(?:html?|aspx|php|bbg|htm)$", re.IGNORECASE)
_MOST_WORDS: Final = 4  # asked of a slug: above, articles with short headlines are lost, and few other pages kept out
_LISTED: Final = 0.25  # what an article that a feed names counts beside one that was read
_STANDING: Final = 0.1  # what a link that stands on all pages, as menus do, counts beside a page that was read
_APART: Final = 0.2
_LEAST: Final = 0.6  # of the articles read that a pattern must meet to be drafted


@dataclass(frozen=True, slots=True)
class Addresses:
    """Addresses of a site by what is known of them: `articles` and `others` were read, `listed` are what feeds and the
    like call articles, `standing` are links that most pages bear, `links` all that were met.
    """

    articles: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    standing: tuple[str, ...] = ()
    links: tuple[str, ...] = ()

    def met(self, patterns: Sequence[re.Pattern[str]]) -> int:
        """How many of the links the patterns meet."""
        return sum(1 for url in self.links if meets(patterns, url))

    def read_by(self, patterns: Sequence[re.Pattern[str]]) -> int:
        """How many of the articles read the patterns meet."""
        return sum(1 for url in self.articles if meets(patterns, url))


def meets(patterns: Sequence[re.Pattern[str]], url: str) -> bool:
    """Whether any of `patterns` meets path and query of `url`."""
    text = target(url)
    return any(pattern.search(text) for pattern in patterns)


def article_patterns(known: Addresses, own: Sequence[str] = (), family: str = "") -> tuple[str, ...]:
    """The patterns that tell articles, as they stand in a source file; () where none does.

    The source's `own` are kept where no other tells more. A second pattern is added where the first leaves articles out
    that it meets.
    """
    if not known.articles:
        return ()
    if own and _is_good(known, own) and _worth(known, own) >= max(map(_worthy(known), _candidates(known, family))):
        return tuple(own)
    found: list[str] = []
    left = known
    for _ in range(2):
        best = max(_candidates(left, family), key=_worthy(left), default="")
        if not best or _worth(left, [best]) < _APART:
            break
        found.append(best)
        rest = tuple(url for url in left.articles if not meets([re.compile(best)], url))
        if not rest:
            break
        left = Addresses(rest, left.others, (), left.standing, left.links)
    if own and _worth(known, own) >= _worth(known, found) and _is_good(known, own):
        return tuple(own)
    return tuple(found) if _is_good(known, found) else ()


def _is_good(known: Addresses, patterns: Sequence[str]) -> bool:
    compiled = [re.compile(pattern) for pattern in patterns]
    return known.read_by(compiled) >= _LEAST * len(known.articles) and _worth(known, patterns) >= _APART


def _worthy(known: Addresses) -> Callable[[str], float]:
    return lambda pattern: _worth(known, [pattern])


def _worth(known: Addresses, patterns: Sequence[str]) -> float:
    """How well the patterns part articles from other pages: the share that they meet of the one, less that of the other
    (Youden's J; 1 where they part all).
    """
    compiled = [re.compile(pattern) for pattern in patterns]

    def share(read: Sequence[str], told: Sequence[str], weight: float) -> float:
        met = sum(meets(compiled, url) for url in read) + weight * sum(meets(compiled, url) for url in told)
        return met / max(len(read) + weight * len(told), 1)

    return share(known.articles, known.listed, _LISTED) - share(known.others, known.standing, _STANDING)


def _candidates(known: Addresses, family: str) -> Iterator[str]:
    """Patterns that may tell the articles apart; of several as good the first is taken."""
    if family in FAMILIES and (article := FAMILIES[family].article) is not None:
        if article.pattern.endswith(_ANY_ENDING):  # of as good ones the narrower: a calendar's months end without .html
            yield article.pattern.removesuffix(_ANY_ENDING) + r"\.html?$"
        yield article.pattern
    yield from _TELLING
    yield from _by_slug(known)


def _by_slug(known: Addresses) -> Iterator[str]:
    """Patterns of folders, number of words in the slug and ending, as the articles read have them."""
    shapes = [_shape(url) for url in known.articles]
    others = [_shape(url) for url in known.others]
    endings = {shape.ending for shape in shapes}
    ending = re.escape(endings.pop()) if len(endings) == 1 else r"(?:\.\w+)?"
    depths = sorted({len(shape.folders) for shape in shapes})
    heads = {shape.folders[0] for shape in shapes if shape.folders}
    folders = [_folders(depths[0], depths[-1])]
    if len(heads) == 1 and depths[0]:
        folders.insert(0, f"/{re.escape(heads.pop())}{_folders(depths[0] - 1, depths[-1] - 1)}")
    words = _words_from([shape.words for shape in shapes], [shape.words for shape in others])
    for folder in folders:
        for least in words:
            slug = f"[^/-]+(?:-[^/-]*){{{least - 1},}}" if least > 1 else "[^/]+"
            yield f"^{folder}/{slug}{ending}" + ("$" if ending and "?" not in ending else "/?$")


def _folders(least: int, most: int) -> str:
    return f"(?:/[^/]+){{{least},{most}}}" if least != most else "/[^/]+" * least


def _words_from(articles: list[int], others: list[int]) -> list[int]:
    """From how many words a slug may be an article's, the likeliest first: halfway between the two kinds."""
    least = min(articles)
    short = max((words for words in others if words < least), default=0)
    middle = min((least + short + 1) // 2 if short else min(least, 4), _MOST_WORDS)
    return list(dict.fromkeys([middle, *range(min(least, _MOST_WORDS), 0, -1)]))


@dataclass(frozen=True, slots=True)
class _Shape:
    folders: tuple[str, ...]
    words: int
    ending: str


def _shape(url: str) -> _Shape:
    parts = [part for part in unquote(urlsplit(url).path).split("/") if part]
    last = parts[-1] if parts else ""
    ending = _EXTENSION.search(last)
    slug = last[: ending.start()] if ending else last
    return _Shape(tuple(parts[:-1]), len([word for word in slug.split("-") if word]), ending[0] if ending else "")
