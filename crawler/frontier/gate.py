"""The robots gate of one authority: until its robots.txt has been read today, nothing else of it is handed out.

A gate, not a wait: no request ever waits for another's robots.txt, which is how Scrapy 2.19 lets 13 of 16 through.
"""

from __future__ import annotations

import math
from typing import cast
from urllib.parse import urljoin

from archive.errors import Unreadable
from archive.sources import Source
from archive.warc.http import split, values
from crawler import robots
from crawler.capture import Fetched
from crawler.frontier.reopening import reopen
from crawler.frontier.rows import Rows
from crawler.politeness import FIRST_WAIT_SECONDS
from crawler.robots import Robots
from crawler.scope import as_fetched, refusal
from crawler.verdict import MOST_ATTEMPTS, MOST_HOPS

_DECODED_LIMIT = 4 << 20
"""Of a robots.txt after gzip: eight times what is read of it."""


class Gate:
    """What may be asked of one authority, and when its robots.txt must be asked for first.

    Times are seconds since 1970. `shut` says why nothing is asked of it in this run any more.
    """

    def __init__(self, rows: Rows, authority: int, name: str, source: Source, base: float) -> None:
        self._rows = rows
        self._authority = authority
        self._name = name
        self._source = source
        self._base = base
        self._hops = 0
        self._attempts = 0
        self._url = f"{name}/robots.txt"
        self._fresh_until = 0.0
        self._closed_since = 0
        self.asking = False
        self.ask_at = 0.0
        self.shut = ""
        self.robots: Robots | None = None
        self._load()

    def open(self, now: float) -> bool:
        """Whether the rules are known and young enough to hand out by."""
        return self.robots is not None and now < self._fresh_until and not self.shut

    def url_to_ask(self, now: float) -> str:
        """The address to ask for the rules now, "" where it is being asked, must wait, or is shut."""
        return "" if self.asking or self.shut or now < self.ask_at or self.open(now) else self._url

    def next_at(self) -> float:
        """When the rules may be asked for; infinite while they are being asked for, or for good."""
        return math.inf if self.asking or self.shut else self.ask_at

    def allows(self, url: str) -> bool:
        """Whether robots.txt lets us ask for `url`; a source's written reason may stand above it."""
        return not self._source.politeness.obeys_robots or (self.robots is not None and self.robots.allows(url))

    def answered(self, fetched: Fetched, now: float, record: str) -> str:
        """Takes the answer to `url_to_ask`; gives back what was decided, in words, to be stored."""
        self.asking = False
        if fetched.error == "stale":
            return ""
        target = self._redirect(fetched)
        if target:
            self._hops += 1
            self._url = target
            return f"redirected to {target}"
        self._url, self._hops = f"{self._name}/robots.txt", 0
        found = _rules(fetched)
        if found.verdict == "closed":
            return self._closed(found, now, record)
        self._attempts, self._closed_since = 0, 0
        return self._accept(found, now, record)

    def _redirect(self, fetched: Fetched) -> str:
        """Where the rules are to be asked for instead (RFC 9309 section 2.3.1.2): five hops, within the source only."""
        where = values(fetched.headers, "location")
        if fetched.status not in (301, 302, 303, 307, 308) or not where or self._hops >= MOST_HOPS:
            return ""
        try:
            target = as_fetched(urljoin(self._url, where[0]))
        except ValueError:
            return ""
        return "" if refusal(target, self._source) else target

    def _accept(self, found: Robots, now: float, record: str) -> str:
        changed = self.robots is not None and self.robots.text != found.text
        self.robots = found
        self._fresh_until = now + robots.HOLDS_SECONDS
        self._store(found, now, record)
        back = reopen(self._rows, self._authority, "robots") if changed else 0
        return f"{found.verdict}: {found.note}" + (f"; {back} URLs to be judged anew" if back else "")

    def _closed(self, found: Robots, now: float, record: str) -> str:
        self._closed_since = self._closed_since or int(now)
        if now - self._closed_since > robots.GIVES_WAY_SECONDS:
            return self._accept(Robots("free", f"{found.note} for 30 days"), now, record)
        self._store(found, 0, record)
        self._attempts += 1
        if self._attempts >= MOST_ATTEMPTS:
            self.shut = found.note
            return f"closed for this run: {found.note}"
        base = min(self._base, FIRST_WAIT_SECONDS) if found.note.startswith("unreachable") else self._base
        self.ask_at = now + base * 2.0 ** (self._attempts - 1)
        return f"closed: {found.note}"

    def _store(self, found: Robots, at: float, record: str) -> None:
        self._rows.write(
            "UPDATE authorities SET robots_at = ?, robots_verdict = ?, robots_note = ?, robots_text = ?,"
            " robots_record = ?, closed_since = ? WHERE id = ?",
            (int(at), found.verdict, found.note, found.text, record, self._closed_since, self._authority),
        )

    def _load(self) -> None:
        row = self._rows.read(
            "SELECT robots_at, robots_verdict, robots_note, robots_text, closed_since FROM authorities WHERE id = ?",
            (self._authority,),
        ).fetchone()
        at, verdict, note, text, self._closed_since = cast(tuple[int, str, str, str, int], row)
        if at and verdict == "rules":
            self.robots = robots.parse(text, note)
        elif at and verdict == "free":
            self.robots = Robots("free", note)
        self._fresh_until = at + robots.HOLDS_SECONDS


def _rules(fetched: Fetched) -> Robots:
    if fetched.capture is None or (fetched.error and fetched.error != "length"):
        return robots.unreachable(fetched.detail or fetched.error)
    try:
        payload = split(fetched.capture.response, _DECODED_LIMIT)
    except Unreadable as error:
        return robots.unreachable(error.reason)
    return robots.read(payload.status, payload.body)
