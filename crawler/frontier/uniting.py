"""One frontier out of two: of each URL the better known row stays, whichever of the two it comes from."""

from __future__ import annotations

import sqlite3
from typing import cast

from crawler.frontier.rows import Rows
from crawler.frontier.schema import canonical

_NAMES = (
    "key", "source", "url", "kind", "priority", "depth", "hops", "via", "published", "found_at", "state", "reason",
    "attempts", "not_before", "run", "record",
)  # fmt: skip
_VISIT = "first_at, last_at, times, changes, status, etag, last_modified, every, due, gone_at"
_COLUMNS = ", ".join(f"urls.{name}" for name in _NAMES)
_EVERY = (
    f"SELECT {_COLUMNS.replace('urls.url', 'canonical(urls.url)')}, authorities.name, urls.id, {_VISIT} FROM urls"  # noqa: S608 - our own words, here and below
    " JOIN authorities ON authorities.id = authority LEFT JOIN visits ON visits.url_id = urls.id ORDER BY urls.id"
)
_MINE = (
    f"SELECT urls.id, {_COLUMNS}, {_VISIT} FROM urls"  # noqa: S608
    " LEFT JOIN visits ON visits.url_id = urls.id WHERE key = ?"
)
_WEIGHT = {"done": 3, "failed": 2, "excluded": 1, "todo": 0}
_WIDTH = len(_NAMES)
_BATCH = 1000


def unite(rows: Rows, theirs: sqlite3.Connection) -> int:
    """Adds the frontier `theirs` to `rows`; gives back how many URLs were new, or are better known now.

    Better known is what was visited later; then what has ended; then the greater row, so that any order of merging
    comes to the same. Claims are not taken over: their runs are not here.
    """
    changed = 0
    theirs.create_function("canonical", 1, canonical, deterministic=True)  # an older program may have made it
    for number, values in enumerate(theirs.execute(_EVERY)):
        changed += _url(rows, theirs, values)
        if number % _BATCH == _BATCH - 1:
            rows.commit()
    _robots(rows, theirs)
    _rest(rows, theirs)
    rows.commit()
    return changed


def _url(rows: Rows, theirs: sqlite3.Connection, values: tuple[object, ...]) -> bool:
    url, name, their_id, visit = values[:_WIDTH], str(values[_WIDTH]), values[_WIDTH + 1], values[_WIDTH + 2 :]
    mine = rows.read(_MINE, (url[0],)).fetchone()
    if mine is not None and _knowledge(mine[1 : _WIDTH + 1], mine[_WIDTH + 1 :]) >= _knowledge(url, visit):
        _history(rows, theirs, mine[0], their_id)
        return False
    authority = rows.authority(f"{name}/", str(url[1]))
    if mine is None:
        marks = ", ".join("?" * (_WIDTH + 1))
        names = ", ".join(_NAMES)
        rows.write(f"INSERT INTO urls ({names}, authority) VALUES ({marks})", (*url, authority))  # noqa: S608
        row_id = cast(int, rows.read("SELECT last_insert_rowid()").fetchone()[0])
    else:
        row_id = mine[0]
        sets = ", ".join(f"{name} = ?" for name in _NAMES)
        rows.write(f"UPDATE urls SET {sets}, authority = ? WHERE id = ?", (*url, authority, row_id))  # noqa: S608
    if visit[0] is not None:
        marks = ", ".join("?" * len(visit))
        rows.write(
            f"INSERT OR REPLACE INTO visits (url_id, source, {_VISIT}) VALUES (?, ?, {marks})",  # noqa: S608
            (row_id, url[1], *visit),
        )
    _history(rows, theirs, row_id, their_id)
    return True


def _knowledge(url: tuple[object, ...], visit: tuple[object, ...]) -> tuple[object, ...]:
    return (visit[1] or 0, _WEIGHT[str(url[10])], *(str(value) for value in url[1:]))


def _history(rows: Rows, theirs: sqlite3.Connection, mine: object, their_id: object) -> None:
    for line in theirs.execute("SELECT at, run, event, detail FROM history WHERE url_id = ?", (their_id,)):
        rows.write(
            "INSERT INTO history (url_id, at, run, event, detail) SELECT ?, ?, ?, ?, ? WHERE NOT EXISTS"
            " (SELECT 1 FROM history WHERE url_id = ? AND at = ? AND run = ? AND event = ? AND detail = ?)",
            (mine, *line, mine, *line),
        )


def _robots(rows: Rows, theirs: sqlite3.Connection) -> None:
    fields = "robots_at, robots_verdict, robots_note, robots_text, robots_record, closed_since, not_before"
    for name, source, *values in theirs.execute(f"SELECT name, source, {fields} FROM authorities"):  # noqa: S608
        number = rows.authority(f"{name}/", source)
        sets = ", ".join(f"{field.strip()} = ?" for field in fields.split(","))
        rows.write(
            f"UPDATE authorities SET {sets} WHERE id = ? AND robots_at < ?",  # noqa: S608 - our own words
            (*values, number, values[0]),
        )


def _rest(rows: Rows, theirs: sqlite3.Connection) -> None:
    for line in theirs.execute("SELECT at, run, source, host, decision, detail FROM decisions"):
        rows.write(
            "INSERT INTO decisions (at, run, source, host, decision, detail) SELECT ?, ?, ?, ?, ?, ? WHERE NOT EXISTS"
            " (SELECT 1 FROM decisions WHERE at = ? AND run = ? AND source = ? AND host = ? AND decision = ?"
            " AND detail = ?)",
            (*line, *line),
        )
    for line in theirs.execute("SELECT source, day, requests FROM days"):
        rows.write(
            "INSERT INTO days (source, day, requests) VALUES (?, ?, ?) ON CONFLICT (source, day)"
            " DO UPDATE SET requests = max(requests, excluded.requests)",
            line,
        )
    for line in theirs.execute("SELECT source, url, at, run, listed, fresh, mark FROM yields ORDER BY id"):
        rows.write(
            "INSERT OR IGNORE INTO yields (source, url, at, run, listed, fresh, mark) VALUES (?, ?, ?, ?, ?, ?, ?)",
            line,
        )
    for line in theirs.execute(
        "SELECT authority, number, source, at, status, target, title, shingles, record FROM shapes"
    ):
        rows.write(
            "INSERT INTO shapes (authority, number, source, at, status, target, title, shingles, record)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (authority, number) DO UPDATE SET at = excluded.at,"
            " status = excluded.status, target = excluded.target, title = excluded.title,"
            " shingles = excluded.shingles, record = excluded.record"
            " WHERE (excluded.at, excluded.record) > (shapes.at, shapes.record)",
            line,
        )
    for line in theirs.execute("SELECT source, pattern, began, position, dry FROM walks"):
        rows.write(
            "INSERT INTO walks (source, pattern, began, position, dry) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (source, pattern) DO UPDATE"
            " SET began = excluded.began, position = excluded.position, dry = excluded.dry"
            " WHERE excluded.position > position OR (excluded.position = position AND excluded.began > began)",
            line,
        )
