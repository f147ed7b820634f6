"""What teasers point to, address by address: the articles that the archive has, and those it knows in no other way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sqlite_utils

UNREACHED = (
    "NOT EXISTS (SELECT 1 FROM articles a WHERE a.url_key = t.url_key) AND NOT EXISTS (SELECT 1 FROM captures x "
    "WHERE x.url_key = t.url_key AND x.status BETWEEN 200 AND 399)"
)
"""Condition on a row t of `teasers`: its address was never reached."""

_POINTED = """
SELECT url, headline, text, source, first_seen, first_seen_on, last_seen, last_seen_on, sightings, coalesce(
    (SELECT public_id FROM articles a WHERE a.url_key = seen.url_key),
    (SELECT a.public_id FROM captures c JOIN articles a ON a.id = c.article
        WHERE c.url_key = seen.url_key AND c.text_digest <> '' ORDER BY c.captured_at DESC LIMIT 1),
    (SELECT a.public_id FROM captures c JOIN articles a ON a.url_key = c.redirect_key
        WHERE c.url_key = seen.url_key AND c.redirect_key <> '' ORDER BY c.captured_at DESC LIMIT 1), '')
FROM (
    SELECT t.url_key, t.url, t.headline, t.text, t.source, l.captured_at AS last_seen, l.url AS last_seen_on,
        first_value(f.captured_at) OVER first AS first_seen, first_value(f.url) OVER first AS first_seen_on,
        sum(t.sightings) OVER (PARTITION BY t.url_key) AS sightings,
        row_number() OVER (PARTITION BY t.url_key ORDER BY l.captured_at DESC, l.record_id DESC, t.id DESC) AS number
    FROM teasers t JOIN captures f ON f.id = t.first_capture JOIN captures l ON l.id = t.last_capture
    WHERE :source IN ('', t.source) {}
    WINDOW first AS (PARTITION BY t.url_key ORDER BY f.captured_at, f.record_id, t.id)
) seen WHERE number = 1 ORDER BY last_seen DESC, url_key
"""


@dataclass(frozen=True, slots=True)
class Pointed:
    """An address that teasers point to: the pointer seen last, when and on which pages it was seen first and last.

    `sightings` are the captures that showed one. `article` is the public id of the article at that address, or at the
    one it leads to; "" where the archive has none.
    """

    url: str
    headline: str
    text: str
    source: str
    first_seen: str
    first_seen_on: str
    last_seen: str
    last_seen_on: str
    sightings: int
    article: str


def teasers(db: sqlite_utils.Database, source: str = "") -> Iterator[Pointed]:
    """Every address that teasers (of one source, where given) point to, the one seen last first."""
    return _pointed(db, source, "")


def missing(db: sqlite_utils.Database, source: str = "") -> Iterator[Pointed]:
    """The addresses among `teasers` that no capture has reached: what the archive has lost, or not fetched yet.

    An address that answered, also by leading elsewhere, is not missing, whether it could be read or not.
    """
    return _pointed(db, source, f"AND {UNREACHED}")


def _pointed(db: sqlite_utils.Database, source: str, condition: str) -> Iterator[Pointed]:
    for row in db.execute(_POINTED.format(condition), {"source": source}):
        yield Pointed(*row)
