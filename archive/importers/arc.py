"""ARC files, the format before WARC: each answer becomes a WARC record with the bytes the ARC file holds.

Internet Archive's "ARC File Format" 1.0: a line `URL IP 14-digit-date content-type length`, the bytes, a line feed.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from archive.errors import DamageError
from archive.holdings import Holdings
from archive.importers.brought import Brought
from archive.importers.intake import accept, begin
from archive.importers.raw import unpacked
from archive.model import Capture
from archive.warc.members import MEMBER_LIMIT
from archive.warc.record import new_id, one_line, read_timestamp, timestamp
from archive.warc.records import capture_records, warcinfo_record

_LINE_LIMIT = 1 << 16


def bring_arc(holdings: Holdings, path: Path, source: str, digest: str) -> Iterator[Brought]:
    """The WARC file written from the ARC file at `path`; a file that breaks off gives what stands before the break."""
    skipped: list[str] = []
    count, name = 0, one_line(path.name)
    with begin(holdings.root, source, path.name) as intake, unpacked(path) as stream:
        for capture in _captures(stream, source, name, skipped):
            if not count:
                fields = (("isPartOf", name), ("source", source), ("operator", holdings.settings.operator))
                intake.add(warcinfo_record(new_id(), Path(intake.file).name, timestamp(capture.began), fields))
            for record in capture_records(capture, provenance="imported")[1]:
                intake.add(record)
            count += 1
        detail = {"faults": [], "how": "written", "origin": path.name, "origin_digest": digest, "passed_over": 0}
        accept(holdings.root, intake, count, detail)
    yield Brought(intake.file, str(path), "written", count, tuple(skipped))


def _captures(stream: IO[bytes], source: str, name: str, skipped: list[str]) -> Iterator[Capture]:
    while True:
        try:
            line = stream.readline(_LINE_LIMIT)
            if not line:
                return
            if not line.strip():
                continue
            *start, length = line.decode("utf-8", "replace").split()
            size = int(length)
            block = stream.read(size) if 0 <= size <= MEMBER_LIMIT else b""
        except (ValueError, EOFError, OSError, zlib.error) as error:
            skipped.append(f"{name}: breaks off or is no ARC file from here on ({error})")
            return
        if len(block) != size:
            skipped.append(
                f"{name}: {' '.join(start[:1])} is cut or above {MEMBER_LIMIT} bytes; nothing behind it was read"
            )
            return
        url = start[0] if start else ""
        if len(start) != 4 or not url.startswith(("http://", "https://")) or not url.isprintable():
            if not url.startswith("filedesc:"):
                skipped.append(f"{name}: {url if url.isprintable() else repr(url)} is no page")
            continue
        _, address, date, _ = start
        try:
            began = read_timestamp(date)
        except DamageError as error:
            skipped.append(f"{name}: {url}: {error}")
            continue
        address = address if address.isprintable() else ""
        yield Capture(url, began, b"", block, source, address=address, notes=(("from", f"ARC file {name}"),))
