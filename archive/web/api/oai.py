"""The XML of OAI-PMH: answers, headers, errors, and an article as Dublin Core."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

import sqlite_utils
from starlette.requests import Request
from starlette.responses import Response

from archive import places
from archive.custody.withheld import Withheld, rules
from archive.search.facets import source_names
from archive.store.queries import (
    Harvested,
    StoredArticle,
    articles_of,
    changed_at,
    first_capture,
    harvest,
    harvest_size,
)
from archive.store.rows import secondary
from archive.text.clock import utc_seconds
from archive.text.urls import public_id
from archive.web.pages.state import Room, base_of, room_of
from archive.web.parameters import read_pairs

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
    SubElement(root, f"{{{_OAI}}}responseDate").text = utc_seconds(datetime.now(UTC))
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


def record_header(public_id: str, changed: str, source: str, deleted: bool = False) -> Element:
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


def dublin_core(stored: StoredArticle, permalink: str, replay: str) -> Element:
    """An article as simple Dublin Core."""
    row, article, capture = stored.row, stored.article, stored.capture
    made_from = secondary(capture)
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
        ("format", "text/plain" if made_from else "text/html"),
        ("identifier", permalink),
        ("identifier", row.url),
        ("source", str(made_from or capture.record_id)),
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


# What a catalogue harvests: a time and a set, and where a list that is given in parts goes on.

_LAST: Final = "9999-12-31T23:59:59Z"
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SECOND: Final = re.compile(rf"{_DAY.pattern}T[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}Z")
_MOST_LETTERS: Final = 500  # of a token: ours have 200
_MOST: Final = (1 << 63) - 1  # of a row


@dataclass(frozen=True, slots=True)
class Span:
    """What is harvested: since, until (UTC, to the millisecond), a set (source id), and where its list goes on.

    That is after the row `after`, `given` records of its `whole` list having been given.
    """

    since: str
    until: str
    source: str = ""
    after: int = 0
    given: int = 0
    whole: int = 0

    def token(self, after: int, given: int, whole: int) -> str:
        """The resumption token that goes on after the row `after`."""
        packed = json.dumps([self.since, self.until, self.source, after, given, whole]).encode()
        return base64.urlsafe_b64encode(packed).decode()


def span_of(asked: Mapping[str, str]) -> Span:
    """The span that a request asks for, or goes on with; raises Refusal."""
    if "resumptionToken" in asked:
        return _resumed(asked["resumptionToken"])
    since, until = (asked.get(name) for name in ("from", "until"))
    if since is not None and until is not None and len(since) != len(until):
        raise Refusal("badArgument", "from and until have one granularity")
    first = "" if since is None else _moment(since, "T00:00:00Z")
    last = _LAST if until is None else _moment(until, "T23:59:59Z")
    if first > last:
        raise Refusal("badArgument", "from lies after until")
    # Captures are told to the millisecond: a second begins with its first and reaches to its last.
    return Span(first.replace("Z", ".000Z"), last.replace("Z", ".999Z"), asked.get("set", ""))


def _moment(text: str, rest: str) -> str:
    """A day or a second of OAI-PMH as a second; raises Refusal for anything else.

    >>> _moment("2020-03-05", "T00:00:00Z")
    '2020-03-05T00:00:00Z'
    """
    try:
        if _DAY.fullmatch(text):
            text += rest
        if _SECOND.fullmatch(text):
            datetime.fromisoformat(text)
            return text
    except ValueError:  # the 31st of April
        pass
    raise Refusal("badArgument", f"{text} is no date: 2020-03-05 or 2020-03-05T00:00:00Z is wanted")


def _resumed(token: str) -> Span:
    try:
        if len(token) <= _MOST_LETTERS:
            since, until, source, *rest = json.loads(base64.b64decode(token, b"-_", validate=True))
            after, given, whole = rest
            texts = all(isinstance(text, str) for text in (since, until, source))
            if texts and all(type(number) is int and 0 <= number <= _MOST for number in rest):
                return Span(since, until, source, after, given, whole)
    except (ValueError, TypeError, RecursionError):  # neither base64, nor JSON, nor so many values
        pass
    raise Refusal("badResumptionToken", "this is no token of ours")


# OAI-PMH 2.0: library catalogues harvest the articles as Dublin Core
# (openarchives.org/OAI/openarchivesprotocol.html).

PREFIX: Final = "oai_dc"
_PAGE: Final = 100
_ARGUMENTS: Final = {  # verb -> arguments it must have, arguments it may have
    "Identify": ((), ()),
    "ListMetadataFormats": ((), ("identifier",)),
    "ListSets": ((), ("resumptionToken",)),
    "ListIdentifiers": (("metadataPrefix",), ("from", "until", "set", "resumptionToken")),
    "ListRecords": (("metadataPrefix",), ("from", "until", "set", "resumptionToken")),
    "GetRecord": (("identifier", "metadataPrefix"), ()),
}


async def page(request: Request) -> Response:
    """`/oai?verb=`: one of the six verbs, by GET or POST."""
    pairs = request.query_params.multi_items() if request.method == "GET" else await read_pairs(request)
    asked = dict(pairs)
    room, base = room_of(request), f"{base_of(request)}/oai"
    try:
        verb = _verb(asked, len(pairs) > len(asked))
        body = await room.asker.ask(lambda db: _VERBS[verb](db, room, asked, base))
        document = answer(base, asked, body)
    except Refusal as refusal:
        document = answer(base, asked if refusal.code not in ("badVerb", "badArgument") else {}, error(refusal))
    return Response(document, media_type="text/xml; charset=utf-8")


def _verb(asked: Mapping[str, str], repeated: bool) -> str:
    verb = asked.get("verb", "")
    if verb not in _ARGUMENTS:
        raise Refusal("badVerb", f"verb is one of {', '.join(_ARGUMENTS)}")
    needed, allowed = _ARGUMENTS[verb]
    given = set(asked) - {"verb"}
    exclusive = "resumptionToken" in given
    if repeated or given - {*needed, *allowed} or (exclusive and len(given) > 1):
        raise Refusal("badArgument", f"{verb} takes {', '.join((*needed, *allowed)) or 'nothing'}, each once")
    if not exclusive and set(needed) - given:
        raise Refusal("badArgument", f"{verb} needs {', '.join(needed)}")
    if asked.get("metadataPrefix", PREFIX) != PREFIX:
        raise Refusal("cannotDisseminateFormat", f"records are to be had as {PREFIX}")
    return verb


def _identify(db: sqlite_utils.Database, room: Room, _: Mapping[str, str], base: str) -> Element:
    settings, begun = room.holdings.settings, first_capture(db)
    # What was taken down may be all there was before the captures of now.
    first = [*([_seconds(begun)] if begun else []), *(at for _, at, _ in _deleted(room))]
    return element(
        "Identify",
        ("repositoryName", f"baotinh: {settings.operator}"),
        ("baseURL", base),
        ("protocolVersion", "2.0"),
        ("adminEmail", _address(settings.contact)),
        ("earliestDatestamp", min(first, default="2000-01-01T00:00:00Z")),
        ("deletedRecord", "transient"),
        ("granularity", "YYYY-MM-DDThh:mm:ssZ"),
    )


def _formats(db: sqlite_utils.Database, room: Room, asked: Mapping[str, str], base: str) -> Element:
    if "identifier" in asked:
        _get(db, room, asked, base)
    return element("ListMetadataFormats", metadata_format())


def _sets(db: sqlite_utils.Database, room: Room, asked: Mapping[str, str], base: str) -> Element:
    if "resumptionToken" in asked:
        raise Refusal("badResumptionToken", "the list of sets is given whole")
    sets = [element("set", ("setSpec", source), ("setName", name)) for source, name in _known(db, room).items()]
    return element("ListSets", *sets)


def _get(db: sqlite_utils.Database, room: Room, asked: Mapping[str, str], base: str) -> Element:
    prefix, _, identity = asked["identifier"].rpartition(":")
    changed = changed_at(db, identity) if f"{prefix}:" == IDENTIFIER else None
    if changed is not None:
        stored = next(articles_of(db, [identity]))
        return element("GetRecord", _record(room, base, stored, changed))
    for deleted, at, source in _deleted(room):
        if f"{IDENTIFIER}{deleted}" == asked["identifier"]:
            return element("GetRecord", element("record", record_header(identity, at, source, deleted=True)))
    raise Refusal("idDoesNotExist", f"no record is called {asked['identifier']}")


def _list(db: sqlite_utils.Database, room: Room, asked: Mapping[str, str], base: str) -> Element:
    verb, span = asked["verb"], span_of(asked)
    if span.source and span.source not in _known(db, room):
        raise Refusal("noRecordsMatch", f"there is no set {span.source}")
    found = harvest(db, span.after, _PAGE + 1, span.source, span.since, span.until)
    page, more = found[:_PAGE], len(found) > _PAGE
    entries = _entries(db, room, base, verb, page)
    deleted = [
        record_header(identity, at, source, deleted=True)
        for identity, at, source in _deleted(room)
        if span.since <= at.replace("Z", ".000Z") <= span.until and span.source in ("", source)
    ]
    if not more:  # what was taken down stands at the end
        entries.extend(deleted if verb == "ListIdentifiers" else [element("record", one) for one in deleted])
    if not entries:
        raise Refusal("noRecordsMatch", "no record of that time and set")
    if more:
        whole = span.whole or harvest_size(db, span.source, span.since, span.until) + len(deleted)
        resumed = span.token(page[-1].row, span.given + len(page), whole)
        entries.append(token(resumed, span.given, whole))
    elif span.after:
        entries.append(token("", span.given, span.whole))  # the end of a list that was given in parts
    return element(verb, *entries)


def _entries(
    db: sqlite_utils.Database, room: Room, base: str, verb: str, page: tuple[Harvested, ...]
) -> list[Element | tuple[str, str]]:
    if verb == "ListIdentifiers":
        return [record_header(one.public_id, _seconds(one.changed_at), one.source) for one in page]
    changed = {one.public_id: one.changed_at for one in page}
    return [_record(room, base, stored, changed[stored.row.public_id]) for stored in articles_of(db, list(changed))]


def _record(room: Room, base: str, stored: StoredArticle, changed: str) -> Element:
    permalink = f"{base.removesuffix('/oai')}/article/{stored.row.public_id}"
    header = record_header(stored.row.public_id, _seconds(changed), stored.row.source)
    return element(
        "record", header, element("metadata", dublin_core(stored, permalink, room.preserved(stored.capture)))
    )


def _deleted(room: Room) -> list[tuple[str, str, str]]:
    """Id, time and source of what was taken down and is withheld still."""
    root = room.holdings.root
    withheld = Withheld.load(root)
    found: dict[str, tuple[str, str, str]] = {}
    for rule in rules(root):
        source = next((room.register.for_host(urlsplit(url).netloc) for url in rule.urls), None)
        for key in rule.url_keys:
            if withheld.covers(key):
                found[key] = public_id(key), _seconds(rule.at), source.id if source else ""
    return list(found.values())


def _known(db: sqlite_utils.Database, room: Room) -> dict[str, str]:
    """The names of all sets by their ids: the sources of the register, and those that are held and not in it."""
    return {**source_names(db), **{source.id: source.name for source in room.register.all()}}


def _address(contact: str) -> str:
    """The e-mail address that a catalogue must be given; where the contact is a page, one that says there is none."""
    address = contact.removeprefix("mailto:")
    return address if "@" in address else f"none@{urlsplit(contact).hostname or 'contact'}.invalid"


def _seconds(moment: str) -> str:
    return f"{moment[:19]}Z"


_VERBS: Final[dict[str, Callable[[sqlite_utils.Database, Room, Mapping[str, str], str], Element]]] = {
    "Identify": _identify,
    "ListMetadataFormats": _formats,
    "ListSets": _sets,
    "ListIdentifiers": _list,
    "ListRecords": _list,
    "GetRecord": _get,
}
