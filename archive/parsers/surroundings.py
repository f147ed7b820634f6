"""Reads what stands around an article's text on a page of unknown making: headline, date, section, lead, author, tags."""

from __future__ import annotations

import re
from typing import Final

from archive.model import Found, Moment
from archive.parsers import vocabulary as words
from archive.parsers.headline import same_words, slug_words
from archive.parsers.lines import HEADINGS, Anchor, Line, Picture
from archive.parsers.metadata import Metadata
from archive.parsers.page import Page
from archive.parsers.tree import Element, text_of
from archive.text.dates import read_date
from archive.text.fold import tokens
from archive.text.slug import match

Items = list[Line | Picture]

_TITLE_NAME: Final = re.compile(r"title|headline|tieu-?de|tit\b|news-?name|name-?news", re.IGNORECASE)
_LEAD_NAME: Final = re.compile(
    r"sapo|\blead\b|summary|description|\bdesc\b|[-_]desc\b|\bintro|newsintro|chapeau|hometext|trich-?yeu|tom-?tat|excerpt|abstract",
    re.IGNORECASE,
)
_AUTHOR_NAME: Final = re.compile(r"author|tac-?gia|byline|\bwriter\b|but-?danh", re.IGNORECASE)
_DATE_LITTER: Final = re.compile(
    r"\d+|[^\w\s]|\b(?:thứ|hai|ba|tư|năm|sáu|bảy|chủ|nhật|ngày|tháng|giờ|phút|đăng|tin|cập|lúc|gmt|am|pm|sa|ch|utc|xuất|bản|update|updated|date|time|"
    r"lượt|xem|view|views|post|posted|on|t\d|cn|monday|tuesday|wednesday|thursday|friday|saturday|sunday|h)\b",
    re.IGNORECASE,
)
_HOME: Final = re.compile(
    r"^(?:pages|chi\s+tiết(?:\s+tin(?:\s+tức|\s+bài)?)?|default|xem\s+tin|trang\s+(?:chủ|nhất|đầu)|home|trang\s+tin|tin\s+tức\s+-\s+sự\s+kiện$|›|»|/)$",
    re.IGNORECASE,
)
_TAG_HREF: Final = re.compile(r"/tags?/|/tag-|/tu-khoa/|/tukhoa/|[?&](?:tag|tukhoa|keyword)=", re.IGNORECASE)
_TAG_LABEL: Final = re.compile(r"^\W*(?:từ\s+kh[óo][aá]|tags?|thẻ|keywords?)\b\s*:?\s*", re.IGNORECASE)
_SECTION_HREF: Final = re.compile(r"/(?:category|chuyen-muc|chuyenmuc|danh-muc)/", re.IGNORECASE)
_BEHIND: Final = 12  # items behind the text among which tags are looked for
_LONGEST_DATE_LINE: Final = 16  # words
_SPARE_DATE_WORDS: Final = 5  # words of a date line that say something else: a section, a byline
_LONGEST_HEADLINE: Final = 45  # words
_BEFORE: Final = 12  # items before the headline among which its date and section are looked for
_SHORTEST_LEAD: Final = 12  # words


class Headline:
    """The headline found, and where among the items it stands (-1 where only the metadata has it)."""

    def __init__(self, found: Found, position: int) -> None:
        self.found = found
        self.position = position


def find_headline(page: Page, items: Items, start: int, end: int, meta: Metadata) -> Headline | None:
    """The headline among the items before (or at the head of) the text: the line the slug was made from, the one the
    metadata repeats, a heading close above the text; agreement of these is its confidence."""
    slug = slug_words(page)
    named = [text for text in (meta.headline, page.meta("og:title"), page.meta("twitter:title"), _title(page)) if text]
    lines = [
        (position, item)
        for position, item in enumerate(items[:end])
        if isinstance(item, Line) and _may_be_headline(item, page)
    ]
    lines = [(position, line) for position, line in lines if position <= start + 4]
    slugged = match(slug, [line.text for _, line in lines]) if slug and lines else None
    best: tuple[float, int, Line] | None = None
    for position, line in lines:
        score = _headline_score(line, slugged.headline if slugged else "", named)
        score -= min(abs(start - position), 40) * 0.02
        if best is None or score > best[0]:
            best = (score, position, line)
    if best is not None and best[0] >= 1.5:
        score, position, line = best
        return Headline(
            Found(
                line.text,
                by=_headline_by(line, slugged is not None and slugged.headline == line.text),
                confidence=min(1.0, 0.4 + score / 10),
            ),
            position,
        )
    return None


