"""Draws articles to be read, when more match than can be."""

from __future__ import annotations

import random

from archive.search.rowids import Rowids


def drawn(rows: Rowids, most: int, seed: int, notes: list[str]) -> list[int]:
    """`rows`, or `most` of them drawn at random, always the same for one `seed`; a draw is said in `notes`."""
    everything = list(rows)
    if len(everything) <= most:
        return everything
    notes.append(f"read are {most:,} of {len(everything):,} articles, drawn at random (seed {seed})")
    return sorted(random.Random(seed).sample(everything, most))  # noqa: S311 - a sample, no secret
