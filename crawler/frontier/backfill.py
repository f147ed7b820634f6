"""Backfill: date archives and numbered pages asked for address by address, over as many runs as it takes."""

from __future__ import annotations

from datetime import date
from itertools import islice

from archive.messages.message import Message
from archive.model import PageKind
from archive.sources import Source
from archive.sources.discover import backfilled, posts_page
from archive.sources.model import Backfill, NumberedPages
from archive.warc.http import Headers, values
from crawler.frontier.discovery import rank
from crawler.frontier.store import Candidate, FrontierStore
from crawler.scope import as_fetched

_BEGUN = (Message("not begun: --backfill walks it"), Message("to be continued"))
STRIDE = 8
"""Addresses taken at a time: few, so that one which has run dry is noticed soon."""


class Backfills:
    """The backfills of a source, each with its position, which outlives the run. One ends where it has run dry."""

    def __init__(self, rows: FrontierStore, source: Source, today: date) -> None:
        self._rows = rows
        self._source = source
        self._today = today
        self._of: dict[str, int] = {}  # addresses on their way, and the backfill each belongs to

    def feed(self) -> list[Candidate]:
        """The next addresses of the first backfill that has any; [] where all have ended."""
        for number, backfill in enumerate(self._source.discover.backfill):
            began, position, dry, pages, _ = self._row(backfill) or self._begin(backfill)
            if dry >= backfill.stop_after or number in self._of.values():
                continue
            end = min(position + STRIDE, max(0, pages - 1) if pages else position + STRIDE)
            urls = list(islice(backfilled(backfill, began), position, end)) if end > position else []
            if not urls:
                continue
            self._rows.write(
                "UPDATE backfills SET position = ? WHERE source = ? AND pattern = ?",
                (position + len(urls), self._source.id, backfill.pattern),
            )
            kind: PageKind = "page" if isinstance(backfill, NumberedPages) and not backfill.lists else "listing"
            priority = rank("listing", "", 0, 1 + position, self._today)
            found = [Candidate(as_fetched(url), kind, priority) for url in urls]
            self._of |= {candidate.url: number for candidate in found}
            return found
        return []

    def visited(self, url: str, *, news: bool) -> None:
        """An address was read, and brought `news` or none."""
        number = self._of.pop(url, None)
        if number is not None:
            self._rows.write(
                "UPDATE backfills SET dry = CASE WHEN ? THEN 0 ELSE dry + 1 END WHERE source = ? AND pattern = ?",
                (news, self._source.id, self._source.discover.backfill[number].pattern),
            )

    def learn(self, url: str, headers: Headers) -> None:
        """Takes what a WordPress says of the length of its list: pages and posts in all."""
        for posts in self._source.discover.wordpress:
            told = [values(headers, name) for name in ("x-wp-totalpages", "x-wp-total")]
            if url.startswith(posts) and all(found and found[0].isdecimal() for found in told):
                self._rows.write(
                    "INSERT INTO backfills (source, pattern, began, position, dry, pages, items)"
                    " VALUES (?, ?, ?, 0, 0, ?, ?)"
                    " ON CONFLICT (source, pattern) DO UPDATE SET pages = excluded.pages, items = excluded.items",
                    (
                        self._source.id,
                        posts_page(posts),
                        self._today.isoformat(),
                        *(int(found[0][:9]) for found in told),
                    ),
                )

    def progress(self) -> tuple[str, ...]:
        """How far each backfill has come, in words; nothing of those not begun."""
        lines = []
        for backfill in self._source.discover.backfill:
            if (row := self._row(backfill)) is None:
                continue
            began, position, dry, pages, items = row
            whole = pages - 1 if pages else _length(backfill, began)
            end = Message("ended") if whole and whole <= position else _BEGUN[position > 0]
            end = Message("run dry") if dry >= backfill.stop_after else end
            told = {"pattern": backfill.pattern, "row": position, "whole": whole or "?", "end": end}
            left = self._left(whole - position, pages, items)
            lines.append(Message("backfill {pattern}: {row} of {whole} addresses, {end}{left}", left=left, **told))
        return tuple(lines)

    def _left(self, addresses: int, pages: int, items: int) -> str:
        """What is left of a backfill, as far as its length is known, and how long it takes at the source's own pace."""
        if addresses <= 0:
            return ""
        articles = round(items * addresses / pages) if pages else 0
        requests = addresses + articles
        hours = requests * self._source.politeness.delay_seconds / 3600
        told = (
            Message("about {articles:,} articles", articles=articles)
            if articles
            else Message("{addresses:,} addresses and what they list", addresses=addresses)
        )
        message = "; {told} left, {hours:.1f} h or more at {delay:g} s a request"
        return Message(message, told=told, hours=hours, delay=self._source.politeness.delay_seconds)

    def _row(self, backfill: Backfill) -> tuple[date, int, int, int, int] | None:
        """Since when a backfill goes on, how far it has come, how long dry, and its pages and items, where told."""
        found = self._rows.read(
            "SELECT began, position, dry, pages, items FROM backfills WHERE source = ? AND pattern = ?",
            (self._source.id, backfill.pattern),
        ).fetchone()
        return (date.fromisoformat(found[0]), *found[1:]) if found else None

    def _begin(self, backfill: Backfill) -> tuple[date, int, int, int, int]:
        values = self._source.id, backfill.pattern, self._today.isoformat()
        self._rows.write("INSERT INTO backfills (source, pattern, began, position, dry) VALUES (?, ?, ?, 0, 0)", values)
        return self._today, 0, 0, 0, 0


def _length(backfill: Backfill, began: date) -> int:
    """How many addresses a backfill has in all, 0 where it has no end."""
    if isinstance(backfill, NumberedPages) and backfill.last is None:
        return 0
    return sum(1 for _ in backfilled(backfill, began))
