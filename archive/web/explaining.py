"""How today's parsers read one capture, field by field: in a process of its own, under limits, for the page is hostile.

    python -m archive.web.explaining ROOT FILE OFFSET LENGTH RECORD_ID

prints `Explained` as JSON.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from archive.errors import InstallationError
from archive.model import Place
from archive.processes import python

_SECONDS: Final = 10
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
    command = python(__name__, str(root), place.file, str(place.offset), str(place.length), place.record_id)
    try:
        ended = subprocess.run(  # noqa: S603 - our own module; the arguments are a place in our database
            command, capture_output=True, timeout=2 * _SECONDS, check=False
        )
        told: dict[str, Any] = json.loads(ended.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        return Explained("", "time_limit", "", (), ())
    return Explained(
        told["kind"],
        told["reason"],
        told["parser"],
        tuple((name, value, by, confidence, raw) for name, value, by, confidence, raw in told["fields"]),
        tuple((name, tuple(texts)) for name, texts in told["lists"]),
    )


def _read(root: Path, place: Place) -> Explained:
    from archive.holdings import Holdings
    from archive.sources import Register
    from archive.warc.reader import read
    from archive.worker.parse import parse_capture

    holdings = Holdings.open(root)
    page = parse_capture(read(root, place), Register.load(holdings.sources))
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


def main(arguments: list[str]) -> None:
    """Prints how the capture that `arguments` name is read."""
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    root, file, offset, length, record_id = arguments
    try:
        told = _read(Path(root), Place(file, int(offset), int(length), record_id))
    except InstallationError as error:
        told = Explained("", str(error), "", (), ())
    sys.stdout.write(json.dumps(asdict(told)))


if __name__ == "__main__":
    main(sys.argv[1:])
