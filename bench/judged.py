"""Pages whose truth is known, plain and in disguise, each read once and judged field by field.

Of our own, whose truth is made with them: sites in the manner of themes (`bench.themes`) and portals
(`bench.fleet`). Of others: recorded ones in ../shared, as `score/README.md` there describes. `of`, the kind of truth,
decides what is right: all words of a title, nine in ten words of a text abroad; the very texts elsewhere. Where the
truth abroad is a headline for machines that the page does not show, nothing is said of headline and whole.
"""

from __future__ import annotations

import gzip
import random
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from unittest import mock
from urllib.parse import unquote, urlsplit

from archive.errors import ArchiveError
from archive.model import Article
from archive.parsers import by_evidence, confidence, read_page
from bench import themes
from bench.disguises import DISGUISES
from bench.fleet import pages as fleet_pages
from bench.fleet.portals import load
from bench.readers import NOW, Recorded
from bench.reading import pages_of, rows_of
from bench.strangers import visible

ROBBED: Final = ("unheaded", "untitled", "boxed", "clocked", "broken")
"""The disguises in which pages are read too."""
HEADED: Final = ("both", "boxed", "clocked", "broken")
"""Those that leave a page its headline's tag and title: without, hardly a headline of the world's press is read."""
_UNTIL: Final = datetime(2026, 3, 1, tzinfo=UTC)  # what the fleet has published by then
_SEEDS: Final = range(100, 144)  # of themes: two sites of each skeleton
_OF_SITE: Final = 8  # articles of one site of our own
_DAY: Final = len("2026-11-24")
_ALIKE: Final = 0.9  # of the words of a text abroad
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Judged:
    """One reading: of which set and host, in which disguise; what is known of each field; which fields are right."""

    of: str
    host: str
    disguise: str
    known: dict[str, confidence.Known]
    right: dict[str, bool]


def own(disguises: Iterable[str] = ("none", *ROBBED)) -> Iterator[Judged]:
    """Readings of our own pages."""
    for seed in _SEEDS:
        site = themes.built(seed, _OF_SITE, 2)
        for (url, body), row in zip(site.pages, site.rows, strict=True):
            yield from _read_all("themes", site.draw.skeleton, Recorded(url, body, "text/html"), row, disguises)
    fleet = load(until=_UNTIL)
    bases = {name: f"http://{name}.example" for name in fleet.portals}
    for name, portal in fleet.portals.items():
        site_of = fleet_pages.Site(portal, fleet, bases)
        for item in random.Random(name).sample(list(portal.items), _OF_SITE):
            answer, row = site_of.answer(item.path, "Mozilla", _UNTIL), portal.truth(item, _UNTIL, bases[name])
            if answer.status == 200 and "html" in answer.kind and not row["teaser"]:
                page = Recorded(bases[name] + item.path, answer.body, answer.kind)
                yield from _read_all("fleet", name, page, row, disguises if portal.charset == "utf-8" else ["none"])


def public(shared: Path, disguises: Iterable[str] = ("none", *HEADED)) -> Iterator[Judged]:
    """Readings of the world's press."""
    folder = shared / "data" / "public"
    for row, page in zip(rows_of(folder / "truth.jsonl"), pages_of(folder), strict=True):
        row["shown"] = " ".join(_words(row.get("headline") or "")) in " ".join(_words(visible(page.body)))
        yield from _read_all("public", urlsplit(row["url"]).hostname or "", page, row, disguises)


def recorded(shared: Path, disguises: Iterable[str] = ("none", *ROBBED)) -> Iterator[Judged]:
    """Readings of recorded portals, newspapers and sites of two CMSs: nothing is learnt from them."""
    for folder in (shared / "data" / "pages", *sorted((shared / "data" / "cms").iterdir())):
        for row, page in zip(rows_of(folder / "truth.jsonl"), pages_of(folder), strict=True):
            host = urlsplit(row["url"]).hostname or "" if folder.name == "pages" else folder.name
            yield from _read_all(folder.name, host, page, row, disguises)
    folder = shared / "data" / "sites"
    for row in rows_of(folder / "truth.jsonl"):
        if row["kind"] in ("article", "notice") and row.get("complete") is not False:
            page = Recorded(row["url"], gzip.decompress((folder / row["file"]).read_bytes()), "text/html")
            yield from _read_all("sites", urlsplit(row["url"]).hostname or "", page, row, disguises)


