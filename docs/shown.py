"""What the documents show of the program at work: typed into a shell beside the sample site, times and digests made
the same each time. `python -m docs.shown FILE...` types what stands in the files and writes the answers into them.
"""

from __future__ import annotations

import atexit
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from archive.text.urls import public_id, url_key
from demo.posts import posts
from demo.serve import PORT, serving
from demo.source import ID, source_toml

HANDBOOKS = {"handbook.md": "en", "vi/so-tay.md": "vi"}
"""The documents that are a script from their first command to their last, and the language spoken in them."""

_SAME_EACH_TIME: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (r"^[^\n]*\b[\d.,]+(?:/s| a second| mỗi giây)\b[^\n]*\n?", ""),  # told where a busy machine takes its time
    (r"20\d{6}T\d{6}Z", "20261124T030000Z"),
    (r"(?<=20261124T030000Z-huyen-uy-lam-khe-)[0-9a-f]{4}", "3f2a"),
    (r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", "2026-11-24T03:00:00.123Z"),
    (r"2026-11-25T\d\d:\d\d:\d\d(?=Z)", "2026-11-25T03:00:00"),
    (r"2026-11-24T\d\d:\d\d:\d\d(?=Z|\+07:00)", "2026-11-24T03:00:00"),
    (r"2026-11-25T\d\d:\d\d:\d\d(?=\+07:00)", "2026-11-24T03:00:00"),  # Vietnam's day begins seven hours early
    (r"(?<=report of )2026-11-25|(?<=báo cáo ngày )2026-11-25", "2026-11-24"),
    (r"\d\d:\d\d \d{1,2}/\d{1,2}/20(?:2[6-9]|[3-9]\d)", "10:00 23/11/2026"),
    (r"sha256:[0-9a-f]{64}", "sha256:5b1e...c9d4"),
    (r"\b[0-9a-f]{64}\b", "5b1e...c9d4"),
    (r"\b[0-9a-f]{16}\b", "3f156401a68f8d62"),
    (r"urn:uuid:[0-9a-f-]{36}", "urn:uuid:efa5af52-b51a-4972-a6b2-deae8c3352fe"),
    (r"(?<=warc\.gz at )\d+", "293517"),
    (r"(?<=warc\.gz tại )\d+", "293517"),
    (r"(?<=, )\d+\.\d s(?=, )", "12.0 s"),
    (r"(?<=, )\d+,\d giây(?=, )", "12,0 giây"),
    (r"[\d.]+ kB(?=\n  articles: 0 new)", "96.1 kB"),  # pages count their visitors
    (r"(?<=bytes: )[\d,]*\d", "733,512"),
    (r"(?<=byte: )[\d.]*\d", "733.512"),
    (r"(?<=compressed bytes of answers)( +)[\d,]+", r"\g<1>476,908"),
    (r"(?<=dung lượng phản hồi đã nén \(byte\))( +)[\d.]+", r"\g<1>476.908"),
    (r"(?<=Payload-Oxum: )\d+", "2274811"),
    (r"(?<=only )\d+(?= MB are free)|(?<=chỉ còn trống )\d+(?= MB)", "183"),
    (r"^[\d,]+(?= bytes, \d+ files)", "2,274,811"),
    (r"^[\d.]+(?= byte, \d+ tệp)", "2.274.811"),
    (r"(?<=^phòng đọc: http://127\.0\.0\.1:)\d+|(?<=^reading room: http://127\.0\.0\.1:)\d+", "8000"),
    (r"(?<=^trang đã lưu giữ: http://127\.0\.0\.1:)\d+|(?<=^preserved pages: http://127\.0\.0\.1:)\d+", "8001"),
    (r"(?<=pid=)\d+", "4711"),
    (r"nv_redirect=[0-9a-f]+", "nv_redirect=..."),
)
_QUESTION = re.compile(r"(?:right\?|đúng không\?).*?: (?!\w)", re.DOTALL)

_USUAL = f"http://127.0.0.1:{PORT}"
_HOME = "/home/lan"
_CLOCK = Path(__file__).parents[1] / "demo" / "clock"
_BEGIN = datetime(2026, 11, 24, 3, tzinfo=UTC)
"""When what is shown happens; the same day in Vietnam."""


