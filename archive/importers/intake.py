"""How a file comes in: what kind it is by its first bytes, the last step that names it in manifest and log, and what
became of it, now or earlier.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from zipfile import BadZipFile, ZipFile, is_zipfile

from archive.custody import events, manifest
from archive.custody.package.bag import DECLARATION
from archive.errors import DamageError, LockedError, StorageError, UsageError
from archive.messages.message import Message, reason_of
from archive.warc.members import OPEN, folder_of
from archive.warc.writer import PartFile

_LONGEST = 150
"""Characters taken of a name: what is added to it, now and by takedowns, must fit into the 255 of a file's name."""


def passed_over(folder: Path, path: Path) -> Message | None:
    """Why `path` below `folder` is passed over: a link that leads out of it, a pipe; None for a file or a folder."""
    if path.is_symlink() and (path.is_dir() or not path.resolve().is_relative_to(folder.resolve())):
        return Message("a link to a folder") if path.is_dir() else Message("a link to a file that is not in the folder")
    return None if path.is_file() or path.is_dir() else NO_FILE


def begin(root: Path, source: str, name: str) -> PartFile:
    """A file for what comes as `name`, below the folder of `source`, beside whatever came under that name before.

    Two imports at once of files of one name make two files.
    """
    folder, stem, number = folder_of(source), _stem(name), 1
    file = f"{folder}/{stem}.warc.gz"
    while True:
        if not _is_taken(root / file):
            with suppress(LockedError):  # by another import, which is making a file of this name
                part = PartFile(root, file)
                if not _is_taken(root / file):
                    return part
                part.close()
        number += 1
        file = f"{folder}/{stem}-{number}.warc.gz"


def accept(root: Path, part: PartFile, captures: int, detail: events.Detail) -> None:
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


NO_FILE = Message("a pipe or a device, no file")
"""Why what stands at a path is not read."""

Kind = Literal["warc", "arc", "wacz", "bag", "html", "lines"]

ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
ZSTD_SKIPPABLE = tuple(bytes((low, 0x2A, 0x4D, 0x18)) for low in range(0x50, 0x60))
PAGES = frozenset({".html", ".htm", ".xhtml", ".shtml", ".mhtml", ".mht"})

_HEAD = 1 << 16


def kind_of(path: Path) -> Kind | None:
    """The kind of the file or folder at `path`; None where it is nothing known.

    Raises StorageError, DamageError, and UsageError for a pipe or a device, which might never end.
    """
    if path.is_dir():
        return "bag" if (path / DECLARATION).is_file() else "html"
    if path.exists() and not path.is_file():
        raise UsageError("{path}: {reason}", path=path, reason=NO_FILE)
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD)
    except OSError as error:
        raise StorageError("{path}: {reason}", path=path, reason=reason_of(error)) from error
    if head.startswith((ZSTD_MAGIC, *ZSTD_SKIPPABLE)):
        return "warc"
    if head.startswith(b"\x1f\x8b"):
        head = _start(head)
    if head.startswith(b"WARC/"):
        return "warc"
    if head.startswith(b"filedesc://"):
        return "arc"
    if head.startswith(b"PK\x03\x04") and is_zipfile(path):
        return "wacz" if "datapackage.json" in _names(path) else None
    if path.suffix.lower() in PAGES:
        return "html"
    return "lines" if _is_object(head.lstrip(b"\xef\xbb\xbf").partition(b"\n")[0], head) else None


def _names(path: Path) -> list[str]:
    try:
        with ZipFile(path) as package:
            return package.namelist()
    except (BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise DamageError("{path}: not a sound ZIP file ({error})", path=path, error=error) from error


def _start(data: bytes) -> bytes:
    try:
        return zlib.decompressobj(31).decompress(data, 64)
    except zlib.error:
        return b""


def _is_object(line: bytes, head: bytes) -> bool:
    if not line.startswith(b"{"):
        return False
    if b"\n" not in head and len(head) == _HEAD:
        return True  # a first line longer than what was looked at
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


@dataclass(frozen=True, slots=True)
class Imported:
    """A WARC file of the archive (`file`, relative to it) and what it was made from.

    `how`: "copied" byte for byte; "packed" anew, every record byte for byte; "written" out of pages that were no WARC;
    "known", for it came before. `skipped` are sentences about what was passed over, and why; `damaged` counts
    the places in which the file is not what it was: cut, or bytes changed.
    """

    file: str
    origin: str
    how: Literal["copied", "packed", "written", "known"]
    captures: int
    skipped: tuple[str, ...] = ()
    damaged: int = 0


def imported_before(root: Path, digest: str) -> Iterator[Imported]:
    """What was made of the file or folder with this `digest` before, and is held; raises DamageError for a bad log.

    A last line that a death has torn is none yet: the next entry puts it aside.
    """
    known, bad = events.scan(root)
    if bad and not bad[0].endswith("the last line is torn"):
        raise DamageError(bad[0])
    for event in known:
        detail = json.loads(event.detail_json)
        if detail.get("origin_digest") == digest and (root / event.object).exists():
            yield Imported(event.object, str(detail.get("origin", "")), "known", int(detail.get("captures", 0)))


def members_before(root: Path, digest: str) -> dict[str, Imported]:
    """Of a package with this `digest`, what was made of the files in it, by their names there.

    Not all of them are among these where bringing it in was broken off.
    """
    return {one.origin.partition("!")[2]: one for one in imported_before(root, digest)}
