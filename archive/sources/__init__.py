"""The register of sources: one TOML file each, read strictly, the shipped ones and an operator's own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from archive.errors import SourceError
from archive.sources.discover import backfilled, first_page, further_pages, starts
from archive.sources.families import FAMILIES
from archive.sources.layouts import SUFFIX, read_learnt
from archive.sources.load import LEAST_DELAY, parse_source, read_source
from archive.sources.model import (
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

SHIPPED = Path(__file__).parent
"""The folder of the sources that come with the program: `<province>/<id>.toml`."""

_SAID = re.compile(r"""^\s*id\s*=\s*["']([^"'\n]+)""", re.MULTILINE)
_LONGEST_HOST = 259  # a name of 253 characters (RFC 1035), its port


@dataclass(frozen=True, slots=True)
class Register:
    """All known sources, in the order of their ids."""

    sources: tuple[Source, ...]
    _by_id: dict[str, Source] = field(repr=False, compare=False)
    _by_host: dict[str, tuple[tuple[Host, Source], ...]] = field(repr=False, compare=False)
    _broken: dict[str, SourceError] = field(default_factory=dict, repr=False, compare=False)

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
                raise _without_source(path, source_id)
        if not learnt:
            return register
        return cls.of(
            replace(one, layouts=read_learnt(learnt[one.id])) if one.id in learnt else one for one in register.all()
        )

    @classmethod
    def valid(cls, folder: Path, shipped: Path | None = SHIPPED) -> Register:
        """As `load`, without the sources whose files are not valid, or claim what another claims: `broken` says what is
        wrong with each, and `get` of one raises it. For what one source, or a whole day, must not wait for another's
        file.
        """
        with suppress(SourceError):
            return cls.load(folder, shipped=shipped)
        own, broken = list[Source](), dict[str, SourceError]()
        found = files(folder, shipped=None)
        for path in (path for path in found if not path.name.endswith(SUFFIX)):
            try:
                own.append(read_source(path))
            except SourceError as error:
                broken[_claimed(path)] = error
        theirs = cls.load(shipped=shipped).all()
        for at, one in enumerate(own):
            for other in (*(() if one.replaces_shipped else theirs), *own[:at]):
                try:
                    cls.of((other, one))
                except SourceError as error:  # which of the two is meant, only a person knows
                    broken |= {other.id: error, one.id: error}
        learnt = {path.name.removesuffix(SUFFIX): path for path in found if path.name.endswith(SUFFIX)}
        known = {one.id: one for one in _counting((*theirs, *own)) if one.id not in broken}
        for source_id, path in learnt.items():
            try:
                layouts = read_learnt(path)
                if source_id in known:
                    known[source_id] = replace(known[source_id], layouts=layouts)
                elif source_id not in broken:
                    broken[source_id] = _without_source(path, source_id)
            except SourceError as error:
                known.pop(source_id, None)
                broken[source_id] = error
        return replace(cls.of(known.values()), _broken=broken)

    @property
    def broken(self) -> tuple[SourceError, ...]:
        """What is wrong with the files that are not valid, where the register was read without them."""
        return tuple(dict.fromkeys(self._broken.values()))

    @property
    def broken_ids(self) -> tuple[str, ...]:
        """The ids of the sources that `broken` speaks of."""
        return tuple(sorted(self._broken))

    @classmethod
    def of(cls, sources: Iterable[Source]) -> Register:
        """The register of `sources`; raises SourceError where two claim the same id or host."""
        by_id: dict[str, Source] = {}
        by_host: dict[str, tuple[tuple[Host, Source], ...]] = {}
        for source in sources:
            twin = by_id.get(source.id)
            if twin is not None:
                told = '{file}: id: "{id}" is taken by {other}; give one of them another id'
                raise SourceError(told, file=source.file, id=source.id, other=twin.file)
            by_id[source.id] = source
            for host in source.hosts:
                claims = by_host.get(bare_host(host.name), ())
                for other, owner in claims:
                    if _overlap(host, other):
                        told = (
                            '{file}: hosts: "{host}" is held by "{id}" ({other_file}); date both with [[host]] '
                            "since and until where the host changed hands"
                        )
                        raise SourceError(told, file=source.file, host=host.name, id=owner.id, other_file=owner.file)
                by_host[bare_host(host.name)] = (*claims, (host, source))
        return cls(tuple(by_id[key] for key in sorted(by_id)), by_id, by_host)

    def all(self) -> tuple[Source, ...]:
        """Every source, in the order of ids."""
        return self.sources

    def find(self, source_id: str) -> Source | None:
        """The source `source_id`, None where there is none."""
        return self._by_id.get(source_id)

    def get(self, source_id: str) -> Source:
        """The source `source_id`; raises SourceError, with the nearest id, where there is none, and for a file that is
        not valid.
        """
        if source_id in self._broken:
            raise self._broken[source_id]
        if source_id not in self._by_id:
            near = nearest(source_id, self._by_id, near_enough=0.7)
            if near:
                raise SourceError(
                    'no source "{source}" in the register; did you mean "{near}"?', source=source_id, near=near
                )
            raise SourceError('no source "{source}" in the register; `baotinh sources` lists all', source=source_id)
        return self._by_id[source_id]

    def owner(self, host: str) -> Source | None:
        """The source that holds `host` today; raises SourceError where none does and a file that is not valid may."""
        found = self.for_host(host)
        if found is None and self._broken:
            raise self.broken[0]
        return found

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


def _without_source(path: Path, source_id: str) -> SourceError:
    told = '{path}: there is no source "{other}", whose layouts this file should hold'
    return SourceError(told, path=path, other=source_id)


def _claimed(path: Path) -> str:
    """The id that a file which is not valid means to have: the one it says, else its name."""
    try:
        said = _SAID.search(path.read_text("utf-8", errors="replace"))
    except OSError:
        said = None
    return said[1] if said else path.stem


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


__all__ = [
    "FAMILIES",
    "LEAST_DELAY",
    "SHIPPED",
    "Backfill",
    "DateArchive",
    "Discover",
    "Expect",
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
    "first_page",
    "further_pages",
    "is_loopback",
    "parse_source",
    "read_source",
    "starts",
    "target",
]
