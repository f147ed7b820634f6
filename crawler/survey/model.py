"""What a survey has found out about one site: plain values that go into a file and come back the same."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Literal

from archive.disk import make_folder, replace_file
from archive.learning.surveys import FOLDER
from archive.messages.message import packed, unpacked

State = Literal["alive", "moved", "forbidden", "gone", "silent"]
"""`moved`: its first page leads to another site; `forbidden`: robots.txt lets nobody in, or the site refuses us (403);
`gone`: it answers, and not with a page; `silent`: no answer came, or one that asks to come back.
"""

Scripted = Literal["no", "lists", "yes"]
"""What needs a browser: nothing; the pages that list articles; every page."""

ENOUGH: Final = 5
"""Articles that a survey reads, if the site lets it."""


@dataclass(frozen=True, slots=True)
class ReadArticle:
    """An article as it was read, in short: `text` is the beginning of its body."""

    url: str
    headline: str
    published: str
    parser: str
    lead: str
    paragraphs: int
    pictures: int
    text: str


@dataclass(frozen=True, slots=True)
class Answering:
    """A feed or sitemap that answers, and how many addresses it lists."""

    url: str
    links: int


@dataclass(frozen=True, slots=True)
class Unread:
    """A page that was asked for as an article and was none, with the reason as a short code."""

    url: str
    reason: str


@dataclass(frozen=True, slots=True)
class Survey:
    """One site as a few polite requests have shown it.

    `to` is where it has moved, `merged` the source of the register that is at home there. `family` is what the pages'
    marks say. `article` are the patterns that the pages read speak for: they meet `met` of the `links` seen, those of
    the source's own file `own_met`. `json` is a table [json] of its file, where scripts make the pages and their data
    answers. `back` is the oldest day that a listing or sitemap names. `short` says why fewer than five articles were
    read. `requests` are the addresses asked for, in order.
    """

    source: str
    homepage: str
    host: str
    at: str
    state: State = "alive"
    reason: str = ""
    to: str = ""
    merged: str = ""
    robots: str = ""
    crawl_delay: float | None = None
    name: str = ""
    kind: str = ""
    province: str = ""
    language: str = ""
    family: str = ""
    scripted: Scripted = "no"
    feeds: tuple[Answering, ...] = ()
    sitemaps: tuple[Answering, ...] = ()
    posts: str = ""
    article: tuple[str, ...] = ()
    links: int = 0
    met: int = 0
    own_met: int = 0
    back: str = ""
    articles: tuple[ReadArticle, ...] = ()
    unread: tuple[Unread, ...] = ()
    json: str = ""
    short: str = ""
    requests: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


_LISTS: Final = {"feeds": Answering, "sitemaps": Answering, "articles": ReadArticle, "unread": Unread}


def survey_of(told: Mapping[str, Any]) -> Survey:
    """The survey that `dataclasses.asdict` has made `told` of, as JSON gives it back.

    Raises KeyError, TypeError or ValueError where it is none.
    """
    values = {name: told[name] for name in (field.name for field in fields(Survey))}
    for name, kind in _LISTS.items():
        values[name] = tuple(kind(**one) for one in values[name])
    for name in ("article", "requests", "notes"):
        values[name] = tuple(values[name])
    return Survey(**values)


# One file a source, so that a survey that was stopped goes on where it was.


def keep(root: Path, survey: Survey) -> Path:
    """Writes a source's survey in place of the one before. Raises StorageError."""
    folder = root / FOLDER
    make_folder(folder)
    file = folder / f"{survey.source}.json"
    replace_file(file, json.dumps(packed(asdict(survey)), ensure_ascii=False, indent=2).encode() + b"\n")
    return file


def kept(root: Path, source: str) -> Survey | None:
    """The last survey of `source`; None where there is none, or none that this program can read."""
    try:
        return survey_of(unpacked(json.loads((root / FOLDER / f"{source}.json").read_text(encoding="utf-8"))))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def fresh(root: Path, sources: Iterable[str], days: float) -> dict[str, Survey]:
    """The surveys of `sources` that are younger than `days`, by source; one that met no answer for an hour at most: it
    may have been our own network.
    """
    now = datetime.now(UTC)
    since = (now - timedelta(days=days)).isoformat()[:19]
    silent_since = max(since, (now - timedelta(hours=1)).isoformat()[:19])
    found = ((source, kept(root, source)) for source in sources)
    return {
        source: survey
        for source, survey in found
        if survey is not None and survey.at >= (silent_since if survey.state == "silent" else since)
    }
