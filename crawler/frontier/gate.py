"""The robots gate of one authority: until its robots.txt has been read today, nothing else of it is handed out; and
what a changed rule lets in again.
"""

from __future__ import annotations

import math
from datetime import date
from typing import cast

from archive.custody.withheld import REASON, Withheld
from archive.messages.message import Message, restored, stored
from archive.model import PageKind
from archive.sources import Source
from archive.text.urls import url_key
from crawler import robots
from crawler.frontier.discovery import out_of_scope, ruled_out
from crawler.frontier.pace import FIRST_WAIT_SECONDS
from crawler.frontier.store import FrontierStore
from crawler.http.capture import Fetched
from crawler.http.verdict import MOST_ATTEMPTS
from crawler.robots import Robots
from crawler.scope import authority, host_of


def reopen_lifted(rows: FrontierStore, source: str, withheld: Withheld) -> int:
    """Puts back what a takedown had excluded that is taken back now; gives back how many URLs."""
    found = rows.read(
        "SELECT id, url FROM urls WHERE source = ? AND state = 'excluded' AND reason = ?", (source, REASON)
    ).fetchall()
    return sum(rows.reopen("id = ?", (number,)) for number, url in found if not withheld.covers(url_key(url)))


def reopen_allowed(rows: FrontierStore, source: Source, today: date) -> int:
    """Puts back what scope, `never` or a trap had excluded and the source file allows now; gives back how many URLs.

    A host added after a site has moved is such a change: what had led there was excluded, and is known already.
    """
    found = rows.read(
        "SELECT id, url, kind, reason FROM urls WHERE source = ? AND state = 'excluded'"
        " AND (reason = 'never' OR reason GLOB 'scope:*' OR reason GLOB 'trap:*')",
        (source.id,),
    )
    allowed = [number for number, url, kind, reason in found if not _still(url, kind, reason, source, today)]
    return sum(rows.reopen("id = ?", (number,)) for number in allowed)


def _still(url: str, kind: PageKind, reason: str, source: Source, today: date) -> bool:
    if reason == "trap:sitemaps":
        return True  # by where it was found, not by what it is
    return bool(out_of_scope(url, kind, source, today) or ruled_out(url, kind, source, today))


