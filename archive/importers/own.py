"""What an archive has of its own beside its captures: source files, and the frontier's outcomes."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

from archive import golden, seals
from archive.barred import Barred
from archive.disk import make_folder
from archive.errors import ArchiveError, SourceError
from archive.holdings import Holdings
from archive.sources import Register
from archive.sources.layouts import SUFFIX
from archive.sources.load import read_source
from archive.store.database import copy_database, has_programs


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
        raise SourceError(f"{folder.parent}: nothing was brought, its sources do not go with ours: {error}") from error


def bring_sources(holdings: Holdings, folder: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The ids of the source files copied from `folder` with their golden pages, and notes; what is here is kept."""
    copied, notes, barred = [], [], Barred.load(holdings.root)
    for file in source_files(folder):
        target = holdings.sources / file.name
        if not target.exists():
            make_folder(holdings.sources)
            shutil.copyfile(file, target)
            copied.append(file.stem)
        elif target.read_bytes() != file.read_bytes():
            notes.append(f"{target} differs from {file}: ours is kept")
            continue
        golden.bring(file.with_suffix(".golden"), target.with_suffix(".golden"), barred.bars)
    return tuple(copied), tuple(notes)


def bring_frontier(holdings: Holdings, path: Path) -> tuple[str, ...]:
    """Copies the frontier at `path` where this archive has none: what became of each URL; a note where it cannot be."""
    if not path.exists():
        return ()
    if holdings.frontier.exists():
        way = f"`baotinh merge` of a copy of {path.parent} unites them"
        return (f"{path} was not brought: there is a frontier here; {way}",)
    part = holdings.frontier.with_name("frontier.sqlite.part")
    try:
        if has_programs(path):
            return (f"{path} was not brought: it is no frontier of this program",)
        part.unlink(missing_ok=True)
        hold = seals.Writing(holdings.root, holdings.frontier.name)
        try:
            copy_database(path, part)
            part.rename(holdings.frontier)
        finally:
            part.unlink(missing_ok=True)
            hold.close()
    except (sqlite3.DatabaseError, ArchiveError) as error:
        return (f"{path} was not brought: {error}",)
    return ()
