"""Programs of our own beside this one: for what must not share this one's interpreter.

Every command that starts a Python is made here: none loads a module out of the folder that the caller stands in (-P),
where a `click.py` may be anybody's.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

_OURS: Final = Path(__file__).resolve().parent.parent
SAFE_PATH: Final = "PYTHONSAFEPATH"
"""What -P is in the environment: for programs whose commands others make (multiprocessing, Spark)."""


def python(module: str, *arguments: str) -> list[str]:
    """The command `python -P -m <module> <arguments>`."""
    return [sys.executable, "-P", "-m", module, *arguments]


def search_path() -> str:
    """The folders that this program loads from, as PYTHONPATH for another; the current one only if ours lie there."""
    here = Path.cwd()
    kept = (path for path in sys.path if path and (Path(path).resolve() != here or here == _OURS))
    return os.pathsep.join(kept)


@contextmanager
def safe_path() -> Iterator[None]:
    """Programs begun by libraries while the block runs load nothing out of the current folder."""
    before = os.environ.get(SAFE_PATH)
    os.environ[SAFE_PATH] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[SAFE_PATH]
        else:
            os.environ[SAFE_PATH] = before


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

    A program of its own and no fork: the caller may have threads and open databases, or be a notebook. It has no
    standard input, for the caller's may be the line to its own master; and Ctrl-C in the terminal is for the caller
    alone, who hangs up.
    """
    ours, theirs = Pipe()
    try:
        command = python(module, *arguments, str(theirs.fileno()))
        process = subprocess.Popen(  # noqa: S603 - a module of our own
            command, stdin=subprocess.DEVNULL, pass_fds=(theirs.fileno(),), process_group=0
        )
    finally:
        theirs.close()
    return Beside(process, ours)
