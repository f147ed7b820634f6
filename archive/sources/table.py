"""Strict reading of a TOML table: every value has the type asked for, and no key is left unread."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any, Never, TypeVar

from archive.errors import SourceError

Value = TypeVar("Value")


def meant(wrong: str, known: Iterable[str], near_enough: float = 0.6) -> str:
    """`; did you mean "x"?` for the nearest of `known`, or nothing where none is as near as that (1: the same)."""
    near = get_close_matches(wrong, list(known), n=1, cutoff=near_enough)
    return f'; did you mean "{near[0]}"?' if near else ""


class Table:
    """One table of a file. The getters note which keys they were asked for, so that `finish` knows the others.

    All errors are SourceError and name file and key: `bao-x.toml: layout[2].select.headline: ...`.
    """

    def __init__(self, file: str, data: dict[str, Any], path: str = "") -> None:
        self._file = file
        self._data = data
        self._path = path
        self._asked: set[str] = set()

    def fail(self, key: str, message: str) -> Never:
        """Raises SourceError about `key` of this table."""
        where = f"{self._path}.{key}" if self._path and key else self._path or key
        raise SourceError(f"{self._file}: {where}: {message}" if where else f"{self._file}: {message}")

    def has(self, key: str) -> bool:
        """Whether the file gives `key`."""
        self._asked.add(key)
        return key in self._data

    def text(self, key: str, default: str | None = None) -> str:
        """The string of `key`, white space at its ends removed; without a default it must be there and not be empty."""
        if not self.has(key):
            if default is None:
                self.fail(key, "is missing")
            return default
        value = self._data[key]
        if not isinstance(value, str):
            self.fail(key, f"must be a string, not {_kind(value)}")
        if not value.strip() and default is None:
            self.fail(key, "must not be empty")
        return value.strip()

    def word(self, key: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        """The string of `key`, one of `allowed`."""
        value = self.text(key, default)
        if value not in allowed:
            choice = f"none of {', '.join(allowed)}" if len(allowed) < 10 else "not known"
            self.fail(key, f'"{value}" is {choice}{meant(value, allowed)}')
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """The strings of `key`: a list, or one string alone; none where the key is not given."""
        if not self.has(key):
            return ()
        value = self._data[key]
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list):
            self.fail(key, f"must be a string or a list of strings, not {_kind(value)}")
        for item in items:
            if not isinstance(item, str) or not item.strip():
                self.fail(key, f"must hold strings that are not empty, not {item!r}")
        doubled = next((item for item in items if items.count(item) > 1), None)
        if doubled is not None:
            self.fail(key, f'holds "{doubled}" twice')
        return tuple(item.strip() for item in items)

    def patterns(self, key: str) -> tuple[re.Pattern[str], ...]:
        """The regular expressions of `key`."""
        return tuple(self._compiled(key, expression) for expression in self.texts(key))

    def pattern(self, key: str) -> re.Pattern[str] | None:
        """The one regular expression of `key`, or None."""
        return self._compiled(key, self.text(key)) if self.has(key) else None

    def number(self, key: str, default: float, least: float, most: float) -> float:
        """The number of `key`, within the bounds."""
        value = self._data[key] if self.has(key) else default
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.fail(key, f"must be a number, not {_kind(value)}")
        if not least <= value <= most:
            self.fail(key, f"{value:g} is not between {least:g} and {most:g}")
        return float(value)

    def whole(self, key: str, default: int, least: int = 0, most: int = 1_000_000_000) -> int:
        """The whole number of `key`, within the bounds."""
        value = self._data[key] if self.has(key) else default
        if isinstance(value, bool) or not isinstance(value, int):
            self.fail(key, f"must be a whole number, not {_kind(value)}")
        if not least <= value <= most:
            self.fail(key, f"{value} is not between {least} and {most}")
        return value

    def flag(self, key: str, default: bool = False) -> bool:
        """The truth value of `key`."""
        value = self._data[key] if self.has(key) else default
        if not isinstance(value, bool):
            self.fail(key, f"must be true or false, not {_kind(value)}")
        return value

    def day(self, key: str) -> date | None:
        """The date of `key` (written without quotes), or None."""
        if not self.has(key):
            return None
        value = self._data[key]
        if isinstance(value, datetime) or not isinstance(value, date):
            self.fail(key, f"must be a date without quotes, like 2025-06-30, not {_kind(value)}")
        return value

    def raw(self, key: str) -> object:
        """The value of `key` as the file has it, or None."""
        return self._data[key] if self.has(key) else None

    def table(self, key: str) -> Table:
        """The table of `key`; an empty one where it is not given."""
        value = self._data[key] if self.has(key) else {}
        if not isinstance(value, dict):
            self.fail(key, f"must be a table [{key}], not {_kind(value)}")
        return Table(self._file, value, f"{self._path}.{key}" if self._path else key)

    def tables(self, key: str) -> tuple[Table, ...]:
        """The tables of `key`, written `[[key]]`."""
        value = self._data[key] if self.has(key) else []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.fail(key, f"must be written [[{f'{self._path}.{key}' if self._path else key}]], as a list of tables")
        path = f"{self._path}.{key}" if self._path else key
        return tuple(Table(self._file, item, f"{path}[{number}]") for number, item in enumerate(value, 1))

    def keys(self) -> tuple[str, ...]:
        """The keys the file gives; for tables whose keys are names and not words of the format."""
        self._asked.update(self._data)
        return tuple(self._data)

    def checked(self, key: str, make: Callable[[], Value]) -> Value:
        """What `make` gives; its ValueError becomes an error about `key`."""
        try:
            return make()
        except ValueError as error:
            self.fail(key, str(error))

    def known(self, key: str, allowed: Iterable[str]) -> None:
        """Raises SourceError where `key` is none of the names `allowed` in this table."""
        names = tuple(allowed)
        if key not in names:
            self.fail(key, f"unknown name{meant(key, names)}")

    def finish(self) -> None:
        """Raises SourceError for the first key that no getter asked for."""
        for key in self._data:
            if key not in self._asked:
                self.fail(key, f"unknown key{meant(key, self._asked)}")

    def _compiled(self, key: str, expression: str) -> re.Pattern[str]:
        try:
            return re.compile(expression)
        except re.error as error:
            self.fail(key, f"'{expression}' is not a regular expression: {error}")


def _kind(value: object) -> str:
    names = {bool: "true/false", int: "a number", float: "a number", str: "a string", list: "a list", dict: "a table"}
    return names.get(type(value), "a date" if isinstance(value, date) else type(value).__name__)
