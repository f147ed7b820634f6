"""The register of sources: one TOML file each, read strictly, the shipped ones and an operator's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Literal

from archive.errors import SourceError
from archive.messages.message import Message
from archive.sources.discover import backfilled, first_page, further_pages, starts
from archive.sources.families import FAMILIES
from archive.sources.layouts import SUFFIX, read_learnt
from archive.sources.load import LEAST_DELAY, parse_source, read_source
from archive.sources.model import (
    NATIONAL,
    Backfill,
    DateArchive,
    Discover,
    Expect,
    Host,
    JsonMapping,
    Layout,
    NumberedPages,
    Politeness,
    Quota,
    Select,
    Source,
    bare_host,
    target,
)
from archive.sources.table import is_loopback, nearest

# The register: every source, the shipped ones and an operator's own, with no two that claim the same id or host.

SHIPPED = Path(__file__).parent
"""The folder of the sources that come with the program: `<province>/<id>.toml`."""

_LONGEST_HOST = 259  # a name of 253 characters (RFC 1035), its port


@dataclass(frozen=True, slots=True)
class Register:
    """All known sources, in the order of their ids."""

    sources: tuple[Source, ...]
    _by_id: dict[str, Source] = field(repr=False, compare=False)
    _by_host: dict[str, tuple[tuple[Host, Source], ...]] = field(repr=False, compare=False)

    @classmethod
    def load(cls, *folders: Path | str, shipped: Path | None = SHIPPED) -> Register:
        """The shipped sources (none where `shipped` is None) and those of every `*.toml` at any depth in `folders`.

        `<id>.layout.toml` holds what the site of a source has taught of its layouts, which then counts. A file that
        says `replaces_shipped` counts instead of the shipped one of its id. A folder that does not exist holds no
        sources; a file may be given in place of a folder. Raises SourceError for a file that is not valid, and for an
        id or a host claimed by two files, naming both.
        """
        found = files(*folders, shipped=shipped)
        register = cls.of(_counting([read_source(path) for path in found if not path.name.endswith(SUFFIX)]))
        learnt = {path.name.removesuffix(SUFFIX): path for path in found if path.name.endswith(SUFFIX)}
        for source_id, path in learnt.items():
            if source_id not in register._by_id:
                raise SourceError(
                    '{path}: there is no source "{other}", whose layouts this file should hold',
                    path=path,
                    other=source_id,
                )
        if not learnt:
            return register
        return cls.of(
            replace(one, layouts=read_learnt(learnt[one.id])) if one.id in learnt else one for one in register.all()
        )

    @classmethod
    def of(cls, sources: Iterable[Source]) -> Register:
        """The register of `sources`; raises SourceError where two claim the same id or host."""
        by_id: dict[str, Source] = {}
        by_host: dict[str, tuple[tuple[Host, Source], ...]] = {}
        for source in sources:
            twin = by_id.get(source.id)
            if twin is not None:
                raise SourceError(
                    '{file}: id: "{id}" is taken by {other}; give one of them another id',
                    file=source.file,
                    id=source.id,
                    other=twin.file,
                )
            by_id[source.id] = source
            for host in source.hosts:
                claims = by_host.get(bare_host(host.name), ())
                for other, owner in claims:
                    if _overlap(host, other):
                        raise SourceError(
                            '{file}: hosts: "{host}" is held by "{id}" ({other_file}); date both with [[host]] '
                            "since and until where the host changed hands",
                            file=source.file,
                            host=host.name,
                            id=owner.id,
                            other_file=owner.file,
                        )
                by_host[bare_host(host.name)] = (*claims, (host, source))
        return cls(tuple(by_id[key] for key in sorted(by_id)), by_id, by_host)

    def all(self) -> tuple[Source, ...]:
        """Every source, in the order of ids."""
        return self.sources

    def find(self, source_id: str) -> Source | None:
        """The source `source_id`, None where there is none."""
        return self._by_id.get(source_id)

    def get(self, source_id: str) -> Source:
        """The source `source_id`; raises SourceError, with the nearest id, where there is none."""
        if source_id not in self._by_id:
            near = nearest(source_id, self._by_id, near_enough=0.7)
            if near:
                raise SourceError(
                    'no source "{source}" in the register; did you mean "{near}"?', source=source_id, near=near
                )
            raise SourceError('no source "{source}" in the register; `baotinh sources` lists all', source=source_id)
        return self._by_id[source_id]

    def for_host(self, host: str, day: date | None = None) -> Source | None:
        """The source that holds `host` (with its unusual port) on `day`, or that held it last; None where none does.

        The one that names it, else the one whose pattern is nearest: "*.a.b.vn" before "*.b.vn".
        """
        if len(host) > _LONGEST_HOST:
            return None
        bare = bare_host(host)
        name = bare
        while True:
            claims = [(own, source) for own, source in self._by_host.get(name, ()) if own.serves(day)]
            if claims:
                return max(claims, key=lambda claim: claim[0].until or date.max)[1]
            _, dot, above = bare.partition(".")
            if not dot:
                return None
            name, bare = f"*.{above}", above


def _counting(sources: Sequence[Source]) -> list[Source]:
    """`sources` without the shipped ones in whose place an operator's own file stands."""
    replaced = {source.id for source in sources if source.replaces_shipped}
    return [one for one in sources if one.replaces_shipped or one.id not in replaced or not _is_shipped(one)]


