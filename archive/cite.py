"""An article as a reference that leads back to the preserved page: capture time, digest of the record, permalink."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from archive.store.queries import StoredArticle
from archive.store.secondary import secondary
from archive.text.folding import tokens
from archive.worker.given import MADE

# What every reference to an article consists of: its title, authors, day, key, and the evidence for it.

_BETWEEN: Final = re.compile(" ?[;,&] ?| [-–] | và ")  # of a text with single blanks
_ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz0123456789-"


def permalink(stored: StoredArticle, base: str = "") -> str:
    """The lasting address of the article as it was read here: of the reading room at `base`, else "baotinh:<id>"."""
    return f"{base.rstrip('/')}/article/{stored.row.public_id}" if base else f"baotinh:{stored.row.public_id}"


def evidence(stored: StoredArticle, base: str) -> str:
    """What ties the reference to the preserved bytes: capture time, permalink, revision, digest, record.

    Of a secondary record, which is no capture of a page: the row, the file and its digest that it was made from.
    """
    capture = stored.capture
    if (made_from := secondary(capture)) is not None:
        return (
            f"[Secondary record, no capture of the page: {made_from}; {permalink(stored, base)}, "
            f"revision {stored.row.revision}; record {capture.record_id}]"
        )
    return (
        f"[Captured {capture.captured_at}; {permalink(stored, base)}, revision {stored.row.revision}; "
        f"payload {capture.payload_digest}; record {capture.record_id}]"
    )


def seen(stored: StoredArticle) -> str:
    """The day (UTC) on which the page was captured; "" where it never was, and a secondary record stands for it."""
    return "" if secondary(stored.capture) else stored.capture.captured_at[:10]


def title(stored: StoredArticle) -> str:
    """The headline, in square brackets where it was supplied: restored from the slug, or the first words of a text."""
    headline = stored.row.headline.rstrip(".")
    return f"[{headline}]" if stored.row.headline_by.startswith(("restored", MADE)) else headline


def author(stored: StoredArticle) -> str:
    """The byline as the page has it; "" where there is none."""
    return stored.row.byline.rstrip(".")


def authors(stored: StoredArticle) -> tuple[str, ...]:
    """The persons of the byline, each name in its own order; () where there is none.

    A byline is parted only where every part looks like a name (each word begins with a capital): "Thu Hà - Minh Anh"
    is two persons, "Bài, ảnh: Thu Hà" stays as it is.
    """
    whole = author(stored)
    parted = tuple(part for part in _BETWEEN.split(" ".join(whole.split())) if part)
    named = all(word[0].isupper() for part in parted for word in part.split())
    return parted if named else (whole,)


def known_date(stored: StoredArticle) -> tuple[int, ...]:
    """Year, month and day of publication as far as they are known: (2020, 3) for a month, () where nothing is."""
    published = stored.row.published
    return tuple(int(part) for part in published[:10].split("-")) if published else ()


def key(stored: StoredArticle) -> str:
    """The name of the reference in a bibliography: source, year, first words, public id, so that no two are alike."""
    words = tokens(stored.row.headline)[:3]
    named = "-".join((stored.row.source, stored.row.day[:4], *words, stored.row.public_id))
    return "".join(letter for letter in named if letter in _ALPHABET)


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
        "note": _escaped(evidence(stored, base)),
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
    accessed = [int(part) for part in seen(stored).split("-") if part]
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
        "note": evidence(stored, base),
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
        yield "Y2", _ris_date(tuple(int(part) for part in day.split("-")))
    yield "DB", "baotinh"
    yield "AN", row.public_id
    yield "LA", "vi"
    yield "N1", evidence(stored, base)
    yield "ER", ""


def _ris_date(known: tuple[int, ...]) -> str:
    parts = [f"{part:02}" for part in known] + [""] * (3 - len(known))
    return "/".join((*parts, ""))


# References to read: APA 7 and Chicago 17.

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def apa(stored: StoredArticle, base: str) -> str:
    """The reference in APA 7: author, day, title, site, address, evidence."""
    byline, headline, row = author(stored), title(stored), stored.row
    when = _written_date(known_date(stored), apa=True)
    begin = f"{byline}. ({when}). {headline}" if byline else f"{headline}. ({when})"
    return f"{begin}. {stored.source_name}. {row.url} {evidence(stored, base)}"


def chicago(stored: StoredArticle, base: str) -> str:
    """The reference in Chicago 17: author, title in quotation marks, site, day, address, evidence."""
    byline = author(stored)
    begin = f"{byline}. " if byline else ""
    when = _written_date(known_date(stored), apa=False)
    return f"{begin}“{title(stored)}.” {stored.source_name}, {when}. {stored.row.url}. {evidence(stored, base)}"


def _written_date(known: tuple[int, ...], apa: bool) -> str:
    """The day of publication as far as it is known; "n.d." where it is not."""
    if not known:
        return "n.d."
    year = str(known[0])
    if len(known) == 1:
        return year
    month = _MONTHS[known[1] - 1]
    day = f" {known[2]}" if len(known) == 3 else ""
    return f"{year}, {month}{day}" if apa else f"{month}{day}, {year}" if day else f"{month} {year}"


_WRITERS: Final[dict[str, Callable[[StoredArticle, str], str]]] = {
    "apa": apa,
    "chicago": chicago,
    "bibtex": bibtex,
    "ris": ris,
    "csl-json": csl_json,
}
STYLES: Final = tuple(_WRITERS)
"""The styles that `cite` knows."""


def cite(stored: StoredArticle, style: str, base: str = "") -> str:
    """The reference to `stored` in one of STYLES, with its permalink below `base` (see `permalink`).

    apa: APA 7, a page on a news site, section 10.16. chicago: Chicago 17, notes-bibliography, 14.191. bibtex: an
    @online entry of biblatex. ris: a web page (ELEC). csl-json: a list of one item, as Zotero and citeproc read it.
    Vietnamese names stay in their own order; a title restored from its slug is in square brackets, as both manuals
    write what the cataloguer supplies. Raises KeyError for another style.
    """
    return _WRITERS[style](stored, base)
