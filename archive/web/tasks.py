"""What the room does in processes beside it: one capture read as today's parsers read it, and a source verified."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from anyio import CapacityLimiter

from archive.errors import InstallationError, NothingFound, StorageError, UsageError
from archive.holdings import Holdings
from archive.learning import five
from archive.learning import verification as word
from archive.model import Place
from archive.sources import Register
from archive.store import open_database
from archive.worker.page import Page
from archive.worker.pool import DiedError, Worker
from archive.worker.process import Task

_CPU_SECONDS: Final = 300  # forty pages are learnt from, twice
_ONE_AT_A_TIME: Final = CapacityLimiter(1)


@dataclass(frozen=True, slots=True)
class Look:
    """An article as it is read: its `values` by the names of verification.TEXTS, and the lines of its page with what
    each became; `captured_at` is UTC.
    """

    url: str
    captured_at: str
    values: tuple[tuple[str, str], ...]
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Said:
    """What a person says of one page: each text as it should be ("" for none), and which other fields are wrong."""

    url: str
    is_article: bool
    values: tuple[tuple[str, str], ...] = ()
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A source to be looked at or, where a person has `said` something `by` their name, to be verified."""

    source: str
    said: tuple[Said, ...] = ()
    by: str = ""


async def look(root: Path, source: str) -> tuple[Look, ...]:
    """Five articles of `source`. Raises NothingFound where fewer are held, SourceError for an unknown one."""
    looks: tuple[Look, ...] = await _ask(root, Asked(source))
    return looks


async def verify(root: Path, asked: Asked) -> five.Verdict:
    """Verifies a source by a person's word, as `baotinh sources verify` does. Raises LockedError beside a crawl."""
    verdict: five.Verdict = await _ask(root, asked)
    return verdict


async def _ask(root: Path, asked: Asked) -> Any:
    async with _ONE_AT_A_TIME:
        worker = Worker(Task(_answering, (root,), _CPU_SECONDS, _MEMORY_BYTES, log=root))
        try:
            return await asyncio.to_thread(_taken, worker, asked)
        except asyncio.CancelledError:
            worker.kill()
            raise


def _taken(worker: Worker, asked: Asked) -> Any:
    try:
        worker.send(asked)
        return worker.take()
    except DiedError as died:
        told = "the process that read the pages of {source} ended with {code}: ask again, or `baotinh sources verify`"
        raise StorageError(told, source=asked.source, code=died.code) from died
    finally:
        worker.close()


def _answering(root: Path) -> Callable[[Asked], Any]:
    holdings = Holdings.open(root)

    def answer(asked: Asked) -> Any:
        source = Register.valid(holdings.sources).get(asked.source)
        if not holdings.database.exists():
            raise NothingFound("nothing is held of it; crawl it first")
        with closing(open_database(holdings.database, readonly=True)) as db:
            chosen = five.choose(db, holdings, source)
            if not asked.said:
                return tuple(map(_look, chosen.shown))
            answers = [_answer(one, asked.said) for one in chosen.shown]
            return five.verify(db, holdings, chosen, answers, asked.by)

    return answer


def _look(one: word.Shown) -> Look:
    values = tuple((name, word.value_of(one.article, name)) for name in word.TEXTS)
    return Look(one.page.url, one.page.captured.isoformat(), values, tuple(word.beside(one)))


def _answer(one: word.Shown, said: tuple[Said, ...]) -> word.Answer:
    """What is said of a page that was shown: whatever differs from what was read is wrong, and is what was given."""
    given = next((about for about in said if about.url == one.page.url), None)
    if given is None:
        raise UsageError("the pages held have changed since these were shown: look at them again")
    texts = [
        word.corrected(name, value or None)
        for name, value in given.values
        if not word.same(name, word.value_of(one.article, name), value)
    ]
    return word.Answer(given.url, given.is_article, (*texts, *((name, None) for name in given.wrong)))


_READING_SECONDS: Final = 10
_MEMORY_BYTES: Final = 3 << 30
_FIELDS: Final = ("headline", "lead", "published", "modified", "byline", "source_credit", "section")
_LISTS: Final = ("body", "captions", "tags", "images", "attachments", "teasers", "notes")


@dataclass(frozen=True, slots=True)
class Explained:
    """What came of reading a capture: `fields` are name, value, method, confidence, raw text; `lists` name, texts."""

    kind: str  # model.PageKind, "" where nothing was read
    reason: str
    parser: str
    fields: tuple[tuple[str, str, str, float, str], ...]
    lists: tuple[tuple[str, tuple[str, ...]], ...]


def explain(root: Path, place: Place) -> Explained:
    """How the capture at `place` is read today; a reading that breaks its limits says so in its reason."""
    worker = Worker(Task(_reading, (root,), _READING_SECONDS, _MEMORY_BYTES, log=root))
    try:
        worker.send(place)
        explained: Explained = worker.take(2 * _READING_SECONDS)
    except InstallationError as error:
        return Explained("", str(error), "", (), ())
    except DiedError:
        return Explained("", "time_limit", "", (), ())
    finally:
        worker.close()
    return explained


def _reading(root: Path) -> Callable[[Place], Explained]:
    from archive.sources import Register
    from archive.warc.reader import read
    from archive.worker.page import parse_capture

    register = Register.valid(Holdings.open(root).sources)
    return lambda place: _explained(parse_capture(read(root, place), register))


def _explained(page: Page) -> Explained:
    article = page.article
    if article is None:
        return Explained(page.reading.kind if page.reading else "", page.reason, "", (), ())
    fields = []
    for name in _FIELDS:
        found = getattr(article, name)
        if found is not None:
            fields.append((name, found.value, found.by, found.confidence, found.raw or ""))
    fields.append(("body", "", article.body_by, article.confidence, ""))
    lists = tuple((name, tuple(_text(value) for value in getattr(article, name))) for name in _LISTS)
    return Explained("article", page.reason, article.parser, tuple(fields), lists)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "  ".join(str(part) for part in asdict(value).values() if part)
