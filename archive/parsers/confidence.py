"""How sure a reading is: each field's confidence, and the article's, as probabilities calibrated on pages with truth.

What is known of each field when it has been chosen (how it was found, what else the page says, how it is set, what
stands around it) is a handful of numbers; a few dozen small trees a field turn them into a probability. Trees are
learnt by `python -m bench.calibrate` from pages apart from those they are judged with, and kept in `confidence.json`:
no words, no names of sites.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from archive.model import Article, Found, Moment
from archive.parsers.blocks.density import is_running
from archive.parsers.blocks.lines import Line
from archive.parsers.blocks.zones import Zones
from archive.parsers.fields import vocabulary as words
from archive.parsers.fields.headline import names_site
from archive.text.folding import tokens

FIELDS: Final = ("headline", "lead", "byline", "published", "section", "text")
Known = dict[str, float]
"""What is known of a field, by name."""

_DAY: Final = len("2026-11-24")
_ISO_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_PUBLISHED: Final = ("article:published_time", "datepublished", "og:article:published_time", "pubdate", "date")
_PRECISION: Final = {"year": 0.0, "month": 1.0, "day": 2.0, "hour": 2.5, "minute": 3.0, "second": 4.0}
_NAMES: Final = re.compile(r"\s*[-–,]\s*")
_JOINTS: Final = (" - ", " – ", "|", "»")
_LONGEST_TITLE: Final = 300  # letters
_LONGEST_STAMP: Final = 90  # letters of a line that is a date and what belongs to it
_LINKED: Final = 0.5  # share of a line in links
_SHORT: Final = 6  # words
_MANY: Final = 4  # more are as good
_SUREST: Final = 0.995  # no probability is surer than two hundred pages can show
WAYS: Final = {
    "headline": "slug meta beside",
    "lead": "apart",
    "byline": "organisation link class label last apart date",
    "section": "link address near",
}
"""Words of a field's method that tell ways of finding it apart."""
_WORDS_OF: Final = {name: tuple(ways.split()) for name, ways in WAYS.items()}


class Seen(NamedTuple):
    """An article with what it was chosen from: its zones, and the date that the page shows."""

    article: Article
    zones: Zones
    shown: Moment | None


def calibrated(seen: Seen) -> Article:
    """The article with the probability of each field, and of the whole, in the place of their confidences."""
    article = seen.article
    sure = {name: probability_of(name, known) for name, known in known_of(seen).items()}
    return replace(
        article,
        headline=replace(article.headline, confidence=sure["headline"]),
        lead=article.lead and replace(article.lead, confidence=sure["lead"]),
        byline=article.byline and replace(article.byline, confidence=sure["byline"]),
        section=article.section and replace(article.section, confidence=sure["section"]),
        published=article.published and replace(article.published, confidence=sure["published"]),
        confidence=probability_of("whole", whole_of(sure)),
    )


def known_of(seen: Seen) -> dict[str, Known]:
    """What is known of each field that was found, and of the text."""
    article = seen.article
    lines = [item for item in seen.zones.whole if isinstance(item, Line)]
    found = {"headline": _headline(seen), "text": _text(seen, lines)}
    if article.lead is not None:
        found["lead"] = _lead(seen, article.lead)
    if article.byline is not None:
        found["byline"] = _byline(seen, article.byline, lines)
    if article.published is not None:
        found["published"] = _published(seen, article.published, lines)
    if article.section is not None:
        found["section"] = _section(seen, article.section, lines)
    return found


def whole_of(sure: dict[str, float]) -> Known:
    """What the probability of the whole is learnt from; a field that was not found takes nothing from it."""
    return {
        "all": math.prod(sure.values()),
        "least": min(sure.values()),
        "headline": sure["headline"],
        "text": sure["text"],
    }


def probability_of(name: str, known: Known) -> float:
    """How likely a field is right of which so much is known."""
    model = _models().get(name)
    if model is None:
        return _SUREST
    odds = model["odds"] + sum(worth(tree, known) for tree in model["trees"])
    return round(min(_SUREST, max(1 - _SUREST, 1 / (1 + math.exp(-odds)))), 3)


def worth(tree: Any, known: Known) -> float:
    """What a tree adds to the log-odds: [name, cut, at the cut or below, above], the latter two trees or numbers."""
    while type(tree) is list:
        tree = tree[2] if known.get(tree[0], -1.0) <= tree[1] else tree[3]
    return float(tree)


@cache
def _models() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(Path(__file__).with_name("confidence.json").read_text())
    return loaded


def _ways(name: str, by: str) -> Known:
    """How a field was found: the words of its method that tell ways apart."""
    return {way: 1.0 for way in _WORDS_OF[name] if way in by}


def _plain(text: str) -> str:
    return " ".join(text.lower().split())


def _says(value: str, told: str) -> float:
    """1 where what is told is the value, .5 where one begins with the other, .25 where one is within the other, -1
    where it is another, 0 where nothing is told.
    """
    other = _plain(told)
    if other == value or not other:
        return float(bool(other))
    if other.startswith(value) or value.startswith(other):
        return 0.5
    return 0.25 if value in other or other in value else -1.0


