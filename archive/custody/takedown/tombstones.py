"""Stretches of a closed WARC file overwritten where they lie: with tombstones, or with the records again.

The one exception to "a closed WARC never changes". A tombstone is as long as what it stands for, so no other record
moves, no row and no line of an index changes, and the cost is that of the records concerned and of one digest of the
file. The event that closes the file with its new digest comes first and lists the stretches: whatever moment a process
dies at, the same call again ends what was begun.
"""

from __future__ import annotations

import hashlib
import json
import os
import uuid
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from archive.custody import events, manifest
from archive.custody.withheld import Rule
from archive.disk import opened, refused, replace_file, sync_folder
from archive.errors import DamageError
from archive.warc.captures import digest, fields_block
from archive.warc.reader import Parsed, records
from archive.warc.record import END, GZIP_MAGIC, Fields, build, one_line
from archive.warc.writer import PartFile

_STORED = 65535  # bytes of a block that deflate stores as it is
_GZIP = 18  # bytes around what is packed: head and end of a gzip member
_COMMENT = 0x10  # flag of a gzip head with a comment


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a WARC file, and the record it begins with: "" where that cannot be read any more.

    `capture`: whether it is one, and not what others noted of it, or damage. `at` is where the sealed copy of it lies
    in its file, -1 for none.
    """

    offset: int
    length: int
    id: str = ""
    url: str = ""
    date: str = ""
    digest: str = ""
    capture: bool = False
    at: int = -1


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What became of a WARC file: the file that keeps what was taken out ("" where it was erased), or that it came back
    from, how many captures that were, and where they lie.
    """

    file: str
    sealed: str
    captures: int
    stretches: tuple[Stretch, ...]


def overwrite(root: Path, file: str, edits: Mapping[int, bytes], rule: Rule, detail: dict[str, Any]) -> None:
    """Puts the bytes of `edits` (by offset) into the closed `file`, its new digest into log and manifest.

    `detail` tells of the change, `captures` and `faults` among it. A file that was damaged before keeps the manifest
    line it had, so that `verify` goes on naming it. Raises StorageError.
    """
    path = root / file
    begun = begun_by(root, rule).get(file)
    if begun is None:
        was, becomes = _digests(path, edits)
        told = {**detail, "bytes": path.stat().st_size, "digest": becomes, "replaced_digest": was, "takedown": rule.seq}
        events.append(root, "message digest calculation", file, "closed", told)
    else:
        was, becomes = str(begun["replaced_digest"]), str(begun["digest"])
    _put(path, edits)
    recorded = manifest.read(root).get(file, "")
    if recorded == was and recorded != becomes:
        if begun is not None and manifest.digest_of(path) != becomes:
            raise DamageError(
                "{path}: changed while a takedown was broken off; put a copy from before in its place", path=path
            )
        manifest.replace(root, file, file, becomes)


def begun_by(root: Path, rule: Rule) -> dict[str, dict[str, Any]]:
    """The files whose change for `rule` has begun, with the detail of the event that says so."""
    mark = f'"takedown": {rule.seq}'
    found: dict[str, dict[str, Any]] = {}
    for event in events.of(root, "message digest calculation"):
        if mark in event.detail_json and (detail := json.loads(event.detail_json)).get("takedown") == rule.seq:
            found[event.object] = detail
    return found


def as_detail(stretches: Iterable[Stretch]) -> list[dict[str, Any]]:
    """`stretches` as an event holds them."""
    return [asdict(one) for one in stretches]


def stretches_of(detail: Mapping[str, Any]) -> tuple[Stretch, ...]:
    """The stretches that an event's detail lists."""
    return tuple(Stretch(**one) for one in detail.get("stretches", ()))


def tombstone(stretch: Stretch, rule: Rule, packed: bool) -> bytes:
    """A metadata record in the place of `stretch`, as long as it: what was there, since when it is not, and why.

    A stretch too short for it is overwritten with zeros.
    """
    about: Fields = (
        ("removed", rule.action),
        ("removed-on", rule.at),
        ("event", str(rule.seq)),
        ("reason", " ".join(rule.reason.split())),
        ("authority", " ".join(rule.authority.split())),
        ("removed-block-digest", one_line(stretch.digest)),
        ("removed-bytes", str(stretch.length)),
    )
    for fields in (about, about[:3], about[:1], ()):  # of a short stretch the event alone tells why
        made = _fitted(stretch, rule, fields, packed)
        if made is not None:
            return made
    return bytes(stretch.length)


