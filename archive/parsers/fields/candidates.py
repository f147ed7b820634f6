"""A field as a table of candidates: where pages show it, how sure that is, and one way to choose."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from archive.model import Found
from archive.parsers.blocks.zones import Zones

TABLES: Final[list[Table]] = []
"""Every table of candidates, for the test that takes their rows away one by one."""


@dataclass(frozen=True, slots=True)
class Row:
    """One place where pages show a field: its name, the texts found there, how sure the first is, where it was met."""

    name: str
    texts: Callable[[Zones], Iterator[str]]
    confidence: float
    met: str


@dataclass(slots=True)
class Table:
    """The candidates of a field, the surest first; what `never` says of a text is no candidate."""

    name: str
    rows: tuple[Row, ...]
    never: Callable[[Zones, str], bool] = field(default=lambda zones, text: False)

    def __post_init__(self) -> None:
        TABLES.append(self)

    def best(self, zones: Zones) -> Found | None:
        """The first text of the first row that has one, with the row's name and confidence; None where none has."""
        for row in self.rows:
            for text in row.texts(zones):
                if text and not self.never(zones, text):
                    return Found(text, by=row.name, confidence=row.confidence)
        return None

    @contextmanager
    def without(self, row: Row) -> Iterator[None]:
        """The table without a row, for a while."""
        known = self.rows
        self.rows = tuple(one for one in known if one is not row)
        try:
            yield
        finally:
            self.rows = known
