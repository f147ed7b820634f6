"""Cuts a query into tokens that know where they stand, and knows the names of the fields and the days they take."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Final, Literal, TypeAlias

from archive.errors import QueryError, UsageError
from archive.messages.message import Message
from archive.search.grammar.tree import Column, FilterKind
from archive.text.folding import fold

Field: TypeAlias = Column | FilterKind

NAMES: Final[dict[str, Field]] = {
    "tieude": "headline",
    "title": "headline",
    "headline": "headline",
    "sapo": "lead",
    "lead": "lead",
    "noidung": "body",
    "body": "body",
    "text": "body",
    "chuthich": "captions",
    "caption": "captions",
    "captions": "captions",
    "tacgia": "byline",
    "author": "byline",
    "byline": "byline",
    "tinh": "province",
    "province": "province",
    "tinh34": "province_now",
    "province34": "province_now",
    "bao": "source",
    "source": "source",
    "muc": "section",
    "section": "section",
    "the": "tag",
    "tag": "tag",
    "diadanh": "place",
    "place": "place",
    "nguoi": "person",
    "person": "person",
    "ngay": "day",
    "date": "day",
    "trangthai": "state",
    "state": "state",
}
"""Every name a field goes by, folded; accents and capitals typed in a name do not matter."""

STATES: Final[dict[str, str]] = {
    "sua": "changed",
    "changed": "changed",
    "go": "gone",
    "gone": "gone",
    "con": "there",
    "there": "there",
}
"""Values of `trangthai:`: sửa (changed since it was first captured), gỡ (gone from its site), còn (still there)."""

_ISO: Final = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_LOCAL: Final = re.compile(r"(?:(\d{1,2})[/.-])?(\d{1,2})[/.-](\d{4})")


class DayError(UsageError):
    """A day that is not written as one, or that no calendar has; the message says which."""


def field_named(name: str) -> Field | None:
    """The field called `name`, or None."""
    return NAMES.get(fold(name))


def nearest_field(name: str) -> str | None:
    """The name most like `name` among those of the fields, or None."""
    near = get_close_matches(fold(name), NAMES, n=1, cutoff=0.6)
    return near[0] if near else None


def read_days(text: str) -> tuple[date | None, date | None]:
    """First and last day of `2020`, `2020-03`, `2020-03-05`, `05/03/2020`, `03/2020`, or of a span `2020-03..2020-06`.

    An end left out is None. Raises DayError, also where a span ends before it begins.

    >>> read_days("2020-02"), read_days("05/03/2020..")
    ((datetime.date(2020, 2, 1), datetime.date(2020, 2, 29)), (datetime.date(2020, 3, 5), None))
    """
    first_text, dots, last_text = text.partition("..")
    if not dots:
        return _one(text)
    if not first_text and not last_text:
        raise DayError("a span of days needs a day on one side of '..' at least")
    first = _one(first_text)[0] if first_text else None
    last = _one(last_text)[1] if last_text else None
    if first and last and last < first:
        raise DayError(
            "the span ends ({last_text}) before it begins ({first_text})", last_text=last_text, first_text=first_text
        )
    return first, last


def _one(text: str) -> tuple[date, date]:
    if match := _ISO.fullmatch(text):
        year, month, day = match.groups()
    elif match := _LOCAL.fullmatch(text):
        day, month, year = match.groups()
    else:
        raise DayError("'{text}' is not a day: write 2020, 2020-03, 2020-03-05 or 05/03/2020", text=text)
    if not 1 <= int(year) <= 9999:
        raise DayError("there is no year {year}", year=year)
    if month is None:
        return date(int(year), 1, 1), date(int(year), 12, 31)
    if not 1 <= int(month) <= 12:
        raise DayError("there is no month {month}", month=month)
    days = monthrange(int(year), int(month))[1]
    if day is None:
        return date(int(year), int(month), 1), date(int(year), int(month), days)
    if not 1 <= int(day) <= days:
        raise DayError(
            "month {month} of {year} has {days} days, not {day}",
            month=int(month),
            year=int(year),
            days=days,
            day=int(day),
        )
    exactly = date(int(year), int(month), int(day))
    return exactly, exactly


# Cuts a query into tokens that know where they stand: quotes, brackets, marks, fields, operators, chunks.

Kind = Literal["open", "close", "quoted", "chunk", "field", "minus", "mark", "and", "or", "not", "near", "end"]

MOST_CHARACTERS: Final = 1000
NEAR_DISTANCE: Final = 10  # of NEAR without a number, as in FTS5
MOST_DISTANCE: Final = 100

_SHOWN: Final = 60  # characters of a query that is too long
_WORDS_SHOWN: Final = 12
_QUOTES: Final = '"“”„«»＂'
_OPERATORS: Final[dict[str, Kind]] = {"AND": "and", "OR": "or", "NOT": "not", "|": "or"}
_VIETNAMESE: Final[dict[str, Kind]] = {"VÀ": "and", "HOẶC": "or", "KHÔNG": "not"}
_NEAR: Final = re.compile(r"(?:NEAR|GẦN)(?:/(\d*))?")
_FIELD: Final = re.compile(r"([^\W\d_]\w*):")
_CHUNK: Final = re.compile(rf"[^\s{_QUOTES}()]+")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the query: its kind, its text without quotes or colon, and where it stands."""

    kind: Kind
    text: str
    start: int
    end: int