class Gate:
    """What may be asked of one authority, and when its robots.txt must be asked for first.

    Times are seconds since 1970. `shut` says why nothing is asked of it in this run any more. `known` are the rules
    that the frontier has stored, where they are parsed already.
    """

    def __init__(
        self, rows: FrontierStore, authority: int, name: str, source: Source, base: float, known: Robots | None = None
    ) -> None:
        self._rows = rows
        self._authority = authority
        self._name = name
        self._source = source
        self._base = base
        self._attempts = 0
        self._url = ""
        self._redirects: list[str] = []  # the addresses that redirects have led by, the first among them
        self._redirect_target = (
            ""  # the address at another authority that is asked for once that one's robots.txt allows it
        )
        self._begin()
        self._fresh_until = 0.0
        self._closed_since = 0
        self.asking = False
        self.ask_at = 0.0
        self.shut = ""
        self.robots: Robots | None = None
        self._load(known)

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
        """Whether robots.txt lets us ask for `url`; a source's written reason may stand above that of its hosts."""
        own = self._source.covers(host_of(url))
        if own and not self._source.politeness.obeys_robots:
            return True
        return self.robots is not None and self.robots.allows(url)

    def answered(self, fetched: Fetched, now: float, record: str) -> str:
        """Takes the answer to `url_to_ask`; gives back what was decided, in words, to be stored."""
        self.asking = False
        if fetched.error == "stale":
            return ""
        found = fetched.rules or robots.unreachable(fetched.detail or fetched.error)
        if self._redirect_target:
            target, self._redirect_target = self._redirect_target, ""
            if not found.allows(target):
                return self._lost(
                    Message("leads to {target}, which robots.txt forbids there", target=target), now, record
                )
            self._url = target
            return Message("{target} may be asked for", target=target)
        try:
            target = robots.leads_to(self._url, fetched.status, fetched.headers)
        except ValueError as error:
            return self._lost(Message("leads to what is no web address: {error}", error=error), now, record)
        if target:
            return self._follow(target, now, record)
        self._begin()
        if found.verdict == "closed":
            return self._closed(found, now, record)
        self._attempts, self._closed_since = 0, 0
        return self._accept(found, now, record)

    def _begin(self) -> None:
        self._url, self._redirect_target = f"{self._name}/robots.txt", ""
        self._redirects = [self._url]

    def _follow(self, target: str, now: float, record: str) -> str:
        """Asks for the rules at `target`, which hold for this authority (RFC 9309 section 2.3.1.2).

        What another authority has under another name than /robots.txt is a page of that one: its own is asked first.
        """
        if target in self._redirects:
            return self._lost(Message("redirects lead back to {target}", target=target), now, record)
        if len(self._redirects) > robots.MOST_HOPS:
            return self._lost(Message("{most_hops} redirects and no end", most_hops=robots.MOST_HOPS), now, record)
        self._redirects.append(target)
        there = authority(target)
        self._url = target
        if there != self._name and target != f"{there}/robots.txt":
            self._redirect_target, self._url = target, f"{there}/robots.txt"
        return Message("redirected to {target}", target=target)

    def _lost(self, why: str, now: float, record: str) -> str:
        """Rules that are somewhere, and cannot be had, forbid everything: for this run, and until they can be had."""
        self._begin()
        self._attempts, self._closed_since = MOST_ATTEMPTS, int(now)
        return self._closed(Robots("closed", why), now, record)

    def _accept(self, found: Robots, now: float, record: str) -> str:
        changed = self.robots is not None and self.robots.text != found.text
        self.robots = found
        self._fresh_until = now + robots.HOLDS_SECONDS
        self._store(found, now, record)
        excluded = "authority = ? AND state = 'excluded' AND reason = 'robots'"
        back = self._rows.reopen(excluded, (self._authority,)) if changed else 0
        if not back:
            return found.message
        return Message("{told}; {count} URLs to be judged anew", told=found.message, count=back)

    def _closed(self, found: Robots, now: float, record: str) -> str:
        self._closed_since = self._closed_since or int(now)
        if now - self._closed_since > robots.GIVES_WAY_SECONDS:
            return self._accept(Robots("free", Message("{note} for 30 days", note=found.note)), now, record)
        self._store(found, 0, record)
        self._attempts += 1
        if self._attempts >= MOST_ATTEMPTS:
            self.shut = found.note
            return Message("closed for this run: {note}", note=found.note)
        base = min(self._base, FIRST_WAIT_SECONDS) if found.note.startswith("unreachable") else self._base
        self.ask_at = now + base * 2.0 ** (self._attempts - 1)
        return Message("closed: {note}", note=found.note)

    def _store(self, found: Robots, at: float, record: str) -> None:
        self._rows.write(
            "UPDATE authorities SET robots_at = ?, robots_verdict = ?, robots_note = ?, robots_text = ?,"
            " robots_record = ?, closed_since = ? WHERE id = ?",
            (int(at), found.verdict, stored(found.note), found.text, record, self._closed_since, self._authority),
        )

    def _load(self, known: Robots | None) -> None:
        row = self._rows.read(
            "SELECT robots_at, robots_verdict, robots_note, robots_text, closed_since FROM authorities WHERE id = ?",
            (self._authority,),
        ).fetchone()
        at, verdict, note, text, self._closed_since = cast(tuple[int, str, str, str, int], row)
        if at and verdict == "rules":
            self.robots = known or robots.parse(text, restored(note))
        elif at and verdict == "free":
            self.robots = Robots("free", restored(note))
        self._fresh_until = at + robots.HOLDS_SECONDS
