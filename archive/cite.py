"""An article as a reference that leads back to the preserved page: capture time, digest of the record, permalink."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import sqlite_utils

from archive.messages.message import Message, format_number
from archive.parsers.given import MADE
from archive.search.backend import ask_article
from archive.search.corpora import Corpus
from archive.search.question import Question, option
from archive.store.queries import StoredArticle, stored_article
from archive.store.rows import secondary
from archive.text.folding import tokens

_BETWEEN: Final = re.compile(" ?[;,&] ?| [-–] | và ")  # of a text with single blanks
_ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz0123456789-"


def permalink(stored: StoredArticle, base: str = "") -> str:
    """The lasting address of the article as it was read here: of the reading room at `base`, else "baotinh:<id>"."""
    return f"{base.rstrip('/')}/article/{stored.row.public_id}" if base else f"baotinh:{stored.row.public_id}"


def evidence(stored: StoredArticle, base: str) -> Message:
    """What ties the reference to the preserved bytes: capture time, permalink, revision, digest, record.

    Of a secondary record, which is no capture of a page: the row, the file and its digest that it was made from.
    """
    capture, named, revision = stored.capture, permalink(stored, base), stored.row.revision
    if (made_from := secondary(capture)) is not None:
        file = str(replace(made_from, row=""))
        return Message(
            "Secondary record, no capture of the page: {made_from}; {permalink}, revision {revision}; record {record}",
            made_from=Message("row {row} of {file}", row=made_from.row, file=file) if made_from.row else Message(file),
            permalink=named,
            revision=revision,
            record=capture.record_id,
        )
    return Message(
        "Captured {moment}; {permalink}, revision {revision}; payload {digest}; record {record}",
        moment=capture.captured_at,
        permalink=named,
        revision=revision,
        digest=capture.payload_digest,
        record=capture.record_id,
    )


def seen(stored: StoredArticle) -> str:
    """The day (UTC) on which the page was captured; "" where it never was, and a secondary record stands for it."""
    return "" if secondary(stored.capture) else stored.capture.captured_at[:10]


def title(stored: StoredArticle) -> str:
    """The headline, in square brackets where it was supplied: restored from the slug, or the first words of a text."""
    headline = stored.row.headline.rstrip(".")
    return f"[{headline}]" if stored.row.headline_by.startswith(("restored", MADE)) else headline


def authors(stored: StoredArticle) -> tuple[str, ...]:
    """The persons of the byline, each name in its own order; () where there is none.

    A byline is parted only where every part looks like a name (each word begins with a capital): "Thu Hà - Minh Anh"
    is two persons, "Bài, ảnh: Thu Hà" stays as it is.
    """
    whole = stored.row.byline.rstrip(".")
    parted = tuple(part for part in _BETWEEN.split(" ".join(whole.split())) if part)
    named = all(word[0].isupper() for part in parted for word in part.split())
    return parted if named else (whole,)


def known_date(stored: StoredArticle) -> tuple[int, ...]:
    """Year, month and day of publication as far as they are known: (2020, 3) for a month, () where nothing is."""
    published = stored.row.published
    return date_parts(published[:10]) if published else ()


def date_parts(iso: str) -> tuple[int, ...]:
    """A day, month or year in ISO 8601 as numbers; () of ""."""
    return tuple(int(part) for part in iso.split("-") if part)


def key(stored: StoredArticle) -> str:
    """The name of the reference in a bibliography: source, year, first words, public id, so that no two are alike."""
    words = tokens(stored.row.headline)[:3]
    named = "-".join((stored.row.source, stored.row.day[:4], *words, stored.row.public_id))
    return "".join(letter for letter in named if letter in _ALPHABET)


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


SCHEMAS: Final = {
    "DC": "http://purl.org/dc/elements/1.1/",
    "z": "http://www.zotero.org/namespaces/export#",
}
"""What the prefixes of the tags mean: `<link rel="schema.DC" href=...>`."""

_KIND: Final = "newspaperArticle"  # of Zotero; without it a page with `citation_title` is a journal's article


def metadata(stored: StoredArticle, base: str, language: str) -> tuple[tuple[str, str], ...]:
    """The tags as name and content, a tag an author, none without content.

    A name ends with a comma in `citation_author` (Highwire's "surname, given name", with nothing given): without it
    Zotero takes the last word for the surname, and Vietnamese names would be turned around.
    """
    row, names, known = stored.row, authors(stored), known_date(stored)
    tags = (
        ("citation_title", title(stored)),
        *(("citation_author", f"{name.replace(', ', ' - ')},") for name in names),
        ("citation_publication_date", "/".join(f"{part:02}" for part in known)),
        ("citation_journal_title", stored.source_name),
        ("citation_public_url", row.url),
        ("citation_language", "vi"),
        ("DC.title", title(stored)),
        *(("DC.creator", name) for name in names),
        ("DC.date", "-".join(f"{part:02}" for part in known)),
        ("DC.source", stored.source_name),
        ("DC.publisher", stored.source_name),
        ("DC.description", row.lead),
        ("DC.identifier", row.url),
        ("DC.language", "vi"),
        ("DC.type", _KIND),
        ("z.itemType", _KIND),
        ("z.archive", "baotinh"),
        ("z.archiveLocation", permalink(stored, base)),
        ("z.extra", evidence(stored, base).in_language(language)),
    )
    return tuple((name, " ".join(content.split())) for name, content in tags if content)


def json_ld(stored: StoredArticle, base: str, language: str) -> dict[str, Any]:
    """The article as a NewsArticle of schema.org, with the archived page, or what a secondary record is made from."""
    row, capture, told = stored.row, stored.capture, evidence(stored, base).in_language(language)
    if made_from := secondary(capture):
        origin = {"isBasedOn": {"@type": "CreativeWork", "name": str(made_from), "description": told}}
    else:
        archived = {"url": permalink(stored, base), "dateCreated": capture.captured_at, "identifier": capture.record_id}
        origin = {"archivedAt": {"@type": "WebPage", **archived, "description": told}}
    value = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": permalink(stored, base),
        "headline": title(stored),
        "author": [{"@type": "Person", "name": name} for name in authors(stored)],
        "publisher": {"@type": "NewsMediaOrganization", "name": stored.source_name},
        "isPartOf": {"@type": "Newspaper", "name": stored.source_name},
        "datePublished": row.published or "",
        "inLanguage": "vi",
        "url": row.url,
        "identifier": row.public_id,
        "articleSection": row.section,
        "abstract": row.lead,
        **origin,
    }
    return {name: one for name, one in value.items() if one}


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


def tcvn_of_corpus(corpus: Corpus, keeper: str, address: str) -> str:
    """A frozen corpus as TCVN 10256 (ISO 690) cites data: who keeps it, its name, kind and number of articles, the day
    (UTC) it was frozen on, where it is; its digest says which texts those are.
    """
    about = f"{corpus.name}: {format_number(len(corpus.members), 'vi')} bài báo [ngữ liệu trực tuyến]"
    made = f"Chốt {_date(date_parts(corpus.made_at[:10]), 'vi')}, {corpus.digest}"
    return f"{_sentence(keeper)}{about}. {made}. Có tại: {address}"


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


WRITTEN: Final[dict[str, Callable[[StoredArticle, str], str]]] = {"tcvn": tcvn, "apa": apa, "chicago": chicago}
"""The styles to read: a reference in words, with its evidence in a note beside it."""
_FOR_PROGRAMS: Final[dict[str, Callable[[StoredArticle, str], str]]] = {
    "bibtex": bibtex,
    "ris": ris,
    "csl-json": csl_json,
}
STYLES: Final = (*WRITTEN, *_FOR_PROGRAMS)
"""The styles that `cite` knows."""


def cite(stored: StoredArticle, style: str, base: str = "", language: str = "en") -> str:
    """The reference to `stored` in one of STYLES, with its permalink below `base` (see `permalink`).

    tcvn: TCVN 10256:2013 (ISO 690:2010), in Vietnamese. apa: APA 7, chicago: Chicago 17, with the months of `language`;
    these three are clean, and `note` has their evidence. bibtex: an @online entry of biblatex. ris: a web page (ELEC).
    csl-json: a list of one item, as Zotero and citeproc read it. Vietnamese names stay in their own order; a title
    that was supplied is in square brackets, as the manuals write it. Raises KeyError for another style.
    """
    return WRITTEN[style](stored, language) if style in WRITTEN else _FOR_PROGRAMS[style](stored, base)


def note(stored: StoredArticle, base: str = "", language: str = "en") -> str:
    """The evidence in one sentence: capture, permalink, revision, digest, record; of a secondary record, whence."""
    return f"{evidence(stored, base).in_language(language)}."


def references(stored: StoredArticle, base: str = "", language: str = "en") -> dict[str, str]:
    """The reference in every style, by the style's name, and the note under "note"."""
    return {style: cite(stored, style, base, language) for style in STYLES} | {"note": note(stored, base, language)}


def cited(stored: StoredArticle, style: str, base: str = "", language: str = "en") -> str:
    """The reference as `cite` has it, and below one to read the note; beside TCVN both are Vietnamese."""
    reference = cite(stored, style, base, language)
    if style not in WRITTEN:
        return reference
    return f"{reference}\n{note(stored, base, 'vi' if style == 'tcvn' else language)}"


@dataclass(frozen=True, slots=True)
class CiteRequest(Question):
    """An article to be cited."""

    article: str = option("an article's public id, or its address", name="id", argument=1, in_path=True)
    style: str = option("Form of the reference.", "apa", choices=STYLES)
    language: Literal["en", "vi"] = option("Language of months and note.", "en", choices=("en", "vi"), command=False)
    base: str = option("Address of the reading room, for the permalinks of references.", "", metavar="URL", http=False)


@dataclass(frozen=True, slots=True)
class Citation:
    """A reference to an article, by its public id, and the note with what proves it; printed as both."""

    article: str
    style: str
    reference: str
    note: str

    def __str__(self) -> str:
        return f"{self.reference}\n{self.note}" if self.style in WRITTEN else self.reference


def answer(db: sqlite_utils.Database, asked: CiteRequest) -> Citation:
    """The reference to an article; raises NothingFound."""
    stored = ask_article(db, asked.article, stored_article)
    reference = cite(stored, asked.style, asked.base, asked.language)
    beside = "vi" if asked.style == "tcvn" else asked.language
    return Citation(stored.row.public_id, asked.style, reference, note(stored, asked.base, beside))
