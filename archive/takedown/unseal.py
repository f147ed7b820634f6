"""Sealed records back among the WARC files, byte for byte, when their takedown is taken back."""

from __future__ import annotations

import os
from collections.abc import Set
from pathlib import Path

from archive import manifest
from archive.barred import Rule, plain
from archive.disk import opened
from archive.takedown.places import SEALED, kept_apart, naming
from archive.takedown.rewrite import Rewritten, enter, remove
from archive.text.urls import url_key
from archive.verify.fixity import closed_events
from archive.warc.members import Fault
from archive.warc.part import Part
from archive.warc.scan import scan


def sealed_under(root: Path, url_keys: Set[str]) -> tuple[str, ...]:
    """The sealed files that hold a capture of one of `url_keys`, or what is left of one, relative to `root`."""
    wanted = {plain(key) for key in url_keys}
    return tuple(path.relative_to(root).as_posix() for path in kept_apart(root) if _holds(path, wanted))


def _holds(path: Path, wanted: Set[str]) -> bool:
    passed_over: list[Fault] = []
    found = any(plain(url_key(held.capture.url)) in wanted for held in scan(path, skip=passed_over.append))
    return found or bool(naming(path, passed_over, wanted))


def unseal(root: Path, file: str, rule: Rule) -> Rewritten:
    """What became of the sealed `file`: a takedown makes each for itself, so it comes back whole.

    Called again after a crash, it ends where it would have ended. Raises StorageError.
    """
    new = f"warc/{file.removeprefix(f'{SEALED}/').removesuffix('.warc.gz')}.unsealed.warc.gz"
    digest = manifest.read(root).get(file, "")
    captures = sum(1 for _ in scan(root / file, file))
    with Part(root, new) as part, opened(root / file, os.O_RDONLY) as descriptor:
        while piece := os.pread(descriptor, manifest.PIECE, part.length):
            part.write(piece)
        faults = closed_events(root).get(file, {}).get("faults", [])  # it had them when it was sealed
        enter(root, part, captures, rule, file, {"replaces": file, "replaced_digest": digest, "faults": faults})
    remove(root, file, digest, new, rule)
    return Rewritten(file, new, "", captures, {})