def _is_shipped(source: Source) -> bool:
    return SHIPPED in Path(source.file).parents


def files(*folders: Path | str, shipped: Path | None = SHIPPED) -> tuple[Path, ...]:
    """The TOML files of a register, shipped ones first, each once; `folders` as in `Register.load`."""
    roots = [*([shipped] if shipped else []), *(Path(folder) for folder in folders)]
    found = (path for root in roots for path in ([root] if root.is_file() else sorted(root.rglob("*.toml"))))
    return tuple({path.resolve(): path for path in found if path != SHIPPED / "families.toml"}.values())


def _overlap(one: Host, two: Host) -> bool:
    begins, ends = max(one.since or date.min, two.since or date.min), min(one.until or date.max, two.until or date.max)
    return begins <= ends


# What a person should look at in the register: files that cannot be read, and sources that will not crawl as meant.

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
            Register.of(_counting([*sources, source]))
        except SourceError as error:
            findings.append(Finding("error", "", str(path), str(error)))
        else:
            sources.append(source)
    return (*findings, *check(Register.of(_counting(sources))))


def _look(source: Source) -> Iterator[Finding]:
    def finding(level: Level, message: str) -> Finding:
        return Finding(level, source.id, source.file, message)

    discover, path = source.discover, Path(source.file)
    if source.file and path.stem != source.id:
        yield finding("error", Message('id: "{id}" should be the name of its file, {id}.toml', id=source.id))
    if path.parent.parent == SHIPPED and path.parent.name != (source.province or NATIONAL):
        yield finding(
            "error",
            Message(
                'province: "{province}" lies in the folder of {name}',
                province=source.province or NATIONAL,
                name=path.parent.name,
            ),
        )
    for link in starts(source):
        if discover.is_never(link.url):
            yield finding("error", Message("discover.never: forbids {url}, where the crawl is to begin", url=link.url))
    for address in (*discover.feeds, *discover.sitemaps, *discover.listings):
        if discover.is_article(address):
            yield finding(
                "warning", Message("discover.article: matches {address}, which is no article", address=address)
            )
    if not source.politeness.obeys_robots:
        yield finding(
            "warning", Message("politeness.robots: robots.txt is not obeyed: {robots}", robots=source.politeness.robots)
        )
    if source.replaces_shipped:
        yield finding("note", "replaces_shipped: this file counts, and not the shipped one of its id")
    if source.status == "verified" and (source.verified_on is None or not source.verified_by):
        yield finding("note", "verified_on, verified_by: nobody says when and by whom; baotinh sources verify does")
    if source.status == "verified" and (source.expect.articles_per_month is None or not source.expect.fields):
        yield finding("warning", "expect: a verified source should say what it brings: articles_per_month and fields")
    if source.crawlable and not discover.article:
        yield finding("note", "discover.article: no rule yet, so articles are told by their pages alone")


__all__ = [
    "FAMILIES",
    "LEAST_DELAY",
    "SHIPPED",
    "Backfill",
    "DateArchive",
    "Discover",
    "Expect",
    "Finding",
    "Host",
    "JsonMapping",
    "Layout",
    "NumberedPages",
    "Politeness",
    "Quota",
    "Register",
    "Select",
    "Source",
    "backfilled",
    "bare_host",
    "check",
    "check_folders",
    "first_page",
    "further_pages",
    "is_loopback",
    "parse_source",
    "read_source",
    "starts",
    "target",
]
