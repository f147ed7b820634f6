"""References in RIS, the tagged lines that EndNote, Zotero and Mendeley read."""

from __future__ import annotations

from collections.abc import Iterator

from archive.cite.parts import authors, evidence, key, known_date, title
from archive.store.reads import Stored


def ris(stored: Stored, base: str) -> str:
    """The article as a web page (ELEC), a line a tag, ended by ER.

    DA is as exact as the day is known ("2020/03//" for a month), Y2 the day (UTC) of the capture, AN the article's id
    in this archive, N1 the evidence. RIS parts surname and given name at a comma; Vietnamese names have none, and what
    else stands in a byline keeps its commas as semicolons.
    """
    return "\n".join(f"{tag}  - {' '.join(value.split())}" for tag, value in _lines(stored, base))


def _lines(stored: Stored, base: str) -> Iterator[tuple[str, str]]:
    row, known = stored.row, known_date(stored)
    yield "TY", "ELEC"
    yield "ID", key(stored)
    for name in authors(stored):
        yield "AU", name.replace(",", ";")
    yield "TI", title(stored)
    yield "T2", stored.source_name
    if known:
        yield "PY", f"{known[0]:04}"
        yield "DA", _date(known)
    yield "UR", row.url
    yield "Y2", _date(tuple(int(part) for part in stored.capture.captured_at[:10].split("-")))
    yield "DB", "baotinh"
    yield "AN", row.public_id
    yield "LA", "vi"
    yield "N1", evidence(stored, base)
    yield "ER", ""


def _date(known: tuple[int, ...]) -> str:
    parts = [f"{part:02}" for part in known] + [""] * (3 - len(known))
    return "/".join((*parts, ""))
