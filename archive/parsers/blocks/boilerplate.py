"""Sorts out what stands around an article on every page: menus, boxes, comments, counters, the Web Archive bar."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from archive.parsers.blocks.lines import HEADINGS, Line, Picture
from archive.parsers.document.page import Page
from archive.parsers.document.tree import Element, longer_than

_WORDS: Final = frozenset((
    "nav", "navbar", "menu", "submenu", "megamenu", "breadcrumb", "breadcrumbs", "footer", "sidebar", "aside",
    "comment", "comments", "cmt", "cmts", "poll", "thamdo", "binhluan", "share", "sharing", "social", "socials",
    "banner", "ads", "adv", "advert", "quangcao", "related", "relate", "lienquan", "tinkhac", "othernews", "tags",
    "tag", "tukhoa", "keyword", "keywords", "rating", "vote", "popup", "login", "weather", "hotnews", "mostread",
    "xemnhieu", "docnhieu", "pagination", "paging", "toolbar", "authorbox", "authorbio", "aboutauthor", "sharedaddy",
    "relatedposts", "yarpp", "copyright", "newsletter", "subscribe", "cookie", "ticker", "marquee", "fb-comments",
    "lang", "language", "hotline", "partner", "lienket", "weblink", "thongke", "counter", "toc",
))  # fmt: skip
_TAGS: Final = frozenset(("nav", "footer", "aside", "form"))  # the form around a whole page holds too much to be any
_BESIDE: Final = frozenset(("nav", "footer", "aside"))
_ARCHIVE_BAR: Final = ("wm-ipp-base", "wm-ipp-print", "wm-ipp-inside", "donato")
_SHORTEST_HEADLINE: Final = 4  # words; the site's name in a banner is shorter, or a link
_IMPRINT: Final = re.compile(
    r"(?:^[\W\d]*|[.;,|–-]\s+(?=[^.;,]{0,60}[:\d]))(?:(?P<reach>(?:điện\s*thoại|đt|tel|hotline|fax|e-?mail|địa\s+chỉ|trụ\s+sở(?:\s+chính)?)\s*:)|"
    r"(?P<licence>giấy\s+phép\b)|(?P<head>(?:người\s+)?chịu\s+trách\s+nhiệm|trưởng\s+ban\s+biên\s+tập|(?:phó\s+)?tổng\s+biên\s+tập)|"
    r"(?P<owner>cơ\s+quan\s+(?:chủ\s+quản|quản\s+lý)|bản\s+quyền|copyright|©|®))",
    re.IGNORECASE,
)
_RIGHTS: Final = re.compile(r"\W*(?:[©®]|\(c\)|copyright\b).{0,40}?\b(?:19|20)\d\d\b", re.IGNORECASE)
_LAST: Final = 0.6  # of a page's items, behind which who runs the site is looked for
_LONGEST_IMPRINT: Final = 200  # words
_NAMED_BEFORE: Final = 4  # items before the first such line, at which the box of a short page holds more than these
_LARGEST_SHARE: Final = 0.35  # of the page's running text; what holds more is no furniture, whatever its name


def cut_archive_bar(page: Page) -> None:
    """Removes the bar that the Wayback Machine puts on top of pages saved from it; never what it wraps by accident."""
    for name in _ARCHIVE_BAR:
        page.take(f"#{name}")


def without_furniture(items: list[Line | Picture], bodies: list[Element], title: str) -> list[Line | Picture]:
    """The items that do not stand in furniture, by tag, class or id of the elements around them.

    What stands in one of `bodies` stays: whoever chose them knew what is in them.
    """
    sizes: dict[Element, int] = {}
    whole = 0
    for item in items:
        if isinstance(item, Line) and item.linked < 0.4 and len(item.text) >= 25:
            whole += len(item.text)
            for element in _lineage(item.element):
                sizes[element] = sizes.get(element, 0) + len(item.text)
    known: dict[Element, bool] = dict.fromkeys((*bodies, *_around_headline(items, title)), False)
    known.update((holder, True) for holder in _imprints(items) if holder not in known)
    limit = whole * _LARGEST_SHARE
    return [item for item in items if not _in_furniture(item.element, known, sizes, limit)]


def _around_headline(items: list[Line | Picture], title: str) -> list[Element]:
    """What stands around the page's only h1 where the title says it too: a theme may call it a banner."""
    first = [item for item in items if isinstance(item, Line) and item.tag == "h1"]
    if len(first) != 1 or first[0].linked or first[0].length < _SHORTEST_HEADLINE or first[0].text not in title:
        return []
    around = _lineage(first[0].element)
    called = [element for element in around if element.tag != "body" and is_furniture(element)]
    return around if called and all("banner" in (element.get("class") or "") for element in called) else []


