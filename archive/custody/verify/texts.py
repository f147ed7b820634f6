"""Stored texts against what their records show today, and against their own digests and rows."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import sqlite_utils

from archive.custody import events
from archive.custody.verify.fixity import Finding
from archive.custody.withheld import REASON
from archive.ingest.reread import Reread, read_again
from archive.messages.message import Message
from archive.model import Article
from archive.sources import Register
from archive.store import comparison, unlikely
from archive.store.rows import CaptureRow, text_digest
from archive.text.clock import utc_milliseconds
from archive.warc.members import locate
from archive.worker import pool as reading_pool
from archive.worker.page import model_of
from archive.worker.pool import WorkerPool

MOST = 20_000
"""Captures read again by one full verification. Of a larger archive each full verification reads the next so many."""

_SHOWN = 50
_PORTION = 200
_DATABASE = "archive.sqlite"
_CHANCE = frozenset({"time_limit", "parser_crash", "too_large"})  # reasons of the machine that read, not of the page


def compare(root: Path, db: sqlite_utils.Database, turn: int) -> tuple[list[Finding], list[str]]:
    """What is found where up to MOST captures, the `turn`-th share of the archive, are compared with their records as
    today's parsers read them; and notes of what could not be compared, and how much of the archive it was.

    Every text of the database is compared with its own digests and rows besides.
    """
    most = MOST
    sentences = list(islice(comparison.contradictions(db), _SHOWN + 1))
    count = comparison.count_captures(db)
    start = turn * most % count if count > most else 0
    older, found, differ, learnt = 0, 0, list[str](), _learnt_since(root)
    with WorkerPool(root, Register.load(root / "sources"), reading_pool.cores()) as readers:
        rows = comparison.capture_portion(db, start, most)
        while portion := list(islice(rows, _PORTION)):
            told = [row for row in portion if not row.revisit_of and row.reason not in _CHANCE]
            told = [row for row in told if locate(root, row.file).exists()]  # else that is the finding
            for row, again in zip(told, read_again(readers, root, told), strict=True):
                if again.reason == REASON or again.reason in _CHANCE or again.reason == "damaged":
                    continue  # withheld since; or told where the record itself is looked at
                if _is_older(db, row, again):
                    older += 1
                elif again.article is not None and not row.text_digest:
                    found += 1
                elif sentence := _difference(db, row, again.article, again.key) or _doubted(db, row, again.unlikely):
                    if row.captured_at < learnt.get(row.source, ""):
                        older += 1
                    else:
                        differ.append(sentence)
    sentences += differ[:_SHOWN]
    if more := len(differ[_SHOWN:]):
        sentences.append(Message("{differ} more captures are not stored as their records show them", differ=more))
    notes: list[str] = []
    if count > most:
        message = "{most} of {count} captures were read again and compared; the next --full reads the next {most}"
        notes.append(Message(message, most=most, count=count))
    if older:
        message = "{older} captures were read by earlier parsers and not compared; `baotinh reread` settles it"
        notes.append(Message(message, older=older))
    if found:
        message = "{found} captures show an article today and have none; `baotinh reread` files it"
        notes.append(Message(message, found=found))
    return [Finding(_DATABASE, "text", sentence) for sentence in sentences], notes


def _learnt_since(root: Path) -> dict[str, str]:
    """When the layout of each source was learnt, where nothing was read again since: what was read before is older."""
    again = [event.at for event in events.of(root, "migration", about=_DATABASE)]
    files = {path.name.removesuffix(".layout.toml"): path for path in (root / "sources").glob("*.layout.toml")}
    times = {
        source: utc_milliseconds(datetime.fromtimestamp(path.stat().st_mtime, UTC)) for source, path in files.items()
    }
    return {source: at for source, at in times.items() if at > max(again, default="")}


def _is_older(db: sqlite_utils.Database, row: CaptureRow, again: Reread) -> bool:
    # by another parser, or with a headline of another model: a better reader does not change a page
    if again.article is None:
        return False
    _, _, stored = comparison.revision_of(db, row.id)
    if stored is not None and model_of(stored.headline.by) != model_of(again.article.headline.by):
        return True
    return bool(row.parser) and row.parser != again.article.parser


def _difference(db: sqlite_utils.Database, row: CaptureRow, shown: Article | None, key: str) -> str:
    public_id, number, stored = comparison.revision_of(db, row.id)
    name = f"capture {row.record_id} of {row.url}"
    if shown is None:
        message = "{name}: its record shows no article, the database has one; {way}"
        return Message(message, name=name, way=_WAY) if row.text_digest else ""
    if text_digest(shown) != row.text_digest:
        return Message("{name}: its record shows another text than is stored; {way}", name=name, way=_WAY)
    if (filed := comparison.key_of(db, row.article)) != key:
        message = "{name}: its record shows {key}, and it is filed under {filed}; {way}"
        return Message(message, name=name, key=key, filed=filed or "no article", way=_WAY)
    if number and stored is not None and stored != shown:
        other = ", ".join(one.name for one in fields(Article) if getattr(stored, one.name) != getattr(shown, one.name))
        message = "{name}: revision {number} of {public_id} has another {other} than its record shows; {way}"
        return Message(message, name=name, number=number, public_id=public_id, other=other, way=_WAY)
    return ""


def _doubted(db: sqlite_utils.Database, row: CaptureRow, shown: Article | None) -> str:
    # a page that was read so by an earlier parser, or not yet, is no contradiction
    stored = unlikely.of_capture(db, row.id)
    if stored is None or shown is None or shown.parser != stored.parser or shown == stored.article:
        return ""
    name = f"capture {row.record_id} of {row.url}"
    message = "{name}: what it reads like, {public_id}, is stored otherwise than its record shows; {way}"
    return Message(message, name=name, public_id=stored.public_id, way=_WAY)


_WAY = "`baotinh reread` files what the record shows"
