"""WARC files record by record: every member whole, every record's own digests true."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from archive.verify.report import Finding
from archive.warc import http
from archive.warc.digests import wrong
from archive.warc.held import read_fields
from archive.warc.members import Fault, locate
from archive.warc.parting import Part
from archive.warc.scan import Parsed, records

Found = Callable[[Finding], None]


def checked(root: Path, file: str, report: Found, part: Part = http.part) -> Iterator[Parsed | Fault]:
    """The records of `file`, each checked on the way; `report` is told of stretches and digests that are not right."""
    ours = False
    for item in records(locate(root, file)):
        if isinstance(item, Fault):
            report(Finding(file, "unreadable", f"{item.length} bytes: {item.reason}", item.offset))
        else:
            if item.record.type == "warcinfo":
                ours = dict(read_fields(item.record.block)).get("software", "").startswith("baotinh/")
            for sentence in wrong(item.record, ours, part):
                report(Finding(file, "digest", sentence, item.offset))
        yield item


def faults_in(root: Path, file: str) -> Iterator[Finding]:
    """Everything that is wrong inside `file`."""
    found: list[Finding] = []
    for _ in checked(root, file, found.append):
        yield from found
        found.clear()
    yield from found
