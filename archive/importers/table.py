"""Tables of articles that others have made: secondary records, each row kept as it stands beside what it gives.

Of a row come two records: a resource with the row's own bytes, and a conversion that refers to it and holds for each
field of an article the key and the value that the row gives (`archive.parsers.given` reads it; nothing judges it). A
row that gives no text but the HTML of its page becomes that page, which is read like any other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from archive.custody.manifest import digest_of
from archive.errors import NothingFound, StorageError, UsageError
from archive.holdings import Holdings
from archive.importers.fields import Given, Recognition, Use
from archive.importers.intake import Imported, accept, begin, imported_before
from archive.importers.pages import folder_digest
from archive.importers.rows import Row, Shape, rows, shape_of
from archive.messages.message import Message, joined, reason_of
from archive.parsers.given import MIME, is_address, strings
from archive.sources.model import IMPORTED
from archive.store.secondary import FILE, FILE_DIGEST, OWNER, PROVENANCE, ROW
from archive.text.dates import read_date
from archive.text.urls import url_key
from archive.warc.captures import Saved, digest, saved_records, warcinfo_record
from archive.warc.record import new_id, one_line, timestamp

_APART: Final = frozenset({"url", "page", "kept"})  # what is no field of the article
NO_TEXT: Final = Message("no text")
"""Why a row that can be read is no article."""

_BARE: Final = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}/")  # an address without its scheme


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person says of a file: fields and the keys that serve them, the source of all rows, whose file it is."""

    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    source: str = ""
    owner: str = ""


@dataclass(slots=True)
class Count:
    """How often something was met, and in which row (or file of a folder) first."""

    rows: int
    first: str


@dataclass(slots=True)
class Report:
    """What a file holds: its shape and digest, rows, articles among them, keys in use, rows left out by reason,
    and what is odd about rows that are brought in.
    """

    path: Path
    shape: Shape
    digest: str
    rows: int = 0
    articles: int = 0
    pages: int = 0  # of them, rows that are the HTML of a page
    uses: tuple[Use, ...] = ()
    left_out: dict[Message, Count] = field(default_factory=dict)
    remarks: dict[Message, Count] = field(default_factory=dict)
    imported: Imported | None = None

    def leave_out(self, reason: Message, row: Row) -> None:
        """Counts a row that brings no article."""
        _count(self.left_out, reason, row)

    def remark(self, what: Message, row: Row) -> None:
        """Counts a row of which something is to be said."""
        _count(self.remarks, what, row)


def look(path: Path, choice: Choice) -> Report:
    """What importing the file at `path` would bring, by the same steps; nothing is written. Errors as of `bring`."""
    report = _begun(path)
    for _ in _saved(report, choice):
        report.articles += 1
    return report


def bring(holdings: Holdings, path: Path, choice: Choice) -> Report:
    """The file at `path` as a WARC file of the archive, whole or not at all, ready to be read by `archive.ingest`.

    A file that was brought in before, by its digest, is named and not brought again. Raises UsageError where it is
    nothing that rows can be read from or a key that was chosen is nowhere, NothingFound where no row gives an article,
    DamageError, StorageError.
    """
    report = _begun(path)
    for before in imported_before(holdings.root, report.digest):
        report.imported = before
        return report
    source = choice.source or IMPORTED
    run = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{source}-rows"
    about = (("isPartOf", run), ("source", source), ("operator", holdings.settings.operator))
    with begin(holdings.root, source, path.name) as part:
        info = new_id()
        part.add(warcinfo_record(info, Path(part.file).name, timestamp(datetime.now(UTC)), about))
        for saved in _saved(report, choice):
            for record in saved_records(saved, source, run, info)[1]:
                part.add(record)
            report.articles += 1
        if not report.articles:
            raise NothingFound(nothing(report))
        told = {"how": "written", "faults": [], "passed_over": sum(one.rows for one in report.left_out.values())}
        keys = {use.field: use.key for use in reversed(report.uses) if use.field}
        origin = {"origin": path.name, "origin_digest": report.digest, "keys": keys, "owner": choice.owner}
        accept(holdings.root, part, report.articles, {**told, **origin})
    report.imported = Imported(part.file, str(path), "written", report.articles)
    return report


def page_of_item(item: Mapping[str, Any], line: bytes, name: str, kept: datetime) -> Saved | Message:
    """What a single row becomes, as a spider of ours gives one, or why it is none: `line` are its bytes, `name` is what
    it is made from, `kept` since when it is here. It has the address of a page.
    """
    row = Row(0, line, "application/json", dict(item))
    given = Recognition().of(item)
    saved = _of_row(Report(Path(), "jsonl", ""), row, given, kept, ((FILE, one_line(name)),))
    if saved is None or not {"text", "page"} & given.values.keys():
        return NO_TEXT  # a lead alone tells of a page that the spider has not understood
    return saved if is_address(saved.url) else Message("no address of a page")


