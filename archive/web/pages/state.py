"""What every page of the reading room needs to answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from starlette.requests import HTTPConnection

from archive.custody.withheld import Withheld
from archive.errors import NothingFound
from archive.holdings import Holdings
from archive.sources import Register, Source
from archive.sources.table import nearest
from archive.store.captures import Memento
from archive.store.rows import CaptureRow
from archive.web.access import Access, Tickets
from archive.web.asking import Asker, Jobs
from archive.web.replay.memento import stamp


@dataclass(slots=True)
class Room:
    """One reading room: its archive, the register of sources, who may ask, where replay answers ("" for nowhere)."""

    holdings: Holdings
    register: Register
    asker: Asker
    access: Access
    jobs: Jobs
    replay: str = ""
    tickets: Tickets | None = None

    def name_of(self, source: str) -> str:
        """What the source with this id is called; the id itself where the register does not know it."""
        found = self.register.find(source)
        return source if found is None else found.name

    def source(self, identity: str) -> Source:
        """The source with this id; raises NothingFound, naming the nearest, where the register has none."""
        found = self.register.find(identity)
        if found is not None:
            return found
        near = nearest(identity, (one.id for one in self.register.all()), near_enough=0.7)
        if near:
            raise NothingFound('no source "{source}" here; did you mean "{near}"?', source=identity, near=near)
        raise NothingFound('no source "{source}" here; the page of sources lists all', source=identity)

    def reload(self) -> None:
        """Reads the register again: a source of the archive's own has changed."""
        self.register = Register.valid(self.holdings.sources)

    def covers(self, key: str) -> bool:
        """Whether the page with this key (archive.text.urls) was taken down."""
        return Withheld.load(self.holdings.root).covers(key)

    def preserved(self, capture: CaptureRow | Memento, form: str = "", url: str = "") -> str:
        """Where replay shows `capture`, or another address `url` at its time; "" where replay does not run.

        `form` is "" for the page with its banner, "id_" for the bytes as they were, "mp_" for the page alone.
        """
        return self.preserved_at(url or capture.url, capture.captured_at, form)

    def preserved_at(self, url: str, captured_at: str, form: str = "") -> str:
        """As `preserved`, for what was captured at `url` at that time (UTC)."""
        if not self.replay:
            return ""
        prefix = self.tickets.prefix() if self.tickets else ""
        return f"{self.replay}{prefix}/{stamp(captured_at)}{form}/{url}"


def room_of(request: HTTPConnection) -> Room:
    """The room that answers `request`."""
    return cast(Room, request.app.state.room)


def base_of(request: HTTPConnection) -> str:
    """The address of the room as its reader sees it: "http://127.0.0.1:8000"."""
    return f"{request.url.scheme}://{request.url.netloc}"
