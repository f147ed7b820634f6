"""From slugs back to headlines, on recorded pairs: `python -m bench.slug_score [SHARED]` (or SHARED=...).

For each pair of data/titles/*.csv the page's headlines are its own title and forty others of the file, none of which
folds to the same words. Printed: the share ranked first, the share accepted and right, the wrong ones, and how often
one is accepted when its own is missing.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import sys
from pathlib import Path

from archive.text.folding import tokens
from archive.text.slug import FAMILIES, make_slug, match, rank, slug_of

_OTHERS = 40


def main() -> int:
    """Prints one line a file; exit code 2 where there is nothing to measure."""
    parser = argparse.ArgumentParser(prog="python -m bench.slug_score", description=__doc__.partition("\n")[0])
    parser.add_argument("shared", type=Path, nargs="?", default=Path(os.environ.get("SHARED", "../shared")))
    options = parser.parse_args()
    files = sorted(options.shared.glob("data/titles/*.csv"))
    if not files:
        print(f"{options.shared}: no data/titles/*.csv; SHARED=... names the folder", file=sys.stderr)
        return 2
    for path in files:
        with path.open(newline="", encoding="utf-8") as stream:
            _measure(path.stem, list(csv.DictReader(stream)))
    return 0


def _measure(name: str, rows: list[dict[str, str]]) -> None:
    chance = random.Random(3)
    titles = sorted({row["title"] for row in rows})
    words = {title: tokens(title) for title in titles}
    first = right = wrong = false = read = 0
    rounds = max(1, 1000 // len(rows))  # a small file is asked with several draws of the others
    for row in rows * rounds:
        others = chance.sample([title for title in titles if words[title] != words[row["title"]]], _OTHERS)
        page = [*others, row["title"]]
        chance.shuffle(page)
        read += slug_of(row["url"]) == row["slug"]
        first += rank(row["slug"], page)[0].headline == row["title"]
        found = match(row["slug"], page)
        right += found is not None and found.headline == row["title"]
        wrong += found is not None and found.headline != row["title"]
        false += match(row["slug"], others) is not None
    size = len(rows) * rounds
    print(f"{name}: {len(rows)} pairs x {rounds}; slug read from the URL {read / size:.4f}; rank-1 {first / size:.4f}; "
          f"accepted and right {right / size:.4f}, wrong {wrong}; accepted although missing {false}")  # fmt: skip
    asked = crossed = missed = 0
    page = titles[:: max(1, len(titles) // 150)]
    for title in page:
        for family in FAMILIES:
            found = match(make_slug(title, family), page)
            asked += 1
            missed += found is None
            crossed += found is not None and words[found.headline] != words[title]
    print(
        f"{name}: {asked} slugs made by {len(FAMILIES)} families: {missed} without a headline, {crossed} with another's"
    )


if __name__ == "__main__":
    sys.exit(main())
