"""The tour, `python -m demo`: serves the sample site, crawls it thrice, and asks the archive questions."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from demo.serve import PORT, Server, serving
from demo.source import ID, source_toml

DEFAULT = Path("build/demo")
QUERY = "rút kinh nghiệm đại hội điểm"


class StepError(Exception):
    """A command of the tour ended with another exit code than it should."""


class Tour:
    """Runs `baotinh` on one archive, showing each command before its output."""

    def __init__(self, archive: Path) -> None:
        self.archive = archive
        self._environment = {**os.environ, "BAOTINH_ARCHIVE": str(archive), "BAOTINH_ALLOW_LOOPBACK": "1"}

    def say(self, text: str) -> None:
        """Says what comes next."""
        print(f"\n\x1b[1m# {text}\x1b[0m" if sys.stdout.isatty() else f"\n# {text}", flush=True)

    def show(self, *arguments: str) -> None:
        """Runs `baotinh` with `arguments` before the visitor's eyes."""
        print(f"$ baotinh {shlex.join(arguments)}", flush=True)
        code = subprocess.run(self._command(arguments), env=self._environment, check=False).returncode
        if code:
            raise StepError(f"baotinh {arguments[0]} ended with exit code {code}")

    def first_hit(self, query: str) -> str:
        """The public id of the first article that `query` finds."""
        command = self._command(["search", "--json", "--limit", "1", query])
        answer = subprocess.run(command, env=self._environment, check=True, stdout=subprocess.PIPE).stdout
        return str(json.loads(answer)["hits"][0]["public_id"])

    def _command(self, arguments: Sequence[str]) -> list[str]:
        return [str(Path(sys.executable).with_name("baotinh")), *arguments]


def tour(archive: Path, server: Server) -> None:
    """The whole road on the sample site, ending with an article and its citation."""
    steps = Tour(archive)
    steps.say(f"A party committee's site that does not exist is being served on {server.base}.")
    print(f"$ export BAOTINH_ARCHIVE={archive} BAOTINH_ALLOW_LOOPBACK=1")
    steps.say("An empty archive, and the site as a source of its register:")
    steps.show("init", "--operator", "Thư viện mẫu", "--contact", "mailto:luu-tru@thuvien.example")
    file = archive / "sources" / f"{ID}.toml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(source_toml(server.base), encoding="utf-8")
    print(f"$ cat > {file}  # hosts, feeds, sitemaps, listings: see docs/sources.md")
    steps.say("The crawl: robots.txt first, then listings, feeds, sitemaps, articles; every answer kept as WARC.")
    steps.show("crawl", ID)
    steps.say("The same site again: nothing has changed, so no second revision is stored.")
    steps.show("crawl", ID, "--again")
    corrected = server.site.edit()
    steps.say(f"The editors correct an article ({corrected[0].rpartition('/')[2]}); the third crawl sees it.")
    steps.show("crawl", ID, "--again")
    steps.say("What the archive holds:")
    steps.show("stats")
    steps.say("A search as typed, and without accents:")
    steps.show("search", "--limit", "3", QUERY)
    steps.show("search", "--limit", "3", "rut kinh nghiem dai hoi diem")
    article = steps.first_hit(f'tieude:"{QUERY}"')
    steps.say("The article, and its citation, which leads back to the preserved bytes:")
    steps.show("show", article)
    steps.show("cite", article)
    steps.say("Is everything stored still what it was?")
    steps.show("verify")


def main(arguments: list[str] | None = None) -> int:
    """Runs the tour; exit code 0 where every command did what it should."""
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument("--archive", type=Path, default=DEFAULT, help=f"made new (default {DEFAULT})")
    parser.add_argument("--port", type=int, default=PORT, help=f"of the sample site (default {PORT}, else a free one)")
    options = parser.parse_args(arguments)
    if options.archive == DEFAULT:
        shutil.rmtree(DEFAULT, ignore_errors=True)
    elif options.archive.exists():
        print(f"{options.archive} exists already: name a folder that does not", file=sys.stderr)
        return 2
    began = time.monotonic()
    try:
        with serving(_free(options.port)) as server:
            tour(options.archive, server)
    except StepError as failure:
        print(f"\nThe tour stopped: {failure}", file=sys.stderr)
        return 1
    baotinh = f"{Path(sys.executable).with_name('baotinh')} --archive {options.archive}"
    print(f"\n{time.monotonic() - began:.0f} s. The archive lies in {options.archive}; ask it more, or browse it:")
    print(f"  {baotinh} search 'chè OR quýt'\n  {baotinh} serve")
    return 0


def _free(port: int) -> int:
    try:
        Server(port).server_close()
    except OSError:
        return 0
    return port


if __name__ == "__main__":
    raise SystemExit(main())
