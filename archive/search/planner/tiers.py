"""The tiers of one query on one snapshot: what each finds, counted and paged without doing any work twice."""

from __future__ import annotations

from collections.abc import Callable

import sqlite_utils

from archive.search.connection import cache_of
from archive.search.grammar.matcher import Tier
from archive.search.grammar.tree import Node
from archive.search.index.docid_sets import DocidSet, docid_range, docid_set
from archive.search.planner import executor
from archive.search.planner.accents import Accents, rule_of, widened
from archive.search.planner.past import PastTexts
from archive.search.planner.plan import Match, Plan, plan, tiers
from archive.store.clusters import firsts

_FIRST_PART = 64  # of the archive's span of time, the newest: where a page of hits is looked for first
_GROWTH = 8


class Tiers:
    """What a query finds at each tier of what it means, from the strictest; each holds the one before.

    Behind these stands one more, of all accents, which only counts.
    """

    def __init__(
        self,
        db: sqlite_utils.Database,
        root: Node,
        within: DocidSet | None = None,
        past: PastTexts | None = None,
        once: bool = False,
    ) -> None:
        self._db = db
        self._root = root
        self._past = past
        self._within = within
        self.names: tuple[Tier, ...] = tiers(root)
        self._every: tuple[Tier, ...] = (*self.names, "folded")
        self._plans: tuple[Plan, ...] = (*(plan(root, tier) for tier in self.names), plan(widened(root), "folded"))
        self.once = once
        self._whole = once or within is not None or past is not None  # no index can give a part of what is wanted
        self._texts: list[DocidSet] | None = None
        self.copies: dict[int, int] = {}
        """With `once`: how many more of the hits have the text of a rowid that `fresh` gives."""
        self._found: dict[int, DocidSet] = {}

    def rows(self, position: int) -> DocidSet:
        """All that the tier at `position` finds."""
        found = self._found.get(position)
        if found is None:
            wanted = self._plans[position]
            found = executor.find(self._db, wanted, sure=self._sure(position))
            if isinstance(wanted, Match):
                cache_of(self._db).counts[wanted.table, wanted.expression] = len(found)
            if self._past is not None:
                found = self._past.rows(self._db, self._root, self._every[position], found)
            if self._within is not None:
                found = found & self._within
            self._found[position] = found
        return found

    def _sure(self, position: int) -> DocidSet | None:
        """What the strictest tier finds, where then little of a phrase is left to be asked of the index."""
        strictest, wanted = self._plans[0], self._plans[position]
        if not position or self._whole or not isinstance(strictest, Match) or not isinstance(wanted, Match):
            return None
        return self.rows(0) if executor.nearly_all(self._db, strictest, wanted) else None

    def fresh(self, position: int) -> DocidSet:
        """What the tier at `position` finds and the one before does not; with `once`, each text only once."""
        if self.once:
            if self._texts is None:
                self._texts = self._each_once()
            return self._texts[position]
        rows = self.rows(position)
        return rows - self.rows(position - 1) if position else rows

    def texts(self) -> int:
        """How many different texts are found, with `once`."""
        return sum(len(self.fresh(position)) for position in range(len(self.names)))

    def _each_once(self) -> list[DocidSet]:
        """The fresh rowids of each tier, of articles with one text one only: at the strictest tier that has any, the
        first publisher's or else the oldest.
        """
        first_of = firsts(self._db, self.rows(len(self.names) - 1))
        shown: dict[int, int] = {}
        kept = []
        for position in range(len(self.names)):
            members: dict[int, list[int]] = {}
            for rowid in self.rows(position) - self.rows(position - 1) if position else self.rows(position):
                members.setdefault(first_of.get(rowid, rowid), []).append(rowid)
            for first, same in members.items():
                new = first not in shown
                stands = shown.setdefault(first, first if first in same else same[0])
                if len(same) > new:
                    self.copies[stands] = self.copies.get(stands, 0) + len(same) - new
            kept.append(docid_set(shown[first] for first, same in members.items() if shown[first] in same))
        return kept

    def count(self, position: int) -> int:
        """How many articles the tier at `position` finds."""
        known = self._found.get(position)
        if known is not None:
            return len(known)
        wanted = self._plans[position]
        if self._whole or self._sure(position) is not None or executor.alone(self._db, wanted) is None:
            return len(self.rows(position))
        if not isinstance(wanted, Match):
            return executor.count(self._db, wanted)
        return count_match(self._db, wanted)

    def meant(self) -> DocidSet:
        """All that the query means."""
        return self.rows(len(self.names) - 1)

    def accents(self) -> Accents:
        """The rule by which accents were taken, with the number of articles by it and in any accents."""
        meant = self.count(len(self.names) - 1)
        rule = rule_of(self._root)
        return Accents(rule, meant, meant if rule == "any" else self.count(len(self.names)))

    def count_other(self, root: Node) -> int:
        """How many articles another query finds in any accents, under the limits of this one: its corpus, its day."""
        other = Tiers(self._db, root, self._within, self._past)
        return other.count(len(other.names))

    def count_meant(self, root: Node) -> int:
        """How many articles another query means, under the limits of this one."""
        other = self if root == self._root else Tiers(self._db, root, self._within, self._past)
        return other.count(len(other.names) - 1)

    def rows_meant(self, root: Node) -> DocidSet:
        """All that another query means, under the limits of this one."""
        return Tiers(self._db, root, self._within, self._past).meant()

    def alone(self, position: int) -> tuple[Match, int, int] | None:
        """The one match that is all of the strictest tier, and the rowids it is limited to; None where it is not."""
        return None if position or self._whole else executor.alone(self._db, self._plans[0])

    def newest(self, most: int, start: tuple[int, int | None]) -> list[tuple[int, int]]:
        """The next `most` of (position, rowid), tier by tier and newest first, after a page that ended at `start`."""
        return self._page(most, start, self._newest)

    def oldest(self, most: int, start: tuple[int, int | None]) -> list[tuple[int, int]]:
        """The same, oldest first."""
        return self._page(most, start, lambda position, need, above: self.fresh(position).oldest(need, above))

    def _page(
        self, most: int, start: tuple[int, int | None], more: Callable[[int, int, int | None], list[int]]
    ) -> list[tuple[int, int]]:
        page: list[tuple[int, int]] = []
        position, edge = start
        while position < len(self.names) and len(page) < most:
            page.extend((position, rowid) for rowid in more(position, most - len(page), edge))
            position, edge = position + 1, None
        return page

    def _newest(self, position: int, most: int, below: int | None) -> list[int]:
        if position in self._found or self._whole:
            return self.fresh(position).newest(most, below)
        if position == 0:
            direct = executor.newest(self._db, self._plans[0], most, below)
            if direct is not None:
                return direct
        return self._by_parts(position, most, below)

    def _by_parts(self, position: int, most: int, below: int | None) -> list[int]:
        """From the newest part of the archive backwards, each part larger than the one before, until that is enough."""
        lowest, high = docid_range(self._db.conn)
        high = high if below is None else min(high, below - 1)
        size = (high - lowest) // _FIRST_PART + 1
        chosen: list[int] = []
        while high >= lowest and len(chosen) < most:
            low = max(lowest, high - size)
            before = executor.find(self._db, self._plans[position - 1], low, high) if position else None
            part = executor.find(self._db, self._plans[position], low, high, before)
            part = part if before is None else part - before
            chosen.extend(part.newest(most - len(chosen)))
            high, size = low - 1, size * _GROWTH
        return chosen


def count_match(db: sqlite_utils.Database, wanted: Match) -> int:
    """How many articles one MATCH finds, remembered while nothing is written."""
    counts = cache_of(db).counts
    key = (wanted.table, wanted.expression)
    if key not in counts:
        counts[key] = executor.count(db, wanted)
    return counts[key]
