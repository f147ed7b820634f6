"""What a column means where the schema's own comment leaves it to its name; docs/tables.md prints both."""

from __future__ import annotations

_EVERYWHERE = {
    "id": "number of the row",
    "source": "id of the source in the register",
    "article": "the article it belongs to",
    "capture": "the capture it was read from",
    "position": "place in page order, from 0",
    "url": "absolute address, as the page has it",
    "url_key": "the address as a key for comparing",
    "parser": "family and version of the parser: nukeviet/3",
    "number": "from 1",
}

_COLUMNS = {
    "sources.id": "id in the register",
    "sources.name": "the name it gives itself",
    "sources.kind": "newspaper, party or government",
    "sources.homepage": "where the site begins",
    "runs.began": "UTC",
    "runs.ended": "UTC; NULL while it runs, or where it was killed",
    "runs.report_json": "the run's report as `baotinh crawl --json` printed it",
    "captures.run": "the crawl or import that brought it",
    "captures.captured_at": "UTC, when the fetch began",
    "captures.offset": "where its response record begins in the file, in bytes",
    "captures.block_digest": "sha256 of the record's block: the response as it went over the wire",
    "captures.payload_digest": "sha256 of the body after transfer decoding",
    "captures.truncated": "why the response is not whole: length, time, disconnect, unspecified; empty where it is",
    "captures.revisit_of": "record id of the earlier response with the same content (a 304, or an identical body)",
    "captures.via": "the address on which this one was found",
    "captures.notes_json": "repairs and doubts met while reading it",
    "articles.headline": "as published, in NFC",
    "articles.lead": "the sapo, as published; empty where there is none",
    "articles.byline": "who wrote it, without the label (Tin, ảnh: ...)",
    "articles.source_credit": "whom the page credits (Nguồn tin, Theo ...)",
    "articles.section": "the section the page stands in",
    "articles.published_precision": "second, minute, hour, day, month or year",
    "articles.modified": "last edit where the page shows one later than publication",
    "articles.confidence": "0 to 1, the parser's own",
    "articles.first_captured": "UTC",
    "revisions.digest": "sha256 of the normalised fields a reader sees",
    "teasers.url": "where it points to",
    "teasers.headline": "of the article it points to, as this box prints it",
    "teasers.text": "its cut text, ending in ... as published",
    "teasers.box": "where it stood: related, newer, older, topic, body, listing, elsewhere",
    "teasers.sightings": "in how many captures it was seen",
    "teasers.first_capture": "the first that showed it",
    "teasers.last_capture": "the last that showed it",
    "article_teasers.teaser": "the pointer shown",
    "images.alt": "alternative text",
    "images.caption": "its caption, empty where it has none",
    "attachments.name": "the name the page gives the file",
    "tags.tag": "as published",
    "events.seq": "number in the log, from 0",
    "events.at": "UTC",
    "events.object": "what it happened to: a file, a record, a run",
    "events.outcome": "success, failure or warning",
    "events.detail_json": "everything else the log line says",
    "readings.digest": "sha256 of what it read",
    "readings.article_json": "the whole article as it read it",
    "readings.replaced_at": "UTC, when the later parser took its place",
    "mentions.length": "in characters",
}


def meaning(table: str, column: str) -> str:
    """What `column` of `table` means; "" where nobody has written it down."""
    return _COLUMNS.get(f"{table}.{column}", _EVERYWHERE.get(column, ""))
