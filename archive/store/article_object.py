"""An article as one JSON object: what its page shows first, then what the archive knows of it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from archive.model import Article, Found, Moment, Teaser
from archive.store.reads import Stored

_PARTIAL: Final = ("month", "year")  # "2020-03" is no time that readers of JSON take: it has a field of its own


def as_object(stored: Stored) -> dict[str, Any]:
    """An article as JSON: what its page shows first, then what the archive knows of it.

    `paragraphs`, `captions`, `tags`, `images` and `attachments` are lists of text (URLs the last two); `related` holds
    url, headline, teaser and where it stood. Absent texts are null. `same_text` names the other articles with this text
    (null where there is none), the first publisher first. `provenance` leads to the record and says how each field was
    found.
    """
    row, article, capture = stored.row, stored.article, stored.capture
    return {
        "url": row.url,
        "headline": article.headline.value,
        "lead": _value(article.lead),
        "paragraphs": list(article.body),
        "captions": list(article.captions),
        "byline": _value(article.byline),
        "source_credit": _value(article.source_credit),
        "published": _value(article.published) if row.published_precision not in _PARTIAL else None,
        "modified": _value(article.modified),
        "section": _value(article.section),
        "tags": list(article.tags),
        "images": [image.url for image in article.images],
        "attachments": [file.url for file in article.attachments],
        "related": [_related(teaser) for teaser in article.teasers],
        "id": row.public_id,
        "slug": row.slug,
        "source": row.source,
        "source_name": stored.source_name,
        "province": row.province,
        "province_now": row.province_now,
        "day": row.day,
        "day_estimated": bool(row.day_estimated),
        "published_precision": row.published_precision,
        "published_partial": row.published if row.published_precision in _PARTIAL else None,
        "words": row.words,
        "pictures": [asdict(image) for image in article.images],
        "files": [asdict(file) for file in article.attachments],
        "revision": row.revision,
        "first_captured": row.first_captured,
        "last_captured": row.last_captured,
        "gone_at": row.gone_at,
        "confidence": row.confidence,
        "probability": article.probability,
        "notes": list(article.notes),
        "same_text": _same_text(stored),
        "provenance": {
            "captured_at": capture.captured_at,
            "captured_url": capture.url,
            "record_id": capture.record_id,
            "file": capture.file,
            "offset": capture.offset,
            "length": capture.length,
            "block_digest": capture.block_digest,
            "payload_digest": capture.payload_digest,
            "origin": capture.provenance,
            "parser": article.parser,
            "fields": _fields(article),
        },
    }


def _fields(article: Article) -> dict[str, Any]:
    found: dict[str, Any] = {"body": {"by": article.body_by}}
    for name in ("headline", "lead", "byline", "source_credit", "section", "published", "modified"):
        value = getattr(article, name)
        if value is not None:
            how = {"by": value.by, "raw": value.raw, "confidence": value.confidence}
            found[name] = how | ({"note": value.note} if getattr(value, "note", "") else {})
    return found


def _same_text(stored: Stored) -> dict[str, Any] | None:
    found = stored.same_text
    if found is None:
        return None
    others = [
        {name: getattr(one, name) for name in ("id", "source", "province", "published", "day", "day_estimated", "url")}
        for one in found.members
        if one.id != stored.row.public_id
    ]
    counts = {"articles": found.articles, "sources": found.sources, "provinces": found.provinces}
    return {"first": found.first.id, **counts, "others": others}


def _related(teaser: Teaser) -> dict[str, str]:
    return {"url": teaser.url, "headline": teaser.headline, "teaser": teaser.text, "box": teaser.box}


def _value(found: Found | Moment | None) -> str | None:
    return found.value if found is not None else None
