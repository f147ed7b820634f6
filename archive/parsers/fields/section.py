"""Finds an article's section: a section link, the breadcrumb, the metadata, a short line by the headline."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final
from urllib.parse import urlsplit

from archive.model import Found
from archive.parsers.blocks.lines import HEADINGS, Anchor, Item, Items, Line, is_of_author
from archive.parsers.blocks.zones import Zones, place_of
from archive.parsers.document.address import leads_home
from archive.parsers.document.page import Page
from archive.parsers.document.tree import text_of
from archive.parsers.fields import vocabulary as words
from archive.parsers.fields.candidates import Row, Table
from archive.parsers.fields.dates import date_of
from archive.parsers.fields.headline import same_words
from archive.parsers.fields.tags import is_category, leads_to_tag
from archive.parsers.links import urlsplit_path
from archive.text.folding import tokens

_HOME: Final = re.compile(
    r"^(?:pages|chi\s+tiết(?:\s+tin(?:\s+tức|\s+bài)?)?|default|xem\s+tin|trang\s+(?:chủ|nhất|đầu)|home|trang\s+tin|liên\s+hệ|góp\s+ý|sơ\s+đồ\s+(?:site|web|trang|cổng).*|rss(?:\s+feed)?|tags?|posts?|categor(?:y|ies)|archives?|blog|authors?|source|nguồn|about(?:\s+(?:us|me))?|search|english|đăng\s+nhập|[«‹<]*\s*quay\s+lại|trở\s+(?:lại|về)|back|›|»|/)$",
    re.IGNORECASE,
)


_NO_NAME: Final = re.compile(
    r"(?:liên\s+kết(?:\s+web(?:site)?)?|(?:dữ\s+liệu\s+)?đang\s+(?:cập\s+nhật|tải).*|(?:chuyên|danh)\s+mục|tác\s+giả|twitter|facebook|zalo|youtube|instagram|github|.*@.*|\W*\d[\d\W]*|a\s?a)",
    re.IGNORECASE,
)  # what may stand above a headline and is no section: a column's title, a placeholder, an address, a counter, "aA"
_LABEL: Final = re.compile(
    r"\W*(?:(?:chuyên|danh)\s+mục|thể\s+loại|trong(?:\s+mục)?|categor(?:y|ies)|(?:posted\s+|filed\s+)?(?:in|under))\s*:?\s+",
    re.IGNORECASE,
)
_FRONT: Final = re.compile(
    r"^\W*(?:trang\s+(?:chủ|nhất|đầu)|home(?:\s*page)?)\W*$|^[/»›]$", re.IGNORECASE
)  # a trail begins so
_TRAIL: Final = 8  # items above the headline among which the trail from the front page is looked for
_OFFICE: Final = re.compile(r"giới\s+thiệu(?:\s+chung)?$|lưu\s+trữ$", re.IGNORECASE)  # entries of a menu, no front page
_STEPS: Final = 5  # links of a trail; menus have more
_MENU: Final = 3  # steps behind the front page, from which they may be a short menu
_STEP_WORDS: Final = 8  # of a section's name
_BY: Final = re.compile(r"\W*(?:by|bởi|theo|tác\s+giả)\b", re.IGNORECASE)
_ENTRY: Final = 0.9  # share of a line in links
_LONGEST_STEP: Final = 10  # words of a step of a trail
_SECTION_WORDS: Final = 8  # of a line that names one
_NEAR: Final = 3  # items above the headline
_LINKED: Final = 0.5  # share of a line in links


def category_links(zones: Zones) -> Iterator[str]:
    """Links to a section beside the headline; those of a menu are the site's."""
    menus = _menus(zones.items)
    for item in (*zones.above, *zones.header):
        if isinstance(item, Line) and item.group not in menus and item.tag not in HEADINGS:
            yield from [link.text for link in item.links if is_category(item, link)][-1:]