def _may_be_headline(line: Line, page: Page) -> bool:
    count = len(line.text.split())
    if not 3 <= count <= _LONGEST_HEADLINE or line.caption or line.tag in ("li", "tr"):
        return False
    if line.linked > 0.5:
        return any(page.absolute(link.href).split("#")[0].rstrip("/") == page.url.rstrip("/") for link in line.links)
    return True


def _headline_score(line: Line, slugged: str, named: list[str]) -> float:
    score = 0.0
    if slugged and line.text == slugged:
        score += 3
    folded = tokens(line.text)
    for name in named:
        other = tokens(name)
        if other == folded:
            score += 1.5
        elif len(folded) >= 4 and other[: len(folded)] == folded:
            score += 1
    tag = line.element.tag
    score += {"h1": 2.0, "h2": 1.0, "h3": 0.6}.get(str(tag), 0.0)
    if line.element.get("itemprop") == "headline":
        score += 2
    if _TITLE_NAME.search(_names(line.element)):
        score += 1
    if line.bold:
        score += 0.3
    return score


def _headline_by(line: Line, slugged: bool) -> str:
    name = str(line.element.tag)
    css = (line.element.get("class") or "").split()
    return f"generic {name}{'.' + css[0] if css else ''}{', slug match' if slugged else ''}"


def find_moment(page: Page, items: Items, headline: int, start: int, end: int) -> tuple[Moment | None, int]:
    """The date line nearest to the headline, and its position; (None, -1) where the page shows none."""
    best: tuple[float, Moment, int] | None = None
    anchor = headline if headline >= 0 else start
    for position in [
        *range(max(0, anchor - _BEFORE), min(start + 3, len(items))),
        *range(end, min(end + 4, len(items))),
    ]:
        item = items[position]
        if not isinstance(item, Line) or position == headline:
            continue
        moment = date_of(page, item)
        if moment is None:
            continue
        cost = (
            abs(position - anchor)
            + (0 if moment.precision in ("minute", "second") else 2)
            + (4 if position < anchor else 0)
        )
        if moment.value[:10] == page.captured.astimezone().date().isoformat():
            cost += 20  # the clock that portals show in their head
        if best is None or cost < best[0]:
            best = (cost, moment, position)
    return (best[1], best[2]) if best else (None, -1)


def find_second_moment(page: Page, items: Items, dated: int, published: Moment | None) -> Moment | None:
    """The time of the last edit where the page shows one beside the time of publication."""
    for position in (dated + 1, dated + 2, dated - 1):
        item = items[position] if 0 <= position < len(items) and dated >= 0 else None
        moment = date_of(page, item) if isinstance(item, Line) else None
        if moment is not None and published is not None and moment.value > published.value:
            return moment
    return None


def date_of(page: Page, line: Line) -> Moment | None:
    """The date that a line is made of, or None where the line says more than a date and a few words."""
    if (
        len(line.text.split()) > _LONGEST_DATE_LINE
        or line.linked > 0.6
        or not any(character.isdecimal() for character in line.text)
    ):
        return None
    text = line.text
    for link in line.links:
        text = text.replace(link.text, " ", 1)
    if len(_DATE_LITTER.sub(" ", text).split()) > _SPARE_DATE_WORDS:
        return None
    stamp = next((value for element in line.element.iter("time") if (value := element.get("datetime"))), "")
    moment = read_date(stamp, "generic time[datetime]", page.captured) if stamp else None
    moment = moment or read_date(text, f"generic {line.element.tag}", page.captured, page.month_first)
    return moment if moment is not None and moment.precision not in ("year", "month") else None


def find_lead(page: Page, items: Items, first: int, start: int, meta: Metadata) -> int:
    """The position of the line that is set as the lead between the headline and the text's third line, or -1."""
    described = meta.description or page.meta("og:description", "description")
    candidates: list[int] = []
    for position in range(first, min(start + 3, len(items))):
        item = items[position]
        if not isinstance(item, Line) or item.caption or item.linked > 0.5 or len(item.text.split()) < _SHORTEST_LEAD:
            continue
        if _LEAD_NAME.search(_names(item.element)) or item.element.get("itemprop") == "description":
            return position
        if position < start:
            candidates.append(position)
    if len(candidates) == 1:
        return candidates[0]
    if candidates and described:
        return next((position for position in candidates if _begins_alike(items[position].text, described)), -1)  # type: ignore[union-attr]
    return -1


def _begins_alike(text: str, described: str) -> bool:
    one, other = tokens(text), tokens(described)
    size = min(len(one), len(other), 12)
    return size >= 8 and one[:size] == other[:size]


