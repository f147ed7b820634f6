"""What a takedown would touch, and what it would leave where it is unless that is asked for as well."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import sqlite_utils

from archive.custody.takedown.tombstones import packages
from archive.custody.withheld import rules
from archive.errors import NothingFound, UsageError
from archive.holdings import Holdings
from archive.restorer import FILE as RESTORER
from archive.search import corpora, saved
from archive.store import counts, open_database, takedown
from archive.store.queries import find_article
from archive.store.takedown import CapturePlace, NamedArticle, shown_under
from archive.text.urls import public_id, url_key

How = Literal["hidden", "sealed", "erased"]

MORE: Final = ("copies", "pictures")
"""What can be added to a takedown: the same text elsewhere, and files that no other article shows."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a takedown of `target` touches, and below what it leaves.

    `urls` are the addresses it was captured at, its print, save and AMP copies among them (`amp_print`); `captures`
    where they lie; `pointers` how many other articles have boxes that point to it, of which the line goes.
    `restorer`: the model of accents that counted its words goes too (not where it is hidden).

    `copies` are the articles with the same text at other addresses and of other sources, `pictures` the pictures and
    attachments that no other article shows, with how often each was captured; both go where `added` names them, and
    stay else. `shared` are pictures that others show too, `validators` the addresses of which the crawler keeps an
    ETag, `queries` and `corpora` those that name it, `packages` those made before: these stay in any case.
    """

    target: str
    how: How
    urls: tuple[str, ...]
    amp_print: tuple[str, ...]
    articles: tuple[NamedArticle, ...]
    captures: tuple[CapturePlace, ...]
    pointers: int
    restorer: bool
    added: tuple[str, ...]
    copies: tuple[NamedArticle, ...]
    pictures: tuple[tuple[str, int], ...]
    shared: tuple[str, ...]
    validators: tuple[str, ...]
    queries: tuple[str, ...]
    corpora: tuple[str, ...]
    packages: tuple[str, ...]
    keys: frozenset[str]
    digests: frozenset[str]
    earlier: tuple[tuple[str, int, int, str], ...] = ()

    @property
    def places(self) -> tuple[tuple[str, int, int, str], ...]:
        """Where the captures lie, those among them that an earlier takedown has taken the rows of."""
        now = ((one.file, one.offset, one.length, one.record_id) for one in self.captures)
        return tuple(dict.fromkeys((*now, *self.earlier)))


def plan(holdings: Holdings, target: str, how: How, more: Collection[str] = ()) -> Plan:
    """What taking down `target` (a URL, or an article's public id) touches, and what it leaves; nothing is changed.

    `more` adds of what it leaves ("copies", "pictures"). Raises UsageError for another word, NothingFound for an id
    that no article has or had.
    """
    if unknown := {*more} - {*MORE}:
        raise UsageError(
            "a takedown takes {more} with it where asked, not {unknown}",
            more=" and ".join(MORE),
            unknown=", ".join(sorted(unknown)),
        )
    given = frozenset({url_key(target)}) if "/" in target else frozenset[str]()
    before = known_keys(holdings, target)
    if holdings.database.exists():
        with closing(open_database(holdings.database, readonly=True)) as db:
            keys = given | before or frozenset({find_article(db, target).row.url_key})
            return _asked(holdings, db, target, how, keys, tuple(name for name in MORE if name in more))
    if not given | before:
        raise NothingFound("{target}: there is no database to look the article up in; give its URL", target=target)
    return _without_rows(holdings, target, how, given | before)


def refuse_empty(planned: Plan, in_advance: bool) -> None:
    """Raises NothingFound for a plan that touches nothing that is held, or was, unless it is meant for what comes."""
    if planned.captures or planned.articles or planned.earlier or planned.pointers or in_advance:
        return
    raise NothingFound(
        "{target}: nothing of it is held, so there is nothing to take down; mistyped? "
        "--in-advance bars it for what crawls and imports may bring",
        target=planned.target,
    )


def known_keys(holdings: Holdings, target: str) -> set[str]:
    """What earlier takedowns have found out about a URL or an article's id: the database no longer knows it."""
    keys = {url_key(target)} if "/" in target else set()
    told = [{*rule.url_keys} for rule in rules(holdings.root)]
    keys |= {one for known in told if target in map(public_id, known) for one in known}
    while more := {one for known in told if keys & known for one in known} - keys:
        keys |= more
    return keys if any(keys & known for known in told) else set()


def _asked(
    holdings: Holdings, db: sqlite_utils.Database, target: str, how: How, keys: Iterable[str], added: tuple[str, ...]
) -> Plan:
    shown = shown_under(db, keys)
    copies = takedown.named_articles(db, takedown.same_text(db, shown.articles))
    pictures = takedown.files_of(db, shown.articles, shared=False)
    wanted = {*shown.url_keys}
    if "copies" in added:
        wanted |= {one.url_key for one in copies}
    if "pictures" in added:
        wanted |= pictures.keys()
    while True:  # a revisit of what is taken out stands for the same content, at whatever address
        whole = shown_under(db, wanted)
        if not (more := {*takedown.revisits(db, whole.record_ids).values()} - whole.url_keys):
            break
        wanted |= whole.url_keys | more
    captures = takedown.captures_at(db, whole.captures)
    held = {key: len(shown_under(db, [key]).captures) for key in pictures}
    first = (target,) if "/" in target else ()  # what was named stands first in the log
    articles = takedown.named_articles(db, whole.articles)
    ids = [one.id for one in articles]
    return Plan(
        target,
        how,
        (*first, *(url for url in whole.urls if url not in first)),
        tuple(sorted({one.url for one in captures if one.rendering})),
        articles,
        captures,
        takedown.pointers(db, whole.url_keys, whole.articles),
        how != "hidden" and (holdings.root / RESTORER).exists(),
        added,
        copies,
        tuple((url, held[key]) for key, url in sorted(pictures.items())),
        tuple(sorted(takedown.files_of(db, shown.articles, shared=True).values())),
        _validators(holdings, whole.url_keys),
        _naming(holdings.root, saved.FOLDER, ids),
        _naming(holdings.root, corpora.FOLDER, ids),
        packages(holdings.root),
        whole.url_keys,
        whole.digests,
        _earlier(holdings, whole.url_keys),
    )


def _without_rows(holdings: Holdings, target: str, how: How, keys: frozenset[str]) -> Plan:
    nothing: tuple[str, ...] = ()
    return Plan(
        *(target, how, (target,), nothing, (), (), 0, False, nothing, (), (), nothing),
        *(_validators(holdings, keys), nothing, nothing, packages(holdings.root)),
        *(keys, frozenset[str](), _earlier(holdings, keys)),
    )


def _earlier(holdings: Holdings, keys: frozenset[str]) -> tuple[tuple[str, int, int, str], ...]:
    found = [one for rule in rules(holdings.root) if keys & {*rule.url_keys} for one in rule.captures]
    return tuple(dict.fromkeys(found))


def _validators(holdings: Holdings, keys: Iterable[str]) -> tuple[str, ...]:
    with counts.frontier(holdings.frontier) as connection:
        try:
            return () if connection is None else takedown.validators(connection, keys)
        except sqlite3.DatabaseError:
            return ()  # an older crawler's list


def _naming(root: Path, folder: str, ids: Iterable[str]) -> tuple[str, ...]:
    """The files of `folder` that name one of the articles `ids`."""
    marks = [f'"{one}"'.encode() for one in ids]
    found = ((path.stem, path.read_bytes()) for path in sorted((root / folder).glob("*.json")))
    return tuple(name for name, data in found if any(mark in data for mark in marks))
