"""A takedown from beginning to end: the rule first, then the database, then the WARC files.

Whatever moment it is broken off at, the rule is in force, and the same call again brings the rest to its end. The
database is made again from the WARC files afterwards (`baotinh rebuild`): until then it lacks the texts, not the rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from archive import seals
from archive.barred import Rule, bar, rules
from archive.errors import LockedError, NothingFound, UsageError
from archive.holdings import Holdings
from archive.store import open_database
from archive.store.reads import find_article
from archive.store.removal import Shown, move_captures, shown_under, withhold
from archive.takedown.rewrite import Rewritten, packages, rewrite
from archive.text.urls import url_key
from archive.warc import index
from archive.warc.members import OPEN
from archive.warc.scan import scan

How = Literal["hidden", "sealed", "erased"]


@dataclass(frozen=True, slots=True)
class Taken:
    """What a takedown did: the rule now in force, what it took out of the database, the WARC files it rewrote.

    `packages` were made before and may hold the content still: for the operator to deal with, as are backups.
    """

    rule: Rule
    articles: int
    captures: int
    rewritten: tuple[Rewritten, ...]
    packages: tuple[str, ...]


def takedown(holdings: Holdings, target: str, how: How, reason: str, authority: str) -> Taken:
    """Takes out the page or article `target` (a URL, or an article's public id) with all addresses it was captured at.

    hidden: nothing shows it any more, the records stay. sealed: its records move to `sealed/`, for those allowed there.
    erased: its records are gone. Raises UsageError without reason or authority, NothingFound for an unknown id,
    LockedError while a file concerned is being written, StorageError.
    """
    if not reason.strip() or not authority.strip():
        raise UsageError("a takedown names its reason and who ordered it; the log keeps both")
    with holdings.lock("takedown"):
        shown = _shown(holdings, target)
        places = _places(holdings, shown) if how != "hidden" else {}
        rule = bar(holdings.root, how, shown.urls, shown.url_keys, reason, authority)
        rewritten = tuple(rewrite(holdings.root, file, ids, rule) for file, ids in places.items())
        if (holdings.root / index.MERGED).exists():
            index.build(holdings.root)
        _take_out(holdings, shown, rewritten)
    captures = sum(one.removed for one in rewritten) or len(shown.captures)
    return Taken(rule, len(shown.articles), captures, rewritten, packages(holdings.root))


def lift(holdings: Holdings, target: str, reason: str, authority: str) -> Rule:
    """Takes the takedown of the URL `target` back; `baotinh rebuild` brings hidden pages into the database again."""
    return bar(holdings.root, "lifted", (target,), {url_key(target)} | _known_keys(holdings, target), reason, authority)


def _known_keys(holdings: Holdings, target: str) -> set[str]:
    key = url_key(target)
    return {other for rule in rules(holdings.root) if key in rule.url_keys for other in rule.url_keys}


def _shown(holdings: Holdings, target: str) -> Shown:
    given = frozenset({url_key(target)}) if "/" in target else frozenset[str]()
    if not holdings.database.exists():
        if not given:
            raise NothingFound(f"{target}: there is no database to look the article up in; give its URL")
        return Shown((), (), given, (target,), frozenset(), ())
    db = open_database(holdings.database, readonly=True)
    try:
        keys = given or frozenset({find_article(db, target).row.url_key})
        shown = shown_under(db, keys)
    finally:
        db.close()
    first = (target,) if given else ()  # what was named stands first in the log
    urls = (*first, *(url for url in shown.urls if url not in first))
    return Shown(shown.articles, shown.captures, shown.url_keys, urls, shown.record_ids, shown.files)


def _places(holdings: Holdings, shown: Shown) -> dict[str, set[str]]:
    """The ids of the response records concerned, by file. Every WARC is read: the same page may lie in several."""
    found: dict[str, str] = {}  # file by record id
    revisits: list[tuple[str, str, str]] = []
    for path in holdings.warcs():
        file = path.relative_to(holdings.root).as_posix()
        for held in scan(path, file):
            record_id = held.place.record_id
            if record_id in shown.record_ids or url_key(held.capture.url) in shown.url_keys:
                found[record_id] = file
            elif held.revisit_of:
                revisits.append((record_id, held.revisit_of, file))
    # A revisit of what is taken out, at whatever address, stands for the same content.
    while more := {one: file for one, original, file in revisits if original in found and one not in found}:
        found |= more
    if busy := next((file for file in found.values() if file.endswith(OPEN)), None):
        raise LockedError(f"{busy} is being written and holds what is to be taken out; stop the crawl, then try again")
    places: dict[str, set[str]] = {}
    for record_id, file in found.items():
        places.setdefault(file, set()).add(record_id)
    return places


def _take_out(holdings: Holdings, shown: Shown, rewritten: tuple[Rewritten, ...]) -> None:
    if not holdings.database.exists():
        return
    hold = seals.Writing(holdings.root, holdings.database.name)
    try:
        db = open_database(holdings.database)
        try:
            for one in rewritten:
                move_captures(db, one.moves)
            withhold(db, shown)
        finally:
            db.close()
    finally:
        hold.close()
