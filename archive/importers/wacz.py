"""WACZ packages: the WARC files in them, checked against the digests that the package itself names."""

from __future__ import annotations

import hashlib
import json
import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from archive.disk import make_folder
from archive.errors import DamageError, StorageError
from archive.holdings import Holdings
from archive.importers.brought import Brought, members_before
from archive.importers.warc_files import bring_warc

_WARC_ENDS = (".warc", ".warc.gz", ".warc.zst")
_PIECE = 1 << 20
_LIST_LIMIT = 64 << 20  # of datapackage.json: 250 bytes a file in those seen


def bring_wacz(holdings: Holdings, path: Path, source: str, digest: str) -> Iterator[Brought]:
    """The WARC files that those in the package became; a file whose digest differs is brought in, and that is told.

    Raises DamageError where the package cannot be opened, LockedError while another one is being unpacked.
    """
    with holdings.lock("unpacking"):  # whose folder is one for all, so that what a crash leaves there is removed
        yield from _unpack(holdings, path, source, digest, holdings.passing)


def _unpack(holdings: Holdings, path: Path, source: str, digest: str, passing: Path) -> Iterator[Brought]:
    before = members_before(holdings.root, digest)
    shutil.rmtree(passing, ignore_errors=True)
    try:
        with ZipFile(path) as package:
            hashes = _hashes(package)
            inside = [name for name in package.namelist() if name.startswith("archive/") and name.endswith(_WARC_ENDS)]
            make_folder(passing)
            _check_room(path, sum(package.getinfo(name).file_size for name in inside if name not in before), passing)
            for name in inside:
                if name in before:
                    yield before[name]
                    continue
                copy = passing / Path(name).name
                found = _extract(package, name, copy)
                for brought in bring_warc(holdings, copy, source, digest, origin=f"{path.name}!{name}"):
                    told = hashes.get(name)
                    sentence = f"{path.name}: {name} has the digest {found}, the package says {told or 'none'}"
                    skipped = brought.skipped if told == found else (sentence, *brought.skipped)
                    yield Brought(brought.file, f"{path}!{name}", brought.how, brought.captures, skipped)
                copy.unlink()
    except (BadZipFile, ValueError, KeyError, RuntimeError, EOFError, zlib.error) as error:
        # RuntimeError: encrypted, or packed by a method that is not known; and JSON nested without end
        raise DamageError(f"{path}: not a sound WACZ package ({error})") from error
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror or error}") from error
    finally:
        shutil.rmtree(passing, ignore_errors=True)


def _hashes(package: ZipFile) -> dict[str, str]:
    if package.getinfo("datapackage.json").file_size > _LIST_LIMIT:
        raise ValueError(f"datapackage.json is longer than {_LIST_LIMIT} bytes")
    about: Any = json.loads(package.read("datapackage.json"))
    resources = about.get("resources", []) if isinstance(about, dict) else None
    if not isinstance(resources, list) or not all(isinstance(entry, dict) for entry in resources):
        raise ValueError("datapackage.json lists no resources")
    return {str(entry.get("path", "")): str(entry.get("hash", "")) for entry in resources}


def _check_room(path: Path, wanted: int, folder: Path) -> None:
    """Raises StorageError before anything is written where the `wanted` bytes cannot be held twice, as they must be."""
    free = shutil.disk_usage(folder).free
    if 2 * wanted > free:
        raise StorageError(f"{path}: unpacks to {wanted:,} bytes, and twice that is not free ({free:,} bytes are)")


def _extract(package: ZipFile, name: str, target: Path) -> str:
    total = hashlib.sha256()
    with package.open(name) as stream, target.open("wb") as copy:
        while piece := stream.read(_PIECE):
            total.update(piece)
            copy.write(piece)
    return f"sha256:{total.hexdigest()}"
