"""The database against the WARC files: each row's record is there and says the same, each record has its row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import sqlite_utils

from archive.barred import Barred
from archive.model import Held
from archive.store.places import Kept, extents, has_capture, kept_in, place_of
from archive.text.urls import url_key
from archive.verify.report import Finding
from archive.warc import http
from archive.warc.members import locate
from archive.warc.parting import Part

DATABASE = "archive.sqlite"


def extent_findings(root: Path, db: sqlite_utils.Database, captures: dict[str, int]) -> Iterator[Finding]:
    """Rows that point outside of their file, judged by sizes alone; `captures` counts the captures of closed files."""
    for extent in extents(db):
        path = locate(root, extent.file)
        if not path.exists():
            yield Finding(DATABASE, "row", f"{extent.captures} captures lie in {extent.file}, which is not there")
        elif path.stat().st_size < extent.end:
            yield Finding(DATABASE, "row", f"a capture ends at {extent.end} of {extent.file}, behind its end")
        elif extent.captures > captures.get(extent.file, extent.captures):
            detail = f"{extent.captures} captures in {extent.file}, which holds {captures[extent.file]}"
            yield Finding(DATABASE, "row", detail)


def row_findings(
    db: sqlite_utils.Database,
    file: str,
    held: Iterable[Held],
    barred: Barred,
    is_withheld: Callable[[Held], bool],
    part: Part = http.part,
) -> Iterator[Finding]:
    """Where rows and captures of `file`, both in order of their offsets, differ; takes memory for one of each.

    What a takedown bars has no row, and must have none: by its address, or as `is_withheld` tells, by what it shows.
    """
    rows = kept_in(db, file)
    row = next(rows, None)
    for item in held:
        there = kept_of(item, part)
        while row is not None and row.offset < there.offset:
            yield _without_record(row, file)
            row = next(rows, None)
        withheld = bool(barred.keys) and barred.bars(url_key(there.url))
        if row is None or row.offset > there.offset:
            if not (withheld or _has_row(db, there) or is_withheld(item)):
                other = place_of(db, there.record_id)
                yield _without_row(file, there) if not other else _duplicate(file, there, other)
            continue
        if withheld:
            yield Finding(DATABASE, "row", f"capture {there.record_id} is barred by a takedown and has a row")
        if row != there:
            differing = [name for name in Kept.__dataclass_fields__ if getattr(row, name) != getattr(there, name)]
            told = "; ".join(f"{name} {getattr(row, name)!r}, WARC {getattr(there, name)!r}" for name in differing)
            yield Finding(DATABASE, "row", f"capture {there.record_id} at {there.offset} of {file}: {told}")
        row = next(rows, None)
    while row is not None:
        yield _without_record(row, file)
        row = next(rows, None)


def kept_of(held: Held, part: Part = http.part) -> Kept:
    """The row that `held` has, as far as its records decide it."""
    capture, place = held.capture, held.place
    wire = part(capture.response)
    return Kept(
        record_id=place.record_id,
        offset=place.offset,
        length=place.length,
        url=capture.url,
        captured_at=_instant(capture.began),
        kind=capture.kind,
        run=capture.run,
        status=wire.status,
        mime=http.media_type(wire.headers)[0],
        block_digest=held.block_digest,
        payload_digest=held.payload_digest,
        truncated=capture.truncated or "",
        revisit_of=held.revisit_of or "",
        via=capture.via,
        provenance=held.provenance,
    )


def _has_row(db: sqlite_utils.Database, there: Kept) -> bool:
    return has_capture(db, there.url, there.captured_at, there.payload_digest)


def _duplicate(file: str, there: Kept, other: tuple[str, int]) -> Finding:
    detail = f"{there.url} bears the WARC-Record-ID of the record at {other[1]} of {other[0]}, and has no row for that"
    return Finding(file, "duplicate", detail, there.offset)


def _without_row(file: str, there: Kept) -> Finding:
    detail = f"the capture of {there.url} at {there.offset} of {file} has no row; `baotinh ingest` reads it"
    return Finding(DATABASE, "row", detail)


def _without_record(row: Kept, file: str) -> Finding:
    return Finding(DATABASE, "row", f"capture {row.record_id}: no response begins at {row.offset} of {file}")


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"
