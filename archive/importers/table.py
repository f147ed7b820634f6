"""Tables of articles that others have made: secondary records, each row kept as it stands beside what it gives.

Of a row come two records: a resource with the row's own bytes, and a conversion that refers to it and holds for each
field of an article the key and the value that the row gives (`archive.parsers.given` reads it; nothing judges it). A
row that gives no text but the HTML of its page becomes that page, which is read like any other.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import IO, Any, BinaryIO, Final, Literal, cast

from archive.custody.manifest import digest_of
from archive.errors import DamageError, NothingFound, StorageError, UsageError
from archive.holdings import Holdings
from archive.importers.fields import Given, Recognition, Use
from archive.importers.intake import NO_FILE, Imported, accept, begin, imported_before, kind_of, passed_over
from archive.importers.pages import folder_digest
from archive.messages.message import Message, joined, reason_of
from archive.parsers.given import MIME, is_address, strings
from archive.sources.model import IMPORTED
from archive.store.rows import FILE, FILE_DIGEST, OWNER, PROVENANCE, ROW
from archive.text.dates import read_date
from archive.text.encodings import decode
from archive.text.urls import url_key
from archive.warc.captures import Saved, digest, saved_records, warcinfo_record
from archive.warc.record import GZIP_MAGIC, new_id, one_line, timestamp

Shape = Literal["jsonl", "json", "csv", "parquet", "folder"]

LINE_LIMIT: Final = 32 << 20
"""Bytes of one row."""

ARRAY_LIMIT: Final = 512 << 20
"""Bytes of a JSON array, which is read whole."""

TEXTS: Final = (".txt", ".text", ".md")
"""The ends of names of files that are texts."""

_HEAD: Final = 1 << 18
_PARQUET: Final = b"PAR1"
_UNREADABLE: Final = (OSError, EOFError, zlib.error)


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its number (of its first line, counted from 1; of an element of an array or a file of a folder), its bytes
    and their media type, and what it holds; None where it is no row, `fault` says why.
    """

    number: int
    raw: bytes
    mime: str
    item: dict[str, Any] | None
    fault: Message | None = None
    name: str = ""  # of the file, in a folder


def shape_of(path: Path) -> Shape:
    """What the file or folder at `path` is; raises UsageError where it is nothing that rows can be read from."""
    if not path.exists():
        raise UsageError(
            "{path} is not there; name a file of JSON Lines, JSON, CSV or Parquet, or a folder of texts", path=path
        )
    if path.is_dir():
        if not any(True for _ in _texts(path)):
            ends = ", ".join((*TEXTS, ".json"))
            raise UsageError(
                "{path}: no text in it (files named {ends}); name other files themselves", path=path, ends=ends
            )
        return "folder"
    if not path.is_file():
        raise UsageError("{path}: {reason}", path=path, reason=NO_FILE)
    try:
        with _opened(path) as stream:
            head = stream.read(_HEAD)
    except _UNREADABLE as error:
        raise StorageError("{path}: {error}", path=path, error=error) from error
    if not head.strip():
        raise UsageError("{path} is empty", path=path)
    if head.startswith(_PARQUET):
        return "parquet"
    if kind_of(path) in ("warc", "arc", "wacz", "html"):
        raise UsageError("{path}: captured or saved pages, no table; `baotinh ingest` takes them in", path=path)
    text = _text_of(head).lstrip("\ufeff \t\r\n")
    if text.startswith("["):
        return "json"
    if text.startswith("{"):
        return "jsonl" if _is_line(text) else "json"
    if head.startswith(b"PK\x03\x04"):
        raise UsageError("{path}: a ZIP file or a workbook; unpack it, or save the sheet as CSV", path=path)
    if "\x00" in text or not any(mark in text.partition("\n")[0] for mark in _MARKS):
        raise UsageError(
            "{path}: neither JSON Lines, JSON, CSV nor Parquet; a text alone is taken in with its folder", path=path
        )
    return "csv"


def rows(path: Path, shape: Shape) -> Iterator[Row]:
    """The rows of the file or folder at `path`; raises StorageError, DamageError, UsageError."""
    try:
        yield from _READERS[shape](path)
    except _UNREADABLE as error:
        if isinstance(error, OSError) and error.errno:
            raise StorageError("{path}: {reason}", path=path, reason=reason_of(error)) from error
        raise DamageError("{path}: breaks off or is damaged ({error})", path=path, error=error) from error


