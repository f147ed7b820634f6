"""What an address tells: a file, a picture, the page's own canonical form, another rendering (AMP, print)."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from archive.parsers.document.page import Page
from archive.parsers.document.tree import Element
from archive.text.urls import url_key

_FILES: Final = frozenset(
    ("pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "rtf", "odt", "ods", "zip", "rar", "7z", "csv", "mp3")
)
_LIBRARY: Final = re.compile(
    r"/documents/(?:[a-z]+/)?\d+/\d+/(?P<name>[^/?]+)/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:$|[?#])",
    re.IGNORECASE,
)
_TICKET: Final = "?fileticket="
_PICTURE_FILE: Final = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|bmp)(?:$|\?)", re.IGNORECASE)

_AMP: Final = re.compile(r"/amp(?:/|\.html?)?$|[?&](?:amp|outputType=amp)(?:[=&]|$)|^https?://amp\.", re.IGNORECASE)
_AMP_MARKS: Final = frozenset(("amp", "\u26a1"))
_PRINT: Final = re.compile(
    r"/(?:print|in-bai|in-bai-viet|ban-in|printpreview)(?:/|$)|[?&](?:print|in)=|[?&]op=print/", re.IGNORECASE
)


def is_file(href: str) -> bool:
    """Whether `href` names a document to download, by its ending.

    >>> [is_file(href) for href in ("/tai-lieu/Ke%20hoach.PDF?v=2", "bao-cao.docx#trang-2", "http://ban.doc", "/pdf")]
    [True, True, False, False]

    Liferay's document library has the name before a UUID, often without an ending:

    >>> is_file("/documents/20182/12345/Bao+cao/6f1c2b7e-0d5a-4b1e-9c3f-0123456789ab?t=1583396756000")
    True

    DotNetNuke hands files out by a ticket:

    >>> is_file("/LinkClick.aspx?fileticket=abc12%3d&tabid=87")
    True
    """
    if _TICKET in href:
        return True
    library = _LIBRARY.search(href)
    if library is not None:
        return not is_picture_file(library["name"])
    name, dot, ending = href.partition("#")[0].partition("?")[0].rpartition(".")
    if not dot or ending.lower() not in _FILES:
        return False
    return "://" not in name or "/" in name.partition("://")[2]


def file_shown(element: Element) -> str:
    """The document that a viewer in the page shows (`iframe`, `object`, `embed`), or "": its own address, or one in it.

    `<iframe src="/viewer.html?file=/img/QD-12.pdf">`, `<object data="ke-hoach.pdf">`, Google's `?url=`.
    """
    address = (element.get("src") or element.get("data") or element.get("data-src") or "").strip()
    if is_file(address):
        return address
    try:
        asked = parse_qsl(urlsplit(address).query)
    except ValueError:
        return ""
    return next((value for _, value in asked if is_file(value)), "")


def canonical_of(page: Page) -> str:
    """The address that the page gives itself, where it lies on the page's own host; or the page's own."""
    known = page.remembered("canonical", _canonical)
    return str(known)


def _canonical(page: Page) -> str:
    own = _host(page.url)
    hrefs = [link.get("href") or "" for link in page.named["link"] if link.get("rel") == "canonical"]
    for href in [*hrefs, page.meta("og:url")]:
        url = page.absolute(href) if href else ""
        if url and _host(url) in (own, own.removeprefix("amp.")) and not _is_home(url):
            return url
    return page.url


def original_of(page: Page) -> str:
    """The address on another host that the page names as its canonical one: whose text it says it prints; else "".

    Hosts of one domain's parts count as others too: who they belong to is known where sources are.
    """
    for link in page.named["link"]:
        url = page.absolute(link.get("href") or "") if link.get("rel") == "canonical" else ""
        if url and not _is_home(url) and _host(url) not in (_host(page.url), _host(page.url).removeprefix("amp.")):
            return url
    return ""


def names_itself(page: Page) -> bool:
    """Whether a page says in so many words that its own address is the canonical one."""
    hrefs = [link.get("href") or "" for link in page.named["link"] if link.get("rel") == "canonical"]
    return any(href and page.absolute(href) == page.url for href in hrefs)


def _host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0].partition("?")[0].removeprefix("www.").lower()


def _is_home(url: str) -> bool:
    return url.partition("://")[2].partition("/")[2].strip("/") == ""


def leads_home(page: Page, href: str) -> bool:
    """Whether a link leads to the front page of a site, the page's own or another."""
    url = "" if href[:1] in ("", "#", "?") else page.absolute(href)
    return "://" in url and _is_home(url)


def is_picture_file(href: str) -> bool:
    """Whether `href` names a picture, by its ending."""
    return bool(_PICTURE_FILE.search(href))


def rendering_of(page: Page, own: str = "") -> tuple[str, str]:
    """ "amp" or "print" and the address of the article's own page; two empty texts where the page is that itself.

    The page names that address as canonical, or its family knows how it follows (`own`).
    """
    address = own or canonical_of(page)
    if url_key(address) == url_key(page.url):
        return "", ""
    if _AMP.search(page.url) or not _AMP_MARKS.isdisjoint(map(str, page.top.keys())):
        return "amp", address
    return ("print", address) if _PRINT.search(page.url) else ("", "")
