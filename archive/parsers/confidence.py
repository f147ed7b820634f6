"""How sure a reading is: each field's confidence, and the article's, as probabilities calibrated on pages with truth.

Each field has signs: how it was found, and whether what the page tells machines agrees. Their weights are log-odds,
learnt by `python -m bench.calibrate` from pages that no rule was made from, and kept in `confidence.json`. A sign that
was never seen weighs nothing.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final

from archive.model import Article, Found, Moment
from archive.parsers.blocks.density import is_running
from archive.parsers.blocks.lines import Line
from archive.parsers.blocks.zones import Zones
from archive.parsers.fields import vocabulary as words
from archive.parsers.fields.headline import same_words
from archive.text.folding import tokens

FIELDS: Final = ("headline", "lead", "byline", "published", "section", "text")
_DAY: Final = len("2026-11-24")
_WAYS: Final = re.compile(
    r"notice|restored|slug match|beside the date|right above|json-ld|meta|title|slug\b|h1|h2|h3|"
    r"label|link|class|set apart|set to the right|last lines?|first line|date line|alone|time\[|itemprop|profile|"
    r"breadcrumb|trail|near|address|selector|iso"
)
_STEPS: Final = (("sure", 0.95), ("likely", 0.85), ("open", 0.6), ("doubtful", 0.0))
_SHORT: Final = 6  # words
_SUREST: Final = 0.995  # no probability is surer than two hundred pages can show
_BEGINNING: Final = 8  # words by which two texts begin alike


def signs_of(article: Article, zones: Zones) -> dict[str, list[str]]:
    """The signs of each field, and of the text."""
    page, meta = zones.page, zones.meta
    titles = [meta.headline, page.meta("og:title"), page.title()]
    day = meta.published[:_DAY] or page.meta("article:published_time")[:_DAY]
    described = meta.description or page.meta("og:description", "description")
    begins = [article.lead.value if article.lead else "", *article.body[:1]]
    found: dict[str, list[str]] = {
        "headline": [*_ways(article.headline), _told(article.headline.value, titles)],
        "lead": [*_ways(article.lead), "described" if any(_alike(text, described) for text in begins) else "own"],
        "byline": [*_ways(article.byline), _named(article.byline, meta.author or page.meta("author"))],
        "published": [*_ways(article.published), _dated(article.published, day)],
        "section": [
            *_ways(article.section),
            _told(article.section.value if article.section else "", [page.meta("article:section"), meta.section]),
        ],
        "text": list(_text_signs(article, zones)),
    }
    found["lead"].append("told" if described else "untold")
    return found


def calibrated(article: Article, zones: Zones) -> Article:
    """The article with the probability of each field, and of the whole, in the place of their confidences."""
    sure = {name: probability_of(name, signs) for name, signs in signs_of(article, zones).items()}
    return replace(
        article,
        headline=replace(article.headline, confidence=sure["headline"]),
        lead=article.lead and replace(article.lead, confidence=sure["lead"]),
        byline=article.byline and replace(article.byline, confidence=sure["byline"]),
        section=article.section and replace(article.section, confidence=sure["section"]),
        published=article.published and replace(article.published, confidence=sure["published"]),
        confidence=probability_of("whole", whole_signs(sure)),
    )


def whole_signs(sure: dict[str, float]) -> list[str]:
    """What the probability of the whole is learnt from: the steps of the fields' own."""
    return [f"{name} {_step(_STEPS, sure[name])}" for name in FIELDS]


def probability_of(name: str, signs: list[str]) -> float:
    """How likely a field with such signs is right."""
    weights = _weights().get(name, {})
    odds = weights.get("", 0.0) + sum(weights.get(sign, 0.0) for sign in signs)
    return round(min(_SUREST, max(1 - _SUREST, 1 / (1 + math.exp(-odds)))), 3)


@cache
def _weights() -> dict[str, dict[str, float]]:
    loaded: dict[str, dict[str, float]] = json.loads(Path(__file__).with_name("confidence.json").read_text())
    return loaded


def _step(steps: tuple[tuple[str, float], ...], value: float) -> str:
    return next(name for name, least in steps if value >= least)


def _ways(found: Found | Moment | None) -> list[str]:
    """How a field was found: the words of its method that tell ways apart."""
    if found is None:
        return ["none"]
    generic = "" if found.by.startswith(("generic", "json-ld", "meta", "last", "notice", "restored")) else "own"
    ways = dict.fromkeys([*_WAYS.findall(found.by), *([generic] if generic else [])])
    ways |= {"cut": None} if found.raw is not None and isinstance(found, Found) else {}
    ways |= {f"{found.precision}": None} if isinstance(found, Moment) else {}
    ways |= {"noted": None} if isinstance(found, Moment) and found.note else {}
    return list(ways)


def _told(text: str, named: list[str]) -> str:
    known = [one for one in named if one]
    if not known or not text:
        return "untold"
    if any(same_words(text, one) for one in known):
        return "agrees"
    return "part" if any(tokens(text) == tokens(one)[: len(tokens(text))] for one in known) else "differs"


def _named(found: Found | None, author: str) -> str:
    if found is None:
        return "told" if author else "untold"
    person = "person" if all(map(words.is_person, re.split(r"\s*[-–,]\s*", found.value))) else "name"
    if not author:
        return f"{person} untold"
    return f"{person} agrees" if set(tokens(author)) & set(tokens(found.value)) else f"{person} differs"


def _dated(found: Moment | None, day: str) -> str:
    if found is None or not day:
        return "untold" if not day else "told"
    return "agrees" if found.value[:_DAY] == day else "differs"


def _alike(text: str, described: str) -> bool:
    one, other = tokens(text)[:_BEGINNING], tokens(described)[:_BEGINNING]
    return len(one) == _BEGINNING and one == other


def _text_signs(article: Article, zones: Zones) -> Iterator[str]:
    """What tells of the text: paragraphs that are no sentence, short ones, how many, lists, what stands before it."""
    body = [item for item in zones.body if isinstance(item, Line)]
    told = [item for item in zones.items[zones.headline + 1 : zones.start] if isinstance(item, Line)]
    count = len(article.body)
    open_ends = sum(words.SENTENCE_END.search(text) is None for text in article.body)
    yield _stepped("open", open_ends / max(1, count), (0.001, 0.06, 0.15, 0.3))
    yield _stepped("short", sum(text.count(" ") < _SHORT for text in article.body) / max(1, count), (0.001, 0.1, 0.25))
    yield _stepped("lists", sum(line.tag == "li" for line in body) / max(1, len(body)), (0.001, 0.2))
    running = sum(len(item.text) for item in zones.whole if isinstance(item, Line) and is_running(item))
    before = sum(len(line.text) for line in told if is_running(line))
    yield _stepped("before", before / max(1, running), (0.001, 0.05))
    yield _stepped("lines", count, (4, 12, 40))


def _stepped(name: str, value: float, steps: tuple[float, ...]) -> str:
    """A measure as a sign: its name, and how many of the steps it reaches."""
    return f"{name} {sum(value >= step for step in steps)}"
