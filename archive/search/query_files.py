"""Files beside the archive that keep a query: saved ones, and frozen corpora. Names, folders, reading and writing.

They are files and no rows, because archive.sqlite is made again from the WARC files, and these could not be.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from archive.disk import make_folder, replace_file
from archive.errors import DamageError, NothingFound, UsageError
from archive.messages.message import Message
from archive.search.question import ANY_ACCENTS, QUERY, Question, option

OWN_DIGEST: Final = "file_digest"

NAME: Final = "[a-z0-9][a-z0-9-]{0,63}"


@dataclass(frozen=True, slots=True)
class KeepRequest(Question):
    """A query that is kept under a name: saved, or frozen with what it finds."""

    name: str = option("Its name: up to 64 of a-z, 0-9 and -.", pattern=f"^{NAME}$", argument=1)
    query: str = QUERY
    any_accents: bool = ANY_ACCENTS
    force: bool = option("Replace what has this name already.", False)
    seconds: float | None = 60.0


def query_path(root: Path, folder: str, name: str) -> Path:
    """Where the file `name` of `folder` lies in the archive at `root`; raises UsageError for a bad name."""
    if not re.fullmatch(NAME, name):
        raise UsageError("'{name}' is no name: up to 64 of a-z, 0-9 and -, as in dai-hoi-2020", name=name)
    return root / folder / f"{name}.json"


def query_names(root: Path, folder: str) -> tuple[str, ...]:
    """The names kept in `folder`, in order."""
    return tuple(sorted(path.stem for path in (root / folder).glob("*.json") if re.fullmatch(NAME, path.stem)))


def write(path: Path, value: object, replace: bool = False) -> None:
    """Writes `value` as JSON, durably and whole; raises UsageError where the file is there, unless to `replace` it."""
    if path.exists() and not replace:
        raise UsageError("{stem} is there already: choose another name, or replace it with --force", stem=path.stem)
    make_folder(path.parent)
    replace_file(path, _as_bytes(value))


def with_digest(value: dict[str, Any]) -> dict[str, Any]:
    """`value` with a digest of itself: for a file that changes too often for the log of events to know its bytes."""
    plain = json.dumps(value, ensure_ascii=False, sort_keys=True).encode()
    return {**value, OWN_DIGEST: f"sha256:{hashlib.sha256(plain).hexdigest()}"}


def is_whole(path: Path, keys: Collection[str]) -> bool:
    """Whether the file at `path` holds, byte for byte, what was written with its own digest.

    One of an older program has none: then whether it is an object of just these `keys`.
    """
    try:
        data = path.read_bytes()
        value = json.loads(data)
        plain = {name: one for name, one in value.items() if name != OWN_DIGEST}
    except (ValueError, AttributeError):
        return False
    if OWN_DIGEST not in value:
        return set(plain) == set(keys)
    return data == _as_bytes(with_digest(plain))


def read(path: Path, kind: str) -> dict[str, Any]:
    """The JSON object in `path`, without the digest of itself.

    Raises NothingFound where there is no such file, DamageError where it is none.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        known = ", ".join(query_names(path.parents[1], path.parent.name)) or Message("none yet")
        told = "there is no saved query '{name}' (known: {known})"
        if kind == "corpus":
            told = "there is no corpus '{name}' (known: {known})"
        raise NothingFound(told, name=path.stem, known=known) from error
    except ValueError as error:
        raise DamageError("{path}: not the JSON of a {kind} ({error})", path=path, kind=kind, error=error) from error
    if not isinstance(value, dict):
        raise DamageError("{path}: not the JSON of a {kind}", path=path, kind=kind)
    value.pop(OWN_DIGEST, None)
    return value


def _as_bytes(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
