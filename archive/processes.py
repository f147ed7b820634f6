"""Programs of our own beside this one, each with a pipe to it: for what must not share this one's interpreter."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection


@dataclass(frozen=True, slots=True)
class Failed:
    """What a question to a program raised there."""

    error: Exception


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """A running program, and our end of the pipe to it."""

    process: subprocess.Popen[bytes]
    pipe: Connection

    def end(self) -> int:
        """Closes the pipe, by which the program ends, and gives its exit code."""
        self.pipe.close()
        return self.process.wait()

    def kill(self) -> None:
        """Ends the program at whatever it is."""
        self.process.kill()


def begin(module: str, *arguments: str) -> Beside:
    """`python -m <module> <arguments> <descriptor of its end of the pipe>`, running.

    A program of its own and no fork: the caller may have threads and open databases, or be a notebook. Nothing is
    loaded out of the folder the caller stands in (-P). It has no standard input, for the caller's may be the line to
    its own master; and Ctrl-C in the terminal is for the caller alone, who hangs up.
    """
    ours, theirs = Pipe()
    try:
        command = [sys.executable, "-P", "-m", module, *arguments, str(theirs.fileno())]
        process = subprocess.Popen(  # noqa: S603 - a module of our own
            command, stdin=subprocess.DEVNULL, pass_fds=(theirs.fileno(),), process_group=0
        )
    finally:
        theirs.close()
    return Beside(process, ours)
