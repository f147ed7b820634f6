"""What a page needs to be seen, found in its preserved bytes: style sheets and what they import, fonts, pictures,
frames of its own host; and the documents that it shows in viewers.

Scripts are none of it: replay runs none. Audio and video are named, so that a crawl can count what it passes over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final
from urllib.parse import parse_qsl, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from archive.model import Link, PageKind
from archive.text.stylesheet import references
from archive.text.urls import LONGEST

MOST: Final = 400
"""Of one page or style sheet: a front page of a portal has some 150 pictures, an icon set's sheet a dozen files."""

_ENDINGS: Final = ("pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "rtf", "odt", "ods")
_DOCUMENT: Final = re.compile(rf"\.(?:{'|'.join(_ENDINGS)})$", re.IGNORECASE)
_MEDIA: Final = re.compile(r"\.(?:mp[34]|m4[av]|og[gav]|opus|wav|aac|flac|webm|mov|avi|wmv|flv|m3u8)$", re.I)
_SOUNDING: Final = ("mp", "m4", "og", "opus", "wav", "aac", "flac", "web", "mov", "avi", "wmv", "flv", "m3u")
_HEARD: Final = "".join(f', a[href*=".{begun}" i]' for begun in _SOUNDING)
_NAMED: Final = re.compile(rb"\.(?:mp|m4|og|opus|wav|aac|flac|web|mov|avi|wmv|flv|m3u)", re.IGNORECASE)
_OUTDATED: Final = re.compile(r"\.(?:eot|htc|cur)$", re.IGNORECASE)  # for Internet Explorer alone
_CANDIDATE: Final = re.compile(r"[\s,]*+(\S++)")
_SIZES: Final = re.compile(r"([^,]*+),?")
_SIZE: Final = re.compile(r"(\d+(?:\.\d+)?)[wx]")
_UNSEEN: Final = frozenset(("0", "1", "0px", "1px"))
_PICTURES: Final = {
    "background": frozenset(("body", "table", "tr", "td", "th", "tbody", "thead", "tfoot")),
    "poster": frozenset(("video",)),
}
_ASKED: Final = (
    "link[rel], img, style, input[type], image, use, iframe, frame, embed, object, video, audio, source, [style],"
    " [background]"
)
"""All that can name anything, but for links to what is heard and seen (`_HEARD`): asked of lexbor, as only few elements
do. Links are asked for where the page names such a file: .06 ms instead of .21."""


def srcset(value: str) -> list[tuple[str, str]]:
    """The candidates of a `srcset`: address and size ("2x", "640w", or "").

    >>> srcset("a.jpg 640w, b,c.jpg 2x, d.jpg")
    [('a.jpg', '640w'), ('b,c.jpg', '2x'), ('d.jpg', '')]
    """
    found, position = [], 0
    while match := _CANDIDATE.match(value, position):
        url, position, size = match[1].rstrip(","), match.end(), ""
        if url == match[1] and (rest := _SIZES.match(value, position)):
            size, position = rest[1].strip(), rest.end()
        found.append((url, size))
    return found


def is_media(url: str) -> bool:
    """Whether `url` names audio or video, by its ending."""
    return bool(_MEDIA.search(_path(url)))


def requisites_of_sheet(text: str, url: str) -> tuple[Link, ...]:
    """What the style sheet `text` at `url` loads, each address once."""
    return _links(_styled(text), url, url)


def requisites_of_page(tree: LexborHTMLParser, markup: bytes, url: str) -> tuple[Link, ...]:
    """What the page at `url`, the `tree` of its `markup` in UTF-8, needs to be seen, and the documents it shows, each
    address once, in page order.

    A picture that comes in several sizes is needed once, as `src` names it.
    """
    bases = (_value(element, "href") for element in tree.css("base[href]"))
    base = next(filter(None, bases), "")
    asked = _ASKED + _HEARD if _NAMED.search(markup) else _ASKED
    found = (named for element in tree.css(asked) for named in _found(element))
    return _links(found, (_joined(url, base) if len(base) <= LONGEST else "") or url, url)


def _value(element: LexborNode, name: str) -> str:
    return element.attributes.get(name) or ""


Named = tuple[str, PageKind | None]
"""An address as it stands, and what it is needed as; None for a frame, where the address itself must tell."""


def _found(element: LexborNode) -> Iterator[Named]:
    tag = element.tag or ""
    reads = _READS.get(tag)
    if reads is not None:
        yield from reads(element)
    for name, tags in _PICTURES.items():
        if tag in tags and (value := _value(element, name)):
            yield value, "requisite"
    if style := _value(element, "style"):
        yield from _styled(style)


def _styled(text: str) -> Iterator[Named]:
    return ((one.address, "requisite") for one in references(text) if not _OUTDATED.search(_path(one.address)))


def _link(element: LexborNode) -> Iterator[Named]:
    rel = _value(element, "rel").lower().split()
    wanted = "stylesheet" in rel or "icon" in rel
    if wanted or ("preload" in rel and _value(element, "as") in ("style", "font", "image")):
        yield _value(element, "href"), "requisite"


def _img(element: LexborNode) -> Iterator[Named]:
    if _value(element, "width") in _UNSEEN and _value(element, "height") in _UNSEEN:
        return  # it counts visits, and is shown to nobody
    source = _value(element, "src")
    if source and not source.startswith("data:"):
        yield source, "requisite"
        return
    sets = [_value(element, "srcset")]
    above = element.parent
    while above is not None and above.tag != "picture":
        above = above.parent
    if above is not None:
        sets += [_value(one, "srcset") for one in above.css("source")]
    largest = next((max(found, key=_width)[0] for value in sets if (found := srcset(value))), "")
    yield largest, "requisite"


def _width(candidate: tuple[str, str]) -> float:
    size = _SIZE.match(candidate[1])
    return float(size[1]) if size else 1.0


def _style(element: LexborNode) -> Iterator[Named]:
    return _styled(element.text())


def _input(element: LexborNode) -> Iterator[Named]:
    if _value(element, "type").lower() == "image":
        yield _value(element, "src"), "requisite"


def _framed(*names: str) -> Callable[[LexborNode], Iterator[Named]]:
    def read(element: LexborNode) -> Iterator[Named]:
        for name in names:
            yield _value(element, name), None

    return read


def _as(kind: PageKind, *names: str) -> Callable[[LexborNode], Iterator[Named]]:
    def read(element: LexborNode) -> Iterator[Named]:
        for name in names:
            yield _value(element, name), kind

    return read


def _source(element: LexborNode) -> Iterator[Named]:
    yield _value(element, "src"), "media"  # of a picture it has `srcset`


def _anchor(element: LexborNode) -> Iterator[Named]:
    href = _value(element, "href")
    if is_media(href):
        yield href, "media"


_READS: Final[dict[str, Callable[[LexborNode], Iterator[Named]]]] = {
    "link": _link,
    "img": _img,
    "style": _style,
    "input": _input,
    "image": _as("requisite", "href", "xlink:href"),
    "use": _as("requisite", "href", "xlink:href"),
    "iframe": _framed("src"),
    "frame": _framed("src"),
    "embed": _framed("src"),
    "object": _framed("data"),
    "video": _as("media", "src"),
    "audio": _as("media", "src"),
    "source": _source,
    "a": _anchor,
}


def _links(named: Iterator[Named], base: str, page: str) -> tuple[Link, ...]:
    found: dict[str, Link] = {}
    seen: set[Named] = set()
    for one in named:
        if one in seen:
            continue
        seen.add(one)
        address, kind = one
        url = _joined(base, address)
        if not url or url == page:
            continue
        link = Link(url, kind) if kind is not None else _of_frame(url, urljoin(base, address.strip()), page)
        if link is not None and link.url != page:
            found.setdefault(link.url, link)
            if len(found) >= MOST:
                break
    return tuple(found.values())


def _of_frame(url: str, whole: str, page: str) -> Link | None:
    """What a frame at `url` (`whole` with its fragment) shows; None where that is a page of another site."""
    document = _viewed(whole)
    if document:
        return Link(document, "attachment")
    if is_media(url):
        return Link(url, "media")
    return Link(url, "requisite") if _host(url) == _host(page) else None


def _viewed(url: str) -> str:
    """The document that a frame at `url` shows: its own, or one that a viewer is given in its query; "" for none."""
    if _DOCUMENT.search(_path(url)):
        return url
    parts = urlsplit(url)
    for query in (parts.query, parts.fragment):
        for _, value in parse_qsl(query, max_num_fields=None)[:20] if "=" in query else ():
            if _DOCUMENT.search(_path(value)):
                return _joined(url, value)
    return ""


def _joined(base: str, address: str) -> str:
    """`address` made absolute, without its fragment; "" for what is no web address."""
    address = address.strip()
    if not address or address.startswith("#"):
        return ""
    try:
        url = urljoin(base, address)
        urlsplit(url)
    except ValueError:
        return ""
    return url.partition("#")[0] if url.startswith(("http://", "https://")) else ""


def _path(url: str) -> str:
    return url.partition("#")[0].partition("?")[0]


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower()
