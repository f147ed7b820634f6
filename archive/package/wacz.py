"""A WACZ 1.1.1 package of the archive or of chosen articles: WARC, index, pages with their text, digests of all files.

webrecorder/specs wacz/1.1.1. A WARC file that is wanted as a whole goes in as it is; of others the wanted records do,
byte for byte, with their file's first record. What a takedown bars has no row in the database, and so no place here.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import sqlite_utils

from archive import events, manifest
from archive.disk import opened, sync_folder
from archive.errors import NothingFound, StorageError, UsageError
from archive.holdings import Holdings
from archive.package.container import Container
from archive.package.zipnum import write_zipnum
from archive.store import open_database, reads
from archive.store.article_object import as_object
from archive.store.selection import captures_in, captures_of, pages_of
from archive.warc import index
from archive.warc.groups import chosen, copied
from archive.warc.members import locate
from archive.warc.scan import scan

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
    NothingFound where there is nothing to pack, StorageError.
    """
    if target.exists() and not force:
        raise UsageError(f"{target} exists; choose another name, or say --force")
    moment = (created or datetime.now(UTC)).astimezone(UTC)
    db = open_database(holdings.database, readonly=True)
    try:
        ids = None if articles is None else [reads.find_article(db, name).row.id for name in articles]
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
        raise StorageError(f"{target}: {error.strerror or error}") from error
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
        for file, ids in wanted:
            path = locate(self._holdings.root, file)
            name = self._name(file)
            groups, places = chosen(path, ids)
            if groups.captures == groups.answers:
                self._container.add_file(f"archive/{name}", path)
                self._index(path, name)
            else:
                cut = self._folder / "cut"
                with cut.open("wb") as out:
                    out.writelines(copied(path, places))
                self._container.add_file(f"archive/{name}", cut)
                self._index(cut, name)
            self.captures += groups.captures
        if not self.captures:
            of = f' of the source "{source}"' if source else ""
            raise NothingFound(f"nothing to pack: no capture{of} is held; `baotinh stats` counts what is")
        merged = self._folder / "index"
        index.merge(self._lines, merged)
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
        for stored in reads.articles_of(self._db, self._packed):
            yield json.dumps(as_object(stored), ensure_ascii=False)

    def _index(self, path: Path, name: str) -> None:
        # A 304 has no page to show: replay programs would answer with nothing, so it stands in the WARC alone.
        lines = sorted(
            index.line_of(held, name)
            for held in scan(path, name)
            if not held.capture.response.startswith((b"HTTP/1.1 304", b"HTTP/1.0 304"))
        )
        target = self._folder / f"lines-{len(self._lines)}"
        index.write_lines(target, lines)
        self._lines.append(target)

    def _name(self, file: str) -> str:
        name = Path(file).name
        if name in self._names:  # files of one name may come from two importers
            name = f"{Path(file).parent.name}-{name}"
        self._names.add(name)
        return name


def _about(title: str, description: str, moment: datetime) -> dict[str, object]:
    stamp = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    about: dict[str, object] = {"profile": "data-package", "wacz_version": VERSION, "title": title}
    if description:
        about["description"] = description
    return {**about, "created": stamp, "modified": stamp, "software": events.SOFTWARE}
