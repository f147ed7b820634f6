"""Files and folders written beside their name and renamed when whole: no half export ever bears the name asked for."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.disk import sync_folder
from archive.errors import StorageError, UsageError


@contextmanager
def beside(path: Path, force: bool = False) -> Iterator[Path]:
    """A path beside `path` to write a file or a folder at: renamed when the block ends well, removed when it does not.

    Also when it ends by Ctrl-C. Raises UsageError where `path` exists and `force` is not set, StorageError where it
    cannot be written; what was there before then stands as it was.
    """
    if path.exists() and not force:
        raise UsageError(f"{path} exists; name another file, or write over it with --force")
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
