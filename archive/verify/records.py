"""WARC files record by record: every member whole, every record's own digests true."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

from archive.verify.report import Finding
from archive.warc import http
from archive.warc.held import read_fields
from archive.warc.members import Fault, locate
from archive.warc.record import Record
from archive.warc.scan import Parsed, records

Found = Callable[[Finding], None]

_ALGORITHMS = {"sha1": "sha1", "sha256": "sha256", "sha-256": "sha256", "sha512": "sha512", "md5": "md5"}


def checked(root: Path, file: str, report: Found) -> Iterator[Parsed | Fault]:
    """The records of `file`, each checked on the way; `report` is told of stretches and digests that are not right."""
    ours = False
    for item in records(locate(root, file)):
        if isinstance(item, Fault):
            report(Finding(file, "unreadable", f"{item.length} bytes: {item.reason}", item.offset))
        else:
            if item.record.type == "warcinfo":
                ours = dict(read_fields(item.record.block)).get("software", "").startswith("baotinh/")
            for sentence in _wrong(item.record, ours):
                report(Finding(file, "digest", sentence, item.offset))
        yield item


def faults_in(root: Path, file: str) -> Iterator[Finding]:
    """Everything that is wrong inside `file`."""
    found: list[Finding] = []
    for _ in checked(root, file, found.append):
        yield from found
        found.clear()
    yield from found


def holds(digest: str, data: bytes) -> bool | None:
    """Whether `data` has `digest` ("sha256:<hex>", "sha1:<Base32>"); None where the algorithm is unknown here."""
    name, _, value = digest.partition(":")
    algorithm = _ALGORITHMS.get(name.lower())
    if algorithm is None or not value:
        return None
    found = hashlib.new(algorithm, data, usedforsecurity=False).digest()
    return value.lower() in {found.hex(), base64.b32encode(found).decode().lower()}


def _wrong(record: Record, ours: bool) -> Iterator[str]:
    block = record.get("warc-block-digest")
    if holds(block, record.block) is False:
        yield f"{record.type} {record.id}: the block is not {block}"
    elif ours and not block:
        yield f"{record.type} {record.id}: no block digest"
    # Of other makers the payload digest is not checked: most hash the chunk framing, WARC 1.1 does not.
    payload = record.get("warc-payload-digest")
    if ours and record.type == "response" and payload and not holds(payload, http.entity(http.part(record.block))):
        yield f"{record.type} {record.id}: the payload is not {payload}"
