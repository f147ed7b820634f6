"""JSON Lines of older scrapers: secondary evidence, kept as the lines stand and readable as the pages they tell of.

Each line stays byte for byte in a resource record. From its fields a plain page is made, in a conversion record that
refers to the line, so that the article goes through the same parser as every other; its provenance is "secondary".
"""

from __future__ import annotations

import html
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, TypeGuard

from archive.custody import events
from archive.errors import NothingFound
from archive.holdings import Holdings
from archive.importers.intake import Imported
from archive.messages.message import Message
from archive.warc.captures import Saved
from archive.warc.record import one_line
from archive.warc.writer import Writer

FIELDS = {
    "url": ("url", "link", "page_url", "source_url", "article_url"),
    "page": ("html", "raw_html", "page_html", "response_html"),
    "headline": ("headline", "title", "tieu_de", "name"),
    "lead": ("lead", "sapo", "description", "summary", "excerpt", "tom_tat"),
    "text": ("paragraphs", "body", "content", "text", "article", "article_text", "noi_dung"),
    "published": ("published", "published_at", "publish_date", "pubdate", "date", "datetime", "time", "ngay_dang"),
    "author": ("author", "authors", "byline", "tac_gia"),
    "section": ("section", "category", "chuyen_muc"),
    "kept": ("scraped_at", "crawled_at", "fetched_at", "downloaded_at", "timestamp", "crawl_time"),
}
"""What older scrapers call things, the name meaning it most exactly first."""

LINE_LIMIT = 32 << 20


def bring_lines(holdings: Holdings, path: Path, source: str, digest: str) -> Iterator[Imported]:
    """The WARC file written from the lines of `path`; lines without URL or text are passed over and named.

    Raises NothingFound where no line is left.
    """
    skipped: list[str] = []
    files: list[str] = []
    run = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{source}-lines"
    name = one_line(path.name)
    file_time = datetime.fromtimestamp(int(path.stat().st_mtime), UTC)
    with (
        Writer(holdings.root, source, run, (("operator", holdings.settings.operator),)) as writer,
        path.open("rb") as stream,
    ):
        for number, line in enumerate(_lines(stream), start=1):
            if not line.strip():
                continue
            saved = page_of_line(line.rstrip(b"\r\n"), f"{name} line {number}", file_time)
            if isinstance(saved, str):
                skipped.append(Message("line {number}: {saved}", number=number, saved=saved))
            else:
                files.append(writer.append_saved(saved).file)
    if not files:
        raise NothingFound(
            "{path}: no line tells of a page; {skipped}",
            path=path,
            skipped=skipped[0] if skipped else Message("it is empty"),
        )
    for file, captures in Counter(files).items():
        detail = {"how": "written", "origin": path.name, "origin_digest": digest, "captures": captures}
        events.append(holdings.root, "ingestion", file, "written from lines of another scraper", detail)
        yield Imported(file, str(path), "written", captures, tuple(skipped))
        skipped.clear()


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """Each line as far as it may be long and a byte more; the rest of a longer one is passed over unread."""
    while line := stream.readline(LINE_LIMIT + 1):
        yield line
        while len(line) > LINE_LIMIT and not line.endswith(b"\n"):
            line = stream.readline(LINE_LIMIT + 1)


def page_of_line(line: bytes, name: str, file_time: datetime) -> Saved | str:
    """The page that a line tells of, or why there is none: `name` is where the line stands, `file_time` since when."""
    if len(line) > LINE_LIMIT:
        return f"longer than {LINE_LIMIT} bytes"
    try:
        item = json.loads(line.removeprefix(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError) as error:
        return f"no JSON ({error})"
    if not isinstance(item, dict):
        return "no JSON object"
    url = _text(_first(item, "url"))
    if not url.startswith(("http://", "https://")) or not url.isprintable() or " " in url:
        return "no URL"
    page = _first(item, "page")
    body = page if _is_page(page) else _made(item)
    if not body:
        return f"neither a page nor text ({url})"
    kept, kept_by = _moment(_first(item, "kept")), "line"
    if kept is None:
        kept, kept_by = file_time, "time of the file"
    made_by = "its HTML as the line has it" if body is page else "made from the fields of the line"
    notes = (("saved-as", name), ("url-by", "line"), ("date-by", kept_by), ("page-by", made_by))
    data = body.encode("utf-8", "replace")
    return Saved(url, kept, "text/html; charset=utf-8", data, "secondary", "article", notes, line, "application/json")


def _made(item: Mapping[str, Any]) -> str:
    text = _first(item, "text")
    if _is_page(text):
        body = text
    else:
        parts = text if isinstance(text, list) else str(text or "").split("\n")
        body = "".join(f"<p>{_escaped(part)}</p>\n" for part in parts if _text(part))
    headline = _text(_first(item, "headline"))
    if not body or not headline:
        return ""
    linked = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": headline,
        "description": _text(_first(item, "lead")),
        "datePublished": _text(_first(item, "published")),
        "author": _text(_first(item, "author")),
        "articleSection": _text(_first(item, "section")),
    }
    about = json.dumps({name: value for name, value in linked.items() if value}, ensure_ascii=False, sort_keys=True)
    lead = f'<p class="lead">{_escaped(linked["description"])}</p>\n' if linked["description"] else ""
    return (
        f'<!DOCTYPE html>\n<html lang="vi"><head><meta charset="utf-8"><title>{_escaped(headline)}</title>\n'
        f'<script type="application/ld+json">{about.replace("<", chr(92) + "u003c")}</script></head>\n'
        f"<body><article>\n<h1>{_escaped(headline)}</h1>\n{lead}<div>\n{body}</div>\n</article></body></html>\n"
    )


def _first(item: Mapping[str, Any], field: str) -> Any:
    return next((item[name] for name in FIELDS[field] if item.get(name)), None)


def _is_page(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and ("<p" in value or "<html" in value.lower() or "</div>" in value)


def _text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(filter(None, map(_text, value)))
    return " ".join(str(value).split()) if isinstance(value, (str, int, float)) else ""


def _escaped(value: object) -> str:
    return html.escape(_text(value), quote=True)


def _moment(value: object) -> datetime | None:
    try:
        if isinstance(value, (int, float)):
            return datetime.fromtimestamp(value, UTC)
        moment = datetime.fromisoformat(str(value))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
