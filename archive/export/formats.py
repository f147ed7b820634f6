"""The text formats by name, and the writer of each: JSON Lines, CSV that is safe to open, BibTeX, RIS, CSL-JSON, and
the records of an earlier scraper.
"""

from __future__ import annotations

import csv
import hashlib
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import IO, Final, Protocol, TextIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from archive.cite import cite, csl_item
from archive.export.selection import About
from archive.model import Article
from archive.store.queries import StoredArticle, as_object
from archive.store.rows import secondary
from archive.text.slug import to_words


def write_jsonl(articles: Iterable[StoredArticle], out: TextIO) -> int:
    """Writes each article as one line of JSON (see `as_object`); gives their number."""
    count = 0
    for count, stored in enumerate(articles, 1):  # noqa: B007 - the count is what is given back
        out.write(json.dumps(as_object(stored), ensure_ascii=False) + "\n")
    return count


_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
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
    "probability",
    "revision",
    "first_captured",
    "last_captured",
    "gone_at",
    "warc_file",
    "warc_offset",
    "record_id",
    "payload_digest",
    "origin",
    "made_from",
)
"""The columns, in order."""

BOM: Final = "\ufeff"
"""What Excel wants in front: without it a double click takes UTF-8 for the code page of the reader's country."""


def write_csv(articles: Iterable[StoredArticle], out: TextIO) -> int:
    """Writes a line per article below a line of CSV_COLUMNS, safe to open in a spreadsheet; gives their number.

    RFC 4180. See `safe_cell` for what keeps formulas out.
    """
    table = csv.writer(out)
    table.writerow(CSV_COLUMNS)
    count = 0
    for count, stored in enumerate(articles, 1):  # noqa: B007 - the count is what is given back
        table.writerow([safe_cell(value) for value in csv_row(stored)])
    return count


def write_csv_with_bom(articles: Iterable[StoredArticle], out: TextIO) -> int:
    """The same, for a spreadsheet that takes UTF-8 for something else."""
    out.write(BOM)
    return write_csv(articles, out)


def csv_row(stored: StoredArticle) -> Iterator[object]:
    """The values of CSV_COLUMNS of an article."""
    row, article, capture = stored.row, stored.article, stored.capture
    own: dict[str, object] = {
        "id": row.public_id,
        "text": row.body,
        "tags": "; ".join(article.tags),
        "source_name": stored.source_name,
        "probability": article.probability,
        "warc_file": capture.file,
        "warc_offset": capture.offset,
        "record_id": capture.record_id,
        "payload_digest": capture.payload_digest,
        "origin": capture.provenance,
        "made_from": str(secondary(capture) or ""),
    }
    for column in CSV_COLUMNS:
        yield own[column] if column in own else getattr(row, column)


