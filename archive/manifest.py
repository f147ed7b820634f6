"""The digest of every closed file, in a list that `sha256sum -c` understands.

    cd ARCHIVE && sha256sum -c manifest/sha256sums.txt

Lines are only added; the last line of a file holds (a takedown replaces a file and adds its new digest).
"""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from archive.disk import append, locked, make_folder
from archive.errors import DamageError, StorageError

NAME = "manifest/sha256sums.txt"
PIECE = 1 << 20

_LINE = re.compile(r"([0-9a-f]{64})  ([^\0\n\\]+)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the manifest: file, relative to the archive, and its digest "sha256:<hex>"."""

    file: str
    digest: str


def add(root: Path, file: str, digest: str) -> None:
    """Adds the digest ("sha256:<hex>") of `file` (relative to `root`) to the manifest, durably."""
    path = root / NAME
    make_folder(path.parent)
    line = f"{digest.removeprefix('sha256:')}  {file}\n".encode()
    with locked(path) as descriptor:
        append(descriptor, line, os.fstat(descriptor).st_size, path)


def read(root: Path) -> dict[str, str]:
    """Digest by file, as the manifest says; empty where there is none yet.

    Raises DamageError naming the line that is not one of ours.
    """
    entries, bad = scan(root)
    if bad:
        raise DamageError(bad[0])
    return {entry.file: entry.digest for entry in entries}


def scan(root: Path) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    """All lines of the manifest, and a sentence for each line that is damaged."""
    path = root / NAME
    try:
        text = path.read_bytes().decode("utf-8", "surrogateescape")
    except FileNotFoundError:
        return (), ()
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror}") from error
    entries: list[Entry] = []
    bad: list[str] = []
    if text and not text.endswith("\n"):
        bad.append(f"{path}: the last line is torn")
    for number, line in enumerate(text.split("\n"), start=1):
        match = _LINE.fullmatch(line)
        if match:
            entries.append(Entry(match[2], f"sha256:{match[1]}"))
        elif line:
            bad.append(f"{path}: line {number} is no digest line")
    return tuple(entries), tuple(bad)


def digest_of(path: Path) -> str:
    """The digest "sha256:<hex>" of the file's bytes; raises StorageError naming the path."""
    total = hashlib.sha256()
    try:
        with path.open("rb", buffering=0) as stream:
            while piece := stream.read(PIECE):
                total.update(piece)
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror}") from error
    return f"sha256:{total.hexdigest()}"
