"""Numbers, days and times as a reader of either language writes them."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Final

from archive.model import Moment
from archive.text.clock import VIETNAM
from archive.text.numerals import written
from archive.web.language import Language

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def number(value: float, language: Language) -> str:
    """A number with its thousands parted; a fraction with up to two places.

    >>> number(12403, "vi"), number(12403, "en"), number(0.5, "vi")
    ('12.403', '12,403', '0,5')
    """
    text = written(value, language)
    return text if isinstance(value, int) else text.rstrip("0").rstrip(",.")


@lru_cache(4096)  # the months of a histogram are those of the page before
def day(iso: str, language: Language) -> str:
    """A day, month or year in ISO 8601 as it is written in `language`; what is none is given back as it is.

    >>> day("2020-03-05", "vi"), day("2020-03-05", "en"), day("2020-03", "vi"), day("2020-03", "en"), day("2020", "en")
    ('5/3/2020', '5 March 2020', '3/2020', 'March 2020', '2020')
    """
    parts = iso[:10].split("-")
    if not all(part.isdigit() for part in parts) or not 1 <= int(parts[1] if len(parts) > 1 else 1) <= 12:
        return iso
    if language == "vi":
        return "/".join(str(int(part)) for part in reversed(parts))
    words = [parts[0]]
    if len(parts) > 1:
        words.insert(0, _MONTHS[int(parts[1]) - 1])
    if len(parts) > 2:
        words.insert(0, str(int(parts[2])))
    return " ".join(words)


def published(moment: Moment, language: Language) -> str:
    """When something was published, as exactly as its page says.

    >>> published(Moment("2020-03-05T15:25+07:00", "minute", "", ""), "vi")
    '15:25, 5/3/2020'
    """
    value = moment.value
    if len(value) <= 10 or moment.precision in ("day", "month", "year"):
        return day(value, language)
    return f"{value[11:16]}, {day(value, language)}"


def moment(utc: str, language: Language) -> str:
    """A time of capture (UTC, ISO 8601) on the clocks of Vietnam.

    >>> moment("2026-11-24T20:00:00.123Z", "vi")
    '03:00, 25/11/2026'
    >>> moment("9999-12-31T23:59:59Z", "vi")
    '9999-12-31T23:59:59Z'
    """
    try:
        there = datetime.fromisoformat(utc).astimezone(VIETNAM)
    except (ValueError, OverflowError):  # the last hours of the year 9999 are beyond the calendar in Vietnam
        return utc
    return f"{there:%H:%M}, {day(there.date().isoformat(), language)}"
