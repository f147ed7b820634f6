"""Finding near-identical texts: recall, false pairs and cost, on copies made here: `python -m bench.clusters`.

Articles of 120 to 500 syllables by Zipf's law; copies are whole, with a byline, cut by a fifth, with 5 or 10 % of the
syllables changed, or half of one article and half of another. Cost is CPU of this process.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import defaultdict
from collections.abc import Callable

from archive.corpus.clusters import ALIKE, CONTAINED
from archive.text.similarity import likeness, minhash_keys, shingles
from bench.words import Writer

_STEPS = (0.9, 0.7, 0.5, 0.3)


def copies(
    texts: list[list[str]], count: int, writer: Writer, chosen: random.Random
) -> list[tuple[int, str, list[str]]]:
    """Number of the original, kind of change and text of `count` copies."""

    def changed(words: list[str], share: float) -> list[str]:
        return [writer.words(1)[0] if chosen.random() < share else word for word in words]

    kinds: dict[str, Callable[[list[str]], list[str]]] = {
        "whole": lambda words: words,
        "byline added": lambda words: words + writer.words(6),
        "a fifth cut": lambda words: words[: len(words) * 4 // 5],
        "5 % changed": lambda words: changed(words, 0.05),
        "10 % changed": lambda words: changed(words, 0.1),
        "two halves": lambda words: words[: len(words) // 2] + (other := chosen.choice(texts))[: len(other) // 2],
    }
    names = list(kinds)
    return [(at % len(texts), names[at % 6], kinds[names[at % 6]](texts[at % len(texts)])) for at in range(count)]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.clusters", description=__doc__.partition("\n")[0])
    parser.add_argument("--articles", type=int, default=3000)
    parser.add_argument("--copies", type=int, default=1200)
    parser.add_argument("--seed", type=int, default=5)
    options = parser.parse_args()
    writer, chosen = Writer(options.seed), random.Random(options.seed)
    texts = [writer.words(chosen.randint(120, 500)) for _ in range(options.articles)]
    began = time.process_time()
    sets = [shingles(" ".join(words)) for words in texts]
    shingled = time.process_time()
    sketches = [minhash_keys(found) for found in sets]
    sketched = time.process_time()
    buckets: dict[int, set[int]] = defaultdict(set)
    for at, band_keys in enumerate(sketches):
        for key in band_keys:
            buckets[key].add(at)
    unrelated = sum(len({other for key in band_keys for other in buckets[key]}) - 1 for band_keys in sketches) // 2
    by_kind: dict[str, list[bool]] = defaultdict(list)
    by_step: dict[float, list[bool]] = defaultdict(list)
    false = compared = 0
    for at, kind, words in copies(texts, options.copies, writer, chosen):
        found = shingles(" ".join(words))
        candidates = {other for key in minhash_keys(found) for other in buckets.get(key, ())}
        same = {
            other for other in candidates if (told := likeness(found, sets[other]))[0] >= ALIKE or told[1] >= CONTAINED
        }
        jaccard = likeness(found, sets[at])[0]
        by_kind[kind].append(at in same)
        for step in _STEPS:
            if jaccard >= step:
                by_step[step].append(at in candidates)
        false += len(same - {at})
        compared += len(candidates)
    total = options.articles
    print(
        f"shingles {(shingled - began) / total * 1e6:.0f} us, keys {(sketched - shingled) / total * 1e6:.0f} us a text"
    )
    print(f"unrelated pairs that share a key: {unrelated} of {total * (total - 1) // 2:,}")
    print("candidates, Jaccard >= " + ", ".join(f"{step}: {_share(by_step[step])}" for step in _STEPS))
    print("called one text: " + ", ".join(f"{kind} {_share(found)}" for kind, found in by_kind.items()))
    print(f"called one text with an article it does not come from: {false}; compared in full: {compared}")
    return 0


def _share(found: list[bool]) -> str:
    return f"{sum(found) / len(found):.3f}" if found else "-"


if __name__ == "__main__":
    raise SystemExit(main())