class Shell:
    """A shell in a home of its own, the sample site being served beside it, until the process ends."""

    def __init__(self, language: str = "en") -> None:
        self._stack = ExitStack()
        atexit.register(self._stack.close)  # before the interpreter freezes the server's thread
        self.home = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="baotinh-docs-"))).resolve()
        self._server = self._stack.enter_context(serving())
        environment = {name: value for name, value in os.environ.items() if not name.startswith("BAOTINH_")}
        environment |= {
            "BAOTINH_LANG": language,
            "CLOCK_AHEAD": str(_BEGIN.timestamp() - time.time()),
            "COLUMNS": "110",
            "HOME": str(self.home),
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "PYTHONPATH": os.pathsep.join([str(_CLOCK), *filter(None, sys.path)]),
        }
        self._bash = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],  # noqa: S607 -- whichever bash there is
            cwd=self.home,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._stack.callback(self._end)

    def type(self, command: str, typed: Sequence[str] = (), stop_after: int = 0) -> tuple[list[str], int]:
        """What `command` prints, `typed` being what a person answers to its questions, and its exit code.

        With `stop_after` it is one that goes on until Ctrl-C, which is pressed after so many lines.
        """
        answers = self.home / ".typed"
        answers.write_text("".join(f"{line}\n" for line in typed), encoding="utf-8")
        here = self._as_here(command)
        if stop_after:
            lines = self._stopped(here, stop_after)
            return lines, 0
        stdin, stdout = self._pipes()
        stdin.write(f"{{ {here}\n}} < {answers}\nprintf '\\n\\001%d\\001\\n' $?\n")
        stdin.flush()
        printed, code = [], ""
        for line in stdout:
            if ended := re.fullmatch("\x01(\\d+)\x01\n", line):
                code = ended[1]
                break
            printed.append(line)
        text = "".join(printed).removesuffix("\n")
        said = iter(typed)
        text = _QUESTION.sub(lambda asked: f"{asked[0]}{next(said, '')}\n", text)
        return [row.rstrip() for row in self._same(text).rstrip("\n").splitlines()], int(code or -1)

    def _stopped(self, command: str, lines: int) -> list[str]:
        stdin, stdout = self._pipes()
        # The job itself says who it is, first: what the shell says of it could come behind what it prints.
        stdin.write(f"set -m; {{ echo $BASHPID; {command}\nprintf '\\001\\n'; }} < /dev/null &\n")
        stdin.flush()
        group = int(stdout.readline())
        printed: list[str] = []
        while len(printed) < lines and (line := stdout.readline()) != "\x01\n":  # or it has ended by itself
            printed.append(self._same(line).rstrip())
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGINT)
        stdin.write("wait; set +m; printf '\\002\\n'\n")
        stdin.flush()
        while stdout.readline() != "\x02\n":
            pass
        return printed

    def _pipes(self) -> tuple[IO[str], IO[str]]:
        if self._bash.stdin is None or self._bash.stdout is None or self._bash.poll() is not None:
            raise RuntimeError("the shell has ended")
        return self._bash.stdin, self._bash.stdout

    def _end(self) -> None:
        self._bash.kill()
        self._bash.communicate()

    def id_of(self, number: int) -> str:
        """The public id that the article `number` of the sample site has when it is served on its usual port."""
        return _id(_USUAL, next(post.path for post in posts() if post.id == number))

    def _ids(self) -> dict[str, str]:
        # A public id follows from the address, and the port of this session is whichever was free.
        return {_id(self._server.base, post.path): _id(_USUAL, post.path) for post in posts()}

    def _as_here(self, typed: str) -> str:
        for here, usual in self._ids().items():
            typed = typed.replace(usual, here)
        if typed == "baotinh serve":
            typed += " --port 0 --replay-port 0"  # another may have the usual ones
        return typed.replace(_USUAL, self._server.base)

    def _same(self, text: str) -> str:
        for here, usual in self._ids().items():
            text = text.replace(here, usual)
        text = text.replace(self._server.base, _USUAL).replace(
            self._server.base.partition("//")[2], f"127.0.0.1:{PORT}"
        )
        text = text.replace(str(self.home), _HOME)
        for pattern, replacement in _SAME_EACH_TIME:
            text = re.sub(pattern, replacement, text, flags=re.MULTILINE)
        return text


