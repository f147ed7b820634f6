"""The one written form of a model.Article: JSON, keys sorted, defaults left out, each field with how it was found."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields
from typing import Any

from archive.model import Article, Attachment, Found, Image, Moment, Teaser

_dump = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
_FIELDS: dict[type, tuple[tuple[str, Any], ...]] = {
    kind: tuple((field.name, field.default) for field in fields(kind))
    for kind in (Article, Found, Moment, Image, Attachment, Teaser)
}
_LEAVES = frozenset({str, float, int, type(None)})
_FOUND = ("headline", "lead", "byline", "source_credit", "section")
_MOMENTS = ("published", "modified")
_TEXTS = ("body", "captions", "tags", "notes")


def encode(article: Article) -> str:
    """The JSON of `article`, from which `decode` makes an equal value; equal articles give equal JSON."""
    return _dump(_plain(article))


def decode(text: str) -> Article:
    """The article that `encode` wrote."""
    row: dict[str, Any] = json.loads(text)
    for name in _FOUND:
        if name in row:
            row[name] = Found(**row[name])
    for name in _MOMENTS:
        if name in row:
            row[name] = Moment(**row[name])
    for name in _TEXTS:
        if name in row:
            row[name] = tuple(row[name])
    for name, kind in (("images", Image), ("attachments", Attachment), ("teasers", Teaser)):
        if name in row:
            row[name] = tuple(kind(**value) for value in row[name])
    return Article(**row)


def text_digest(article: Article) -> str:
    """ "sha256:<hex>" of the text a reader sees: what decides whether a page has changed.

    Headline, lead, paragraphs, captions, byline and credit. Not the dates (some sites print "3 giờ trước"), pictures,
    tags, nor the boxes of related articles, which change with every article that follows.
    """
    seen = [
        article.headline.value,
        article.lead.value if article.lead else "",
        article.body,
        article.captions,
        article.byline.value if article.byline else "",
        article.source_credit.value if article.source_credit else "",
    ]
    return "sha256:" + hashlib.sha256(_dump(seen).encode()).hexdigest()


def _plain(value: Any) -> Any:
    # dataclasses.asdict copies every leaf deeply: ten times the time of this, on every article stored.
    kind = type(value)
    if kind is tuple:
        return value if value and type(value[0]) is str else [_plain(part) for part in value]
    plain = {}
    for name, default in _FIELDS[kind]:
        part = getattr(value, name)
        if part != default:
            plain[name] = part if type(part) in _LEAVES else _plain(part)
    return plain
