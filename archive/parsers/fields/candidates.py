"""A field as a table of candidates: where pages show it, how sure that is, and one way to choose."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar

from archive.model import Found

Seen = TypeVar("Seen")
"""What a table looks at: the zones of a page, or these and what else was found."""
Value = TypeVar("Value")

TABLES: Final[list[Table[Any, Any]]] = []
"""Every table of candidates, for the test that takes their rows away one by one."""


@dataclass(frozen=True, slots=True)
class Row(Generic[Seen, Value]):
    """One place where pages show a field: its name, what is found there, how sure the first is, where it was met."""

    name: str
    values: Callable[[Seen], Iterable[Any]]
    confidence: float
    met: str


@dataclass(slots=True)
class Table(Generic[Seen, Value]):
    """The candidates of a field, the surest first; what `never` says of a value is no candidate."""

    name: str
    rows: tuple[Row[Seen, Value], ...]
    never: Callable[[Seen, Any], bool] = field(default=lambda seen, value: False)

    def __post_init__(self) -> None:
        TABLES.append(self)

    def all(self, seen: Seen, *names: str) -> Iterator[Value]:
        """The first value of each row that has one, or of the rows named; a text by the row's name and confidence."""
        for row in [row for row in self.rows if row.name in names] if names else self.rows:
            for value in row.values(seen):
                if value and not self.never(seen, value):
                    found: Any = Found(value, row.name, None, row.confidence) if isinstance(value, str) else value
                    yield found
                    break

    def best(self, seen: Seen) -> Value | None:
        """The first value of the first row that has one; None where none has."""
        return next(self.all(seen), None)

    def score(self, seen: Seen) -> float:
        """What all rows together say for what is looked at: the confidence of each, as often as it holds."""
        return sum(row.confidence for row in self.rows for holds in row.values(seen) if holds)

    @contextmanager
    def without(self, row: Row[Seen, Value]) -> Iterator[None]:
        """The table without a row, for a while."""
        known = self.rows
        self.rows = tuple(one for one in known if one is not row)
        try:
            yield
        finally:
            self.rows = known
