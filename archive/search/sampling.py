"""Draws articles to be read, when more match than can be."""

from __future__ import annotations

import random
from collections.abc import Sequence

from archive.search.rowids import Rowids
from archive.search.slots import place_of


def drawn(parts: Sequence[Rowids], most: int, seed: int, notes: list[str]) -> list[list[int]]:
    """The rowids of each part, or of all parts `most` drawn at random; a draw is said in `notes`.

    Always the same ones for one `seed`, however the articles are parted.
    """
    number = sum(map(len, parts))
    if number <= most:
        return [list(rows) for rows in parts]
    notes.append(f"read are {most:,} of {number:,} articles, drawn at random (seed {seed})")
    chosen = sorted(random.Random(seed).sample(range(number), most))  # noqa: S311 - a sample, no secret
    if len(parts) == 1:
        rowids = list(parts[0])
        return [[rowids[at] for at in chosen]]
    every = sorted(((part, rowid) for part, rows in enumerate(parts) for rowid in rows), key=lambda one: place_of(*one))
    found: list[list[int]] = [[] for _ in parts]
    for at in chosen:
        part, rowid = every[at]
        found[part].append(rowid)
    return found
