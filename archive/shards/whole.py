"""Several archives opened as one: searched and counted over time with the answers that one archive would give."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from archive.errors import ArchiveError, NothingFound, QueryError, UsageError
from archive.search import facets as faceting
from archive.search import trends as over_time
from archive.search.answer import Answer, Facet, Hit
from archive.search.asked import Asked, spelled
from archive.search.echo import told
from archive.search.limits import places_named, sections_named, sources_named
from archive.search.plan import tiers
from archive.search.query import And, Filter, Node, Not, Or, Query, filters
from archive.search.rowids import rowids
from archive.search.slots import day_of
from archive.search.trends import Measured, Trends, Unit
from archive.shards import asked, naming, ranking
from archive.shards.adding import added_terms, begun_words
from archive.shards.asked import Ask, Counts, Facts, Page
from archive.shards.order import Placed, edge_in, read_cursor, sort_key, write_cursor
from archive.shards.twins import twins
from archive.shards.workers import Workers
from archive.store.reads import Stored

_MOST_SUGGESTED = 3
_EVERYWHERE = "is found in other accents only"


class Shards:
    """Archives asked as one, each by a process; whichever cannot be asked is named in every answer.

    Each shard answers out of one state of its own. What is written to one meanwhile counts from the next question on.
    """

    def __init__(self, shards: Sequence[naming.Shard], processes: int = 0) -> None:
        self.shards = tuple(shards)
        self._workers = Workers(self.shards, processes)
        self._facts: dict[int, Facts] = {}
        self._without: dict[int, tuple[int, ...]] = {}
        self._absent: dict[int, str] = {}

    @classmethod
    def open(cls, *paths: Path | str, processes: int = 0) -> Shards:
        """The archives that `paths` mean: folders, database files, or patterns of them ("archive-*.sqlite").

        `processes` 0 takes one per core, at most one per shard. Raises NothingFound where a pattern meets nothing.
        """
        return cls(naming.shards_of(*paths), processes)

    def answer(self, question: Asked) -> Answer:
        """The answer to `question` in all shards, as `archive.search.engine.answer` gives it of one archive.

        Counts, facets and the order of hits are exact. `once` is not to be had: which texts are one is known within a
        shard only. Raises QueryError, UsageError; NothingFound where no shard can be asked.
        """
        if question.once:
            raise UsageError("each text once: that is known within one archive only, ask the shards one by one")
        query, order, limit = question.read(), question.order, question.limit
        last = read_cursor(question.cursor, query.text, order, self._names()) if question.cursor else None
        self._look()
        asks = self._asks(query, Ask(query, (), question.within, question.as_of, question.earlier, question.seconds))
        notes = [*query.notes]
        counted, page = self._found(asks, question, last, notes)
        shown = page[:limit]
        resolved = self._resolved(query).root
        suggestions: tuple[str, ...] = ()
        if not page and last is None:
            reasons, suggestions = self._explained(query)
            notes.extend(reasons)
        notes.extend(f"the archive has no {one.kind} '{one.label}'" for one in filters(resolved) if one.meant == ())
        notes.extend(begun_words(counted))
        names = tiers(query.root)
        sums = [sum(one.tiers[at] for one in counted.values()) for at in (0, 1)]
        return Answer(
            understood=told(query.root, added_terms(counted)),
            total_exact=sums[0] if question.counts and names[0] == "exact" else None,
            total_folded=sums[1] if question.counts else None,
            hits=self._hits(asks, shown, [names[one.edge.position] for one in shown]),
            cursor=write_cursor(query.text, order, shown[-1], self.shards[shown[-1].shard].name)
            if len(page) > limit
            else None,
            notes=tuple(dict.fromkeys((*notes, *self.absent()))),
            order=order,
            facets=self._facets(question.facets, counted, sums[1]),
            suggestions=suggestions,
        )

    search = spelled(answer, Asked)

    def trends(
        self,
        queries: Sequence[str | Query],
        *,
        unit: Unit = "month",
        exact: bool = False,
        matches: bool = False,
        seconds: float | None = 60.0,
    ) -> Trends:
        """The `queries` over time in all shards, as `archive.search.trends.trends` gives them of one archive."""
        read = over_time.understood(queries, unit)
        self._look()
        arguments = {}
        resolved = [self._resolved(query) for query in read]
        for shard in self._facts:
            left_out = self._without.get(shard)
            without = rowids(left_out) if left_out else None
            arguments[shard] = (resolved, exact, matches, without, seconds)
        parts: dict[int, Measured] = self._ask(over_time.measured, arguments)
        found = over_time.told(read, list(parts.values()), unit)
        return replace(found, notes=(*found.notes, *self.absent()))

    def article(self, reference: str) -> Stored:
        """The article with this public id or address, from the shard that saw it last; raises NothingFound."""
        self._look()
        answers = self._workers.ask(asked.article, dict.fromkeys(self._facts, (reference,)))
        found = [answer for answer in answers.values() if isinstance(answer, Stored)]
        if found:
            return max(found, key=lambda stored: stored.row.last_captured)
        said = dict.fromkeys(str(answer) for answer in answers.values())
        raise NothingFound("; ".join((*said, *self.absent())))

    def absent(self) -> tuple[str, ...]:
        """A sentence for each shard that could not be asked, and for articles that several hold."""
        several = sum(map(len, self._without.values()))
        twice = [f"{several:,} articles are in more than one archive: each counts once, where it was seen last"]
        missing = [f"not asked: {self.shards[shard].name} {why}" for shard, why in sorted(self._absent.items())]
        return (*missing, *(twice if several else ()))

    def close(self) -> None:
        """Ends the processes."""
        self._workers.close()

    def __enter__(self) -> Shards:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _names(self) -> list[str]:
        return [shard.name for shard in self.shards]

    def _look(self) -> None:
        """Sees which shards can be asked now, what their limits are read by, and which articles are in several."""
        self._absent = {number: why for number, shard in enumerate(self.shards) if (why := naming.unusable(shard))}
        usable = [number for number in range(len(self.shards)) if number not in self._absent]
        facts: dict[int, Facts] = {}
        if usable:
            facts = self._ask(asked.facts, dict.fromkeys(usable, ()))
        if not facts:
            raise NothingFound(f"no archive can be asked; {'; '.join(self.absent())}")
        if facts != self._facts:
            self._facts = facts
            self._without = twins(self._workers, facts)

    def _ask(self, function: Callable[..., Any], arguments: Mapping[int, tuple[Any, ...]]) -> dict[int, Any]:
        """What the shards answer. What is wrong with the query is raised; a shard that fails is absent from now on."""
        answers = self._workers.ask(function, arguments)
        self._drop(ranking.failures(answers))
        answers = {shard: answer for shard, answer in answers.items() if shard not in self._absent}
        if not answers:
            raise NothingFound(f"no archive can be asked; {'; '.join(self.absent())}")
        return answers

    def _drop(self, failed: Mapping[int, Exception]) -> None:
        for shard, error in failed.items():
            if isinstance(error, QueryError | UsageError) or not isinstance(error, ArchiveError | OSError):
                raise error
            self._absent[shard] = f"has failed ({error})"
            self._facts.pop(shard, None)

    def _asks(self, query: Query, ask: Ask) -> dict[int, Ask]:
        resolved = self._resolved(query)
        return {shard: replace(ask, query=resolved, without=self._without.get(shard, ())) for shard in self._facts}

    def _found(
        self, asks: dict[int, Ask], question: Asked, last: Placed | None, notes: list[str]
    ) -> tuple[dict[int, Counts], list[Placed]]:
        """What each shard counts, and the hits of the next page of all with one more."""
        order, most = question.order, question.limit + 1
        pages = {
            shard: None if order == "best" else Page(order, most, edge_in(shard, last, order) if last else None)
            for shard in asks
        }
        counted: dict[int, Counts] = self._ask(
            asked.counts,
            {shard: (ask, tuple(question.facets), question.counts, pages[shard]) for shard, ask in asks.items()},
        )
        if order != "best":
            every = [Placed(edge, shard) for shard, found in counted.items() for edge in found.page]
            return counted, sorted(every, key=lambda one: sort_key(one, order))[:most]
        while True:
            best = ranking.best(self._workers, {shard: asks[shard] for shard in counted}, most, last, notes)
            if isinstance(best, list):
                return counted, best
            self._drop(best)
            counted = {shard: one for shard, one in counted.items() if shard not in best}
            if not counted:
                raise NothingFound(f"no archive can be asked; {'; '.join(self.absent())}")

    def _hits(self, asks: dict[int, Ask], shown: list[Placed], names: list[Any]) -> tuple[Hit, ...]:
        wanted: dict[int, list[tuple[int, Any]]] = {}
        for one, tier in zip(shown, names, strict=True):
            wanted.setdefault(one.shard, []).append((one.edge.rowid, tier))
        if not wanted:
            return ()
        answers = self._ask(asked.shown, {shard: (asks[shard], found) for shard, found in wanted.items()})
        by_place = {(shard, hit.rowid, hit.tier): hit for shard, found in answers.items() for hit in found}
        places = [(one.shard, one.edge.rowid, tier) for one, tier in zip(shown, names, strict=True)]
        return tuple(by_place[place] for place in places if place in by_place)

    def _facets(self, names: Sequence[str], counted: Mapping[int, Counts], hits: int) -> tuple[Facet, ...]:
        labels = dict(self._sources())
        summed = {name: Counter[str]() for name in names}
        for one in counted.values():
            for name, numbers in one.facets.items():
                summed[name].update(numbers)
        for name in ("month", "year"):
            if name in summed:
                summed[name] = Counter(dict(sorted(summed[name].items())))
        return tuple(faceting.facet(name, summed[name], hits, labels) for name in names)

    def _explained(self, query: Query) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Why there is nothing: what every shard says, which days all of them cover, and what some would find."""
        answers = self._ask(asked.explained, dict.fromkeys(self._facts, (self._resolved(query),)))
        reasons = [reason for said, _ in answers.values() for reason in said]
        notes = [
            reason
            for reason, times in Counter(reasons).items()
            if times == len(answers) or reason.endswith(_EVERYWHERE)
        ]
        days = [day for facts in self._facts.values() for day in facts.days if day]
        if days and any(limit.kind == "day" for limit in filters(query.root)):
            notes = [note for note in notes if not note.startswith("the archive covers ")]
            first, last = (day_of(day << 16).isoformat() for day in (min(days), max(days)))
            notes.append(f"the archive covers {first} to {last}")
        suggested = Counter(other for _, suggestions in answers.values() for other in suggestions)
        return tuple(notes), tuple(other for other, _ in suggested.most_common(_MOST_SUGGESTED))

    def _sources(self) -> list[tuple[str, str]]:
        return sorted({source for facts in self._facts.values() for source in facts.sources})

    def _resolved(self, query: Query) -> Query:
        """`query` with the names of sources and sections read by what all shards have."""
        return replace(query, root=self._limits_read(query.root))

    def _limits_read(self, node: Node) -> Node:
        match node:
            case Filter(kind="source"):
                return replace(node, meant=tuple(sources_named(node.value, self._sources())))
            case Filter(kind="section"):
                every = sorted({name for facts in self._facts.values() for name in facts.sections})
                return replace(node, meant=tuple(sections_named(node.value, every)))
            case Filter(kind="place"):
                return replace(node, meant=tuple(places_named(node.value)))
            case Not():
                return Not(self._limits_read(node.part))
            case And():
                return And(tuple(map(self._limits_read, node.parts)))
            case Or():
                return Or(tuple(map(self._limits_read, node.parts)))
            case _:
                return node
