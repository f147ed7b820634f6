"""References to read: APA 7 and Chicago 17."""

from __future__ import annotations

from typing import Final

from archive.cite.parts import author, evidence, known_date, title
from archive.store.reads import Stored

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def apa(stored: Stored, base: str) -> str:
    """The reference in APA 7: author, day, title, site, address, evidence."""
    byline, headline, row = author(stored), title(stored), stored.row
    when = _date(known_date(stored), apa=True)
    begin = f"{byline}. ({when}). {headline}" if byline else f"{headline}. ({when})"
    return f"{begin}. {stored.source_name}. {row.url} {evidence(stored, base)}"


def chicago(stored: Stored, base: str) -> str:
    """The reference in Chicago 17: author, title in quotation marks, site, day, address, evidence."""
    byline = author(stored)
    begin = f"{byline}. " if byline else ""
    when = _date(known_date(stored), apa=False)
    return f"{begin}“{title(stored)}.” {stored.source_name}, {when}. {stored.row.url}. {evidence(stored, base)}"


def _date(known: tuple[int, ...], apa: bool) -> str:
    """The day of publication as far as it is known; "n.d." where it is not."""
    if not known:
        return "n.d."
    year = str(known[0])
    if len(known) == 1:
        return year
    month = _MONTHS[known[1] - 1]
    day = f" {known[2]}" if len(known) == 3 else ""
    return f"{year}, {month}{day}" if apa else f"{month}{day}, {year}" if day else f"{month} {year}"
