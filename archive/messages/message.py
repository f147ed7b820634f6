"""A sentence as its id (the English, with named gaps) and what fills the gaps, said in a language by its catalogue."""

from __future__ import annotations

import json
import re
import string
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

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


def named(language: str, code: str, start: str = "code.") -> str:
    """What the archive keeps under short words, as a reader calls it; a word that has no label stays as it is.

    >>> named("vi", "unread: no_article"), named("vi", "404 http_404"), named("en", "failed: redirect_home")
    ('chưa đọc được: không có bài', '404 HTTP 404', 'failed: redirected to the home page')
    """
    known = labels(language)

    def one(word: str) -> str:
        return known.get(start + word, f"HTTP {word[5:]}" if word.startswith("http_") else word)

    parts = (one(part) if start + part in known else " ".join(map(one, part.split(" "))) for part in code.split(": "))
    return ": ".join(parts)


@cache
def labels(language: str) -> Mapping[str, str]:
    """Key -> the label of pages and codes in `language`: English is the msgid of an entry with a key."""
    keyed = [one for one in _read("vi") if one.key]
    return {one.key: one.msgid if language == "en" or not one.msgstr or one.fuzzy else one.msgstr for one in keyed}


_SWAPPED: Final = str.maketrans(",.", ".,")
_PACKED: Final = {"text", "msgid", "values"}

Value = str | int | float
"""What may stand in a gap: a text as it is, a number, or another Message."""


class Message(str):
    """English as a text; `in_language` says the same in another language. It lives on in pickles and in `packed` JSON.

    Gaps are those of `str.format`. A number is grouped where the gap says so (`{count:,}`); `{count:article|articles}`
    is the number with its noun; another Message, or an error, is said in the same language.

    >>> told = Message("{file}: {problem}", file="x.warc.gz", problem=Message("No space left on device"))
    >>> str(told), told.in_language("vi")
    ('x.warc.gz: No space left on device', 'x.warc.gz: đĩa đã đầy')
    >>> Message("{captures:capture|captures} kept", captures=12000)
    '12,000 captures kept'
    """

    __slots__ = ("msgid", "values")

    msgid: str
    values: Mapping[str, Value]

    def __new__(cls, msgid: str, /, **values: object) -> Message:
        """The message of the sentence `msgid`; without values it is taken as it is, whatever braces it holds."""
        held = {name: _value(value) for name, value in values.items()}
        made = super().__new__(cls, fill(msgid, held, "en"))
        made.msgid, made.values = msgid, held
        return made

    def in_language(self, language: str) -> str:
        """The sentence in `language`; what its catalogue lacks stays English."""
        return fill(translations(language).get(self.msgid, self.msgid), self.values, language)

    def known(self, language: str) -> bool:
        """Whether the catalogue of `language` has the sentence, or it only joins others that it has."""
        inner = [value for value in self.values.values() if isinstance(value, Message)]
        joins = not any(character.isalpha() for character in "".join(text for text, *_ in _parsed(self.msgid)))
        return self.msgid in translations(language) or (joins and all(one.known(language) for one in inner))

    def __reduce__(self) -> tuple[object, ...]:
        """What it is made again of, in another process."""
        return _made, (self.msgid, dict(self.values))


def message_of(said: object) -> Message:
    """What an error or a text says, as a Message: the system's own errors by their reason."""
    if isinstance(said, Message):
        return said
    inner = getattr(said, "message", None) or next(iter(getattr(said, "args", ())), None)
    return inner if isinstance(inner, Message) else Message(str(said))


def reason_of(error: OSError) -> Message:
    """Why the system refused, without the path that an OSError names."""
    return Message(error.strerror or str(error))


def toml_flaw(error: ValueError) -> Message:
    """What tomllib says of a text that is no TOML: it has no ids, only a place at its end.

    >>> toml_flaw(ValueError("Invalid value (at line 3, column 12)")).in_language("vi")
    'giá trị sai (dòng 3, cột 12)'
    """
    found = re.fullmatch(r"(.+) \(at line (\d+), column (\d+)\)", str(error))
    if not found:
        return Message(str(error))
    flaw, line, column = found.groups()
    return Message("{flaw} (at line {line}, column {column})", flaw=Message(flaw), line=line, column=column)


