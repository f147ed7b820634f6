"""Where a page of hits ended, as a short text that asks for the next one."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass

from archive.errors import UsageError
from archive.search.answer import Order


@dataclass(frozen=True, slots=True)
class Edge:
    """The last hit of a page: the position of its tier, its sort key (empty where the rowid is the key), its rowid."""

    position: int
    key: str
    rowid: int


def write(query: str, order: Order, edge: Edge) -> str:
    """The cursor for the page after `edge`."""
    fields = [_digest(query, order), edge.position, edge.key, edge.rowid]
    packed = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def read(cursor: str, query: str, order: Order) -> Edge:
    """The edge in `cursor`; raises UsageError where it is none, or belongs to another query or order."""
    try:
        packed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        digest, position, key, rowid = json.loads(packed)
        edge = Edge(int(position), str(key), int(rowid))
    except (ValueError, TypeError) as error:
        raise UsageError(f"'{cursor[:40]}' is no cursor: take the one that the page before gave") from error
    if digest != _digest(query, order):
        raise UsageError("the cursor belongs to another query or order: begin with the first page")
    return edge


def _digest(query: str, order: Order) -> str:
    return hashlib.blake2b(f"{order}\n{query}".encode(), digest_size=6).hexdigest()