def _headline(seen: Seen) -> Known:
    found, zones, page = seen.article.headline, seen.zones, seen.zones.page
    place, value = zones.headline, found.value
    plain, title = _plain(value), page.title()
    if names_site(page, title):
        title = ""
    said = [_says(plain, one) for one in (zones.meta.headline, page.meta("og:title"), title)]
    between = [item for item in zones.items[place + 1 : zones.start] if isinstance(item, Line)] if place >= 0 else []
    above = zones.items[place - 1] if place > 0 else None
    return _ways("headline", found.by) | {
        "score": found.confidence,
        "json": said[0],
        "og": said[1],
        "title": said[2],
        "differ": float(said.count(-1.0)),
        "words": float(value.count(" ")),
        "distance": float(zones.start - place) if place >= 0 else -1.0,
        "title longer": len(title) / max(1, len(value)),
        "words between": float(sum(one.text.count(" ") for one in between)),
        "link above": above.linked if isinstance(above, Line) else -1.0,
        "dash": float(any(joint in value for joint in _JOINTS)),
    }


def _lead(seen: Seen, found: Found) -> Known:
    zones = seen.zones
    between = zones.items[zones.headline + 1 : zones.start] if zones.headline >= 0 else []
    return _ways("lead", found.by) | {
        "words": float(found.value.count(" ")),
        "between": float(sum(isinstance(item, Line) and is_running(item) for item in between)),
        "lines": float(len(seen.article.body)),
    }


def _byline(seen: Seen, found: Found, lines: list[Line]) -> Known:
    meta, value = seen.zones.meta, found.value
    at = [line for line in lines if value in line.text and len(line.text) <= _LONGEST_TITLE]
    return _ways("byline", found.by) | {
        "person": float(all(map(words.is_person, _NAMES.split(value)))),
        "words": float(min(_MANY, value.count(" "))),
        "told": _says(_plain(value), meta.author or seen.zones.page.meta("author")),
        "times": float(len(at)),
        "alone": float(sum(line.text == value for line in at)),
        "in links": float(sum(line.linked > _LINKED for line in at)),
        "cut": float(found.raw is not None),
    }


def _published(seen: Seen, found: Moment, lines: list[Line]) -> Known:
    zones, page, day = seen.zones, seen.zones.page, found.value[:_DAY]
    told = _days([zones.meta.published or page.meta(*_PUBLISHED)])
    times = _days([element.get("datetime") or "" for element in page.top.iter("time")])
    said = [_is_among(day, one) for one in (told, [seen.shown.value[:_DAY]] if seen.shown is not None else [])]
    year, figures = day[:4], [part.lstrip("0") for part in day[5:].split("-")]
    stamps = [line.text for line in lines if len(line.text) <= _LONGEST_STAMP and year in line.text]
    return {
        "told": said[0],
        "differ": float(said.count(-1.0)),
        "days": float(len(set(times))),
        "precision": _PRECISION[found.precision],
        "printed": float(sum(all(figure in text for figure in figures) for text in stamps)),
        "stamps": float(len(stamps)),
    }


def _days(raws: list[str]) -> list[str]:
    return [match[0] for raw in raws if raw and (match := _ISO_DAY.search(raw))]


def _is_among(day: str, days: list[str]) -> float:
    return 0.0 if not days else 1.0 if day in days else -1.0


def _section(seen: Seen, found: Found, lines: list[Line]) -> Known:
    zones, value = seen.zones, found.value
    slug = "-".join(tokens(value))
    same = [link.href for line in lines if value in line.text for link in line.links if link.text == value]
    return _ways("section", found.by) | {
        "links": float(min(_MANY, len(same))),
        "slug": float(any(slug in href for href in same)),
        "above": float(sum(item.text == value for item in zones.above if isinstance(item, Line))),
    }


def _text(seen: Seen, lines: list[Line]) -> Known:
    article, zones = seen.article, seen.zones
    texts, body = article.body, [item for item in zones.body if isinstance(item, Line)]
    count, letters = max(1, len(texts)), sum(map(len, texts))
    running = {id(line): len(line.text) for line in lines if is_running(line)}
    every = max(1, sum(running.values()))
    before = zones.items[zones.headline + 1 : zones.start] if zones.headline >= 0 else []
    ends = [words.SENTENCE_END.search(text) is None for text in texts]
    return {
        "open": sum(ends) / count,
        "first open": float(ends[0]) if ends else -1.0,
        "last open": float(sum(ends[-3:])),
        "last words": float(texts[-1].count(" ")) if texts else -1.0,
        "short": sum(text.count(" ") < _SHORT for text in texts) / count,
        "mean": letters / count,
        "longest": max(map(len, texts), default=0) / max(1, letters),
        "left out": float(len(body) - len(texts)),
        "taken": letters / every,
        "before": sum(running.get(id(item), 0) for item in before) / every,
        "after": sum(running.get(id(item), 0) for item in zones.trailing) / every,
        "share": len(body) / max(1, len(lines)),
        "start": float(zones.start),
        "italic": float(sum(line.italic for line in body)),
        "looks": float(len({line.css for line in body})),
        "pictures": float(len(article.images)),
        "byline": float(article.byline is not None),
    }
