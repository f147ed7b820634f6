"""Reads the data that scripts of a page are given: JSON, Nuxt's table of values, and objects written as JavaScript."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import chain, islice
from typing import Final, TypeAlias

from archive.parsers.document.tree import Element

Data: TypeAlias = object

_DEEPEST: Final = 40
_LARGEST: Final = 4_000_000  # characters of one script
_LARGEST_LITERAL: Final = 1_500_000  # of an object written as JavaScript, half a second
_MOST_OBJECTS: Final = 20  # looked at in one script
_MOST_VALUES: Final = 200_000  # of Nuxt's table, each met once
_LONGEST_NUMBER: Final = 300  # figures; Python refuses to read thousands
_FLIGHT: Final = re.compile(r'self\.__next_f\.push\(\[1,("(?:[^"\\]|\\.)*+")\]\)')
_PARSED: Final = re.compile(r"""JSON\.parse\(\s*("(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+')\s*\)""", re.DOTALL)
_ASSIGNED: Final = re.compile(r"[\w$\])\"']\s*=\s*(?=[{\[(])")
_FUNCTION: Final = re.compile(r"\(function\s*\(([\w$,\s]*)\)\s*\{\s*return\s*")
_CALLED: Final = re.compile(r"\s*;?\s*\}\s*\)?\s*\(")
_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<mark>[{}\[\]:,])|(?P<text>"(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+')|(?P<number>-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"""
    r"""|(?P<name>void 0|!0|!1|[\w$]+(?:\.[\w$]+)*))""",
    re.DOTALL,
)
_ESCAPE: Final = re.compile(r'\\x(?P<byte>[0-9a-fA-F]{2})|\\(?P<plain>.)|(?P<quote>")', re.DOTALL)
_CONSTANTS: Final[dict[str, Data]] = {
    "true": True, "false": False, "null": None, "undefined": None, "void 0": None, "!0": True, "!1": False,
}  # fmt: skip


def documents(top: Element) -> Iterator[tuple[str, Data]]:
    """Every piece of data in the scripts of a page, with the name of what it was found in."""
    chunks: list[str] = []
    for script in top.iter("script"):
        text = script.text or ""
        if not text or len(text) > _LARGEST:
            continue
        name = script.get("id") or ""
        if name == "__NUXT_DATA__":
            yield "json __NUXT_DATA__", _from_table(loaded(text))
        elif name == "__NEXT_DATA__" or script.get("type") == "application/json":
            yield f"json {name or 'script'}", loaded(text)
        elif "self.__next_f" in text:
            chunks += [str(loaded(match[1]) or "") for match in _FLIGHT.finditer(text)]
        elif not script.get("type") or "javascript" in (script.get("type") or ""):
            for data in chain(_parsed(text), _assigned(text)):
                yield "object of a script", data
    for line in "".join(chunks).splitlines():
        _, _, value = line.partition(":")
        if value[:1] in "[{":
            yield "json flight", loaded(value)


def _parsed(script: str) -> Iterator[Data]:
    """What a script has the browser parse: `JSON.parse("{\\"article\\": ...}")`."""
    for match in islice(_PARSED.finditer(script), _MOST_OBJECTS):
        yield loaded(_text(match[1]))


def loaded(text: str) -> Data:
    """What a text of JSON holds, None where it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _from_table(table: Data) -> Data:
    """What Nuxt 3 writes as one list of values, in which figures stand for the values at these places."""
    if not isinstance(table, list) or not table:
        return None
    known: dict[int, Data] = {}

    def value(place: Data, depth: int) -> Data:
        if not isinstance(place, int) or not 0 <= place < len(table) or depth > _DEEPEST or len(known) > _MOST_VALUES:
            return None
        if place in known:
            return known[place]
        known[place] = None  # of a value that holds itself
        held = table[place]
        if isinstance(held, dict):
            held = {name: value(inner, depth + 1) for name, inner in held.items()}
        elif isinstance(held, list) and held and isinstance(held[0], str):  # ["Reactive", 1], ["Date", "2024-..."]
            held = value(held[1], depth + 1) if len(held) == 2 and isinstance(held[1], int) else held[-1]
        elif isinstance(held, list):
            held = [value(inner, depth + 1) for inner in held]
        known[place] = held
        return held

    return value(0, 0)


def _assigned(script: str) -> Iterator[Data]:
    """The objects that a script assigns: `window.__STATE__ = {...}`, Nuxt 2's `(function(a,b){return {...}}(...))`."""
    if len(script) > _LARGEST_LITERAL:
        return
    end = spent = tried = 0
    for match in _ASSIGNED.finditer(script):
        if match.end() < end:
            continue
        if tried >= _MOST_OBJECTS or spent > _LARGEST_LITERAL:
            return
        called = _FUNCTION.match(script, match.end())
        start = called.end() if called else match.end()
        reader = _Literal(script, start, lenient=called is not None)
        tried += 1
        try:
            data = reader.value(0)
            end = reader.at
            arguments = _arguments(script, end) if called else []
        except (ValueError, RecursionError, OverflowError):
            continue
        finally:
            spent += reader.at - start
        names = dict(zip((name.strip() for name in called[1].split(",")), arguments, strict=False)) if called else {}
        yield _filled(data, names, 0) if names else data


