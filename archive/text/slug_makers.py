"""The slug that each CMS family makes of a title."""

from __future__ import annotations

from archive.text.fold import tokens


def make_slug(title: str, family: str) -> str:
    """The slug that a site of `family` makes of `title`."""
    return "-".join(tokens(title))
