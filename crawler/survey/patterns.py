"""What sets the addresses of a site's articles apart, learnt from pages that were read: never from links alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

from archive.sources import FAMILIES, target

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
