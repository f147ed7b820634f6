"""A WACZ 1.1.1 package of the archive or of chosen articles: WARC, index, pages with their text, digests of all files.

webrecorder/specs wacz/1.1.1. A WARC file that is wanted as a whole goes in as it is; of others the wanted records do,
byte for byte, with their file's first record. What a takedown bars has no row in the database, and so no place here.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

import sqlite_utils
from isal import isal_zlib

from archive.custody import events, manifest, seals
from archive.disk import opened, refused, sync_folder
from archive.errors import DamageError, NothingFound, UsageError
from archive.holdings import Holdings
from archive.messages.message import Message
from archive.store import open_database, queries
from archive.store.captures import captures_in, captures_of, pages_of
from archive.store.queries import as_object
from archive.text.clock import utc_seconds
from archive.warc import cdxj
from archive.warc.cdxj import Entry, parse_line
from archive.warc.groups import WAY_OUT, came_damaged, chosen, copied
from archive.warc.members import locate
from archive.warc.reader import scan
from archive.warc.record import GZIP_ERROR, digest_holds, parse, read_timestamp

_COPIED_AT_ONCE = 1 << 20


@dataclass(frozen=True, slots=True)
class ZipEntry:
    """One file of the package, as its datapackage lists it."""

    path: str
    hash: str
    bytes: int


class Container:
    """A package being filled. Compressed files go in stored, so that readers can seek in them (WACZ 1.1.1, 5.4)."""

    def __init__(self, path: Path, moment: datetime) -> None:
        self.entries: list[ZipEntry] = []
        self._date = (max(1980, moment.year), moment.month, moment.day, moment.hour, moment.minute, moment.second)
        self._zip = ZipFile(path, "w", allowZip64=True)

    def add_file(self, name: str, path: Path) -> None:
        """Adds the file at `path` as `name`."""
        with path.open("rb") as stream:
            self._add(name, iter(lambda: stream.read(_COPIED_AT_ONCE), b""), large=path.stat().st_size > 1 << 31)

    def add_lines(self, name: str, lines: Iterable[str]) -> None:
        """Adds a text file of `lines` as `name`."""
        self._add(name, ((line + "\n").encode("utf-8", "replace") for line in lines), large=True)

    def finish(self, about: dict[str, Any]) -> None:
        """Adds datapackage.json, which says `about` and lists every entry, and its own digest beside it.

        A resource's `name` holds no capitals: so the data package specification wants it.
        """
        resources = [
            {"name": Path(entry.path).name.lower(), "path": entry.path, "hash": entry.hash, "bytes": entry.bytes}
            for entry in self.entries
        ]
        package = json.dumps({**about, "resources": resources}, ensure_ascii=False, indent=2).encode() + b"\n"
        digest = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(package).hexdigest()}"}
        self._put("datapackage.json", package)
        self._put("datapackage-digest.json", json.dumps(digest, indent=2).encode() + b"\n")

    def _add(self, name: str, pieces: Iterable[bytes], large: bool) -> None:
        total, size = hashlib.sha256(), 0
        with self._zip.open(self._info(name), "w", force_zip64=large) as out:
            for piece in pieces:
                out.write(piece)
                total.update(piece)
                size += len(piece)
        self.entries.append(ZipEntry(name, f"sha256:{total.hexdigest()}", size))

    def _put(self, name: str, data: bytes) -> None:
        self._zip.writestr(self._info(name), data)

    def _info(self, name: str) -> ZipInfo:
        info = ZipInfo(name, self._date)
        info.compress_type = ZIP_STORED if name.endswith(".gz") else ZIP_DEFLATED
        info.external_attr = 0o644 << 16
        return info

    def __enter__(self) -> Container:
        return self

    def __exit__(self, *exception: object) -> None:
        self._zip.close()


LINES = 300
FORMAT = "cdxj-gzip-1.0"


def write_zipnum(lines: Path, data: Path, keys: Path) -> None:
    """Packs the sorted CDXJ file `lines` into `data` and writes the list of its blocks to `keys`."""
    with lines.open("rb") as stream, data.open("wb") as packed, keys.open("wb") as listed:
        listed.write(f"!meta 0 {json.dumps({'format': FORMAT, 'filename': data.name})}\n".encode())
        offset = 0
        while block := list(islice(stream, LINES)):
            member = isal_zlib.compress(b"".join(block), 3, 31)
            first = block[0].partition(b"{")[0].strip().decode()
            about = {"offset": offset, "length": len(member), "digest": f"sha256:{hashlib.sha256(member).hexdigest()}"}
            listed.write(f"{first} {json.dumps({**about, 'filename': data.name})}\n".encode())
            packed.write(member)
            offset += len(member)


def read_zipnum(data: bytes, keys: bytes) -> Iterator[bytes]:
    """Every line of a packed index, opened block by block as `keys` lists them."""
    for line in keys.splitlines()[1:]:
        about = json.loads(line[line.index(b"{") :])
        block = data[about["offset"] : about["offset"] + about["length"]]
        yield from isal_zlib.decompress(block, 31).splitlines(keepends=True)


VERSION = "1.1.1"


@dataclass(frozen=True, slots=True)
class Packaged:
    """A package that was written: its path and digest, and what is in it."""

    path: str
    digest: str
    bytes: int
    files: int
    captures: int
    pages: int


def write_wacz(
    holdings: Holdings,
    target: Path,
    *,
    title: str,
    description: str = "",
    articles: Iterable[str] | None = None,
    source: str = "",
    created: datetime | None = None,
    force: bool = False,
) -> Packaged:
    """What was written to `target`: the whole archive, one `source`, or the articles with the public ids `articles`.

    Of articles: every capture that showed them, their pictures and attachments. The package is written beside its name
    and renamed when whole; the log gets an event. Raises UsageError where `target` exists and `force` is not given,
    NothingFound where there is nothing to pack, DamageError where a database or a WARC file is not what it was (no
    capture that cannot be read back is left out), StorageError.
    """
    if target.exists() and not force:
        raise UsageError("{target} exists; choose another name, or say --force", target=target)
    seals.refuse_damage(holdings.root, holdings.database.name)
    moment = (created or datetime.now(UTC)).astimezone(UTC)
    db = open_database(holdings.database, readonly=True)
    try:
        ids = None if articles is None else [queries.find_article(db, name).row.id for name in articles]
        wanted = captures_in(db, source) if ids is None else iter(sorted(captures_of(db, ids).items()))
        with _passing(target) as folder:
            part = folder / "package"
            with Container(part, moment) as container:
                packing = _Packing(holdings, db, container, folder)
                packing.add_captures(wanted, source)
                packing.add_pages(ids, source, title)
                packing.add_own()
                container.finish(_about(title, description, moment))
                counts = (len(container.entries), packing.captures, packing.pages)
            digest = manifest.digest_of(part)
            part.chmod(0o644)
            with opened(part, os.O_RDONLY) as descriptor:
                os.fsync(descriptor)  # the log is about to say that it is there
            part.rename(target)
            sync_folder(target.absolute().parent)
    except OSError as error:
        raise refused(target, error) from error
    finally:
        db.close()
    packaged = Packaged(str(target), digest, target.stat().st_size, *counts)
    detail = {"captures": packaged.captures, "digest": digest, "pages": packaged.pages, "path": str(target.absolute())}
    events.append(holdings.root, "replication", target.name, "packaged", {**detail, "title": title})
    return packaged


@contextmanager
def _passing(target: Path) -> Iterator[Path]:
    # a folder beside `target`, of one name, so that what a crash leaves in it goes with the next package of this name
    folder = target.absolute().with_name(f".{target.name}.part")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class _Packing:
    # what is gathered while the container is filled
    def __init__(self, holdings: Holdings, db: sqlite_utils.Database, container: Container, folder: Path) -> None:
        self._holdings, self._db, self._container, self._folder = holdings, db, container, folder
        self._names: set[str] = set()
        self._lines: list[Path] = []
        self.captures = 0
        self.pages = 0

    def add_captures(self, wanted: Iterable[tuple[str, set[str]]], source: str) -> None:
        """Adds the WARC files with the captures of `wanted` (record ids by file), and the index of them."""
        known = manifest.read(self._holdings.root)
        for file, ids in wanted:
            path = locate(self._holdings.root, file)
            name = self._name(file)
            groups, places = chosen(path, ids, came_damaged(self._holdings.root, file))
            if groups.captures == groups.answers:
                self._container.add_file(f"archive/{name}", path)
                if known.get(file, digest := self._container.entries[-1].hash) != digest:
                    raise DamageError(
                        "{path}: not the file that the manifest names; {way_out}", path=path, way_out=WAY_OUT
                    )
                self._index(path, name)
            else:
                cut = self._folder / "cut"
                with cut.open("wb") as out:
                    out.writelines(copied(path, places))
                self._container.add_file(f"archive/{name}", cut)
                self._index(cut, name)
            self.captures += groups.captures
        if not self.captures:
            of = Message(' of the source "{source}"', source=source) if source else ""
            raise NothingFound("nothing to pack: no capture{of} is held; `baotinh stats` counts what is", of=of)
        merged = self._folder / "index"
        cdxj.merge(self._lines, merged)
        data, keys = self._folder / "index.cdx.gz", self._folder / "index.idx"
        write_zipnum(merged, data, keys)
        self._container.add_file("indexes/index.cdx.gz", data)
        self._container.add_file("indexes/index.idx", keys)

    def add_pages(self, ids: list[int] | None, source: str, title: str) -> None:
        """Adds pages.jsonl: each article with its text, as it stands in its current revision."""
        self._container.add_lines("pages/pages.jsonl", self._pages(ids, source, title))

    def add_own(self) -> None:
        """Adds what this archive says beyond the standard: articles in full, digests of its files, the log's head."""
        self._container.add_lines("baotinh/articles.jsonl", self._articles())
        # Of the log only its head, which proves it: the log itself names what was taken down.
        for name in (events.HEAD, manifest.NAME):
            path = self._holdings.root / name
            if path.exists():
                self._container.add_file(f"baotinh/{path.name}", path)

    def _pages(self, ids: list[int] | None, source: str, title: str) -> Iterator[str]:
        yield json.dumps(
            {"format": "json-pages-1.0", "id": "pages", "title": title, "hasText": True}, ensure_ascii=False
        )
        self._packed: list[str] = []
        for page in pages_of(self._db, ids, source):
            line = {
                "id": page.public_id,
                "url": page.url,
                "ts": page.captured_at,
                "title": page.title,
                "text": page.text.strip(),
                "size": page.size,
            }
            self.pages += 1
            self._packed.append(page.public_id)
            yield json.dumps(line, ensure_ascii=False)

    def _articles(self) -> Iterator[str]:
        for stored in queries.articles_of(self._db, self._packed):
            yield json.dumps(as_object(stored), ensure_ascii=False)

    def _index(self, path: Path, name: str) -> None:
        # A 304 has no page to show: replay programs would answer with nothing, so it stands in the WARC alone.
        lines = sorted(
            cdxj.line_of(stored, name)
            for stored in scan(path, name)
            if not stored.capture.response.startswith((b"HTTP/1.1 304", b"HTTP/1.0 304"))
        )
        target = self._folder / f"lines-{len(self._lines)}"
        cdxj.write_lines(target, lines)
        self._lines.append(target)

    def _name(self, file: str) -> str:
        name = Path(file).name
        if name in self._names:  # files of one name may come from two importers
            name = f"{Path(file).parent.name}-{name}"
        self._names.add(name)
        return name


