"""Turns rowids into hits: the facts of each article, its headline and the passage that matches."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from archive.search.answer import Hit
from archive.search.match import Tier
from archive.search.past import OldText
from archive.search.query import COLUMNS, Column, Node
from archive.search.snippet import marked, snippet

_FACTS = (
    *("rowid", "public_id", "source", "source_name", "day", "published", "province", "province_now", "url"),
    *("revision", "day_estimated", "gone_at"),
)
_ROWS = """SELECT a.search_rowid, a.public_id, a.source, coalesce(s.name, a.source), a.day, a.published, a.province,
        a.province_now, a.url, a.revision, a.day_estimated, a.gone_at, a.headline, a.lead, a.body, a.captions, a.byline
    FROM articles a LEFT JOIN sources s ON s.id = a.source
    WHERE a.search_rowid IN (SELECT value FROM json_each(?))"""


def hits(
    conn: sqlite3.Connection, node: Node, found: Sequence[tuple[int, Tier]], old: Mapping[tuple[int, Tier], OldText]
) -> tuple[Hit, ...]:
    """The hits for rowids and their tiers, in the order given; those in `old` as that text has them."""
    rows = {row[0]: row for row in conn.execute(_ROWS, (json.dumps([rowid for rowid, _ in found]),))}
    return tuple(_hit(rows[rowid], node, tier, old.get((rowid, tier))) for rowid, tier in found if rowid in rows)


def _hit(row: Sequence[Any], node: Node, tier: Tier, old: OldText | None) -> Hit:
    facts = dict(zip(_FACTS, row, strict=False))
    texts: dict[Column, str] = dict(zip(COLUMNS, row[len(_FACTS) :], strict=True))
    if old is not None:
        texts, facts["revision"] = old.texts, old.revision
    facts["day_estimated"] = bool(facts["day_estimated"])
    return Hit(
        **facts,
        headline=texts["headline"],
        snippet=snippet(texts, node, tier),
        tier=tier,
        title=marked(texts["headline"], node, tier, "headline"),
    )
