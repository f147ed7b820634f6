"""Programs of ours that tests begin, forked from a process that has imported what they need.

They are processes like any other, with streams, environment, group and exit code of their own; what is saved is the
time in which each would import Scrapy, lxml and the parsers again: two fifths of a test with a crawl. Other commands,
and those that ask for another interpreter (PYTHONHASHSEED, `preexec_fn`), begin as ever. So do all in tests/slow, and
all where `BAOTINH_TESTS_FORK=0`.

    python forked.py ADDRESS        forks, until its standard input ends
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import importlib.util
import inspect
import io
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

ROOT = Path(__file__).parents[2]
PRELOADED = (
    "archive.cli", "archive.ingest",
    "archive.learning", "archive.parsers", "archive.web.pages.results", "archive.web.serving", "archive.worker.pool",
    "archive.worker.process",
    "crawler.commands.survey", "crawler.commands.crawl", "crawler.frontier.scheduler", "crawler.http.capture",
    "crawler.reader", "crawler.spider", "runpy", "scrapy.cmdline", "scrapy.crawler",
)  # fmt: skip
MODULES = ("archive.cli", "archive.worker.process", "crawler", "crawler.reader", "scrapy")
ENDINGS = ("from archive.cli import main; main()", "runpy.run_module('crawler', run_name='__main__', alter_sys=True)\n")
NO_DIFFERENCE = ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX")


def order(args: object, options: dict[str, Any]) -> list[str] | None:
    """The command as `-m module words...` or `-c code words...` where it can be forked, else None."""
    if not isinstance(args, list | tuple) or any(options.get(name) for name in ("preexec_fn", "shell", "executable")):
        return None
    words = [os.fsdecode(word) for word in args]
    if words[0] == str(Path(sys.executable).with_name("baotinh")):
        return ["-m", "archive.cli", *words[1:]]
    if words[0] != sys.executable:
        return None
    safe = words[1:2] == ["-P"]
    words = words[1 + safe :]
    known = (words[0] == "-m" and words[1] in MODULES) or (words[0] == "-c" and words[1].endswith(ENDINGS))
    return [*words[:2], *words[2:]] if known and _same_interpreter(options.get("env")) else None


def _same_interpreter(env: dict[str, str] | None) -> bool:
    """Whether `env` asks for no other interpreter than this one is, and for no other modules than these."""

    def shaping(given: Any) -> dict[str, str]:
        text = {os.fsdecode(name): os.fsdecode(value) for name, value in given.items()}
        starts = ("PYTHON", "LC_", "LANG")
        return {name: text[name] for name in text if name.startswith(starts) and name not in NO_DIFFERENCE}

    given = os.environ if env is None else env
    folders = filter(None, os.fsdecode(given.get("PYTHONPATH", "")).split(os.pathsep))
    ours = all(folder in sys.path or Path(folder).is_relative_to(ROOT) for folder in folders)
    return ours and shaping(given) == shaping(os.environ)


ENDS = ("p2cread", "p2cwrite", "c2pread", "c2pwrite", "errread", "errwrite")
STATUS: dict[int, socket.socket] = {}
"""Where the end of each program that was forked for this process will be told."""
_waitpid = os.waitpid


def waitpid(pid: int, options: int) -> tuple[int, int]:
    """As `os.waitpid`, also of a program that was forked for this process: asyncio waits by it."""
    if (told := STATUS.get(pid)) is None:
        return _waitpid(pid, options)
    if options & os.WNOHANG and not select.select([told], [], [], 0)[0]:
        return 0, 0
    with told:
        said = told.recv(8)
    del STATUS[pid]
    return pid, int.from_bytes(said, "big") if said else signal.SIGKILL


class Forked(subprocess.Popen[Any]):
    """As `subprocess.Popen`; what can be forked is, by the process at `address`."""

    address = ""
    _order: list[str] | None = None

    def __init__(self, args: Any, *more: Any, **options: Any) -> None:
        self._order = order(args, options) if self.address and not more else None
        super().__init__(args, *more, **options)

    def _execute_child(self, *given: Any) -> None:
        usual = super()._execute_child  # type: ignore[misc]
        if self._order is None:
            usual(*given)
            return
        one = inspect.signature(usual).bind(*given).arguments
        streams = enumerate((one["p2cread"], one["c2pwrite"], one["errwrite"]))
        descriptors = [number if stream == -1 else stream for number, stream in streams]
        environment = os.environ if one["env"] is None else one["env"]
        os.umask(umask := os.umask(0))
        told = {
            "order": self._order,
            "env": {os.fsdecode(name): os.fsdecode(value) for name, value in environment.items()},
            "cwd": os.fsdecode(one["cwd"] or Path.cwd()),
            "umask": umask,
            "session": one["start_new_session"],
            "group": os.getpgrp() if one["process_group"] in (None, -1) else one["process_group"],
            "passed": list(one["pass_fds"]),
        }
        told_by = socket.socket(socket.AF_UNIX)
        told_by.connect(self.address)
        socket.send_fds(told_by, [b"!"], [*descriptors, *one["pass_fds"]])
        with told_by.makefile("wb") as line:
            line.write(json.dumps(told).encode() + b"\n")
        self.pid = int.from_bytes(told_by.recv(8), "big")
        STATUS[self.pid] = told_by
        self._child_created = True
        self._close_pipe_fds(*(one[name] for name in ENDS))  # type: ignore[attr-defined]

    def _try_wait(self, wait_flags: int) -> tuple[int, int]:
        return waitpid(self.pid, wait_flags) if self._order else super()._try_wait(wait_flags)  # type: ignore[misc]

    def _internal_poll(self, *given: Any, **named: Any) -> int | None:
        if self._order is None:
            return super()._internal_poll(*given, **named)  # type: ignore[misc,no-any-return]
        if self.returncode is None and self._waitpid_lock.acquire(False):  # type: ignore[attr-defined]
            try:
                pid, status = self._try_wait(os.WNOHANG) if self.returncode is None else (0, 0)
                if pid:
                    self._handle_exitstatus(status)  # type: ignore[attr-defined]
            finally:
                self._waitpid_lock.release()  # type: ignore[attr-defined]
        return self.returncode


@contextlib.contextmanager
def forker() -> Iterator[str]:
    """The address of a process that forks programs of ours while the block runs."""
    with tempfile.TemporaryDirectory(prefix="forked-") as folder:
        address = f"{folder}/s"
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        with subprocess.Popen(
            [sys.executable, __file__, address], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env
        ) as source:
            assert source.stdout is not None
            assert source.stdin is not None
            source.stdout.readline()
            try:
                yield address
            finally:
                source.stdin.close()


@contextlib.contextmanager
def forking(address: str) -> Iterator[None]:
    """While the block runs, programs of ours are forked by the process at `address`."""
    before = subprocess.Popen
    install(address)
    try:
        yield
    finally:
        Forked.address = ""  # who has kept the class begins programs as ever
        subprocess.Popen = before  # type: ignore[misc]
        os.waitpid = _waitpid


def install(address: str) -> None:
    """From now on what this process begins is forked by the one at `address`."""
    Forked.address = address
    subprocess.Popen = Forked  # type: ignore[misc]
    os.waitpid = waitpid


# The process that is forked.


def main(address: str) -> None:
    """Forks what it is asked for until its standard input ends."""
    for name in PRELOADED:
        importlib.import_module(name)
    assert "twisted.internet.reactor" not in sys.modules, "a reactor is not to be shared"
    gc.collect()
    gc.freeze()
    install(address)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's is for the tests, which end us
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(address)
        listening.listen(64)
        print("ready", flush=True)
        while listening in select.select([listening, sys.stdin], [], [])[0]:
            _bury()
            asking, _ = listening.accept()
            if not os.fork():
                listening.close()
                attend(asking)
            asking.close()
    _bury()


def _bury() -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def attend(asking: socket.socket) -> None:
    """Forks one program, tells its number and in the end its status; returns in the program alone."""
    _, descriptors, _, _ = socket.recv_fds(asking, 1, 16)
    with asking.makefile("rb") as line:
        told = json.loads(line.readline())
    if not (number := os.fork()):
        asking.close()
        become(told, descriptors)
    with contextlib.suppress(OSError):
        os.setpgid(number, told["group"])
    os.closerange(0, asking.fileno())
    os.closerange(asking.fileno() + 1, 1024)
    with contextlib.suppress(OSError):  # nobody waits any more
        asking.send(number.to_bytes(8, "big"))
    _, status = os.waitpid(number, 0)
    with contextlib.suppress(OSError):
        asking.send(status.to_bytes(8, "big"))
    os._exit(0)


def become(told: dict[str, Any], descriptors: list[int]) -> NoReturn:
    """Is the program, as an interpreter would begin it."""
    if told["session"]:
        os.setsid()
    else:
        with contextlib.suppress(OSError):
            os.setpgid(0, told["group"])
    high = [os.dup2(one, 200 + at) for at, one in enumerate(descriptors)]
    os.closerange(3, 200)
    for one, wanted in zip(high, (0, 1, 2, *told["passed"]), strict=True):
        os.dup2(one, wanted, inheritable=True)
        os.close(one)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.umask(told["umask"])
    os.chdir(told["cwd"])
    os.environ.clear()
    os.environ.update(told["env"])
    STATUS.clear()
    sys.path[:] = [path for path in sys.path if path not in (str(ROOT), str(Path(__file__).parent))]
    sys.path[:0] = filter(None, told["env"].get("PYTHONPATH", "").split(os.pathsep))
    sys.stdin = sys.__stdin__ = _stream(0, "r", "strict")  # type: ignore[misc]
    sys.stdout = sys.__stdout__ = _stream(1, "w", "strict")  # type: ignore[misc]
    sys.stderr = sys.__stderr__ = _stream(2, "w", "backslashreplace")  # type: ignore[misc]
    sys.modules.pop("crawler.settings", None)  # which reads the environment
    vars(sys.modules["crawler"]).pop("settings", None)
    how, what, *words = told["order"]
    scope = ModuleType("__main__")
    sys.modules["__main__"] = scope
    if how == "-c":
        sys.argv[:] = ["-c", *words]
        exec(what, scope.__dict__)
        sys.exit(0)
    found = importlib.util.find_spec(what)
    if found is not None and found.submodule_search_locations is not None:
        found = importlib.util.find_spec(f"{what}.__main__")
    assert found is not None
    assert found.origin is not None
    sys.argv[:] = [found.origin, *words]
    scope.__dict__.update(__file__=found.origin, __spec__=found, __package__=found.parent, __loader__=found.loader)
    exec(found.loader.get_code(found.name), scope.__dict__)  # type: ignore[union-attr]
    sys.exit(0)


def _stream(descriptor: int, mode: str, errors: str) -> io.TextIOWrapper:
    """The stream as an interpreter would open it; it lasts as long as the program."""
    raw = open(descriptor, f"{mode}b", closefd=False)  # noqa: SIM115
    lines = descriptor == 2 or os.isatty(descriptor)
    return io.TextIOWrapper(raw, sys.getfilesystemencoding(), errors, line_buffering=lines)


if __name__ == "__main__":
    sys.modules["forked"] = sys.modules["__main__"]
    main(sys.argv[1])
