"""Rewrites a preserved page so that every address in it leads to the archive, never to the live web.

Pure functions of text. The wire bytes are not touched: what is served beside this, at `id_`, is what was captured.
What could lead out by one click is dropped, not repaired: an address is let through because it is known to stay
here, never because nothing is known against it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import urljoin

from lxml import etree, html

from archive.errors import Unreadable
from archive.store.captures import Memento
from archive.text.encodings import decode
from archive.text.stylesheet import readdressed
from archive.text.urls import LONGEST
from archive.warc.http import Payload, media_type, part, split
from archive.warc.reader import read
from archive.web.replay.memento import stamp
from archive.worker.requisites import srcset

Address = Callable[[str], str]
"""Gives the replay address of an absolute http(s) URL."""

_EMBEDDED = {  # attribute -> elements on which it loads something by itself; "*" for all
    "src": {"*"},
    "background": {"*"},
    "poster": {"video"},
    "data": {"object"},
    "href": {"link", "image", "use"},
}
_FOLLOWED = {"action": {"form"}, "formaction": {"button", "input"}, "cite": {"*"}, "href": {"*"}}
_ACTING = frozenset({"refresh", "content-security-policy", "set-cookie"})  # meta http-equiv: they act without a script
_ANIMATING = frozenset({"animate", "set", "animatetransform", "animatemotion", "animatecolor", "discard"})
_GONE = frozenset({"ping", "integrity", "nonce", "srcdoc", "target", "formtarget", "crossorigin", "attributionsrc"})
_CONTACT = re.compile(r"(?:mailto|tel|sms):", re.IGNORECASE)  # another program's, and no place on the web
_OPENING = re.compile(r"<(?=[A-Za-z/])")
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")


def rewrite_html(
    text: str, url: str, embedded: Address, followed: Address, holds: Callable[[str], bool] = lambda _: True
) -> str:
    """The page `text`, captured at `url`, with `embedded` addresses for what loads by itself and `followed` for links.

    Links open in the top window, so that the banner follows. Of a picture in several sizes those stay that the archive
    `holds`. Scripts stay in the markup and are stopped by the content security policy; comments, animations, documents
    within attributes, meta refresh and `base` are taken out, for they would act, or lead out, without a script.
    """
    text = _DECLARATION.sub("", text, count=1)  # of an encoding that decoded text has no longer
    if not text.strip():
        return text
    root = html.document_fromstring(text, parser=html.HTMLParser(remove_comments=True, remove_pis=True))
    base = url
    for element in _all(root, "base"):
        href = element.get("href") or ""
        base = urljoin(url, href) if len(href) <= LONGEST else url  # it stands before each relative link
        element.drop_tree()
    for element in _all(root, "meta"):
        if element.get("http-equiv", "").strip().lower() in _ACTING:
            element.drop_tree()
    animating = [one for tag in _ANIMATING for one in _all(root, tag)]
    for element in animating:
        element.drop_tree()  # SMIL: what it sets an `href` to leads out with one click
    for element in root.iter(etree.Element):
        _rewrite_element(element, base, embedded, followed, holds)
    return f"<!DOCTYPE html>\n{html.tostring(root, encoding='unicode')}"


def rewrite_css(text: str, url: str, embedded: Address) -> str:
    """The style sheet `text`, captured at `url`, its `url(...)` and `@import` leading to the archive."""

    def address(said: str) -> str | None:
        target = _absolute(said, url)
        return embedded(target) if target else None

    return readdressed(text, address)


def _all(root: html.HtmlElement, tag: str) -> list[html.HtmlElement]:
    return [element for element in root.iter(tag) if isinstance(element, html.HtmlElement)]


def _rewrite_element(
    element: html.HtmlElement, base: str, embedded: Address, followed: Address, holds: Callable[[str], bool]
) -> None:
    tag = element.tag
    for attribute, value in element.items():
        name = attribute.rpartition(":")[2].lower()  # xlink:href
        if name == "style":
            element.set(attribute, rewrite_css(value, base, embedded))
        elif name in ("srcset", "imagesrcset"):
            _rewrite_srcset(element, attribute, base, embedded, holds)
        elif name in _GONE:
            del element.attrib[attribute]
        else:
            for table, address in ((_EMBEDDED, embedded), (_FOLLOWED, followed)):
                if tag in table.get(name, ()) or "*" in table.get(name, ()):
                    _readdress(element, attribute, value, base, address)
                    break
    if tag in ("a", "area", "form"):
        element.set("target", "_top")
    elif tag in ("style", "script") and element.text:
        text = rewrite_css(element.text, base, embedded) if tag == "style" else element.text
        # Raw text to our parser, and to browsers markup within <svg>, <math> or <select>. As an escape of CSS it says
        # the same in strings and addresses, where alone style sheets have it; scripts run nowhere.
        element.text = _OPENING.sub(r"\\3c ", text)


def _readdress(element: html.HtmlElement, attribute: str, value: str, base: str, address: Address) -> None:
    """Gives an attribute the address of its target in the archive; what has none, and is not known to stay, goes."""
    target = _absolute(value, base)
    if target is not None:
        element.set(attribute, address(target))
    elif not _stays(value, embedded=attribute.rpartition(":")[2].lower() in ("src", "data")):
        del element.attrib[attribute]


def _stays(value: str, *, embedded: bool) -> bool:
    """Whether an address that leads nowhere on the web may stand as it is: "https:song.example" leads out."""
    value = value.strip()
    if not value or value.startswith("#") or _CONTACT.match(value):
        return True
    return value[:11].lower() == "data:image/" and embedded


def _rewrite_srcset(
    element: html.HtmlElement, attribute: str, base: str, embedded: Address, holds: Callable[[str], bool]
) -> None:
    found = [(target, size) for url, size in srcset(element.get(attribute) or "") if (target := _absolute(url, base))]
    held = [(target, size) for target, size in found if holds(target)]
    if not held and (element.get("src") or element.tag == "source"):
        del element.attrib[attribute]  # `src` is shown instead
        return
    element.set(attribute, ", ".join(f"{embedded(target)} {size}".rstrip() for target, size in held or found))


def _absolute(value: str, base: str) -> str | None:
    """The absolute http(s) address of `value`; None for fragments, `data:`, `mailto:`, `javascript:` and the like."""
    value = value.strip()
    if not value or value.startswith("#"):
        return None
    try:
        target = urljoin(base, value)
    except ValueError:
        return None
    return target if target.startswith(("http://", "https://")) else None


# What replay serves of a capture: its payload as captured, or the same rewritten.

_PAGES = frozenset({"text/html", "application/xhtml+xml"})


@dataclass(frozen=True, slots=True)
class Preserved:
    """A capture ready to be served: its own status, media type with charset, decoded body, and redirect target."""

    status: int
    content_type: str
    body: bytes
    location: str = ""


def preserved(root: Path, memento: Memento, earlier: Memento | None = None) -> Preserved:
    """The payload of `memento` in the archive at `root`, free of transfer and content coding, else as it was served.

    The body of a revisit comes from the record it points to, that of `earlier`. Where the coding
    is broken, the bytes are given as they came. Raises DamageError or StorageError where the record cannot be read.
    """
    response = read(root, memento.place).capture.response
    head = part(response)
    payload = _payload(read(root, earlier.place).capture.response if earlier else response)
    mime, charset = media_type(head.headers)
    location = next((value for name, value in head.headers if name.lower() == "location"), "")
    content_type = f"{mime or 'application/octet-stream'}{f'; charset={charset}' if charset else ''}"
    return Preserved(memento.status, content_type, payload.body, urljoin(memento.url, location) if location else "")


def rewritten(
    page: Preserved,
    memento: Memento,
    guarded: Callable[[bytes], None],
    prefix: str = "",
    holds: Callable[[str], bool] = lambda _: True,
) -> Preserved:
    """`page` with its addresses leading to the archive below `prefix`, as near to the time of `memento` as can be.

    `guarded` raises Unreadable for bytes that are dangerous to parse; such a page is given back as plain
    text: its source can be looked at, and nothing in it acts. `holds` says whether the archive has an address.
    """
    mime = page.content_type.partition(";")[0]
    if mime not in _PAGES and mime != "text/css":
        return page
    charset = page.content_type.partition("charset=")[2] or None
    text = decode(page.body, charset).text
    when = stamp(memento.captured_at)

    def embedded(url: str) -> str:
        return f"{prefix}/{when}mp_/{url}"

    def followed(url: str) -> str:
        return f"{prefix}/{when}/{url}"

    if mime == "text/css":
        body = rewrite_css(text, memento.url, embedded)
        return Preserved(page.status, "text/css; charset=utf-8", body.encode(errors="replace"), page.location)
    try:
        guarded(page.body)
    except Unreadable:
        return Preserved(page.status, "text/plain; charset=utf-8", text.encode(errors="replace"), page.location)
    body = rewrite_html(text, memento.url, embedded, followed, holds)
    return Preserved(page.status, "text/html; charset=utf-8", body.encode(errors="replace"), page.location)


def shown(page: Preserved, address: str) -> Preserved:
    """`page`, which was not rewritten, as a browser may show it by itself: what could hold links, as its source.

    A picture that is a document, too, is shown as a picture: there no link of its can be followed.
    """
    mime = page.content_type.partition(";")[0]
    if mime == "image/svg+xml":
        picture = f'<!DOCTYPE html>\n<title>SVG</title><img alt="" src="{escape(address)}">\n'
        return Preserved(page.status, "text/html; charset=utf-8", picture.encode(), page.location)
    if mime in _PAGES or mime.endswith(("/xml", "+xml")):
        charset = page.content_type.partition("charset=")[2] or "utf-8"
        return Preserved(page.status, f"text/plain; charset={charset}", page.body, page.location)
    return page


def _payload(response: bytes) -> Payload:
    try:
        return split(response)
    except Unreadable:
        wire = part(response)
        return Payload(wire.status, wire.reason, wire.headers, wire.body, *media_type(wire.headers))