def find_section(page: Page, items: Items, headline: int, start: int, meta: Metadata, title: str) -> Found | None:
    """The section: what the breadcrumb ends in, what the metadata says, or a short line close to the headline."""
    near = [item for item in items[max(0, headline - 3) : start] if isinstance(item, Line)]
    for item in near:
        sections = [link.text for link in item.links if link.text and _is_category(item, link)]
        if sections and not item.tag.startswith("h"):
            return Found(sections[-1], by="generic section link", confidence=0.9)
    for steps, by in ((list(meta.breadcrumb), "json-ld breadcrumb"), (_breadcrumb(page), "breadcrumb")):
        steps = [
            step for step in steps if not _HOME.match(step) and not same_words(step, title) and len(step.split()) <= 10
        ]
        if steps:
            return Found(steps[-1], by=f"generic {by}", confidence=0.9)
    for text, by in ((page.meta("article:section"), "meta article:section"), (meta.section, "json-ld articleSection")):
        if text:
            return Found(text, by=by, confidence=0.9)
    for position in [*range(headline - 1, max(-1, headline - 4), -1), *range(headline + 1, min(start, headline + 4))]:
        item = items[position] if 0 <= position < len(items) else None
        if (
            isinstance(item, Line)
            and 1 <= len(item.text.split()) <= 8
            and date_of(page, item) is None
            and not words.BYLINE_LABEL.match(item.text)
        ):
            linked = [link.text for link in item.links if link.text and not _HOME.match(link.text)]
            text = linked[-1] if linked else item.text
            if position < headline or linked:
                return Found(text, by="generic line near the headline", confidence=0.5)
    return None


def _breadcrumb(page: Page) -> list[str]:
    for css in (
        '[itemtype*="BreadcrumbList"]',
        ".breadcrumb",
        ".breadcrumbs",
        "#breadcrumb",
        "#breadcrumbs",
        ".bread-crumb",
        '[class*="breadcrumb"]',
    ):
        for element in page.all(css):
            if "s4-" in (element.get("class") or ""):
                continue  # SharePoint's pop-up tree of folders
            steps = [text for link in element.iter("a") if (text := text_of(link))]
            if steps:
                return list(dict.fromkeys(steps))
    return []


def find_tags(page: Page, items: Items, first: int, end: int) -> tuple[str, ...]:
    """The tags: links to tag pages beside the headline or behind the text, or article:tag."""
    found: dict[str, None] = {}
    labelled = False
    for position, item in enumerate(items[first : end + _BEHIND], first):
        if not isinstance(item, Line) or item.tag.startswith("h"):
            continue
        label = _TAG_LABEL.match(item.text)
        if label and label.end() == len(item.text):
            labelled = True
            continue
        if position >= end and words.RELATED_LABEL.match(item.text):
            break
        for link in item.links:
            text = link.text.strip(" #,;")
            if (
                text
                and len(text.split()) <= 12
                and (labelled or label or _TAG_HREF.search(link.href) or "tag" in link.rel.split())
                and not _is_category(item, link)
            ):
                found.setdefault(text)
        labelled = False
    tags = page.metas("article:tag")
    return tuple(tags) if len(tags) > 1 or not found else tuple(found)


def _is_category(line: Line, link: Anchor) -> bool:
    return (
        "category" in link.rel
        or "categor" in line.css
        or "cat-links" in line.css
        or bool(_SECTION_HREF.search(link.href))
    )


def find_author(page: Page, items: Items, first: int, start: int, end: int, meta: Metadata) -> tuple[Found | None, int]:
    """The author named beside the headline or behind the text, and the position of that line; the metadata's at last."""
    for position in [*range(first, min(start + 1, len(items))), *range(end, min(end + 6, len(items)))]:
        item = items[position]
        if not isinstance(item, Line) or len(item.text.split()) > 12:
            continue
        label = words.BYLINE_LABEL.match(item.text)
        if label:
            return Found(label["name"].strip(" ."), by="generic label", raw=item.text), position
        named = next((link for link in item.links if "/author/" in link.href or "/tac-gia/" in link.href), None)
        if named is not None and named.text:
            return Found(named.text, by="generic author link", confidence=0.8), position
        if _AUTHOR_NAME.search(_names(item.element)) and words.is_name(item.text):
            return Found(item.text, by="generic author class", confidence=0.8), position
    if meta.author and words.is_name(meta.author) and not same_words(meta.author, page.meta("og:site_name")):
        return Found(meta.author, by="json-ld author", confidence=0.6), -1
    return None, -1


def _names(element: Element) -> str:
    """Class, id and role of an element and of the first element in it."""
    inner = next((child for child in element if isinstance(child.tag, str)), None)
    parts = [element.get("class"), element.get("id"), element.get("data-role"), element.get("itemprop")]
    if inner is not None and inner.tag not in HEADINGS:
        parts += [inner.get("class"), inner.get("id")]
    return " ".join(part for part in parts if part)


def _title(page: Page) -> str:
    titles = page.all("title")
    return text_of(titles[0]) if titles else ""
