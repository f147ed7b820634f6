"""The archive's own restorer of accents: trained from its articles, kept in its folder, its digest in the event log."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from archive.custody import events
from archive.custody.manifest import digest_of
from archive.disk import sync_folder
from archive.errors import DamageError
from archive.text.restore import Model

FILE: Final = "models/restorer.bin"
"""The model in use, relative to the archive. There is one; training puts the next one in its place."""

_NAME_LENGTH: Final = 12  # hexadecimal digits: two models of one archive never share them


@dataclass(frozen=True, slots=True)
class Restorer:
    """A model with its name: the first twelve digits of its file's sha256, which a restored headline carries."""

    model: Model
    name: str


Loader = Callable[[], Restorer | None]
"""Gives the archive's restorer, or None where none was trained; loads it at the first call."""


def loader(root: Path) -> Loader:
    """Loads the restorer of the archive at `root` when it is first asked for, and never again."""
    return cache(lambda: load(root))


def load(root: Path) -> Restorer | None:
    """The restorer of the archive at `root`, None where none was trained.

    Raises DamageError where its file is not what was trained (the event log has the digest), StorageError.
    """
    path = root / FILE
    if not path.exists():
        return None
    digest, recorded = digest_of(path), _recorded(root)
    if digest != recorded:
        told = recorded or "no event tells of it"
        raise DamageError(
            "{path}: not as it was trained ({told}); `baotinh rebuild restorer` makes it again", path=path, told=told
        )
    return Restorer(Model.load(path), name_of(digest))


def unfinished(path: Path) -> Path:
    """Where the model that shall lie at `path` is written; a crash leaves it there."""
    return path.with_name(f".{path.name}.part")


def forget(root: Path) -> bool:
    """Whether there was a model, which is removed now: it counts words of articles that are gone for good.

    Killed in between, the model is named missing, and the next call ends it.
    """
    path = root / FILE
    unfinished(path).unlink(missing_ok=True)
    if not path.exists() and not _recorded(root):
        return False
    path.unlink(missing_ok=True)
    if path.parent.exists():
        sync_folder(path.parent)
    events.append(root, "deletion", FILE, "removed", {"reason": "trained on what was taken down"})
    return True


def name_of(digest: str) -> str:
    """The short name of the model with this digest ("sha256:<hex>")."""
    return digest.removeprefix("sha256:")[:_NAME_LENGTH]


def _recorded(root: Path) -> str:
    found = ""
    for event in events.of(root, "modification", "deletion"):
        if event.object == FILE:
            found = str(json.loads(event.detail_json).get("digest", ""))
    return found