def _begun(path: Path) -> Report:
    shape = shape_of(path)
    return Report(path, shape, folder_digest(path) if path.is_dir() else digest_of(path))


def nothing(report: Report) -> Message:
    """Why a file gives no article, and what to do."""
    told = [
        Message("{reason} ({rows:,}, first {row})", reason=reason, rows=one.rows, row=one.first)
        for reason, one in report.left_out.items()
    ]
    said = "{path}: no row gives an article: {reasons}; say with --map text=KEY where the text is, of its keys: {keys}"
    return Message(said, path=report.path, reasons=joined(told, "; "), keys=", ".join(use.key for use in report.uses))


def _saved(report: Report, choice: Choice) -> Iterator[Saved]:
    recognition = Recognition(choice.keys)
    name = one_line(report.path.name)
    changed = _changed(report.path)
    told = ((FILE, name), (FILE_DIGEST, report.digest), *(((OWNER, one_line(choice.owner)),) if choice.owner else ()))
    seen: set[str] = set()
    for row in rows(report.path, report.shape):
        report.rows += 1
        if row.item is None:
            report.leave_out(row.fault or NO_TEXT, row)
            continue
        given = recognition.of(row.item)
        saved = _of_row(report, row, given, changed, told)
        if saved is None:
            report.leave_out(NO_TEXT, row)
            continue
        key = url_key(saved.url)
        if key in seen:
            report.remark(Message("an earlier row has the same address"), row)
        seen.add(key)
        yield saved
    report.uses = recognition.uses()
    if unmet := recognition.unmet():
        keys = ", ".join(use.key for use in report.uses) or "none"
        said = "{path}: --map {unmet}: no row has this key; there are {keys}"
        raise UsageError(said, path=report.path, unmet=unmet[0], keys=keys)


def _of_row(
    report: Report, row: Row, given: Given, changed: datetime, file: tuple[tuple[str, str], ...]
) -> Saved | None:
    values = {name: value for name, value in given.values.items() if name not in _APART}
    has_text = any(text.strip() for name in ("text", "lead") for text in strings(values.get(name)))
    page = "\n".join(strings(given.values.get("page")))
    if not has_text and not page.strip():
        return None
    kept = _moment(given.values.get("kept"))
    if has_text:
        keys = {name: given.keys[name] for name in (*values, *(["kept"] if kept else []))}
        told = json.dumps({"keys": keys, "values": values}, ensure_ascii=False, sort_keys=True)
        payload = told.encode("utf-8", "replace")
        mime, by = MIME, "made from the fields of the row"
    else:
        report.pages += 1
        payload, mime, by = page.encode("utf-8", "replace"), "text/html; charset=utf-8", "its HTML as the row has it"
    url = _address(given.values.get("url"))
    if not url:
        no_url = "url" not in given.values
        report.remark(Message("no address of a page") if no_url else Message("an address that is none"), row)
    _remark_dates(report, row, values, kept)
    notes = (
        *file,
        *(((ROW, one_line(row.name) or str(row.number)),) if row.name or row.number else ()),
        ("url-by", given.keys.get("url", "") if url else "none known"),
        ("date-by", given.keys.get("kept", "") if kept else "time of the file"),
        ("page-by", by),
    )
    address = url or f"urn:baotinh:{digest(payload)}"
    return Saved(address, kept or changed, mime, payload, PROVENANCE, "article", notes, row.raw, row.mime)


def _remark_dates(report: Report, row: Row, values: Mapping[str, Any], kept: datetime | None) -> None:
    said = next(iter(strings(values.get("published"))), "").strip()
    plain = said.partition(".")[0] if said.replace(".", "").isdigit() else said
    found = read_date(plain, "", kept) if said else None
    if not said:
        report.remark(Message("no day of publication"), row)
    elif found is None:
        report.remark(Message("a day of publication that is no date"), row)
    elif found.value > (datetime.now(UTC) + timedelta(days=1)).isoformat():
        report.remark(Message("a day of publication that is still to come"), row)


def _address(value: object) -> str:
    text = next(iter(strings(value)), "").strip()
    if text.startswith("//"):
        text = f"https:{text}"
    elif _BARE.match(text):
        text = f"http://{text}"
    return text if is_address(text) and text.partition("//")[2].strip("/") else ""


def _moment(value: object) -> datetime | None:
    """The time that a row says it was kept at: a number of seconds, or ISO 8601, of UTC where it names no zone."""
    try:
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value if value < 1e11 else value / 1000, UTC)
        moment = datetime.fromisoformat(str(value))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _changed(path: Path) -> datetime:
    # never the clock of today: the file's own time says at least that its rows are not younger
    try:
        return datetime.fromtimestamp(int(path.stat().st_mtime), UTC)
    except OSError as error:
        raise StorageError("{path}: {reason}", path=path, reason=reason_of(error)) from error


def _count(counts: dict[Message, Count], what: Message, row: Row) -> None:
    if what in counts:
        counts[what].rows += 1
    else:
        counts[what] = Count(1, row.name or str(row.number))
