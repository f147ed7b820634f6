"""Several archives opened as one: every question has the answer that one archive of all their articles would give; an
article that two hold counts once.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any, TypeVar

import sqlite_utils

from archive.cluster import pool, shard_answers
from archive.cluster.pool import FailedError, ShardQuestions, Workers, failures
from archive.cluster.search import answer, read_cursor
from archive.cluster.shard_answers import Facts
from archive.errors import NothingFound, StorageError, UsageError
from archive.messages.message import Message, joined, message_of
from archive.model import RENDERINGS
from archive.search.answer import Answer
from archive.search.backend import Questions, ask_article
from archive.search.index.docid_sets import DocidSet, Numbers, docid_set, numpy
from archive.search.request import SearchRequest
from archive.store.queries import StoredArticle, stored_article

_HELD = """SELECT a.public_id, c.reason, a.last_captured, a.search_rowid
    FROM articles a JOIN captures c ON c.id = a.capture WHERE a.public_id IN (SELECT value FROM json_each(?))"""
_BATCH = 1000
_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"


def duplicates_left_out(workers: Workers, facts: Mapping[int, Facts]) -> dict[int, DocidSet]:
    """The articles that each shard must leave out."""
    withheld = {shard: set(one.withheld) for shard, one in facts.items()}
    twice = _twins(workers, facts, withheld)
    every = {shard: sorted(withheld[shard].union(twice.get(shard, ()))) for shard in facts}
    return {shard: docid_set(rows) for shard, rows in every.items() if rows}


def _twins(workers: Workers, facts: Mapping[int, Facts], withheld: Mapping[int, set[int]]) -> dict[int, list[int]]:
    """The articles of each shard that another saw later; what is withheld counts nowhere."""
    asked = sorted({one for pair in combinations(facts, 2) if _share(facts[pair[0]], facts[pair[1]]) for one in pair})
    if not asked:
        return {}
    ids = workers.ask(public_ids, dict.fromkeys(asked, ()))
    several = _several([ids[one] for one in asked if not isinstance(ids[one], Exception)])
    if not several:
        return {}
    held = workers.ask(seen, dict.fromkeys(asked, (several,)))
    last: dict[str, tuple[int, str, int]] = {}
    for shard in asked:
        for public_id, rendering, at, rowid in held[shard] if not isinstance(held[shard], Exception) else ():
            if rowid in withheld[shard]:
                continue
            last[public_id] = max(last.get(public_id, (-1, "", 0)), (*weight(rendering, at), shard))
    return {
        shard: [
            rowid
            for public_id, *_, rowid in held[shard]
            if rowid not in withheld[shard] and last[public_id][-1] != shard
        ]
        for shard in asked
        if not isinstance(held[shard], Exception)
    }


def weight(rendering: str, last_captured: str) -> tuple[int, str]:
    """What decides between shards that hold one article, which show this `rendering`: the greater."""
    return len(RENDERINGS) - RENDERINGS.index(rendering), last_captured


def public_ids(db: sqlite_utils.Database) -> Numbers:
    """The public ids of all articles as numbers of 50 bits, sorted: 8 bytes each where numpy is installed."""
    texts = [row[0] for row in db.conn.execute("SELECT public_id FROM articles ORDER BY public_id")]
    if numpy is None:
        return [_number(text) for text in texts]
    letters = numpy.frombuffer("".join(texts).encode(), dtype=numpy.uint8).reshape(-1, 10).astype(numpy.int64)
    digits = numpy.where(letters >= ord("a"), letters - ord("a"), letters - ord("2") + 26)
    return digits @ (32 ** numpy.arange(9, -1, -1, dtype=numpy.int64))


def seen(db: sqlite_utils.Database, ids: Sequence[str]) -> list[tuple[str, str, str, int]]:
    """Public id, rendering, last capture and rowid of those of `ids` that are here."""
    found = []
    for start in range(0, len(ids), _BATCH):
        found += db.conn.execute(_HELD, (json.dumps(ids[start : start + _BATCH]),)).fetchall()
    return found


def _share(one: Facts, other: Facts) -> bool:
    return bool({source for source, _ in one.sources} & {source for source, _ in other.sources})


def _several(lists: Sequence[Numbers]) -> list[str]:
    """The public ids that stand in more than one of the lists."""
    if numpy is None:
        times: defaultdict[int, int] = defaultdict(int)
        for numbers in lists:
            for number in numbers:
                times[number] += 1
        return [_text(number) for number, count in times.items() if count > 1]
    values, count = numpy.unique(numpy.concatenate(lists), return_counts=True)
    return [_text(number) for number in values[count > 1].tolist()]


def _number(text: str) -> int:
    number = 0
    for letter in text:
        number = number << 5 | _ALPHABET.index(letter)
    return number


def _text(number: int) -> str:
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(45, -1, -5))


Result = TypeVar("Result")


class Shards:
    """Archives asked as one, each by a process; whichever cannot be asked is named in every answer.

    Each shard answers out of one state of its own. What is written to one meanwhile counts from the next question on.
    It is `archive.search.backend.Several`: analyses of `archive.search` take it in the place of a database. A question
    that sets no limit of its own has `patience` seconds.
    """

    def __init__(self, shards: Sequence[pool.Shard], processes: int = 0, patience: float | None = None) -> None:
        self.shards = tuple(shards)
        self._patience = patience
        self._workers = Workers(self.shards, processes)
        self._facts: dict[int, Facts] = {}
        self._without: dict[int, DocidSet] = {}
        self._absent: dict[int, str] = {}
        self._stopped = False

    @classmethod
    def open(cls, *paths: Path | str, processes: int = 0) -> Shards:
        """The archives that `paths` mean: folders, database files, or patterns of them ("archive-*.sqlite").

        `processes` 0 takes one per core, at most one per shard. Raises NothingFound where a pattern meets nothing.
        """
        return cls(pool.shards_of(*paths), processes)

    @property
    def roots(self) -> tuple[Path, ...]:
        """The folders of the archives."""
        return tuple(shard.database.parent for shard in self.shards)

    def answer(self, question: SearchRequest) -> Answer:
        """The answer to `question` in all shards, as `archive.search.engine.answer` gives it of one archive.

        Counts, facets and the order of hits are exact. `once` is not to be had: which texts are one is known within a
        shard only. Raises QueryError, UsageError; NothingFound where no shard can be asked.
        """
        if question.once:
            raise UsageError("each text once: that is known within one archive only, ask the shards one by one")
        if question.unlikely:
            raise UsageError("pages unlikely to be articles are searched in one archive, ask the shards one by one")
        query, names = question.read(), [shard.name for shard in self.shards]
        last = read_cursor(question.cursor, query.text, question.order, names) if question.cursor else None
        return self._asked(query.text, question.seconds, lambda asking: answer(asking, question, query, last, names))

    def ask(self, text: str, seconds: float | None, questions: Callable[[Questions], Result]) -> Result:
        """What `questions` make of the shards that can be asked; where one fails, they are begun anew without it."""
        return self._asked(text, seconds, questions)

    def of_article(self, reference: str, question: Callable[..., Result], *values: Any) -> Result:
        """What `question(database, article, *values)` gives in the shard that saw the article last.

        `reference` is its public id or an address. Raises NothingFound.
        """
        self._look()
        answers = self._workers.ask(shard_answers.article, dict.fromkeys(self._facts, (reference,)))
        found = {shard: answer for shard, answer in answers.items() if isinstance(answer, StoredArticle)}
        if not found:
            said = dict.fromkeys(map(message_of, answers.values()))
            raise NothingFound(joined((*said, *self.absent()), "; "))
        shard = max(found, key=lambda one: (weight(found[one].capture.reason, found[one].row.last_captured), one))
        answer = self._workers.ask(ask_article, {shard: (reference, question, *values)})[shard]
        if isinstance(answer, Exception):
            raise answer
        result: Result = answer
        return result

    def article(self, reference: str) -> StoredArticle:
        """The article with this public id or address, from the shard that saw it last; raises NothingFound."""
        return self.of_article(reference, stored_article)

    def absent(self) -> tuple[str, ...]:
        """A sentence for each shard that could not be asked, for what several hold, and for what is withheld."""
        withheld = sum(len(facts.withheld) for facts in self._facts.values())
        several = sum(map(len, self._without.values())) - withheld
        message = "{several:,} articles are in more than one archive: each counts once, where it was seen last"
        twice = Message(message, several=several)
        down = Message(
            "{withheld:,} articles are left out: another of these archives has taken them down", withheld=withheld
        )
        return (*self._named(self._absent), *([twice] if several else ()), *([down] if withheld else ()))

    def unusable(self) -> tuple[str, ...]:
        """A sentence for each shard that cannot be asked now, told from its file alone."""
        return self._named(self._unusable())

    def stop(self) -> None:
        """Ends what is asked now, which raises a StorageError; may be called by another thread."""
        self._stopped = True
        self._workers.stop()

    def close(self) -> None:
        """Ends the processes."""
        self._workers.close()

    def __enter__(self) -> Shards:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _asked(self, text: str, seconds: float | None, questions: Callable[[ShardQuestions], Result]) -> Result:
        self._stopped = False
        self._look()
        seconds = self._patience if seconds is None else seconds
        while not self._stopped:
            asking = ShardQuestions(self._workers, self._facts, self._without, self.absent(), text, seconds)
            try:
                return questions(asking)
            except FailedError as failed:
                self._drop(failed.by_shard)
        raise StorageError("the question was ended before it was answered: ask again")

    def _unusable(self) -> dict[int, str]:
        return {number: why for number, shard in enumerate(self.shards) if (why := pool.unusable(shard))}

    def _named(self, absent: Mapping[int, str]) -> tuple[str, ...]:
        return tuple(why for _, why in sorted(absent.items()))

    def _look(self) -> None:
        """Sees which shards can be asked now, what their limits are read by, and which articles are in several."""
        self._absent = self._unusable()
        usable = [number for number in range(len(self.shards)) if number not in self._absent]
        before = dict(self._facts)
        stamps = {shard: (before[shard].stamp if shard in before else "",) for shard in usable}
        answers = self._workers.ask(shard_answers.facts_but, stamps)
        failed = failures(answers)
        facts = {shard: answer or before[shard] for shard, answer in answers.items() if shard not in failed}
        if facts != self._facts:
            self._facts = facts
            self._without = duplicates_left_out(self._workers, facts)
        self._drop(failed)

    def _drop(self, failed: Mapping[int, Exception]) -> None:
        """Leaves out shards that have failed; raises NothingFound where none is left."""
        for shard, error in failed.items():
            self._absent[shard] = Message(
                "not asked: {shard} has failed ({error})", shard=self.shards[shard].name, error=error
            )
            self._facts.pop(shard, None)
        if not self._facts:
            raise NothingFound("no archive can be asked; {absent}", absent=joined(self.absent(), "; "))