def safe_cell(value: object) -> object:
    """`value` with an apostrophe in front where a spreadsheet would take it for a formula.

    CWE-1236, OWASP ASVS 1.2.10: quoting does not stop formulas. Numbers stay numbers.

    >>> safe_cell("=1+1"), safe_cell(-1), safe_cell("chè")
    ("'=1+1", -1, 'chè')
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


Writer = Callable[[Iterable[StoredArticle], TextIO], int]
"""Writes articles to a text file and gives their number."""


def bibtex_writer(base: str = "") -> Writer:
    """Writes an @online entry per article, permalinks below `base`, an empty line between two."""
    return _entries("bibtex", base, "\n", "\n\n")


def ris_writer(base: str = "") -> Writer:
    """Writes a record per article. Lines end with CR LF, as the specification of RIS wants them."""
    return _entries("ris", base, "\r\n", "\r\n\r\n")


def csl_writer(base: str = "") -> Writer:
    """Writes one list of CSL-JSON, an item a line, so that a long one can be read line by line."""

    def write(articles: Iterable[StoredArticle], out: TextIO) -> int:
        count = 0
        for count, stored in enumerate(articles, 1):
            out.write("[\n" if count == 1 else ",\n")
            out.write(json.dumps(csl_item(stored, base), ensure_ascii=False))
        out.write("\n]\n" if count else "[]\n")
        return count

    return write


def _entries(style: str, base: str, newline: str, between: str) -> Writer:
    def write(articles: Iterable[StoredArticle], out: TextIO) -> int:
        count = 0
        for count, stored in enumerate(articles, 1):  # noqa: B007 - the count is what is given back
            out.write(cite(stored, style, base).replace("\n", newline) + between)
        return count

    return write


def write_records(articles: Iterable[StoredArticle], out: TextIO) -> int:
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


FORMATS: Final[dict[str, Writer]] = {
    "jsonl": write_jsonl,
    "csv": write_csv,
    "records": write_records,
    "bibtex": bibtex_writer(),
    "ris": ris_writer(),
    "csl-json": csl_writer(),
}
"""Every text format by its name on the command line."""

_WITH_BASE: Final = {"bibtex": bibtex_writer, "ris": ris_writer, "csl-json": csl_writer}


def text_writer(name: str, base: str = "", bom: bool = False) -> Writer:
    """The writer of FORMATS called `name`, permalinks below `base`, a CSV with a byte order mark where asked for."""
    if name in _WITH_BASE:
        return _WITH_BASE[name](base)
    return write_csv_with_bom if bom and name == "csv" else FORMATS[name]


_LEFT_OUT: Final = ("text",)  # it is the file
_PIECE: Final = 1 << 20
_COLUMNS: Final = ("file", "sha256", *(name for name in CSV_COLUMNS if name not in _LEFT_OUT))


class _Place(Protocol):
    def write(self, name: str, pieces: Iterable[bytes]) -> None: ...


def write_text(articles: Iterable[StoredArticle], path: Path, about: About, zipped: bool) -> int:
    """Writes the corpus as the folder `path`, or as a ZIP file; gives the number of articles.

    Texts are written one by one; in memory stays, of a ZIP file, the list of its entries (some 400 bytes each).
    """
    with _zip(path, about) if zipped else _folder(path) as place, tempfile.TemporaryFile("w+b") as table:
        count = 0
        _row(table, _COLUMNS)
        for count, stored in enumerate(articles, 1):  # noqa: B007 - the count is what is given back
            name, data = _name(stored), text_of(stored.article).encode()
            place.write(name, [data])
            values = dict(zip(CSV_COLUMNS, csv_row(stored), strict=True))
            digest = hashlib.sha256(data).hexdigest()
            _row(table, (name, digest, *(safe_cell(values[column]) for column in _COLUMNS[2:])))
        listed = hashlib.sha256()
        for piece in _pieces(table):
            listed.update(piece)
        place.write("metadata.csv", _pieces(table))
        manifest = {**asdict(about), "articles": count, "metadata": f"sha256:{listed.hexdigest()}"}
        place.write("manifest.json", [(json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode()])
    return count


def text_of(article: Article) -> str:
    """Headline, lead and paragraphs, an empty line between two; a lead repeated as first paragraph once."""
    lead = article.lead.value if article.lead else ""
    shown = [lead] if lead and lead != next(iter(article.body), None) else []
    return "\n\n".join((article.headline.value, *shown, *article.body)) + "\n"


def _name(stored: StoredArticle) -> str:
    row = stored.row
    return f"texts/{row.day[:4]}/{row.day}-{row.source}-{row.public_id}.txt"


def _row(table: IO[bytes], values: Iterable[object]) -> None:
    line = _Line()
    csv.writer(line).writerow(values)
    table.write(line.text.encode())


def _pieces(table: IO[bytes]) -> Iterator[bytes]:
    table.seek(0)
    return iter(lambda: table.read(_PIECE), b"")


class _Line:
    # what csv writes to: one line at a time
    text = ""

    def write(self, text: str) -> None:
        self.text = text


class _Folder:
    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        target = self._path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as out:
            out.writelines(pieces)


class _Zip:
    def __init__(self, archive: ZipFile, made_at: str) -> None:
        self._archive = archive
        self._date = datetime.fromisoformat(made_at).timetuple()[:6]

    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        info = ZipInfo(name, self._date)
        info.compress_type = ZIP_DEFLATED
        info.external_attr = 0o644 << 16
        with self._archive.open(info, "w") as out:
            out.writelines(pieces)


@contextmanager
def _folder(path: Path) -> Iterator[_Place]:
    path.mkdir()
    yield _Folder(path)


@contextmanager
def _zip(path: Path, about: About) -> Iterator[_Place]:
    with ZipFile(path, "w") as archive:
        yield _Zip(archive, about.made_at)