def _about(title: str, description: str, moment: datetime) -> dict[str, object]:
    stamp = utc_seconds(moment)
    about: dict[str, object] = {"profile": "data-package", "wacz_version": VERSION, "title": title}
    if description:
        about["description"] = description
    return {**about, "created": stamp, "modified": stamp, "software": events.SOFTWARE}


_UNSOUND = (
    *(BadZipFile, ValueError, KeyError, EOFError, GZIP_ERROR, zlib.error),
    *(TypeError, AttributeError),  # JSON of another shape
    RuntimeError,  # encrypted, packed by a method that is not known; JSON nested without end
)


def check_wacz(path: Path) -> tuple[str, ...]:
    """A sentence for everything in the package that is not as it says; () where all is right.

    Every digest is true, every line of the index opens a record with that URL, time and digest, every page has a line.
    Raises UsageError where there is no such file or it is none of this kind, DamageError where it cannot be opened,
    StorageError.
    """
    if not path.exists():
        raise UsageError("{path} is not there; name a WACZ file or the folder of a bag", path=path)
    try:
        with path.open("rb") as stream:
            if stream.read(2) != b"PK":
                raise UsageError("{path} is no WACZ package; name a WACZ file or the folder of a bag", path=path)
        with ZipFile(path) as package:
            return tuple(_findings(package))
    except _UNSOUND as error:
        raise DamageError("{path}: not a sound WACZ package ({error})", path=path, error=error) from error
    except OSError as error:
        raise refused(path, error) from error