class Session(Shell):
    """A shell in which the archive `data` and the sample site's source are made already."""

    def __init__(self) -> None:
        super().__init__()
        self.type("export BAOTINH_ALLOW_LOOPBACK=1")
        self.run("init --operator 'Thư viện tỉnh' --contact mailto:luu-tru@thuvien.example")
        file = self.home / "data" / "sources" / f"{ID}.toml"
        file.parent.mkdir(exist_ok=True)
        file.write_text(source_toml(self._server.base, delay=0), encoding="utf-8")

    def run(self, line: str, code: int = 0) -> str:
        """The command `baotinh LINE` and what it prints, as a Markdown block."""
        printed, ended = self.type(f"baotinh {line}")
        if ended != code:
            raise RuntimeError(f"baotinh {line}: exit code {ended}\n" + "\n".join(printed))
        return "\n".join(["```console", f"$ baotinh {line}", *printed, "```"]) + "\n"


def _id(base: str, path: str) -> str:
    return public_id(url_key(base + path))


# A document that is a script: what stands in it is typed, what was printed is put in the place of what stood there.

_BLOCK = re.compile(r"(?:<!-- (?P<order>[^>]*) -->\n)?```console\n(?P<lines>\$ .*?)```\n", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Typed:
    """A command of a document, and the lines that stand below it."""

    command: str
    told: tuple[str, ...]


def typed_in(lines: str) -> Iterator[Typed]:
    """The commands of a block: a line after `$ `, those after `> ` belong to it."""
    command: list[str] = []
    told: list[str] = []
    for line in lines.splitlines():
        if line.startswith("$ "):
            if command:
                yield Typed("\n".join(command), tuple(told))
            command, told = [line[2:]], []
        elif line.startswith(">") and command and not told:
            command.append(line[2:])
        else:
            told.append(line)
    if command:
        yield Typed("\n".join(command), tuple(told))


def commands_of(text: str) -> list[str]:
    """Every command of a document, in order."""
    return [one.command for block in _BLOCK.finditer(text) for one in typed_in(block["lines"])]


def played(text: str, shell: Shell) -> str:
    """The document `text` with what its commands print today.

    Of a block the comment before it says what is typed into its questions, and the exit code of its last command where
    that is not 0: `<!-- typed: y y; exit: 6 -->`. Where `...` stands among the lines of a command, as many are shown
    before and after it; `^C` at the end stops what would go on. Raises RuntimeError for other exit codes.
    """
    wrong: list[str] = []
    told = _BLOCK.sub(lambda block: _played(block, shell, wrong), text)
    if wrong:
        raise RuntimeError("\n\n".join(wrong))
    return told


def _played(block: re.Match[str], shell: Shell, wrong: list[str]) -> str:
    orders = dict(part.split(": ", 1) for part in (block["order"] or "").split("; ") if ": " in part)
    every = list(typed_in(block["lines"]))
    out = [f"<!-- {block['order']} -->"] if block["order"] else []
    out.append("```console")
    for place, one in enumerate(every, 1):
        goes_on = one.told[-1:] == ("^C",)
        printed, code = shell.type(one.command, orders.get("typed", "").split(), len(one.told) - 1 if goes_on else 0)
        wanted = int(orders.get("exit", "0")) if place == len(every) else 0
        if code != wanted:
            wrong.append("\n".join([f"{one.command}: exit code {code}, not {wanted}", *printed]))
        out += ["$ " + one.command.replace("\n", "\n> "), *_cut(printed, one.told), *(["^C"] if goes_on else [])]
    return "\n".join([*out, "```"]) + "\n"


def _cut(printed: Sequence[str], told: Sequence[str]) -> Sequence[str]:
    if "..." not in told:
        return printed
    before = told.index("...")
    after = len(told) - before - 1
    if len(printed) <= before + after:
        return printed
    return [*printed[:before], "...", *(printed[len(printed) - after :])]


def main(files: Sequence[str]) -> None:
    """Plays the documents of these names in docs/, all handbooks where none is named, and writes what has changed."""
    for name, language in HANDBOOKS.items():
        if not files or any(file in name for file in files):
            path = Path(__file__).parent / name
            path.write_text(played(path.read_text(encoding="utf-8"), Shell(language)), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
