"""Ranges of WARC records, out of the CDXJ: what one task reads, so that many share a large file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from archive.holdings import Holdings
from archive.warc import index
from archive.warc.members import OPEN
from archive.warc.scan import scan


@dataclass(frozen=True, slots=True)
class Range:
    """Captures of one WARC file ("warc/<source>/<name>"), by the offsets of their responses; `end` is behind them."""

    file: str
    offsets: tuple[int, ...]
    end: int


def ranges(holdings: Holdings, count: int, source: str = "") -> list[Range]:
    """All captures of the archive (of `source`, where given) in about `count` ranges of as many bytes each.

    A file without index part is read once to find its captures.
    """
    files = [(path, _offsets(holdings.root, path)) for path in holdings.warcs() if source in ("", path.parent.name)]
    whole = sum(path.stat().st_size for path, offsets in files if offsets)
    most = max(1, whole // max(1, count))
    return [one for path, offsets in files for one in _cut(holdings.root, path, offsets, most)]


def _cut(root: Path, path: Path, offsets: list[int], most: int) -> Iterator[Range]:
    file, size = path.relative_to(root).as_posix().removesuffix(OPEN), path.stat().st_size
    begun: list[int] = []
    for offset in offsets:
        if begun and offset - begun[0] >= most:
            yield Range(file, tuple(begun), offset)
            begun = []
        begun.append(offset)
    if begun:
        yield Range(file, tuple(begun), size)


def _offsets(root: Path, path: Path) -> list[int]:
    part = index.part_of(root, path)
    if part.exists() and not path.name.endswith(OPEN):
        return sorted(index.parse_line(line).offset for line in part.read_bytes().splitlines())
    return [held.place.offset for held in scan(path)]
