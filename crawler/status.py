"""How an archive's crawls stand, in three lines when all is well: what is new, what is silent, what needs a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from archive.custody.status import silence
from archive.messages.language import number, spoken, tr
from archive.messages.message import Message
from archive.sources import Source
from archive.store.runs import Run
from crawler.survey.verdict import ORDER, Todo, Verdict

_CUT_SHORT: Final = frozenset(("storage", "disk", "stalled", "error"))  # that a crawl itself could not tell of
_NAMED: Final = 20  # sources named of one kind


@dataclass(frozen=True, slots=True)
class Notice:
    """A source that a person should look at, and why."""

    source: str
    why: str


@dataclass(frozen=True, slots=True)
class Standing:
    """`new` is how many articles came of each source; `silent` and `needs` name sources; `waiting` counts those that
    nobody has verified, by what a person must do.
    """

    since: str
    new: tuple[tuple[str, int], ...]
    silent: tuple[Notice, ...]
    needs: tuple[Notice, ...]
    waiting: tuple[tuple[Todo, int], ...] = ()
    unsurveyed: int = 0

    @property
    def is_well(self) -> bool:
        """Whether no source is silent and none needs a person."""
        return not self.silent and not self.needs


@dataclass(frozen=True, slots=True)
class Known:
    """What the archive knows of its sources: articles new since then and when the last came, the last run of each,
    and the verdicts of surveys.
    """

    new: Mapping[str, int]
    last_new: Mapping[str, str]
    runs: Mapping[str, Run]
    verdicts: Mapping[str, Verdict]


def standing(sources: Sequence[Source], known: Known, since: str, now: datetime) -> Standing:
    """How `sources` stand at `now` (UTC)."""
    verified = [one for one in sources if one.status == "verified"]
    unverified = [one for one in sources if one.status == "unverified"]
    counts = Counter(known.verdicts[one.id].todo for one in unverified if one.id in known.verdicts)
    return Standing(
        since,
        tuple(sorted(((source, count) for source, count in known.new.items()), key=lambda one: (-one[1], one[0]))),
        tuple(Notice(one.id, why) for one in verified if (why := _silent(one, known, now)) is not None),
        tuple(notice for one in sources if (notice := _need(one, known)) is not None),
        tuple((todo, counts[todo]) for todo in ORDER if counts[todo]),
        sum(1 for one in unverified if one.id not in known.verdicts),
    )


def _silent(source: Source, known: Known, now: datetime) -> Message | None:
    return silence(source, known.runs.get(source.id), known.last_new.get(source.id, ""), now)


def _need(source: Source, known: Known) -> Notice | None:
    run = known.runs.get(source.id)
    trouble = run.report.get("trouble", "") if run is not None else ""
    if trouble:
        return Notice(source.id, trouble)
    if run is not None and run.reason in _CUT_SHORT:
        return Notice(source.id, Message("its last crawl ended early: {reason}", reason=run.reason))
    verdict = known.verdicts.get(source.id)
    if source.status == "verified" and verdict is not None and verdict.todo not in ("verify", "nothing"):
        return Notice(source.id, verdict.told)
    return None


def told(found: Standing) -> Iterator[str]:
    """The lines that a person reads."""
    total, sources = sum(count for _, count in found.new), len(found.new)
    yield tr("new: {articles} articles of {sources} sources", articles=number(total), sources=number(sources))
    for head, notices in (
        (Message("silent: {count}", count=len(found.silent)), found.silent),
        (Message("needs you: {count}", count=len(found.needs)), found.needs),
    ):
        yield spoken(head)
        yield from (f"  {one.source}: {spoken(one.why)}" for one in notices[:_NAMED])
        if len(notices) > _NAMED:
            yield "  " + tr("and {count} more; --json has all", count=number(len(notices) - _NAMED))
    unverified = sum(count for _, count in found.waiting) + found.unsurveyed
    if unverified:
        yield tr("to be verified: {count}; baotinh survey --all says what each waits for", count=number(unverified))


def since_of(days: float, now: datetime) -> str:
    """The moment so many days ago, as the archive writes it."""
    return (now - timedelta(days=days)).astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"
