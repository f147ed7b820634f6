"""Whether a WACZ package holds what it says: our own check, for the reference validator accepts one without pages."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from isal import isal_zlib

from archive.errors import DamageError, StorageError, UsageError
from archive.package.zipnum import read_zipnum
from archive.warc.digests import holds
from archive.warc.index import Entry, parse_line
from archive.warc.record import GZIP_ERROR, parse, read_timestamp

_PIECE = 1 << 20
_UNSOUND = (
    *(BadZipFile, ValueError, KeyError, EOFError, GZIP_ERROR, zlib.error),
    *(TypeError, AttributeError),  # JSON of another shape
    RuntimeError,  # encrypted, packed by a method that is not known; JSON nested without end
)


def check_wacz(path: Path) -> tuple[str, ...]:
    """A sentence for everything in the package that is not as it says; () where all is right.

    Every digest is true, every line of the index opens a record with that URL, time and digest, every page has a line.
    Raises UsageError where there is no such file or it is none of this kind, DamageError where it cannot be opened,
    StorageError.
    """
    if not path.exists():
        raise UsageError(f"{path} is not there; name a WACZ file or the folder of a bag")
    try:
        with path.open("rb") as stream:
            if stream.read(2) != b"PK":
                raise UsageError(f"{path} is no WACZ package; name a WACZ file or the folder of a bag")
        with ZipFile(path) as package:
            return tuple(_findings(package))
    except _UNSOUND as error:
        raise DamageError(f"{path}: not a sound WACZ package ({error})") from error
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror or error}") from error


def _findings(package: ZipFile) -> Iterator[str]:
    about = package.read("datapackage.json")
    told = json.loads(package.read("datapackage-digest.json"))["hash"]
    if f"sha256:{hashlib.sha256(about).hexdigest()}" != told:
        yield "datapackage.json is not the one that datapackage-digest.json names"
    listed: dict[str, dict[str, Any]] = {entry["path"]: entry for entry in json.loads(about)["resources"]}
    names = set(package.namelist()) - {"datapackage.json", "datapackage-digest.json"}
    yield from (f"{name} is not listed" for name in sorted(names - set(listed)))
    for name, entry in listed.items():
        if name not in names:
            yield f"{name} is listed and not there"
        elif (found := _digest(package, name)) != (entry["hash"], entry["bytes"]):
            yield f"{name} has the digest and length {found}, listed are {entry['hash']}, {entry['bytes']}"
    lines = [parse_line(line) for line in _index(package)]
    yield from _index_findings(package, lines)
    yield from _page_findings(package, lines)


def _digest(package: ZipFile, name: str) -> tuple[str, int]:
    total, size = hashlib.sha256(), 0
    with package.open(name) as stream:
        while piece := stream.read(_PIECE):
            total.update(piece)
            size += len(piece)
    return f"sha256:{total.hexdigest()}", size


def _index(package: ZipFile) -> list[bytes]:
    lines = list(read_zipnum(package.read("indexes/index.cdx.gz"), package.read("indexes/index.idx")))
    if lines != sorted(lines):
        raise ValueError("the index is not sorted")
    return lines


def _index_findings(package: ZipFile, lines: list[Entry]) -> Iterator[str]:
    for name in sorted({line.filename for line in lines}):
        with package.open(f"archive/{name}") as stream:
            for line in sorted((one for one in lines if one.filename == name), key=lambda one: one.offset):
                stream.seek(line.offset)
                record = parse(isal_zlib.decompress(stream.read(line.length), 31))
                stamp = read_timestamp(record.get("warc-date")).strftime("%Y%m%d%H%M%S")
                if (record.url, stamp) != (line.url, line.timestamp):
                    yield f"{name} at {line.offset}: {record.url} of {stamp}, not {line.url} of {line.timestamp}"
                if holds(record.get("warc-block-digest"), record.block) is False:
                    yield f"{name} at {line.offset}: the record is not what its block digest says"
                told = record.get("warc-payload-digest")
                if told.startswith("sha256:") and told != line.digest:
                    yield f"{name} at {line.offset}: payload digest {told}, the index says {line.digest}"


def _page_findings(package: ZipFile, lines: list[Entry]) -> Iterator[str]:
    known = {(line.url, line.timestamp) for line in lines}
    head, *pages = package.read("pages/pages.jsonl").decode().splitlines()
    if json.loads(head).get("format") != "json-pages-1.0":
        yield "pages/pages.jsonl does not begin with its format"
    for text in pages:
        page = json.loads(text)
        stamp = read_timestamp(page["ts"]).strftime("%Y%m%d%H%M%S")
        if (page["url"], stamp) not in known:
            yield f"page {page['url']} of {page['ts']} has no line in the index"
