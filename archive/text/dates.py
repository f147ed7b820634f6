"""Dates as Vietnamese pages print them, read with their precision, and one chosen where a page names several."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Final

from archive.model import Moment, Precision
from archive.text.clock import VIETNAM, TimeOfDay, cut, in_vietnam, times
from archive.text.date_forms import Day, find_day, is_real, weekday
from archive.text.letters import INVISIBLE
from archive.text.machine_dates import read_stamp

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
    forms are those of tests/test_text_dates.py; a date that names no time stays a day, one that names no day a month.
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
