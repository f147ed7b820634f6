"""Stored texts against a reading of their records, whatever seals and digests say."""

from __future__ import annotations

from dataclasses import dataclass, fields
from itertools import islice
from pathlib import Path

import sqlite_utils

from archive.barred import REASON
from archive.ingest.again import read_again
from archive.ingest.refiling import Again
from archive.model import Article
from archive.opening import readers as opening
from archive.opening.readers import Readers
from archive.opening.title import model_of
from archive.sources import Register
from archive.store import texts, unlikely
from archive.store.article_json import text_digest
from archive.store.rows import CaptureRow
from archive.verify.report import Finding
from archive.warc.members import locate

MOST = 20_000
"""Captures read again by one full verification. Of a larger archive each full verification reads the next so many."""

_SHOWN = 50
_PORTION = 200
_DATABASE = "archive.sqlite"
_CHANCE = frozenset({"time_limit", "parser_crash", "too_large"})  # reasons of the machine that read, not of the page


@dataclass(frozen=True, slots=True)
class Compared:
    """What a comparison found, and in `notes` what it could not compare and how much of the archive it was."""

    findings: tuple[Finding, ...]
    notes: tuple[str, ...]


def compare(root: Path, db: sqlite_utils.Database, turn: int) -> Compared:
    """Compares up to MOST captures, the `turn`-th share of the archive, with what their records show today.

    Every text of the database is compared with its own digests and rows besides.
    """
    most = MOST
    sentences = list(islice(texts.contradictions(db), _SHOWN + 1))
    count = texts.count_captures(db)
    start = turn * most % count if count > most else 0
    older, found, differ = 0, 0, list[str]()
    with Readers(root, Register.load(root / "sources"), opening.cores()) as readers:
        rows = texts.stretch(db, start, most)
        while portion := list(islice(rows, _PORTION)):
            told = [row for row in portion if not row.revisit_of and row.reason not in _CHANCE]
            told = [row for row in told if locate(root, row.file).exists()]  # else that is the finding
            for row, again in zip(told, read_again(readers, root, told), strict=True):
                if again.reason == REASON or again.reason in _CHANCE or again.reason == "damaged":
                    continue  # barred since; or told where the record itself is looked at
                if _is_older(db, row, again):
                    older += 1
                elif again.article is not None and not row.text_digest:
                    found += 1
                elif sentence := _difference(db, row, again.article, again.key) or _doubted(db, row, again.unlikely):
                    differ.append(sentence)
    sentences += differ[:_SHOWN]
    if len(differ) > _SHOWN:
        sentences.append(f"{len(differ) - _SHOWN} more captures are not stored as their records show them")
    notes = []
    if count > most:
        notes.append(f"{most} of {count} captures were read again and compared; the next --full reads the next {most}")
    if older:
        notes.append(f"{older} captures were read by earlier parsers and not compared; `baotinh reread` settles it")
    if found:
        notes.append(f"{found} captures show an article today and have none; `baotinh reread` files it")
    return Compared(tuple(Finding(_DATABASE, "text", sentence) for sentence in sentences), tuple(notes))


def _is_older(db: sqlite_utils.Database, row: CaptureRow, again: Again) -> bool:
    # by another parser, or with a headline of another model: a better reader does not change a page
    if again.article is None:
        return False
    _, _, stored = texts.revision_of(db, row.id)
    if stored is not None and model_of(stored.headline.by) != model_of(again.article.headline.by):
        return True
    return bool(row.parser) and row.parser != again.article.parser


def _difference(db: sqlite_utils.Database, row: CaptureRow, shown: Article | None, key: str) -> str:
    public_id, number, stored = texts.revision_of(db, row.id)
    name = f"capture {row.record_id} of {row.url}"
    if shown is None:
        return f"{name}: its record shows no article, the database has one; {_WAY}" if row.text_digest else ""
    if text_digest(shown) != row.text_digest:
        return f"{name}: its record shows another text than is stored; {_WAY}"
    if (filed := texts.key_of(db, row.article)) != key:
        return f"{name}: its record shows {key}, and it is filed under {filed or 'no article'}; {_WAY}"
    if number and stored is not None and stored != shown:
        other = ", ".join(one.name for one in fields(Article) if getattr(stored, one.name) != getattr(shown, one.name))
        return f"{name}: revision {number} of {public_id} has another {other} than its record shows; {_WAY}"
    return ""


def _doubted(db: sqlite_utils.Database, row: CaptureRow, shown: Article | None) -> str:
    # a page that was read so by an earlier parser, or not yet, is no contradiction
    stored = unlikely.of_capture(db, row.id)
    if stored is None or shown is None or shown.parser != stored.parser or shown == stored.article:
        return ""
    name = f"capture {row.record_id} of {row.url}"
    return f"{name}: what it reads like, {stored.public_id}, is stored otherwise than its record shows; {_WAY}"


_WAY = "`baotinh reread` files what the record shows"
