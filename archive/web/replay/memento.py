"""Memento (RFC 7089): the times in addresses and headers, and the links between original, TimeGate and TimeMap."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Final, Generic, TypeVar
from urllib.parse import quote

from archive.store.captures import Memento
from archive.store.rows import CaptureRow
from archive.text.clock import in_vietnam

WIDTH: Final = 600
"""Of the drawing; its height is a line of text."""
_BETWEEN = 4  # marks nearer to each other than this are one


Taken = TypeVar("Taken", Memento, CaptureRow)


@dataclass(frozen=True, slots=True)
class Mark(Generic[Taken]):
    """Captures that fall on one place of the line: where it is, the first of them, how many, whether one is shown."""

    x: float
    memento: Taken
    count: int
    shown: bool


@dataclass(frozen=True, slots=True)
class Timeline(Generic[Taken]):
    """The captures before and behind the one shown, its place among all, from 1; marks, and where years begin."""

    before: Taken | None
    after: Taken | None
    place: int
    count: int
    marks: tuple[Mark[Taken], ...]
    years: tuple[tuple[float, int], ...]


def timeline(captures: Sequence[Taken], shown: str) -> Timeline[Taken]:
    """The line of `captures`, oldest first, of which the record `shown` is one."""
    at = next(at for at, one in enumerate(captures) if _record(one) == shown)
    first, last = day_of(captures[0]).year, day_of(captures[-1]).year + 1
    begin = datetime(first, 1, 1).toordinal()
    scale = WIDTH / (datetime(last, 1, 1).toordinal() - begin)
    marks: list[Mark[Taken]] = []
    for number, one in enumerate(captures):
        x = round((day_of(one).toordinal() - begin) * scale, 1)
        if marks and x - marks[-1].x < _BETWEEN:
            last_mark = marks.pop()
            marks.append(Mark(last_mark.x, last_mark.memento, last_mark.count + 1, last_mark.shown or number == at))
        else:
            marks.append(Mark(x, one, 1, number == at))
    every = 1 + (last - first) // 9
    years = tuple(
        (round((datetime(year, 1, 1).toordinal() - begin) * scale, 1), year) for year in range(first, last, every)
    )
    return Timeline(
        next((one for one in reversed(captures[:at]) if _second(one) < _second(captures[at])), None),
        next((one for one in captures[at:] if _second(one) > _second(captures[at])), None),
        at + 1,
        len(captures),
        tuple(marks),
        years,
    )


def calendar(captures: Sequence[Memento]) -> list[tuple[int, list[list[Memento]]]]:
    """`captures`, oldest first, by year and month in Vietnam: the newest year first, twelve months each."""
    years: dict[int, list[list[Memento]]] = {}
    for one in captures:
        day = day_of(one)
        years.setdefault(day.year, [[] for _ in range(12)])[day.month - 1].append(one)
    return sorted(years.items(), reverse=True)


def _record(capture: Memento | CaptureRow) -> str:
    return capture.record_id if isinstance(capture, CaptureRow) else capture.place.record_id


def _second(capture: Memento | CaptureRow) -> str:
    """The second it was taken in: addresses of captures tell no more."""
    return capture.captured_at[:19]


def day_of(capture: Memento | CaptureRow) -> datetime:
    """When `capture` was taken, on the clocks of Vietnam."""
    return in_vietnam(datetime.fromisoformat(capture.captured_at))


_STAMP = re.compile(r"(\d{4,14})(mp_|id_)?\Z")


def parse_stamp(text: str) -> tuple[str, str] | None:
    """The moment (UTC ISO 8601) and the form ("", "mp_", "id_") that the time part of a replay address asks for.

    As in the Wayback Machine, the time may be cut short: "2020" is the first instant of that year.
    None is given for what is no time.

    >>> parse_stamp("20200305082556mp_")
    ('2020-03-05T08:25:56Z', 'mp_')
    >>> parse_stamp("2020")
    ('2020-01-01T00:00:00Z', '')
    """
    match = _STAMP.match(text)
    if match is None:
        return None
    digits = match[1] + "00000101000000"[len(match[1]) :]
    try:
        moment = datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ"), match[2] or ""


def stamp(moment: str) -> str:
    """The 14 digits of a UTC time in ISO 8601.

    >>> stamp("2026-11-24T03:00:00.123Z")
    '20261124030000'
    """
    return re.sub(r"\D", "", moment)[:14]


def http_date(moment: str) -> str:
    """A UTC time in ISO 8601 as HTTP writes it.

    >>> http_date("2026-11-24T03:00:00.123Z")
    'Tue, 24 Nov 2026 03:00:00 GMT'
    """
    return format_datetime(datetime.fromisoformat(moment), usegmt=True)


def asked_moment(accept_datetime: str) -> str | None:
    """The moment that an Accept-Datetime header asks for (UTC ISO 8601), or None where it is no HTTP date."""
    try:
        return parsedate_to_datetime(accept_datetime).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (TypeError, ValueError, OverflowError):
        return None


def in_header(url: str) -> str:
    """`url` as a header can hold it: what is neither ASCII nor allowed in a URL percent-encoded.

    >>> in_header('http://tinh.example/tin-tức?a="b">')
    'http://tinh.example/tin-t%E1%BB%A9c?a=%22b%22%3E'
    """
    return quote(url, safe="%:/?#[]@!$&'()*+,;=~")


def link_header(origin: str, url: str, memento: Memento | None = None) -> str:
    """The Link header of a TimeGate's or a memento's answer; `origin` is the replay's own ("http://127.0.0.1:8002")."""
    url = in_header(url)
    links = [
        f'<{url}>; rel="original"',
        f'<{origin}/timegate/{url}>; rel="timegate"',
        f'<{origin}/timemap/link/{url}>; rel="timemap"; type="application/link-format"',
    ]
    if memento is not None:
        links.append(_memento_link(origin, memento, "memento"))
    return ", ".join(links)


def timemap(origin: str, url: str, mementos: list[Memento]) -> str:
    """The TimeMap of `url` in link-format (RFC 7089, section 5), oldest capture first."""
    url = in_header(url)
    lines = [
        f'<{url}>; rel="original"',
        f'<{origin}/timegate/{url}>; rel="timegate"',
        f'<{origin}/timemap/link/{url}>; rel="self"; type="application/link-format"',
    ]
    last = len(mementos) - 1
    for index, memento in enumerate(mementos):
        place = " ".join(word for word, here in (("first", index == 0), ("last", index == last)) if here)
        lines.append(_memento_link(origin, memento, f"{place} memento".strip()))
    return ",\n".join(lines) + "\n"


def _memento_link(origin: str, memento: Memento, relation: str) -> str:
    address = f"{origin}/{stamp(memento.captured_at)}/{in_header(memento.url)}"
    return f'<{address}>; rel="{relation}"; datetime="{http_date(memento.captured_at)}"'
