"""Finds the article that a page holds only as data for its scripts: __NEXT_DATA__, flight chunks, JSON-LD's
articleBody.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import escape
from typing import Final, NamedTuple

from archive.parsers.metadata import Metadata
from archive.parsers.page import Page
from archive.parsers.tree import Element, clean, parse_fragment, text_of

_BODIES: Final = (
    "articleBody",
    "content",
    "contentHtml",
    "content_html",
    "body",
    "bodyHtml",
    "html",
    "detail",
    "fullContent",
    "noiDung",
    "noi_dung",
    "noidung",
)
_TITLES: Final = ("headline", "title", "name", "tieuDe", "tieu_de", "tieude")
_LEADS: Final = ("sapo", "lead", "desc", "description", "summary", "excerpt", "tomTat", "tom_tat", "trichYeu")
_TIMES: Final = (
    "publish_date",
    "publishDate",
    "published_at",
    "publishedAt",
    "datePublished",
    "publishTime",
    "ngayDang",
    "created_at",
    "createdAt",
    "date",
)
_AUTHORS: Final = ("author", "authorName", "author_name", "tacGia", "tac_gia", "penName")
_SECTIONS: Final = (
    "category",
    "categoryName",
    "category_name",
    "section",
    "chuyenMuc",
    "chuyen_muc",
    "zone",
    "zoneName",
)
_TAGS: Final = ("tags", "tagList", "tag_list", "keywords", "tuKhoa")
_SHORTEST: Final = 300  # letters of a body
_DEEPEST: Final = 40
_LARGEST: Final = 4_000_000  # characters of one script
_FLIGHT: Final = re.compile(r'self\.__next_f\.push\(\[1,("(?:[^"\\]|\\.)*")\]\)')


class Embedded(NamedTuple):
    """An article as data: its body as HTML, and the fields beside it, "" where there is none."""

    html: str
    headline: str
    lead: str
    published: str
    author: str
    by: str
    section: str = ""
    tags: tuple[str, ...] = ()


def find_embedded(page: Page, meta: Metadata) -> Embedded | None:
    """The article with the longest body among the page's data, or None."""
    best: Embedded | None = None
    for by, data in _documents(page):
        for item in _objects(data):
            found = _article(item, by)
            if found is not None and (best is None or len(found.html) > len(best.html)):
                best = found
    if best is None and len(meta.body) >= _SHORTEST:
        html = "".join(f"<p>{escape(line)}</p>" for line in meta.body.splitlines())
        best = Embedded(html, meta.headline, meta.description, meta.published, meta.author, "json-ld articleBody")
    return best


def put_into(page: Page, found: Embedded) -> tuple[Element, Element | None]:
    """Writes the article into the page's tree, as a theme would have it; gives back body and headline."""
    parts = []
    if found.section:
        parts.append(f'<p class="cat-links"><a href="#" rel="category">{escape(found.section)}</a></p>')
    if found.headline:
        parts.append(f"<h1>{escape(found.headline)}</h1>")
    if found.author:
        parts.append(f'<p class="author">{escape(found.author)}</p>')
    if found.published:
        parts.append(f"<time>{escape(found.published)}</time>")
    if found.lead:
        parts.append(f'<p class="sapo">{escape(found.lead)}</p>')
    parts.append(f'<div itemprop="articleBody">{found.html}</div>')
    parts += [f'<p><a href="#" rel="tag">{escape(tag)}</a></p>' for tag in found.tags]
    fragment = parse_fragment("".join(parts))
    holder = next(fragment.iter("body"))
    body = next((element for element in holder.iter("div") if element.get("itemprop") == "articleBody"), holder)
    headline = next(holder.iter("h1"), None) if found.headline else None
    holder.tag = "article"
    target = next(page.top.iter("body"), page.top)
    target.append(holder)
    return body, headline


def _documents(page: Page) -> Iterator[tuple[str, object]]:
    chunks: list[str] = []
    for script in page.top.iter("script"):
        text = script.text or ""
        if not text or len(text) > _LARGEST:
            continue
        if script.get("id") == "__NEXT_DATA__" or script.get("type") == "application/json":
            data = _loaded(text)
            if data is not None:
                yield f"json {script.get('id') or 'script'}", data
        elif "self.__next_f" in text:
            chunks += [str(_loaded(match[1]) or "") for match in _FLIGHT.finditer(text)]
    for line in "".join(chunks).splitlines():
        _, _, value = line.partition(":")
        if value[:1] in "[{" and (data := _loaded(value)) is not None:
            yield "json flight", data


def _loaded(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _objects(data: object, depth: int = 0) -> Iterator[dict[str, object]]:
    if depth > _DEEPEST:
        return
    if isinstance(data, dict):
        yield data
        for value in data.values():
            yield from _objects(value, depth + 1)
    elif isinstance(data, list):
        for value in data:
            yield from _objects(value, depth + 1)


def _article(item: dict[str, object], by: str) -> Embedded | None:
    name = next((name for name in _BODIES if isinstance(item.get(name), str) and len(str(item[name])) >= _SHORTEST), "")
    headline = _first(item, _TITLES)
    if not name or len(headline.split()) < 3:
        return None
    body = str(item[name])
    html = body if "<" in body else "".join(f"<p>{escape(line)}</p>" for line in body.splitlines() if line.strip())
    return Embedded(
        html,
        headline,
        _plain(_first(item, _LEADS)),
        _first(item, _TIMES),
        _first(item, _AUTHORS),
        f"{by} {name}",
        _worded(_first(item, _SECTIONS)),
        _named(item),
    )


def _worded(text: str) -> str:
    """A name, or "" where the data have a number or a slug for it."""
    return (
        text
        if any(character.isalpha() for character in text) and not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)+", text)
        else ""
    )


def _named(item: dict[str, object]) -> tuple[str, ...]:
    """The tags: a list of texts, or of objects with a name."""
    values = next((value for name in _TAGS if isinstance(value := item.get(name), list)), [])
    names = [_first({"value": value}, ("value",)) for value in values]
    return tuple(dict.fromkeys(name for name in names if name))


def _first(item: dict[str, object], names: tuple[str, ...]) -> str:
    for name in names:
        value = item.get(name)
        if isinstance(value, list) and value:
            value = value[0]
        if isinstance(value, dict):
            value = value.get("name") or value.get("title") or value.get("rendered")
        if isinstance(value, (str, int)) and not isinstance(value, bool) and str(value).strip():
            return clean(str(value))
    return ""


def _plain(text: str) -> str:
    return text_of(parse_fragment(text)) if "<" in text else text
