"""A corpus of plain text for concordancers and scripts: one file per article, a table about them, and a manifest.

texts/2020/2020-03-05-<source>-<id>.txt   headline, lead, paragraphs, an empty line between two; UTF-8, NFC
metadata.csv                              a line per text: its file, its SHA-256, and the columns of the CSV export
manifest.json                             query, archive, day; the digest of metadata.csv, and so of everything
"""

from __future__ import annotations

import csv
import hashlib
import json
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import IO, Final, Protocol
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from archive.export.formats import CSV_COLUMNS, csv_row, safe_cell
from archive.export.selection import About
from archive.model import Article
from archive.store.queries import StoredArticle

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