def as_json(item: dict[str, Any]) -> bytes:
    """`item` as one line of JSON; what JSON has no word for, as text."""
    return json.dumps(item, ensure_ascii=False, default=_plain).encode("utf-8", "replace")


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    with path.open("rb") as stream:
        packed = stream.read(2) == GZIP_MAGIC
        stream.seek(0)
        if not packed:
            yield stream
            return
        with gzip.GzipFile(fileobj=stream) as plain:
            yield cast(BinaryIO, plain)


def _lines(path: Path) -> Iterator[Row]:
    with _opened(path) as stream:
        encoding = _encoding(stream.read(_HEAD))
        stream.seek(0)
        if encoding.startswith("utf-16"):
            text = io.TextIOWrapper(stream, encoding="utf-16", newline="\n")
            yield from (_line(number, line.encode()) for number, line in enumerate(text, 1) if line.strip())
            return
        for number, line in enumerate(_limited(stream), 1):
            if line.strip():
                yield _line(number, line.rstrip(b"\r\n"))


def _limited(stream: IO[bytes]) -> Iterator[bytes]:
    """Each line as far as it may be long and a byte more; the rest of a longer one is passed over unread."""
    while line := stream.readline(LINE_LIMIT + 1):
        yield line
        while len(line) > LINE_LIMIT and not line.endswith(b"\n"):
            line = stream.readline(LINE_LIMIT + 1)


def _line(number: int, line: bytes) -> Row:
    mime = "application/json"
    if len(line) > LINE_LIMIT:
        return Row(number, b"", mime, None, Message("longer than {limit:,} bytes", limit=LINE_LIMIT))
    try:
        item = json.loads(_text_of(line.removeprefix(b"\xef\xbb\xbf")).rstrip().removesuffix(","))
    except (ValueError, RecursionError):
        return Row(number, line, mime, None, Message("no JSON"))
    return _of(number, line, item)


def _of(number: int, raw: bytes, item: object, name: str = "") -> Row:
    if not isinstance(item, dict):
        return Row(number, raw, "application/json", None, Message("no JSON object"), name)
    return Row(number, raw, "application/json", item, name=name)


def _array(path: Path) -> Iterator[Row]:
    with _opened(path) as stream:
        data = stream.read(ARRAY_LIMIT + 1)
    if len(data) > ARRAY_LIMIT:
        told = "{path}: a JSON array above {limit:,} bytes; write it as JSON Lines (`jq -c .[] FILE`)"
        raise UsageError(told, path=path, limit=ARRAY_LIMIT)
    yield from _elements(path, _text_of(data).lstrip("\ufeff"))


