"""What other processes are told to do: each of them imports this module, so it takes along no more than they have."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlite_utils

from archive import restorer
from archive.errors import ArchiveError, InstallationError
from archive.model import Place, StoredCapture
from archive.sources import Register
from archive.worker.page import Page
from archive.worker.pool import MEMORY_BYTES, parse_stored


def dying(root: Path, register: Register, learnt: restorer.Loader, held: StoredCapture) -> tuple[StoredCapture, Page]:
    """A parser that dies of some pages."""
    if held.capture.url.endswith(("bai-4.html", "bai-5.html", "bai-9.html")):
        os.kill(os.getpid(), signal.SIGKILL)
    return parse_stored(root, register, learnt, held)


def telling(_root: Path, _register: Register, _learnt: restorer.Loader, _item: object) -> tuple[StoredCapture, Page]:
    """Says what its process shares with others."""
    raise ArchiveError(f"{Path('/dev/stdin').resolve()}, {os.getpgrp() == os.getpid()}")


def poisonous(
    root: Path, register: Register, learnt: restorer.Loader, sent: tuple[int, Place]
) -> tuple[StoredCapture, Page]:
    """A parser that one page keeps for ever, that another one makes greedy, and that dies of a third."""
    number, place = sent
    while number == 2:
        pass
    bytearray(2 * MEMORY_BYTES if number == 3 else 1)
    if number == 4:
        os.abort()
    return parse_stored(root, register, learnt, place)


def who(db: sqlite_utils.Database) -> tuple[int, int]:
    """The process that answers, and its niceness."""
    return os.getpid(), os.nice(0)


def toil(db: sqlite_utils.Database, began: Path) -> None:
    """Works for ever, and says by the file `began` that it does."""
    began.touch()
    while True:
        pass


def stumble(db: sqlite_utils.Database, error: Exception) -> None:
    """A question that cannot be answered."""
    raise error


def blunder(db: sqlite_utils.Database) -> None:
    """A mistake of ours."""
    raise KeyError("a mistake of ours")


def die(_db: sqlite_utils.Database) -> None:
    """A question that costs a process its life."""
    os.kill(os.getpid(), signal.SIGKILL)


def echo() -> Callable[[str], str]:
    """Prepares a process that answers with what it is asked, and dies of or is kept by some words."""

    def answer(word: str) -> str:
        while word == "for ever":
            pass
        if word == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        return word

    return answer


def without_a_library(root: Path) -> Callable[[Any], Any]:
    """A reading for which a library is missing."""

    def read(place: Any) -> Any:
        raise InstallationError.of(ImportError("lxml.html.clean module is now a separate project"))

    return read
