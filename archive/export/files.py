"""A selection written to a file or folder in one of FORMS, Parquet among them, with what it is in a file beside it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import sqlite_utils

from archive.custody import manifest
from archive.custody.package import write_wacz
from archive.disk import refused, sync_folder
from archive.errors import NothingFound, UsageError
from archive.export.formats import CSV_COLUMNS, FORMATS, text_writer, write_text
from archive.export.selection import About, Selection, SelectionRequest
from archive.holdings import Holdings
from archive.search.question import option
from archive.store.captures import captures_of
from archive.store.queries import StoredArticle
from archive.store.rows import secondary
from archive.warc.captures import warcinfo_record
from archive.warc.groups import came_damaged, chosen, copied
from archive.warc.members import locate
from archive.warc.record import GZIP_MAGIC, compress, new_id
from archive.warc.writer import LEVEL

MOST_ROWS: Final = 2_000
MOST_TEXT: Final = 8_000_000
"""A row group ends after so many articles, or so many characters of their texts."""

COLUMNS: Final[dict[str, tuple[str, str]]] = {
    "id": ("string", "public id of the article"),
    "url": ("string", "its address"),
    "headline": ("string", "as published, NFC"),
    "lead": ("string", "sapo; empty where there is none"),
    "paragraphs": ("list<string>", "the text, without lead and captions"),
    "captions": ("list<string>", "captions of pictures"),
    "byline": ("string", "author as the page names him"),
    "source_credit": ("string", "the source that the page names"),
    "section": ("string", "section of the site"),
    "tags": ("list<string>", "tags of the page"),
    "published": ("string", "ISO 8601, +07:00, as exact as the page is; null where unknown"),
    "published_precision": ("string", "second, minute, hour, day, month or year; null where unknown"),
    "modified": ("string", "as published"),
    "day": ("date32", "the day it is filed under, in Vietnam"),
    "day_estimated": ("bool", "the day is that of the first capture, or the first of its month or year"),
    "source": ("string", "id in the register"),
    "source_name": ("string", "name of the source"),
    "province": ("string", "one of the 63, when it was published"),
    "province_now": ("string", "one of the 34, today"),
    "words": ("int32", "syllables and numbers of lead and text, as the index cuts them"),
    "confidence": ("float64", "of the reading, 0 to 1"),
    "probability": ("float64", "that the page is an article or a notice, 0 to 1"),
    "revision": ("int32", "number of the revision that this text is"),
    "captured": ("timestamp", "UTC, milliseconds: the capture that shows it"),
    "first_captured": ("timestamp", "UTC: first seen"),
    "last_captured": ("timestamp", "UTC: last seen"),
    "gone_at": ("timestamp", "UTC: found gone from its site; null where it is there"),
    "warc_file": ("string", "file of the capture's record"),
    "warc_offset": ("int64", "where in it"),
    "record_id": ("string", "its WARC-Record-ID"),
    "payload_digest": ("string", "sha256 of what the site sent"),
    "origin": ("string", "captured, imported, browser-saved, reconstructed or secondary"),
    "made_from": ("string", "row, file and digest of a secondary record; empty for a page that was captured"),
}
"""Every column in order: its type, and what it holds."""

_BY_HAND: Final[dict[str, Any]] = {
    "id": lambda stored: stored.row.public_id,
    "paragraphs": lambda stored: list(stored.article.body),
    "captions": lambda stored: list(stored.article.captions),
    "tags": lambda stored: list(stored.article.tags),
    "source_name": lambda stored: stored.source_name,
    "probability": lambda stored: stored.article.probability,
    "captured": lambda stored: stored.capture.captured_at,
    "warc_file": lambda stored: stored.capture.file,
    "warc_offset": lambda stored: stored.capture.offset,
    "record_id": lambda stored: stored.capture.record_id,
    "payload_digest": lambda stored: stored.capture.payload_digest,
    "origin": lambda stored: stored.capture.provenance,
    "made_from": lambda stored: str(secondary(stored.capture) or ""),
}


def write_parquet(articles: Iterable[StoredArticle], path: Path, about: About) -> int:
    """Writes `articles` to the Parquet file `path` with COLUMNS; gives their number.

    The file's metadata hold the description of each column, and under "baotinh" what the export is, as JSON. Raises
    UsageError where pyarrow is not installed.
    """
    try:
        import pyarrow  # type: ignore[import-untyped, import-not-found, unused-ignore]
        import pyarrow.parquet  # type: ignore[import-untyped, import-not-found, unused-ignore]
    except ImportError as error:
        raise UsageError("Parquet needs pyarrow: 'pip install baotinh[parquet]', or take csv or jsonl") from error
    schema = _schema(pyarrow, about)
    count = size = 0
    rows: list[dict[str, Any]] = []
    with pyarrow.parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        for count, stored in enumerate(articles, 1):  # noqa: B007 - the count is what is given back
            rows.append({name: _value(stored, name, kind) for name, (kind, _) in COLUMNS.items()})
            size += len(stored.row.lead) + len(stored.row.body) + len(stored.row.captions)
            if len(rows) >= MOST_ROWS or size >= MOST_TEXT:
                writer.write_table(pyarrow.Table.from_pylist(rows, schema))
                rows, size = [], 0
        if rows:
            writer.write_table(pyarrow.Table.from_pylist(rows, schema))
    return count


def _schema(pyarrow: Any, about: About) -> Any:
    types = {
        "string": pyarrow.string(),
        "list<string>": pyarrow.list_(pyarrow.string()),
        "date32": pyarrow.date32(),
        "bool": pyarrow.bool_(),
        "int32": pyarrow.int32(),
        "int64": pyarrow.int64(),
        "float64": pyarrow.float64(),
        "timestamp": pyarrow.timestamp("ms", tz="UTC"),
    }
    fields = [
        pyarrow.field(name, types[kind], metadata={"description": told}) for name, (kind, told) in COLUMNS.items()
    ]
    return pyarrow.schema(fields, metadata={"baotinh": json.dumps(asdict(about), ensure_ascii=False)})


def _value(stored: StoredArticle, name: str, kind: str) -> Any:
    value = _BY_HAND[name](stored) if name in _BY_HAND else getattr(stored.row, name)
    if value is None:
        return None
    match kind:
        case "date32":
            return date.fromisoformat(value)
        case "timestamp":
            return datetime.fromisoformat(value)
        case "bool":
            return bool(value)
    return value


METADATA_ENDING: Final = "-metadata.json"
MEDIA_TYPE: Final = "application/csvm+json"


def path_of(path: Path) -> Path:
    """Where the description of the export at `path` lies."""
    return path.parent / f"{path.name}{METADATA_ENDING}"


def written(about: About, form: str, url: str, articles: int | None, digest: str = "") -> str:
    """The description, as JSON, of an export in `form` at `url`, relative to it, without what is not known."""
    told: dict[str, Any] = {
        "format": form,
        "articles": articles,
        "sha256": digest.removeprefix("sha256:"),
        **asdict(about),
    }
    value: dict[str, Any] = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": url,
        "dc:title": about.query or about.corpus or "all articles",
        "dc:description": str(about.sentence()),
        "dc:created": about.made_at,
        "notes": [{name: one for name, one in told.items() if one not in ("", None)}],
    }
    if form == "csv":
        value["dialect"] = {"encoding": "utf-8", "header": True}
        value["tableSchema"] = {"columns": [_column(name) for name in CSV_COLUMNS], "primaryKey": "id"}
    else:
        del value["@context"]
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _column(name: str) -> dict[str, str]:
    column = {"name": name, "titles": name}
    return column | {"dc:description": COLUMNS[name][1]} if name in COLUMNS else column


_OWN: Final = frozenset({"manifest.json", "metadata.csv", "texts"})
"""What lies in the folder of an export; a folder with anything else in it is somebody's."""