def joined(messages: Sequence[object], by: str = ", ") -> Message:
    """Several messages as one, `by` between them."""
    return Message(by.join(f"{{_{n}}}" for n in range(len(messages))), **{f"_{n}": m for n, m in enumerate(messages)})


def packed(value: Any) -> Any:
    """`value` (dicts, lists, texts) for JSON, with all that is needed to say its messages in any language later."""
    if isinstance(value, Message):
        held = {name: packed(one) for name, one in value.values.items()}
        return {"text": str(value), "msgid": value.msgid, "values": held}
    if isinstance(value, dict):
        return {key: packed(one) for key, one in value.items()}
    return [packed(one) for one in value] if isinstance(value, list | tuple) else value


def unpacked(value: Any) -> Any:
    """What `packed` was given, lists for tuples.

    >>> unpacked(packed(["a", Message("status {code}", code=404)]))
    ['a', 'status 404']
    """
    if isinstance(value, dict):
        opened = {key: unpacked(one) for key, one in value.items()}
        return Message(opened["msgid"], **opened["values"]) if opened.keys() == _PACKED else opened
    return [unpacked(one) for one in value] if isinstance(value, list) else value


def stored(said: str) -> str:
    """`said` for a column of text: a message as JSON (`column ->> 'text'` is its English), a text as it is."""
    return json.dumps(packed(said), ensure_ascii=False) if isinstance(said, Message) else said


def restored(text: str) -> Any:
    """What `stored` was given.

    >>> restored(stored(Message("status {code}", code=503))).msgid
    'status {code}'
    """
    return unpacked(json.loads(text)) if text.startswith('{"text": ') else text


def format_number(value: float, language: str, form: str = "") -> str:
    """A number as `language` ("vi", "en") writes it; `form` is a format of Python's, else thousands parted, two places.

    >>> format_number(12403, "vi"), format_number(12403, "en")
    ('12.403', '12,403')
    >>> format_number(0.5, "vi"), format_number(2.71, "vi", ".1f")
    ('0,50', '2,7')
    """
    text = format(value, form or ("," if isinstance(value, int) else ",.2f"))
    return text.translate(_SWAPPED) if language == "vi" else text


def format_size(count: int, language: str) -> str:
    """So many bytes in kB or MB.

    >>> format_size(96_112, "en"), format_size(412_000, "vi")
    ('96.1 kB', '0,4 MB')
    """
    unit, name = (1e6, "MB") if count >= 1e5 else (1e3, "kB")
    return f"{format_number(count / unit, language, ',.1f')} {name}"


def fill(text: str, values: Mapping[str, object], language: str) -> str:
    """`text` with `values` in its gaps, as `language` writes them.

    >>> fill("{count:article|articles} in {seconds:g} s", {"count": 1, "seconds": 2.5}, "en")
    '1 article in 2.5 s'
    """
    return _formatter(language).vformat(text, (), values) if values else text


class _Filler(string.Formatter):
    """Fills gaps for one language."""

    def __init__(self, language: str) -> None:
        self._language = language

    def format_field(self, value: Any, format_spec: str) -> str:
        """One value in its gap."""
        if "|" in format_spec:
            one, _, many = format_spec.partition("|")
            number = self.format_field(value, "," if isinstance(value, int) else "")
            return f"{number} {one if number == '1' else many}"
        if isinstance(value, Message):
            return value.in_language(self._language)
        if isinstance(value, str):
            return value
        if isinstance(value, int) and not format_spec:  # years, statuses, ports
            return str(value)
        return format_number(value, self._language, format_spec or ("g" if isinstance(value, float) else ""))


@cache
def _formatter(language: str) -> _Filler:
    return _Filler(language)


@cache
def _parsed(msgid: str) -> tuple[tuple[str, str], ...]:
    return tuple((text, name or "") for text, name, *_ in string.Formatter().parse(msgid))


def _value(value: object) -> Value:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return message_of(value) if isinstance(value, Exception) else str(value)
    return value


def _made(msgid: str, values: dict[str, Value]) -> Message:
    return Message(msgid, **values)
