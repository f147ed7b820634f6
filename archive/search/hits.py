"""Turns rowids into hits: the facts of each article, its headline and the passage that matches."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from archive.search.answer import Hit
from archive.search.match import Tier
from archive.search.query import Node
from archive.search.snippet import marked, snippet

_ROWS = """SELECT a.search_rowid, a.public_id, a.headline, a.source, coalesce(s.name, a.source), a.day, a.published,
        a.province, a.province_now, a.url, a.revision, a.day_estimated, a.gone_at, a.lead, a.body, a.captions, a.byline
    FROM articles a LEFT JOIN sources s ON s.id = a.source
    WHERE a.search_rowid IN (SELECT value FROM json_each(?))"""


def hits(conn: sqlite3.Connection, node: Node, found: Sequence[tuple[int, Tier]]) -> tuple[Hit, ...]:
    """The hits for rowids and their tiers, in the order given."""
    rows = {row[0]: row for row in conn.execute(_ROWS, (json.dumps([rowid for rowid, _ in found]),))}
    return tuple(_hit(rows[rowid], node, tier) for rowid, tier in found if rowid in rows)


def _hit(row: Sequence[object], node: Node, tier: Tier) -> Hit:
    rowid, public_id, headline, source, name, day, published, province, now, url, revision, estimated, gone = row[:13]
    lead, body, captions, byline = map(str, row[13:])
    passage = snippet({"headline": "", "lead": lead, "body": body, "captions": captions, "byline": byline}, node, tier)
    return Hit(
        public_id=str(public_id),
        headline=str(headline),
        source=str(source),
        source_name=str(name),
        day=str(day),
        published=None if published is None else str(published),
        province=str(province),
        province_now=str(now),
        snippet=passage,
        tier=tier,
        url=str(url),
        title=marked(str(headline), node, tier, "headline"),
        rowid=int(str(rowid)),
        revision=int(str(revision)),
        day_estimated=bool(estimated),
        gone_at=None if gone is None else str(gone),
    )
