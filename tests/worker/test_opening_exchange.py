"""Messages between processes: whole and in order, whoever writes, however large, on whatever descriptor."""

from __future__ import annotations

import fcntl
import resource
import threading
from collections.abc import Iterator
from multiprocessing import Pipe
from multiprocessing.connection import Connection

import pytest

from archive.worker.pool import FramedPipe

FAR = 1500


@pytest.fixture
def many_descriptors() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = max(soft, 2 * FAR)
    if hard not in (resource.RLIM_INFINITY,) and hard < wanted:
        pytest.skip("so many descriptors are not to be had here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def answering(theirs: Connection) -> threading.Thread:
    """Answers each message with itself until the line is closed, and writes before it reads on."""

    def answer() -> None:
        try:
            while True:
                theirs.send_bytes(theirs.recv_bytes())
        except (EOFError, OSError):
            theirs.close()

    thread = threading.Thread(target=answer)
    thread.start()
    return thread


@pytest.mark.usefixtures("many_descriptors")
@pytest.mark.parametrize("descriptor", [0, FAR])
def test_messages_come_whole_and_in_order_also_where_both_sides_write(descriptor: int) -> None:
    ours, theirs = Pipe()
    thread = answering(theirs)
    pipe = Connection(fcntl.fcntl(ours.fileno(), fcntl.F_DUPFD_CLOEXEC, descriptor))
    ours.close()
    exchange = FramedPipe(pipe)
    messages = [b"x" * size for size in (0, 1, 1 << 16, 3 << 20, 5)] * 2
    for message in messages:
        exchange.send(message)
    assert [exchange.receive() for _ in messages] == messages
    pipe.close()
    thread.join()


def test_a_side_that_has_ended_is_told_and_nothing_waits_for_it() -> None:
    ours, theirs = Pipe()
    exchange = FramedPipe(ours)
    theirs.send_bytes(b"last")
    theirs.close()
    exchange.send(b"x" * (8 << 20))
    assert (exchange.receive(), exchange.receive()) == (b"last", None)
    ours.close()
