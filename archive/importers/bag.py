"""BagIt bags of another archive of this kind: its WARC files, each under the source it lies under there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from archive.errors import NothingFound
from archive.holdings import Holdings
from archive.importers.brought import Brought, members_before
from archive.importers.own import bring_frontier
from archive.importers.warc_files import bring_warc
from archive.manifest import digest_of
from archive.package.check_bag import digests
from archive.takedown import adopt


def bring_bag(holdings: Holdings, path: Path, source: str, digest: str) -> Iterator[Brought]:
    """The WARC files of the bag at `path`; one whose digest is not the bag's is brought in, and that is told.

    Its frontier comes first, if this archive has none. What is hidden in the archive of the bag is hidden here too,
    unless it is shown here already; that is told. Raises NothingFound where there is no WARC file in it, DamageError
    where its manifest is damaged.
    """
    told = digests(path)
    before = members_before(holdings.root, digest)
    notes = () if before else bring_frontier(holdings, path / "data" / holdings.frontier.name)
    barred = adopt(holdings, path / "data", shown_too=False) + notes  # before anything of it is read
    files = sorted((path / "data").rglob("*.warc.gz"))
    if not files:
        raise NothingFound(f"{path}: no WARC file in this bag")
    for file in files:
        name = file.relative_to(path).as_posix()
        if name in before:
            said, barred = barred, ()
            yield replace(before[name], skipped=said)
            continue
        found = digest_of(file)
        folder = file.parent.name if file.parent.parent.name == "warc" else source
        for brought in bring_warc(holdings, file, folder, digest, origin=f"{path.name}!{name}"):
            sound = told.get(name) == found.removeprefix("sha256:")
            wrong = () if sound else (f"{name}: not the bytes that its bag names",)
            said, barred = (*barred, *wrong, *brought.skipped), ()
            yield Brought(brought.file, f"{path}!{name}", brought.how, brought.captures, said)