@contextmanager
def replacing(path: Path, force: bool = False) -> Iterator[Path]:
    """A path beside `path` to write a file or a folder at: renamed when the block ends well, removed when it does not.

    Also when it ends by Ctrl-C. Raises UsageError where `path` exists and `force` is not set, or where it is nothing
    that an export may take the place of: a device, a folder that no export made. StorageError where it cannot be
    written; what was there before then stands as it was.
    """
    if path.exists() and not force:
        raise UsageError("{path} exists; name another file, or write over it with --force", path=path)
    if not path.name or path.name == "..":
        raise UsageError("{path} names no file: write the name that the export is to have", path=path)
    _check_replaceable(path)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield part
        if part.is_file():
            with part.open("rb") as written:
                os.fsync(written.fileno())
        _put(part, path)
        sync_folder(path.absolute().parent)
    except OSError as error:
        raise refused(path, error) from error
    finally:
        _remove(part)


def _check_replaceable(path: Path) -> None:
    """Raises UsageError where `path` is a device, or a folder that holds more than an export."""
    if path.is_dir() and (path.is_symlink() or not _is_own(path)):
        raise UsageError(
            "{path} is a folder that no export made, and is not written over; choose another name", path=path
        )
    if path.exists() and not path.is_file() and not path.is_dir():
        raise UsageError("{path} is no file, and is not written over; choose another name, or leave out -o", path=path)


