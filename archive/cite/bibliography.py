"""References for programs: BibTeX (biblatex), CSL-JSON and RIS, each with the evidence in its own note."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from archive.cite.reference import authors, date_parts, evidence, key, known_date, permalink, seen, title
from archive.store.queries import StoredArticle

# References for BibTeX: @online entries of biblatex, safe in any field.

# BibTeX counts braces even behind a backslash, so one alone would swallow the entries that follow: they are named.
_SPECIAL: Final = re.compile(r"([\\{}#$%&_^~])")
_NAMED: Final = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
}
_IN_ADDRESS: Final = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C"})  # `url` is verbatim: no command works there


def bibtex(stored: StoredArticle, base: str) -> str:
    """The article as an @online entry: `date` as exact as it is known, `urldate` the day (UTC) of the capture.

    `eprint` is the article's id in this archive, `note` the evidence. Names and title stand in braces of their own, so
    that no style turns a Vietnamese name around or lowers a capital.
    """
    row = stored.row
    fields = {
        "title": f"{{{_escaped(title(stored))}}}",
        "author": " and ".join(f"{{{_escaped(name)}}}" for name in authors(stored)),
        "organization": _escaped(stored.source_name),
        "date": "-".join(f"{part:02}" for part in known_date(stored)),
        "url": row.url.translate(_IN_ADDRESS),
        "urldate": seen(stored),
        "eprint": row.public_id,
        "eprinttype": "baotinh",
        "note": _escaped(f"[{evidence(stored, base)}]"),
        "langid": "vietnamese",
    }
    lines = [f"  {name:<12} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join((f"@online{{{key(stored)},", *lines, "}"))


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda found: _NAMED.get(found[1], "\\" + found[1]), text)


# References as CSL-JSON, the input of citeproc, Pandoc and Zotero.


def csl_json(stored: StoredArticle, base: str) -> str:
    """The article as a list of one item: CSL-JSON knows no item alone."""
    return json.dumps([csl_item(stored, base)], ensure_ascii=False, indent=2)


def csl_item(stored: StoredArticle, base: str) -> dict[str, Any]:
    """The article as a `webpage` of CSL 1.0.2.

    `issued` is as exact as the day is known, `accessed` the day (UTC) of the capture; names are `literal`, so that no
    style turns them around.
    """
    known, names = known_date(stored), authors(stored)
    accessed = list(date_parts(seen(stored)))
    item: dict[str, Any] = {
        "id": key(stored),
        "type": "webpage",
        "title": title(stored),
        "author": [{"literal": name} for name in names],
        "container-title": stored.source_name,
        "issued": {"date-parts": [list(known)]},
        "accessed": {"date-parts": [accessed]},
        "URL": stored.row.url,
        "archive": "baotinh",
        "archive_location": permalink(stored, base),
        "number": stored.row.public_id,
        "language": "vi",
        "note": f"[{evidence(stored, base)}]",
    }
    if not names:
        del item["author"]
    if not known:
        del item["issued"]
    if not accessed:
        del item["accessed"]
    return item


# References in RIS, the tagged lines that EndNote, Zotero and Mendeley read.


def ris(stored: StoredArticle, base: str) -> str:
    """The article as a web page (ELEC), a line a tag, ended by ER.

    DA is as exact as the day is known ("2020/03//" for a month), Y2 the day (UTC) of the capture, AN the article's id
    in this archive, N1 the evidence. RIS parts surname and given name at a comma; Vietnamese names have none, and what
    else stands in a byline keeps its commas as semicolons.
    """
    return "\n".join(f"{tag}  - {' '.join(value.split())}" for tag, value in _lines(stored, base))


def _lines(stored: StoredArticle, base: str) -> Iterator[tuple[str, str]]:
    row, known = stored.row, known_date(stored)
    yield "TY", "ELEC"
    yield "ID", key(stored)
    for name in authors(stored):
        yield "AU", name.replace(",", ";")
    yield "TI", title(stored)
    yield "T2", stored.source_name
    if known:
        yield "PY", f"{known[0]:04}"
        yield "DA", _ris_date(known)
    yield "UR", row.url
    if day := seen(stored):
        yield "Y2", _ris_date(date_parts(day))
    yield "DB", "baotinh"
    yield "AN", row.public_id
    yield "LA", "vi"
    yield "N1", f"[{evidence(stored, base)}]"
    yield "ER", ""


def _ris_date(known: tuple[int, ...]) -> str:
    parts = [f"{part:02}" for part in known] + [""] * (3 - len(known))
    return "/".join((*parts, ""))
