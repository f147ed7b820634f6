"""Where a page of hits ended, as a short text that asks for the next one."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

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
    return packed([_digest(query, order), edge.position, edge.key, edge.rowid])


def read(cursor: str, query: str, order: Order) -> Edge:
    """The edge in `cursor`; raises UsageError where it is none, or belongs to another query or order."""
    try:
        digest, position, key, rowid = unpacked(cursor)
        edge = Edge(int(position), str(key), int(rowid))
    except (ValueError, TypeError, OverflowError) as error:
        raise UsageError(
            "'{cursor}' is no cursor: take the one that the page before gave", cursor=cursor[:40]
        ) from error
    if digest != _digest(query, order):
        raise UsageError("the cursor belongs to another query or order: begin with the first page")
    return edge


def packed(fields: Sequence[object]) -> str:
    """`fields` as a text that goes into an address."""
    text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def unpacked(cursor: str) -> list[Any]:
    """The fields in `cursor`, which anybody may have written; raises ValueError or TypeError where it is none."""
    text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    try:
        return list(json.loads(text))
    except RecursionError as error:
        raise ValueError("brackets in brackets") from error


def _digest(query: str, order: Order) -> str:
    return hashlib.blake2b(f"{order}\n{query}".encode(), digest_size=6).hexdigest()
