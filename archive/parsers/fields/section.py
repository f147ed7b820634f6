"""Finds an article's section: a section link, the breadcrumb, the metadata, a short line by the headline."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final
from urllib.parse import urlsplit

from archive.model import Found
from archive.parsers.blocks.lines import HEADINGS, Anchor, Item, Items, Line, is_of_author
from archive.parsers.blocks.zones import between, place_of
from archive.parsers.document.address import leads_home
from archive.parsers.document.metadata import Metadata
from archive.parsers.document.page import Page
from archive.parsers.document.tree import text_of
from archive.parsers.fields import vocabulary as words
from archive.parsers.fields.dates import date_of
from archive.parsers.fields.headline import same_words
from archive.parsers.fields.tags import is_category, leads_to_tag
from archive.parsers.links import urlsplit_path
from archive.text.fold import tokens

_HOME: Final = re.compile(
    r"^(?:pages|chi\s+tiết(?:\s+tin(?:\s+tức|\s+bài)?)?|default|xem\s+tin|trang\s+(?:chủ|nhất|đầu)|home|trang\s+tin|liên\s+hệ|góp\s+ý|sơ\s+đồ\s+(?:site|web|trang|cổng).*|rss(?:\s+feed)?|tags?|posts?|categor(?:y|ies)|archives?|blog|authors?|source|nguồn|about(?:\s+(?:us|me))?|search|english|đăng\s+nhập|[«‹<]*\s*quay\s+lại|trở\s+(?:lại|về)|back|›|»|/)$",
    re.IGNORECASE,
)


_NO_NAME: Final = re.compile(
    r"(?:liên\s+kết(?:\s+web(?:site)?)?|(?:dữ\s+liệu\s+)?đang\s+(?:cập\s+nhật|tải).*|.*@.*|\W*\d[\d\W]*|a\s?a)",
    re.IGNORECASE,
)  # what may stand above a headline and is no section: a column's title, a placeholder, an address, a counter, "aA"
_LABEL: Final = re.compile(
    r"\W*(?:(?:chuyên|danh)\s+mục|thể\s+loại|trong(?:\s+mục)?|categor(?:y|ies)|(?:posted\s+|filed\s+)?(?:in|under))\s*:?\s+",
    re.IGNORECASE,
)
_TRAIL: Final = 8  # items above the headline among which the trail from the front page is looked for
_OFFICE: Final = re.compile(r"giới\s+thiệu(?:\s+chung)?$|lưu\s+trữ$", re.IGNORECASE)  # entries of a menu, no front page
_STEPS: Final = 5  # links of a trail; menus have more
_MENU: Final = 3  # steps behind the front page, from which they may be a short menu
_STEP_WORDS: Final = 8  # of a section's name
_BEHIND: Final = 8  # items behind the text among which a link to the section is looked for


def find_section(
    page: Page, whole: Items, items: Items, headline: int, start: int, end: int, meta: Metadata, title: str
) -> Found | None:
    """The section: what the breadcrumb ends in, what the metadata says, or a short line close to the headline.

    `whole` are all items of the page, furniture among them: a breadcrumb is called by its names.
    """
    menus = _menus(items)
    near = [*items[max(0, headline - 3) : max(0, headline)], *between(whole, items, headline, start)]
    for item in near:
        if not isinstance(item, Line) or item.group in menus:
            continue
        sections = [link.text for link in item.links if link.text and is_category(item, link)]
        if sections and item.tag not in HEADINGS:
            return Found(sections[-1], by="generic section link", confidence=0.9)
    for steps, by in ((list(meta.breadcrumb), "json-ld breadcrumb"), (_breadcrumb(page), "breadcrumb")):
        steps = [
            step for step in steps if not _HOME.match(step) and not same_words(step, title) and len(step.split()) <= 10
        ]
        if steps:
            return Found(steps[-1], by=f"generic {by}", confidence=0.9)
    said = _last_of(page, meta.section)
    for text, by in ((page.meta("article:section"), "meta article:section"), (said, "json-ld articleSection")):
        if text:
            return Found(text, by=by, confidence=0.9)
    steps, lines = _trail(page, whole, items[headline], title) if headline >= 0 else ([], 0)
    steps = [step for step in steps if not _OFFICE.match(step)]
    if len(steps) >= _MENU and (named := _named_in_address(page)) in steps:
        return Found(named, by="generic step named in the address", confidence=0.8)  # a menu, or the section's parent
    if steps:
        sure = 0.8 if lines == 1 or len(steps) > 1 else 0.6  # two entries of a list may be a short menu
        return Found(steps[-1], by="generic trail above the headline", confidence=sure)
    if step := _listed_trail(page, whole, items[headline] if headline >= 0 else None, title):
        return Found(step, by="generic list that leads from the front page", confidence=0.7)
    behind = [*items[end : end + _BEHIND], *_behind(whole, items, end)]
    for line, below in pairwise([*behind, None]):
        if not isinstance(line, Line):
            continue
        if words.is_related_label(line.text) or (isinstance(below, Line) and _heads_card(below)):
            break
        sections = [link.text for link in line.links if link.text and is_category(line, link)]
        if sections:
            return Found(sections[-1], by="generic section link behind the text", confidence=0.8)
    if label := _labelled(whole):
        return Found(label, by="generic label", confidence=0.8)
    named = _named_in_address(page)
    if named:
        return Found(named, by="generic link named in the address", confidence=0.7)
    for line in (item for item in items[max(0, headline - 3) : start] if isinstance(item, Line)):
        if date_of(page, line) is not None and (beside := [link.text for link in line.links if _is_named(link)]):
            return Found(beside[-1], by="generic link beside the date", confidence=0.7)
    for position in [*range(headline - 1, max(-1, headline - 4), -1), *range(headline + 1, min(start, headline + 4))]:
        candidate = items[position] if 0 <= position < len(items) else None
        if (
            isinstance(candidate, Line)
            and candidate.tag not in ("h1", "h2")
            and (candidate.tag != "li" or (position == headline - 1 and candidate.group not in menus))
            and not candidate.text.endswith(("...", "…", ":"))
            and candidate.length <= 8
            and candidate.text.count("|") < _MENU - 1
            and date_of(page, candidate) is None
            and not words.BYLINE_LABEL.match(candidate.text)
            and not _NO_NAME.fullmatch(candidate.text)
        ):
            if candidate.linked > 0.5 and all(
                leads_home(page, link.href) or link.href[:1] == "#" for link in candidate.links
            ):
                continue  # the site's name
            if any(is_of_author(link) for link in candidate.links):
                continue
            texts = [link.text for link in candidate.links if link.text]
            linked = [text for text in texts if not (_HOME.match(text) or _OFFICE.match(text))]
            if candidate.linked > 0.5 and not linked:
                continue  # the way back
            text = linked[-1] if linked else candidate.text
            if (position < headline or linked) and not _NO_NAME.fullmatch(text):
                return Found(text, by="generic line near the headline", confidence=0.5)
    return None


def _labelled(whole: Items) -> str:
    """The section that one line of the page names behind a label, wherever it stands: "Chuyên mục: Thời sự"."""
    found = set()
    for item in whole:
        label = _LABEL.match(item.text) if isinstance(item, Line) and len(item.links) == 1 else None
        if label and isinstance(item, Line) and item.text[label.end() :] == item.links[0].text:
            found.add(item.links[0].text)
    return found.pop() if len(found) == 1 else ""


def _menus(items: Items) -> set[int]:
    """The lists of so many links that they are no article's own sections but the site's."""
    entries: dict[int, int] = {}
    for item in items:
        if isinstance(item, Line) and item.group and item.linked > 0.9:
            entries[item.group] = entries.get(item.group, 0) + 1
    return {group for group, count in entries.items() if count > _MENU}


def _heads_card(line: Line) -> bool:
    """Whether a line is a linked heading: what stands above it belongs to the other article's card."""
    return line.tag in HEADINGS and line.linked > 0.9


