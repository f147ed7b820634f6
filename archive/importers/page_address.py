"""Where a saved page came from and when it was saved, as far as the page itself says. Pure."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

_LOOKED_AT = 1 << 18
_SAVED_FROM = re.compile(rb"<!--\s*saved from url=\((\d{4})\)([^\s>]+)", re.IGNORECASE)
_SINGLE_FILE = re.compile(
    rb"<!--\s*(?:Page saved with SingleFile|Archive processed by SingleFile)\s+url:\s*(\S+)"
    rb"\s+saved date:\s*([^\r\n]+?)\s*(?:\r?\n|-->)"
)
_TAG = re.compile(rb"<(link|meta|base)\b([^>]{0,2000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(rb"""(?<![a-zA-Z:-])([a-zA-Z:-]++)\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")


@dataclass(frozen=True, slots=True)
class Address:
    """What a saved page says of itself; "" and None where it says nothing. `url_by`, `kept_by` name the method."""

    url: str = ""
    url_by: str = ""
    kept: datetime | None = None
    kept_by: str = ""


def address_of(page: bytes) -> Address:
    """The address in `page`: a browser's or SingleFile's comment first, then canonical link, og:url, base."""
    head = page[:_LOOKED_AT]
    if found := _SINGLE_FILE.search(head):
        url = found[1].decode("utf-8", "replace")
        moment = _javascript_date(found[2].decode("utf-8", "replace"))
        if _is_web(url):
            return Address(url, "comment of SingleFile", moment, "comment of SingleFile" if moment else "")
    if found := _SAVED_FROM.search(head):
        # The number is the length of the URL, so that whatever stands behind it is not taken for a part of it.
        url = html.unescape(found[2][: int(found[1])].decode("utf-8", "replace"))
        if _is_web(url):
            return Address(url, "comment of the browser")
    named = _named(head)
    for name in ("canonical", "og:url", "base"):
        if _is_web(named.get(name, "")):
            return Address(named[name], name)
    return Address()


def _named(head: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    for tag in _TAG.finditer(head):
        attributes = {
            one[1].decode("ascii").lower(): html.unescape(
                (one[2] or one[3] or one[4] or b"").decode("utf-8", "replace")
            )
            for one in _ATTRIBUTE.finditer(tag[2])
        }
        kind = tag[1].lower()
        if kind == b"link" and "canonical" in attributes.get("rel", "").lower().split():
            found.setdefault("canonical", attributes.get("href", "").strip())
        elif kind == b"meta" and attributes.get("property", attributes.get("name", "")).lower() == "og:url":
            found.setdefault("og:url", attributes.get("content", "").strip())
        elif kind == b"base":
            found.setdefault("base", attributes.get("href", "").strip())
    return found


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme.lower() in {"http", "https"} and bool(parts.netloc) and not re.search(r"[\s\x00-\x1f]", url)


def _javascript_date(text: str) -> datetime | None:
    # "Tue Nov 24 2026 10:00:00 GMT+0700 (Indochina Time)", as Date.toString() writes it in English
    try:
        if text.rstrip().endswith(")"):
            text = text[: text.rfind("(")]
        return datetime.strptime(text.rstrip(), "%a %b %d %Y %H:%M:%S GMT%z").astimezone(UTC)
    except (ValueError, OverflowError):
        return None
