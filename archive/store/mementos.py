"""The captures of one address over time, for replay: which is nearest to a moment, and which are there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sqlite_utils

from archive.model import Place


@dataclass(frozen=True, slots=True)
class Memento:
    """One capture of an address as replay needs it; `captured_at` is UTC ISO 8601, `status` 0 where nothing came."""

    url: str
    captured_at: str
    status: int
    mime: str
    place: Place
    revisit_of: str
    article: int | None


_COLUMNS = "url, captured_at, status, mime, file, offset, length, record_id, revisit_of, article"
# An answer that was none (0), and 304s, which say only that an older capture still holds, are no page to show.
_SHOWN = "url_key = ? AND status NOT IN (0, 304)"


def timemap(db: sqlite_utils.Database, key: str) -> list[Memento]:
    """Every capture of the address `key` (archive.text.urls.url_key) that can be shown, oldest first."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM captures WHERE {_SHOWN} ORDER BY captured_at, id",  # noqa: S608 - our own names
        (key,),
    )
    return [_memento(row) for row in rows]


def nearest(db: sqlite_utils.Database, key: str, moment: str) -> Memento | None:
    """The capture of `key` nearest in time to `moment` (UTC ISO 8601), the older of two equally near; None without any.

    Two index look-ups, one on either side: the same cost for ten captures and for ten thousand.
    """
    candidates = []
    for comparison, order in (("<=", "DESC"), (">", "ASC")):
        row = db.execute(
            f"SELECT {_COLUMNS}, abs(julianday(captured_at) - julianday(?)) FROM captures "  # noqa: S608 - our own names
            f"WHERE {_SHOWN} AND captured_at {comparison} ? ORDER BY captured_at {order}, id {order} LIMIT 1",
            (moment, key, moment),
        ).fetchone()
        if row is not None:
            candidates.append((row[-1], _memento(row[:-1])))
    return min(candidates, key=lambda candidate: candidate[0])[1] if candidates else None


def pictures(db: sqlite_utils.Database, keys: Iterable[str], moment: str) -> dict[str, Memento]:
    """Of the addresses `keys` those held as a picture, each with its capture nearest to `moment`."""
    found = ((key, nearest(db, key, moment)) for key in dict.fromkeys(keys))
    return {
        key: memento
        for key, memento in found
        if memento is not None and memento.status == 200 and memento.mime.startswith("image/")
    }


def by_record(db: sqlite_utils.Database, record_id: str) -> Memento | None:
    """The capture whose response record is `record_id`: where the body of a revisit lies."""
    row = db.execute(
        f"SELECT {_COLUMNS} FROM captures WHERE record_id = ?",  # noqa: S608 - our own names
        (record_id,),
    ).fetchone()
    return _memento(row) if row else None


def _memento(row: tuple[object, ...]) -> Memento:
    url, captured_at, status, mime, file, offset, length, record_id, revisit_of, article = row
    return Memento(  # the columns are STRICT, so their types are known
        url=str(url),
        captured_at=str(captured_at),
        status=int(str(status)),
        mime=str(mime),
        place=Place(str(file), int(str(offset)), int(str(length)), str(record_id)),
        revisit_of=str(revisit_of),
        article=None if article is None else int(str(article)),
    )
