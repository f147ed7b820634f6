"""What every reference to an article consists of: its title, authors, day, key, and the evidence for it."""

from __future__ import annotations

import re
from typing import Final

from archive.store.reads import Stored
from archive.text.fold import tokens

_BETWEEN: Final = re.compile(" ?[;,&] ?| [-–] | và ")  # of a text with single blanks
_ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz0123456789-"


def permalink(stored: Stored, base: str = "") -> str:
    """The lasting address of the article as it was read here: of the reading room at `base`, else "baotinh:<id>"."""
    return f"{base.rstrip('/')}/article/{stored.row.public_id}" if base else f"baotinh:{stored.row.public_id}"


def evidence(stored: Stored, base: str) -> str:
    """What ties the reference to the preserved bytes: capture time, permalink, revision, digest, record."""
    capture = stored.capture
    return (
        f"[Captured {capture.captured_at}; {permalink(stored, base)}, revision {stored.row.revision}; "
        f"payload {capture.payload_digest}; record {capture.record_id}]"
    )


def title(stored: Stored) -> str:
    """The headline, in square brackets where it was restored from the slug."""
    headline = stored.row.headline.rstrip(".")
    return f"[{headline}]" if stored.row.headline_by.startswith("restored") else headline


def author(stored: Stored) -> str:
    """The byline as the page has it; "" where there is none."""
    return stored.row.byline.rstrip(".")


def authors(stored: Stored) -> tuple[str, ...]:
    """The persons of the byline, each name in its own order; () where there is none.

    A byline is parted only where every part looks like a name (each word begins with a capital): "Thu Hà - Minh Anh"
    is two persons, "Bài, ảnh: Thu Hà" stays as it is.
    """
    whole = author(stored)
    parted = tuple(part for part in _BETWEEN.split(" ".join(whole.split())) if part)
    named = all(word[0].isupper() for part in parted for word in part.split())
    return parted if named else (whole,)


def known_date(stored: Stored) -> tuple[int, ...]:
    """Year, month and day of publication as far as they are known: (2020, 3) for a month, () where nothing is."""
    published = stored.row.published
    return tuple(int(part) for part in published[:10].split("-")) if published else ()


def key(stored: Stored) -> str:
    """The name of the reference in a bibliography: source, year, first words, public id, so that no two are alike."""
    words = tokens(stored.row.headline)[:3]
    named = "-".join((stored.row.source, stored.row.day[:4], *words, stored.row.public_id))
    return "".join(letter for letter in named if letter in _ALPHABET)
