"""Frozen corpora: the articles of a query with the revision each had, under one digest, to be reopened and cited.

The digest is the SHA-256 of the lines "public id, space, digest of the revision's text", sorted: two corpora with one
digest hold the same articles with the same texts, whoever froze them and when.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import sqlite_utils

from archive.custody import events, manifest, seals
from archive.custody.withheld import rules
from archive.errors import DamageError, NothingFound
from archive.messages.message import Message, joined
from archive.search import query_files
from archive.search.connection import deadline, explain_damage, snapshot
from archive.search.grammar.tree import written
from archive.search.index.docid_sets import DocidSet, docid_set
from archive.search.planner.accents import Accents, of_older_file, read
from archive.search.planner.tiers import Tiers
from archive.search.query_files import KeepRequest
from archive.text.clock import utc_seconds
from archive.text.urls import public_id

FOLDER: Final = "corpora"

_REVISIONS = """SELECT a.public_id, a.revision, r.digest FROM articles a INDEXED BY articles_facts
    JOIN revisions r ON r.article = a.id AND r.number = a.revision
    WHERE a.search_rowid IN (SELECT value FROM json_each(?)) ORDER BY a.public_id"""
_HELD = """SELECT a.public_id, r.number, r.digest, a.search_rowid, a.revision
    FROM articles a JOIN revisions r ON r.article = a.id WHERE a.public_id IN (SELECT value FROM json_each(?))"""
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Member:
    """An article of a corpus, by its public id, with the revision it had and the digest of that revision's text."""

    article: str
    revision: int
    digest: str


@dataclass(frozen=True, slots=True)
class Corpus:
    """A frozen corpus. `query` is in standard form, `accents` the rule by which it was read that day, with both counts;
    `archive` the head of the archive's log of events.
    """

    name: str
    query: str
    accents: Accents
    made_at: str  # UTC
    archive: str
    digest: str
    members: tuple[Member, ...]
    software: str = events.SOFTWARE


@dataclass(frozen=True, slots=True)
class Standing:
    """What the archive holds today of a corpus. `revised` articles still have the frozen text as an older revision;
    `altered` ones have it no longer, after a later reading; `missing` ones are not in the archive: taken down, or
    not in this archive at all.
    """

    same: int
    revised: tuple[str, ...]
    altered: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """An article taken down: since when (UTC), and how (hidden, sealed, erased)."""

    article: str
    at: str
    action: str


def freeze(db: sqlite_utils.Database, root: Path, asked: KeepRequest) -> Corpus:
    """Freezes what a query finds today under a name, in a file of the archive at `root`; an event tells of it.

    `archive.custody.verify` holds the file to the digest in that event from then on. Raises QueryError; NothingFound
    where nothing matches; UsageError where the name is bad, or taken and not to be replaced; DamageError where a
    database is not what was sealed; StorageError.
    """
    path = query_files.query_path(root, FOLDER, asked.name)
    query = read(asked.query, asked.any_accents)
    seals.refuse_damage(root, seals.DATABASES[0])
    with explain_damage(), deadline(db.conn, query.text, asked.seconds), snapshot(db.conn):
        tiers = Tiers(db, query.root)
        members, counted = _members(db.conn, tiers.meant()), tiers.accents()
    if not members:
        raise NothingFound("nothing is found for {text}: there is nothing to freeze", text=query.text)
    made_at = utc_seconds(datetime.now(UTC))
    digest = _digest(members)
    corpus = Corpus(asked.name, written(query.root), counted, made_at, events.head(root), digest, members)
    query_files.write(path, _packed(corpus), asked.force)
    detail = {
        "articles": len(members),
        "corpus": corpus.digest,
        "digest": manifest.digest_of(path),
        "query": corpus.query,
    }
    events.append(root, "accession", path.relative_to(root).as_posix(), "frozen", detail)
    return corpus


def load(root: Path, name: str) -> Corpus:
    """The corpus `name`; raises NothingFound where there is none, DamageError where its file has changed."""
    path = query_files.query_path(root, FOLDER, name)
    value = query_files.read(path, "corpus")
    try:
        members = tuple(Member(str(one), int(number), str(digest)) for one, number, digest in value.pop("articles"))
        if "exact" in value:  # of a program before there was a rule of accents
            value["query"], value["accents"] = of_older_file(value["query"], value.pop("exact"), len(members))
        else:
            value["accents"] = Accents(**value["accents"])
        corpus = Corpus(**value, members=members)
    except (KeyError, TypeError, ValueError) as error:
        raise DamageError("{path}: not the JSON of a corpus ({error})", path=path, error=error) from error
    if _digest(members) != corpus.digest:
        raise DamageError(
            "{path}: its articles do not have its digest {digest}: the file was changed",
            path=path,
            digest=corpus.digest,
        )
    return corpus


def _digest(members: Iterable[Member]) -> str:
    """ "sha256:<hex>" of a corpus with these members, in whatever order they come."""
    lines = sorted(f"{member.article} {member.digest}\n" for member in members)
    return f"sha256:{hashlib.sha256(''.join(lines).encode()).hexdigest()}"


