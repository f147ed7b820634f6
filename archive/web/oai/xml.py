"""The XML of OAI-PMH: answers, headers, errors, and an article as Dublin Core."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from archive import places
from archive.store.reads import Stored

IDENTIFIER: Final = "urn:baotinh:"
"""What the public id of an article is made an identifier with, as in its feeds."""

_OAI: Final = "http://www.openarchives.org/OAI/2.0/"
_OAI_DC: Final = "http://www.openarchives.org/OAI/2.0/oai_dc/"
_DC: Final = "http://purl.org/dc/elements/1.1/"
_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_DC_SCHEMA: Final = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"

for prefix, namespace in (("", _OAI), ("oai_dc", _OAI_DC), ("dc", _DC), ("xsi", _XSI)):
    ElementTree.register_namespace(prefix, namespace)


class Refusal(Exception):
    """A request that OAI-PMH answers with an error of the name `code`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def answer(base: str, asked: Mapping[str, str], body: Element) -> bytes:
    """The whole document that answers the request `asked`."""
    root = Element(f"{{{_OAI}}}OAI-PMH")
    root.set(f"{{{_XSI}}}schemaLocation", f"{_OAI} http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd")
    SubElement(root, f"{{{_OAI}}}responseDate").text = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    request = SubElement(root, f"{{{_OAI}}}request", {name: _clean(value) for name, value in asked.items()})
    request.text = base
    root.append(body)
    document: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def element(name: str, *parts: Element | tuple[str, str]) -> Element:
    """An element of OAI-PMH with these parts, a pair being an element with a text."""
    made = Element(f"{{{_OAI}}}{name}")
    for part in parts:
        if isinstance(part, tuple):
            SubElement(made, f"{{{_OAI}}}{part[0]}").text = _clean(part[1])
        else:
            made.append(part)
    return made


def error(refusal: Refusal) -> Element:
    """The element that tells a refusal."""
    made = Element(f"{{{_OAI}}}error", {"code": refusal.code})
    made.text = _clean(str(refusal))
    return made


def header(public_id: str, changed: str, source: str, deleted: bool = False) -> Element:
    """The header of a record."""
    parts = [("identifier", f"{IDENTIFIER}{public_id}"), ("datestamp", changed)]
    made = element("header", *parts, *([("setSpec", source)] if source else []))
    if deleted:
        made.set("status", "deleted")
    return made


def token(text: str, given: int, whole: int) -> Element:
    """A resumption token, empty at the end of a list of `whole` records, `given` of which came in earlier parts."""
    counts = {"completeListSize": str(whole), "cursor": str(given)}
    made = Element(f"{{{_OAI}}}resumptionToken", counts)
    made.text = text
    return made


def metadata_format() -> Element:
    """What oai_dc is."""
    return element(
        "metadataFormat", ("metadataPrefix", "oai_dc"), ("schema", _DC_SCHEMA), ("metadataNamespace", _OAI_DC)
    )


def dublin_core(stored: Stored, permalink: str, replay: str) -> Element:
    """An article as simple Dublin Core."""
    row, article, capture = stored.row, stored.article, stored.capture
    made = Element(f"{{{_OAI_DC}}}dc")
    made.set(f"{{{_XSI}}}schemaLocation", f"{_OAI_DC} {_DC_SCHEMA}")
    province = places.province(row.province).name if row.province else ""
    for name, text in (
        ("title", row.headline),
        ("creator", row.byline),
        *(("subject", tag) for tag in article.tags),
        ("subject", row.section),
        ("description", row.lead),
        ("publisher", stored.source_name),
        ("date", row.published or ""),
        ("type", "Text"),
        ("format", "text/html"),
        ("identifier", permalink),
        ("identifier", row.url),
        ("source", capture.record_id),
        ("language", "vi"),
        ("relation", replay),
        ("coverage", province),
    ):
        if text:
            SubElement(made, f"{{{_DC}}}{name}").text = _clean(text)
    return made


def _clean(text: str) -> str:
    # XML 1.0 has no place for most control characters, nor for lone surrogates.
    return "".join(letter for letter in text if letter >= " " or letter in "\t\n").encode(errors="replace").decode()
