"""An answer taken apart once for all who ask about it in turn: its digests, its index line, its row."""

from __future__ import annotations

from collections.abc import Callable

from archive.warc.http import Wire, part

Part = Callable[[bytes], Wire]
"""Takes a response apart, as `archive.warc.http.part` does."""

_REMEMBERED = 2
"""A capture is whole when the next answer has been read: two are under way at once."""


class Parting:
    """`part`, remembering the last two answers, told apart by being the same object."""

    def __init__(self) -> None:
        self._last: tuple[tuple[bytes, Wire], ...] = ()

    def __call__(self, response: bytes) -> Wire:
        """`response` taken apart."""
        for known, wire in self._last:
            if known is response:
                return wire
        wire = part(response)
        self._last = ((response, wire), *self._last[: _REMEMBERED - 1])
        return wire
