"""The fields of the query language: their names in Vietnamese and English, and the days that `ngay:` understands."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from difflib import get_close_matches
from typing import Final, TypeAlias

from archive.errors import UsageError
from archive.search.query import Column, FilterKind
from archive.text.fold import fold

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
        raise DayError(f"the span ends ({last_text}) before it begins ({first_text})")
    return first, last


def _one(text: str) -> tuple[date, date]:
    if match := _ISO.fullmatch(text):
        year, month, day = match.groups()
    elif match := _LOCAL.fullmatch(text):
        day, month, year = match.groups()
    else:
        raise DayError(f"'{text}' is not a day: write 2020, 2020-03, 2020-03-05 or 05/03/2020")
    if not 1 <= int(year) <= 9999:
        raise DayError(f"there is no year {year}")
    if month is None:
        return date(int(year), 1, 1), date(int(year), 12, 31)
    if not 1 <= int(month) <= 12:
        raise DayError(f"there is no month {month}")
    days = monthrange(int(year), int(month))[1]
    if day is None:
        return date(int(year), int(month), 1), date(int(year), int(month), days)
    if not 1 <= int(day) <= days:
        raise DayError(f"month {int(month)} of {int(year)} has {days} days, not {int(day)}")
    exactly = date(int(year), int(month), int(day))
    return exactly, exactly
