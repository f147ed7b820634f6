"""Dates that programs write: ISO 8601 and its accidents, feed dates, digits only, seconds since 1970."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timezone
from functools import lru_cache
from typing import Final, NamedTuple

from archive.model import Precision
from archive.text.clock import VIETNAM, in_vietnam, offset

_ISO: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:t|\s+)(\d\d):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s*(z|utc|gmt|(?:gmt|utc)?[+-]\d\d:?(?:\d\d)?)?$"
)
# NukeViet 4: `T` in PHP's format prints the zone (modules/news/funcs/detail.php:216 in 4.5), so the zone stands
# where T should and the time follows it.
_NUKEVIET: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)([+-]\d\d)(\d\d):(\d\d):(\d\d)$")
_FEED: Final = re.compile(
    r"(?:[a-z]{3,9},?\s+)?(\d{1,2})[ -]([a-z]{3})[a-z]*[ -](\d{4})\s+"
    r"(\d\d?):(\d\d)(?::(\d\d))?\s*([+-]\d\d:?\d\d|gmt|utc|z|ict)?$"
)
_SCRIPT: Final = re.compile(
    r"[a-z]{3} ([a-z]{3}) (\d{1,2}) (\d{4}) (\d\d):(\d\d):(\d\d) (?:gmt|utc)([+-]\d{4})(?: \(.*\))?$"
)
# Java's Date.toString(), in Liferay's and other portals' templates.
_JAVA: Final = re.compile(
    r"[a-z]{3} ([a-z]{3}) (\d{1,2}) (\d\d):(\d\d):(\d\d) (ict|gmt(?:[+-]\d\d:\d\d)?|utc) (\d{4})$"
)
_DIGITS: Final = re.compile(r"(\d{4})(\d\d)(\d\d)(?:t?(\d\d)(\d\d)(\d\d)?z?)?$")
_EPOCH: Final = re.compile(r"(?:/date\()?(\d{10}|\d{13})(?:[+-]\d{4})?(?:\)/)?$")
_MONTHS: Final = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


class Stamp(NamedTuple):
    """A machine's date on Vietnam's clock, with the name of its form and what is odd about it."""

    when: datetime
    precision: Precision
    form: str
    note: str = ""


@lru_cache(maxsize=16)  # a page names the same instant in several places
def read_stamp(text: str) -> Stamp | None:
    """The machine date that `text` (lower case, stripped) is as a whole, or None.

    >>> read_stamp("2020-03-05+0715:25:56").when.isoformat()
    '2020-03-05T15:25:56+07:00'
    >>> read_stamp("thu, 5 mar 2020 08:03:56 gmt").precision
    'hour'
    """
    try:
        return _read(text)
    except ValueError:  # 31 February, hour 25: figures in the right places that are no date
        return None


def _read(text: str) -> Stamp | None:
    if match := _ISO.match(text):
        return _stamp("iso", match.groups()[:6], match[7])
    if match := _NUKEVIET.match(text):
        return _stamp("iso with zone for T", (*match.groups()[:3], *match.groups()[4:]), match[4] + "00")
    if match := _FEED.match(text):
        return _feed(match)
    if match := _SCRIPT.match(text):
        month = str(_MONTHS.index(match[1]) + 1)
        return _stamp("javascript", (match[3], month, match[2], *match.groups()[3:6]), match[7])
    if match := _JAVA.match(text):
        month, day, *time, zone, year = match.groups()
        return _stamp("java", (year, str(_MONTHS.index(month) + 1), day, *time), None if zone == "ict" else zone)
    if match := _DIGITS.match(text):
        return _stamp("digits", match.groups(), "z" if text.endswith("z") else None)
    if match := _EPOCH.match(text):
        seconds = int(match[1]) / (1000 if len(match[1]) == 13 else 1)
        return Stamp(datetime.fromtimestamp(int(seconds), UTC).astimezone(VIETNAM), "second", "epoch")
    return None


def _stamp(form: str, parts: tuple[str | None, ...], zone: str | None) -> Stamp:
    year, month, day, hour, minute, second = (int(part) if part else None for part in (*parts, None, None, None)[:6])
    if not (year and month and day and 1945 <= year < 2100):
        raise ValueError(form)
    if hour is None:
        return Stamp(datetime(year, month, day, tzinfo=VIETNAM), "day", form)
    when = datetime(year, month, day, hour, minute or 0, second or 0, tzinfo=timezone(offset(zone)))
    return Stamp(in_vietnam(when), "minute" if second is None else "second", form)


def _feed(match: re.Match[str]) -> Stamp:
    month = _MONTHS.index(match[2]) + 1
    zone = None if match[7] in (None, "ict") else match[7]
    stamp = _stamp("rfc 822", (match[3], str(month), match[1], match[4], match[5], match[6]), zone)
    # NukeViet's RSS prints the month for the minutes (includes/core/theme_functions.php:449 in 4.5). A true minute
    # that equals the month is one in sixty: then the hour is still right.
    if int(match[5]) == month:
        return Stamp(
            stamp.when, "hour", stamp.form, "minutes equal the month's number, as NukeViet's feeds misprint them"
        )
    return stamp
