"""Messages to and from a process that may be writing while it is written to, in the frames of its `Connection`.

Two that wait until the other has read what they write wait for ever. So who asks takes in answers while it sends.
"""

from __future__ import annotations

import os
import struct
from collections import deque
from multiprocessing.connection import Connection
from select import POLLIN, POLLOUT, poll
from typing import Final

_HEAD: Final = struct.Struct("!i")  # of a message of less than 2 GiB, as multiprocessing.connection writes it
_AT_ONCE: Final = 1 << 16


class Exchange:
    """Our end of a pipe; what has arrived waits in memory until it is taken."""

    def __init__(self, pipe: Connection) -> None:
        self._descriptor = pipe.fileno()
        os.set_blocking(self._descriptor, False)
        self._buffer = bytearray()
        self._arrived: deque[bytes] = deque()
        self._has_ended = False

    def send(self, message: bytes) -> None:
        """Sends a message, as far as the other side lives: whether it does, `receive` tells."""
        left = memoryview(_HEAD.pack(len(message)) + message)
        while left and not self._has_ended:
            ready = self._wait(POLLIN | POLLOUT)
            if ready & ~POLLOUT:
                self._gather()
            if ready & POLLOUT:
                try:
                    left = left[os.write(self._descriptor, left[:_AT_ONCE]) :]
                except BlockingIOError:
                    continue
                except (BrokenPipeError, ConnectionResetError):
                    return

    def receive(self) -> bytes | None:
        """The next message, waited for; None where the other side has ended, in the middle of one too."""
        while not self._arrived and not self._has_ended:
            if not self._gather():
                self._wait(POLLIN)
        return self._arrived.popleft() if self._arrived else None

    def _wait(self, wanted: int) -> int:
        """Which of the `wanted` events has come; that the other side has ended is always one. For descriptors of any
        number: `select` takes none above 1,023.
        """
        waiting = poll()
        waiting.register(self._descriptor, wanted)
        return waiting.poll()[0][1]

    def _gather(self) -> bool:
        """Takes in what has arrived; False where nothing has."""
        try:
            data = os.read(self._descriptor, _AT_ONCE)
        except BlockingIOError:
            return False
        except ConnectionResetError:
            data = b""
        self._has_ended = not data
        self._buffer += data
        while len(self._buffer) >= _HEAD.size:
            end = _HEAD.size + _HEAD.unpack_from(self._buffer)[0]
            if len(self._buffer) < end:
                break
            self._arrived.append(bytes(self._buffer[_HEAD.size : end]))
            del self._buffer[:end]
        return True
