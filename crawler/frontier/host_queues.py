"""The URLs that are ready, one queue for each authority, handed out in turn so that no host keeps another waiting."""

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

    `more` says that the database may hold further ready URLs; `batch` is how many are claimed at a time. A `foreign`
    host is another site's, where pages of the source need something from; `elsewhere` says that another crawl asks it.
    """

    id: int
    name: str  # "https://host"
    gate: Gate
    pace: Pace
    batch: int
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


def share_pace(queue: HostQueue, address: str, paces: dict[str, Pace]) -> None:
    """Gives `queue` the pace of its `address`, from `paces`: hosts on one machine are one guest to it.

    This machine is excepted, where every test site lies.
    """
    known = paces.setdefault(address, queue.pace)
    if known is queue.pace or address in ("127.0.0.1", "::1"):
        return
    known.join(queue.pace)
    queue.pace = known


class HostQueues:
    """Host queues in a ring: whoever was served last comes last."""

    def __init__(self) -> None:
        self._ring: deque[HostQueue] = deque()
        self._by_id: dict[int, HostQueue] = {}

    def __iter__(self) -> Iterator[HostQueue]:
        """The queues, the next to be served first."""
        return iter(tuple(self._ring))

    def __len__(self) -> int:
        """How many queues there are."""
        return len(self._ring)

    def get(self, authority: int) -> HostQueue | None:
        """The queue of an authority, where it has one."""
        return self._by_id.get(authority)

    def add(self, queue: HostQueue) -> None:
        """Adds a queue, to be served next."""
        self._by_id[queue.id] = queue
        self._ring.appendleft(queue)

    def wait(self, now: float) -> float:
        """Seconds until the first host that has something ready may be asked; 0 where none has."""
        return max(0.0, min((queue.pace.next_at - now for queue in self._ring if not queue.empty), default=0.0))

    def served(self, queue: HostQueue) -> None:
        """Puts a queue last."""
        if self._ring[-1] is not queue:
            self._ring.remove(queue)
            self._ring.append(queue)
