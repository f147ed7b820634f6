"""The news of a saved query as an Atom feed (RFC 4287)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from xml.etree import ElementTree as Xml

from archive.search.answer import Hit

_ATOM = "http://www.w3.org/2005/Atom"


def feed(
    title: str, identity: str, address: str, hits: Sequence[Hit], link: Callable[[Hit], str], updated: datetime
) -> bytes:
    """An Atom document of `hits`, the newest first.

    `identity` is the feed's permanent id and `address` its own URL; `link` gives the page of a hit. Entries are known
    by "urn:baotinh:<public id>", so a reader sees an article once, whatever happens to addresses. `updated` is aware.
    """
    Xml.register_namespace("", _ATOM)
    root = Xml.Element(f"{{{_ATOM}}}feed")
    _text(root, "title", title)
    _text(root, "id", identity)
    _text(root, "updated", _moment(updated))
    Xml.SubElement(root, f"{{{_ATOM}}}link", {"rel": "self", "href": address})
    for hit in hits:
        entry = Xml.SubElement(root, f"{{{_ATOM}}}entry")
        _text(entry, "title", hit.headline)
        _text(entry, "id", f"urn:baotinh:{hit.public_id}")
        _text(entry, "updated", _published(hit))
        _text(entry, "published", _published(hit))
        author = Xml.SubElement(entry, f"{{{_ATOM}}}author")
        _text(author, "name", hit.source_name)
        Xml.SubElement(entry, f"{{{_ATOM}}}link", {"rel": "alternate", "href": link(hit)})
        Xml.SubElement(entry, f"{{{_ATOM}}}link", {"rel": "via", "href": hit.url})
        _text(entry, "summary", hit.snippet.text)
    data: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return data


def _text(parent: Xml.Element, name: str, text: str) -> None:
    # XML 1.0 has no place for most control characters.
    clean = "".join(letter for letter in text if letter >= " " or letter in "\t\n")
    Xml.SubElement(parent, f"{{{_ATOM}}}{name}").text = clean


def _published(hit: Hit) -> str:
    """When `hit` was published, as RFC 3339 wants it: a day without a time begins at midnight in Vietnam."""
    if hit.published and "T" in hit.published:
        return _moment(datetime.fromisoformat(hit.published))
    return f"{hit.day}T00:00:00+07:00"


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
