"""A capture as the records of a WARC file, and back: response, request and metadata records, also those of other
tools. What WARC 1.1 has a field for stands there, the rest in the metadata record.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import cast, get_args
from urllib.parse import quote_from_bytes, unquote_to_bytes

from archive.custody.events import SOFTWARE
from archive.errors import DamageError
from archive.model import Capture, PageKind, Place, StoredCapture, Truncation
from archive.warc import http
from archive.warc.record import Fields, Record, bare, build, new_id, read_timestamp, timestamp

IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
FORMAT = "WARC File Format 1.1"

_HTTP = "application/http;msgtype=response"

REPORT = "urn:baotinh:run:"
"""What the address of a run's report begins with."""

OWN = ("source", "run", "kind", "via", "provenance", "interim", "surplus")
"""Names in our metadata records that no note may bear."""


@dataclass(frozen=True, slots=True)
class Original:
    """The response record that a revisit record points to: `url` and `date` (WARC-Date) as they stand in it."""

    record_id: str
    url: str
    date: str
    payload_digest: str


@dataclass(frozen=True, slots=True)
class Saved:
    """A page that came as a file: its URL, when it was kept, and its bytes.

    `provenance` is "browser-saved" or "secondary"; `notes` say how URL and time are known, and the file's name.
    `made_from` is what a secondary page was made from here, such as a line of another scraper's output.
    """

    url: str
    kept: datetime
    mime: str
    body: bytes
    provenance: str
    kind: PageKind = "page"
    notes: Fields = ()
    made_from: bytes = b""
    made_from_mime: str = ""


Known = Callable[[Capture, str], Original | None]
"""Finds the earlier capture of a payload, given its digest; of the same URL where the digest is "" (an answer 304)."""


def digest(data: bytes) -> str:
    """The digest of `data` as WARC fields hold it: "sha256:<hex>"."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def warcinfo_record(record_id: str, name: str, date: str, about: Fields) -> bytes:
    """The first record of a file called `name`: who wrote it, with what, under which rules (WARC 1.1, section 6.2)."""
    block = fields_block((("software", SOFTWARE), ("format", FORMAT), *about))
    fields = (("WARC-Date", date), ("WARC-Filename", name), ("WARC-Block-Digest", digest(block)))
    return build((*_head("warcinfo", record_id), *fields, ("Content-Type", "application/warc-fields")), block)


def capture_records(
    capture: Capture, warcinfo: str = "", known: Known | None = None, provenance: str = "captured"
) -> tuple[str, list[bytes]]:
    """The record id of the response, and the records of a capture: response or revisit, request, metadata.

    All bear the instant the capture began (section 5.4). Raises ValueError where a note bears a name of OWN, or where
    a value holds a line break or cannot be written as UTF-8.
    """
    response_id, request_id = new_id(), new_id()
    wire = http.part(capture.response)
    event: Fields = (("WARC-Target-URI", capture.url), ("WARC-Date", timestamp(capture.began)))
    about: Fields = (("WARC-Warcinfo-ID", f"<{warcinfo}>"),) if warcinfo else ()
    peer: Fields = (("WARC-IP-Address", capture.address),) if capture.address else ()
    peer += tuple(("WARC-Protocol", protocol) for protocol in capture.protocols)
    asked: Fields = (("WARC-Concurrent-To", f"<{request_id}>"),) if capture.request else ()
    answered: Fields = (("WARC-Concurrent-To", f"<{response_id}>"),)
    records = [_response(capture, wire, known, response_id, (*asked, *about, *event, *peer))]
    if capture.request:
        fields = (*_head("request", request_id), *answered, *about, *event, *peer)
        fields += (("WARC-Block-Digest", digest(capture.request)), ("Content-Type", "application/http;msgtype=request"))
        records.append(build(fields, capture.request))
    block = fields_block(_circumstances(capture, wire, provenance))
    records.append(metadata_record((*answered, *about, *event), block))
    return response_id, records


def saved_records(saved: Saved, source: str, run: str, warcinfo: str) -> tuple[str, list[bytes]]:
    """The record id of a page that came as a file, and its records: resource, metadata.

    Where the page was made out of something else (`made_from`), it is a conversion record, and what it was made from
    follows as a resource that it refers to (WARC 1.1, sections 6.4 and 6.8).
    """
    page_id, origin_id = new_id(), new_id()
    date: Fields = (("WARC-Date", timestamp(saved.kept)),)
    about: Fields = (("WARC-Warcinfo-ID", f"<{warcinfo}>"),)
    event = (*about, ("WARC-Target-URI", saved.url), *date)
    kind, refers = ("conversion", (("WARC-Refers-To", f"<{origin_id}>"),)) if saved.made_from else ("resource", ())
    records = [build((*_head(kind, page_id), *refers, *event, *_as_file(saved.mime, saved.body)), saved.body)]
    fields = (("source", source), ("run", run), ("kind", saved.kind), ("provenance", saved.provenance), *saved.notes)
    _refuse_own_names(saved.notes)
    records.append(metadata_record((("WARC-Concurrent-To", f"<{page_id}>"), *event), fields_block(fields)))
    if saved.made_from:
        origin = (("WARC-Target-URI", f"urn:uuid:{origin_id.removeprefix('urn:uuid:')}"), *date)
        fields = (*_head("resource", origin_id), *about, *origin, *_as_file(saved.made_from_mime, saved.made_from))
        records.append(build(fields, saved.made_from))
    return page_id, records


def metadata_record(fields: Fields, block: bytes) -> bytes:
    """A metadata record of `block` (application/warc-fields) with `fields` between its id and its digest."""
    rest = (("WARC-Block-Digest", digest(block)), ("Content-Type", "application/warc-fields"))
    return build((*_head("metadata", new_id()), *fields, *rest), block)


def report_record(run: str, report: bytes, warcinfo: str, date: str) -> bytes:
    """A metadata record of what the run `run` did: `report` is JSON. It refers to the file's warcinfo (section 6.6)."""
    fields: Fields = (("WARC-Warcinfo-ID", f"<{warcinfo}>"), ("WARC-Refers-To", f"<{warcinfo}>"))
    fields += (("WARC-Target-URI", f"{REPORT}{run}"), ("WARC-Date", date), ("WARC-Block-Digest", digest(report)))
    return build((*_head("metadata", new_id()), *fields, ("Content-Type", "application/json")), report)


