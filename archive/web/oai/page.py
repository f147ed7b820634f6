"""OAI-PMH 2.0: library catalogues harvest the articles as Dublin Core (openarchives.org/OAI/openarchivesprotocol.html).

A record's datestamp is the time at which its current text was captured. After older captures were brought in, a
catalogue harvests anew, without `from`. What was taken down is told as deleted, as long as it is barred.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import sqlite_utils
from starlette.requests import Request
from starlette.responses import Response

from archive.barred import Barred, rules
from archive.search.facets import source_names
from archive.store.harvest import Harvested, changed_at, count, earliest, harvest
from archive.store.reads import Stored, articles_of
from archive.text.urls import public_id
from archive.web.forms import read_pairs
from archive.web.oai import xml
from archive.web.oai.span import span_of
from archive.web.oai.xml import Refusal
from archive.web.room.state import Room, base_of, room_of

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
        document = xml.answer(base, asked, body)
    except Refusal as refusal:
        document = xml.answer(base, asked if refusal.code not in ("badVerb", "badArgument") else {}, xml.error(refusal))
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
    settings, begun = room.holdings.settings, earliest(db)
    # What was taken down may be all there was before the captures of now.
    first = [*([_seconds(begun)] if begun else []), *(at for _, at, _ in _deleted(room))]
    return xml.element(
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
    return xml.element("ListMetadataFormats", xml.metadata_format())


def _sets(db: sqlite_utils.Database, room: Room, asked: Mapping[str, str], base: str) -> Element:
    if "resumptionToken" in asked:
        raise Refusal("badResumptionToken", "the list of sets is given whole")
    sets = [xml.element("set", ("setSpec", source), ("setName", name)) for source, name in _known(db, room).items()]
    return xml.element("ListSets", *sets)


def _get(db: sqlite_utils.Database, room: Room, asked: Mapping[str, str], base: str) -> Element:
    prefix, _, identity = asked["identifier"].rpartition(":")
    changed = changed_at(db, identity) if f"{prefix}:" == xml.IDENTIFIER else None
    if changed is not None:
        stored = next(articles_of(db, [identity]))
        return xml.element("GetRecord", _record(room, base, stored, changed))
    for deleted, at, source in _deleted(room):
        if f"{xml.IDENTIFIER}{deleted}" == asked["identifier"]:
            return xml.element("GetRecord", xml.element("record", xml.header(identity, at, source, deleted=True)))
    raise Refusal("idDoesNotExist", f"no record is called {asked['identifier']}")


def _list(db: sqlite_utils.Database, room: Room, asked: Mapping[str, str], base: str) -> Element:
    verb, span = asked["verb"], span_of(asked)
    if span.source and span.source not in _known(db, room):
        raise Refusal("noRecordsMatch", f"there is no set {span.source}")
    found = harvest(db, span.after, _PAGE + 1, span.source, span.since, span.until)
    page, more = found[:_PAGE], len(found) > _PAGE
    entries = _entries(db, room, base, verb, page)
    deleted = [
        xml.header(identity, at, source, deleted=True)
        for identity, at, source in _deleted(room)
        if span.since <= at.replace("Z", ".000Z") <= span.until and span.source in ("", source)
    ]
    if not more:  # what was taken down stands at the end
        entries.extend(deleted if verb == "ListIdentifiers" else [xml.element("record", one) for one in deleted])
    if not entries:
        raise Refusal("noRecordsMatch", "no record of that time and set")
    if more:
        whole = span.whole or count(db, span.source, span.since, span.until) + len(deleted)
        resumed = span.token(page[-1].row, span.given + len(page), whole)
        entries.append(xml.token(resumed, span.given, whole))
    elif span.after:
        entries.append(xml.token("", span.given, span.whole))  # the end of a list that was given in parts
    return xml.element(verb, *entries)


def _entries(
    db: sqlite_utils.Database, room: Room, base: str, verb: str, page: tuple[Harvested, ...]
) -> list[Element | tuple[str, str]]:
    if verb == "ListIdentifiers":
        return [xml.header(one.public_id, _seconds(one.changed_at), one.source) for one in page]
    changed = {one.public_id: one.changed_at for one in page}
    return [_record(room, base, stored, changed[stored.row.public_id]) for stored in articles_of(db, list(changed))]


def _record(room: Room, base: str, stored: Stored, changed: str) -> Element:
    permalink = f"{base.removesuffix('/oai')}/article/{stored.row.public_id}"
    header = xml.header(stored.row.public_id, _seconds(changed), stored.row.source)
    return xml.element(
        "record", header, xml.element("metadata", xml.dublin_core(stored, permalink, room.preserved(stored.capture)))
    )


def _deleted(room: Room) -> list[tuple[str, str, str]]:
    """Id, time and source of what was taken down and is barred still."""
    root = room.holdings.root
    barred = Barred.load(root)
    found: dict[str, tuple[str, str, str]] = {}
    for rule in rules(root):
        source = next((room.register.for_host(urlsplit(url).netloc) for url in rule.urls), None)
        for key in rule.url_keys:
            if barred.bars(key):
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
