"""A WARC file made in one go under a passing name, and named when it is whole.

While it is written it ends in `.part`, which no other part of the archive looks at; a crash leaves nothing but that.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from types import TracebackType

from archive.disk import append, make_folder, sync_folder
from archive.errors import StorageError
from archive.warc.record import compress
from archive.warc.write import LEVEL

PART = ".part"


class Part:
    """Collects the bytes of the file `file` (relative to `root`); leaving the block without `name` leaves nothing."""

    def __init__(self, root: Path, file: str, mode: int = 0o444) -> None:
        self.file = file
        self.target = root / file
        self.path = root / (file + PART)
        self.length = 0
        self._mode = mode
        self._sum = hashlib.sha256()
        make_folder(self.path.parent)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
        try:
            self._descriptor = os.open(self.path, flags, 0o600)
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

    def __enter__(self) -> Part:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._descriptor)
        self.path.unlink(missing_ok=True)
