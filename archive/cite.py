"""An article as a reference that leads back to the preserved page: capture time, digest of the record, permalink."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from archive.store.reads import Stored
from archive.text.fold import tokens

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_BIBTEX_SPECIAL: Final = re.compile(r"([\\{}#$%&_^~])")
_BIBTEX_NAMED: Final = {"\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}"}


def cite(stored: Stored, style: str, base: str = "") -> str:
    """The reference to `stored` in one of STYLES, with its permalink below `base` (see `permalink`).

    apa: APA 7, a page on a news site, section 10.16. chicago: Chicago 17, notes-bibliography, 14.191. bibtex: an
    @online entry of biblatex. Vietnamese names stay in their own order; a title restored from its slug is in square
    brackets, as both manuals write what the cataloguer supplies. Raises KeyError for another style.
    """
    return _WRITERS[style](stored, base)


def permalink(stored: Stored, base: str = "") -> str:
    """The lasting address of the article as it was read here: of the reading room at `base`, else "baotinh:<id>"."""
    return f"{base.rstrip('/')}/article/{stored.row.public_id}" if base else f"baotinh:{stored.row.public_id}"


def _apa(stored: Stored, base: str) -> str:
    author, title, row = _author(stored), _title(stored), stored.row
    when = _date(row.published, apa=True)
    begin = f"{author}. ({when}). {title}" if author else f"{title}. ({when})"
    return f"{begin}. {stored.source_name}. {row.url} {_evidence(stored, base)}"


def _chicago(stored: Stored, base: str) -> str:
    author = _author(stored)
    begin = f"{author}. " if author else ""
    when = _date(stored.row.published, apa=False)
    return f"{begin}“{_title(stored)}.” {stored.source_name}, {when}. {stored.row.url}. {_evidence(stored, base)}"


def _bibtex(stored: Stored, base: str) -> str:
    row = stored.row
    fields = {
        "title": f"{{{_escaped(_title(stored))}}}",
        "author": f"{{{_escaped(_author(stored))}}}" if _author(stored) else "",
        "organization": _escaped(stored.source_name),
        "date": (row.published or "")[:10],
        "url": row.url,
        "urldate": stored.capture.captured_at[:10],
        "note": _escaped(_evidence(stored, base)),
        "langid": "vietnamese",
    }
    lines = [f"  {name:<12} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join((f"@online{{{_key(stored)},", *lines, "}"))


_WRITERS: Final[dict[str, Callable[[Stored, str], str]]] = {"apa": _apa, "chicago": _chicago, "bibtex": _bibtex}
STYLES: Final = tuple(_WRITERS)
"""The styles that `cite` knows."""


def _evidence(stored: Stored, base: str) -> str:
    capture = stored.capture
    return (
        f"[Captured {capture.captured_at}; {permalink(stored, base)}, revision {stored.row.revision}; "
        f"payload {capture.payload_digest}; record {capture.record_id}]"
    )


def _title(stored: Stored) -> str:
    title = stored.row.headline.rstrip(".")
    return f"[{title}]" if stored.row.headline_by.startswith("restored") else title


def _author(stored: Stored) -> str:
    return stored.row.byline.rstrip(".")


def _date(published: str | None, apa: bool) -> str:
    """The day of publication as far as it is known; "n.d." where it is not."""
    if not published:
        return "n.d."
    parts = published[:10].split("-")
    year = parts[0]
    if len(parts) == 1:
        return year
    month = _MONTHS[int(parts[1]) - 1]
    day = f" {int(parts[2])}" if len(parts) == 3 else ""
    return f"{year}, {month}{day}" if apa else f"{month}{day}, {year}" if day else f"{month} {year}"


def _key(stored: Stored) -> str:
    words = tokens(stored.row.headline)[:3]
    return "-".join((stored.row.source, stored.row.day[:4], *words, stored.row.public_id[:4]))


def _escaped(text: str) -> str:
    return _BIBTEX_SPECIAL.sub(lambda found: _BIBTEX_NAMED.get(found[1], "\\" + found[1]), text)
