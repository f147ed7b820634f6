"""Articles taken out of the archive: JSON Lines, CSV, and the records that an earlier scraper printed.

Exports stream: one article in memory at a time. A file is written beside its name and renamed when whole.
"""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, TextIO

from archive.disk import sync_folder
from archive.errors import StorageError, UsageError
from archive.model import Article, Found, Moment, Teaser
from archive.store.reads import Stored
from archive.text.slug import to_words

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_PARTIAL: Final = ("month", "year")  # "2020-03" is no time that readers of JSON take: it has a field of its own
CSV_COLUMNS: Final = (
    "id",
    "url",
    "headline",
    "lead",
    "text",
    "captions",
    "byline",
    "source_credit",
    "section",
    "tags",
    "published",
    "published_precision",
    "modified",
    "day",
    "day_estimated",
    "source",
    "source_name",
    "province",
    "province_now",
    "words",
    "confidence",
    "revision",
    "first_captured",
    "last_captured",
    "gone_at",
    "warc_file",
    "warc_offset",
    "record_id",
    "payload_digest",
)


def write_jsonl(articles: Iterable[Stored], out: TextIO) -> int:
    """Writes each article as one line of JSON (see `as_object`); gives their number."""
    count = 0
    for count, stored in enumerate(articles, 1):  # noqa: B007 - the count is what is given back
        out.write(json.dumps(as_object(stored), ensure_ascii=False) + "\n")
    return count


def write_csv(articles: Iterable[Stored], out: TextIO) -> int:
    """Writes a line per article below a line of CSV_COLUMNS, safe to open in a spreadsheet; gives their number.

    RFC 4180. A cell that a spreadsheet would take for a formula gets an apostrophe in front (CWE-1236, OWASP ASVS
    1.2.10): quoting does not stop formulas.
    """
    table = csv.writer(out)
    table.writerow(CSV_COLUMNS)
    count = 0
    for count, stored in enumerate(articles, 1):  # noqa: B007
        table.writerow([_cell(value) for value in _csv_row(stored)])
    return count


def write_records(articles: Iterable[Stored], out: TextIO) -> int:
    """Writes each article with its teasers as the earlier scraper printed them; gives the number of articles.

    Per page: a record for each teaser (`<slug in words> <headline>`, its text), then the article's own (`<slug in
    words>`, captions line by line, then lead and paragraphs). A blank line parts records and paragraphs, and nothing
    follows the last.
    """
    count = 0
    for count, stored in enumerate(articles, 1):
        out.write(("\n\n" if count > 1 else "") + "\n\n".join(records(stored.article)))
    return count


def records(article: Article) -> Iterator[str]:
    """The records of one page: its teasers' and its own."""
    title = to_words(article.slug)
    for teaser in article.teasers:
        yield f"{title} {teaser.headline}"
        if teaser.text:
            yield teaser.text
    yield "\n".join((title, *article.captions))
    if article.lead is not None and article.lead.value != next(iter(article.body), None):
        yield article.lead.value
    yield from article.body


FORMATS: Final[dict[str, Callable[[Iterable[Stored], TextIO], int]]] = {
    "jsonl": write_jsonl,
    "csv": write_csv,
    "records": write_records,
}
"""Every format by its name on the command line."""


def export(articles: Iterable[Stored], format_name: str, path: Path, force: bool = False) -> int:
    """Writes `articles` to the file `path` in a format of FORMATS; gives their number.

    Raises UsageError where `path` exists and `force` is not set, StorageError where it cannot be written; an earlier
    file then stands as it was.
    """
    if path.exists() and not force:
        raise UsageError(f"{path} exists; name another file, or write over it with --force")
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with beside.open("w", encoding="utf-8", newline="") as out:
            count = FORMATS[format_name](articles, out)
            out.flush()
            os.fsync(out.fileno())
        beside.replace(path)
        sync_folder(path.absolute().parent)
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror or error}") from error
    finally:
        beside.unlink(missing_ok=True)
    return count


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


def _csv_row(stored: Stored) -> Iterator[object]:
    row, article, capture = stored.row, stored.article, stored.capture
    own: dict[str, object] = {
        "id": row.public_id,
        "text": row.body,
        "tags": "; ".join(article.tags),
        "source_name": stored.source_name,
        "warc_file": capture.file,
        "warc_offset": capture.offset,
        "record_id": capture.record_id,
        "payload_digest": capture.payload_digest,
    }
    for column in CSV_COLUMNS:
        yield own[column] if column in own else getattr(row, column)


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _value(found: Found | Moment | None) -> str | None:
    return found.value if found is not None else None