def _arguments(script: str, at: int) -> list[Data]:
    called = _CALLED.match(script, at)
    if called is None:
        return []
    reader = _Literal(script, called.end() - 1, lenient=True)
    reader.at += 1
    found: list[Data] = []
    while True:
        found.append(reader.value(0))
        if not script.startswith(",", reader.at):
            return found
        reader.at += 1


class _Name(str):
    """A name in a literal: of a function's argument."""

    __slots__ = ()


def _filled(data: Data, names: dict[str, Data], depth: int) -> Data:
    """`data` with the values of the names in it."""
    if isinstance(data, _Name):
        return names.get(data)
    if depth > _DEEPEST:
        return None
    if isinstance(data, dict):
        return {name: _filled(value, names, depth + 1) for name, value in data.items()}
    return [_filled(value, names, depth + 1) for value in data] if isinstance(data, list) else data


class _Literal:
    """Reads one JavaScript literal of a script from a place on; raises ValueError where there is none."""

    def __init__(self, script: str, at: int, *, lenient: bool) -> None:
        self.script, self.at, self.lenient = script, at, lenient

    def token(self) -> re.Match[str]:
        match = _TOKEN.match(self.script, self.at)
        if match is None:
            raise ValueError(f"no literal at {self.at}")
        self.at = match.end()
        return match

    def value(self, depth: int) -> Data:
        match = self.token()
        if depth > _DEEPEST:
            raise ValueError("nested too deep")
        if match["mark"] == "{":
            return self.members(depth)
        if match["mark"] == "[":
            return self.items(depth)
        return self.plain(match)

    def plain(self, match: re.Match[str]) -> Data:
        if match["text"] is not None:
            return _text(match["text"])
        if match["number"] is not None:
            return _number(match["number"])
        if match["name"] in _CONSTANTS:
            return _CONSTANTS[match["name"]]
        if match["name"] is None or not self.lenient:
            raise ValueError(f"no value at {self.at}")
        return _Name(match["name"])

    def members(self, depth: int) -> dict[str, Data]:
        found: dict[str, Data] = {}
        while (match := self.token())["mark"] != "}":
            if match["mark"] == ",":
                continue
            name = _text(match["text"]) if match["text"] is not None else match["name"] or match["number"] or ""
            if self.token()["mark"] != ":":
                raise ValueError(f"no member at {self.at}")
            found[name] = self.value(depth + 1)
        return found

    def items(self, depth: int) -> list[Data]:
        found: list[Data] = []
        while (match := self.token())["mark"] != "]":
            if match["mark"] == ",":
                continue
            self.at = match.start()
            found.append(self.value(depth + 1))
        return found


def _number(written: str) -> float:
    return int(written) if written.lstrip("-").isdecimal() and len(written) < _LONGEST_NUMBER else float(written)


def _text(quoted: str) -> str:
    """The text of a JavaScript string, which differs from JSON's in its quotes and in a few escapes."""
    try:
        return str(json.loads(f'"{_ESCAPE.sub(_as_json, quoted[1:-1])}"', strict=False))
    except ValueError:
        return quoted[1:-1]


def _as_json(match: re.Match[str]) -> str:
    if match["byte"]:
        return f"\\u00{match['byte']}"
    if match["quote"]:
        return '\\"'
    return match[0] if match["plain"] in '"\\/bfnrtu' else match["plain"]
