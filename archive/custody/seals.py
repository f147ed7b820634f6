"""Seals of the files that change while the archive is at work and must not change while it rests.

SQLite does not notice changed content: of 120 flipped bits its own checks found 93. So the last writer to close a
database seals it: two digests of each 256 KiB of the file, kept outside of it, and the digest of the seal in the event
log. The next writer looks at the seal before its first write, refuses a file that is not what was sealed, enters into
the log that it opens the file, and breaks the seal.

A piece that no writer has changed keeps the SHA-256 it had: sealing again never makes damage the recorded state, also
where the CRC by which a writer looks does not see it. `check` looks by the SHA-256.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from isal import isal_zlib

from archive.custody import events
from archive.disk import in_turn, make_folder, opened, refused, replace_file
from archive.errors import DamageError, LockedError, UsageError
from archive.messages.message import Message

FOLDER: Final = "manifest/seals"
PIECE: Final = 1 << 18
BUSY_SECONDS = 5.0
"""How long it is waited for another program that reads a database."""

DATABASES: Final = ("archive.sqlite", "frontier.sqlite")

_OPENED: Final = ("opened", "opened, found unsealed", "made again", events.ACCEPTED)
_SEALED: Final = "sealed"

Problem = Literal["changed", "missing", "unsealed"]


@dataclass(frozen=True, slots=True)
class Break:
    """What is not as it was sealed: `offset` and `length` of the stretch that changed, or of the whole file.

    `unsealed` is no damage by itself: the writer died, so nothing is known of the file since it was opened.
    """

    file: str
    offset: int
    length: int
    reason: str
    problem: Problem = "changed"


@dataclass(frozen=True, slots=True)
class _Seal:
    # `sums`: CRC-32 of each piece
    bytes: int
    pieces: tuple[str, ...]
    sums: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Told:
    # what the log tells of a file: the digest of the seal last set, and whether it was opened since
    digest: str
    opened: bool


class Writing:
    """A writer's hold on derived files: their seals are checked, then broken, and set again by the last one to close.

    Any number of processes may write, and one may hold a file more than once: only the first looks, only the last
    seals. One that dies leaves a file unsealed, which `check` tells. Raises DamageError where one is not what was
    sealed; nothing is written then.
    """

    def __init__(self, root: Path, *files: str) -> None:
        self._root = root
        self._descriptors: dict[str, int] = {}
        with ExitStack() as turns:
            try:
                fresh = []
                for file in files:
                    turns.enter_context(_turn(root, file))
                    descriptor = self._descriptors[file] = _lock_file(root, file)
                    if not _is_alone(descriptor):
                        fcntl.flock(descriptor, fcntl.LOCK_SH)  # waits for a rebuild
                    if _is_alone(descriptor):
                        fresh.append((file, _looked(root, file)))
                for file, outcome in fresh:
                    _open(root, file, outcome)
                for descriptor in self._descriptors.values():
                    fcntl.flock(descriptor, fcntl.LOCK_SH)
            except BaseException:
                self._let_go()
                raise

    def close(self) -> None:
        """Seals the files that no other process writes to. The caller has closed its connections before."""
        try:
            for file, descriptor in self._descriptors.items():
                with _turn(self._root, file):
                    if _is_alone(descriptor):
                        seal(self._root, file)
        finally:
            self._let_go()

    def _let_go(self) -> None:
        descriptors, self._descriptors = self._descriptors, {}
        for descriptor in descriptors.values():
            os.close(descriptor)


class Change:
    """A hold on a sealed database for a change of few pages: only the pieces that change are looked at and sealed anew.

    `alone` says whether that can be; else this is as `Writing`. SQLite writes the pages of a change into its log, and
    into the file only when it moves them there, which the caller leaves to `close` (`wal_autocheckpoint = 0`). So
    before that the pieces concerned are still as they were sealed: one that is not keeps the digest that it had, and
    `check` goes on naming it.
    """

    def __init__(self, root: Path, file: str) -> None:
        self._root, self._file, self._path = root, file, root / file
        self._was = _Seal(0, (), ())
        self._others: Writing | None = None
        self._descriptor = -1
        with _turn(root, file):
            descriptor = _lock_file(root, file)
            try:
                was = _sealed(root, file) if _is_alone(descriptor) else None
                if was is not None:
                    _open(root, file, _OPENED[0])
            except BaseException:
                os.close(descriptor)
                raise
            if was is None:
                os.close(descriptor)
            else:
                self._was, self._descriptor = was, descriptor
        if was is None:
            self._others = Writing(root, file)

    @property
    def alone(self) -> bool:
        """Whether nobody else writes meanwhile, and the file was sealed."""
        return self._others is None

    def close(self) -> bool:
        """Moves the log into the file; whether all of it could be, which it cannot while someone reads what was before.

        The caller's connection is still open, its transaction is not. The second call does nothing.
        """
        if self._others is not None:
            others, self._others = self._others, None
            settled = _checkpointed(self._path)
            others.close()
            return settled
        if self._descriptor < 0:
            return False
        descriptor, self._descriptor = self._descriptor, -1
        try:
            changed = _changed_pieces(self._path)
            damaged = {number for number in changed if not self._is_sound(number)}
            if not _checkpointed(self._path):
                return False
            self._seal(changed - damaged)
            return True
        finally:
            os.close(descriptor)

    def _is_sound(self, number: int) -> bool:
        return number >= len(self._was.pieces) or _fits(self._was, number, self._piece(number), by_sums=False)

    def _piece(self, number: int) -> memoryview:
        with opened(self._path, os.O_RDONLY) as descriptor:
            return memoryview(os.pread(descriptor, PIECE, number * PIECE))

    def _seal(self, changed: set[int]) -> None:
        pieces, sums = list(self._was.pieces), list(self._was.sums)
        count = -(-self._path.stat().st_size // PIECE)
        for number in sorted({*changed, *range(len(pieces), count)}):
            piece = self._piece(number)
            pieces[number : number + 1] = [hashlib.sha256(piece).hexdigest()]
            sums[number : number + 1] = [isal_zlib.crc32(piece)]
        _put(self._root, self._file, pieces[:count], sums[:count])


@contextmanager
def hold(root: Path) -> Iterator[None]:
    """Holds every database of the archive at `root` for one command: looked at once, before its first write.

    Raises DamageError where one is not what was sealed.
    """
    with closing(Writing(root, *(file for file in DATABASES if (root / file).exists() or _told(root, file)))):
        yield


def refuse_damage(root: Path, *files: str) -> None:
    """Looks at `files`, or at every database, at rest: for who then changes few pages of one (`Change`), or makes of it
    what would carry its damage on under a digest of its own.

    One that is held by another writer was looked at by that one; one that is missing is not written to. Raises
    DamageError where one is not what was sealed, or where the end of the log was lost.
    """
    events.refuse_loss(root)
    for file in (file for file in files or DATABASES if (root / file).exists()):
        with _turn(root, file):
            descriptor = _lock_file(root, file)
            try:
                if _is_alone(descriptor):
                    _looked(root, file)
            finally:
                os.close(descriptor)


@contextmanager
def replaced(root: Path, file: str) -> Iterator[None]:
    """Holds `file` against every writer while a new one takes its place: its seal is broken, and the new file sealed.

    Nothing is asked of the old file, for it is to go. Inside of `alone`.
    """
    events.append(root, "modification", file, "made again")
    _break(root, file)
    yield
    seal(root, file)


@contextmanager
def alone(root: Path, file: str) -> Iterator[None]:
    """Holds `file` against every writer: raises LockedError where one is at work, StorageError."""
    with _turn(root, file):
        descriptor = _lock_file(root, file)
        if not _is_alone(descriptor):
            os.close(descriptor)
            raise LockedError("{file}: a crawl or an import writes to it; wait for its end", file=root / file)
    try:
        yield
    finally:
        os.close(descriptor)


def unseal(root: Path, file: str) -> None:
    """Breaks the seal of `file`, checked first, for who opens it without a hold and sets no new one."""
    if is_sealed(root, file):
        _open(root, file, _looked(root, file))


def accept(root: Path, file: str, reason: str) -> tuple[Break, ...]:
    """Takes a damaged `file` as it is, with a reason that stands in the log for good: what was not as it was sealed.

    For what cannot be made again. Raises UsageError where nothing is wrong or no reason is given, DamageError where
    SQLite itself cannot use the file.
    """
    if not reason.strip():
        raise UsageError("{file}: say with --reason why it is taken as it is; the log keeps it", file=file)
    with alone(root, file):
        breaks = check(root, file)
        if not breaks:
            raise UsageError("{file} is as it was sealed; there is nothing to accept", file=root / file)
        path = root / file
        if path.exists() and (unsound := _unsound(path)):
            message = "{path}: SQLite cannot use it ({unsound}); move it away and accept that it is missing"
            raise DamageError(message, path=path, unsound=unsound)
        told = [f"{one.offset}+{one.length}: {one.reason}" for one in breaks[:100]]
        events.append(root, "modification", file, events.ACCEPTED, {"breaks": told, "reason": reason})
        _break(root, file)
        for path in (seal_path(root, file), _broken(root, file)):
            path.unlink(missing_ok=True)
        if not seal(root, file):
            events.append(root, "message digest calculation", file, _SEALED, {"bytes": 0, "digest": ""})
    return breaks


def seal(root: Path, file: str) -> bool:
    """Whether `file` (relative to `root`, a SQLite database) could be sealed; not while someone reads its log."""
    path = root / file
    if not path.exists() or not _checkpointed(path):
        return False
    before = _before(root, file)
    pieces, sums = list[str](), list[int]()
    for number, piece in enumerate(_pieces(path)):
        total = isal_zlib.crc32(piece)
        same = before is not None and number < len(before.sums) and before.sums[number] == total
        pieces.append(before.pieces[number] if same and before else hashlib.sha256(piece).hexdigest())
        sums.append(total)
    _put(root, file, pieces, sums)
    return True


def _put(root: Path, file: str, pieces: list[str], sums: list[int]) -> None:
    size = (root / file).stat().st_size
    told = {"bytes": size, "file": file, "piece": PIECE, "pieces": pieces, "sums": sums}
    content = json.dumps(told, sort_keys=True).encode()
    target = seal_path(root, file)
    make_folder(target.parent)
    data = content + b"\n" + hashlib.sha256(content).hexdigest().encode() + b"\n"
    replace_file(target, data)
    detail = {"bytes": size, "digest": _digest(data)}
    events.append(root, "message digest calculation", file, _SEALED, detail)
    _broken(root, file).unlink(missing_ok=True)


def seal_path(root: Path, file: str) -> Path:
    """Where the seal of `file` lies."""
    return root / FOLDER / f"{file.replace('/', '-')}.json"


def is_sealed(root: Path, file: str) -> bool:
    """Whether `file` has a seal; it may be broken."""
    return seal_path(root, file).exists()


def is_written(root: Path, file: str) -> bool:
    """Whether a process holds `file` to write to it now; waits for one that opens or seals it."""
    folder = root / ".lock"
    if not all((folder / f"{file}.{end}").exists() for end in ("turn", "writers")):
        return False
    with opened(folder / f"{file}.turn", os.O_RDONLY) as turn, opened(folder / f"{file}.writers", os.O_RDONLY) as own:
        fcntl.flock(turn, fcntl.LOCK_EX)
        return not _is_alone(own)


def check(root: Path, file: str, *, by_sums: bool = False) -> tuple[Break, ...]:
    """What is not as it was sealed in a `file` that nobody writes to; () where all is.

    `by_sums` looks by the CRC of each piece alone. Raises StorageError.
    """
    path, told = root / file, _told(root, file)
    data = _read(seal_path(root, file))
    there = path.exists()
    if data is None and not there:
        if told is None or not told.digest:
            return ()
        return (Break(file, 0, 0, Message("sealed once, according to the log, and not there"), "missing"),)
    if data is None and (told is None or told.opened):
        return (Break(file, 0, path.stat().st_size, "its last writer died and left it unsealed", "unsealed"),)
    if data is None:
        reason = Message("its seal was taken away since the log tells of it")
        return (Break(file, 0, path.stat().st_size, reason, "unsealed" if told and not told.digest else "changed"),)
    if told is not None and told.digest != _digest(data) and not told.opened:
        name = seal_path(root, file).relative_to(root).as_posix()
        return (
            Break(
                name,
                0,
                len(data),
                Message("not the seal that the log tells of: {file} may be one of another day", file=file),
            ),
        )
    if told is not None and told.digest != _digest(data):  # set, or put there, after the log was last told
        return (Break(file, 0, 0, "its last writer died and left it unsealed", "unsealed"),)
    return tuple(_compared(root, file, data, by_sums))


def _refusal(root: Path, file: str, one: Break) -> str:
    message = (
        "{file} at {offset}: {reason}; nothing was written. "
        "bring back the copy that was sealed, or `baotinh recover --accept` takes it as it is"
    )
    if file == DATABASES[0]:
        message = (
            "{file} at {offset}: {reason}; nothing was written. `baotinh rebuild` makes it again from the WARC files"
        )
    return Message(message, file=root / one.file, offset=one.offset, reason=one.reason)


def is_seal_event(event: events.Event) -> bool:
    """Whether `event` is of the opening and sealing of a database: what that database itself need not hold."""
    return event.object in DATABASES and (event.outcome == _SEALED or event.outcome in _OPENED)


def _looked(root: Path, file: str) -> str:
    # a writer's first look, alone: the outcome of the event of its opening
    breaks = check(root, file, by_sums=True)
    for one in breaks:
        if one.problem != "unsealed":
            raise DamageError(_refusal(root, file, one))
    return _OPENED[1] if breaks and _told(root, file) else _OPENED[0]


def _open(root: Path, file: str, outcome: str) -> None:
    events.append(root, "modification", file, outcome)
    _break(root, file)


def _break(root: Path, file: str) -> None:
    # what was sealed stays beside, to be compared with by who seals again
    with suppress(FileNotFoundError):
        seal_path(root, file).rename(_broken(root, file))


def _broken(root: Path, file: str) -> Path:
    return seal_path(root, file).with_suffix(".broken")


def _before(root: Path, file: str) -> _Seal | None:
    # the seal that was broken, where it is the one that the log tells of
    data, told = _read(_broken(root, file)), _told(root, file)
    return _parsed(data) if data is not None and told is not None and told.digest == _digest(data) else None


def _told(root: Path, file: str) -> _Told | None:
    found: _Told | None = None
    for event in events.of(root, "modification", "message digest calculation", about=file):
        if event.outcome == _SEALED:
            found = _Told(str(json.loads(event.detail_json).get("digest", "")), opened=False)
        elif event.outcome in _OPENED:
            found = _Told(found.digest if found else "", opened=True)
    return found


def _compared(root: Path, file: str, data: bytes, by_sums: bool) -> Iterator[Break]:
    sealed = _parsed(data)
    if sealed is None:
        name = seal_path(root, file).relative_to(root).as_posix()
        yield Break(name, 0, len(data), Message("the seal itself was changed"))
        return
    path = root / file
    if not path.exists():
        yield Break(file, 0, sealed.bytes, Message("sealed, and not there"), "missing")
        return
    for end in ("-wal", "-journal"):  # SQLite would take what stands in it for the database's own
        log = path.with_name(path.name + end)
        if log.exists() and log.stat().st_size:
            yield Break(
                f"{file}{end}", 0, log.stat().st_size, Message("beside a sealed database, and no writer has left it")
            )
    for number, piece in enumerate(_pieces(path)):
        if number < len(sealed.pieces) and not _fits(sealed, number, piece, by_sums):
            yield Break(file, number * PIECE, PIECE, Message("changed since it was sealed"))
    size = path.stat().st_size
    if size != sealed.bytes:
        yield Break(file, min(size, sealed.bytes), abs(size - sealed.bytes), Message("another length than was sealed"))


def _fits(sealed: _Seal, number: int, piece: memoryview, by_sums: bool) -> bool:
    if by_sums:
        return sealed.sums[number] == isal_zlib.crc32(piece)
    return sealed.pieces[number] == hashlib.sha256(piece).hexdigest()


def _sealed(root: Path, file: str) -> _Seal | None:
    # the seal of a file at rest, its length but not its pieces looked at; None where it has to be looked at as a whole
    data, told = _read(seal_path(root, file)), _told(root, file)
    found = _parsed(data) if data is not None and told is not None and told.digest == _digest(data) else None
    if found is None or told is None or told.opened:
        return None
    path = root / file
    at_rest = path.exists() and path.stat().st_size == found.bytes and not _log_of(path)
    return found if at_rest else None


def _log_of(path: Path) -> int:
    """How many bytes the write-ahead log of the database holds."""
    try:
        return path.with_name(f"{path.name}-wal").stat().st_size
    except FileNotFoundError:
        return 0


def _changed_pieces(path: Path) -> set[int]:
    """The pieces of the database of which pages lie in its log (sqlite.org/fileformat2.html#walformat)."""
    if not _log_of(path):
        return set()
    with opened(path.with_name(f"{path.name}-wal"), os.O_RDONLY) as descriptor:
        size = int.from_bytes(os.pread(descriptor, 4, 8), "big")
        frames = range(32, os.fstat(descriptor).st_size - size, size + 24)
        pages = {int.from_bytes(os.pread(descriptor, 4, at), "big") for at in frames}
    return {(page - 1) * size // PIECE for page in pages if page}


def _parsed(data: bytes) -> _Seal | None:
    content, _, rest = data.partition(b"\n")
    if rest != hashlib.sha256(content).hexdigest().encode() + b"\n":
        return None
    told = json.loads(content)
    return _Seal(told["bytes"], tuple(told["pieces"]), tuple(told["sums"]))


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise refused(path, error) from error


def _pieces(path: Path) -> Iterator[memoryview]:
    # each in the same memory: who needs one longer copies it
    buffer = memoryview(bytearray(PIECE))
    with opened(path, os.O_RDONLY) as descriptor:
        at = 0
        while count := os.preadv(descriptor, [buffer], at):
            yield buffer[:count]
            at += count


def _digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def _checkpointed(path: Path) -> bool:
    # what still lies in the write-ahead log is moved into the file itself
    with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as connection:
        try:
            busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except sqlite3.DatabaseError:
            return False
    return not busy


def _unsound(path: Path) -> str:
    with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as connection:
        try:
            return next((str(row[0]) for row in connection.execute("PRAGMA quick_check(1)") if row[0] != "ok"), "")
        except sqlite3.DatabaseError as error:
            return str(error)


@contextmanager
def _turn(root: Path, file: str) -> Iterator[None]:
    # who opens, seals or looks for writers does so one at a time
    folder = root / ".lock"
    make_folder(folder)
    with in_turn(folder / f"{file}.turn"):
        yield


def _lock_file(root: Path, file: str) -> int:
    path = root / ".lock" / f"{file}.writers"
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise refused(path, error) from error


def _is_alone(descriptor: int) -> bool:
    # a lock that cannot be had at once is no lock any more: who was not alone takes its share again
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
