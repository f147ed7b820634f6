"""Five articles of a source: chosen and shown, and the source verified where they are read as a person says."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from math import ceil, floor, sqrt
from pathlib import Path
from statistics import median
from typing import Final

import sqlite_utils

from archive.custody import events
from archive.disk import make_folder, replace_file
from archive.errors import NothingFound
from archive.holdings import Holdings
from archive.learning import golden, layouts
from archive.learning import verification as word
from archive.parsers.given import MIME
from archive.sources import Layout, Source, parse_source
from archive.sources.edit import text, with_value
from archive.sources.model import ENOUGH_ARTICLES
from archive.store.counts import by_day, field_totals
from archive.text.clock import VIETNAM

LEAST_MONTHS: Final = 3
"""Whole months from which median and spread say what is usual."""

_MOST_MONTHS: Final = 12
_STEADY: Final = 0.25  # of the median, and that of the fullest month: what is apart by more was not held alike
_SPREADS: Final = 4  # from the median to a bound: the month of Tết lies three below
_NORMAL: Final = 1.4826  # median distance to standard deviation
_MONTH: Final = 30
_LEAST_DAYS: Final = 3
_LEAST_ARTICLES: Final = 5
_NEWEST: Final = 0.7  # of the articles: the others were linked to from newer ones, and their months are not whole
_ROOM: Final = 3  # times: a rate of a few days may lie by that much beside the month's
_SLACK: Final = 0.1
_LEAST_SHARE: Final = 0.3
_STEP: Final = 0.05
_FIELDS: Final = ("headline", "body", "published", "lead", "byline", "section", "images")


@dataclass(frozen=True, slots=True)
class Measured:
    """`per_month` are the least and the most articles of a month, None where too little is dated; `middle` and `spread`
    are of `months` months held, or it is a rate of `days` days. `fields` are the least shares of articles with each.
    """

    articles: int
    per_month: tuple[int, int] | None
    middle: float = 0.0
    spread: float = 0.0
    months: int = 0
    days: int = 0
    fields: tuple[tuple[str, float], ...] = ()


def measure(db: sqlite_utils.Database, source: str, today: date, absent: Collection[str] = ()) -> Measured:
    """What the articles held of `source` say on the day `today`: months that are held whole by median and spread, else
    the rate of the newest days. Nothing is expected of fields that are `absent`: what is held was read before a person
    said that the site has none.
    """
    totals = field_totals(db, source, [name for name in _FIELDS if name not in absent])
    shares = tuple((name, share) for name, count in totals.fields if (share := _least(count, totals.articles)))
    days = [(date.fromisoformat(day), count) for day, count in by_day(db, source)]
    days = [(day, count) for day, count in days if day <= today]
    months = steady(whole_months(days, today))
    if months:
        middle = median(months)
        spread = max(_NORMAL * median(abs(count - middle) for count in months), sqrt(middle))
        bounds = max(0, floor(middle - _SPREADS * spread)), ceil(middle + _SPREADS * spread)
        return Measured(totals.articles, bounds, middle, spread, len(months), 0, shares)
    rate, span = newest_rate(days)
    if not span:
        return Measured(totals.articles, None, fields=shares)
    bounds = floor(rate / _ROOM), ceil(rate * _ROOM)
    return Measured(totals.articles, bounds, rate, 0.0, 0, span, shares)


def whole_months(days: Sequence[tuple[date, int]], today: date) -> list[int]:
    """The articles of each of the last twelve months that are over and began after the first day held."""
    if not days:
        return []
    first = days[0][0]
    counts: dict[tuple[int, int], int] = {}
    month = date(first.year, first.month, 1)
    while month < date(today.year, today.month, 1):
        if month > first or first.day == 1:
            counts[month.year, month.month] = 0
        month = (month + timedelta(days=32)).replace(day=1)
    for day, count in days:
        if (day.year, day.month) in counts:
            counts[day.year, day.month] += count
    return list(counts.values())[-_MOST_MONTHS:]


def steady(months: Sequence[int]) -> list[int]:
    """The newest of `months` that are alike, as many as there are; none where they are fewer than three.

    A month of which little was linked to from newer articles was not held whole.
    """
    for first in range(len(months) - LEAST_MONTHS + 1):
        newest = list(months[first:])
        middle = median(newest)
        if min(newest) >= max(1, _STEADY * middle) and max(newest) * _STEADY <= middle:
            return newest
    return []


def newest_rate(days: Sequence[tuple[date, int]]) -> tuple[float, int]:
    """Articles in thirty days by those of the newest days that hold most of the articles, and how many days these are;
    (0, 0) where they are too few to say anything.
    """
    total = sum(count for _, count in days)
    wanted, seen = max(_LEAST_ARTICLES, ceil(_NEWEST * total)), 0
    for day, count in reversed(days):
        seen += count
        if seen >= wanted:
            span = (days[-1][0] - day).days + 1
            return (_MONTH * seen / span, span) if span >= _LEAST_DAYS else (0.0, 0)
    return 0.0, 0


def _least(count: int, articles: int) -> float:
    """The least share of a field that is usual; 0 where the field is too rare to expect it.

    Both what is held and what a run will bring are draws of the site's articles: room for two deviations of their
    difference, in a run of the fewest articles that are judged: without it five of 31 portals cried on their first day.
    """
    if not articles or count < _LEAST_SHARE * articles:
        return 0.0
    share, likely = count / articles, (count + 1) / (articles + 2)
    drawn = sqrt(likely * (1 - likely) * (1 / articles + 1 / ENOUGH_ARTICLES))
    return round(floor(max(share - max(_SLACK * (share < 1), 2 * drawn), 0) / _STEP) * _STEP, 2)


_LOOKED_AT: Final = 20  # pages of which five are shown
_GUESS: Final = re.compile(r"^\[expect\].*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Five:
    """Five articles of `source` as they are read where it is `taught` by its pages."""

    source: Source
    taught: Source
    shown: tuple[word.Shown, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a person's word: the source is verified in `file`, or `unsettled` is not read as they say."""

    file: Path
    unsettled: tuple[word.Unsettled, ...] = ()
    golden: int = 0
    measured: Measured | None = None
    learnt: bool = False