def _read_all(of: str, host: str, page: Recorded, row: Row, disguises: Iterable[str]) -> Iterator[Judged]:
    for name in disguises:
        article, known = read(DISGUISES[name].put_on(page) if name != "none" else page)
        if article is not None:
            right = _right_abroad(article, row) if of == "public" else right_of(article, row)
            yield Judged(of, host, name, known, right)


def read(page: Recorded) -> tuple[Article | None, dict[str, confidence.Known]]:
    """The article on a page, likely or not, and what is known of its fields."""
    seen: list[confidence.Seen] = []
    real = confidence.calibrated

    def spied(one: confidence.Seen) -> Article:
        seen.append(one)
        known.append(confidence.known_of(one))
        return real(one)

    known: list[dict[str, confidence.Known]] = []
    with mock.patch.object(by_evidence, "calibrated", spied):
        try:
            reading = read_page(page.url, page.body, page.content_type, 200, NOW)
        except ArchiveError:
            return None, {}
    article = reading.article or reading.unlikely
    return (article, known[-1]) if article is not None and known else (None, {})


def _right_abroad(article: Article, row: Row) -> dict[str, bool]:
    read = " ".join([article.lead.value if article.lead else "", *article.body])
    one, other = Counter(_words(read)), Counter(_words(row["text"]))
    right = {"text": 2 * (one & other).total() / max(1, one.total() + other.total()) >= _ALIKE}
    if row["set"] != "publishers":
        return right
    if row["shown"]:
        right["headline"] = _words(article.headline.value) == _words(row["headline"])
    if row.get("published"):
        right["published"] = article.published is not None and _is_day(article.published.value, row["published"])
    if row.get("authors"):
        named = " ".join(_words(article.byline.value if article.byline else ""))
        right["byline"] = all(" ".join(_words(author)) in named for author in row["authors"])
    return right | ({"whole": all(right.values())} if row["shown"] else {})


def _is_day(read: str, true: str) -> bool:
    """Whether the day is the true one; moments with a zone may lie half a day apart, for the same one is two days."""
    wanted = datetime.fromisoformat(true)
    if wanted.tzinfo is None or len(read) <= _DAY:
        return read[:_DAY] == true[:_DAY]
    found = datetime.fromisoformat(read)
    return abs(found - wanted) <= timedelta(hours=12) if found.tzinfo else read[:_DAY] == true[:_DAY]


def right_of(article: Article, row: Row) -> dict[str, bool]:
    """Which fields are right, of those whose truth is known; of a notice headline, day, text and documents."""
    free = {*(row.get("optional") or ()), *(row.get("free") or ())}
    read = {name: _clean(getattr(getattr(article, name), "value", None)) for name in ("headline", "lead", "byline")}
    right = {name: value == _clean(row.get(name)) for name, value in read.items()}
    section = _clean(article.section.value if article.section else None)
    right["section"] = section in map(_clean, row.get("sections") or [row.get("section")])
    told, published = row.get("published") or "", article.published.value if article.published else ""
    size = len("2026-11-24T10:15") if min(len(told), len(published)) > _DAY else _DAY
    right["published"] = published[:size] == told[:size]
    cells = " ".join(row.get("cells") or ()).casefold()
    texts = [_clean(text) for text in article.body]
    texts = [text for text in texts if not cells or " ".join(text.replace("|", " ").split()).casefold() not in cells]
    right["text"] = texts == [_clean(text) for text in row.get("paragraphs") or ()]
    files = {_file(one.url) for one in article.attachments} == {_file(one) for one in row.get("attachments") or ()}
    if row.get("kind") == "notice":
        right = {name: right[name] for name in ("headline", "published", "text")}
    else:
        right["text"] &= list(map(_clean, article.captions)) == list(map(_clean, row.get("captions") or ()))
    right = {name: value for name, value in right.items() if name not in free}
    return right | {"whole": all(right.values()) and (files or row.get("kind") != "notice")}


def _file(url: str) -> str:
    return unquote(urlsplit(url).path).rpartition("/")[2]


def _clean(text: str | None) -> str:
    return " ".join(unicodedata.normalize("NFC", text or "").split())


def _words(text: str) -> list[str]:
    return "".join(letter if letter.isalnum() else " " for letter in text.lower()).split()