def told_trail(zones: Zones) -> Iterator[str]:
    """The breadcrumb of JSON-LD."""
    yield from _steps(zones, zones.meta.breadcrumb)


def breadcrumb(zones: Zones) -> Iterator[str]:
    """A breadcrumb by its class or microdata."""
    yield from _steps(zones, _breadcrumb(zones.page))


def _steps(zones: Zones, trail: Iterable[str]) -> list[str]:
    """The steps of a trail, the last one first, without the front page and the article itself."""
    steps = [step for step in trail if not _HOME.match(step) and not same_words(step, zones.title)]
    return [step for step in reversed(steps) if len(step.split()) <= _LONGEST_STEP]


def meta_section(zones: Zones) -> Iterator[str]:
    """article:section, which Facebook's vocabulary has for it."""
    yield zones.page.meta("article:section")


def told_section(zones: Zones) -> Iterator[str]:
    """JSON-LD's articleSection."""
    yield _last_of(zones.page, zones.meta.section)


def trail_above(zones: Zones) -> Iterator[str]:
    """The last link of a trail that begins at the front page, above the headline: one line, or several steps."""
    steps, lines = _trail_above(zones)
    yield from steps[-1:] if lines == 1 or len(steps) > 1 else []


def _trail_above(zones: Zones) -> tuple[list[str], int]:
    if zones.headline < 0:
        return [], 0
    steps, lines = _trail(zones.page, zones.whole, zones.items[zones.headline], zones.title)
    return [step for step in steps if not _OFFICE.match(step)], lines


def category_below(zones: Zones) -> Iterator[str]:
    """Links to a section behind the text, before another article's card or list begins."""
    for line, below in pairwise([*zones.soon, None]):
        if not isinstance(line, Line):
            continue
        if words.is_related_label(line.text) or (isinstance(below, Line) and _heads_card(below)):
            return
        named = [link.text for link in line.links if is_category(line, link) and not link.text[:1].islower()]
        yield from named[-1:]  # tags are written small, sections are not


def labelled(zones: Zones) -> Iterator[str]:
    """What one line of the page names behind a label: "Chuyên mục: Thời sự"."""
    yield _labelled(zones.whole)


def named_in_address(zones: Zones) -> Iterator[str]:
    """A link of the page into a folder in which its own address lies."""
    yield _named_in_address(zones.page)


def beside_date(zones: Zones) -> Iterator[str]:
    """A link in the line of the date that is called as its address is."""
    for item in zones.items[max(0, zones.headline - _NEAR) : zones.start]:
        if isinstance(item, Line) and item.links and date_of(zones.page, item) is not None:
            yield from [link.text for link in item.links if _is_named(link)][-1:]


def near_headline(zones: Zones) -> Iterator[str]:
    """A short line, or the last link of one, right above the headline; below it only a link."""
    menus = _menus(zones.items)
    entries = _entries(zones)
    above = zones.before[: -_NEAR - 1 : -1] if zones.headline >= 0 else []
    for place, line in enumerate([*above, *zones.header[:_NEAR]]):
        if not isinstance(line, Line) or (line.tag == "li" and (place > 0 or line.group in menus)):
            continue
        if not _may_be_section(zones.page, line):
            continue
        if id(line) in entries:
            continue
        linked = [link.text for link in line.links if link.text]
        linked = [text for text in linked if not (_HOME.match(text) or _OFFICE.match(text) or text[0].islower())]
        if linked:
            yield linked[-1]
        elif place < len(above) and line.linked <= _LINKED:
            yield line.text


def _entries(zones: Zones) -> set[int]:
    """The lines that are links and stand in a row of three and more: entries of a menu, each in its own element."""
    found: set[int] = set()
    for row in zip(zones.whole, zones.whole[1:], zones.whole[2:], strict=False):
        lines = [item for item in row if isinstance(item, Line) and item.linked > _ENTRY]
        if len(lines) == len(row) and len({(line.tag, line.css.partition(" ")[0]) for line in lines}) == 1:
            found.update(map(id, row))
    return found


