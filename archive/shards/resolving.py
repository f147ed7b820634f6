"""Reads the limits of a query by the names that all shards have: a source of one shard is no other one elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from archive.search.limits import places_named, sections_named, sources_named
from archive.search.query import And, Filter, Node, Not, Or
from archive.shards.asked import Facts


def sources_of(facts: Iterable[Facts]) -> list[tuple[str, str]]:
    """Id and name of every source of the shards."""
    return sorted({source for one in facts for source in one.sources})


def resolved(node: Node, facts: Iterable[Facts]) -> Node:
    """`node` with what its sources, sections and places stand for."""
    match node:
        case Filter(kind="source"):
            return replace(node, meant=tuple(sources_named(node.value, sources_of(facts))))
        case Filter(kind="section"):
            every = sorted({name for one in facts for name in one.sections})
            return replace(node, meant=tuple(sections_named(node.value, every)))
        case Filter(kind="place"):
            return replace(node, meant=tuple(places_named(node.value)))
        case Not():
            return Not(resolved(node.part, facts))
        case And():
            return And(tuple(resolved(part, facts) for part in node.parts))
        case Or():
            return Or(tuple(resolved(part, facts) for part in node.parts))
        case _:
            return node
