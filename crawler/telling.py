"""What crawls tell a log: an event a line, as words for people or as JSON for machines."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

_NUMBERS: Final = ("run", "reason", "requests", "new", "changed", "same", "not_due", "left", "seconds")


def line(event: Mapping[str, Any], *, as_json: bool) -> str:
    """`event` with the time it is told at (UTC, in seconds)."""
    at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if as_json:
        return json.dumps({"at": at, **event}, ensure_ascii=False)
    rest = " ".join(
        f"{name}={value}" for name, value in event.items() if name not in ("event", "source") and value != ""
    )
    return f"{at} {event.get('source', '')} {event['event']} {rest}".rstrip()


def ending(source: str, code: int, error: str, report: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The events of a crawl's end: its numbers, and one for each reason for which pages were not read, did not come,
    or are gone, with the address of one of them.
    """
    numbers = {name: report[name] for name in _NUMBERS if name in report}
    yield {"event": "ended", "source": source, "exit": code, "error": error, **numbers}
    for event in ("unread", "failed", "gone"):
        for reason, number in report.get(event, {}).items():
            url = report.get("examples", {}).get(f"{event} {reason}", "")
            told = {"event": event, "reason": reason, "number": number, "url": url}
            yield {**told, "source": source, "run": report.get("run", "")}