def normalised(text: str) -> str:
    """`text` as positions in errors count it: NFC, without U+0000."""
    return unicodedata.normalize("NFC", text).replace("\0", "")


def cut(query: str) -> list[Token]:
    """The tokens of `query` (as `normalised` gives it), the last of kind "end".

    Raises QueryError for a query too long, a quotation without its end, a field that does not exist, a bad NEAR.
    """
    if len(query) > MOST_CHARACTERS:
        words = re.findall(r"[^\W_]+", query[:MOST_CHARACTERS])[:_WORDS_SHOWN]
        raise QueryError(
            Message(
                "the query has {query:,} characters, {most_characters:,} are the most",
                query=len(query),
                most_characters=MOST_CHARACTERS,
            ),
            f"{query[:_SHOWN]}…",  # whoever shows it need not show it all
            _SHOWN,
            " ".join(words) or None,
        )
    return [*_tokens(query), Token("end", "", len(query), len(query))]


def _tokens(query: str) -> Iterator[Token]:
    # A headline pasted in capitals ("KHÔNG ĐỂ DỊCH LAN RỘNG") must not turn into an exclusion.
    capitals = not any(letter.islower() for letter in query)
    position = 0
    while position < len(query):
        letter = query[position]
        if letter.isspace():
            position += 1
        elif letter in _QUOTES:
            token = _quoted(query, position)
            yield token
            position = token.end
        elif letter in "()":
            yield Token("open" if letter == "(" else "close", letter, position, position + 1)
            position += 1
        elif letter in "=~" and position + 1 < len(query) and not query[position + 1].isspace():
            yield Token("mark", letter, position, position + 1)
            position += 1
        elif letter == "-" and _excludes(query, position):
            yield Token("minus", letter, position, position + 1)
            position += 1
        else:
            token = _word(query, position, capitals)
            yield token
            position = token.end


def _quoted(query: str, start: int) -> Token:
    for end in range(start + 1, len(query)):
        if query[end] in _QUOTES:
            star = end + 1 < len(query) and query[end + 1] == "*"
            return Token("quoted", query[start + 1 : end] + ("*" if star else ""), start, end + 1 + star)
    raise QueryError(Message("the quotation mark has no second one"), query, start, query + '"')


def _excludes(query: str, position: int) -> bool:
    before = query[position - 1] if position else " "
    after = query[position + 1] if position + 1 < len(query) else " "
    return (before.isspace() or before in "(:") and not after.isspace() and after not in "-)"


def _word(query: str, start: int, capitals: bool) -> Token:
    if match := _FIELD.match(query, start):
        if field_named(match[1]) is not None:
            return Token("field", match[1], start, match.end())
        after = query[match.end() : match.end() + 1]
        if after and not after.isspace() and after not in "/)":
            raise _unknown_field(query, match)
    match = _CHUNK.match(query, start)
    text = match[0] if match else query[start]
    end = start + len(text)
    if near := _NEAR.fullmatch(text):
        return Token("near", str(_distance(query, start, near[1])), start, end)
    kind = _OPERATORS.get(text) or (_VIETNAMESE.get(text) if not capitals or text == "HOẶC" else None)
    return Token(kind or "chunk", text, start, end)


def _distance(query: str, start: int, digits: str | None) -> int:
    if digits is None:
        return NEAR_DISTANCE
    if not digits or not 1 <= int(digits[:6]) <= MOST_DISTANCE:
        wrong = f"NEAR/{digits}" if f"NEAR/{digits}" in query else f"GẦN/{digits}"
        better = query[:start] + query[start:].replace(wrong, f"NEAR/{NEAR_DISTANCE}", 1)
        raise QueryError(
            Message("NEAR/ takes a distance of 1 to {most_distance} words", most_distance=MOST_DISTANCE),
            query,
            start,
            better,
        )
    return int(digits)


def _unknown_field(query: str, match: re.Match[str]) -> QueryError:
    near = nearest_field(match[1])
    spaced = f"{query[: match.end()]} {query[match.end() :]}"
    better = f"{query[: match.start()]}{near}{query[match.end() - 1 :]}" if near else spaced
    told = Message("there is no field '{name}:'; did you mean '{near}:'?", name=match[1], near=near)
    if not near:
        told = Message(
            "there is no field '{name}:'; put a space after the colon if it is part of the text", name=match[1]
        )
    return QueryError(told, query, match.start(), better)
