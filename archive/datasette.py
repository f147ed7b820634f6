"""A plugin for Datasette: the archive's query language as SQL functions, for canned queries and for people's own SQL.

    datasette data/archive.sqlite --metadata $(python -m archive.datasette)

Datasette finds it by its entry point once `baotinh[datasette]` is installed.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import sqlite_utils
from pluggy import HookimplMarker

from archive.errors import ArchiveError
from archive.search import engine
from archive.search.answer import Answer
from archive.search.connection import open_guarded
from archive.search.request import MOST_HITS, SearchRequest
from archive.store.database import database_path
from archive.text.folding import exact_form, fold

hookimpl = HookimplMarker("datasette")  # what `from datasette import hookimpl` gives, without the extra installed

METADATA = Path(__file__).with_name("datasette.json")
"""Titles and canned queries for a database called "archive", as its file is."""

_SECONDS = 0.8  # Datasette stops a query after 1 s
_OPEN = threading.local()  # a connection belongs to its thread, and Datasette asks from several


@hookimpl  # type: ignore[misc, untyped-decorator, unused-ignore]
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Gives a connection to an archive four functions.

    `baotinh_search(query, most)` is a JSON array of {"rowid", "tier"} in order, for json_each; an empty one where the
    query cannot be understood. `baotinh_understood(query)` says how it was understood, or why it cannot be.
    `baotinh_fold(text)` and `baotinh_exact(text)` give the forms that the tables `folded` and `exact` want.
    """
    path = str(database_path(sqlite_utils.Database(conn)))
    conn.create_function("baotinh_fold", 1, _of_text(fold), deterministic=True)
    conn.create_function("baotinh_exact", 1, _of_text(exact_form), deterministic=True)
    conn.create_function("baotinh_search", 2, lambda query, most: _found(path, query, most))
    conn.create_function("baotinh_understood", 1, lambda query: _understood(path, query))


def _of_text(form: Callable[[str], str]) -> Callable[[object], str | None]:
    return lambda text: None if text is None else form(str(text))


def _found(path: str, query: object, most: object) -> str:
    try:
        answer = _answer(path, query, min(int(str(most)), MOST_HITS))
    except (ArchiveError, ValueError):
        return "[]"
    return json.dumps([{"rowid": hit.rowid, "tier": hit.tier} for hit in answer.hits])


def _understood(path: str, query: object) -> str:
    try:
        answer = _answer(path, query, 1)
    except ArchiveError as error:
        return str(error)
    return "; ".join((answer.understood.echo, f"{answer.total:,} articles", *answer.notes))


def _answer(path: str, query: object, most: int) -> Answer:
    databases: dict[str, tuple[int, sqlite_utils.Database]] = _OPEN.__dict__.setdefault("databases", {})
    file = Path(path).stat().st_ino  # a rebuild puts another file in its place
    known = databases.get(path)
    if known is None or known[0] != file:
        if known is not None:
            known[1].close()
        databases[path] = file, open_guarded(path)
    return engine.meant(databases[path][1], SearchRequest(str(query or ""), most, seconds=_SECONDS))


if __name__ == "__main__":
    print(METADATA)
