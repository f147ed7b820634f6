"""Changes single values of a source file and leaves the rest as a person wrote it, comments and order included."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable
from typing import Final

from archive.sources.table import read_table

_HEADER: Final = re.compile(r"^\s*(\[\[?)\s*([\w.-]+)\s*\]\]?\s*(?:#.*)?$")
_MOST_LINES: Final = 100
_KEY: Final = re.compile(r"^(\s*)([\w-]+)(\s*)=")


def text(value: str) -> str:
    """A string as TOML writes it."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def literal(value: str) -> str:
    """A regular expression as TOML writes it, its backslashes as they are."""
    return f"'{value}'" if "'" not in value and value.isprintable() else text(value)


def texts(values: Iterable[str]) -> str:
    """A list of strings."""
    return f"[{', '.join(map(text, values))}]"


def literals(values: Iterable[str]) -> str:
    """A list of regular expressions."""
    return f"[{', '.join(map(literal, values))}]"


def with_value(source: str, key: str, value: str, table: str = "", file: str = "") -> str:
    """The TOML `source` with `key` of `table` ("" is the top, "[layout]" the last of its `[[layout]]`) set to `value`.

    `value` is TOML. A comment behind the old value goes, as it spoke of that. Raises SourceError naming `file` where
    what comes out is no TOML.
    """
    lines = source.splitlines()
    begin, end = _section(lines, table)
    if begin < 0:
        head = f"[{table}]" if table else ""
        lines += ["", head, f"{key} = {value}"]
        return _checked("\n".join(lines) + "\n", file)
    at = begin
    while at < end:
        found = _KEY.match(lines[at])
        if found is None:
            at += 1
            continue
        length = _length(lines, at, end)
        if found[2] == key:
            lines[at : at + length] = [f"{found[1]}{key}{found[3]}= {value}"]
            return _checked("\n".join(lines) + "\n", file)
        at += length
    last = max((one for one in range(begin, end) if lines[one].strip()), default=begin - 1)
    while last > begin and lines[last].lstrip().startswith("#"):  # a comment above the next table is not ours
        last -= 1
    lines.insert(last + 1, f"{key} = {value}")
    return _checked("\n".join(lines) + "\n", file)


def _section(lines: list[str], table: str) -> tuple[int, int]:
    """The first line of a table's keys, and the line after its last one; (-1, -1) where there is no such table."""
    begin, end, at = (0, len(lines), 0) if not table else (-1, -1, 0)
    inside = not table
    while at < len(lines):
        header = _HEADER.match(lines[at])
        if header is not None:
            if inside:
                end, inside = at, False
            named = f"[{header[2]}]" if header[1] == "[[" else header[2]
            if named == table:
                begin, end, inside = at + 1, len(lines), True
            at += 1
        else:
            at += _length(lines, at, len(lines)) if _KEY.match(lines[at]) else 1
    return begin, end


def _length(lines: list[str], at: int, end: int) -> int:
    """How many lines the value has that begins on line `at`; 1 where it is none, or longer than a file of ours has."""
    for length in range(1, min(end - at, _MOST_LINES) + 1):
        try:
            tomllib.loads("\n".join(lines[at : at + length]))
        except tomllib.TOMLDecodeError:
            continue
        return length
    return 1


def _checked(source: str, file: str) -> str:
    read_table(source, file or "TOML")
    return source