def _fitted(stretch: Stretch, rule: Rule, about: Fields, packed: bool) -> bytes | None:
    def record(filled: int) -> bytes:
        told = about or (("removed", rule.action),)
        block = fields_block((*told, ("padding", "-" * filled))) if filled else fields_block(told)
        name = uuid.uuid5(uuid.NAMESPACE_URL, f"{stretch.id} {stretch.offset} {rule.seq} {rule.at}")
        head: Fields = (("WARC-Type", "metadata"), ("WARC-Record-ID", f"<urn:uuid:{name}>"))
        if not about:
            return build((*head, ("WARC-Date", rule.at)), block)
        head += (("WARC-Refers-To", f"<{one_line(stretch.id)}>"),) if stretch.id else ()
        head += (("WARC-Target-URI", one_line(stretch.url)),) if stretch.url else ()
        head += (("WARC-Date", one_line(stretch.date) or rule.at), ("WARC-Block-Digest", digest(block)))
        return build((*head, ("Content-Type", "application/warc-fields")), block)

    blocks = -(-(stretch.length - _GZIP) // (_STORED + 5)) if packed else 0
    room = stretch.length - (_GZIP + 5 * blocks if packed else 0)
    spare = room - len(record(1))  # with a filling of one: its length tells those of all
    for filled in range(max(spare - 8, 0), max(spare + 3, 0)):  # Content-Length may grow by a digit
        made = record(filled)
        if len(made) == room:
            return _member(made, blocks) if packed else made
    bare = record(0)
    if not packed:
        return bare.removesuffix(END) + END if len(bare) == stretch.length else None
    return _short(bare, stretch.length)


def _member(record: bytes, blocks: int) -> bytes:
    """A gzip member that holds `record` as it is, in so many blocks."""
    size = -(-len(record) // blocks)
    parts = [record[at : at + size] for at in range(0, size * blocks, size)]
    stored = b"".join(
        bytes([number == blocks]) + len(part).to_bytes(2, "little") + (len(part) ^ 0xFFFF).to_bytes(2, "little") + part
        for number, part in enumerate(parts, start=1)
    )
    return _head(0) + stored + _end(record)


def _short(record: bytes, length: int) -> bytes | None:
    """A gzip member of `length` bytes that holds `record` packed and a comment to fill it; None where it cannot."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(record) + packer.flush()
    spare = length - _GZIP - len(packed)
    if spare < 0:
        return None
    comment = b" " * (spare - 1) + b"\0" if spare else b""
    return _head(_COMMENT if spare else 0) + comment + packed + _end(record)


def _head(flags: int) -> bytes:
    return GZIP_MAGIC + bytes([8, flags, 0, 0, 0, 0, 0, 255])


def _end(record: bytes) -> bytes:
    return zlib.crc32(record).to_bytes(4, "little") + (len(record) & 0xFFFFFFFF).to_bytes(4, "little")


def is_packed(path: Path) -> bool:
    """Whether the file at `path` holds gzip members, and no plain records."""
    with opened(path, os.O_RDONLY) as descriptor:
        return os.pread(descriptor, 2, 0) == GZIP_MAGIC


def is_gone(path: Path, offset: int, length: int) -> bool:
    """Whether a tombstone, or zeros, lie at `offset` of the WARC file at `path`, where there was a stretch."""
    item = next(records(path, offset), None)
    if isinstance(item, Parsed) and item.record.type == "metadata" and item.record.block.startswith(b"removed: "):
        return True
    with opened(path, os.O_RDONLY) as descriptor:
        return os.pread(descriptor, length, offset) == bytes(length)


def _digests(path: Path, edits: Mapping[int, bytes]) -> tuple[str, str]:
    """The digest of the file as it is, and as it will be with `edits`; the file is read once."""
    was, becomes = hashlib.sha256(), None
    first = min(edits, default=0)
    with opened(path, os.O_RDONLY) as descriptor:
        at = 0
        while piece := os.pread(descriptor, manifest.PIECE, at):
            changed = _edited(piece, at, edits) if at + len(piece) > first else piece
            if becomes is None and changed is not piece:
                becomes = was.copy()
            was.update(piece)
            if becomes is not None:
                becomes.update(changed)
            at += len(piece)
    return f"sha256:{was.hexdigest()}", f"sha256:{(becomes or was).hexdigest()}"


def _edited(piece: bytes, at: int, edits: Mapping[int, bytes]) -> bytes:
    changed: bytearray | None = None
    for offset, data in edits.items():
        start, end = max(offset, at), min(offset + len(data), at + len(piece))
        if start < end:
            changed = changed or bytearray(piece)
            changed[start - at : end - at] = data[start - offset : end - offset]
    return piece if changed is None else bytes(changed)


def _put(path: Path, edits: Mapping[int, bytes]) -> None:
    try:
        status = path.stat()
        if status.st_nlink > 1:  # a copy that shares its bytes stays as it is
            replace_file(path, path.read_bytes(), status.st_mode & 0o777)
        path.chmod(status.st_mode & 0o777 | 0o200)
        try:
            with opened(path, os.O_WRONLY) as descriptor:
                for offset, data in edits.items():
                    at = 0
                    while at < len(data):
                        at += os.pwrite(descriptor, data[at:], offset + at)
                os.fsync(descriptor)
        finally:
            path.chmod(status.st_mode & 0o777)
    except OSError as error:
        raise refused(path, error) from error


def enter_sealed(root: Path, file: str, stretches: tuple[Stretch, ...], rule: Rule) -> tuple[str, tuple[Stretch, ...]]:
    """Keeps copies of `stretches` of `file` in a file below `sealed/`; its name, and where each lies there.

    What a second call finds entered it leaves as it is. Raises StorageError.
    """
    sealed = f"sealed/{file.removeprefix('warc/').removesuffix('.warc.gz')}.{rule.seq}.warc.gz"
    if sealed in manifest.read(root):
        return sealed, stretches_of(begun_by(root, rule)[sealed])
    placed: list[Stretch] = []
    with PartFile(root, sealed, 0o400) as part, opened(root / file, os.O_RDONLY) as descriptor:
        first = next(records(root / file), None)
        if isinstance(first, Parsed) and first.record.type == "warcinfo":
            part.write(os.pread(descriptor, first.length, first.offset))
        for one in stretches:
            placed.append(replace(one, at=part.length))
            part.write(os.pread(descriptor, one.length, one.offset))
        part.settle()
        detail = {
            "bytes": part.length,
            "captures": sum(one.capture for one in placed),
            "digest": part.digest,
            "faults": [one.at for one in placed if not one.capture],
            "sealed_from": file,
            "stretches": as_detail(placed),
            "takedown": rule.seq,
        }
        events.append(root, "message digest calculation", sealed, "closed", detail)
        part.name()
        manifest.add(root, sealed, part.digest)
    return sealed, tuple(placed)


def remove(root: Path, file: str, digest: str, rule: Rule, returned_to: str) -> None:
    """Deletes the `file` with this digest, whose records have returned to another, and says so in the log."""
    path = root / file
    behind = path.resolve()  # a file that was moved to another disk, with a link in its place
    path.unlink(missing_ok=True)
    behind.unlink(missing_ok=True)
    for folder in {path.parent, behind.parent}:
        sync_folder(folder)
    events.append(
        root, "deletion", file, "replaced", {"digest": digest, "takedown": rule.seq, "returned_to": returned_to}
    )


def packages(root: Path) -> tuple[str, ...]:
    """Every package and bag that was made of the archive: copies that a takedown does not reach."""
    made: dict[str, None] = {}
    for event in events.of(root, "replication"):
        made[str(json.loads(event.detail_json).get("path", event.object))] = None
    return tuple(made)


def mode_of(file: str) -> int:
    """The rights of a closed file: what is sealed is its owner's alone to read."""
    return 0o400 if file.startswith("sealed/") else 0o444
