"""What kind of holdings a file is, by its first bytes; by its name only where bytes cannot tell."""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Literal
from zipfile import BadZipFile, ZipFile, is_zipfile

from archive.errors import DamageError, StorageError
from archive.package.check_bag import DECLARATION

Kind = Literal["warc", "arc", "wacz", "bag", "html", "lines"]

ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
ZSTD_SKIPPABLE = tuple(bytes((low, 0x2A, 0x4D, 0x18)) for low in range(0x50, 0x60))
PAGES = frozenset({".html", ".htm", ".xhtml", ".shtml", ".mhtml", ".mht"})

_HEAD = 1 << 16


def kind_of(path: Path) -> Kind | None:
    """The kind of the file or folder at `path`; None where it is nothing known. Raises StorageError, DamageError."""
    if path.is_dir():
        return "bag" if (path / DECLARATION).is_file() else "html"
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD)
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror}") from error
    if head.startswith((ZSTD_MAGIC, *ZSTD_SKIPPABLE)):
        return "warc"
    if head.startswith(b"\x1f\x8b"):
        head = _start(head)
    if head.startswith(b"WARC/"):
        return "warc"
    if head.startswith(b"filedesc://"):
        return "arc"
    if head.startswith(b"PK\x03\x04") and is_zipfile(path):
        return "wacz" if "datapackage.json" in _names(path) else None
    if path.suffix.lower() in PAGES:
        return "html"
    return "lines" if _is_object(head.lstrip(b"\xef\xbb\xbf").partition(b"\n")[0], head) else None


def _names(path: Path) -> list[str]:
    try:
        with ZipFile(path) as package:
            return package.namelist()
    except (BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise DamageError(f"{path}: not a sound ZIP file ({error})") from error


def _start(data: bytes) -> bytes:
    try:
        return zlib.decompressobj(31).decompress(data, 64)
    except zlib.error:
        return b""


def _is_object(line: bytes, head: bytes) -> bool:
    if not line.startswith(b"{"):
        return False
    if b"\n" not in head and len(head) == _HEAD:
        return True  # a first line longer than what was looked at
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False
