"""The Parquet tables of a re-reading: their columns, where their files lie, and the manifest of digests.

    <table>/source=<id>/month=<YYYY-MM>/part.parquet     captures, unread, articles, revisions, teasers,
                                                          unlikely
    manifest.json                                         every file with its rows and its digest

A file's bytes follow from its rows alone: the same captures give the same files, however many tasks read them.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields
from itertools import islice
from pathlib import Path
from typing import Any, Final

import sqlite_utils

from archive.custody.events import SOFTWARE
from archive.custody.manifest import digest_of
from archive.disk import make_folder, sync_folder
from archive.errors import DamageError, StorageError, UsageError
from archive.store.rows import ArticleRow, CaptureRow
from archive.store.unlikely import UnlikelyRow

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


MANIFEST: Final = "manifest.json"
INTEGERS: Final = frozenset({"status", "offset", "length", "day_estimated", "words", "revision", "number", "sightings"})
FLOATS: Final = frozenset({"confidence", "probability"})
LISTS: Final = frozenset({"tags", "places", "persons", "points_to"})
"""Columns whose values are lists of texts."""

_ROWS: Final = 2000  # of a row group: what is held at once of a part, 10 MB of articles

COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "captures": tuple(one.name for one in fields(CaptureRow) if one.name not in ("id", "source")),
    "unread": ("record_id", "url", "captured_at", "status", "reason", "file", "offset", "length", "notes_json"),
    "articles": (
        *(one.name for one in fields(ArticleRow) if one.name not in ("id", "source", "search_rowid")),
        *("tags", "places", "persons"),
    ),
    "revisions": ("public_id", "number", "capture", "digest", "parser", "article_json"),
    "teasers": (
        *("url", "url_key", "headline", "text", "box", "first_captured_at", "first_capture"),
        *("last_captured_at", "last_capture", "sightings"),
    ),
    "unlikely": (*(one.name for one in fields(UnlikelyRow) if one.name not in ("id", "source")), "points_to"),
}
"""The columns of each table, beside `source` and `month`, which are in the paths. A capture is named by its record id,
an article by its public id; `unread` repeats the captures that could not be read. `places` are the ids of those that an
article surely names, `persons` those whom it names, each with "; " before each office."""

_PATH: Final = re.compile(rf"(?:{'|'.join(COLUMNS)})/source=[^/]+/month=[^/]*/part\.parquet")


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a table, with its rows and its digest."""

    path: str
    rows: int
    digest: str

    @property
    def table(self) -> str:
        """The table that it is of."""
        return self.path.partition("/")[0]

    @property
    def source(self) -> str:
        """The source that its rows are of."""
        return self.path.split("/")[1].removeprefix("source=")

    @property
    def month(self) -> str:
        """The month that its rows are of."""
        return self.path.split("/")[2].removeprefix("month=")


@dataclass(frozen=True, slots=True)
class Manifest:
    """All parts of the tables, and the names of their sources by id, as the register had them."""

    parts: tuple[Part, ...]
    sources: Mapping[str, str]

    def of(self, table: str) -> list[Part]:
        """The parts of `table`, in order of source and month."""
        return [part for part in self.parts if part.table == table]


def write_part(store: Store, table: str, source: str, month: str, rows: Iterable[tuple[Any, ...]]) -> Part:
    """Writes `rows`, in their order, as the part of `table` for a source and a month; 2,000 are held at once."""
    pyarrow = parquet()
    schema = pyarrow.schema([(name, _kind(pyarrow, name)) for name in COLUMNS[table]])
    path, count, waiting = f"{table}/source={source}/month={month}/part.parquet", 0, iter(rows)
    with store.filling(path) as file:
        with pyarrow.parquet.ParquetWriter(file, schema, compression="zstd") as writer:
            while some := list(islice(waiting, _ROWS)):
                columns = zip(zip(*some, strict=True), schema.types, strict=True)
                writer.write_table(pyarrow.table([pyarrow.array(c, type=kind) for c, kind in columns], schema=schema))
                count += len(some)
        return Part(path, count, digest_of(file))


def write_manifest(store: Store, parts: Iterable[Part], detail: Mapping[str, Any]) -> None:
    """Writes the manifest of all `parts`, in order of their paths."""
    files = {part.path: {"rows": part.rows, "digest": part.digest} for part in sorted(parts, key=lambda one: one.path)}
    text = json.dumps({"software": SOFTWARE, **detail, "files": files}, ensure_ascii=False, indent=1) + "\n"
    store.write(MANIFEST, text.encode())


def read_manifest(store: Store) -> Manifest:
    """The manifest of the tables at `store`; raises UsageError where there is none, DamageError for a bad one."""
    if not store.has(MANIFEST):
        raise UsageError(
            "{base}: no {manifest}, so no tables of a re-reading that has come to its end",
            base=store.base,
            manifest=MANIFEST,
        )
    try:
        told = json.loads(store.read(MANIFEST))
        parts = tuple(Part(path, one["rows"], one["digest"]) for path, one in told["files"].items())
        manifest = Manifest(parts, dict(told.get("sources", {})))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DamageError(
            "{base}/{manifest}: not the manifest of tables ({error})", base=store.base, manifest=MANIFEST, error=error
        ) from error
    wrong = next((part.path for part in parts if not _PATH.fullmatch(part.path)), None)
    if wrong is not None:
        raise DamageError(
            "{base}/{manifest}: {wrong} is no part of a table", base=store.base, manifest=MANIFEST, wrong=repr(wrong)
        )
    return manifest