def _findings(package: ZipFile) -> Iterator[str]:
    about = package.read("datapackage.json")
    told = json.loads(package.read("datapackage-digest.json"))["hash"]
    if f"sha256:{hashlib.sha256(about).hexdigest()}" != told:
        yield "datapackage.json is not the one that datapackage-digest.json names"
    listed: dict[str, dict[str, Any]] = {entry["path"]: entry for entry in json.loads(about)["resources"]}
    names = set(package.namelist()) - {"datapackage.json", "datapackage-digest.json"}
    yield from (Message("{name} is not listed", name=name) for name in sorted(names - set(listed)))
    for name, entry in listed.items():
        if name not in names:
            yield Message("{name} is listed and not there", name=name)
        elif (found := _digest(package, name)) != (entry["hash"], entry["bytes"]):
            message = "{name} has the digest and length {found}, listed are {digest}, {length}"
            yield Message(message, name=name, found=found, digest=entry["hash"], length=entry["bytes"])
    lines = [parse_line(line) for line in _index(package)]
    yield from _index_findings(package, lines)
    yield from _page_findings(package, lines)


def _digest(package: ZipFile, name: str) -> tuple[str, int]:
    with package.open(name) as stream:
        return f"sha256:{hashlib.file_digest(stream, 'sha256').hexdigest()}", stream.tell()  # type: ignore[arg-type]  # a ZipExtFile, which has readinto


