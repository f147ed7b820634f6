"""Every error that an archivist or a researcher can meet, as one tree.

    ArchiveError                exit 1   something else went wrong; the message names it
    ├── InstallationError                a module of ours or of a dependency is missing
    ├── DeliveryError                    a mail server or webhook did not take the report of a day
    ├── UsageError              exit 2   an option, a value or a file name that cannot be used
    │   ├── QueryError                   a search query that cannot be understood; knows the position
    │   └── SourceError                  an unknown source, or a source file (TOML) that is not valid
    ├── NothingFound            exit 3   the question was understood, and the archive holds no answer
    │   └── Withdrawn                    it is taken down: the day and the authority
    ├── StorageError            exit 4   the archive cannot be written or read: path, rights, disk full
    │   ├── LockedError                  another process holds the archive
    │   │   └── LingeringError           it reads what was taken out of the database
    │   └── SchemaError                  a database whose schema is not this program's
    ├── DamageError             exit 5   bytes that are not what they were: WARC, manifest, events, index
    └── CrawlError              exit 6   a crawl that needs a person: unreachable, no article, bounds broken

A reader that cannot read a page raises `Unreadable`: it never reaches a person as an error, but becomes the
page's recorded reason (invariant 4). `SelectionError` is its strict-selection kind.
"""

from __future__ import annotations

import re
from typing import Final

from archive.messages.message import Message, message_of

_SHOWN: Final = 72  # characters of a query around a mistake in it
_LONG: Final = re.compile(r"(\S{60})\S{20,}")  # a name that nobody reads to its end


class ArchiveError(Exception):
    """Base of all errors shown to people: one line that names the thing and says what to do.

    `ArchiveError("{path}: the disk is full", path=path)`: its `str` is English, `message.in_language("vi")` Vietnamese.
    """

    exit_code = 1

    def __init__(self, msgid: str, /, **values: object) -> None:
        self.message = Message(msgid, **values) if values else message_of(msgid)
        super().__init__(self.message)


class InstallationError(ArchiveError):
    """A module that the program comes with cannot be loaded: the installation's fault, never a page's."""

    @classmethod
    def of(cls, error: ImportError) -> InstallationError:
        """The error for what an import raised."""
        what = error.name or str(error).strip().partition("\n")[0]
        return cls("{what}: is missing or broken here; install baotinh again, with all that it depends on", what=what)


class DeliveryError(ArchiveError):
    """A mail server or webhook did not take the report of a day; with `unclear` it may have it all the same."""

    def __init__(self, msgid: str, /, *, unclear: bool = False, **values: object) -> None:
        super().__init__(msgid, **values)
        self.unclear = unclear


class UsageError(ArchiveError):
    """An option, a value or a file name that cannot be used as given."""

    exit_code = 2


class QueryError(UsageError):
    """A search query that cannot be understood.

    `position` is the 0-based offset in `query` where understanding ended; `suggestion` a query that works, or None.
    """

    def __init__(self, message: str, query: str, position: int, suggestion: str | None = None) -> None:
        told = message_of(message)
        shown = {name: _LONG.sub(r"\1…", value) if type(value) is str else value for name, value in told.values.items()}
        super().__init__(told.msgid, **shown)
        self.query = query
        self.position = position
        self.suggestion = suggestion

    def excerpt(self) -> tuple[str, int]:
        """The query, of a long one what stands around the mistake; and where in that the mistake is.

        >>> QueryError("no such field", f"{'x ' * 50}tieu:y", 100).excerpt()
        ('…x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x tieu:y', 67)
        """
        start = max(0, min(self.position - _SHOWN // 2, len(self.query) - _SHOWN))
        end = start + _SHOWN
        before, after = "…" if start else "", "…" if end < len(self.query) else ""
        return f"{before}{self.query[start:end]}{after}", self.position - start + len(before)

    def __reduce__(self) -> tuple[type[QueryError], tuple[str, str, int, str | None]]:
        """What it is made again of, in another process."""
        return type(self), (self.message, self.query, self.position, self.suggestion)


class SourceError(UsageError):
    """An unknown source, or a source file that is not valid; the message names file and key."""


class NothingFound(ArchiveError):
    """The question was understood, and the archive holds no answer."""

    exit_code = 3


class Withdrawn(NothingFound):
    """What was asked for is taken down; the message says since when, and by whose authority."""


class StorageError(ArchiveError):
    """The archive cannot be written or read: the message names the path."""

    exit_code = 4


class LockedError(StorageError):
    """Another process holds the archive; the message names it."""


class LingeringError(LockedError):
    """What was taken out of the database still stands in its log, because another process reads what was before."""


class SchemaError(StorageError):
    """A database whose schema is not this program's."""


class DamageError(ArchiveError):
    """Stored bytes are not what they were; the message names file and offset."""

    exit_code = 5


class CrawlError(ArchiveError):
    """A crawl that needs a person: unreachable site, no article, bounds of `expect` broken."""

    exit_code = 6


class Unreadable(Exception):
    """A page that cannot be read as an article; `reason` is stored and counted, the page is kept.

    Reasons are short stable words: `empty`, `not_html`, `too_large`, `too_deep`, `attribute_bomb`, `no_article`,
    `soft_404`, `login`, `refused`, `server_error`, `encrypted`, `content_coding`, `selection`, `parser_crash`,
    `time_limit`.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


class SelectionError(Unreadable):
    """A selector met another number of elements than the page's layout promises."""

    def __init__(self, detail: str) -> None:
        super().__init__("selection", detail)