def _imprints(items: list[Line | Picture]) -> list[Element]:
    """The elements at the end of a page that say who runs the site and how to reach him: two such lines at least, or
    one that dates the site's rights: "© 2026 ..."
    """
    behind = int(len(items) * _LAST)
    told = [
        (at, item.element, found.lastgroup)
        for at, item in enumerate(items[behind:], behind)
        if isinstance(item, Line)
        for found in _IMPRINT.finditer(item.text)
    ]
    dated = [item for item in items if isinstance(item, Line) and ("20" in item.text or "19" in item.text)]
    rights = [line.element for line in dated if _RIGHTS.match(line.text)]
    if len({kind for _, _, kind in told}) < 2:
        return rights
    before = items[max(0, told[0][0] - _NAMED_BEFORE)].element
    holders: dict[Element, set[str | None]] = {}
    large: dict[Element, bool] = {}  # such lines stand in one box, mostly: 1 ms of a page of nested tables
    for _, holder, kind in told:
        while (outer := holder.getparent()) is not None and outer.tag not in ("body", "form", "main"):
            if outer not in large:
                large[outer] = (
                    outer.holds(before)
                    or longer_than(outer, _LONGEST_IMPRINT)
                    or next(outer.iter("h1"), None) is not None
                )
            if large[outer]:
                break
            holder = outer
        holders.setdefault(holder, set()).add(kind)
    return rights + [holder for holder, kinds in holders.items() if len(kinds) > 1]


def is_furniture(element: Element) -> bool:
    """Whether an element is called by tag, class or id what only furniture is called."""
    attributes = element.attributes
    if element.tag in _TAGS or not attributes:
        return element.tag in _TAGS
    name = attributes.get("id") or ""
    if name and element.tag in HEADINGS:
        name = ""  # the slug of its words: "lang-nghe" is a craft village, "dan-toc" a people
    return _calls_furniture(attributes.get("class") or "", name)


@lru_cache(maxsize=8192)  # pages of a site share their names: 6 us once, 0.1 us ever after
def _calls_furniture(css: str, name: str) -> bool:
    parts = f"{css} {name}".lower().replace("_", " ").split()
    if "hentry" in parts:  # an article among what WordPress says of it: "category-dan-toc tag-lang-nghe"
        parts = [part for part in parts if not part.startswith(("category-", "tag-"))]
    return any(
        not _WORDS.isdisjoint((part, part.replace("-", ""), *part.split("-")))
        for part in parts
        if "header" not in part  # "header-footer-group" is set as the footer is, and holds the headline
    )


def _in_furniture(element: Element, known: dict[Element, bool], sizes: dict[Element, int], limit: float) -> bool:
    path: list[Element] = []
    found = False
    for step in _lineage(element):
        if step in known:
            found = known[step]
            break
        path.append(step)
        if step.tag != "body" and is_furniture(step) and (sizes.get(step, 0) <= limit or _is_beside(step)):
            found = True
            break
    for step in path:
        known[step] = found
    return found


def _is_beside(element: Element) -> bool:
    """Whether an element says by its tag that it stands beside the content, and holds no heading of a page."""
    return element.tag in _BESIDE and next(element.iter("h1"), None) is None


def _lineage(element: Element) -> list[Element]:
    return [element, *element.iterancestors()]