def _may_be_section(page: Page, line: Line) -> bool:
    """Whether a line beside the headline may name the section: short, no date, byline, heading or way back."""
    if line.tag in ("h1", "h2") or line.length > _SECTION_WORDS or line.text.endswith(("...", "…", ":")):
        return False
    if line.text.count("|") >= _MENU - 1 or words.BYLINE_LABEL.match(line.text) or date_of(page, line) is not None:
        return False
    if any(is_of_author(link) for link in line.links) or words.is_person(line.text) or _BY.match(line.text):
        return False
    home = all(leads_home(page, link.href) or link.href[:1] == "#" for link in line.links)
    return not (line.linked > _LINKED and home)  # the site's name


def _is_no_section(zones: Zones, text: str) -> bool:
    return _NO_NAME.fullmatch(text) is not None or words.is_person(text)


SECTION: Final = Table[Zones, Found](
    "section",
    (
        Row("section link by the headline", category_links, 0.9, "WordPress, themes of 2010 to 2025"),
        Row("json-ld breadcrumb", told_trail, 0.9, "VCCorp, WordPress with Yoast"),
        Row("breadcrumb", breadcrumb, 0.9, "NukeViet 4, ONECMS"),
        Row("meta article:section", meta_section, 0.9, "WordPress, zce"),
        Row("json-ld articleSection", told_section, 0.9, "MasterCMS, Hexo"),
        Row("trail above the headline", trail_above, 0.8, "NukeViet's bought themes, Joomla"),
        Row("section link behind the text", category_below, 0.8, "WordPress Twenty Twenty-Four"),
        Row("label", labelled, 0.8, "Joomla"),
        Row("link named in the address", named_in_address, 0.7, "fck newspapers, yyyymm-hex newspapers"),
        Row("link beside the date", beside_date, 0.7, "bbg"),
        Row("line near the headline", near_headline, 0.5, "SharePoint portals of districts"),
    ),
    never=_is_no_section,
)


def find_section(zones: Zones) -> Found | None:
    """The section: the surest place that names one, or None."""
    return SECTION.best(zones)


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


def _last_of(page: Page, sections: str) -> str:
    """The deepest of several sections that JSON-LD names in a row, where no link of the page is called by all of it."""
    if ", " not in sections or any(text_of(link) == sections for link in page.top.iter("a")):
        return sections
    return sections.rpartition(", ")[2]


def _trail(page: Page, whole: Items, headline: Item, title: str) -> tuple[list[str], int]:
    """The steps of the trail from the front page that stands above the headline, and in how many lines they stand."""
    place = place_of(whole, headline, 0)
    steps: list[str] = []
    paths: list[str] = []
    lines = 0
    for item in reversed(whole[max(0, place - _TRAIL) : place]):
        whole_trail = isinstance(item, Line) and bool(item.links) and bool(_FRONT.match(item.links[0].text))
        if not isinstance(item, Line) or (item.linked < 0.6 and not whole_trail) or len(item.links) > _STEPS:
            if steps or (isinstance(item, Line) and date_of(page, item) is None):
                break  # what stands between may be the section itself
            continue
        steps = [text for link in item.links if (text := link.text)] + steps
        paths = [urlsplit_path(link.href).rstrip("/") for link in item.links] + paths
        lines += 1
        if steps and (_FRONT.match(steps[0])):
            named = [step for step in steps if not _HOME.match(step) and not same_words(step, title)]
            is_trail = named and len(steps) <= _STEPS and len(named[-1].split()) <= _STEP_WORDS
            if lines > 1 and not all(inner.startswith(f"{outer}/") for outer, inner in pairwise(paths[1:])):
                return [], 0  # a menu: its entries do not lie in each other
            return (named, lines) if is_trail else ([], 0)
    return [], 0


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
