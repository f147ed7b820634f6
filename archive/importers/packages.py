"""WACZ packages and BagIt bags: the WARC files in them, checked against their own digests, and of an archive of this
kind its source files and the frontier's outcomes.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from archive.custody import seals
from archive.custody.manifest import digest_of
from archive.custody.package.bag import bag_digests
from archive.custody.takedown import adopt
from archive.custody.withheld import Withheld
from archive.disk import make_folder
from archive.errors import ArchiveError, DamageError, NothingFound, SourceError, StorageError
from archive.holdings import Holdings
from archive.importers.intake import Imported, members_before
from archive.importers.warc import bring_warc
from archive.learning import golden
from archive.messages.message import Message, reason_of
from archive.sources import Register
from archive.sources.layouts import SUFFIX
from archive.sources.load import read_source
from archive.store.database import copy_database, has_programs

_WARC_ENDS = (".warc", ".warc.gz", ".warc.zst")
_PIECE = 1 << 20
_LIST_LIMIT = 64 << 20  # of datapackage.json: 250 bytes a file in those seen


def bring_wacz(holdings: Holdings, path: Path, source: str, digest: str) -> Iterator[Imported]:
    """The WARC files that those in the package became; a file whose digest differs is brought in, and that is told.

    Raises DamageError where the package cannot be opened, LockedError while another one is being unpacked.
    """
    with holdings.lock("unpacking"):  # whose folder is one for all, so that what a crash leaves there is removed
        yield from _unpack(holdings, path, source, digest, holdings.passing)


def _unpack(holdings: Holdings, path: Path, source: str, digest: str, passing: Path) -> Iterator[Imported]:
    before = members_before(holdings.root, digest)
    shutil.rmtree(passing, ignore_errors=True)
    try:
        with ZipFile(path) as package:
            hashes = _hashes(package)
            inside = [name for name in package.namelist() if name.startswith("archive/") and name.endswith(_WARC_ENDS)]
            make_folder(passing)
            _check_room(path, sum(package.getinfo(name).file_size for name in inside if name not in before), passing)
            for name in inside:
                if name in before:
                    yield before[name]
                    continue
                copy = passing / Path(name).name
                found = _extract(package, name, copy)
                for brought in bring_warc(holdings, copy, source, digest, origin=f"{path.name}!{name}"):
                    told = hashes.get(name)
                    said = "{path}: {name} has the digest {found}, the package says {told}"
                    sentence = Message(said, path=path.name, name=name, found=found, told=told or "none")
                    skipped = brought.skipped if told == found else (sentence, *brought.skipped)
                    yield Imported(brought.file, f"{path}!{name}", brought.how, brought.captures, skipped)
                copy.unlink()
    except (BadZipFile, ValueError, KeyError, RuntimeError, EOFError, zlib.error) as error:
        # RuntimeError: encrypted, or packed by a method that is not known; and JSON nested without end
        raise DamageError("{path}: not a sound WACZ package ({error})", path=path, error=error) from error
    except OSError as error:
        raise StorageError("{path}: {reason}", path=path, reason=reason_of(error)) from error
    finally:
        shutil.rmtree(passing, ignore_errors=True)


def _hashes(package: ZipFile) -> dict[str, str]:
    if package.getinfo("datapackage.json").file_size > _LIST_LIMIT:
        raise ValueError(f"datapackage.json is longer than {_LIST_LIMIT} bytes")
    about: Any = json.loads(package.read("datapackage.json"))
    resources = about.get("resources", []) if isinstance(about, dict) else None
    if not isinstance(resources, list) or not all(isinstance(entry, dict) for entry in resources):
        raise ValueError("datapackage.json lists no resources")
    return {str(entry.get("path", "")): str(entry.get("hash", "")) for entry in resources}


def _check_room(path: Path, wanted: int, folder: Path) -> None:
    """Raises StorageError before anything is written where the `wanted` bytes cannot be held twice, as they must be."""
    free = shutil.disk_usage(folder).free
    if 2 * wanted > free:
        told = "{path}: unpacks to {wanted:,} bytes, and twice that is not free ({free:,} bytes are)"
        raise StorageError(told, path=path, wanted=wanted, free=free)


def _extract(package: ZipFile, name: str, target: Path) -> str:
    total = hashlib.sha256()
    with package.open(name) as stream, target.open("wb") as copy:
        while piece := stream.read(_PIECE):
            total.update(piece)
            copy.write(piece)
    return f"sha256:{total.hexdigest()}"


def source_files(folder: Path) -> list[Path]:
    """The source files in `folder`, the `sources` of an archive."""
    return sorted(folder.glob("*.toml")) if folder.is_dir() else []


def check_sources(holdings: Holdings, folder: Path) -> None:
    """Raises SourceError where a source file to be brought does not go with ours: no command would read them then."""
    ours = Register.load(holdings.sources)
    coming = [
        file
        for file in source_files(folder)
        if not file.name.endswith(SUFFIX) and not (holdings.sources / file.name).exists()
    ]
    try:
        Register.of((*ours.all(), *map(read_source, coming)))
    except SourceError as error:
        raise SourceError(
            "{parent}: nothing was brought, its sources do not go with ours: {error}", parent=folder.parent, error=error
        ) from error


def import_sources(holdings: Holdings, folder: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The ids of the source files copied from `folder` with their golden pages, and notes; what is here is kept."""
    copied, notes, withheld = [], [], Withheld.load(holdings.root)
    for file in source_files(folder):
        target = holdings.sources / file.name
        if not target.exists():
            make_folder(holdings.sources)
            shutil.copyfile(file, target)
            copied.append(file.stem)
        elif target.read_bytes() != file.read_bytes():
            notes.append(Message("{target} differs from {file}: ours is kept", target=target, file=file))
            continue
        golden.copy_golden(file.with_suffix(".golden"), target.with_suffix(".golden"), withheld.covers)
    return tuple(copied), tuple(notes)


