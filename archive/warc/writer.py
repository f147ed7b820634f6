"""Captures written as WARC 1.1: whole or not at all, one write call each; closed files sealed and in the manifest.

Members per capture: response, request, metadata, in this order, one gzip member each. A file is `.open` while written;
`Writer.close` makes it durable, renames it, takes the right to write away, and adds manifest line and event.
"""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path

from archive.custody import events, manifest
from archive.disk import append, bears, is_held, make_folder, opened, refused, sync_folder
from archive.errors import LockedError
from archive.model import Capture, Place
from archive.warc.captures import Known, Saved, capture_records, report_record, saved_records, warcinfo_record
from archive.warc.members import OPEN, folder_of
from archive.warc.record import Fields, compress, new_id, timestamp

LEVEL = 2
"""Of isal: half the time of level 3 (0.17 against 0.39 ms for a page of 78 KB) for 2 to 3 % more bytes."""

ROLL_AT = 10**9
"""Bytes after which a new file begins (WARC 1.1, Annex C)."""


class Writer:
    """Writes the captures of one source and run below `root`/warc/<source>/; one process and one thread at a time.

    `about` are further fields of each file's warcinfo record: operator, robots, http-header-user-agent. `known` finds
    the earlier capture of an equal payload (or, for a 304, of the page that has not changed): the answer then becomes a
    revisit record. No file is made before the first capture.
    """

    def __init__(
        self,
        root: Path,
        source: str,
        run: str,
        about: Fields = (),
        *,
        known: Known | None = None,
        level: int = LEVEL,
        roll_at: int = ROLL_AT,
    ) -> None:
        self.root = root
        self.source = source
        self.run = run
        self.about = about
        self.known = known
        self.level = level
        self.roll_at = roll_at
        self._descriptor = -1
        self._path = Path()
        self._file = ""
        self._length = 0
        self._captures = 0
        self._sum = hashlib.sha256()
        self._warcinfo = ""
        self._serial = 0

    def append(self, capture: Capture, provenance: str = "captured") -> Place:
        """Where `capture` now lies: written, but durable only after `sync` or `close`.

        Raises StorageError when the disk refuses: the file is then cut back to its last whole record, and a later
        append may succeed.
        """
        if self._descriptor < 0:
            self._begin()
        return self._append(*capture_records(capture, self._warcinfo, self.known, provenance))

    def append_saved(self, saved: Saved) -> Place:
        """Where a page that somebody else kept now lies; errors as of `append`."""
        if self._descriptor < 0:
            self._begin()
        return self._append(*saved_records(saved, self.source, self.run, self._warcinfo))

    def _append(self, name: str, records: list[bytes]) -> Place:
        members = [compress(record, self.level) for record in records]
        place = Place(self._file, self._length, len(members[0]), name)
        self._write(b"".join(members))
        self._captures += 1
        if self._length >= self.roll_at:
            self.close()
        return place

    def describe(self, report: bytes) -> None:
        """Adds the report of the run (JSON) to the file being written, if there is one; errors as of `append`."""
        if self._descriptor >= 0:
            now = timestamp(datetime.now(UTC))
            self._write(compress(report_record(self.run, report, self._warcinfo, now), self.level))

    def sync(self) -> None:
        """Returns when every capture appended so far is on the disk."""
        if self._descriptor >= 0:
            try:
                os.fdatasync(self._descriptor)
            except OSError as error:
                raise refused(self._path, error) from error

    def close(self) -> None:
        """Closes the file being written, if there is one; the writer may go on with the next."""
        if self._descriptor < 0:
            return
        descriptor, self._descriptor = self._descriptor, -1
        try:
            digest = f"sha256:{self._sum.hexdigest()}"
            seal(self.root, self._file, descriptor, digest, run=self.run, captures=self._captures)
        finally:
            os.close(descriptor)

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _begin(self) -> None:
        folder = self.root / folder_of(self.source)
        make_folder(folder)
        descriptor = -1
        while descriptor < 0:
            self._serial += 1
            name = file_name(self.source, self.run, self._serial)
            self._file = f"{folder_of(self.source)}/{name}"
            self._path = self.root / (self._file + OPEN)
            if (self.root / self._file).exists():
                continue
            try:
                descriptor = os.open(
                    self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644
                )
            except FileExistsError:
                continue
            except OSError as error:
                raise refused(self._path, error) from error
            # The lock tells recovery that this file is alive. Another process's may have come first, and removed it.
            if not is_held(self._path, descriptor):
                os.close(descriptor)
                descriptor = -1
        try:
            self._descriptor, self._length, self._captures, self._sum = descriptor, 0, 0, hashlib.sha256()
            self._warcinfo = new_id()
            fields = (("isPartOf", self.run), ("source", self.source), *self.about)
            record = warcinfo_record(self._warcinfo, name, timestamp(datetime.now(UTC)), fields)
            self._write(compress(record, self.level))
            sync_folder(folder)
        except BaseException:
            self._descriptor = -1
            os.close(descriptor)
            self._path.unlink(missing_ok=True)  # nothing in it but a warcinfo
            raise

    def _write(self, data: bytes) -> None:
        append(self._descriptor, data, self._length, self._path)
        self._length += len(data)
        self._sum.update(data)


def file_name(source: str, run: str, serial: int) -> str:
    """The name of the file number `serial` of a run: it holds source, time and run, as Annex C of WARC 1.1 asks.

    Run ids begin with their time and name their source ("20261124T030000Z-tinh-uy-thai-nguyen-3f2a").
    """
    stem = run if source in run else f"{run}-{source}".lstrip("-")
    safe = "".join(letter if (letter.isalnum() and letter.isascii()) or letter in "-_." else "_" for letter in stem)
    return f"{safe}-{serial:05d}.warc.gz"


def seal(root: Path, file: str, descriptor: int, digest: str, *, run: str, captures: int) -> None:
    """Makes the `.open` file behind `descriptor` a closed one: synced, in the manifest, in the log, read-only, renamed.

    The name comes last, so a closed file always has its manifest line and its event; a file that has them and is still
    `.open` is closed by recovery.
    """
    path = root / (file + OPEN)
    try:
        os.fsync(descriptor)
        size = os.fstat(descriptor).st_size
        os.fchmod(descriptor, 0o444)
        manifest.add(root, file, digest)
        detail = {"bytes": size, "captures": captures, "digest": digest, "run": run}
        events.append(root, "message digest calculation", file, "closed", detail)
        path.rename(root / file)
        sync_folder(path.parent)
    except OSError as error:
        raise refused(path, error) from error


PART = ".part"


class PartFile:
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
            raise refused(self.path, error) from error

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
            raise refused(self.path, error) from error

    def name(self) -> None:
        """Gives the file its name."""
        try:
            self.path.rename(self.target)
            sync_folder(self.target.parent)
        except OSError as error:
            raise refused(self.path, error) from error

    def close(self) -> None:
        """Ends the writing; of a file without its name nothing is left."""
        try:
            if bears(self.path, self._descriptor):
                self.path.unlink()
        finally:
            os.close(self._descriptor)

    def __enter__(self) -> PartFile:
        return self

    def __exit__(self, *exception: object) -> None:
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
            raise LockedError("{path}: another process is making this file; wait for its end", path=path)
        path.unlink()
