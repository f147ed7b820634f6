"""The day in a Vietnamese date line: an ordered table of forms, each with its name, tried until one fits."""

from __future__ import annotations

import re
from datetime import date
from typing import Final, NamedTuple

from archive.model import Precision

_MONTH_WORDS: Final = {
    "một": 1, "giêng": 1, "hai": 2, "ba": 3, "tư": 4, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8,
    "chín": 9, "mười một": 11, "mười hai": 12, "mười": 10, "chạp": 12,
}  # fmt: skip
_ENGLISH: Final = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"), start=1,
    )
    for name in names.split()
}  # fmt: skip
_WEEKDAYS: Final = {
    "hai": 0, "ba": 1, "tư": 2, "năm": 3, "sáu": 4, "bảy": 5, "bẩy": 5, "2": 0, "3": 1, "4": 2, "5": 3, "6": 4, "7": 5,
}  # fmt: skip

_D: Final = r"(?P<day>0?[1-9]|[12]\d|3[01])"
_M: Final = r"(?P<month>1[0-2]|0?[1-9])"
_Y: Final = r"(?P<year>(?:19|20)\d\d)"
_WORD: Final = "(?P<word>mười (?:một|hai)|" + "|".join(word for word in _MONTH_WORDS if " " not in word) + ")"
_NAME: Final = "(?P<name>" + "|".join(sorted(_ENGLISH, key=len, reverse=True)) + ")"
_OPEN: Final = r"(?<!\d)(?<!\d[/.-])"
_SHUT: Final = r"(?!\d|[/.]\d)"

# The order decides: whole forms before their parts. tests/test_text_dates.py has a line for each.
_TABLE: Final[tuple[tuple[str, Precision, str], ...]] = (
    ("day tháng month năm year", "day", rf"{_OPEN}{_D}\s*tháng\s*{_M}\s*(?:,|năm|/|-)?\s*{_Y}{_SHUT}"),
    ("day tháng word year", "day", rf"{_OPEN}{_D}\s*tháng\s*{_WORD}\s*(?:,|năm)?\s*{_Y}{_SHUT}"),
    ("tháng word day, year", "day", rf"tháng\s*{_WORD}\s*{_D}\s*,\s*{_Y}{_SHUT}"),
    ("tháng month day, year", "day", rf"tháng\s*{_M}\s+{_D}\s*,\s*{_Y}{_SHUT}"),
    ("day-th-month-year", "day", rf"{_OPEN}{_D}[-/ .]thg?\s?{_M}[-/ .,]+{_Y}{_SHUT}"),
    ("th-month day, year", "day", rf"(?<!\w)thg?\s?{_M} {_D}, {_Y}{_SHUT}"),
    ("year-month-day", "day", rf"(?<!\d){_Y}[-/.]{_M}[-/.]{_D}(?!\d)"),
    (
        "day/month/year",
        "day",
        rf"{_OPEN}(?P<first>\d{{1,2}})\s?[-/.]\s?(?P<second>\d{{1,2}})\s?[-/.]\s?{_Y}{_SHUT}",
    ),
    ("day month year", "day", rf"{_OPEN}{_D} {_M} {_Y}{_SHUT}"),
    ("day month-name year", "day", rf"{_OPEN}{_D}(?:st|nd|rd|th)?[ -]{_NAME}\.?,?[ -]{_Y}{_SHUT}"),
    ("month-name day, year", "day", rf"\b{_NAME}\.? {_D}(?:st|nd|rd|th)?,? {_Y}{_SHUT}"),
    (
        "day/month/yy",
        "day",
        rf"(?<![^\W\d_]){_OPEN}(?P<first>\d{{1,2}})[-/.](?P<second>\d{{1,2}})[-/.](?P<short>\d\d){_SHUT}",
    ),
    ("tháng month/year", "month", rf"tháng\s*{_M}\s*(?:/|-|\.|,|năm)?\s*{_Y}{_SHUT}"),
    ("tháng word year", "month", rf"tháng\s*{_WORD}\s*(?:,|năm)?\s*{_Y}{_SHUT}"),
    ("month/year", "month", rf"^{_M}\s?[-/]\s?{_Y}$"),
    ("day tháng month", "day", rf"{_OPEN}{_D}\s*tháng\s*{_M}(?!\d)"),
    ("day/month", "day", rf"{_OPEN}{_D}/{_M}{_SHUT}"),
    ("ngày day-month", "day", rf"ngày {_D}[-.]{_M}{_SHUT}"),
    ("năm year", "year", rf"^(?:năm )?{_Y}$"),
)
# A form with the word is tried only where the word stands: looking for it takes a twentieth of the time.
_FORMS: Final = tuple(
    (name, precision, re.compile(form), "tháng" if "tháng" in form else "") for name, precision, form in _TABLE
)
_LUNAR: Final = re.compile(r"[\s(,]{0,3}(?:âm lịch|âl(?!\w))")  # the moon's 15th of the 8th month is no 15 August
_WEEKDAY: Final = re.compile(
    r"(?<!\w)(?:thứ\s?(hai|ba|tư|năm|sáu|bảy|bẩy|[2-7])|t([2-7])|(chủ nhật|cn))(?!\w)(?!\s?\d{4}(?!\d))"
)


