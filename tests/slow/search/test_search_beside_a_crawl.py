"""A crawl keeps at least nine tenths of its pace while eight people search, and nobody meets an error."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

from search_corpus import Written, invented, stored

from archive.store import open_database

BATCHES, ARTICLES, PAUSE = 20, 60, 0.5  # 120 articles a second: far more than a polite crawl finds

# A person reads an answer before asking again; two questions a second each is an impatient one.
SEARCHER = """
import random, sys, time
from archive.search import search
from archive.search.facets import NAMES
from archive.search.connection import open_guarded

chance, asked = random.Random(int(sys.argv[2])), 0
db = open_guarded(sys.argv[1])
queries = ['hội nghị', '"đại hội"', 'ban* -đường', 'tinh:"Bắc Giang" xã', 'ngay:2019 hoi NEAR/3 nghi', '"tỉnh uy"']
end = time.monotonic() + float(sys.argv[3])
while time.monotonic() < end:
    answer = search(db, chance.choice(queries), 20, facets=NAMES, order=chance.choice(['newest', 'best', 'oldest']))
    assert answer.total is not None and len(answer.hits) <= answer.total
    asked += 1
    time.sleep(0.5)
print(asked)
"""


def crawl(path: Path, seed: int) -> float:
    """How long it takes to write the batches at their pace."""
    db = open_database(path)
    batches = [invented(ARTICLES, seed=seed * 1000 + batch) for batch in range(BATCHES)]
    began = time.monotonic()
    for number, batch in enumerate(batches):
        due = began + number * PAUSE
        time.sleep(max(0.0, due - time.monotonic()))
        stored([_numbered(article, seed, number) for article in batch], db)
    taken = time.monotonic() - began
    db.close()
    return taken


def _numbered(article: Written, seed: int, batch: int) -> Written:
    return replace(article, number=article.number + batch * ARTICLES + seed * 1_000_000)


def test_a_crawl_keeps_its_pace_beside_eight_searchers(tmp_path: Path) -> None:
    path = tmp_path / "archive.sqlite"
    stored(invented(300, seed=99), open_database(path)).close()
    best = 0.0
    for attempt in range(3):  # other work on the machine slows one of the two runs now and then
        alone = crawl(path, 2 * attempt + 1)
        searchers = [_searcher(path, number) for number in range(8)]
        beside = crawl(path, 2 * attempt + 2)
        told = [searcher.communicate(timeout=120) for searcher in searchers]
        print(f"alone {alone:.2f} s, beside eight searchers {beside:.2f} s: {alone / beside:.2f} of the pace")
        assert [error for _, error in told if error] == []
        assert all(int(asked) >= 3 for asked, _ in told)
        best = max(best, alone / beside)
        if best >= 0.9:
            break
    assert best >= 0.9


def _searcher(path: Path, number: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", SEARCHER, str(path), str(number), str(BATCHES * PAUSE + 5)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
