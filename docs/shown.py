"""What the documents show of the program at work: run on the sample site, times and digests made the same each time."""

from __future__ import annotations

import atexit
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from archive.text.urls import public_id, url_key
from demo.posts import posts
from demo.serve import PORT, serving
from demo.source import ID, source_toml

_SAME_EACH_TIME: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", "2026-11-24T03:00:00.123Z"),
    (r"20\d{6}T\d{6}Z", "20261124T030000Z"),
    (r"(?<=20261124T030000Z-huyen-uy-lam-khe-)[0-9a-f]{4}", "3f2a"),
    (r"sha256:[0-9a-f]{64}", "sha256:5b1e...c9d4"),
    (r"urn:uuid:[0-9a-f-]{36}", "urn:uuid:efa5af52-b51a-4972-a6b2-deae8c3352fe"),
    (r"(?<=warc\.gz at )\d+", "293517"),
    (r"(?<=, )\d+\.\d s(?=, )", "12.0 s"),
    (r"[\d.]+ kB(?=\n  articles: 0 new)", "96.1 kB"),  # pages count their visitors
    (r"(?<=bytes: )[\d,]*\d", "733,512"),
    (r"nv_redirect=[0-9a-f]+", "nv_redirect=..."),
)

_USUAL = f"http://127.0.0.1:{PORT}"


class Session:
    """The sample site being served, and an archive in a folder of its own, until the process ends."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        atexit.register(self._stack.close)  # before the interpreter freezes the server's thread
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="baotinh-docs-")))
        self._server = self._stack.enter_context(serving())
        self._folder = folder
        self._environment = {
            **os.environ,
            "BAOTINH_ALLOW_LOOPBACK": "1",
            "BAOTINH_LANG": "en",
            "COLUMNS": "110",
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        }
        self.run("init --operator 'Thư viện tỉnh' --contact mailto:luu-tru@thuvien.example")
        file = folder / "data" / "sources" / f"{ID}.toml"
        file.parent.mkdir(exist_ok=True)
        file.write_text(source_toml(self._server.base, delay=0), encoding="utf-8")

    def run(self, line: str, lines: int = 0, code: int = 0) -> str:
        """The command `line` and what it prints, as a Markdown block; only the first `lines` lines where given."""
        typed = line
        for here, usual in self._ids().items():
            typed = typed.replace(usual, here)
        command = [str(Path(sys.executable).with_name("baotinh")), *shlex.split(typed)]
        done = subprocess.run(  # noqa: S603 -- our own program, on a line written in our documents
            command,
            cwd=self._folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode != code:
            raise RuntimeError(f"baotinh {line}: exit code {done.returncode}\n{done.stdout}")
        printed = self._same(done.stdout).rstrip("\n").splitlines()
        if lines and len(printed) > lines:
            printed = [*printed[:lines], "..."]
        return "\n".join(["```console", f"$ baotinh {line}", *(row.rstrip() for row in printed), "```"]) + "\n"

    def id_of(self, number: int) -> str:
        """The public id that the article `number` of the sample site has when it is served on its usual port."""
        return _id(_USUAL, next(post.path for post in posts() if post.id == number))

    def edit(self) -> None:
        """Has the editors of the site make their correction."""
        self._server.site.edit()

    def _ids(self) -> dict[str, str]:
        # A public id follows from the address, and the port of this session is whichever was free.
        return {_id(self._server.base, post.path): _id(_USUAL, post.path) for post in posts()}

    def _same(self, text: str) -> str:
        for here, usual in self._ids().items():
            text = text.replace(here, usual)
        text = text.replace(self._server.base, _USUAL).replace(str(self._folder.resolve()) + "/", "")
        for pattern, replacement in _SAME_EACH_TIME:
            text = re.sub(pattern, replacement, text)
        return text


def _id(base: str, path: str) -> str:
    return public_id(url_key(base + path))
