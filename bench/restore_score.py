"""How well accents are restored, on recorded texts: `python -m bench.restore_score [SHARED]` (or SHARED=...).

The model is trained here and now, on one part of the texts, and thrown away; titles of the other part are restored:
- each site of data/cms and the pages of data/pages, with their own lead, body and captions as evidence and a model of
  the titles and the other sites; then all of these together;
- a fifth of each file of data/titles, without any page, with a model of all the rest: what the model alone can do.
Compared syllable by syllable, accents only: case and punctuation are no part of a slug; places that a title names, with
their capitals.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import re
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from archive.parsers.fields.made_headline import known_names
from archive.places import mentions
from archive.text.folding import exact_form
from archive.text.restore import Model, restore
from archive.text.slug import make_slug

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Case:
    """A title and the texts of its page."""

    title: str
    evidence: tuple[str, ...]

    def texts(self) -> list[str]:
        """All that a model learns from it."""
        return [self.title, *self.evidence]


class Row(NamedTuple):
    """What became of a title: confidence, whether all syllables are right, how many are, of how many, the texts."""

    confidence: float
    exact: bool
    right: int
    asked: int
    text: str
    named: int  # provinces, districts and communes that the title names
    known: int  # of these, in their accents and capitals


def main() -> int:
    """Prints one line a set; exit code 2 where there is nothing to measure."""
    parser = argparse.ArgumentParser(prog="python -m bench.restore_score", description=__doc__.partition("\n")[0])
    parser.add_argument("shared", type=Path, nargs="?", default=Path(os.environ.get("SHARED", "../shared")))
    parser.add_argument("--worst", type=int, default=0, help="show so many titles that are not exact")
    options = parser.parse_args()
    data = options.shared / "data"
    recorded = sorted([*data.glob("cms/*/truth.jsonl"), *data.glob("pages/truth.jsonl")])
    pages = {path.parent.name: _pages(path) for path in recorded}
    titles = {path.stem: _titles(path) for path in sorted(data.glob("titles/*.csv"))}
    if not pages or not titles:
        print(f"{options.shared}: no data/cms and data/titles; SHARED=... names the folder", file=sys.stderr)
        return 2
    shares = "best 78% best 60% best 46%"
    print(f"{'set':34} {'titles':>6} {'syllables':>9} {'whole':>6} {shares} {'places':>8}")
    together: list[Row] = []
    for name, cases in pages.items():
        model = _trained([*_all(titles), *(case for other in pages if other != name for case in pages[other])])
        together += _score(f"{name}, with page", [_restored(case, model) for case in cases], options.worst)
    _score("all with page", together, 0)
    for name, cases in titles.items():
        mixed = random.Random(1).sample(cases, len(cases))
        asked, rest = mixed[: len(mixed) // 5], mixed[len(mixed) // 5 :]
        others = [case for other in titles if other != name for case in titles[other]]
        model = _trained([*rest, *others, *_all(pages)])
        _score(f"{name}, model alone", [_restored(case, model) for case in asked], options.worst)
    with tempfile.TemporaryDirectory() as folder:
        model = _trained([*_all(titles), *_all(pages)])
        model.save(Path(folder) / "restorer.model")
        size = (Path(folder) / "restorer.model").stat().st_size
    print(f"model of {model.counts.total} syllables: {len(model.counts.syllables)} forms, {size / 1000:.0f} kB")
    return 0


def _restored(case: Case, model: Model) -> Row:
    wanted = _WORD.findall(exact_form(case.title))
    slug = make_slug(case.title, "unidecode")
    restored = restore(slug, [*case.evidence, *known_names(slug)], model)
    found = _WORD.findall(exact_form(restored.value))
    same = sum(one == other for one, other in zip(wanted, found, strict=False))
    named = [one.surface for one in mentions(case.title)]
    known = sum(f" {' '.join(_WORD.findall(name))} " in f" {restored.value} " for name in named)
    text = f"{restored.value} | {case.title}"
    return Row(restored.confidence, wanted == found, same, len(wanted), text, len(named), known)


def _score(name: str, rows: list[Row], worst: int) -> list[Row]:
    rows = sorted(rows, key=lambda row: -row.confidence)
    syllables = sum(row.right for row in rows) / sum(row.asked for row in rows)
    best = " ".join(f"{_share(rows, part):8.3f}" for part in (0.78, 0.6, 0.46))
    places = sum(row.known for row in rows) / max(1, sum(row.named for row in rows))
    print(f"{name:34} {len(rows):6} {syllables:9.4f} {_share(rows, 1):6.3f} {best} {places:8.3f}")
    for row in [row for row in rows if not row.exact][:worst]:
        print(f"    {row.confidence:.3f} {row.text}")
    return rows


def _share(rows: Sequence[Row], part: float) -> float:
    """The share of exact titles among the most confident `part` of them."""
    kept = rows[: round(len(rows) * part)]
    return sum(row.exact for row in kept) / len(kept)


def _trained(cases: Sequence[Case]) -> Model:
    return Model.train(text for case in cases for text in case.texts())


def _all(sets: dict[str, list[Case]]) -> list[Case]:
    return [case for cases in sets.values() for case in cases]


def _pages(path: Path) -> list[Case]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        Case(row["headline"], tuple(filter(None, [row["lead"], *row["paragraphs"], *row["captions"]]))) for row in rows
    ]


def _titles(path: Path) -> list[Case]:
    with path.open(newline="", encoding="utf-8") as stream:
        return [Case(row["title"], ()) for row in csv.DictReader(stream)]


if __name__ == "__main__":
    sys.exit(main())
