"""A WARC file made in one go under a passing name, and named when it is whole.

While it is written it ends in `.part`, which no other part of the archive looks at; a crash leaves nothing but that.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from types import TracebackType

from archive.disk import append, bears, is_held, make_folder, opened, sync_folder
from archive.errors import LockedError, StorageError
from archive.warc.record import compress
from archive.warc.write import LEVEL

PART = ".part"


class Part:
    """Collects the bytes of the file `file` (relative to `root`); leaving the block without `name` leaves nothing.

    Raises LockedError where another process is making a file of this name, StorageError.
    """

    def __init__(self, root: Path, file: str, mode: int = 0o444) -> None:
        self.file = file
        self.target = root / file
        self.path = root / (file + PART)
        self.length = 0
        self._mode = mode
        self._sum = hashlib.sha256()
        make_folder(self.path.parent)
        try:
            self._descriptor = _new(self.path)
        except OSError as error:
            raise StorageError(f"{self.path}: {error.strerror}") from error

    def write(self, data: bytes) -> None:
        """Adds `data` as it is."""
        append(self._descriptor, data, self.length, self.path)
        self._sum.update(data)
        self.length += len(data)

    def add(self, record: bytes) -> None:
        """Adds one record as a gzip member of its own."""
        self.write(compress(record, LEVEL))

    @property
    def digest(self) -> str:
        """The digest "sha256:<hex>" of what was written so far."""
        return f"sha256:{self._sum.hexdigest()}"

    def settle(self) -> None:
        """Makes what was written durable and read-only."""
        try:
            os.fsync(self._descriptor)
            os.fchmod(self._descriptor, self._mode)
        except OSError as error:
            raise StorageError(f"{self.path}: {error.strerror}") from error

    def name(self) -> None:
        """Gives the file its name."""
        try:
            self.path.rename(self.target)
            sync_folder(self.target.parent)
        except OSError as error:
            raise StorageError(f"{self.path}: {error.strerror}") from error

    def close(self) -> None:
        """Ends the writing; of a file without its name nothing is left."""
        try:
            if bears(self.path, self._descriptor):
                self.path.unlink()
        finally:
            os.close(self._descriptor)

    def __enter__(self) -> Part:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _new(path: Path) -> int:
    """A descriptor of an empty file at `path`, held by this process; what a crash has left there is removed first."""
    while True:
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        except FileExistsError:
            remove_left(path)
            continue
        if is_held(path, descriptor):
            return descriptor
        os.close(descriptor)


def remove_left(path: Path) -> None:
    """Removes the `.part` file at `path` that a crash has left; raises LockedError where its maker lives."""
    with opened(path, os.O_RDONLY) as descriptor:  # it may be read-only, where its maker died before it was named
        if not is_held(path, descriptor):
            raise LockedError(f"{path}: another process is making this file; wait for its end")
        path.unlink()
