"""Five articles of a source: chosen and shown, and the source verified where they are read as a person says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import sqlite_utils

from archive.custody import events
from archive.disk import make_folder, replace_file
from archive.errors import NothingFound
from archive.holdings import Holdings
from archive.learning import expecting, golden, layouts
from archive.learning import verification as word
from archive.parsers.given import MIME
from archive.sources import Layout, Source, parse_source
from archive.sources.edit import text, with_value
from archive.text.clock import VIETNAM

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
    measured: expecting.Measured | None = None
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
        measured = expecting.measure(db, taught.id, datetime.now(VIETNAM).date(), absent)
        return _settle(holdings, replace(five, taught=taught), measured, by)


def _settle(holdings: Holdings, five: Five, measured: expecting.Measured, by: str) -> Verdict:
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


def verified(toml: str, measured: expecting.Measured, by: str, day: date, file: str = "") -> str:
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


def how(measured: expecting.Measured) -> str:
    """How the bounds of a month were measured, for a comment."""
    if measured.months:
        return f"median {measured.middle:g}, spread {measured.spread:.0f}, of {measured.months} months held"
    return f"{measured.middle:.0f} a month by the newest {measured.days} days held; no whole months yet"