class Day(NamedTuple):
    """A day as read: `year` is None where the line names none, `span` where it stood, `doubt` what was unsure."""

    year: int | None
    month: int
    day: int
    precision: Precision
    form: str
    span: tuple[int, int]
    swappable: bool = False  # day and month could change places: both 12 or less, written in figures
    padded: bool = True  # 05/03, not 5/3
    swapped: bool = False  # the second figure is above 12, so the first must be the month

    def reversed(self) -> Day:
        """The same figures with day and month in each other's place."""
        return self._replace(day=self.month, month=self.day, swapped=not self.swapped)


def find_day(text: str) -> Day | None:
    """The first day that the highest form of the table finds in `text` (lower case, NFC), or None.

    >>> find_day("thứ năm, ngày 5 tháng 3 năm 2020")[:5]
    (2020, 3, 5, 'day', 'day tháng month năm year')
    """
    for form, precision, pattern, word in _FORMS:
        if word not in text:
            continue
        for match in pattern.finditer(text):
            day = _day(match, form, precision)
            if day is not None and not (precision == "day" and _LUNAR.match(text, match.end())):
                return day
    return None


def is_real(year: int, month: int, day: int) -> bool:
    """Whether the calendar has this day, in the years that news pages can be of (1945 to 2099).

    >>> is_real(2020, 2, 29), is_real(2021, 2, 29)
    (True, False)
    """
    try:
        date(year, month, day)
    except ValueError:
        return False
    return 1945 <= year < 2100


def weekday(text: str) -> int | None:
    """The day of the week that `text` (lower case) names, Monday = 0, or None.

    >>> weekday("thứ năm - 05/03/2020"), weekday("t5, 05/03/2020"), weekday("cn, 08/03/2020")
    (3, 3, 6)
    """
    match = _WEEKDAY.search(text)
    if match is None:
        return None
    return 6 if match[3] else _WEEKDAYS[match[1] or match[2]]


def _day(match: re.Match[str], form: str, precision: Precision) -> Day | None:
    found = {name: value for name, value in match.groupdict().items() if value is not None}
    year = int(found["year"]) if "year" in found else None
    if "short" in found:
        year = 2000 + int(found["short"]) if int(found["short"]) < 70 else 1900 + int(found["short"])
    if "first" in found:
        day, month = int(found["first"]), int(found["second"])
        padded = len(found["first"]) == 2 and len(found["second"]) == 2
        swapped = month > 12
        if swapped:
            day, month = month, day
        both = day <= 12 and day != month
    else:
        month = int(found.get("month", 1 if precision == "year" else 0)) or _named(found)
        day, padded, swapped, both = int(found.get("day", 1)), True, False, False
    if not is_real(year if year is not None else 2000, month, day):
        return None
    return Day(year, month, day, precision, form, match.span(), both, padded, swapped)


def _named(found: dict[str, str]) -> int:
    return _MONTH_WORDS[found["word"]] if "word" in found else _ENGLISH[found["name"]]
