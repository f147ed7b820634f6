"""Dates as Vietnamese pages print them, read with their precision, and one chosen where a page names several."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Final, NamedTuple

from archive.model import Moment, Precision
from archive.text.clock import VIETNAM, TimeOfDay, cut, in_vietnam, offset, times
from archive.text.folding import INVISIBLE

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

# The order decides: whole forms before their parts. tests/text/test_text_dates.py has a line for each.
_TABLE: Final[tuple[tuple[str, Precision, str], ...]] = (
    ("day tháng month năm year", "day", rf"{_OPEN}{_D}\s*tháng\s*{_M}\s*(?:,|năm|/|-)?\s*{_Y}{_SHUT}"),
    ("day tháng word year", "day", rf"{_OPEN}{_D}\s*tháng\s*{_WORD}\s*(?:,|năm)?\s*{_Y}{_SHUT}"),
    ("tháng word day, year", "day", rf"tháng\s*{_WORD}\s*{_D}\s*,\s*{_Y}{_SHUT}"),
    ("tháng month day, year", "day", rf"tháng\s*{_M}\s+{_D}\s*,\s*{_Y}{_SHUT}"),
    ("day-th-month-year", "day", rf"{_OPEN}{_D}[-/ .]thg?\s?{_M}[-/ .,]+{_Y}{_SHUT}"),
    ("th-month day, year", "day", rf"(?<!\w)thg?\s?{_M} {_D}, {_Y}{_SHUT}"),
    ("year-month-day", "day", rf"(?<!\d){_Y}[-/.年]{_M}[-/.月]{_D}(?!\d)"),
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
    ("year-month", "month", rf"^{_Y}[-/]{_M}$"),
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


_INVISIBLE: Final = re.compile(f"[{INVISIBLE}]")
_DASHES: Final = str.maketrans("‐‑–—−", "-----")
_AGO: Final = re.compile(r"(\d{1,3}|một|vài) (giây|phút|giờ|tiếng|ngày|tuần|tháng|năm) trước")
_UNITS: Final[dict[str, tuple[int, Precision]]] = {  # minutes, and how exact "3 giờ trước" can be
    "giây": (0, "minute"), "phút": (1, "minute"), "giờ": (60, "hour"), "tiếng": (60, "hour"),
    "ngày": (1440, "day"), "tuần": (10080, "day"), "tháng": (43830, "month"), "năm": (525960, "year"),
}  # fmt: skip
_NEAR_DAYS: Final = re.compile(r"(?<!\w)(hôm nay|hôm qua|hôm kia|(?:sáng|trưa|chiều|tối|đêm) (?:nay|qua))(?!\w)")
_PART_OF_DAY: Final = re.compile(r"(?<!\w)(sáng|trưa|chiều|tối|đêm)(?!\w)")
_LONGEST: Final = 500  # characters of a date line with all that stands beside it
_AHEAD: Final = timedelta(days=30)
_TOMORROW: Final = timedelta(days=1)
_FINENESS: Final[tuple[Precision, ...]] = ("year", "month", "day", "hour", "minute", "second")
_LENGTHS: Final[dict[Precision, int]] = {"year": 4, "month": 7, "day": 10, "hour": 13, "minute": 16, "second": 19}


def read_date(raw: str, by: str, near: datetime | None = None, month_first: bool = False) -> Moment | None:
    """The date that `raw` holds, or None; `by` says where it was found and is kept together with the form's name.

    `near` is the time of capture: relative dates ("3 giờ trước", "hôm qua") and dates without a year need it, and a
    date of the future is read month first where that helps. `month_first` is for sites known to print US dates. The
    forms are those of tests/text/test_text_dates.py; a date that names no time stays a day, one without a day a month.
    Confidence falls where the weekday disagrees or day and month were swapped.

    >>> moment = read_date("Thứ năm - 05/03/2020 15:25", "span.h5")
    >>> moment.value, moment.precision, moment.by, moment.confidence
    ('2020-03-05T15:25+07:00', 'minute', 'span.h5: day/month/year', 1.0)
    >>> read_date("Tháng 3/2020", "p").value, read_date("2020-03-05T08:25:56Z", "meta").value
    ('2020-03', '2020-03-05T15:25:56+07:00')
    """
    if len(raw) > _LONGEST:
        return None
    plain = raw if raw.isascii() else _INVISIBLE.sub("", unicodedata.normalize("NFC", raw)).translate(_DASHES)
    text = " ".join(plain.lower().split())
    captured = in_vietnam(near) if near is not None else None
    stamp = read_stamp(text)
    if stamp is not None:
        confidence = 0.9 if stamp.note else 1.0
        return Moment(
            cut(stamp.when, stamp.precision), stamp.precision, f"{by}: {stamp.form}", raw, confidence, stamp.note
        )
    day = find_day(text)
    if day is not None and (day.year is not None or captured is not None):
        return _dated(text, raw, by, day, captured, month_first)
    if captured is not None:
        return _relative(text, raw, by, captured)
    return None


def choose(moments: Sequence[Moment], captured: datetime | None = None) -> Moment:
    """The one of `moments`, given in order of trust, that the article is dated with; its note names all others.

    The order that pays: JSON-LD `datePublished`, `article:published_time`, the visible stamp beside the headline (it
    may be the edit's, or have the month first), the feed, the sitemap. The first wins, made finer by a later one that
    agrees as far as both go; one that lies more than a day after `captured` goes last, as a banner's clock or a misread
    US date. Confidence falls where any disagrees.
    Raises ValueError where there is nothing to choose from.

    >>> shown = read_date("05/03/2020 15:25", "span.h5")
    >>> edited = read_date("2020-03-09T10:00:00+07:00", "itemprop datePublished")
    >>> choose([shown, edited]).note
    'itemprop datePublished: iso says 2020-03-09T10:00:00+07:00; span.h5: day/month/year comes first'
    >>> choose([read_date("05/03/2020", "p.date"), read_date("2020-03-05T15:25:56+07:00", "json-ld")]).value
    '2020-03-05T15:25:56+07:00'
    """
    if not moments:
        raise ValueError("no moments to choose from")
    limit = cut(in_vietnam(captured) + timedelta(days=1), "second") if captured is not None else "9999"
    ordered = sorted(moments, key=lambda moment: moment.value > limit)
    best = ordered[0]
    agreeing = [moment for moment in ordered if _agree(best, moment)]
    finest = max(agreeing, key=lambda moment: _FINENESS.index(moment.precision))  # the first of those as fine
    others = [moment for moment in ordered if not _agree(best, moment)]
    if not others:
        return finest
    why = f"{best.by} comes first" if best is moments[0] else "it lies before the capture"
    note = "; ".join([*(part for part in [finest.note] if part), *(f"{m.by} says {m.value}" for m in others), why])
    return replace(finest, confidence=round(finest.confidence * 0.9, 3), note=note)


def _agree(one: Moment, other: Moment) -> bool:
    coarser = min(one.precision, other.precision, key=_FINENESS.index)
    size = _LENGTHS[coarser]
    return one.value[:size] == other.value[:size]


def _dated(text: str, raw: str, by: str, day: Day, captured: datetime | None, month_first: bool) -> Moment | None:
    start, end = day.span
    time = _nearest(times(text[:start] + "#" * (end - start) + text[end:]), start, end)
    if day.precision != "day":
        time = None
    notes: list[str] = []
    confidence = 1.0
    if day.year is None and captured is not None:
        day = day._replace(year=_year_before(day, captured))
        confidence = 0.9
        if day.year is None:
            return None
    said = weekday(text) if day.precision == "day" else None
    day, doubt = _order(day, time, said, captured, month_first)
    if doubt:
        confidence *= 0.8
        notes.append(doubt)
    when = datetime(day.year or 0, day.month, day.day, tzinfo=VIETNAM)
    if said is not None and said != when.weekday():
        confidence *= 0.7
        notes.append(f"the weekday named is not that of {when.date()}")
    precision: Precision = day.precision
    if time is not None:
        precision = "second" if time.second is not None else "minute" if time.exact else "hour"
        midnight = datetime(when.year, when.month, when.day, tzinfo=timezone(time.offset))
        when = in_vietnam(midnight + timedelta(hours=time.hour, minutes=time.minute, seconds=time.second or 0))
    elif part := _PART_OF_DAY.search(text):
        notes.append(f"buổi {part.group()}")
    return Moment(cut(when, precision), precision, f"{by}: {day.form}", raw, round(confidence, 3), "; ".join(notes))


def _order(
    day: Day, time: TimeOfDay | None, said: int | None, captured: datetime | None, month_first: bool
) -> tuple[Day, str]:
    """`day` with its figures in the right order, and why the order is unusual or unsure ("" where it is neither)."""
    if day.swapped:
        return day, "" if month_first else "month before day"
    if not day.swappable:
        return day, ""
    if month_first:
        return day.reversed(), ""
    # en-US is .NET's default culture: M/d/yyyy h:mm:ss tt, figures not padded (seen on khuyennongvn.gov.vn).
    widget = time is not None and time.half in ("am", "pm") and time.second is not None
    if widget and not day.padded:
        return day.reversed(), "read month first: a US stamp by its form"
    here, there = (date(day.year or 0, *pair) for pair in ((day.month, day.day), (day.day, day.month)))
    if captured is not None and here > captured.date() + _TOMORROW >= there:
        return day.reversed(), "read month first: day first lies after the capture"
    if said is not None and here.weekday() != said == there.weekday():
        return day.reversed(), "read month first: so the weekday agrees"
    return day, ""


def _nearest(found: list[TimeOfDay], start: int, end: int) -> TimeOfDay | None:
    return min(found, key=lambda time: max(start - time.end, time.start - end), default=None)


def _year_before(day: Day, captured: datetime) -> int | None:
    limit = captured.date() + _AHEAD
    for year in range(limit.year, limit.year - 9, -1):  # 29 February may be eight years back
        if is_real(year, day.month, day.day) and date(year, day.month, day.day) <= limit:
            return year
    return None


def _relative(text: str, raw: str, by: str, captured: datetime) -> Moment | None:
    if found := _AGO.search(text):
        count = int(found[1]) if found[1].isdigit() else 1
        minutes, precision = _UNITS[found[2]]
        when = captured - timedelta(minutes=count * minutes)
        confidence = 0.9 if minutes < 10080 and found[1] != "vài" else 0.7
        return Moment(cut(when, precision), precision, f"{by}: count unit trước", raw, confidence)
    if text in ("vừa xong", "mới đây", "vừa đăng"):
        return Moment(cut(captured, "hour"), "hour", f"{by}: vừa xong", raw, 0.8)
    found = _NEAR_DAYS.search(text)
    if found is None:
        return None
    back = 2 if found[1].endswith("kia") else 1 if found[1].endswith("qua") else 0
    when = captured - timedelta(days=back)
    time = _nearest(times(text), *found.span())
    if time is not None:
        midnight = when.replace(hour=0, minute=0, second=0, microsecond=0)
        when = midnight + timedelta(hours=time.hour, minutes=time.minute, seconds=time.second or 0)
        precision = "second" if time.second is not None else "minute" if time.exact else "hour"
        return Moment(cut(when, precision), precision, f"{by}: day by name", raw, 0.9)
    part = "" if found[1].startswith("hôm") else f"buổi {found[1].split()[0]}"
    return Moment(cut(when, "day"), "day", f"{by}: day by name", raw, 0.9, part)