def _elements(path: Path, text: str, name: str = "") -> Iterator[Row]:
    """The objects of a JSON array, or of the one array in an object ({"data": [...]}); else the object itself."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError("{path}: no JSON ({error})", path=path, error=error) from error
    if isinstance(whole, dict):
        lists = [value for value in whole.values() if isinstance(value, list) and value and isinstance(value[0], dict)]
        whole = lists[0] if len(lists) == 1 and len(whole) <= _MOST_AROUND and not name else [whole]
    if not isinstance(whole, list):
        raise UsageError("{path}: neither an array of JSON objects nor an object", path=path)
    for number, item in enumerate(whole, 1):
        label = f"{name} {number}" if name and len(whole) > 1 else name
        yield _of(number, as_json(item) if isinstance(item, dict) else b"", item, label)


_MOST_AROUND: Final = 6  # keys of an object that is nothing but the cover of its array: data, total, page ...


def _is_line(text: str) -> bool:
    first, newline, _ = text.partition("\n")
    try:
        return isinstance(json.loads(first.rstrip().removesuffix(",")), dict)
    except RecursionError:
        return True
    except ValueError:
        return (not newline and len(text) >= _HEAD // 4) or _is_later_line(text)


def _is_later_line(text: str) -> bool:
    # the first line may be the one that is broken
    for line in text.split("\n")[1:20]:
        if line.startswith("{") and line.rstrip().endswith("}"):
            try:
                return isinstance(json.loads(line), dict)
            except (ValueError, RecursionError):
                continue
    return False


_MARKS: Final = ",;\t|"
_SEPARATOR: Final = re.compile(r"\ufeff?sep=([,;\t|])\r?\n")  # a line of Excel's own


def _table(path: Path) -> Iterator[Row]:
    with _opened(path) as stream:
        head = stream.read(_HEAD)
        encoding = _encoding(head)
        stream.seek(0)
        if encoding in _OURS:
            text: IO[str] = io.StringIO(decode(stream.read(ARRAY_LIMIT)).text, newline="")
        else:
            text = io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="")
        beginning = _text_of(head)
        said = _SEPARATOR.match(beginning)
        if said:
            text.readline()
        yield from _records(path, text, said[1] if said else _delimiter(beginning), 1 if said else 0)


def _records(path: Path, text: IO[str], delimiter: str, before: int) -> Iterator[Row]:
    csv.field_size_limit(LINE_LIMIT)
    table = csv.reader(text, delimiter=delimiter)
    names: list[str] = []
    while True:
        number = before + table.line_num + 1
        try:
            cells = next(table)
        except StopIteration:
            return
        except csv.Error as error:
            yield Row(number, b"", "application/json", None, Message("no row of CSV: {error}", error=error))
            continue
        if not any(cells):
            continue
        if not names:
            names = [name.strip().strip("\ufeff") for name in cells]
            if len(set(filter(None, names))) < max(1, len(list(filter(None, names)))):
                raise UsageError("{path}: its first line must name each column once, as url,title,text does", path=path)
            continue
        if len(cells) > len(names) and any(cells[len(names) :]):
            yield Row(number, b"", "application/json", None, Message("more cells than the first line names"))
            continue
        item = {name: cell for name, cell in zip(names, cells, strict=False) if name}
        yield Row(number, as_json(item), "application/json", item)


def _delimiter(text: str) -> str:
    first = text.lstrip("\ufeff\r\n").partition("\n")[0]
    bare = "".join(first.split('"')[::2])  # without what is quoted
    return max(_MARKS, key=bare.count)


def _parquet(path: Path) -> Iterator[Row]:
    try:
        from pyarrow import ArrowException  # type: ignore[import-untyped, import-not-found, unused-ignore]
        from pyarrow.parquet import ParquetFile  # type: ignore[import-untyped, import-not-found, unused-ignore]
    except ImportError as error:
        told = "{path}: Parquet needs pyarrow: 'pip install baotinh[parquet]', or write the table as CSV or JSON Lines"
        raise UsageError(told, path=path) from error
    try:
        number = 0
        for batch in ParquetFile(path).iter_batches(batch_size=256):
            for item in batch.to_pylist():
                number += 1
                plain = json.loads(as_json(item))
                yield Row(number, as_json(plain), "application/json", plain)
    except (ArrowException, OSError, ValueError) as error:
        raise DamageError("{path}: not a sound Parquet file ({error})", path=path, error=error) from error


def _folder(path: Path) -> Iterator[Row]:
    for number, file in enumerate(_texts(path), 1):
        name = file.relative_to(path).as_posix()
        if reason := passed_over(path, file):
            yield Row(number, b"", "text/plain", None, reason, name)
            continue
        with _opened(file) as stream:
            data = stream.read(LINE_LIMIT + 1)
        if len(data) > LINE_LIMIT:
            yield Row(number, b"", "text/plain", None, Message("longer than {limit:,} bytes", limit=LINE_LIMIT), name)
        elif file.suffix.lower() == ".json":
            try:
                yield from _elements(file, _text_of(data).lstrip("\ufeff"), name)
            except UsageError:
                yield Row(number, b"", "application/json", None, Message("no JSON"), name)
        else:
            lines = _text_of(data).lstrip("\ufeff").strip().splitlines()
            headline = lines[0].lstrip("# ").strip() if lines[1:] else ""  # a single line is the text
            item = {"headline": headline, "text": "\n".join(lines[1:] or lines)} if lines else {}
            yield Row(number, data, "text/plain", item, name=name)


def _texts(path: Path) -> Iterator[Path]:
    for file in sorted(path.rglob("*")):
        if file.name.startswith("."):  # what macOS keeps beside each file, and editors
            continue
        if file.is_symlink() if file.is_dir() else file.suffix.lower() in (*TEXTS, ".json"):
            yield file


_READERS: Final = {"jsonl": _lines, "json": _array, "csv": _table, "parquet": _parquet, "folder": _folder}


_OURS: Final = frozenset({"tcvn3", "vni", "viscii", "vps"})  # that Python has no codec for


def _encoding(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        if len(head) < _HEAD or error.start < len(head) - 4:  # not a letter that is cut at the end
            return decode(head).encoding
    return "utf-8-sig"


def _text_of(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return decode(data).text


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
        detail = {"how": "written", "faults": [], "passed_over": sum(one.rows for one in report.left_out.values())}
        keys = {use.field: use.key for use in reversed(report.uses) if use.field}
        origin = {"origin": path.name, "origin_digest": report.digest, "keys": keys, "owner": choice.owner}
        accept(holdings.root, part, report.articles, {**detail, **origin})
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
