"""The addresses that a style sheet names, by CSS Syntax Level 3: `url(...)`, `@import "..."`, `image-set("...")`.

A scanner and no parser: a sheet that is broken, or newer than this program, still says what it loads. Its time grows
with the length of the sheet, whatever stands in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

_OPENED: Final = (r'"(?:[^"\\\n]|\\[\s\S])*+', r"'(?:[^'\\\n]|\\[\s\S])*+")
_QUOTED: Final = rf"{_OPENED[0]}\"|{_OPENED[1]}'"
_PLAIN: Final = (  # nothing here goes back over what it has taken
    r"/\*[\s\S]*?(?:\*/|\Z)"
    rf"|(?P<quoted>{_QUOTED})"
    rf"|(?P<bad>{'|'.join(_OPENED)})"  # a string that its line does not close, CSS Syntax 4.3.5: nothing in it counts
    rf"|\burl\(\s*+(?:(?P<inner>{_QUOTED})|(?P<bare>(?:[^\"'()\s\\]|\\(?:[0-9a-f]{{1,6}}\s?|[\s\S]))*+))\s*+\)"
)
_RULES: Final = r"|@(?P<at>import|namespace)\b|(?P<set>\b(?:-webkit-)?image-set\()|[(),;{}]"
_TOKEN: Final = re.compile(_PLAIN + _RULES, re.IGNORECASE)
_TOKEN_WITHOUT_RULES: Final = re.compile(_PLAIN + r"|(?P<at>(?!))|(?P<set>(?!))", re.IGNORECASE)
_WITH_RULES: Final = ("@import", "@namespace", "image-set(")
_ESCAPE: Final = re.compile(r"\\(?:([0-9a-fA-F]{1,6})(?:\r\n|[ \t\r\n\f])?|(\r\n|[\n\r\f])|([\s\S]))")
_LAST_CHARACTER: Final = 0x10FFFF


@dataclass(frozen=True, slots=True)
class Reference:
    """An address in a style sheet: where it stands, from `start` to `end`, and what it says once escapes are read.

    `text[start:end]` is `url(...)` whole, or the string with its quotes where `is_string`.
    """

    start: int
    end: int
    address: str
    is_string: bool = False


def references(text: str) -> Iterator[Reference]:
    """What the style sheet `text` loads, in order: neither `data:` nor mere fragments, nor the names of namespaces.

    >>> [one.address for one in references('@import "a.css"; p{background:url( b.png )} /* url(c) */ q{content:"d"}')]
    ['a.css', 'b.png']
    """
    lowered = text.lower()
    plain = not any(word in lowered for word in _WITH_RULES)  # then no parenthesis or semicolon says anything
    if plain and "url(" not in lowered:
        return  # as nearly every `style` of an element
    rule, sets = "", 0  # the at-rule whose address is awaited; parentheses open since an image-set began
    candidate = False  # in an image-set, a string counts at the beginning of an option
    for token in (_TOKEN_WITHOUT_RULES if plain else _TOKEN).finditer(text):
        said = token[0]
        if said.startswith("/*") or token["bad"]:
            continue
        if token["at"]:
            rule = token["at"].lower()
            continue
        if token["set"]:
            sets, candidate = sets + 1, True
            continue
        quoted, inner, bare = token["quoted"], token["inner"], token["bare"]
        if quoted is not None or inner is not None or bare is not None:
            counts = rule != "namespace" and (quoted is None or rule == "import" or (sets == 1 and candidate))
            address = _unescaped(bare if bare is not None else (quoted or inner or "")[1:-1])
            rule, candidate = "", False
            if counts and address and not address.startswith("#") and address[:5].lower() != "data:":
                yield Reference(token.start(), token.end(), address, quoted is not None)
        elif said == "(":
            sets += sets > 0
        elif said == ")":
            sets -= sets > 0
        elif said == ",":
            candidate = sets == 1
        else:
            rule, sets = "", 0


def readdressed(text: str, address: Callable[[str], str | None]) -> str:
    """`text` with each address as `address` gives it; where that is None, it stays as it stands."""
    parts, done = [], 0
    for one in references(text):
        target = address(one.address)
        if target is not None:
            quoted = _quoted(target)
            parts += [text[done : one.start], quoted if one.is_string else f"url({quoted})"]
            done = one.end
    return "".join((*parts, text[done:]))


def _quoted(address: str) -> str:
    escaped = address.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\n\r\f]", lambda found: f"\\{ord(found[0]):x} ", escaped) + '"'


def _unescaped(text: str) -> str:
    return (_ESCAPE.sub(_character, text) if "\\" in text else text).strip()


def _character(found: re.Match[str]) -> str:
    if found[1]:
        code = int(found[1], 16)
        return chr(code) if 0 < code <= _LAST_CHARACTER and not 0xD800 <= code < 0xE000 else "\ufffd"
    return "" if found[2] else found[3]
