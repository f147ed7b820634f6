"""Whether a BagIt bag (RFC 8493) holds what it says: of ours, and of any other maker."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from archive.errors import DamageError, StorageError, UsageError

DECLARATION = "bagit.txt"

_MANIFEST = re.compile(r"(tag)?manifest-([a-z0-9]+)\.txt")
_PIECE = 1 << 20


def check_bag(path: Path) -> tuple[str, ...]:
    """A sentence for everything in the bag's folder that is not as it says; () where all is right.

    Raises UsageError where the folder is no bag, DamageError where a manifest cannot be read, StorageError.
    """
    if not (path / DECLARATION).is_file():
        raise UsageError(f"{path} is no bag: there is no {DECLARATION} in it; name a WACZ file or the folder of a bag")
    try:
        return tuple(_findings(path))
    except OSError as error:
        raise StorageError(f"{error.filename or path}: {error.strerror or error}") from error


def digests(path: Path, manifest: str = "manifest-sha256.txt") -> dict[str, str]:
    """The hexadecimal digest of each file, by its name in the bag, as `manifest` says; {} where there is none.

    Raises DamageError for a line that is none.
    """
    if not (path / manifest).is_file():
        return {}
    named = {}
    for number, line in enumerate((path / manifest).read_text("utf-8", "replace").splitlines(), start=1):
        digest, _, name = line.partition(" ")
        if not name.strip() or not re.fullmatch("[0-9a-fA-F]+", digest):
            raise DamageError(f"{path / manifest}: line {number} names no file with its digest")
        # 2.1.3: of the characters in a path, CR, LF and % are escaped
        plain = name.strip().replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
        named[plain] = digest.lower()
    return named


def _findings(path: Path) -> Iterator[str]:
    manifests = {found[0]: found[2] for file in path.iterdir() if (found := _MANIFEST.fullmatch(file.name))}
    payload = {name for name in manifests if name.startswith("manifest-")}
    if not payload:
        yield "no manifest names the files of the bag"
    there = {file.relative_to(path).as_posix() for file in (path / "data").rglob("*") if file.is_file()}
    for manifest, algorithm in sorted(manifests.items()):
        if algorithm not in hashlib.algorithms_available:
            yield f"{manifest}: digests of a kind this program does not know, not looked at"
            continue
        named = digests(path, manifest)
        for name, digest in named.items():
            if ".." in Path(name).parts or not (path / name).is_file():
                yield f"{name} is in {manifest} and not there"
            elif _digest(path / name, algorithm) != digest:
                yield f"{name} is not the file that {manifest} names"
        if manifest in payload:
            yield from (f"{name} is not in {manifest}" for name in sorted(there - named.keys()))


def _digest(path: Path, algorithm: str) -> str:
    total = hashlib.new(algorithm)
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            total.update(piece)
    return total.hexdigest()
