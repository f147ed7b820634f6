"""The ZIP file of a WACZ: entries with fixed dates, each with its digest, and the datapackage that lists them all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of the package, as its datapackage lists it."""

    path: str
    hash: str
    bytes: int


class Container:
    """A package being filled. Compressed files go in stored, so that readers can seek in them (WACZ 1.1.1, 5.4)."""

    def __init__(self, path: Path, moment: datetime) -> None:
        self.entries: list[Entry] = []
        self._date = (max(1980, moment.year), moment.month, moment.day, moment.hour, moment.minute, moment.second)
        self._zip = ZipFile(path, "w", allowZip64=True)

    def add_file(self, name: str, path: Path) -> None:
        """Adds the file at `path` as `name`."""
        with path.open("rb") as stream:
            self._add(name, iter(lambda: stream.read(_PIECE), b""), large=path.stat().st_size > 1 << 31)

    def add_lines(self, name: str, lines: Iterable[str]) -> None:
        """Adds a text file of `lines` as `name`."""
        self._add(name, ((line + "\n").encode("utf-8", "replace") for line in lines), large=True)

    def finish(self, about: dict[str, Any]) -> None:
        """Adds datapackage.json, which says `about` and lists every entry, and its own digest beside it.

        A resource's `name` holds no capitals: so the data package specification wants it.
        """
        resources = [
            {"name": Path(entry.path).name.lower(), "path": entry.path, "hash": entry.hash, "bytes": entry.bytes}
            for entry in self.entries
        ]
        package = json.dumps({**about, "resources": resources}, ensure_ascii=False, indent=2).encode() + b"\n"
        digest = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(package).hexdigest()}"}
        self._put("datapackage.json", package)
        self._put("datapackage-digest.json", json.dumps(digest, indent=2).encode() + b"\n")

    def _add(self, name: str, pieces: Iterable[bytes], large: bool) -> None:
        total, size = hashlib.sha256(), 0
        with self._zip.open(self._info(name), "w", force_zip64=large) as out:
            for piece in pieces:
                out.write(piece)
                total.update(piece)
                size += len(piece)
        self.entries.append(Entry(name, f"sha256:{total.hexdigest()}", size))

    def _put(self, name: str, data: bytes) -> None:
        self._zip.writestr(self._info(name), data)

    def _info(self, name: str) -> ZipInfo:
        info = ZipInfo(name, self._date)
        info.compress_type = ZIP_STORED if name.endswith(".gz") else ZIP_DEFLATED
        info.external_attr = 0o644 << 16
        return info

    def __enter__(self) -> Container:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()
