"""WACZ packages: the WARC files in them, checked against the digests that the package itself names."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from archive.disk import make_folder
from archive.errors import DamageError, StorageError
from archive.holdings import Holdings
from archive.importers.brought import Brought
from archive.importers.warc_files import bring_warc

_WARC_ENDS = (".warc", ".warc.gz", ".warc.zst")
_PIECE = 1 << 20


def bring_wacz(holdings: Holdings, path: Path, source: str, digest: str) -> Iterator[Brought]:
    """The WARC files that those in the package became; a file whose digest differs is brought in, and that is told.

    Raises DamageError where the package cannot be opened.
    """
    passing = holdings.root / "warc" / ".passing"
    try:
        with ZipFile(path) as package:
            hashes = _hashes(package)
            inside = [name for name in package.namelist() if name.startswith("archive/") and name.endswith(_WARC_ENDS)]
            make_folder(passing)
            for name in inside:
                copy = passing / Path(name).name
                found = _extract(package, name, copy)
                for brought in bring_warc(holdings, copy, source, digest, origin=f"{path.name}!{name}"):
                    told = hashes.get(name)
                    sentence = f"{path.name}: {name} has the digest {found}, the package says {told or 'none'}"
                    skipped = brought.skipped if told == found else (sentence, *brought.skipped)
                    yield Brought(brought.file, f"{path}!{name}", brought.how, brought.captures, skipped)
                copy.unlink()
    except (BadZipFile, ValueError, KeyError) as error:
        raise DamageError(f"{path}: not a sound WACZ package ({error})") from error
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror or error}") from error
    finally:
        shutil.rmtree(passing, ignore_errors=True)


def _hashes(package: ZipFile) -> dict[str, str]:
    resources: list[dict[str, Any]] = json.loads(package.read("datapackage.json")).get("resources", [])
    return {str(entry.get("path", "")): str(entry.get("hash", "")) for entry in resources}


def _extract(package: ZipFile, name: str, target: Path) -> str:
    total = hashlib.sha256()
    with package.open(name) as stream, target.open("wb") as copy:
        while piece := stream.read(_PIECE):
            total.update(piece)
            copy.write(piece)
    return f"sha256:{total.hexdigest()}"
