"""Puts back what a rule had excluded that has changed since: robots.txt, a takedown, the source file."""

from __future__ import annotations

from datetime import date

from archive.barred import REASON, Barred
from archive.model import PageKind
from archive.sources import Source
from archive.text.urls import url_key
from crawler.discovery import out_of_scope, ruled_out
from crawler.frontier.rows import Rows

_REOPEN = "UPDATE urls SET state = 'todo', reason = '', not_before = 0"


def reopen(rows: Rows, authority: int, reason: str) -> int:
    """Puts back what was excluded for `reason`, as when a robots.txt has changed; gives back how many URLs."""
    return rows.write(
        f"{_REOPEN} WHERE authority = ? AND state = 'excluded' AND reason = ?",
        (authority, reason),
    ).rowcount


def reopen_lifted(rows: Rows, source: str, barred: Barred) -> int:
    """Puts back what a takedown had excluded that is taken back now; gives back how many URLs."""
    found = rows.read(
        "SELECT id, url FROM urls WHERE source = ? AND state = 'excluded' AND reason = ?", (source, REASON)
    ).fetchall()
    lifted = [number for number, url in found if not barred.bars(url_key(url))]
    for number in lifted:
        rows.write(f"{_REOPEN} WHERE id = ?", (number,))
    return len(lifted)


def reopen_allowed(rows: Rows, source: Source, today: date) -> int:
    """Puts back what scope, `never` or a trap had excluded and the source file allows now; gives back how many URLs.

    A host added after a site has moved is such a change: what had led there was excluded, and is known already.
    """
    found = rows.read(
        "SELECT id, url, kind, reason FROM urls WHERE source = ? AND state = 'excluded'"
        " AND (reason = 'never' OR reason GLOB 'scope:*' OR reason GLOB 'trap:*')",
        (source.id,),
    )
    allowed = [number for number, url, kind, reason in found if not _still(url, kind, reason, source, today)]
    for number in allowed:
        rows.write(f"{_REOPEN} WHERE id = ?", (number,))
    return len(allowed)


def _still(url: str, kind: PageKind, reason: str, source: Source, today: date) -> bool:
    if reason == "trap:sitemaps":
        return True  # by where it was found, not by what it is
    return bool(out_of_scope(url, kind, source, today) or ruled_out(url, kind, source, today))