@contextmanager
def opened(store: Store, part: Part) -> Iterator[Any]:
    """The Parquet file of `part` (pyarrow's); raises DamageError where it is not what the manifest says."""
    pyarrow = parquet()
    with store.fetched(part.path) as path:
        if digest_of(path) != part.digest:
            raise DamageError(
                "{base}/{path}: not what the manifest says; the file was changed", base=store.base, path=part.path
            )
        try:
            with pyarrow.parquet.ParquetFile(path) as file:
                if tuple(file.schema_arrow.names) != COLUMNS[part.table] or file.metadata.num_rows != part.rows:
                    raise DamageError(
                        "{base}/{path}: not the columns and rows of {table}",
                        base=store.base,
                        path=part.path,
                        table=part.table,
                    )
                yield file
        except (pyarrow.ArrowException, OSError) as error:
            raise DamageError(
                "{base}/{path}: no Parquet file ({error})", base=store.base, path=part.path, error=error
            ) from error


def read_rows(store: Store, part: Part) -> Iterator[dict[str, Any]]:
    """The rows of `part` with its source, a row group at a time; raises DamageError where it is not as it was."""
    with opened(store, part) as file:
        for batch in file.iter_batches(batch_size=_ROWS):
            for row in batch.to_pylist():
                yield {"source": part.source, **row}


def _kind(pyarrow: Any, name: str) -> Any:
    if name in LISTS:
        return pyarrow.list_(pyarrow.string())
    return pyarrow.int64() if name in INTEGERS else pyarrow.float64() if name in FLOATS else pyarrow.string()


def parquet() -> Any:
    """The module pyarrow with its Parquet; raises UsageError where it is not installed."""
    try:
        import pyarrow  # type: ignore[import-untyped, import-not-found, unused-ignore]
        import pyarrow.parquet  # type: ignore[import-untyped, import-not-found, unused-ignore]
    except ImportError as error:
        raise UsageError("Parquet needs pyarrow: 'pip install baotinh[spark]'") from error
    return pyarrow


_FROM: Final = {
    "captures": ("captures t LEFT JOIN articles a ON a.id = t.article", "t.captured_at"),
    "unread": ("captures t WHERE t.state = 'unread'", "t.captured_at"),
    "articles": ("articles t JOIN captures c ON c.id = t.capture", "t.day"),
    "revisions": ("revisions t JOIN articles a ON a.id = t.article JOIN captures c ON c.id = t.capture", "a.day"),
    "teasers": (
        "teasers t JOIN captures f ON f.id = t.first_capture JOIN captures l ON l.id = t.last_capture",
        "f.captured_at",
    ),
    "unlikely": ("unlikely t JOIN captures c ON c.id = t.capture", "t.day"),
}
"""Where the rows of each table are, and what their month is taken from."""

_ELSEWHERE: Final = {
    ("captures", "article"): "a.public_id",
    ("articles", "capture"): "c.record_id",
    ("articles", "tags"): "(SELECT json_group_array(tag) FROM "
    "(SELECT tag FROM tags WHERE article = t.id ORDER BY position))",
    ("articles", "places"): "(SELECT json_group_array(place) FROM "
    "(SELECT DISTINCT place FROM mentions WHERE article = t.id AND NOT ambiguous ORDER BY place))",
    ("articles", "persons"): "(SELECT json_group_array(person) FROM "
    "(SELECT DISTINCT name || '; ' || offices AS person FROM persons WHERE article = t.id ORDER BY person))",
    ("unlikely", "capture"): "c.record_id",
    ("unlikely", "points_to"): "(SELECT json_group_array(CAST(key AS TEXT)) FROM "
    "(SELECT key FROM unlikely_pointed WHERE page = t.id ORDER BY key))",
    ("revisions", "source"): "a.source",
    ("revisions", "public_id"): "a.public_id",
    ("revisions", "capture"): "c.record_id",
    ("teasers", "first_captured_at"): "f.captured_at",
    ("teasers", "first_capture"): "f.record_id",
    ("teasers", "last_captured_at"): "l.captured_at",
    ("teasers", "last_capture"): "l.record_id",
}
_ORDER: Final = {
    "captures": "t.captured_at, t.record_id",
    "unread": "t.captured_at, t.record_id",
    "articles": "t.day, t.public_id",
    "revisions": "a.day, a.public_id, t.number",
    "teasers": "f.captured_at, f.record_id, t.url_key, t.headline, t.text, t.box",
    "unlikely": "t.day, t.url_key",
}


def rows(db: sqlite_utils.Database, table: str) -> Iterator[tuple[str, str, tuple[Any, ...]]]:
    """Source, month and columns of every row of `table`, source by source and month by month, in a fixed order."""
    names = COLUMNS[table]
    held, time = _FROM[table]
    lists = [at for at, name in enumerate(names) if name in LISTS]
    columns = ", ".join(_column(table, name) for name in names)
    source, month = _column(table, "source"), f"substr({time}, 1, 7)"
    statement = f"SELECT {source}, {month}, {columns} FROM {held} ORDER BY {source}, {_ORDER[table]}"  # noqa: S608 - our own names
    for row in db.execute(statement):
        values = list(row[2:])
        for at in lists:
            values[at] = tuple(json.loads(values[at]))
        yield row[0], row[1], tuple(values)


def _column(table: str, name: str) -> str:
    return _ELSEWHERE.get((table, name), f"t.{name}")
