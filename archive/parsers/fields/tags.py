"""Finds an article's tags beside the headline or behind the text."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import Final

from archive.parsers.blocks.lines import HEADINGS, Anchor, Items, Line, is_card, parted
from archive.parsers.document.page import Page
from archive.parsers.document.tree import Element, text_of
from archive.parsers.fields import vocabulary as words

_TAG_HREF: Final = re.compile(r"/(?:hash)?tags?/|/tag-|/tu-khoa/|/tukhoa/|[?&](?:tag|tukhoa|keyword)=", re.IGNORECASE)
_TAG_LABEL: Final = re.compile(r"^\W*(?:từ\s+kh[óo][aá]|tags?|thẻ|keywords?)\b\s*:?\s*", re.IGNORECASE)
_DATE: Final = re.compile(r"[\d\s:/.,-]+")
_TAG_NAME: Final = re.compile(
    r"(?:^|[\s_-])(?:(?:hash)?tags?|keywords?|tu-?khoa|p-category)(?:$|[\s_-])", re.IGNORECASE
)
_OF_SITE: Final = re.compile(r"tag-?cloud|(?:^|\s)(?:side-?bar|widget)(?:$|\s)", re.IGNORECASE)
_BOX: Final = 4  # elements around a line, the first that is called so its own
_COLUMN: Final = 6  # elements around a link among which a side column is looked for
_SECTION_HREF: Final = re.compile(r"/(?:categor(?:y|ies)|chuyen-muc|chuyenmuc|danh-muc)/", re.IGNORECASE)
_SECTION_WORDS: Final = 8  # of a section's name; a headline has more
_BEHIND: Final = 12  # items behind the text among which tags are looked for
_BEYOND: Final = 40  # items behind the text, related boxes among them, for links that say that they are tags


def find_tags(page: Page, items: Items, first: int, end: int) -> tuple[str, ...]:
    """The tags: links to tag pages beside the headline or behind the text, or article:tag."""
    found: dict[str, None] = {}
    labelled = False
    listed = 0  # the list that a label goes for
    beyond = False
    for position, item in enumerate(items[first : end + _BEYOND], first):
        beyond = beyond or (position >= max(end, 1) and is_card(items[position - 1], item))
        if not isinstance(item, Line) or (item.tag in HEADINGS and not _TAG_HREF.search(_first_href(item))):
            continue
        label = _TAG_LABEL.match(parted(item) if item.links else item.text)
        if label and label.end() == len(item.text):
            labelled, listed = True, item.group
            continue
        if position >= end + _BEHIND or (position >= end and words.RELATED_LABEL.match(item.text)):
            beyond = True
        labelled = labelled or bool(listed and listed == item.group)
        if not item.links and (label or _is_tag_box(item)) and not beyond:
            for name in _unlinked(item, label.end() if label else 0):
                found.setdefault(name)
        boxed = bool(item.links) and (_is_tag_box(item) or is_hashtags(item))
        for link in item.links:
            text = link.text.strip(" #,;")
            if (
                text
                and len(text.split()) <= 12
                and not _DATE.fullmatch(text)
                and (not beyond or label or "tag" in link.rel.split())
                and (
                    labelled
                    or label
                    or boxed
                    or _is_called_tag(link)
                    or _TAG_HREF.search(link.href)
                    or "tag" in link.rel.split()
                )
                and not is_category(item, link)
                and (position < end or not _is_of_site(link))
            ):
                found.setdefault(text)
        if labelled:
            labelled, listed = False, item.group
    tags = page.metas("article:tag")
    return tuple(tags) if len(tags) > 1 or not found else tuple(found)


def _unlinked(line: Line, label: int) -> list[str]:
    """The tags of a line without links, behind a label of so many letters: each in an element, or parted by commas."""
    names = [text for element in line.element if (text := text_of(element))]
    if not label and not all(_TAG_NAME.search(element.get("class") or "") for element in line.element):
        return []
    if " ".join(names) != line.text[label:]:
        names = [name.strip() for name in re.split("[,;]", line.text[label:])] if ":" in line.text[:label] else []
    return names if all(0 < len(name.split()) <= _SECTION_WORDS for name in names) else []


def _first_href(line: Line) -> str:
    return line.links[0].href if line.links else ""


def is_hashtags(line: Line) -> bool:
    """Whether a line is made of links "#OCOP #nông thôn" and nothing else."""
    return line.linked > 0.9 and bool(line.links) and all(link.text.startswith("#") for link in line.links)


def leads_to_tag(href: str) -> bool:
    """Whether an address is that of a tag's page."""
    return _TAG_HREF.search(href) is not None


def is_tag_link(line: Line, link: Anchor) -> bool:
    """Whether a link leads to a tag: by its address, its relation or the box it stands in."""
    return leads_to_tag(link.href) or "tag" in link.rel.split() or _is_tag_box(line)


def _is_tag_box(line: Line) -> bool:
    """Whether a line stands in an element called by the name of tags."""
    element: Element | None = line.element
    for _ in range(_BOX):
        if element is None:
            break
        if ((css := element.get("class")) or element.get("id")) and _names_tags(
            f"{css or ''} {element.get('id') or ''}"
        ):
            return True
        element = element.getparent()
    return False


@lru_cache(maxsize=4096)  # .3 ms a page of a site
def _names_tags(names: str) -> bool:
    return _TAG_NAME.search(names) is not None


def _is_called_tag(link: Anchor) -> bool:
    """Whether a link, or what holds it inside its line, is called by the name of a tag: `<span class="ant-tag">`."""
    around = link.element.getparent()
    return any(one is not None and _TAG_NAME.search(one.get("class") or "") for one in (link.element, around))


def _is_of_site(link: Anchor) -> bool:
    """Whether a link stands among all the site's tags: in a cloud or in a side column."""
    around = islice(link.element.iterancestors(), _COLUMN)
    return any(one.tag == "aside" or _OF_SITE.search(f"{one.get('class')} {one.get('id')}") for one in around)


def is_category(line: Line, link: Anchor) -> bool:
    """Whether a link leads to a section: by its relation, its box or its address."""
    return (
        "category" in link.rel
        or "categor" in line.css.replace("p-category", "")  # microformats call every tag so
        or "cat-links" in line.css
        or (
            link.text.count(" ") < _SECTION_WORDS
            and bool(_SECTION_HREF.search(link.href))
            and not _TAG_NAME.search(link.element.get("class") or "")  # some engines list tags among the sections
        )
    )
