"""What every page of the reading room needs to answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from starlette.requests import HTTPConnection

from archive.holdings import Holdings
from archive.sources import Register
from archive.store.mementos import Memento
from archive.store.rows import CaptureRow
from archive.web.access import Access
from archive.web.asking import Asker
from archive.web.replay.memento import stamp
from archive.web.tickets import Tickets


@dataclass(frozen=True, slots=True)
class Room:
    """One reading room: its archive, the register of sources, who may ask, where replay answers ("" for nowhere)."""

    holdings: Holdings
    register: Register
    asker: Asker
    access: Access
    replay: str = ""
    tickets: Tickets | None = None

    def preserved(self, capture: CaptureRow | Memento, form: str = "", url: str = "") -> str:
        """Where replay shows `capture`, or another address `url` at its time; "" where replay does not run.

        `form` is "" for the page with its banner, "id_" for the bytes as they were, "mp_" for the page alone.
        """
        if not self.replay:
            return ""
        prefix = self.tickets.prefix() if self.tickets else ""
        return f"{self.replay}{prefix}/{stamp(capture.captured_at)}{form}/{url or capture.url}"


def room_of(request: HTTPConnection) -> Room:
    """The room that answers `request`."""
    return cast(Room, request.app.state.room)


def base_of(request: HTTPConnection) -> str:
    """The address of the room as its reader sees it: "http://127.0.0.1:8000"."""
    return f"{request.url.scheme}://{request.url.netloc}"
