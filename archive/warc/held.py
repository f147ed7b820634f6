"""Records read back as the capture they came from, also where another tool wrote them."""

from __future__ import annotations

import base64
from typing import cast, get_args
from urllib.parse import unquote_to_bytes

from archive.errors import DamageError
from archive.model import Capture, Held, PageKind, Place, Truncation
from archive.warc import http
from archive.warc.record import Fields, Record, bare, read_timestamp
from archive.warc.records import OWN, digest

ANSWERS = frozenset({"response", "revisit", "resource", "conversion"})
"""Types of the record that a capture is known by."""

REBUILDERS = ("crau", "scrapy-webarchive", "scrapy_webarchive")
"""Tools that write heads made from a parsed response: 0 of 21 exact, measured with scrapy-webarchive 0.5.3."""

UNTOLD = "imported"
"""The provenance of captures of other makers, where nothing says more."""


def held(
    place: Place, answer: Record, request: Record | None, metadata: Record | None, provenance: str = UNTOLD
) -> Held:
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
        response=_interim(ours) + _response(answer) + _surplus(ours),
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
    return Held(
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


def belongs(record: Record, answer: Record) -> bool:
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


def _response(answer: Record) -> bytes:
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
