"""A preserved page, opened for strict reading: what is wanted is there once, and is read once."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import urljoin

from archive.errors import SelectionError, Unreadable
from archive.parsers.document import charset_repair as mending
from archive.parsers.document import limits as guards
from archive.parsers.document.tag_soup import parse_page
from archive.parsers.document.tree import Element, Skip, Tree, clean, text_of
from archive.sources.model import NO_SELECTORS, Select
from archive.text.encodings import decode
from archive.text.urls import LONGEST

# JPEG, PNG, GIF, WebP, PDF, ZIP, OLE, 7z, Ogg: what saved pages and wrong media types turn out to be
_FILES: Final = (
    b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF", b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"7z\xbc\xaf", b"OggS",
)  # fmt: skip
_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)


@dataclass(slots=True)
class Page:
    """One HTML page as its capture holds it. `site` are the selectors that the source's layout of that day names.

    `origin` is scheme and host, `base` the address that relative links are read against. What `take` removes is gone
    for every later reader, so each reader of a page opens its own.
    """

    url: str
    tree: Tree
    root: Element
    top: Element  # of the whole page, where `root` is a part of it
    markup: bytes  # in UTF-8
    captured: datetime
    base: str
    origin: str
    named: dict[str, list[Element]]  # the elements that describe the page: base, link, meta, title
    site: Select = NO_SELECTORS
    month_first: bool = False
    notes: tuple[str, ...] = ()
    raws: dict[str, str] = field(default_factory=dict, repr=False)  # of texts mended: what the site served
    publisher: str = ""  # the source's name, where it is known
    learnt: bool = False  # whether the site's selectors were learnt: they fit its other pages, too
    lines: frozenset[str] = frozenset()  # shapes of the template's lines
    asked: str = "page"  # what the address was asked for as
    _cache: dict[str, object] = field(default_factory=dict, repr=False, compare=False)

    def all(self, css: str) -> list[Element]:
        """Every element that `css` selects, in document order; possibly none."""
        return self.tree.select(css)

    def first_of(self, alternatives: tuple[str, ...]) -> tuple[Element, str] | None:
        """The element that the first fitting one of `alternatives` selects, and that selector; two elements do not
        fit.
        """
        for css in alternatives:
            found = self.all(css)
            if len(found) == 1:
                return found[0], css
        return None

    def maybe(self, css: str) -> Element | None:
        """The element that `css` selects, or None; two are an error, for the layout is not the one we know."""
        found = self.all(css)
        if len(found) > 1:
            raise SelectionError(f"{self.url}: {css!r} selects {len(found)} elements, at most 1 expected")
        return found[0] if found else None

    def one(self, css: str) -> Element:
        """The one element that `css` selects."""
        found = self.maybe(css)
        if found is None:
            raise SelectionError(f"{self.url}: {css!r} selects nothing, 1 expected")
        return found

    def has(self, *selectors: str) -> bool:
        """Whether any of `selectors` selects anything."""
        return bool(selectors) and bool(self.all(", ".join(selectors)))

    def take(self, css: str) -> list[Element]:
        """Every element that `css` selects, removed from the page so that nothing reads it again."""
        found = self.all(css)
        for element in found:
            element.drop()
        return found

    def title(self) -> str:
        """The text of the title element, normalised; or ""."""
        titles = self.named["title"]
        return text_of(titles[0]) if titles else ""

    def meta(self, *names: str) -> str:
        """The content of the first meta element with one of these names or properties, normalised; or ""."""
        metas = self._raw_metas()
        return next((value for name in names for raw in metas.get(name, ()) if (value := clean(raw))), "")

    def metas(self, name: str) -> list[str]:
        """The contents of all meta elements with this name, property or itemprop, normalised."""
        return [value for raw in self._raw_metas().get(name, ()) if (value := clean(raw))]

    def _raw_metas(self) -> dict[str, list[str]]:
        known = self._cache.get("metas")
        if isinstance(known, dict):
            return known
        found: dict[str, list[str]] = {}
        for element in self.named["meta"]:
            name = (
                element.get("property") or element.get("name") or element.get("itemprop") or element.get("http-equiv")
            )
            if name:
                found.setdefault(name.lower(), []).append(element.get("content") or "")
        self._cache["metas"] = found
        return found

    def remembered(self, name: str, make: Callable[[Page], object]) -> object:
        """What `make` gives for this page, made once."""
        if name not in self._cache:
            self._cache[name] = make(self)
        return self._cache[name]

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
    publisher: str = "",
    skip: Skip | None = None,
) -> Page:
    """The page of `body`, decoded and parsed under limits, without what `skip` says; raises Unreadable with the
    reason where that cannot be done.
    """
    guards.check_bytes(body)
    if body.startswith(_FILES):
        raise Unreadable("not_html", "a picture, a document or an archive by its first bytes")
    declared = _CHARSET.search(content_type)
    decoded = decode(body, declared[1] if declared else None)
    notes = [decoded.note] if decoded.note else []
    markup = body
    if decoded.encoding != "utf-8" or "\ufffd" in decoded.text or body.startswith(b"\xef\xbb\xbf"):
        markup = decoded.text.encode("utf-8", "replace")
    if b"\x00" in markup:
        notes.append("NUL characters left out")
        markup = markup.replace(b"\x00", b"")
    if b"<" not in markup:
        raise Unreadable("not_html", "no tag in it")
    tree, mended = parse_page(markup, skip)
    root = tree.root
    notes += [mended] if mended else []
    named: dict[str, list[Element]] = {"base": [], "link": [], "meta": [], "title": []}
    for element in root.iter(*named):
        named[str(element.tag)].append(element)
    href = next((element.get("href") or "" for element in named["base"]), "")
    base = _joined(url, href) if 0 < len(href) <= LONGEST else url  # it stands before each relative link
    scheme, _, rest = base.partition("://")
    origin = f"{scheme}://{rest.partition('/')[0].partition('?')[0]}"
    raws: dict[str, str] = {}
    if suspicion := mending.suspicion(decoded.text):
        raws, plans = mending.mend(root, suspicion)
        notes += plans
    return Page(
        url=url,
        tree=tree,
        root=root,
        top=root,
        markup=markup,
        captured=captured,
        base=base,
        origin=origin,
        named=named,
        site=site or NO_SELECTORS,
        month_first=month_first,
        notes=tuple(notes),
        raws=raws,
        publisher=publisher,
    )


def _joined(url: str, href: str) -> str:
    try:
        return urljoin(url, href)
    except ValueError:
        return url
