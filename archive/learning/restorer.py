"""Trains the archive's restorer of accents from its own articles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from archive.custody import events, seals
from archive.custody.manifest import digest_of
from archive.custody.withheld import Withheld
from archive.disk import make_folder, sync_folder
from archive.errors import LockedError, NothingFound
from archive.holdings import Holdings
from archive.restorer import FILE, name_of, unfinished
from archive.store import open_database
from archive.store.counts import count_articles
from archive.store.samples import restored_count, texts
from archive.text.restore import Model, is_unaccented

LEAST: Final = 2
"""Pairs and triples seen less often are left out: half the file (of a small archive nothing is left out)."""

_SMALL: Final = 5_000  # articles; below that every pair counts: one sighting is much of what there is


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


def train(holdings: Holdings, tell: Callable[[], None] = lambda: None) -> Trained:
    """Trains a model from the headlines, leads and bodies of all articles, and puts it in place of the last one.

    The same articles give the same file. Articles stream, and counting lets the rarest triples go when they are too
    many, so memory is bounded. `tell` is called after each article. Raises NothingFound where the archive
    has no article, LockedError where a takedown came meanwhile, of whose words the model would tell, DamageError where
    the database is not what was sealed, StorageError.
    """
    seals.refuse_damage(holdings.root, holdings.database.name)
    withheld = Withheld.load(holdings.root)
    db = open_database(holdings.database, readonly=True)
    try:
        total, restored = count_articles(db), restored_count(db)
        if not total:
            raise NothingFound("{root}: no article to learn from; crawl or ingest first", root=holdings.root)
        model = Model.train(_lines(texts(db), tell), least=LEAST if total >= _SMALL else 1)
    finally:
        db.close()
    path = holdings.root / FILE
    make_folder(path.parent)
    beside = unfinished(path)
    with holdings.lock("takedown"):
        if Withheld.load(holdings.root) != withheld:
            raise LockedError(
                "{path}: a takedown came while it was trained; `baotinh rebuild restorer` again", path=path
            )
        try:
            model.save(beside)
            digest = digest_of(beside)
            # The event first: a model that no event tells of is taken for damaged, and this order leaves none behind
            # that was trained whole. Killed in between, the model of before is named changed, and is trained again.
            detail = {"articles": total, "digest": digest}
            events.append(holdings.root, "modification", FILE, "trained", detail)
            beside.replace(path)
            sync_folder(path.parent)
        finally:
            beside.unlink(missing_ok=True)
    counts = model.counts
    size = path.stat().st_size
    return Trained(FILE, name_of(digest), digest, size, total, counts.total, len(counts.syllables), restored)


def _lines(articles: Iterable[tuple[str, str, str]], tell: Callable[[], None]) -> Iterator[str]:
    for article in articles:
        for text in article:
            for line in text.split("\n\n"):
                if line and not is_unaccented(line):  # a site that writes without accents teaches bare syllables
                    yield line
        tell()
