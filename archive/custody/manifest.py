"""The digest of every closed file, in a list that `sha256sum -c` understands.

    cd ARCHIVE && sha256sum -c manifest/sha256sums.txt

Lines are only added, but for the one exception to "a closed file never changes": a takedown replaces file and line.
"""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from archive.custody import events
from archive.disk import append, locked, make_folder, refused, replace_file
from archive.errors import DamageError
from archive.messages.message import Message

NAME = "manifest/sha256sums.txt"
PIECE = 1 << 20

_TORN = "the last line is torn"
_LINE = re.compile(r"([0-9a-f]{64})  ([^\0\n\\]+)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the manifest: file, relative to the archive, and its digest "sha256:<hex>"."""

    file: str
    digest: str


def add(root: Path, file: str, digest: str) -> None:
    """Adds the digest ("sha256:<hex>") of `file` (relative to `root`) to the manifest, durably; each file has one line.

    A line of this file is there already where whoever wrote it died before the file was named. A torn last line, left
    by a power cut, is taken out first, and that is an event: its file is still `.open`, so the line is written again
    when recovery closes it.
    """
    path = root / NAME
    make_folder(path.parent)
    line = _line(file, digest)
    with locked(path) as descriptor:
        data = _whole(root, path, descriptor)
        if line[64:] in data:
            _put(path, data, line, {file})
        else:
            append(descriptor, line, len(data), path)


def replace(root: Path, old: str, new: str, digest: str) -> None:
    """Puts the line of `new` in the place of the lines of `old` and `new`: after a takedown has replaced a file."""
    path = root / NAME
    with locked(path) as descriptor:
        _put(path, _whole(root, path, descriptor), _line(new, digest), {old, new})


def drop(root: Path, file: str) -> None:
    """Takes the line of `file` out: after a takedown that sealed it was taken back."""
    path = root / NAME
    with locked(path) as descriptor:
        _put(path, _whole(root, path, descriptor), b"", {file})


def restore(root: Path, lost: dict[str, str]) -> None:
    """Writes again the lines of `lost` (digest by file) and takes out what is no line; the log keeps what that was."""
    path = root / NAME
    make_folder(path.parent)
    with locked(path):
        entries, _ = scan(root)
        data = path.read_bytes()
        good = [_line(entry.file, entry.digest) for entry in entries if entry.file not in lost]
        stale = [line for line in data.splitlines(keepends=True) if line not in good]
        replace_file(path, b"".join((*good, *(_line(file, digest) for file, digest in sorted(lost.items())))))
        detail = {"files": sorted(lost), "stale": [line.decode("utf-8", "replace") for line in stale]}
        events.append(root, "modification", NAME, "lines written again from the log", detail)


def _whole(root: Path, path: Path, descriptor: int) -> bytes:
    # the lines of the manifest, without a torn one at the end
    data = path.read_bytes()
    good = data.rfind(b"\n") + 1
    if good < len(data):
        torn = data[good:].decode("utf-8", "replace")
        events.append(root, "modification", NAME, "torn line taken out", {"line": torn, "offset": good})
        os.ftruncate(descriptor, good)
    return data[:good]


def _put(path: Path, data: bytes, line: bytes, stale: set[str]) -> None:
    gone = {_line(file, "0" * 64)[66:-1] for file in stale}
    kept = [one + b"\n" for one in data.split(b"\n")[:-1] if one[66:] not in gone]
    replace_file(path, b"".join((*kept, line)))


def _line(file: str, digest: str) -> bytes:
    return f"{digest.removeprefix('sha256:')}  {file}\n".encode("utf-8", "surrogateescape")


def read(root: Path) -> dict[str, str]:
    """Digest by file, as the manifest says; empty where there is none yet.

    A torn last line is passed over. Raises DamageError naming a line that is not one of ours.
    """
    entries, bad = scan(root)
    damaged = [sentence for sentence in bad if not sentence.endswith(_TORN)]
    if damaged:
        raise DamageError(damaged[0])
    return {entry.file: entry.digest for entry in entries}


def listed(root: Path) -> dict[str, str]:
    """Digest by file, as far as the manifest can be read."""
    return {entry.file: entry.digest for entry in scan(root)[0]}


def scan(root: Path) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    """All lines of the manifest, and a sentence for each line that is damaged."""
    path = root / NAME
    try:
        text = path.read_bytes().decode("utf-8", "surrogateescape")
    except FileNotFoundError:
        return (), ()
    except OSError as error:
        raise refused(path, error) from error
    entries: list[Entry] = []
    bad: list[str] = []
    *lines, rest = text.split("\n")
    for number, line in enumerate(lines, start=1):
        match = _LINE.fullmatch(line)
        if match:
            entries.append(Entry(match[2], f"sha256:{match[1]}"))
        else:
            bad.append(Message("{path}: line {number} is no digest line", path=path, number=number))
    if rest:
        bad.append(f"{path}: {_TORN}")
    return tuple(entries), tuple(bad)


def digest_of(path: Path) -> str:
    """The digest "sha256:<hex>" of the file's bytes; raises StorageError naming the path."""
    try:
        with path.open("rb", buffering=0) as stream:
            return f"sha256:{hashlib.file_digest(stream, 'sha256').hexdigest()}"
    except OSError as error:
        raise refused(path, error) from error