def _index(package: ZipFile) -> list[bytes]:
    lines = list(read_zipnum(package.read("indexes/index.cdx.gz"), package.read("indexes/index.idx")))
    if lines != sorted(lines):
        raise ValueError("the index is not sorted")
    return lines


def _index_findings(package: ZipFile, lines: list[Entry]) -> Iterator[str]:
    for name in sorted({line.filename for line in lines}):
        with package.open(f"archive/{name}") as stream:
            for line in sorted((one for one in lines if one.filename == name), key=lambda one: one.offset):
                stream.seek(line.offset)
                record = parse(isal_zlib.decompress(stream.read(line.length), 31))
                stamp = read_timestamp(record.get("warc-date")).strftime("%Y%m%d%H%M%S")
                if (record.url, stamp) != (line.url, line.timestamp):
                    yield f"{name} at {line.offset}: {record.url} of {stamp}, not {line.url} of {line.timestamp}"
                if digest_holds(record.get("warc-block-digest"), record.block) is False:
                    message = "{name} at {offset}: the record is not what its block digest says"
                    yield Message(message, name=name, offset=line.offset)
                told = record.get("warc-payload-digest")
                if told.startswith("sha256:") and told != line.digest:
                    message = "{name} at {offset}: payload digest {told}, the index says {digest}"
                    yield Message(message, name=name, offset=line.offset, told=told, digest=line.digest)


def _page_findings(package: ZipFile, lines: list[Entry]) -> Iterator[str]:
    known = {(line.url, line.timestamp) for line in lines}
    head, *pages = package.read("pages/pages.jsonl").decode().splitlines()
    if json.loads(head).get("format") != "json-pages-1.0":
        yield "pages/pages.jsonl does not begin with its format"
    for text in pages:
        page = json.loads(text)
        stamp = read_timestamp(page["ts"]).strftime("%Y%m%d%H%M%S")
        if (page["url"], stamp) not in known:
            yield Message("page {page} of {moment} has no line in the index", page=page["url"], moment=page["ts"])
