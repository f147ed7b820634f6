"""Scores what a reader makes of the fleet's pages: each field, whole articles, and what leaked into their text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from unicodedata import normalize

Row = Mapping[str, Any]
COLUMNS: Final = (
    "read", "headline", "lead", "day", "byline", "section", "tags", "captions", "words", "text", "leak", "whole",
)  # fmt: skip
"""`read`: the reader gave something. `words`: F1 of the words of the text. `text`: the paragraphs, all of them, in
order and nothing else. `leak`: share of the words given as text that are of no part of the article. `whole`: every
field.
"""


@dataclass(frozen=True, slots=True)
class Score:
    """The shares of one reader, by column, over so many pages."""

    pages: int
    shares: Mapping[str, float]

    def line(self, name: str) -> str:
        return f"{name:<28}{self.pages:>6}" + "".join(f"{self.shares[one]:>10.3f}" for one in COLUMNS)


def heading() -> str:
    return f"{'':<28}{'pages':>6}" + "".join(f"{one:>10}" for one in COLUMNS)


def score(truth: Sequence[Row], read: Mapping[str, Row]) -> Score:
    """The shares over all pages of `truth`; `read` by address. A page that was not read has every field wrong."""
    sums: Counter[str] = Counter()
    for row in truth:
        sums.update(marks(row, read.get(row["url"])))
    return Score(len(truth), {one: sums[one] / max(len(truth), 1) for one in COLUMNS})


def marks(row: Row, got: Row | None) -> dict[str, float]:
    """What one page is worth in each column, 0 to 1."""
    if not got or not (got.get("headline") or got.get("text") or got.get("paragraphs")):
        return dict.fromkeys(COLUMNS, 0.0)
    free, wanted = set(row["free"]), [_plain(one) for one in row["paragraphs"]]
    lead = _plain(row["lead"] or "")
    lines = [_plain(one) for one in _lines(got)]
    cells = " ".join(map(_plain, row["cells"]))
    told = [one for one in lines if one and one not in cells and one.replace(" | ", " ").strip("| ") not in cells]
    if lead and told[:1] == [lead]:  # many readers count the lead as text
        told = told[1:]
    day = str(got.get("published") or got.get("date") or "")
    same = {
        "headline": _plain(got.get("headline") or "") == _plain(row["headline"]),
        "lead": _plain(got.get("lead") or "") == lead,
        "day": "published" in free or day[:10] == (row["published"] or ""),
        "byline": "byline" in free or _plain(got.get("byline") or "") == _plain(row["byline"] or ""),
        "section": "section" in free or _plain(got.get("section") or "") == _plain(row["section"] or ""),
        "captions": [_plain(one) for one in got.get("captions") or ()] == [_plain(one) for one in row["captions"]],
        "text": told == wanted,
    }  # fmt: skip
    tags = _f1(Counter(map(_plain, got.get("tags") or ())), Counter(map(_plain, row["tags"])))
    found = {name: float(right) for name, right in same.items()} | {"tags": tags, "read": 1.0}
    known = [
        row["headline"],
        row["lead"],
        row["byline"],
        row["source_credit"],
        *row["paragraphs"],
        *row["captions"],
        *row["cells"],
    ]
    given = Counter(" ".join(told).split())
    found["words"] = _f1(given, Counter(" ".join(wanted).split()))
    foreign = given - Counter(_plain(" ".join(one for one in known if one)).split())
    found["leak"] = foreign.total() / max(given.total(), 1)
    found["whole"] = float(all(same.values()) and tags == 1.0)
    return found


def _lines(got: Row) -> list[str]:
    if got.get("paragraphs") is not None:
        return list(got["paragraphs"])
    return str(got.get("text") or "").splitlines()


def _plain(text: str) -> str:
    return " ".join(normalize("NFC", text).split())


def _f1(given: Counter[str], wanted: Counter[str]) -> float:
    if not given and not wanted:
        return 1.0
    return 2 * (given & wanted).total() / max(given.total() + wanted.total(), 1)
