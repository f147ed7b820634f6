"""What two databases made of the same records differ in, and why, as far as their rows tell."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from archive.store.database import errors_named, reader

What = Literal["article gone", "article new", "article with another text", "page read otherwise"]

_EXAMPLES = 3

# Of each article or page: what it is called, then source, parser, state and reason before and now.
_GONE = """SELECT o.url, a.source, a.parser, a.state, a.reason, b.source, b.parser, b.state, b.reason
FROM before.articles o JOIN before.captures a ON a.id = o.capture LEFT JOIN main.captures b ON b.record_id = a.record_id
WHERE NOT EXISTS (SELECT 1 FROM main.articles n WHERE n.public_id = o.public_id)"""
_NEW = """SELECT n.url, a.source, a.parser, a.state, a.reason, b.source, b.parser, b.state, b.reason
FROM main.articles n JOIN main.captures b ON b.id = n.capture LEFT JOIN before.captures a ON a.record_id = b.record_id
WHERE NOT EXISTS (SELECT 1 FROM before.articles o WHERE o.public_id = n.public_id)"""
_OTHER = """SELECT n.url, a.source, a.parser, a.state, a.reason, b.source, b.parser, b.state, b.reason
FROM main.articles n JOIN before.articles o USING (public_id) JOIN before.captures a ON a.id = o.capture
JOIN main.captures b ON b.id = n.capture WHERE (n.headline, n.lead, n.body, n.captions, n.byline, n.source_credit,
n.section, n.day, n.url, n.source, n.revision) IS NOT (o.headline, o.lead, o.body, o.captions, o.byline,
o.source_credit, o.section, o.day, o.url, o.source, o.revision)"""
_PAGES = """SELECT b.url, a.source, a.parser, a.state, a.reason, b.source, b.parser, b.state, b.reason
FROM before.captures a LEFT JOIN main.captures b USING (record_id) WHERE a.text_digest = ''
AND (b.id IS NULL OR b.text_digest = '' AND (a.state, a.reason, a.source) IS NOT (b.state, b.reason, b.source))"""
_QUERIES: tuple[tuple[What, str], ...] = (
    ("article gone", _GONE),
    ("article new", _NEW),
    ("article with another text", _OTHER),
    ("page read otherwise", _PAGES),
)


@dataclass(slots=True)
class Difference:
    """So many articles or pages that are not as they were, for one reason, with the addresses of some."""

    what: What
    why: str
    count: int = 0
    examples: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Read:
    # how a capture was read; None for one that has no row
    source: str | None
    parser: str | None
    state: str | None
    reason: str | None


def differences(before: Path, now: Path) -> tuple[Difference, ...]:
    """What articles and pages of the database at `now` are not as in the one at `before`, the most frequent first.

    Raises DamageError or StorageError where one of them cannot be read.
    """
    found: dict[tuple[What, str], Difference] = {}
    with errors_named(before), closing(reader(now)) as connection:
        connection.execute("ATTACH ? AS before", (f"file:{quote(str(before.absolute()))}?mode=ro",))
        for what, query in _QUERIES:
            for url, *columns in connection.execute(query):
                why = _why(_Read(*columns[:4]), _Read(*columns[4:]))
                one = found.setdefault((what, why), Difference(what, why))
                one.count += 1
                if len(one.examples) < _EXAMPLES:
                    one.examples.append(url or "")
    return tuple(sorted(found.values(), key=lambda one: -one.count))


def _why(was: _Read, now: _Read) -> str:
    return "; ".join(_reasons(was, now)) or "the rows before were not what the records show"


def _reasons(was: _Read, now: _Read) -> Iterator[str]:
    if now.state is None:
        yield "its record can no longer be read, or a takedown bars it"
        return
    if was.state is None:
        yield "its record had no row"
        return
    if was.source != now.source:
        yield f"source {was.source or '–'} then, {now.source or '–'} now"
    if was.parser != now.parser and was.parser and now.parser:
        yield f"read by {was.parser} then, {now.parser} now"
    if (was.state == "unread", was.reason) != (now.state == "unread", now.reason):
        yield f"{_stood(was)} then, {_stood(now)} now"


def _stood(read: _Read) -> str:
    return f"{read.state} ({read.reason})" if read.reason else str(read.state)