def _is_own(folder: Path) -> bool:
    try:
        held = {one.name for one in folder.iterdir()}
    except OSError as error:
        raise refused(folder, error) from error
    return not held or ("manifest.json" in held and held <= _OWN)


def _put(part: Path, path: Path) -> None:
    if not path.is_dir() and not part.is_dir():
        part.replace(path)
        return
    # A folder cannot be replaced in one step: the old one steps aside first, and comes back if the new one fails.
    old = path.with_name(f".{path.name}.{os.getpid()}.old")
    if path.exists():
        path.rename(old)
    try:
        part.rename(path)
    except BaseException:
        if old.exists():
            old.rename(path)
        raise
    _remove(old)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


ENDING = ".warc.gz"


def write_warc(
    root: Path,
    db: sqlite_utils.Database,
    articles: Iterable[int],
    path: Path,
    name: str,
    about: About,
) -> int:
    """Writes every capture of `articles` (row ids), of their pictures and attachments to `path`; gives their number.

    The file begins with a warcinfo record that says what it is; behind it, file by file of the archive, the warcinfo of
    that file and the wanted records, their bytes untouched (records of a file that is not compressed get a gzip member
    of their own). The originals of revisits come along. `name` is what the file will be called. Raises UsageError where
    that does not end with .warc.gz.
    """
    if not name.endswith(ENDING):
        raise UsageError("{name}: the records are compressed; end the name with {ending}", name=name, ending=ENDING)
    captures = 0
    with path.open("wb") as out:
        out.write(compress(_info(name, about), LEVEL))
        for file, ids in sorted(captures_of(db, articles).items()):
            out.writelines(_members(root, file, ids))
            captures += len(ids)
    return captures


def _members(root: Path, name: str, ids: set[str]) -> Iterator[bytes]:
    path = locate(root, name)
    with path.open("rb") as file:
        packed = file.read(len(GZIP_MAGIC)) == GZIP_MAGIC
    for data in copied(path, chosen(path, ids, came_damaged(root, name))[1]):
        yield data if packed else compress(data, LEVEL)


def _info(name: str, about: About) -> bytes:
    fields = (
        ("description", f"selection: {about.sentence()}"),
        ("selection", json.dumps(asdict(about), ensure_ascii=False)),
    )
    return warcinfo_record(new_id(), name, about.made_at, fields)


FORMS: Final = (*FORMATS, "parquet", "text", "warc", "wacz")
"""Every form of an export; those of FORMATS are text and can go to standard output."""

RECORDS: Final = ("warc", "wacz")
"""Forms that hold all captures of an article, and so know no revision of it."""


