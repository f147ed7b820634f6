"""Whether a record is what its own digests say, whoever computed them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator

from archive.warc import http
from archive.warc.parting import Part
from archive.warc.record import Record

_ALGORITHMS = {
    "sha1": hashlib.sha1,
    "sha256": hashlib.sha256,
    "sha-256": hashlib.sha256,
    "sha512": hashlib.sha512,
    "md5": hashlib.md5,
}


def holds(digest: str, data: bytes) -> bool | None:
    """Whether `data` has `digest` ("sha256:<hex>", "sha1:<Base32>"); None where the algorithm is unknown here."""
    name, _, value = digest.partition(":")
    algorithm = _ALGORITHMS.get(name.lower())
    if algorithm is None or not value:
        return None
    found = algorithm(data, usedforsecurity=False)
    if len(value) == 2 * found.digest_size:
        return value.lower() == found.hexdigest()
    return value.upper() == base64.b32encode(found.digest()).decode()


def wrong(record: Record, ours: bool, part: Part = http.part) -> Iterator[str]:
    """What is not right with a record's own digests; of records that are `ours`, more is asked."""
    block = record.get("warc-block-digest")
    if holds(block, record.block) is False:
        yield f"{record.type} {record.id}: the block is not {block}"
    elif ours and not block:
        yield f"{record.type} {record.id}: no block digest"
    # Of other makers the payload digest is not checked: most hash the chunk framing, WARC 1.1 does not.
    payload = record.get("warc-payload-digest")
    if ours and record.type == "response" and payload and not holds(payload, http.entity(part(record.block))):
        yield f"{record.type} {record.id}: the payload is not {payload}"
