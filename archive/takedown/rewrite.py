"""A WARC file written anew without some captures: every other member byte for byte, a tombstone in their place.

The one exception to "a closed WARC never changes". The new file has a name of its own; manifest and log name both.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from archive import events, manifest
from archive.barred import Rule
from archive.disk import opened, sync_folder
from archive.warc.groups import groups_of
from archive.warc.held import ANSWERS
from archive.warc.members import Fault
from archive.warc.part import Part
from archive.warc.record import Fields
from archive.warc.records import fields_block, metadata_record
from archive.warc.scan import Parsed, records

SEALED = "sealed"


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What became of a WARC file: its new name, the file that keeps what was sealed
    ("" where it was erased), how many captures were taken out, and where each one that stays lies now.
    """

    old: str
    file: str
    sealed: str
    removed: int
    moves: Mapping[str, tuple[str, int]]
    faults: tuple[Fault, ...] = ()


def rewrite(root: Path, file: str, taken: Iterable[str], rule: Rule) -> Rewritten:
    """What became of `file` (relative to `root`) without the captures whose response records have the ids `taken`.

    Called again after a crash, it ends where it would have ended. A file in `sealed/` stays there. Raises StorageError.
    """
    marked = groups_of(root / file, taken)
    new = _name(file, marked.ids)
    sealed = f"{SEALED}/{new.removeprefix('warc/')}" if rule.action == "sealed" else ""
    moves: dict[str, tuple[str, int]] = {}
    faults: list[Fault] = []
    kept = 0
    digest = manifest.read(root).get(file, "")
    with Part(root, new, mode_of(new)) as part, opened(root / file, os.O_RDONLY) as descriptor:
        apart = Part(root, sealed, mode_of(sealed)) if sealed else None
        try:
            for item in records(root / file):
                raw = os.pread(descriptor, item.length, item.offset)
                if isinstance(item, Fault):
                    faults.append(item)
                elif item.record.type == "warcinfo" and apart:
                    apart.write(raw)
                elif marked.holds(item.record):
                    if apart:
                        apart.write(raw)
                    if item.record.type in ANSWERS and item.record.id in marked.ids:
                        part.add(_tombstone(item, rule))
                    continue
                elif item.record.type in ANSWERS:
                    moves[item.record.id] = new, part.length
                    kept += 1
                part.write(raw)
            if apart:
                enter(root, apart, marked.captures, rule, sealed, {"sealed_from": file})
            detail: dict[str, object] = {"replaces": file, "replaced_digest": digest, "faults": _offsets(faults)}
            enter(root, part, kept, rule, file, detail)
        finally:
            if apart:
                apart.close()
    remove(root, file, digest, new, rule)
    return Rewritten(file, new, sealed, marked.captures, moves, tuple(faults))


def _tombstone(item: Parsed, rule: Rule) -> bytes:
    record = item.record
    fields: Fields = (
        ("WARC-Refers-To", f"<{record.id}>"),
        ("WARC-Target-URI", record.url),
        ("WARC-Date", record.get("warc-date")),
    )
    block: Fields = (
        ("removed", rule.action),
        ("removed-on", rule.at),
        ("event", str(rule.seq)),
        ("reason", " ".join(rule.reason.split())),
        ("authority", " ".join(rule.authority.split())),
        ("removed-block-digest", record.get("warc-block-digest")),
        ("removed-bytes", str(len(record.block))),
    )
    return metadata_record(fields, fields_block(block))


def _name(file: str, ids: set[str]) -> str:
    # the same captures taken out give the same name, so that a second try meets the first one's file
    mark = hashlib.sha256("\n".join((file, *sorted(ids))).encode()).hexdigest()[:8]
    return f"{file.removesuffix('.warc.gz').partition('.without-')[0]}.without-{mark}.warc.gz"


def enter(root: Path, part: Part, captures: int, rule: Rule, old: str, detail: dict[str, object]) -> None:
    """Names `part`, which stands in the place of the file `old` from now on: in log, folder and manifest.

    The name comes before the manifest line: what a crash leaves is told by `verify` and made good by a second call.
    """
    part.settle()
    told = {**detail, "bytes": part.length, "captures": captures, "digest": part.digest, "takedown": rule.seq}
    events.append(root, "message digest calculation", part.file, "closed", told)
    part.name()
    manifest.replace(root, old, part.file, part.digest)


def remove(root: Path, file: str, digest: str, new: str, rule: Rule) -> None:
    """Deletes the `file` with this digest, in whose place `new` stands, and says so in the log."""
    events.append(root, "deletion", file, "replaced", {"digest": digest, "replaced_by": new, "takedown": rule.seq})
    path = root / file
    behind = path.resolve()  # a file that was moved to another disk, with a link in its place
    path.unlink()
    behind.unlink(missing_ok=True)
    for folder in {path.parent, behind.parent}:
        sync_folder(folder)


def mode_of(file: str) -> int:
    """The rights of a closed file: what is sealed is its owner's alone to read."""
    return 0o400 if file.startswith(f"{SEALED}/") else 0o444


def _offsets(faults: list[Fault]) -> list[int]:
    return [fault.offset for fault in faults]


def packages(root: Path) -> tuple[str, ...]:
    """Every package and bag that was made of the archive: copies that a takedown does not reach."""
    made: dict[str, None] = {}
    for event in events.of(root, "replication"):
        made[str(json.loads(event.detail_json).get("path", event.object))] = None
    return tuple(made)