@dataclass(frozen=True, slots=True)
class Exported:
    """An export that was written. `digest` is of the file; of a folder, of its manifest.json; `bytes` of all its files.

    `metadata` is the file beside it that says what it is, "" where it says so itself.
    """

    path: str
    form: str
    articles: int
    bytes: int
    digest: str
    about: About
    altered: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    metadata: str = ""


@dataclass(frozen=True, slots=True)
class ExportRequest(SelectionRequest):
    """The articles that are written, in which form, and to which file."""

    form: str = option(
        "jsonl: all that is known; csv: for spreadsheets; records: slug, captions, text; text: a file per article.",
        "jsonl",
        name="format",
        choices=FORMS,
        http=False,
    )
    path: Path | None = option(
        "File to write; standard output if not given.", None, name="output", short="o", kind="path", http=False
    )
    force: bool = option("Write over a file that exists.", False, http=False)
    base: str = option("Address of the reading room, for the permalinks of references.", "", metavar="URL", http=False)
    bom: bool = option("Begin a CSV with a byte order mark: Excel asks for it.", False, http=False)


def write_export(
    holdings: Holdings,
    db: sqlite_utils.Database,
    chosen: Selection,
    asked: ExportRequest,
    advance: Callable[[], None] = lambda: None,
) -> Exported:
    """What was written of the articles `chosen`.

    `advance` is called for every article but in RECORDS. "text" gives a ZIP file where the path ends with .zip, else a
    folder. Raises UsageError without a path, where it exists and is not to be written over, for WARC records as of a
    day; NothingFound where nothing was chosen; StorageError. What stood there then stands as it was.
    """
    form, path = asked.form, asked.path
    if path is None:
        raise UsageError("{what} does not go to standard output with the articles: name a file with -o", what=form)
    if form in RECORDS and chosen.about.as_of:
        raise UsageError("{form} holds every capture of an article: leave out the day it is to be as of", form=form)
    if not len(chosen):
        raise NothingFound("no article to export")
    if form == "wacz":
        count, one = len(chosen), chosen.about
        title = one.query or one.corpus or holdings.settings.operator
        names = [public_id for _, public_id in chosen.ids(db)]
        write_wacz(holdings, path, title=title, description=str(one.sentence()), articles=names, force=asked.force)
    else:
        with ExitStack() as files:
            # The description is renamed last: a crash between leaves an export without one, not one of another export.
            beside = files.enter_context(replacing(path_of(path), asked.force)) if form in FORMATS else None
            part = files.enter_context(replacing(path, asked.force))
            if form == "warc":
                own = [own for own, _ in chosen.ids(db)]
                write_warc(holdings.root, db, own, part, path.name, chosen.about)
                count = len(own)
            else:
                count = _write_texts(_counted(chosen.articles(db), advance), asked, path, part, chosen.about)
            if beside is not None:
                told = written(chosen.about, form, path.name, count, manifest.digest_of(part))
                beside.write_text(told, encoding="utf-8")
    size, digest = _measured(path)
    described = str(path_of(path)) if form in FORMATS else ""
    return Exported(
        str(path), form, count, size, digest, chosen.about, chosen.altered, chosen.missing, chosen.notes, described
    )


def _write_texts(articles: Iterator[StoredArticle], asked: ExportRequest, path: Path, part: Path, about: About) -> int:
    if asked.form == "parquet":
        return write_parquet(articles, part, about)
    if asked.form == "text":
        return write_text(articles, part, about, zipped=path.suffix == ".zip")
    with part.open("w", encoding="utf-8", newline="") as out:
        return text_writer(asked.form, asked.base, asked.bom)(articles, out)


def _counted(articles: Iterator[StoredArticle], advance: Callable[[], None]) -> Iterator[StoredArticle]:
    for stored in articles:
        advance()
        yield stored


def _measured(path: Path) -> tuple[int, str]:
    if path.is_dir():
        size = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
        return size, manifest.digest_of(path / "manifest.json")
    return path.stat().st_size, manifest.digest_of(path)