def fields_block(fields: Fields) -> bytes:
    """`fields` as application/warc-fields; raises ValueError where one holds a line break or a name is no name."""
    lines = [f"{name}: {value}\r\n" for name, value in fields]
    for line, (name, _) in zip(lines, fields, strict=True):
        if not name or ":" in name or name != name.strip() or "\n" in line[:-2] or "\r" in line[:-2]:
            raise ValueError(f"a metadata field is a name and one line: {line!r}")
    return "".join(lines).encode()


def _response(capture: Capture, wire: http.Wire, known: Known | None, record_id: str, fields: Fields) -> bytes:
    payload = http.entity(wire)
    payload_digest = digest(payload)
    original = None
    if known and wire.status and not capture.truncated and not wire.surplus:
        original = known(capture, "" if wire.status == 304 else payload_digest)
    if original and wire.status == 304:
        profile: Fields = (("WARC-Profile", NOT_MODIFIED),)
        return _revisit(original, wire.head + wire.body, (*_head("revisit", record_id), *fields, *profile))
    if original and payload and original.payload_digest == payload_digest:
        # for the body left out, "WARC-Truncated … shall be" written, with the reason length: section 6.7.2
        profile = (("WARC-Profile", IDENTICAL), ("WARC-Truncated", "length"))
        return _revisit(original, wire.head, (*_head("revisit", record_id), *fields, *profile))
    block = wire.head + wire.body if wire.interim or wire.surplus else capture.response  # no copy of a whole page
    rest: Fields = (("WARC-Truncated", capture.truncated),) if capture.truncated else ()
    rest += (("WARC-Block-Digest", digest(block)),)
    if wire.status:
        rest += (("WARC-Payload-Digest", payload_digest),)
    rest += (("Content-Type", _HTTP if wire.status or not block else "application/octet-stream"),)
    return build((*_head("response", record_id), *fields, *rest), block)


def _revisit(original: Original, block: bytes, fields: Fields) -> bytes:
    rest = (
        ("WARC-Refers-To", f"<{original.record_id}>"),
        ("WARC-Refers-To-Target-URI", original.url),
        ("WARC-Refers-To-Date", original.date),
        ("WARC-Block-Digest", digest(block)),
        ("WARC-Payload-Digest", original.payload_digest),
        ("Content-Type", _HTTP),
    )
    return build((*fields, *rest), block)


def _circumstances(capture: Capture, wire: http.Wire, provenance: str) -> Fields:
    fields: Fields = (("source", capture.source), ("run", capture.run), ("kind", capture.kind))
    if capture.via:
        fields += (("via", capture.via),)
    if provenance != "captured":
        fields += (("provenance", provenance),)
    if wire.interim:  # 1xx heads: readers of WARC take the first head of a block for the answer
        fields += (("interim", quote_from_bytes(wire.interim, safe=" :;/,=?()")),)
    if wire.surplus:  # bytes behind the end of the message, such as Content-Length states it
        fields += (("surplus", base64.b64encode(wire.surplus).decode()),)
    _refuse_own_names(capture.notes)
    return fields + capture.notes


def _refuse_own_names(notes: Fields) -> None:
    for name, _ in notes:
        if name in OWN:
            raise ValueError(f"the note {name!r} bears a name that the archive keeps for itself: {', '.join(OWN)}")


def _as_file(mime: str, body: bytes) -> Fields:
    found = digest(body)
    return (("WARC-Block-Digest", found), ("WARC-Payload-Digest", found), ("Content-Type", mime))


def _head(kind: str, record_id: str) -> Fields:
    return (("WARC-Type", kind), ("WARC-Record-ID", f"<{record_id}>"))


