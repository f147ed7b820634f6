"""Finds the article that a page holds only as data: what script frameworks leave in it, JSON-LD's articleBody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import Final, NamedTuple

from archive.parsers.document.metadata import Metadata
from archive.parsers.document.page import Page
from archive.parsers.document.script_data import documents, loaded
from archive.parsers.document.tree import Element, clean, parse_fragment, text_of
from archive.parsers.links import kind_of
from archive.text.folding import fold

_BODIES: Final = (
    "articleBody", "content", "contentHtml", "content_html", "body", "bodyHtml", "html", "detail", "fullContent",
    "noiDung", "noi_dung", "noidung",
)  # fmt: skip
_TITLES: Final = ("headline", "title", "name", "tieuDe", "tieu_de", "tieude")
_LEADS: Final = ("sapo", "lead", "desc", "description", "summary", "excerpt", "tomTat", "tom_tat", "trichYeu")
_TIMES: Final = (
    "publish_date", "publishDate", "published_at", "publishedAt", "datePublished", "publishTime", "ngayDang",
    "ngayXuatBan", "created_at", "createdAt", "date",
)  # fmt: skip
_AUTHORS: Final = ("author", "authorName", "author_name", "tacGia", "tac_gia", "penName")
_SECTIONS: Final = (
    "category", "categoryName", "category_name", "section", "chuyenMuc", "chuyen_muc", "zone", "zoneName",
)  # fmt: skip
_TAGS: Final = ("tags", "tagList", "tag_list", "keywords", "tuKhoa")
_SHORTEST: Final = 300  # letters of a body
_DOCUMENT: Final = re.compile(
    r"""href=\\?["'][^"']+\.(?:pdf|docx?|xlsx?|pptx?|zip|rar)\b""", re.IGNORECASE
)  # a notice's
_DEEPEST: Final = 40


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
    """The article among the page's data: the one that the page's title or address names, else the longest."""
    best: Embedded | None = None
    named = fold(f"{page.title()} {page.meta('og:title')}")
    best_rank = (False, 0)
    for by, data in documents(page.top):
        for item in _objects(data):
            found = _article(item, by)
            meant = found is not None and fold(found.headline) in named
            rank = (meant, len(found.html)) if found is not None else best_rank
            if rank > best_rank:  # data may hold the texts of other articles too
                best, best_rank = found, rank
    if best is not None and not best_rank[0] and kind_of(page.url) != "article":
        best = None  # a listing's data may hold the texts of all its articles
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


def _objects(data: object, depth: int = 0) -> Iterator[dict[str, object]]:
    if depth > _DEEPEST:
        return
    if isinstance(data, str) and len(data) > _SHORTEST and data[0] in "{[":
        data = loaded(data)  # SvelteKit keeps answers as text
    if isinstance(data, dict):
        yield data
        for value in data.values():
            yield from _objects(value, depth + 1)
    elif isinstance(data, list):
        for value in data:
            yield from _objects(value, depth + 1)


def _article(item: dict[str, object], by: str) -> Embedded | None:
    texts = {name: text for name in _BODIES if isinstance(text := item.get(name), str)}
    name = next((name for name, text in texts.items() if len(text) >= _SHORTEST or _DOCUMENT.search(text)), "")
    headline = _first(item, _TITLES)
    if not name or len(headline.split()) < 3:
        return None
    body = texts[name]
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
            value = value.get("name") or value.get("ten") or value.get("title") or value.get("rendered")
        if isinstance(value, (str, int)) and not isinstance(value, bool) and str(value).strip():
            return clean(str(value))
    return ""


def _plain(text: str) -> str:
    return text_of(parse_fragment(text)) if "<" in text else text