def _behind(whole: Items, items: Items, end: int) -> Items:
    """The items right behind the text, those in the article's footer too."""
    last = items[end - 1] if end else None
    place = place_of(whole, last, len(whole))
    return whole[place + 1 : place + 1 + _BEHIND]


def _last_of(page: Page, sections: str) -> str:
    """The deepest of several sections that JSON-LD names in a row, where no link of the page is called by all of it."""
    if ", " not in sections or any(text_of(link) == sections for link in page.top.iter("a")):
        return sections
    return sections.rpartition(", ")[2]


def _trail(page: Page, whole: Items, headline: Item, title: str) -> tuple[list[str], int]:
    """The steps of the trail from the front page that stands above the headline, and in how many lines they stand."""
    place = place_of(whole, headline, 0)
    steps: list[str] = []
    lines = 0
    for item in reversed(whole[max(0, place - _TRAIL) : place]):
        whole_trail = isinstance(item, Line) and bool(item.links) and bool(_HOME.match(item.links[0].text))
        if not isinstance(item, Line) or (item.linked < 0.6 and not whole_trail) or len(item.links) > _STEPS:
            if steps or (isinstance(item, Line) and date_of(page, item) is None):
                break  # what stands between may be the section itself
            continue
        if item.text.count("|") >= _MENU - 1:
            return [], 0  # a menu, its entries parted by bars
        steps = [text for link in item.links if (text := link.text)] + steps
        lines += 1
        if steps and (_HOME.match(steps[0]) or _leads_from_home(page, item)):
            named = [step for step in steps if not _HOME.match(step) and not same_words(step, title)]
            is_trail = named and len(steps) <= _STEPS and len(named[-1].split()) <= _STEP_WORDS
            return (named, lines) if is_trail else ([], 0)
    return [], 0