ANSWERS = frozenset({"response", "revisit", "resource", "conversion"})
"""Types of the record that a capture is known by."""

REBUILDERS = ("crau", "scrapy-webarchive", "scrapy_webarchive")
"""Tools that write heads made from a parsed response: 0 of 21 exact, measured with scrapy-webarchive 0.5.3."""

UNTOLD = "imported"
"""The provenance of captures of other makers, where nothing says more."""


def capture_of(
    place: Place, answer: Record, request: Record | None, metadata: Record | None, provenance: str = UNTOLD
) -> StoredCapture:
    """The capture that `answer` (response, revisit or resource) and the records around it hold.

    Our metadata record says where a capture came from. Where it is missing, the source is the folder of the file, the
    kind is "page", and `provenance` holds. A resource has no HTTP head: one is made here and stored nowhere. Digests
    are computed where the record has none of SHA-256. Raises DamageError where a field cannot be read.
    """
    fields = read_fields(metadata.block) if metadata else ()
    ours = dict(field for field in fields if field[0] in OWN) if is_ours(fields) else {}
    notes = tuple(field for field in fields if field[0] not in OWN or not ours)
    folder = place.file.split("/")[1] if place.file.startswith("warc/") else ""
    payload_digest, block_digest = _digests(answer)
    truncated = None if answer.type == "revisit" else answer.get("warc-truncated") or None
    capture = Capture(
        url=answer.url,
        began=read_timestamp(answer.get("warc-date")),
        request=request.block if request else b"",
        response=_interim(ours) + _response_bytes(answer) + _surplus(ours),
        source=ours.get("source", folder),
        kind=cast(PageKind, ours.get("kind", "page")),
        run=ours.get("run", ""),
        address=answer.get("warc-ip-address"),
        protocols=answer.all("warc-protocol"),
        truncated=cast(Truncation, truncated if truncated in get_args(Truncation) else "unspecified")
        if truncated
        else None,
        via=ours.get("via", "") or next((value for name, value in notes if name == "via"), ""),
        notes=notes,
    )
    return StoredCapture(
        capture,
        place,
        payload_digest,
        block_digest,
        revisit_of=bare(answer.get("warc-refers-to")) or None if answer.type == "revisit" else None,
        provenance=ours.get("provenance", "captured") if ours else provenance,
    )


def read_fields(block: bytes) -> Fields:
    """The fields of an application/warc-fields block, in order; lines without colon are passed over."""
    lines = (line.removesuffix("\r").partition(":") for line in block.decode("utf-8", "replace").split("\n"))
    return tuple((name, value.removeprefix(" ")) for name, colon, value in lines if colon)


def is_ours(fields: Fields) -> bool:
    """Whether a metadata record of this program holds `fields`."""
    return [name for name, _ in fields[:3]] == ["source", "run", "kind"]


def same_fetch(record: Record, answer: Record) -> bool:
    """Whether a request or metadata record and a response are of one fetch.

    Said by WARC-Concurrent-To, in either direction; by URL and date where a maker left it out.
    """
    refers = bare(record.get("warc-refers-to"))  # in metadata of warcio and Heritrix 1
    if refers:
        return refers == answer.id
    concurrent = {bare(value) for value in record.all("warc-concurrent-to")}
    answered = {bare(value) for value in answer.all("warc-concurrent-to")}
    if concurrent or answered:
        return answer.id in concurrent or record.id in answered
    return record.url == answer.url and record.get("warc-date") == answer.get("warc-date")


def provenance_of(warcinfo: Record) -> str:
    """What a file's first record says of its captures: "reconstructed" for tools that rebuild heads, else `UNTOLD`."""
    if warcinfo.type != "warcinfo":
        return UNTOLD
    software = dict(read_fields(warcinfo.block)).get("software", "").lower()
    return "reconstructed" if any(name in software for name in REBUILDERS) else UNTOLD


def _digests(answer: Record) -> tuple[str, str]:
    payload, block = answer.get("warc-payload-digest"), answer.get("warc-block-digest")
    if not block.startswith("sha256:"):
        block = digest(answer.block)
    if not payload.startswith("sha256:") and (answer.type != "revisit" or not payload):
        payload = digest(answer.block if answer.type == "resource" else http.entity(http.part(answer.block)))
    return payload, block


def _response_bytes(answer: Record) -> bytes:
    if answer.type not in {"resource", "conversion"}:
        return answer.block
    mime = answer.get("content-type") or "application/octet-stream"
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {mime}\r\nContent-Length: {len(answer.block)}\r\n\r\n"
    return head.encode("utf-8", "replace") + answer.block


def _interim(ours: dict[str, str]) -> bytes:
    return unquote_to_bytes(ours.get("interim", ""))


def _surplus(ours: dict[str, str]) -> bytes:
    try:
        return base64.b64decode(ours.get("surplus", ""), validate=True)
    except ValueError as error:
        raise DamageError("the surplus of a metadata record is not base64") from error
