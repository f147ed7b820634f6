"""The WARC records of chosen articles in one file: copied byte for byte, each with its request and metadata."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

import sqlite_utils

from archive.errors import UsageError
from archive.export.about import About
from archive.store.selection import captures_of
from archive.warc.groups import chosen, copied
from archive.warc.members import locate
from archive.warc.record import GZIP_MAGIC, compress, new_id
from archive.warc.records import warcinfo_record
from archive.warc.write import LEVEL

ENDING = ".warc.gz"


def write_warc(
    root: Path,
    db: sqlite_utils.Database,
    articles: Iterable[int],
    path: Path,
    name: str,
    about: About,
) -> int:
    """Writes every capture of `articles` (row ids), of their pictures and attachments to `path`; gives their number.

    The file begins with a warcinfo record that says what it is; behind it, file by file of the archive, the warcinfo of
    that file and the wanted records, their bytes untouched (records of a file that is not compressed get a gzip member
    of their own). The originals of revisits come along. `name` is what the file will be called. Raises UsageError where
    that does not end with .warc.gz.
    """
    if not name.endswith(ENDING):
        raise UsageError(f"{name}: the records are compressed; end the name with {ENDING}")
    captures = 0
    with path.open("wb") as out:
        out.write(compress(_info(name, about), LEVEL))
        for file, ids in sorted(captures_of(db, articles).items()):
            source = locate(root, file)
            for member in _members(source, ids):
                out.write(member)
            captures += len(ids)
    return captures


def _members(path: Path, ids: set[str]) -> Iterator[bytes]:
    with path.open("rb") as file:
        packed = file.read(len(GZIP_MAGIC)) == GZIP_MAGIC
    for data in copied(path, chosen(path, ids)[1]):
        yield data if packed else compress(data, LEVEL)


def _info(name: str, about: About) -> bytes:
    fields = (
        ("description", f"selection: {about.sentence()}"),
        ("selection", json.dumps(asdict(about), ensure_ascii=False)),
    )
    return warcinfo_record(new_id(), name, about.made_at, fields)
