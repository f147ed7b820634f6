"""One call to be made later: the moment named last takes the place of the one before."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable


class Alarm:
    """Has `call` made by the running event loop."""

    def __init__(self, call: Callable[[], object]) -> None:
        self._call = call
        self._handle: asyncio.TimerHandle | None = None

    def set(self, seconds: float) -> None:
        """In so many seconds, at once where they are past; never where they are infinite."""
        self.cancel()
        if seconds < math.inf:
            self._handle = asyncio.get_running_loop().call_later(max(0.0, seconds), self._call)

    def cancel(self) -> None:
        """Not any more."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
