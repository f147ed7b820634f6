"""References to read: TCVN 10256:2013 (ISO 690:2010), APA 7 and Chicago 17, clean; the evidence is a note beside them.

TCVN 10256 is ISO 690 in Vietnamese. It says which elements stand in which order (creator, title, medium, host, day, day
of the citation, address), and leaves the punctuation to the writer. Vietnamese names stay in their own order.
"""

from __future__ import annotations

from typing import Final

from archive.cite.reference import authors, date_parts, known_date, seen, title
from archive.store.queries import StoredArticle

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_UNKNOWN: Final = {"en": "n.d.", "vi": "không rõ ngày"}


def tcvn(stored: StoredArticle, _: str) -> str:
    """The reference in TCVN 10256:2013, in Vietnamese whatever the language is: a contribution to a serial, online.

    The day of the citation is the day (UTC) of the capture: then the page read so.
    """
    known, day = known_date(stored), date_parts(seen(stored))
    issued = _date(known, "vi") if known else f"[{_UNKNOWN['vi']}]"
    viewed = f" [truy cập {_date(day, 'vi')}]" if day else ""
    begin = _sentence(_listed(authors(stored), ", ", " và "))
    return f"{begin}{title(stored)} [trực tuyến]. {stored.source_name}, {issued}{viewed}. Có tại: {stored.row.url}"


def apa(stored: StoredArticle, language: str) -> str:
    """The reference in APA 7, section 10.1, a newspaper's article online: author, day, title, newspaper, address."""
    known = known_date(stored)
    if len(known) > 1:
        year, _, rest = _date(known, language, year_first=True).partition(", ")
        when = f"({year}, {rest}). "
    else:
        when = f"({_date(known, language)}). "
    signed = _sentence(_listed(authors(stored), ", ", " & ", ", & "))
    headline = _sentence(title(stored))
    begin = f"{signed}{when}{headline}" if signed else f"{headline}{when}"
    return f"{begin}{_sentence(stored.source_name)}{stored.row.url}"


def chicago(stored: StoredArticle, language: str) -> str:
    """The reference in Chicago 17, bibliography, 14.191: author, title in quotation marks, newspaper, day, address.

    An article without a day of publication has the day of its capture as that of access (14.207).
    """
    both = " và " if language == "vi" else " and "
    serial = both if language == "vi" else ", and "
    headline, known, day = title(stored), known_date(stored), date_parts(seen(stored))
    closed = headline if headline.endswith(_CLOSING) else f"{headline}."
    when = _date(known, language)
    if not known and day:
        when = f"{'truy cập' if language == 'vi' else 'accessed'} {_date(day, language)}"
    begin = _sentence(_listed(authors(stored), ", ", both, serial))
    return f"{begin}“{closed}” {stored.source_name}, {_sentence(when)}{stored.row.url}."


_CLOSING: Final = ("?", "!", "…", ".")


def _sentence(text: str) -> str:
    """`text` closed, with a blank behind it; "" stays so."""
    return f"{text}{'' if text.endswith(_CLOSING) else '.'} " if text else ""


def _listed(names: tuple[str, ...], between: str, last_of_two: str, last: str = "") -> str:
    """The names in one line: "A", "A và B", "A, B và C"."""
    if len(names) < 2:
        return "".join(names)
    return between.join(names[:-1]) + (last if last and len(names) > 2 else last_of_two) + names[-1]


def _date(known: tuple[int, ...], language: str, year_first: bool = False) -> str:
    """A day, month or year as it is written in `language`, as far as it is known.

    >>> _date((2020, 3, 5), "vi"), _date((2020, 3), "vi"), _date((2020, 3, 5), "en"), _date((), "vi")
    ('ngày 5 tháng 3 năm 2020', 'tháng 3 năm 2020', 'March 5, 2020', 'không rõ ngày')
    >>> _date((2020, 3, 5), "vi", year_first=True), _date((2020, 3), "en", year_first=True)
    ('2020, ngày 5 tháng 3', '2020, March')
    """
    if not known:
        return _UNKNOWN[language]
    if len(known) == 1:
        return str(known[0])
    year, month, *day = known
    if language == "vi":
        within = " ".join([f"ngày {one}" for one in day] + [f"tháng {month}"])
        return f"{year}, {within}" if year_first else f"{within} năm {year}"
    within = " ".join([_MONTHS[month - 1]] + [str(one) for one in day])
    return f"{year}, {within}" if year_first else f"{within}{',' if day else ''} {year}"