def choose(db: sqlite_utils.Database, holdings: Holdings, source: Source) -> Five:
    """Five articles of `source`, spread over what is held, read with the layout that it teaches; writes nothing.

    Raises NothingFound where fewer are held.
    """
    found = () if _is_data(source) else layouts.eras(db, holdings, source)
    taught = _taught(source, layouts.as_taught(found, confirmed=True))
    five = word.shown(taught, layouts.held_articles(db, holdings, source, _LOOKED_AT))
    if len(five) < word.FIVE:
        raise NothingFound(
            "{count} articles are held, five are to be looked at; baotinh sources survey {source} says what is wrong",
            count=len(five),
            source=source.id,
        )
    return Five(source, taught, five)


def verify(
    db: sqlite_utils.Database, holdings: Holdings, five: Five, answers: Sequence[word.Answer], by: str
) -> Verdict:
    """Learns what `answers` correct, and marks the source as verified if everything is read then as they say.

    Written are golden pages and layout, then the source's file, then the event; nothing where something is left
    unsettled. Raises LockedError while the source is crawled.
    """
    taught, file = five.taught, own_file(holdings, five.source)
    with holdings.lock(f"crawl-{taught.id}"):
        if not all(answer.is_right for answer in answers):
            articles = {one.page.url: one.article for one in five.shown}
            if not _is_data(five.source):
                told = word.told_of(answers, articles)
                again = layouts.as_taught(layouts.eras(db, holdings, five.source, told=told), confirmed=True)
                taught = _taught(five.source, (*again[:-1], word.without_absent(again[-1], answers, articles)))
            left = word.unsettled(taught, five.shown, answers)
            if left:
                return Verdict(file, left)
        absent = taught.layouts[-1].absent
        measured = measure(db, taught.id, datetime.now(VIETNAM).date(), absent)
        return _settle(holdings, replace(five, taught=taught), measured, by)


def _settle(holdings: Holdings, five: Five, measured: Measured, by: str) -> Verdict:
    taught, file = five.taught, own_file(holdings, five.source)
    pages = [one.page for one in five.shown]
    kept = [
        golden.Kept(page.url, page.content_type, page.captured, page.body)
        for page in pages
        if page.content_type != MIME  # what was made of data is no page to read
    ]
    written = golden.write(replace(taught, file=str(file)), kept)
    learnt = any(layout.learned for layout in taught.layouts)
    if learnt:
        layouts.keep_layouts(holdings, taught, taught.layouts)
    toml = replacing(taught, file, Path(taught.file).read_text(encoding="utf-8"))
    write_own(holdings, taught, verified(toml, measured, by, datetime.now(UTC).date(), str(file)))
    detail = {"by": by, "source": taught.id, "articles": [page.url for page in pages]}
    events.append(holdings.root, "validation", file.relative_to(holdings.root).as_posix(), "verified", detail)
    return Verdict(file, (), len(written), measured, learnt)


def _is_data(source: Source) -> bool:
    """Whether its articles come as data, whose paths its file says: there is nothing to learn."""
    return source.json is not None and source.json.holds_articles


def _taught(source: Source, learnt: Sequence[Layout]) -> Source:
    """The source with the layouts that were learnt, as far as they were."""
    return replace(source, layouts=tuple(learnt)) if any(layout.learned for layout in learnt) else source


# The operator's file of a source.


def own_file(holdings: Holdings, source: Source) -> Path:
    """The operator's file of a source: its own where it is one of the archive's, else the one to be made."""
    path = Path(source.file)
    return path if holdings.sources in path.parents else holdings.sources / f"{source.id}.toml"


def replacing(source: Source, file: Path, toml: str) -> str:
    """The text of an operator's file, which says so where it counts instead of the shipped one."""
    if Path(source.file) == file or source.replaces_shipped:
        return toml
    return with_value(toml, "replaces_shipped", "true", file=str(file))


def write_own(holdings: Holdings, source: Source, toml: str) -> None:
    """Writes the operator's file of a source, read before as strictly as a crawl reads it, and says so in the log."""
    file = own_file(holdings, source)
    parse_source(toml, str(file))
    make_folder(file.parent)
    replace_file(file, toml.encode())
    holdings.record_settings()


def verified(toml: str, measured: Measured, by: str, day: date, file: str = "") -> str:
    """The text of a source's file, marked as verified by a person, with what was measured under [expect]."""
    toml = _GUESS.sub("[expect]", toml)
    for key, value in (("status", '"verified"'), ("verified_on", day.isoformat()), ("verified_by", text(by))):
        toml = with_value(toml, key, value, file=file)
    if measured.per_month is not None:
        low, high = measured.per_month
        toml = with_value(toml, "articles_per_month", f"[{low}, {high}]  # {how(measured)}", "expect", file)
    if measured.fields:
        shares = ", ".join(f"{name} = {share}" for name, share in measured.fields)
        toml = with_value(toml, "fields", f"{{ {shares} }}  # of {measured.articles} articles", "expect", file)
    return toml


def how(measured: Measured) -> str:
    """How the bounds of a month were measured, for a comment."""
    if measured.months:
        return f"median {measured.middle:g}, spread {measured.spread:.0f}, of {measured.months} months held"
    return f"{measured.middle:.0f} a month by the newest {measured.days} days held; no whole months yet"
