"""Folders of files wherever they lie: on a file system, or at an address that fsspec knows (`s3://`, `https://`)."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from archive.disk import make_folder, sync_folder
from archive.errors import StorageError, UsageError

_CLIENTS: Final = (("aiohttp", "ClientError"), ("botocore.exceptions", "BotoCoreError"))
_READ_ONLY: Final = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class Store:
    """A folder at `base`; names in it are relative, parted by slashes. `system` is fsspec's, None for the disk."""

    base: str
    system: Any = None

    def read(self, name: str, start: int = 0, end: int | None = None) -> bytes:
        """The bytes start..end of `name`; raises StorageError, also for a server that gives more than was asked for."""
        with self._errors_named(name):
            if self.system is None:
                with Path(self._at(name)).open("rb") as stream:
                    stream.seek(start)
                    return stream.read(-1 if end is None else end - start)
            data = bytes(self.system.cat_file(self._at(name), start=start, end=end))
        if end is not None and len(data) > end - start:
            raise StorageError("{at}: the server gives no parts of a file (HTTP range requests)", at=self._at(name))
        return data

    def write(self, name: str, data: bytes) -> None:
        """Makes `name` a file of `data`, whole or not at all; raises StorageError."""
        with self.filling(name) as path:
            path.write_bytes(data)

    @contextmanager
    def filling(self, name: str) -> Iterator[Path]:
        """A file to write to, which becomes `name` when the block ends, whole or not at all.

        Raises StorageError; UsageError for `https://`, which is read and not written.
        """
        self._check_protocol()
        target = Path(self._at(name))
        if self.system is None:
            make_folder(target.parent)
        beside = target.parent if self.system is None else None
        with self._errors_named(name), tempfile.TemporaryDirectory(prefix=".filling-", dir=beside) as folder:
            path = Path(folder) / target.name
            yield path
            if self.system is not None:
                self.system.put_file(str(path), self._at(name))
                return
            with path.open("rb") as written:
                os.fsync(written.fileno())
            path.replace(target)
            sync_folder(target.parent)

    def check_writable(self) -> None:
        """Raises UsageError for what is only read, StorageError for a folder that cannot be made; it leaves none."""
        self._check_protocol()
        if self.system is None and not Path(self.base).is_dir():
            make_folder(Path(self.base))
            with suppress(OSError):  # somebody else has put something there
                Path(self.base).rmdir()

    @contextmanager
    def fetched(self, name: str) -> Iterator[Path]:
        """A file with what `name` holds: itself where it is on the disk, else a copy while the block runs."""
        if self.system is None:
            yield Path(self._at(name))
            return
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "copy"
            with self._errors_named(name):
                self.system.get_file(self._at(name), str(path))
            yield path

    def has(self, name: str) -> bool:
        """Whether there is a file `name`."""
        with self._errors_named(name):
            if self.system is None:
                return Path(self._at(name)).exists()
            if not self.base.startswith(_READ_ONLY):
                return bool(self.system.exists(self._at(name)))
            try:  # fsspec takes a server that cannot be reached or trusted for one that has no such file
                self.system.cat_file(self._at(name), start=0, end=1)
            except FileNotFoundError:
                return False
            return True

    def _check_protocol(self) -> None:
        if self.base.startswith(_READ_ONLY):
            raise UsageError("{base}: is read and not written; choose a folder or an object store", base=self.base)

    @contextmanager
    def _errors_named(self, name: str) -> Iterator[None]:
        try:
            yield
        except _failures() as error:
            missing = "no such file" if isinstance(error, FileNotFoundError) else str(error)
            raise StorageError(
                "{at}: {reason}", at=self._at(name), reason=getattr(error, "strerror", None) or missing
            ) from error

    def _at(self, name: str) -> str:
        return f"{self.base}/{name}"


def open_store(address: str) -> Store:
    """The folder at `address`: a path, or an address of a protocol that is installed; raises UsageError.

    Credentials and end points are fsspec's to find: its configuration files and environment (FSSPEC_S3_ENDPOINT_URL).
    """
    protocol, parted, rest = address.rstrip("/").partition("://")
    if not parted or protocol == "file":
        return Store(rest if parted else protocol)
    try:
        import fsspec  # type: ignore[import-untyped, import-not-found, unused-ignore]

        return Store(address.rstrip("/"), fsspec.filesystem(protocol))
    except (ImportError, ValueError) as error:
        raise UsageError(
            "{address}: {error}; 'pip install baotinh[s3]' installs s3fs and fsspec", address=address, error=error
        ) from error


def _failures() -> tuple[type[Exception], ...]:
    """What reading and writing raise where it fails: by the disk, and by the clients that are loaded."""
    loaded = [(sys.modules.get(module), name) for module, name in _CLIENTS]
    return (OSError, *(getattr(module, name) for module, name in loaded if module is not None))
