"""The text formats by name, and the writer of each."""

from __future__ import annotations

from typing import Final

from archive.export.jsonl import write_jsonl
from archive.export.references import Writer, bibtex_writer, csl_writer, ris_writer
from archive.export.scraper import write_records
from archive.export.spreadsheet import write_csv, write_csv_with_bom

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
