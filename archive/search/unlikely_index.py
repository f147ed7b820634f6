"""The index of pages that are probably no articles: written and taken away as they come and go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlite_utils

from archive.search.index import recreate
from archive.search.match import Table
from archive.search.prepare import forms
from archive.search.query import COLUMNS
from archive.store import unlikely
from archive.store.article_row import columns
from archive.store.unlikely import UnlikelyRow

INDEX: dict[Table, str] = {"exact": "unlikely_exact", "folded": "unlikely_folded"}
_NAMES = ", ".join(COLUMNS)


def put(db: sqlite_utils.Database, row: UnlikelyRow, points_to: Iterable[int]) -> None:
    """Writes a page with its index entries; opens no transaction."""
    unlikely.write(db, row, points_to)
    _index(db, row)


def reindex(db: sqlite_utils.Database) -> int:
    """Makes their index again from their rows, in one transaction; gives their number."""
    pages = 0
    with db.atomic():
        for name in INDEX.values():
            recreate(db, name)
        for statement in unlikely.SECURE:
            db.execute(statement)
        for row in unlikely.every(db):
            _index(db, row)
            pages += 1
    return pages


def _index(db: sqlite_utils.Database, row: UnlikelyRow) -> None:
    for table, name in INDEX.items():
        texts = f"INSERT INTO {name} (rowid, {_NAMES}) VALUES (?, ?, ?, ?, ?, ?)"  # noqa: S608 - our own names
        db.execute(texts, (row.id, *forms_of(row, table)))


def remove(db: sqlite_utils.Database, row: UnlikelyRow) -> None:
    """Takes a page away with its words; opens no transaction."""
    for table, name in INDEX.items():
        gone = f"INSERT INTO {name} ({name}, rowid, {_NAMES}) VALUES ('delete', ?, ?, ?, ?, ?, ?)"  # noqa: S608
        db.execute(gone, (row.id, *forms_of(row, table)))
    unlikely.delete(db, row.id)


def withhold(db: sqlite_utils.Database, url_keys: Sequence[str]) -> None:
    """Takes away every page that shows something of `url_keys`; opens no transaction."""
    for row in unlikely.shown_by(db, url_keys):
        remove(db, row)


def forms_of(row: UnlikelyRow, table: Table) -> list[str]:
    """The texts of a page as an index keeps them."""
    made = [forms(text) for text in columns(row.article)]
    return [form.exact if table == "exact" else form.folded for form in made]
