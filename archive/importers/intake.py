"""A file on its way into the archive: written under a passing name, then sealed, named and entered in the log.

While it is written it ends in `.part`, which no other part of the archive looks at; a crash leaves nothing but that.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from types import TracebackType

from archive import events, manifest
from archive.disk import append, make_folder, sync_folder
from archive.errors import StorageError
from archive.warc.members import folder_of
from archive.warc.record import compress
from archive.warc.write import LEVEL

PART = ".part"


class Intake:
    """Collects the bytes of one WARC file called `name` below the folder of `source`."""

    def __init__(self, root: Path, source: str, name: str) -> None:
        self._root = root
        self._folder = root / folder_of(source)
        make_folder(self._folder)
        self.file = f"{folder_of(source)}/{_free(self._folder, _gzip_name(name))}"
        self.path = root / (self.file + PART)
        self.length = 0
        self._sum = hashlib.sha256()
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
        try:
            self._descriptor = os.open(self.path, flags, 0o644)
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

    def keep(self, captures: int, detail: events.Detail) -> None:
        """Makes the file part of the archive: durable, in the manifest, in the log ("accession"), read-only, named."""
        digest = f"sha256:{self._sum.hexdigest()}"
        try:
            os.fsync(self._descriptor)
            os.fchmod(self._descriptor, 0o444)
            manifest.add(self._root, self.file, digest)
            told = {**detail, "bytes": self.length, "captures": captures, "digest": digest}
            events.append(self._root, "accession", self.file, "brought in", told)
            self.path.rename(self._root / self.file)
            sync_folder(self._folder)
        except OSError as error:
            raise StorageError(f"{self.path}: {error.strerror}") from error

    def __enter__(self) -> Intake:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._descriptor)
        self.path.unlink(missing_ok=True)


def _gzip_name(name: str) -> str:
    stem = name
    for end in (".gz", ".zst", ".warc", ".arc"):
        stem = stem.removesuffix(end)
    safe = "".join(letter if (letter.isalnum() and letter.isascii()) or letter in "-_." else "_" for letter in stem)
    return f"{safe.lstrip('.') or 'unnamed'}.warc.gz"


def _free(folder: Path, name: str) -> str:
    # another file of that name may have come before
    stem, number, free = name.removesuffix(".warc.gz"), 1, name
    while (folder / free).exists() or (folder / f"{free}.open").exists():
        number += 1
        free = f"{stem}-{number}.warc.gz"
    return free