def check(db: sqlite_utils.Database, corpus: Corpus) -> Standing:
    """What the archive holds today of `corpus`: nothing of it is left out silently."""
    held: dict[str, dict[str, bool]] = {}  # of each article, the digests of its texts, and whether it is today's
    for article, number, digest, _, today in _held(db.conn, corpus):
        held.setdefault(article, {})[digest] = held.get(article, {}).get(digest, False) or number == today
    same = sum(held.get(member.article, {}).get(member.digest, False) for member in corpus.members)
    revised = [one.article for one in corpus.members if held.get(one.article, {}).get(one.digest) is False]
    altered = [one.article for one in corpus.members if one.article in held and one.digest not in held[one.article]]
    missing = [one.article for one in corpus.members if one.article not in held]
    return Standing(same, tuple(revised), tuple(altered), tuple(missing))


def withdrawn(root: Path, corpus: Corpus) -> tuple[Withdrawn, ...]:
    """The articles of `corpus` that have been taken down and not given back, with the takedown in force."""
    members = {member.article for member in corpus.members}
    found: dict[str, Withdrawn] = {}
    for rule in rules(root):
        for article in members & {public_id(key) for key in rule.url_keys}:
            found.pop(article, None)
            if rule.action != "lifted":
                found[article] = Withdrawn(article, rule.at, rule.action)
    return tuple(found[article] for article in sorted(found))


def rows_of(db: sqlite_utils.Database, corpus: Corpus) -> DocidSet:
    """The rowids of the articles of `corpus` that the archive holds: what `search(within=...)` wants."""
    return docid_set(row[3] for row in _held(db.conn, corpus))


def changed_rows(db: sqlite_utils.Database, corpus: Corpus) -> DocidSet:
    """The rowids of those of them whose text today is not the frozen one."""
    frozen = {member.article: member.digest for member in corpus.members}
    rows = {row[3] for row in _held(db.conn, corpus)}
    return docid_set(rows - {row[3] for row in _held(db.conn, corpus) if row[1] == row[4] and row[2] == frozen[row[0]]})


def texts_of(db: sqlite_utils.Database, corpus: Corpus) -> dict[int, int]:
    """The rowids of the articles whose frozen text the archive still holds, each with the revision that has it.

    Today's revision where it has that text, else the latest one.
    """
    frozen = {member.article: member.digest for member in corpus.members}
    found: dict[int, int] = {}
    for article, number, digest, rowid, today in _held(db.conn, corpus):
        if digest == frozen[article] and found.get(rowid) != today:
            found[rowid] = max(number, found.get(rowid, 0)) if number != today else today
    return found


def compare(one: Corpus, other: Corpus) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """The articles that two corpora share with one text, those only `one` has so, and those only `other` has so."""
    first, second = ({member.article: member.digest for member in corpus.members} for corpus in (one, other))
    shared = tuple(article for article in first if second.get(article) == first[article])
    return (
        shared,
        tuple(article for article in first if second.get(article) != first[article]),
        tuple(article for article in second if first.get(article) != second[article]),
    )


def citation(corpus: Corpus, standing: Standing | None = None, taken_down: int = 0, day: date | None = None) -> Message:
    """One line that cites `corpus`: what, how many, when, by which query, under which digest.

    With `standing`, what is left of it on `day` is said too, unless all of it is.
    """
    said = Message(
        "{name}: corpus of {count:article|articles}, query {query} ({accents}), "
        "frozen {day} with {software}, {digest}, archive {archive}.",
        name=corpus.name,
        count=(number := len(corpus.members)),
        query=corpus.query,
        accents=corpus.accents.sentence(),
        day=corpus.made_at[:10],
        software=corpus.software,
        digest=corpus.digest,
        archive=corpus.archive,
    )
    if standing is None or standing.same >= number:
        return said
    parts = [
        Message("{count:,} revised since", count=len(standing.revised)),
        Message("{count:,} read otherwise since", count=len(standing.altered)),
        Message("{count:,} taken down since", count=taken_down),
        Message("{count:,} no longer there", count=len(standing.missing) - taken_down),
    ]
    lost = joined([part for part in parts if int(part.values["count"]) > 0])
    told, same = "{citation} As of {day}: {same:,} unchanged, {lost}.", standing.same
    return Message(told, citation=said, day=str(day), same=same, lost=lost)


def _members(conn: sqlite3.Connection, rows: DocidSet) -> tuple[Member, ...]:
    values = list(rows)
    found: list[Member] = []
    for start in range(0, len(values), _BATCH):
        batch = json.dumps(values[start : start + _BATCH])
        found.extend(Member(*row) for row in conn.execute(_REVISIONS, (batch,)))
    return tuple(sorted(found, key=lambda member: member.article))


def _held(conn: sqlite3.Connection, corpus: Corpus) -> Iterator[tuple[str, int, str, int, int]]:
    articles = [member.article for member in corpus.members]
    for start in range(0, len(articles), _BATCH):
        yield from conn.execute(_HELD, (json.dumps(articles[start : start + _BATCH]),))


def _packed(corpus: Corpus) -> dict[str, Any]:
    value = {name: part for name, part in asdict(corpus).items() if name != "members"}
    return value | {"articles": [[member.article, member.revision, member.digest] for member in corpus.members]}
