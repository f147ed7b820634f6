"""Surveys of sites of a register, each served on a port of its own."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from crawling import answer_of
from raw_server import RawServer, raw_server

from archive.holdings import Holdings

FILE = """# Written by hand.
id = "{id}"
name = "{name}"
kind = "party"
province = "thai-nguyen"
status = "unverified"   # nobody has looked
hosts = ["127.0.0.1:{port}"]
homepage = "http://127.0.0.1:{port}/"

[[layout]]
family = "nukeviet"

[discover]
# what an article is
seeds = ["/"]
article = ['-\\d+\\.html$']

[politeness]
delay_seconds = 0
"""

Pages = dict[str, Any]


@dataclass
class Served:
    """The sites that are served, by the id of their source, and the archive whose register has them."""

    archive: Path
    servers: dict[str, RawServer]

    def port(self, source: str) -> int:
        return self.servers[source].port

    def file(self, source: str) -> Path:
        return self.archive / "sources" / f"{source}.toml"

    def invoke(self, command: Any, *arguments: str, **more: Any) -> Any:
        options = [*arguments, "--archive", str(self.archive), "--allow-loopback"]
        return CliRunner().invoke(command, options, standalone_mode=False, **more)


@contextlib.asynccontextmanager
async def served(archive: Path, sites: Mapping[str, Pages], file: str = FILE) -> AsyncIterator[Served]:
    """`sites` on loopback, each a source of the archive at `archive`, which is made where it is missing."""
    if not (archive / "archive.toml").exists():
        Holdings.create(archive, "Thư viện thử", "lien-he@thu.example")
    async with contextlib.AsyncExitStack() as stack:
        found = Served(archive, {})
        for source, pages in sites.items():
            script = lambda asked, pages=pages: answer_of(pages.get(asked))  # noqa: E731 - one for each site
            found.servers[source] = await stack.enter_async_context(raw_server(script))
            text = file.replace("{id}", source).replace("{name}", f"Đảng bộ {source}")
            found.file(source).write_text(text.replace("{port}", str(found.port(source))), encoding="utf-8")
        yield found


def with_sites(archive: Path, sites: Mapping[str, Pages], act: Callable[[Served], Any], file: str = FILE) -> Any:
    """What `act` gives, done in a thread beside the running sites."""

    async def go() -> Any:
        async with served(archive, sites, file) as running:
            return await asyncio.to_thread(act, running)

    return asyncio.run(go())
