"""Several archives opened as one: every question has the answer that one archive of all their articles would give."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from archive.errors import NothingFound, UsageError
from archive.search.answer import Answer
from archive.search.asked import Asked, spelled
from archive.search.held import Questions, of_article
from archive.search.rowids import Rowids
from archive.shards import asked, naming
from archive.shards.asked import Facts
from archive.shards.order import read_cursor
from archive.shards.questions import FailedError, ShardQuestions, failures
from archive.shards.searching import answer
from archive.shards.twins import left_out, weight
from archive.shards.workers import Workers
from archive.store.reads import Stored, itself

Result = TypeVar("Result")


class Shards:
    """Archives asked as one, each by a process; whichever cannot be asked is named in every answer.

    Each shard answers out of one state of its own. What is written to one meanwhile counts from the next question on.
    It is `archive.search.held.Several`: analyses of `archive.search` take it in the place of a database. A question
    that sets no limit of its own has `patience` seconds.
    """

    def __init__(self, shards: Sequence[naming.Shard], processes: int = 0, patience: float | None = None) -> None:
        self.shards = tuple(shards)
        self._patience = patience
        self._workers = Workers(self.shards, processes)
        self._facts: dict[int, Facts] = {}
        self._without: dict[int, Rowids] = {}
        self._absent: dict[int, str] = {}

    @classmethod
    def open(cls, *paths: Path | str, processes: int = 0) -> Shards:
        """The archives that `paths` mean: folders, database files, or patterns of them ("archive-*.sqlite").

        `processes` 0 takes one per core, at most one per shard. Raises NothingFound where a pattern meets nothing.
        """
        return cls(naming.shards_of(*paths), processes)

    @property
    def roots(self) -> tuple[Path, ...]:
        """The folders of the archives."""
        return tuple(shard.database.parent for shard in self.shards)

    def answer(self, question: Asked) -> Answer:
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

    search = spelled(answer, Asked)

    def ask(self, text: str, seconds: float | None, questions: Callable[[Questions], Result]) -> Result:
        """What `questions` make of the shards that can be asked; where one fails, they are begun anew without it."""
        return self._asked(text, seconds, questions)

    def of_article(self, reference: str, question: Callable[..., Result], *values: Any) -> Result:
        """What `question(database, article, *values)` gives in the shard that saw the article last.

        `reference` is its public id or an address. Raises NothingFound.
        """
        self._look()
        answers = self._workers.ask(asked.article, dict.fromkeys(self._facts, (reference,)))
        found = {shard: answer for shard, answer in answers.items() if isinstance(answer, Stored)}
        if not found:
            said = dict.fromkeys(str(answer) for answer in answers.values())
            raise NothingFound("; ".join((*said, *self.absent())))
        shard = max(found, key=lambda one: (weight(found[one].capture.reason, found[one].row.last_captured), one))
        answer = self._workers.ask(of_article, {shard: (reference, question, *values)})[shard]
        if isinstance(answer, Exception):
            raise answer
        result: Result = answer
        return result

    def article(self, reference: str) -> Stored:
        """The article with this public id or address, from the shard that saw it last; raises NothingFound."""
        return self.of_article(reference, itself)

    def absent(self) -> tuple[str, ...]:
        """A sentence for each shard that could not be asked, for what several hold, and for what is withheld."""
        withheld = sum(len(facts.withheld) for facts in self._facts.values())
        several = sum(map(len, self._without.values())) - withheld
        twice = f"{several:,} articles are in more than one archive: each counts once, where it was seen last"
        down = f"{withheld:,} articles are left out: another of these archives has taken them down"
        return (*self._named(self._absent), *([twice] if several else ()), *([down] if withheld else ()))

    def unusable(self) -> tuple[str, ...]:
        """A sentence for each shard that cannot be asked now, told from its file alone."""
        return self._named(self._unusable())

    def close(self) -> None:
        """Ends the processes."""
        self._workers.close()

    def __enter__(self) -> Shards:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _asked(self, text: str, seconds: float | None, questions: Callable[[ShardQuestions], Result]) -> Result:
        self._look()
        seconds = self._patience if seconds is None else seconds
        while True:
            asking = ShardQuestions(self._workers, self._facts, self._without, self.absent(), text, seconds)
            try:
                return questions(asking)
            except FailedError as failed:
                self._drop(failed.by_shard)

    def _unusable(self) -> dict[int, str]:
        return {number: why for number, shard in enumerate(self.shards) if (why := naming.unusable(shard))}

    def _named(self, absent: Mapping[int, str]) -> tuple[str, ...]:
        return tuple(f"not asked: {self.shards[shard].name} {why}" for shard, why in sorted(absent.items()))

    def _look(self) -> None:
        """Sees which shards can be asked now, what their limits are read by, and which articles are in several."""
        self._absent = self._unusable()
        usable = [number for number in range(len(self.shards)) if number not in self._absent]
        before = dict(self._facts)
        stamps = {shard: (before[shard].stamp if shard in before else "",) for shard in usable}
        answers = self._workers.ask(asked.facts_but, stamps)
        failed = failures(answers)
        facts = {shard: answer or before[shard] for shard, answer in answers.items() if shard not in failed}
        if facts != self._facts:
            self._facts = facts
            self._without = left_out(self._workers, facts)
        self._drop(failed)

    def _drop(self, failed: Mapping[int, Exception]) -> None:
        """Leaves out shards that have failed; raises NothingFound where none is left."""
        for shard, error in failed.items():
            self._absent[shard] = f"has failed ({error})"
            self._facts.pop(shard, None)
        if not self._facts:
            raise NothingFound(f"no archive can be asked; {'; '.join(self.absent())}")
