"""A takedown from beginning to end: the rule first, then the database, then the WARC files.

Whatever moment it is broken off at, the rule is in force, and the same call again brings the rest to its end. The
database is made again from the WARC files afterwards (`baotinh rebuild`): until then it lacks the texts, not the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import sqlite_utils

from archive import golden
from archive.barred import Barred, Rule, bar, rules
from archive.errors import LockedError, NothingFound, UsageError
from archive.holdings import Holdings
from archive.restorer import forget
from archive.search.index import forget as unindex
from archive.store import open_database, opened_to_write
from archive.store.reads import find_article
from archive.store.removal import Shown, move_captures, shown_under, withhold
from archive.takedown.leftovers import clear
from archive.takedown.places import Marked, places
from archive.takedown.rewrite import Rewritten, packages, rewrite
from archive.takedown.unseal import sealed_under, unseal
from archive.text.urls import public_id, url_key
from archive.warc import index
from archive.warc.members import OPEN
from archive.warc.recover import recover

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
    root = holdings.root
    with holdings.lock("takedown"):
        shown = _shown(holdings, target)
        if how != "hidden":
            recover(root)  # a file that a dead crawl left open would stay as it is
            _marked(holdings, shown, only_open=True)  # refuses before anything is done
        rule = bar(root, how, shown.urls, shown.url_keys, reason, authority, shown.digests)
        withhold_pages(holdings, shown.url_keys)  # at once: reading every WARC may take an hour
        rewritten, removed = tuple[Rewritten, ...](), False
        if how != "hidden":
            marked = _marked(holdings, shown, sealed=how == "erased")
            _bar_elsewhere(root, rule, marked)
            rewritten = tuple(rewrite(root, file, taken, rule) for file, taken in marked.items())
            moves = {record: to for one in rewritten for record, to in one.moves.items()}
            if moves:
                in_database(holdings, lambda db: move_captures(db, moves))
            clear(holdings, shown.url_keys, rule)
            removed = forget(root)
            golden.forget(root, shown.url_keys)
        _index(holdings)
    captures = sum(one.removed for one in rewritten) or len(shown.captures)
    return Taken(rule, len(shown.articles), captures, rewritten, packages(root), removed)


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
    told = [{*rule.url_keys} for rule in rules(holdings.root)]
    keys |= {one for known in told if target in map(public_id, known) for one in known}
    while more := {one for known in told if keys & known for one in known} - keys:
        keys |= more
    return keys if any(keys & known for known in told) else set()


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


def _marked(holdings: Holdings, shown: Shown, *, only_open: bool = False, sealed: bool = False) -> dict[str, Marked]:
    marked = places(holdings, shown.url_keys, shown.record_ids, only_open=only_open, sealed=sealed)
    if busy := next((file for file in marked if file.endswith(OPEN)), None):
        raise LockedError(f"{busy} is being written and holds what is to be taken out; stop the crawl, then try again")
    return marked


def _bar_elsewhere(root: Path, rule: Rule, marked: dict[str, Marked]) -> None:
    """Bars the addresses at which only reading has found the page: the next crawl would bring it again from there."""
    barred = Barred.load(root)
    urls = sorted({url for one in marked.values() for url in one.urls if not barred.bars(url_key(url))})
    if urls:
        keys = {*rule.url_keys, *map(url_key, urls)}
        bar(root, rule.action, urls, keys, rule.reason, rule.authority, rule.digests)


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
