"""The URLs that are ready, one lane for each authority, handed out in turn so that no host keeps another waiting."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from crawler.frontier.gate import Gate
from crawler.frontier.pace import Pace
from crawler.frontier.store import Row


@dataclass(slots=True)
class HostQueue:
    """What may be asked of one authority: URLs claimed and ready, the gate before them, and the host's pace.

    `more` says that the database may hold further ready URLs; `hand` is how many are claimed at a time. A `foreign`
    host is another site's, where pages of the source need something from; `elsewhere` says that another crawl asks it.
    """

    id: int
    name: str  # "https://host"
    gate: Gate
    pace: Pace
    hand: int
    foreign: bool = False
    elsewhere: bool = False
    ready: deque[Row] = field(default_factory=deque)
    more: bool = True

    @property
    def host(self) -> str:
        """The host as decisions name it."""
        return self.name.partition("://")[2]

    @property
    def over(self) -> bool:
        """Whether nothing more will be asked of this authority in this run."""
        return self.elsewhere or bool(self.pace.given_up or self.gate.shut)

    @property
    def empty(self) -> bool:
        """Whether no URL is ready here."""
        return not self.ready and not self.more

    def next_at(self, now: float, wall: float) -> float:
        """The monotonic time from which something may be asked here; infinite where nothing may, or is ready."""
        if self.over or self.empty:
            return math.inf
        free = self.pace.free_at()
        if self.gate.open(wall):
            return free
        return max(free, now + self.gate.next_at() - wall)


def share_pace(lane: HostQueue, address: str, paces: dict[str, Pace]) -> None:
    """Gives `lane` the pace of its `address`, from `paces`: hosts on one machine are one guest to it.

    This machine is excepted, where every test site lies.
    """
    known = paces.setdefault(address, lane.pace)
    if known is lane.pace or address in ("127.0.0.1", "::1"):
        return
    known.join(lane.pace)
    lane.pace = known


class HostQueues:
    """Lanes in a ring: whoever was served last comes last."""

    def __init__(self) -> None:
        self._ring: deque[HostQueue] = deque()
        self._by_id: dict[int, HostQueue] = {}

    def __iter__(self) -> Iterator[HostQueue]:
        """The lanes, the next to be served first."""
        return iter(tuple(self._ring))

    def __len__(self) -> int:
        """How many lanes there are."""
        return len(self._ring)

    def get(self, authority: int) -> HostQueue | None:
        """The lane of an authority, where it has one."""
        return self._by_id.get(authority)

    def add(self, lane: HostQueue) -> None:
        """Adds a lane, to be served next."""
        self._by_id[lane.id] = lane
        self._ring.appendleft(lane)

    def wait(self, now: float) -> float:
        """Seconds until the first host that has something ready may be asked; 0 where none has."""
        return max(0.0, min((lane.pace.next_at - now for lane in self._ring if not lane.empty), default=0.0))

    def served(self, lane: HostQueue) -> None:
        """Puts a lane last."""
        if self._ring[-1] is not lane:
            self._ring.remove(lane)
            self._ring.append(lane)
