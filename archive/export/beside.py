"""Files and folders written beside their name and renamed when whole: no half export ever bears the name asked for."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from archive.disk import sync_folder
from archive.errors import StorageError, UsageError

_OWN: Final = frozenset({"manifest.json", "metadata.csv", "texts"})
"""What lies in the folder of an export; a folder with anything else in it is somebody's."""


@contextmanager
def beside(path: Path, force: bool = False) -> Iterator[Path]:
    """A path beside `path` to write a file or a folder at: renamed when the block ends well, removed when it does not.

    Also when it ends by Ctrl-C. Raises UsageError where `path` exists and `force` is not set, or where it is nothing
    that an export may take the place of: a device, a folder that no export made. StorageError where it cannot be
    written; what was there before then stands as it was.
    """
    if path.exists() and not force:
        raise UsageError(f"{path} exists; name another file, or write over it with --force")
    if not path.name or path.name == "..":
        raise UsageError(f"{path} names no file: write the name that the export is to have")
    _check_replaceable(path)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield part
        if part.is_file():
            with part.open("rb") as written:
                os.fsync(written.fileno())
        _put(part, path)
        sync_folder(path.absolute().parent)
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror or error}") from error
    finally:
        _remove(part)


def _check_replaceable(path: Path) -> None:
    """Raises UsageError where `path` is a device, or a folder that holds more than an export."""
    if path.is_dir() and (path.is_symlink() or not _is_own(path)):
        raise UsageError(f"{path} is a folder that no export made, and is not written over; choose another name")
    if path.exists() and not path.is_file() and not path.is_dir():
        raise UsageError(f"{path} is no file, and is not written over; choose another name, or leave out -o")


def _is_own(folder: Path) -> bool:
    try:
        held = {one.name for one in folder.iterdir()}
    except OSError as error:
        raise StorageError(f"{folder}: {error.strerror}") from error
    return not held or ("manifest.json" in held and held <= _OWN)


def _put(part: Path, path: Path) -> None:
    if not path.is_dir() and not part.is_dir():
        part.replace(path)
        return
    # A folder cannot be replaced in one step: the old one steps aside first, and comes back if the new one fails.
    old = path.with_name(f".{path.name}.{os.getpid()}.old")
    if path.exists():
        path.rename(old)
    try:
        part.rename(path)
    except BaseException:
        if old.exists():
            old.rename(path)
        raise
    _remove(old)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
