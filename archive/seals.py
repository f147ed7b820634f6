"""Seals of the files that change while the archive is at work and must not change while it rests.

SQLite does not notice changed content: of 120 flipped bits its own checks found 93. So whoever has written to a
database seals it when it is done: the digest of each 4 MiB of the file, kept outside of it. The next writer breaks the
seal first. A seal that does not fit names the stretch of the file that changed.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from archive.disk import make_folder, opened, replace_file
from archive.errors import StorageError

FOLDER = "manifest/seals"
PIECE = 4 << 20
_AT_ONCE = 1 << 18  # read of a piece: a crawl would hold all of it for nothing else


@dataclass(frozen=True, slots=True)
class Break:
    """A seal that does not fit: `offset` and `length` of the stretch that changed, or the seal itself is damaged."""

    file: str
    offset: int
    length: int
    reason: str


class Writing:
    """A writer's hold on a derived file: its seal is broken first, and set again by the last writer to close.

    Any number of processes may write; one that dies leaves the file unsealed, which `check` tells.
    """

    def __init__(self, root: Path, file: str) -> None:
        self._root, self._file = root, file
        folder = root / ".lock"
        make_folder(folder)
        try:
            self._descriptor = os.open(folder / f"{file}.writers", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            try:
                fcntl.flock(self._descriptor, fcntl.LOCK_SH)
                seal_path(root, file).unlink(missing_ok=True)
            except BaseException:
                os.close(self._descriptor)
                raise
        except OSError as error:
            raise StorageError(f"{folder}: {error.strerror}") from error

    def close(self) -> None:
        """Seals the file, unless another process still writes to it. The caller has closed its connection before."""
        if self._descriptor < 0:
            return
        descriptor, self._descriptor = self._descriptor, -1
        try:
            fcntl.flock(descriptor, fcntl.LOCK_UN)
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        else:
            seal(self._root, self._file)
        finally:
            os.close(descriptor)


def seal(root: Path, file: str) -> bool:
    """Whether `file` (relative to `root`, a SQLite database) could be sealed; not while someone reads its log."""
    path = root / file
    if not path.exists() or not _checkpointed(path):
        return False
    pieces = _pieces(path)
    content = json.dumps({"bytes": path.stat().st_size, "file": file, "pieces": pieces}, sort_keys=True).encode()
    target = seal_path(root, file)
    make_folder(target.parent)
    replace_file(target, content + b"\n" + hashlib.sha256(content).hexdigest().encode() + b"\n")
    return True


def seal_path(root: Path, file: str) -> Path:
    """Where the seal of `file` lies."""
    return root / FOLDER / f"{file.replace('/', '-')}.json"


def break_seal(path: Path) -> None:
    """Takes the seal off the database at `path`: for whoever opens it to write, and may set no new one."""
    seal_path(path.parent, path.name).unlink(missing_ok=True)


def is_sealed(root: Path, file: str) -> bool:
    """Whether `file` has a seal; it may be broken."""
    return seal_path(root, file).exists()


def check(root: Path, file: str) -> tuple[Break, ...]:
    """What has changed in a sealed `file`; () where it is as it was, or unsealed. Raises StorageError."""
    target = seal_path(root, file)
    name = target.relative_to(root).as_posix()
    try:
        content, _, rest = target.read_bytes().partition(b"\n")
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise StorageError(f"{target}: {error.strerror}") from error
    if rest != hashlib.sha256(content).hexdigest().encode() + b"\n":
        return (Break(name, 0, len(content), "the seal itself was changed"),)
    sealed = json.loads(content)
    path = root / file
    if not path.exists():
        return (Break(file, 0, sealed["bytes"], "missing"),)
    breaks = [
        Break(file, number * PIECE, PIECE, "changed since it was sealed")
        for number, (was, now) in enumerate(zip(sealed["pieces"], _pieces(path), strict=False))
        if was != now
    ]
    size = path.stat().st_size
    if size != sealed["bytes"]:
        breaks.append(Break(file, min(size, sealed["bytes"]), abs(size - sealed["bytes"]), "another length"))
    return tuple(breaks)


def _checkpointed(path: Path) -> bool:
    # what still lies in the write-ahead log is moved into the file itself
    with closing(sqlite3.connect(path, timeout=5)) as connection:
        try:
            busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except sqlite3.DatabaseError:
            return False
    return not busy


def _pieces(path: Path) -> list[str]:
    with opened(path, os.O_RDONLY) as descriptor:
        return [_digest(descriptor, at) for at in range(0, os.fstat(descriptor).st_size, PIECE)]


def _digest(descriptor: int, start: int) -> str:
    """The SHA-256 of the piece that begins at `start`."""
    found = hashlib.sha256()
    for at in range(start, start + PIECE, _AT_ONCE):
        found.update(os.pread(descriptor, _AT_ONCE, at))
    return found.hexdigest()
