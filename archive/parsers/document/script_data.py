"""Reads the data that scripts of a page are given: JSON, and Nuxt's table of values."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Final, TypeAlias

from archive.parsers.document.tree import Element

Data: TypeAlias = object

_DEEPEST: Final = 40
_LARGEST: Final = 4_000_000  # characters of one script
_MOST_OBJECTS: Final = 20  # looked at in one script
_MOST_VALUES: Final = 200_000  # of Nuxt's table, each met once
_FLIGHT: Final = re.compile(r'self\.__next_f\.push\(\[1,("(?:[^"\\]|\\.)*+")\]\)')
_ASSIGNED: Final = re.compile(r"(?:[\w$\])\"']\s*=|\]\.push\()\s*(?=[{\[])")
_DECODER: Final = json.JSONDecoder(strict=False)


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
            for data in _assigned(text):
                yield "object of a script", data
    for line in "".join(chunks).splitlines():
        _, _, value = line.partition(":")
        if value[:1] in "[{":
            yield "json flight", loaded(value)


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
    """The objects that a script assigns or hands to a list, written as JSON: `window.__STATE__ = {...}`, and
    `window["__RQ_R_1_"].push({...})`, answers that React Query has streamed.
    """
    end = 0
    for match in islice(_ASSIGNED.finditer(script), _MOST_OBJECTS):
        if match.end() >= end:
            try:
                data, end = _DECODER.raw_decode(script, match.end())
            except (ValueError, RecursionError):
                continue
            yield data
