"""How today's parsers read one capture, field by field: in a process of its own, under limits, as it is hostile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from archive.errors import InstallationError
from archive.holdings import Holdings
from archive.model import Place
from archive.worker.page import Page
from archive.worker.pool import DiedError, Worker
from archive.worker.process import Task

_CPU_SECONDS: Final = 10
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
    worker = Worker(Task(_reading, (root,), _CPU_SECONDS, _MEMORY_BYTES, log=root))
    try:
        worker.send(place)
        explained: Explained = worker.take(2 * _CPU_SECONDS)
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
    from archive.worker.parse import parse_capture

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
