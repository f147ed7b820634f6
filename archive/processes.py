"""Programs of our own beside this one, for what must not share this one's interpreter, and values as bytes between
them. Every command that starts a Python is made here: none loads a module out of the folder that the caller stands
in (-P), where a `click.py` may be anybody's.
"""

from __future__ import annotations

import io
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from operator import attrgetter
from pathlib import Path
from typing import Any, Final, TypeAlias

_OURS: Final = Path(__file__).resolve().parent.parent
SAFE_PATH: Final = "PYTHONSAFEPATH"
"""What -P is in the environment: for programs whose commands others make (multiprocessing)."""


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


_Values: TypeAlias = Callable[[object], tuple[object, ...]]


def send(pipe: Connection, value: object) -> None:
    """Sends `value`, which `pipe.recv()` gives at the other end. Raises OSError where nobody is there."""
    pipe.send_bytes(packed(value))


def packed(value: object) -> memoryview:
    """`value` as `pickle.loads` takes it."""
    held = io.BytesIO()
    _Pickler(held, pickle.HIGHEST_PROTOCOL).dump(value)
    return held.getbuffer()


class _Pickler(pickle.Pickler):
    def reducer_override(self, value: Any) -> Any:
        kind = type(value)
        values = _WAYS[kind]
        return NotImplemented if values is None else (kind, values(value))


class _Ways(dict[type, _Values | None]):
    def __missing__(self, kind: type) -> _Values | None:
        way = self[kind] = _values_of(kind)
        return way


_WAYS: Final = _Ways()


def _values_of(kind: type) -> _Values | None:
    """What gives the values by which `kind` is made again, in order; None where pickle's own way is to be taken."""
    if not is_dataclass(kind) or kind.__dictoffset__ or hasattr(kind, "__post_init__"):
        return None
    if not all(one.init and not one.kw_only for one in fields(kind)):
        return None
    names = [one.name for one in fields(kind)]
    if len(names) < 2:  # attrgetter gives no tuple then
        return lambda value: tuple(getattr(value, name) for name in names)
    return attrgetter(*names)