def import_frontier(holdings: Holdings, path: Path) -> tuple[str, ...]:
    """Copies the frontier at `path` where this archive has none: what became of each URL; a note where it cannot be."""
    if not path.exists():
        return ()
    if holdings.frontier.exists():
        way = f"`baotinh merge` of a copy of {path.parent} unites them"
        return (Message("{path} was not brought: there is a frontier here; {way}", path=path, way=way),)
    part = holdings.frontier.with_name("frontier.sqlite.part")
    try:
        if has_programs(path):
            return (Message("{path} was not brought: it is no frontier of this program", path=path),)
        part.unlink(missing_ok=True)
        hold = seals.Writing(holdings.root, holdings.frontier.name)
        try:
            copy_database(path, part)
            part.rename(holdings.frontier)
        finally:
            part.unlink(missing_ok=True)
            hold.close()
    except (sqlite3.DatabaseError, ArchiveError) as error:
        return (Message("{path} was not brought: {error}", path=path, error=error),)
    return ()


def bring_bag(holdings: Holdings, path: Path, source: str, digest: str) -> Iterator[Imported]:
    """The WARC files of the bag at `path`; one whose digest is not the bag's is brought in, and that is told.

    Its frontier comes first, if this archive has none. What is hidden in the archive of the bag is hidden here too,
    unless it is shown here already; that is told. Raises NothingFound where there is no WARC file in it, DamageError
    where its manifest is damaged.
    """
    told = bag_digests(path)
    before = members_before(holdings.root, digest)
    notes = () if before else import_frontier(holdings, path / "data" / holdings.frontier.name)
    withheld = adopt(holdings, path / "data", shown_too=False) + notes  # before anything of it is read
    files = sorted((path / "data").rglob("*.warc.gz"))
    if not files:
        raise NothingFound("{path}: no WARC file in this bag", path=path)
    for file in files:
        name = file.relative_to(path).as_posix()
        if name in before:
            said, withheld = withheld, ()
            yield replace(before[name], skipped=said)
            continue
        found = digest_of(file)
        folder = file.parent.name if file.parent.parent.name == "warc" else source
        for brought in bring_warc(holdings, file, folder, digest, origin=f"{path.name}!{name}"):
            sound = told.get(name) == found.removeprefix("sha256:")
            wrong = () if sound else (Message("{name}: not the bytes that its bag names", name=name),)
            said, withheld = (*withheld, *wrong, *brought.skipped), ()
            yield Imported(brought.file, f"{path}!{name}", brought.how, brought.captures, said)
