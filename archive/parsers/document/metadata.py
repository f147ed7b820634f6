"""What a page says of itself for machines: JSON-LD and the data that script frameworks leave in the page."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Final, TypeAlias

from archive.parsers.document.page import Page
from archive.parsers.document.tree import clean, parse_fragment, raw_text

_ARTICLE_TYPES: Final = frozenset((
    "NewsArticle", "Article", "BlogPosting", "ReportageNewsArticle", "Report", "AnalysisNewsArticle", "LiveBlogPosting",
))  # fmt: skip
Node: TypeAlias = dict[str, object]
_CONTROLS: Final = re.compile(r"[\x00-\x1f]+")
_LARGEST: Final = 1_000_000  # characters of one script of data
_DEEPEST: Final = 12


@dataclass(frozen=True, slots=True)
class Metadata:
    """The fields of the page's own NewsArticle, each "" where it has none; `kind` is its type."""

    kind: str = ""
    headline: str = ""
    description: str = ""
    published: str = ""
    modified: str = ""
    author: str = ""
    house: str = ""  # the organisation that is the author
    section: str = ""
    body: str = ""
    keywords: tuple[str, ...] = ()
    breadcrumb: tuple[str, ...] = ()

    @property
    def is_article(self) -> bool:
        """Whether the page calls itself an article."""
        return self.kind in _ARTICLE_TYPES


def read_metadata(page: Page) -> Metadata:
    """The page's JSON-LD: its first article, and its breadcrumb."""
    found = Metadata()
    scripts = [_items(_loaded(script.text or "")) for script in page.all('script[type="application/ld+json"]')]
    named = {str(item["@id"]): item for items in scripts for item in items if "@id" in item and "name" in item}
    for items in scripts:
        for item in items:
            kinds = _kinds(item)
            if not found.kind and not _ARTICLE_TYPES.isdisjoint(kinds):
                found = _article(item, found.breadcrumb, named)
            elif "BreadcrumbList" in kinds and not found.breadcrumb:
                found = _with_breadcrumb(found, item)
    return found


def _article(item: Node, breadcrumb: tuple[str, ...], named: dict[str, Node]) -> Metadata:
    return Metadata(
        kind=next(kind for kind in _kinds(item) if kind in _ARTICLE_TYPES),
        headline=_text(item.get("headline")) or _text(item.get("name")),
        description=_text(item.get("description")),
        published=_text(item.get("datePublished")),
        modified=_text(item.get("dateModified")),
        author=_names(_authors(item, named, organisations=False)),
        house=_names(_authors(item, named, organisations=True)),
        section=_names(item.get("articleSection")),
        body=_text(item.get("articleBody"), keep_lines=True),
        keywords=_words(item.get("keywords")),
        breadcrumb=breadcrumb,
    )


def _with_breadcrumb(found: Metadata, item: dict[str, object]) -> Metadata:
    steps: list[str] = []
    elements = item.get("itemListElement")
    for element in elements if isinstance(elements, list) else []:
        if isinstance(element, dict):
            inner = element.get("item")
            name = _text(element.get("name")) or (_text(inner.get("name")) if isinstance(inner, dict) else "")
            if name:
                steps.append(name)
    fields = {name: getattr(found, name) for name in Metadata.__dataclass_fields__ if name != "breadcrumb"}
    return Metadata(**fields, breadcrumb=tuple(steps))


def _loaded(text: str) -> object:
    text = text.strip().removeprefix("<![CDATA[").removesuffix("]]>").strip().rstrip(";")
    if not text or len(text) > _LARGEST:
        return None
    try:
        return json.loads(text, strict=False)
    except RecursionError:  # brackets nested thousands deep
        return None
    except ValueError:
        pass
    try:  # raw line ends inside strings, commas before a closing bracket
        return json.loads(re.sub(r",\s*([}\]])", r"\1", _CONTROLS.sub(" ", text)), strict=False)
    except (ValueError, RecursionError):
        return None


def _items(data: object, depth: int = 0) -> list[dict[str, object]]:
    """Every object with a type, outermost first, in graphs and lists too."""
    if depth > _DEEPEST:
        return []
    if isinstance(data, list):
        return [item for part in data for item in _items(part, depth + 1)]
    if not isinstance(data, dict):
        return []
    found = [data] if data.get("@type") else []
    for name in ("@graph", "mainEntity", "mainEntityOfPage"):
        found += _items(data.get(name), depth + 1)
    return found


def _kinds(item: dict[str, object]) -> list[str]:
    kind = item.get("@type")
    kinds = kind if isinstance(kind, list) else [kind]
    return [str(one).rpartition("/")[2] for one in kinds if one]


def _text(value: object, *, keep_lines: bool = False) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        return ""
    if "&" in value or "<" in value:
        value = _unescaped(value, keep_lines)
    if keep_lines:
        return "\n".join(line for part in value.splitlines() if (line := clean(part)))
    return clean(value)


def _unescaped(value: str, keep_lines: bool) -> str:
    if keep_lines:
        value = re.sub(r"(?i)<br\s*/?>|</(?:p|div|li|h[1-6])>", "\n", value)
    return raw_text(parse_fragment(value))


def _authors(item: Node, named: dict[str, Node], *, organisations: bool) -> list[object]:
    """The persons among the authors, or the organisations; what is given by `@id` alone stands elsewhere in a graph."""
    authors = item.get("author")
    nodes = [
        named.get(str(one.get("@id")), one) if isinstance(one, dict) and "name" not in one else one
        for one in (authors if isinstance(authors, list) else [authors])
    ]
    return [
        one
        for one in nodes
        if (isinstance(one, dict) and any(kind.endswith("Organization") for kind in _kinds(one))) == organisations
    ]


def _names(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(name for part in value if (name := _names(part)))
    if isinstance(value, dict):
        return _text(value.get("name")) or f"{_text(value.get('givenName'))} {_text(value.get('familyName'))}".strip()
    return _text(value)


def _words(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(word for part in value.split(",") if (word := clean(part)))
    return tuple(word for part in value if (word := _text(part))) if isinstance(value, list) else ()
