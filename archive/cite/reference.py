"""What a reference to an article consists of: title, authors, day, key, and the evidence that leads to its bytes."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from archive.messages.message import Message
from archive.parsers.given import MADE
from archive.store.queries import StoredArticle
from archive.store.secondary import secondary
from archive.text.folding import tokens

_BETWEEN: Final = re.compile(" ?[;,&] ?| [-–] | và ")  # of a text with single blanks
_ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz0123456789-"


def permalink(stored: StoredArticle, base: str = "") -> str:
    """The lasting address of the article as it was read here: of the reading room at `base`, else "baotinh:<id>"."""
    return f"{base.rstrip('/')}/article/{stored.row.public_id}" if base else f"baotinh:{stored.row.public_id}"


def evidence(stored: StoredArticle, base: str) -> Message:
    """What ties the reference to the preserved bytes: capture time, permalink, revision, digest, record.

    Of a secondary record, which is no capture of a page: the row, the file and its digest that it was made from.
    """
    capture, named, revision = stored.capture, permalink(stored, base), stored.row.revision
    if (made_from := secondary(capture)) is not None:
        file = str(replace(made_from, row=""))
        return Message(
            "Secondary record, no capture of the page: {made_from}; {permalink}, revision {revision}; record {record}",
            made_from=Message("row {row} of {file}", row=made_from.row, file=file) if made_from.row else Message(file),
            permalink=named,
            revision=revision,
            record=capture.record_id,
        )
    return Message(
        "Captured {moment}; {permalink}, revision {revision}; payload {digest}; record {record}",
        moment=capture.captured_at,
        permalink=named,
        revision=revision,
        digest=capture.payload_digest,
        record=capture.record_id,
    )


def seen(stored: StoredArticle) -> str:
    """The day (UTC) on which the page was captured; "" where it never was, and a secondary record stands for it."""
    return "" if secondary(stored.capture) else stored.capture.captured_at[:10]


def title(stored: StoredArticle) -> str:
    """The headline, in square brackets where it was supplied: restored from the slug, or the first words of a text."""
    headline = stored.row.headline.rstrip(".")
    return f"[{headline}]" if stored.row.headline_by.startswith(("restored", MADE)) else headline


def authors(stored: StoredArticle) -> tuple[str, ...]:
    """The persons of the byline, each name in its own order; () where there is none.

    A byline is parted only where every part looks like a name (each word begins with a capital): "Thu Hà - Minh Anh"
    is two persons, "Bài, ảnh: Thu Hà" stays as it is.
    """
    whole = stored.row.byline.rstrip(".")
    parted = tuple(part for part in _BETWEEN.split(" ".join(whole.split())) if part)
    named = all(word[0].isupper() for part in parted for word in part.split())
    return parted if named else (whole,)


def known_date(stored: StoredArticle) -> tuple[int, ...]:
    """Year, month and day of publication as far as they are known: (2020, 3) for a month, () where nothing is."""
    published = stored.row.published
    return date_parts(published[:10]) if published else ()


def date_parts(iso: str) -> tuple[int, ...]:
    """A day, month or year in ISO 8601 as numbers; () of ""."""
    return tuple(int(part) for part in iso.split("-") if part)


def key(stored: StoredArticle) -> str:
    """The name of the reference in a bibliography: source, year, first words, public id, so that no two are alike."""
    words = tokens(stored.row.headline)[:3]
    named = "-".join((stored.row.source, stored.row.day[:4], *words, stored.row.public_id))
    return "".join(letter for letter in named if letter in _ALPHABET)
