"""The crawler's half: every capture becomes WARC records, durable before anything else knows of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from types import TracebackType

from archive.holdings import Holdings
from archive.model import Capture, Place
from archive.originals import Originals
from archive.warc.write import Writer


class Keeper:
    """Keeps the captures of one source and run; one process and one thread at a time.

    `about` are further fields of each file's warcinfo record: robots policy, user agent. Nothing is durable before
    `sync`, and only what is durable may be told to the reading half, or be called done. An answer 304, and a payload
    equal to the one that the address gave before, become revisit records that name the earlier one (WARC 1.1, 6.7).
    """

    def __init__(self, holdings: Holdings, source: str, run: str, about: tuple[tuple[str, str], ...] = ()) -> None:
        holdings.record_settings()
        self._originals = Originals(holdings)
        self._writer = Writer(holdings.root, source, run, about, known=self._originals.find)

    def keep(self, capture: Capture) -> Place:
        """Where `capture` now lies. Its time is cut to milliseconds, as the database has it.

        Raises StorageError where the disk refuses; the file is then whole, without the capture.
        """
        began = capture.began
        if began.microsecond % 1000:
            capture = replace(capture, began=began.replace(microsecond=began.microsecond // 1000 * 1000))
        return self._writer.append(capture)

    def sync(self) -> None:
        """Returns when everything kept so far is on the disk; raises StorageError."""
        self._writer.sync()

    def describe(self, report: Mapping[str, object]) -> None:
        """Adds what the run has done to the file being written, as a record of its own; nothing where none was kept."""
        self._writer.describe(json.dumps(report, ensure_ascii=False, indent=1).encode())

    def close(self) -> None:
        """Closes and seals the file being written."""
        self._originals.close()
        self._writer.close()

    def __enter__(self) -> Keeper:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
