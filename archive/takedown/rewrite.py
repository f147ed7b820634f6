"""A WARC file written anew without some captures: every other member byte for byte, a tombstone in their place.

The one exception to "a closed WARC never changes". The new file has a name of its own; manifest and log name both.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from pathlib import Path

from archive import events, manifest
from archive.barred import Rule
from archive.disk import opened, sync_folder
from archive.takedown.places import SEALED, Marked
from archive.warc.groups import groups_of
from archive.warc.held import ANSWERS
from archive.warc.members import Fault
from archive.warc.part import Part
from archive.warc.record import Fields, Record, one_line
from archive.warc.records import fields_block, metadata_record
from archive.warc.scan import Parsed, records
from archive.warc.torn import heads


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


def rewrite(root: Path, file: str, taken: Marked, rule: Rule) -> Rewritten:
    """What became of `file` (relative to `root`) without the captures and stretches that are `taken` out.

    Called again after a crash, it ends where it would have ended. A file in `sealed/` stays there. Raises StorageError.
    """
    marked = groups_of(root / file, taken.ids)
    new = _name(file, marked.ids, taken.stretches)
    sealed = f"{SEALED}/{new.removeprefix('warc/')}" if rule.action == "sealed" else ""
    moves: dict[str, tuple[str, int]] = {}
    faults: list[Fault] = []
    faults_apart: list[int] = []
    kept = 0
    digest = manifest.read(root).get(file, "")
    with Part(root, new, mode_of(new)) as part, opened(root / file, os.O_RDONLY) as descriptor:
        apart = Part(root, sealed, mode_of(sealed)) if sealed else None
        try:
            for item in records(root / file):
                raw = os.pread(descriptor, item.length, item.offset)
                is_named = item.offset in taken.stretches
                if is_named or (isinstance(item, Parsed) and marked.holds(item.record)):
                    if apart and isinstance(item, Fault):
                        faults_apart.append(apart.length)
                    if apart:
                        apart.write(raw)
                    record = item.record if isinstance(item, Parsed) else next(heads(raw))
                    if is_named or (record.type in ANSWERS and record.id in marked.ids):
                        part.add(_tombstone(record, rule))
                    continue
                if isinstance(item, Fault):
                    faults.append(replace(item, offset=part.length))
                elif item.record.type == "warcinfo" and apart:
                    apart.write(raw)
                elif item.record.type in ANSWERS:
                    moves[item.record.id] = new, part.length
                    kept += 1
                part.write(raw)
            if apart:
                enter(root, apart, marked.captures, rule, sealed, {"sealed_from": file, "faults": faults_apart})
            detail: dict[str, object] = {
                "replaces": file,
                "replaced_digest": digest,
                "faults": [fault.offset for fault in faults],
            }
            enter(root, part, kept, rule, file, detail)
        finally:
            if apart:
                apart.close()
    remove(root, file, digest, new, rule)
    return Rewritten(file, new, sealed, marked.captures, moves, tuple(faults))


def _tombstone(record: Record, rule: Rule) -> bytes:
    fields: Fields = (
        ("WARC-Refers-To", f"<{one_line(record.id)}>"),
        ("WARC-Target-URI", one_line(record.url)),
        ("WARC-Date", one_line(record.get("warc-date"))),
    )
    block: Fields = (
        ("removed", rule.action),
        ("removed-on", rule.at),
        ("event", str(rule.seq)),
        ("reason", " ".join(rule.reason.split())),
        ("authority", " ".join(rule.authority.split())),
        ("removed-block-digest", one_line(record.get("warc-block-digest"))),
        ("removed-bytes", one_line(record.get("content-length"))),
    )
    return metadata_record(fields, fields_block(block))


def _name(file: str, ids: Set[str], stretches: Set[int]) -> str:
    # the same taken out gives the same name, so that a second try meets the first one's file
    mark = hashlib.sha256("\n".join((file, *sorted(ids), *map(str, sorted(stretches)))).encode()).hexdigest()[:8]
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


def packages(root: Path) -> tuple[str, ...]:
    """Every package and bag that was made of the archive: copies that a takedown does not reach."""
    made: dict[str, None] = {}
    for event in events.of(root, "replication"):
        made[str(json.loads(event.detail_json).get("path", event.object))] = None
    return tuple(made)
