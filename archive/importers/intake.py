"""The last step of every import of WARC: the file entered in manifest and log, then named."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from archive import events, manifest
from archive.errors import LockedError
from archive.warc.members import OPEN, folder_of
from archive.warc.part import Part

_LONGEST = 150
"""Characters taken of a name: what is added to it, now and by takedowns, must fit into the 255 of a file's name."""


def begin(root: Path, source: str, name: str) -> Part:
    """A file for what comes as `name`, below the folder of `source`, beside whatever came under that name before.

    Two imports at once of files of one name make two files.
    """
    folder, stem, number = folder_of(source), _stem(name), 1
    file = f"{folder}/{stem}.warc.gz"
    while True:
        if not _is_taken(root / file):
            with suppress(LockedError):  # by another import, which is making a file of this name
                part = Part(root, file)
                if not _is_taken(root / file):
                    return part
                part.close()
        number += 1
        file = f"{folder}/{stem}-{number}.warc.gz"


def accept(root: Path, part: Part, captures: int, detail: events.Detail) -> None:
    """Makes `part` one of the archive's files: durable, in the manifest, in the log ("accession"), named."""
    part.settle()
    manifest.add(root, part.file, part.digest)
    told = {**detail, "bytes": part.length, "captures": captures, "digest": part.digest}
    events.append(root, "accession", part.file, "brought in", told)
    part.name()


def _stem(name: str) -> str:
    stem = name
    for end in (".gz", ".zst", ".warc", ".arc"):
        stem = stem.removesuffix(end)
    safe = "".join(letter if (letter.isalnum() and letter.isascii()) or letter in "-_." else "_" for letter in stem)
    return safe.lstrip(".")[:_LONGEST] or "unnamed"


def _is_taken(path: Path) -> bool:
    return path.exists() or path.with_name(path.name + OPEN).exists()
