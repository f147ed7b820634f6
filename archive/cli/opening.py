"""What commands open: the archive at its path, its register of sources, its database for reading."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import sqlite_utils

from archive.cli.output import say
from archive.custody.withheld import Rule
from archive.errors import DamageError, LockedError, NothingFound
from archive.holdings import Holdings
from archive.messages.language import coded
from archive.store import open_database

if TYPE_CHECKING:
    from archive.sources import Register


def register_of(holdings: Holdings | None) -> Register:
    """The shipped register with the operator's own sources beside it."""
    from archive.sources import Register  # a tenth of the start of `search`, which needs none

    folders = [holdings.sources] if holdings is not None and holdings.sources.is_dir() else []
    return Register.load(*folders)


def valid_register_of(holdings: Holdings) -> Register:
    """The same without the sources whose files are not valid: each is named, and what needs it not goes on."""
    from archive.sources import Register

    register = Register.valid(holdings.sources)
    for error in register.broken:
        say("{error}; what it describes is left out", error=error)
    return register


def for_writing(root: Path) -> Holdings:
    """The archive at `root` for a command that writes: a takedown that was broken off is brought to its end first."""
    from archive.custody.takedown import complete  # most commands only read

    holdings = Holdings.open(root)
    try:
        for rule in complete(holdings):
            how = coded(rule.action)
            say("a takedown that was broken off is at its end now: {url} ({how})", url=_named(rule), how=how)
    except (LockedError, DamageError) as error:  # of damage `rebuild` is the way out, and comes by here
        say("a takedown that was broken off has to wait: {error}", error=error)
    return holdings


def _named(rule: Rule) -> str:
    return (*rule.urls, *rule.url_keys)[0]


@contextmanager
def of_source(source: str, root: Path) -> Iterator[None]:
    """Where the block finds nothing of `source`: raises SourceError if the register of the archive has none."""
    try:
        yield
    except NothingFound:
        if source:
            register_of(Holdings.open(root)).get(source)
        raise


@contextmanager
def reading(root: Path) -> Iterator[sqlite_utils.Database]:
    """The database of the archive at `root`, opened for reading while the block runs."""
    db = open_database(Holdings.open(root).database, readonly=True)
    try:
        yield db
    finally:
        db.close()
