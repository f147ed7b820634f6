"""Reads the gettext catalogues beside this file (`vi.po`): what each sentence is in another language.

`python -m tools.messages` brings them up to the code. Editors for gettext (Poedit, Weblate) can work on them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

LANGUAGES: Final = ("en", "vi")
_KEYWORDS: Final = ("msgctxt", "msgid", "msgstr")


@dataclass(frozen=True, slots=True)
class Entry:
    """A sentence of a catalogue. `key` names it where the English alone would not (`msgctxt`), else is ""."""

    msgid: str
    msgstr: str
    key: str = ""
    fuzzy: bool = False


def entries(text: str) -> Iterator[Entry]:
    """The entries of a .po file, its header first. Raises ValueError for a line that gettext does not write."""
    for block in text.split("\n\n"):
        parts = dict.fromkeys(_KEYWORDS, "")
        begun = ""
        for line in block.splitlines():
            keyword, _, quoted = line.partition(" ")
            if line.startswith("#") or not line.strip():
                continue
            if keyword in parts:
                begun = keyword
            elif line.startswith('"') and begun:
                quoted = line
            else:
                raise ValueError(f"not a line of a catalogue: {line}")
            parts[begun] += json.loads(quoted)
        if begun:
            fuzzy = any(line.startswith("#,") and "fuzzy" in line for line in block.splitlines())
            yield Entry(parts["msgid"], parts["msgstr"], parts["msgctxt"], fuzzy)


def catalogue_file(language: str) -> Path:
    """Where the catalogue of `language` is."""
    return Path(__file__).with_name(f"{language}.po")


@cache
def _read(language: str) -> tuple[Entry, ...]:
    return tuple(entries(catalogue_file(language).read_text(encoding="utf-8")))


@cache
def translations(language: str) -> Mapping[str, str]:
    """Sentence -> the same in `language`; empty for English, which the code speaks."""
    if language not in LANGUAGES[1:]:
        return {}
    return {one.msgid: one.msgstr for one in _read(language) if one.msgid and one.msgstr and not (one.key or one.fuzzy)}


@cache
def labels(language: str) -> Mapping[str, str]:
    """Key -> the label of pages and codes in `language`: English is the msgid of an entry with a key."""
    keyed = [one for one in _read("vi") if one.key]
    return {one.key: one.msgid if language == "en" or not one.msgstr or one.fuzzy else one.msgstr for one in keyed}
