"""What a person should look at in the register: files that cannot be read, and sources that will not crawl as meant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from archive.errors import SourceError
from archive.sources.layouts import SUFFIX
from archive.sources.load import read_source
from archive.sources.model import Source
from archive.sources.register import SHIPPED, Register, files
from archive.sources.starts import starts

Level = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found in the register: an `error` must be mended before a crawl, a `warning` should be looked at, a
    `note` says what is not yet known. `source` is the id, empty where the file could not be read.
    """

    level: Level
    source: str
    file: str
    message: str


def check(register: Register) -> tuple[Finding, ...]:
    """The findings about the sources of `register`, in the order of ids; an empty result means that all is well."""
    return tuple(finding for source in register.all() for finding in _look(source))


def check_folders(*folders: Path | str, shipped: Path | None = SHIPPED) -> tuple[Finding, ...]:
    """The findings about every file that `Register.load` would read: it stops at the first bad file, this does not."""
    sources: list[Source] = []
    findings: list[Finding] = []
    for path in files(*folders, shipped=shipped):
        if path.name.endswith(SUFFIX):
            continue
        try:
            source = read_source(path)
            Register.of([*sources, source])
        except SourceError as error:
            findings.append(Finding("error", "", str(path), str(error)))
        else:
            sources.append(source)
    return (*findings, *check(Register.of(sources)))


def _look(source: Source) -> Iterator[Finding]:
    def finding(level: Level, message: str) -> Finding:
        return Finding(level, source.id, source.file, message)

    discover, path = source.discover, Path(source.file)
    if source.file and path.stem != source.id:
        yield finding("error", f'id: "{source.id}" should be the name of its file, {source.id}.toml')
    if path.parent.parent == SHIPPED and path.parent.name != source.province:
        yield finding("error", f'province: "{source.province}" lies in the folder of {path.parent.name}')
    for link in starts(source):
        if discover.is_never(link.url):
            yield finding("error", f"discover.never: forbids {link.url}, where the crawl is to begin")
    for address in (*discover.feeds, *discover.sitemaps, *discover.listings):
        if discover.is_article(address):
            yield finding("warning", f"discover.article: matches {address}, which is no article")
    if not source.politeness.obeys_robots:
        yield finding("warning", f"politeness.robots: robots.txt is not obeyed: {source.politeness.robots}")
    if source.status == "verified" and (source.expect.articles_per_month is None or not source.expect.fields):
        yield finding("warning", "expect: a verified source should say what it brings: articles_per_month and fields")
    if source.crawlable and not discover.article:
        yield finding("note", "discover.article: no rule yet, so articles are told by their pages alone")
