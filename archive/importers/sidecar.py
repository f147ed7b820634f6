"""The list beside a folder of saved pages that says where each came from: a CSV with the columns file, url, date."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from archive.errors import UsageError

NAMES = ("urls.csv", "urls.tsv")

_VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True, slots=True)
class Told:
    """What the list says of one file: its URL and, where given, when it was saved (aware)."""

    url: str
    kept: datetime | None


def read_sidecar(folder: Path) -> dict[str, Told]:
    """What `folder`/urls.csv says, by file name as written there; {} where there is no such list.

    Comma, semicolon or tab part the columns; a date without zone is Vietnam's. Raises UsageError naming list and line.
    """
    path = next((folder / name for name in NAMES if (folder / name).is_file()), None)
    if path is None:
        return {}
    try:
        text = path.read_text(encoding="utf-8-sig")
    except ValueError as error:
        raise UsageError(f"{path}: not UTF-8") from error
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    rows = csv.DictReader(text.splitlines(), delimiter=delimiter)
    try:
        return _told(path, rows)
    except csv.Error as error:
        raise UsageError(f"{path}: line {rows.line_num + 1}: {error}") from error


def _told(path: Path, rows: csv.DictReader[str]) -> dict[str, Told]:
    names = {name.strip().lower(): name for name in rows.fieldnames or ()}
    if "file" not in names or "url" not in names:
        raise UsageError(f"{path}: its first line must name the columns file and url (and date, if known)")
    return {
        (row[names["file"]] or "").strip(): Told(
            _address(path, number, (row[names["url"]] or "").strip()),
            _moment(path, number, (row.get(names.get("date", "")) or "").strip()),
        )
        for number, row in enumerate(rows, start=2)
    }


def _moment(path: Path, number: int, text: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=_VIETNAM)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"{path}: line {number}: {text!r} is no date such as 2026-11-24T10:00+07:00") from error


def _address(path: Path, number: int, url: str) -> str:
    if url and not (url.isprintable() and url.startswith(("http://", "https://"))):
        raise UsageError(f"{path}: line {number}: {url!r} is no URL such as https://baotinh.example/tin/1.html")
    return url
