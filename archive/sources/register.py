"""The register: every source, the shipped ones and an operator's own, with no two that claim the same id or host."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from archive.errors import SourceError
from archive.sources.layouts import SUFFIX, read_learnt
from archive.sources.load import read_source
from archive.sources.model import Host, Source, bare_host
from archive.sources.table import meant

SHIPPED = Path(__file__).parent
"""The folder of the sources that come with the program: `<province>/<id>.toml`."""


@dataclass(frozen=True, slots=True)
class Register:
    """All known sources, in the order of their ids."""

    sources: tuple[Source, ...]
    _by_id: dict[str, Source] = field(repr=False, compare=False)
    _by_host: dict[str, tuple[tuple[Host, Source], ...]] = field(repr=False, compare=False)

    @classmethod
    def load(cls, *folders: Path | str, shipped: Path | None = SHIPPED) -> Register:
        """The shipped sources (none where `shipped` is None) and those of every `*.toml` at any depth in `folders`.

        `<id>.layout.toml` holds what the site of a source has taught of its layouts, which then counts. A folder that
        does not exist holds no sources; a file may be given in place of a folder. Raises SourceError for a file that is
        not valid, and for an id or a host claimed by two files, naming both.
        """
        found = files(*folders, shipped=shipped)
        register = cls.of(read_source(path) for path in found if not path.name.endswith(SUFFIX))
        learnt = {path.name.removesuffix(SUFFIX): path for path in found if path.name.endswith(SUFFIX)}
        for source_id, path in learnt.items():
            if source_id not in register._by_id:
                raise SourceError(f'{path}: there is no source "{source_id}", whose layouts this file should hold')
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
                    f'{source.file}: id: "{source.id}" is taken by {twin.file}; give one of them another id'
                )
            by_id[source.id] = source
            for host in source.hosts:
                claims = by_host.get(bare_host(host.name), ())
                for other, owner in claims:
                    if _overlap(host, other):
                        raise SourceError(
                            f'{source.file}: hosts: "{host.name}" is held by "{owner.id}" ({owner.file}); '
                            "date both with [[host]] since and until where the host changed hands"
                        )
                by_host[bare_host(host.name)] = (*claims, (host, source))
        return cls(tuple(by_id[key] for key in sorted(by_id)), by_id, by_host)

    def all(self) -> tuple[Source, ...]:
        """Every source, in the order of ids."""
        return self.sources

    def get(self, source_id: str) -> Source:
        """The source `source_id`; raises SourceError, with the nearest id, where there is none."""
        if source_id not in self._by_id:
            hint = meant(source_id, self._by_id, near_enough=0.7) or "; `baotinh sources` lists all"
            raise SourceError(f'no source "{source_id}" in the register{hint}')
        return self._by_id[source_id]

    def for_host(self, host: str, day: date | None = None) -> Source | None:
        """The source that holds `host` (with its unusual port) on `day`, or that held it last; None where none does."""
        claims = [(own, source) for own, source in self._by_host.get(bare_host(host), ()) if own.serves(day)]
        return max(claims, key=lambda claim: claim[0].until or date.max)[1] if claims else None


def files(*folders: Path | str, shipped: Path | None = SHIPPED) -> tuple[Path, ...]:
    """The TOML files of a register, shipped ones first, each once; `folders` as in `Register.load`."""
    roots = [*([shipped] if shipped else []), *(Path(folder) for folder in folders)]
    found = (path for root in roots for path in ([root] if root.is_file() else sorted(root.rglob("*.toml"))))
    return tuple({path.resolve(): path for path in found if path != SHIPPED / "families.toml"}.values())


def _overlap(one: Host, two: Host) -> bool:
    begins, ends = max(one.since or date.min, two.since or date.min), min(one.until or date.max, two.until or date.max)
    return begins <= ends
