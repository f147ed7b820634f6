"""The last step of every import of WARC: the file entered in manifest and log, then named."""

from __future__ import annotations

from pathlib import Path

from archive import events, manifest
from archive.warc.members import OPEN, folder_of
from archive.warc.part import Part


def begin(root: Path, source: str, name: str) -> Part:
    """A file for what comes as `name`, below the folder of `source`, beside whatever came under that name before."""
    folder = folder_of(source)
    return Part(root, f"{folder}/{_free(root / folder, _gzip_name(name))}")


def accept(root: Path, part: Part, captures: int, detail: events.Detail) -> None:
    """Makes `part` one of the archive's files: durable, in the manifest, in the log ("accession"), named."""
    part.settle()
    manifest.add(root, part.file, part.digest)
    told = {**detail, "bytes": part.length, "captures": captures, "digest": part.digest}
    events.append(root, "accession", part.file, "brought in", told)
    part.name()


def _gzip_name(name: str) -> str:
    stem = name
    for end in (".gz", ".zst", ".warc", ".arc"):
        stem = stem.removesuffix(end)
    safe = "".join(letter if (letter.isalnum() and letter.isascii()) or letter in "-_." else "_" for letter in stem)
    return f"{safe.lstrip('.') or 'unnamed'}.warc.gz"


def _free(folder: Path, name: str) -> str:
    stem, number, free = name.removesuffix(".warc.gz"), 1, name
    while (folder / free).exists() or (folder / (free + OPEN)).exists():
        number += 1
        free = f"{stem}-{number}.warc.gz"
    return free
