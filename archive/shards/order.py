"""The one order of the articles of several shards, and where a page of them ends.

Newer minutes come first. Within a minute, or among a day's articles without a time, a single archive keeps the order in
which they came in; between shards it is that of the shards, as if one after the other had come in.
"""

from __future__ import annotations

from dataclasses import dataclass

from archive.errors import UsageError
from archive.search import cursor as cursors
from archive.search.answer import Order
from archive.search.cursor import Edge
from archive.search.slots import minute_of


@dataclass(frozen=True, slots=True)
class Placed:
    """A hit, as the edge it would be in its shard, and the number of that shard."""

    edge: Edge
    shard: int


def sort_key(one: Placed, order: Order) -> tuple[object, ...]:
    """What sorts hits in `order`, within which each shard's own order stands."""
    first, _ = minute_of(one.edge.rowid)
    if order == "oldest":
        return one.edge.position, first, one.shard, one.edge.rowid
    newest = -first, -one.shard, -one.edge.rowid
    return (one.edge.position, one.edge.key, *newest) if order == "source" else (one.edge.position, *newest)


def edge_in(shard: int, last: Placed, order: Order) -> Edge:
    """Where the page after `last` begins in `shard`: what comes behind this edge there comes behind `last`."""
    edge = last.edge
    if shard == last.shard:
        return edge
    first, end = minute_of(edge.rowid)
    # A shard of a lower number comes after `last` in its minute when the newest come first, before it when the oldest.
    whole_minute_left = shard > last.shard if order == "oldest" else shard < last.shard
    if order == "oldest":
        return Edge(edge.position, edge.key, first - 1 if whole_minute_left else end)
    return Edge(edge.position, edge.key, end + 1 if whole_minute_left else first)


def write_cursor(query: str, order: Order, last: Placed, name: str) -> str:
    """The cursor for the page after `last`, of the shard called `name`."""
    return cursors.packed([cursors.write(query, order, last.edge), name])


def read_cursor(cursor: str, query: str, order: Order, names: list[str]) -> Placed:
    """The last hit of the page before; raises UsageError where `cursor` is none, or of other shards or queries."""
    try:
        inner, name = cursors.unpacked(cursor)
        shard = names.index(name)
    except (ValueError, TypeError) as error:
        raise UsageError(f"'{cursor[:40]}' is no cursor of these shards: begin with the first page") from error
    return Placed(cursors.read(str(inner), query, order), shard)
