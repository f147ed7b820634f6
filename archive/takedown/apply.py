"""A takedown from beginning to end: the rule first, then the database, then the WARC files.

Whatever moment it is broken off at, the rule is in force, and the same call again brings the rest to its end. The
database is made again from the WARC files afterwards (`baotinh rebuild`): until then it lacks the texts, not the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Literal

import sqlite_utils

from archive import golden
from archive.barred import Barred, Rule, bar, plain, rules
from archive.errors import LockedError, NothingFound, UsageError
from archive.holdings import Holdings
from archive.restorer import forget
from archive.search.index import delete as unindex
from archive.store import open_database, opened_to_write
from archive.store.reads import find_article
from archive.store.removal import Shown, move_captures, shown_under, withhold
from archive.takedown.rewrite import SEALED, Rewritten, packages, rewrite
from archive.takedown.unseal import sealed_under, unseal
from archive.text.urls import public_id, url_key
from archive.warc import index
from archive.warc.members import OPEN
from archive.warc.scan import scan

How = Literal["hidden", "sealed", "erased"]


@dataclass(frozen=True, slots=True)
class Taken:
    """What a takedown did: the rule now in force, what it took out of the database, the WARC files it rewrote.

    `packages` were made before and may hold the content still: for the operator to deal with, as are backups.
    `restorer_removed`: the model of accents counted words of what is sealed or erased, and is to be trained again.
    """

    rule: Rule
    articles: int
    captures: int
    rewritten: tuple[Rewritten, ...]
    packages: tuple[str, ...]
    restorer_removed: bool = False


@dataclass(frozen=True, slots=True)
class Lifted:
    """What taking a takedown back did: the number of its event, and the sealed files that returned, by new name.

    `erased`: records of it were erased too, and no lifting brings those back.
    """

    seq: int
    returned: tuple[Rewritten, ...]
    erased: bool


def takedown(holdings: Holdings, target: str, how: How, reason: str, authority: str) -> Taken:
    """Takes out the page or article `target` (a URL, or an article's public id) with all addresses it was captured at.

    hidden: nothing shows it any more, the records stay. sealed: its records move to `sealed/`, for those allowed there.
    erased: its records are gone. Raises UsageError without reason or authority, NothingFound for an unknown id,
    LockedError while a file concerned is being written, StorageError.
    """
    _check_named(reason, authority)
    with holdings.lock("takedown"):
        shown = _shown(holdings, target)
        if how != "hidden":
            _places(holdings, shown, open_only=True)  # refuses before anything is done
        rule = bar(holdings.root, how, shown.urls, shown.url_keys, reason, authority, shown.digests)
        withhold_pages(holdings, shown.url_keys)  # at once: reading every WARC may take an hour
        places = _places(holdings, shown, sealed=how == "erased") if how != "hidden" else {}
        rewritten = tuple(rewrite(holdings.root, file, ids, rule) for file, ids in places.items())
        moves = {record: to for one in rewritten for record, to in one.moves.items()}
        if moves:
            in_database(holdings, lambda db: move_captures(db, moves))
        _index(holdings)
        removed = how != "hidden" and forget(holdings.root)
        if how != "hidden":
            golden.forget(holdings.root, shown.url_keys)
    captures = sum(one.removed for one in rewritten) or len(shown.captures)
    return Taken(rule, len(shown.articles), captures, rewritten, packages(holdings.root), removed)


def lift(holdings: Holdings, target: str, reason: str, authority: str) -> Lifted:
    """Takes the takedown of `target` back, what was sealed returned to its place among the WARC files.

    `baotinh rebuild` brings the pages into the database again. The same call again ends what was broken off. Raises
    UsageError without reason or authority, NothingFound where `target` was never taken down, StorageError.
    """
    _check_named(reason, authority)
    root = holdings.root
    with holdings.lock("takedown"):
        keys = _known_keys(holdings, target)
        before = [rule for rule in rules(root) if keys & {*rule.url_keys}]
        if all(rule.action == "lifted" for rule in before):
            raise NothingFound(f"no takedown of {target} is known; `baotinh takedown --list` shows all")
        down = Barred.load(root).any_of(keys)
        rule = bar(root, "lifted", (target,), keys, reason, authority) if down else before[-1]
        returned = tuple(unseal(root, file, rule) for file in sealed_under(root, keys))
        _index(holdings)
    return Lifted(rule.seq, returned, any(rule.action == "erased" for rule in before))


def _check_named(reason: str, authority: str) -> None:
    if not reason.strip() or not authority.strip():
        raise UsageError("a takedown names its reason and who ordered it; the log keeps both")


def _index(holdings: Holdings) -> None:
    if (holdings.root / index.MERGED).exists():
        index.build(holdings.root)


def _known_keys(holdings: Holdings, target: str) -> set[str]:
    # what earlier takedowns have found out about a URL or an article's id: the database no longer knows it
    keys = {url_key(target)} if "/" in target else set()
    told = (rule.url_keys for rule in rules(holdings.root))
    return {one for known in told if keys & {*known} or target in map(public_id, known) for one in known}


def _shown(holdings: Holdings, target: str) -> Shown:
    given = frozenset({url_key(target)}) if "/" in target else frozenset[str]()
    before = _known_keys(holdings, target)
    if not holdings.database.exists():
        if not given | before:
            raise NothingFound(f"{target}: there is no database to look the article up in; give its URL")
        return Shown((), (), given | before, (target,), frozenset(), ())
    db = open_database(holdings.database, readonly=True)
    try:
        keys = given | before or frozenset({find_article(db, target).row.url_key})
        shown = shown_under(db, keys)
    finally:
        db.close()
    first = (target,) if given else ()  # what was named stands first in the log
    urls = (*first, *(url for url in shown.urls if url not in first))
    return replace(shown, urls=urls)


def _places(holdings: Holdings, shown: Shown, *, open_only: bool = False, sealed: bool = False) -> dict[str, set[str]]:
    """The ids of the response records concerned, by file. Every WARC is read: the same page may lie in several.

    With `sealed`, what earlier takedowns have sealed is looked through too.
    """
    wanted = {plain(key) for key in shown.url_keys}
    found: dict[str, str] = {}  # file by record id
    revisits: list[tuple[str, str, str]] = []
    apart = sorted((holdings.root / SEALED).rglob("*.warc.gz")) if sealed else []
    for path in (*holdings.warcs(), *apart):
        if open_only and not path.name.endswith(OPEN):
            continue
        file = path.relative_to(holdings.root).as_posix()
        for held in scan(path, file):
            record_id = held.place.record_id
            if record_id in shown.record_ids or plain(url_key(held.capture.url)) in wanted:
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


def withhold_pages(holdings: Holdings, url_keys: Iterable[str]) -> None:
    """Takes out of the database what the pages with `url_keys` show when this process may write to it: a rebuild that
    was under way has given all rows other numbers, and a crawl may have filed one more.
    """
    in_database(holdings, lambda db: withhold(db, url_keys, unindex))


def in_database(holdings: Holdings, work: Callable[[sqlite_utils.Database], None]) -> None:
    """Lets `work` write to the database, where there is one."""
    if holdings.database.exists():
        with opened_to_write(holdings.database) as db:
            work(db)
