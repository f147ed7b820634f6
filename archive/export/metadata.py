"""What an export is, in a file beside it, for forms that have no place for that: the question, the rule, the counts.

`FILE-metadata.json`, where CSVW (W3C, "Metadata Vocabulary for Tabular Data", 2015) looks for what describes `FILE`. Of
a CSV it is CSVW, with the columns; of other forms the same without a table. What the export is stands under `notes`, as
Parquet has it in its own metadata and a corpus of text in its manifest.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from archive.export.formats import CSV_COLUMNS
from archive.export.parquet import COLUMNS
from archive.export.selection import About

ENDING: Final = "-metadata.json"
MEDIA_TYPE: Final = "application/csvm+json"


def path_of(path: Path) -> Path:
    """Where the description of the export at `path` lies."""
    return path.parent / f"{path.name}{ENDING}"


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
        "dc:description": about.sentence(),
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
