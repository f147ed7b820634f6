"""The archive's own restorer of accents: trained from its articles, kept in its folder, its digest in the event log."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from archive import events
from archive.disk import make_folder, sync_folder
from archive.errors import DamageError, NothingFound
from archive.holdings import Holdings
from archive.manifest import digest_of
from archive.store import open_database
from archive.store.stats import count_articles
from archive.store.training import restored_count, texts
from archive.text.restore import Model, is_unaccented

FILE: Final = "models/restorer.bin"
"""The model in use, relative to the archive. There is one; training puts the next one in its place."""

LEAST: Final = 2
"""Pairs and triples seen less often are left out: half the file (of a small archive nothing is left out)."""

_SMALL: Final = 5_000  # articles; below that every pair counts: one sighting is much of what there is
_NAME_LENGTH: Final = 12  # hexadecimal digits: two models of one archive never share them


@dataclass(frozen=True, slots=True)
class Restorer:
    """A model with its name: the first twelve digits of its file's sha256, which a restored headline carries."""

    model: Model
    name: str


Loader = Callable[[], Restorer | None]
"""Gives the archive's restorer, or None where none was trained; loads it at the first call."""


@dataclass(frozen=True, slots=True)
class Trained:
    """What was trained: articles and syllables heard, size of the model, and headlines that were made from slugs."""

    file: str
    name: str
    digest: str
    bytes: int
    articles: int
    syllables: int
    forms: int
    restored: int


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
        raise DamageError(f"{path}: not as it was trained ({told}); `baotinh train-restorer` makes it again")
    return Restorer(Model.load(path), name_of(digest))


def train(holdings: Holdings, tell: Callable[[], None] = lambda: None) -> Trained:
    """Trains a model from the headlines, leads and bodies of all articles, and puts it in place of the last one.

    The same articles give the same file. Articles stream, and counting lets the rarest triples go when they are too
    many, so memory is bounded. `tell` is called after each article. Raises NothingFound where the archive
    has no article, StorageError.
    """
    db = open_database(holdings.database, readonly=True)
    try:
        total, restored = count_articles(db), restored_count(db)
        if not total:
            raise NothingFound(f"{holdings.root}: no article to learn from; crawl or ingest first")
        model = Model.train(_lines(texts(db), tell), least=LEAST if total >= _SMALL else 1)
    finally:
        db.close()
    path = holdings.root / FILE
    make_folder(path.parent)
    beside = path.with_name(f".{path.name}.part")
    try:
        model.save(beside)
        digest = digest_of(beside)
        # The event first: a model that no event tells of is taken for damaged, and this order leaves none behind that
        # was trained whole. Killed in between, the model of before is named changed, and is trained again.
        detail = {"articles": total, "digest": digest}
        events.append(holdings.root, "modification", FILE, "trained", detail)
        beside.replace(path)
        sync_folder(path.parent)
    finally:
        beside.unlink(missing_ok=True)
    counts = model.counts
    size = path.stat().st_size
    return Trained(FILE, name_of(digest), digest, size, total, counts.total, len(counts.syllables), restored)


def forget(root: Path) -> bool:
    """Whether there was a model, which is removed now: it counts words of articles that are gone for good.

    Killed in between, the model is named missing, and the next call ends it.
    """
    path = root / FILE
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


def _lines(articles: Iterable[tuple[str, str, str]], tell: Callable[[], None]) -> Iterator[str]:
    for article in articles:
        for text in article:
            for line in text.split("\n\n"):
                if line and not is_unaccented(line):  # a site that writes without accents teaches bare syllables
                    yield line
        tell()


def _recorded(root: Path) -> str:
    found = ""
    for event in events.of(root, "modification", "deletion"):
        if event.object == FILE:
            found = str(json.loads(event.detail_json).get("digest", ""))
    return found