def _listed_trail(page: Page, whole: Items, headline: Item | None, title: str) -> str:
    """The last step of a list above the headline that is a trail, wherever it stands: the front page and one section,
    or one in another; menus have more entries.
    """
    lists: dict[int, list[Anchor]] = {}
    for item in whole:
        if item is headline:
            break
        if isinstance(item, Line) and item.tag == "li" and item.linked > 0.9:
            lists.setdefault(item.group, []).extend(item.links)
    for links in lists.values():
        if not 1 < len(links) <= _MENU + 1 or not (_HOME.match(links[0].text) and leads_home(page, links[0].href)):
            continue
        steps = [link for link in links[1:] if not same_words(link.text, title)]
        if not 1 <= len(steps) < _MENU:
            continue
        nested = urlsplit_path(steps[-1].href).startswith(urlsplit_path(steps[0].href).rstrip("/") + "/")
        if (len(steps) == 1 or nested) and not _HOME.match(steps[-1].text):
            return steps[-1].text
    return ""


def _leads_from_home(page: Page, line: Line) -> bool:
    """Whether a line is a step of a trail that begins with a picture of a house, so without a word."""
    trail = next(line.element.iterancestors("ul", "ol", "nav"), line.element)
    links = list(trail.iter("a"))
    return 1 < len(links) <= _STEPS and leads_home(page, links[0].get("href") or "") and not text_of(links[0])


def _named_in_address(page: Page) -> str:
    """The text of a link to a section whose name is a part of the article's own address, the deepest one."""
    parts = [part for part in urlsplit(page.url).path.lower().split("/") if part][:-1]
    wanted = {part: at for at, part in enumerate(parts) if not part.isdecimal() and len(part) > 2}
    best = ""
    deepest = -1
    for link in page.top.iter("a") if wanted else ():
        path = urlsplit_path(link.get("href") or "").lower().rstrip("/")
        last = path.rpartition("/")[2].removesuffix(".html").removesuffix(".htm")
        if wanted.get(last, -1) <= deepest or leads_to_tag(path):
            continue
        text = text_of(link)
        if 0 < len(text.split()) <= _STEP_WORDS and "-".join(tokens(text)) == last and not _HOME.match(text):
            best, deepest = text, wanted[last]
    return best


def _is_named(link: Anchor) -> bool:
    """Whether a link leads to an address that is called what it is called itself: "Thời sự" to /thoi-su.htm."""
    if not link.text or _HOME.match(link.text) or is_of_author(link):
        return False
    last = urlsplit_path(link.href).lower().rstrip("/").rpartition("/")[2]
    return len(link.text.split()) <= _STEP_WORDS and "-".join(tokens(link.text)) == last.partition(".")[0]


def _breadcrumb(page: Page) -> list[str]:
    for css in (
        '[itemtype*="BreadcrumbList"]',
        ".breadcrumb",
        ".breadcrumbs",
        "#breadcrumb",
        "#breadcrumbs",
        ".bread-crumb",
        '[class*="breadcrumb"]',
        '[class*="Breadcrumb"]',
    ):
        for element in page.all(css):
            if "s4-" in (element.get("class") or ""):
                continue  # SharePoint's pop-up tree of folders
            steps = [text for link in element.iter("a") if (text := text_of(link))]
            if not all(map(_HOME.match, steps)):  # a link to the front page may be called so itself
                return list(dict.fromkeys(steps))
    return []
