"""A preserved page, opened for strict reading: what is wanted is there once, and is read once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Final
from urllib.parse import urljoin, urlsplit

from lxml import etree, html
from lxml.html import HtmlElement

from archive.errors import SelectionError, Unreadable
from archive.parsers import guards
from archive.parsers.selectors import Index, compiled
from archive.sources.model import Select
from archive.text.encodings import decode
from archive.text.normalise import normalise

_PARSER: Final = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
_TOO_DEEP: Final = etree.XPath("boolean(/*" + "/*" * (guards.DEEPEST - 1) + ")")
_METAS: Final = etree.XPath("//meta[@content]")
_BASE: Final = etree.XPath("string(//base/@href)")
_ID: Final = etree.XPath("id($name)")
_END: Final = re.compile(r"</html\s*>|</body\s*>", re.IGNORECASE)
_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Page:
    """One HTML page as its capture holds it. `site` are the selectors that the source's layout of that day names.

    `origin` is scheme and host, `base` the address that relative links are read against. What `take` removes is gone for
    every later reader, so each reader of a page opens its own.
    """

    url: str
    root: HtmlElement
    text: str
    captured: datetime
    base: str
    origin: str
    site: Select = Select()
    month_first: bool = False
    notes: tuple[str, ...] = ()
    _cache: dict[str, object] = field(default_factory=dict, repr=False, compare=False)

    def all(self, css: str) -> list[HtmlElement]:
        """Every element that `css` selects, in document order; possibly none."""
        return compiled(css).find(self.root, self.index())

    def first_of(self, alternatives: tuple[str, ...]) -> tuple[HtmlElement, str] | None:
        """The element that the first fitting one of `alternatives` selects, and that selector; two elements do not fit."""
        for css in alternatives:
            found = self.all(css)
            if len(found) == 1:
                return found[0], css
        return None

    def maybe(self, css: str) -> HtmlElement | None:
        """The element that `css` selects, or None; two are an error, for the layout is not the one we know."""
        found = self.all(css)
        if len(found) > 1:
            raise SelectionError(f"{self.url}: {css!r} selects {len(found)} elements, at most 1 expected")
        return found[0] if found else None

    def one(self, css: str) -> HtmlElement:
        """The one element that `css` selects."""
        found = self.maybe(css)
        if found is None:
            raise SelectionError(f"{self.url}: {css!r} selects nothing, 1 expected")
        return found

    def take(self, css: str) -> list[HtmlElement]:
        """Every element that `css` selects, removed from the page so that nothing reads it again."""
        found = self.all(css)
        for element in found:
            drop(element)
        return found

    def by_id(self, name: str) -> HtmlElement | None:
        """The element with this id, or None: libxml2 keeps a table of them, so this costs next to nothing."""
        found = _ID(self.root, name=name)
        return found[0] if isinstance(found, list) and found else None

    def meta(self, *names: str) -> str:
        """The content of the first meta element with one of these names or properties, normalised; or ""."""
        metas = self.metas()
        return next((value for name in names for value in metas.get(name, ()) if value), "")

    def metas(self) -> dict[str, list[str]]:
        """All meta elements: contents (normalised) by name, property or itemprop in lower case."""
        found = self._cache.get("metas")
        if not isinstance(found, dict):
            found = {}
            for element in _elements(_METAS(self.root)):
                name = element.get("property") or element.get("name") or element.get("itemprop") or element.get("http-equiv")
                if name:
                    found.setdefault(name.lower(), []).append(normalise(element.get("content") or ""))
            self._cache["metas"] = found
        return found

    def index(self) -> Index:
        """The page's classes and their elements, made when first asked for."""
        found = self._cache.get("index")
        if not isinstance(found, Index):
            found = self._cache["index"] = Index(self.root)
        return found

    def absolute(self, href: str) -> str:
        """`href` as an absolute URL, otherwise as written; "" where it is none."""
        href = href.strip()
        if href.startswith("/") and not href.startswith("//") and "/../" not in href:
            return self.origin + href
        if href.startswith(("http://", "https://")):
            return href
        try:
            return urljoin(self.base, href)
        except ValueError:
            return ""


def open_page(
    url: str,
    body: bytes,
    content_type: str,
    captured: datetime,
    site: Select | None = None,
    *,
    month_first: bool = False,
) -> Page:
    """The page of `body`, decoded and parsed under limits; raises Unreadable with the reason where that cannot be done."""
    guards.check_bytes(body)
    declared = _CHARSET.search(content_type)
    decoded = decode(body, declared[1] if declared else None)
    text = decoded.text
    notes = [decoded.note] if decoded.note else []
    if "\x00" in text:
        notes.append("NUL characters left out")
        text = text.replace("\x00", "")
    if "<" not in text:
        raise Unreadable("not_html", "no tag in it")
    root = parse(text)
    base = _BASE(root)
    base = urljoin(url, base) if isinstance(base, str) and base else url
    parts = urlsplit(base)
    origin = f"{parts.scheme}://{parts.netloc}"
    return Page(url, root, text, captured, base, origin, site or Select(), month_first, tuple(notes))


def parse(text: str) -> HtmlElement:
    """The tree of an HTML page; raises Unreadable where it has none, or is deeper than the parser reads."""
    text = _without_early_end(text)
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=_PARSER)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise Unreadable("not_html", str(error)) from None
    if _TOO_DEEP(root):
        raise Unreadable("too_deep", f"elements nested {guards.DEEPEST} deep and more")
    return root


def _without_early_end(text: str) -> str:
    # baotayninh.vn serves `<html ...></html><head>...<body>`: libxml2 stops at the first </html>.
    end = text.find("</html")
    if end == -1 or len(text) - end < 200:
        return text
    last = text.rfind("</html")
    cut = last if len(text) - last < 200 else len(text)
    return _END.sub("", text[:cut]) + text[cut:]


def drop(element: HtmlElement) -> None:
    """Removes an element and what is in it; the text after it stays."""
    if element.getparent() is not None:
        element.drop_tree()


def text_of(element: HtmlElement) -> str:
    """All text in `element`, normalised."""
    return normalise("".join(element.itertext()))


@lru_cache(maxsize=64)
def _xpath(expression: str) -> etree.XPath:
    return etree.XPath(expression)


def _elements(found: object) -> list[HtmlElement]:
    return [item for item in found if isinstance(item, HtmlElement)] if isinstance(found, list) else []
