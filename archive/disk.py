"""Bytes brought to disk and kept there: whole or not at all, and named in the error when that fails."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from archive.errors import StorageError
from archive.messages.message import Message, reason_of

_ROOM: Final = Message("make room, then try again; nothing stored is lost")
_WAYS: Final = {
    errno.ENOSPC: _ROOM,
    errno.EDQUOT: _ROOM,
    errno.EFBIG: _ROOM,
    errno.EROFS: Message(
        "what writes needs a copy on a disk that can be written; searches and `baotinh verify` do not"
    ),
    errno.EACCES: Message("run it as the user to whom the archive belongs"),
}


def refused(path: Path | str, error: OSError, left: str = "") -> StorageError:
    """The archive's error for what the system said of `path`, with the way out; where none is known what is `left`."""
    way, reason = _WAYS.get(error.errno or 0, left), reason_of(error)
    told = Message("{reason}; {way}", reason=reason, way=way) if way else reason
    return StorageError("{path}: {told}", path=path, told=told) if path else StorageError(told)


def append(descriptor: int, data: bytes, good: int, path: Path) -> None:
    """Writes `data` at the end of an O_APPEND descriptor in one call; `good` is the length the file has before.

    Raises StorageError after cutting the file back to `good`: a full disk answers with a short write first and with
    the error only at the next call (5,536 of 30,000 bytes, measured), so the rest is tried once to learn the reason.
    """
    try:
        written = os.write(descriptor, data)
        while written < len(data):
            written += os.write(descriptor, data[written:])
    except OSError as error:
        try:
            os.ftruncate(descriptor, good)
        except OSError as second:
            told = "{path}: {reason}, and cutting the torn end failed: {second}"
            raise StorageError(told, path=path, reason=reason_of(error), second=reason_of(second)) from error
        raise refused(path, error, Message("nothing of the last record was kept, the file is whole")) from error


def replace_file(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Makes `path` a file of `data`, durably; whoever looks sees the old content or the new, never a part.

    Raises StorageError naming the path.
    """
    temporary = path.with_name(path.name + ".new")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, mode)
        try:
            append(descriptor, data, 0, temporary)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        temporary.rename(path)
        sync_folder(path.parent)
    except (OSError, StorageError) as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        cause = error if isinstance(error, OSError) else error.__cause__
        if not isinstance(cause, OSError):
            raise
        raise refused(path, cause) from error


def sync_folder(folder: Path) -> None:
    """Makes the names in `folder` durable, as needed after a file is made or renamed."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Makes `folder` and its parents where missing; raises StorageError naming the path."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        if error.errno in _WAYS:
            raise refused(folder, error) from error
        raise StorageError(
            "{folder}: {reason}; choose an archive path that can be written", folder=folder, reason=reason_of(error)
        ) from error


@contextmanager
def opened(path: Path, flags: int, mode: int = 0o644) -> Iterator[int]:
    """A descriptor of `path`, closed at the end; raises StorageError naming the path where it cannot be opened."""
    try:
        descriptor = os.open(path, flags | os.O_CLOEXEC, mode)
    except OSError as error:
        raise refused(path, error) from error
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def locked(path: Path) -> Iterator[int]:
    """A descriptor for reading and appending to `path`, made where missing, held against other processes meanwhile."""
    new = not path.exists()
    held = False
    while not held:
        with opened(path, os.O_RDWR | os.O_APPEND | os.O_CREAT) as descriptor:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            held = bears(path, descriptor)  # whoever we waited for may have put another file in its place
            if held:
                yield descriptor
                os.fsync(descriptor)
    if new:
        sync_folder(path.parent)


@contextmanager
def in_turn(path: Path) -> Iterator[None]:
    """Holds the lock file at `path`, made where missing, until the block ends; waits for whoever has it.

    Its folder is made, and no other: raises OSError where that cannot be.
    """
    path.parent.mkdir(exist_ok=True)
    with opened(path, os.O_RDWR | os.O_CREAT) as descriptor:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield


def is_held(path: Path, descriptor: int) -> bool:
    """Whether the open file is this process's alone now, and `path` is its name still; waits for nobody."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return bears(path, descriptor)


def bears(path: Path, descriptor: int) -> bool:
    """Whether `path` is the name of the open file: since it was opened it may have been renamed, replaced, deleted."""
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False
