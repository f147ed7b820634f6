"""What replay serves of a capture: its payload as captured, or the same rewritten."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import urljoin

from archive.errors import Unreadable
from archive.store.mementos import Memento
from archive.text.encodings import decode
from archive.warc.http import Payload, media_type, part, split
from archive.warc.read import read
from archive.web.replay.memento import stamp
from archive.web.replay.rewrite import rewrite_css, rewrite_html

_PAGES = frozenset({"text/html", "application/xhtml+xml"})


@dataclass(frozen=True, slots=True)
class Preserved:
    """A capture ready to be served: its own status, media type with charset, decoded body, and redirect target."""

    status: int
    content_type: str
    body: bytes
    location: str = ""


def preserved(root: Path, memento: Memento, earlier: tuple[Path, Memento] | None = None) -> Preserved:
    """The payload of `memento` in the archive at `root`, free of transfer and content coding, else as it was served.

    The body of a revisit comes from the record it points to, that of `earlier` in the archive there. Where the coding
    is broken, the bytes are given as they came. Raises DamageError or StorageError where the record cannot be read.
    """
    response = read(root, memento.place).capture.response
    head = part(response)
    payload = _payload(read(earlier[0], earlier[1].place).capture.response if earlier else response)
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
