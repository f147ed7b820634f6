"""How well the best hits stand first, beside FTS5's bm25 and Tantivy: `python -m bench.relevance`.

Forty queries over invented articles whose worth is known because they were written so: of each query some articles are
about it (3: in the headline and the text), speak of it (2: in the text), name it once (1), or only hold its syllables,
in other words or with other accents (0). Prints nDCG@10 (gain 2^grade - 1) of each engine; exit code 1 where ours is
less than 1.15 times that of FTS5's bm25 (headline eightfold, lead threefold) or less than Tantivy's, where installed.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import log2
from pathlib import Path

from archive.search import search
from archive.search.connection import open_guarded
from archive.text.folding import fold
from bench import search_archive, search_rivals
from bench.words import Writer

# Words parted by a bar; each query is asked with its accents, every fourth without.
TOPICS = """
hòa bình; kinh tế; bão số ba; giá vàng; xe điện; tai nạn|giao thông; ô nhiễm|không khí; bảo hiểm|y tế;
an toàn|thực phẩm; đường sắt|tốc độ cao; nhà ở|xã hội; học phí|đại học; lãi suất|ngân hàng; trí tuệ|nhân tạo;
tuyển sinh|lớp mười; hạn mặn|đồng bằng; cháy rừng|mùa khô; đại hội|đảng bộ; cải cách|hành chính;
chuyển đổi số; nông thôn|mới; chè|búp tươi; lễ hội|đầu xuân; cầu treo|dân sinh; nước sạch|vùng cao;
dịch tả|lợn; mía đường; cà phê; lúa gạo|xuất khẩu; thủy điện|nhỏ; sạt lở|bờ sông; rác thải|sinh hoạt;
hợp tác xã; làng nghề|gốm; du lịch|cộng đồng; bầu cử|quốc hội; ma túy|học đường; xuất khẩu|lao động;
trồng rừng|gỗ lớn; họp mặt|cựu chiến binh
"""
FTS5 = "FTS5, bm25 of headline 8, lead 3, body 1"
FIRST = date(2020, 1, 1)
_OF_GRADE = {3: 4, 2: 4, 1: 4, 0: 12}


@dataclass(frozen=True, slots=True)
class Judged:
    """A query, and the articles that are worth something to it, by their number."""

    query: str
    grades: Mapping[int, int]


def main() -> int:
    """Prints the numbers; exit code 1 where a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.relevance", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "judged.sqlite"
        rows, judged = written(options.seed)
        search_archive.make(path, len(rows), options.seed, iter(rows))
        search_rivals.make_plain(path)
        plain = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        db = open_guarded(path)
        numbers = {key: int(key.rpartition("/")[2]) for (key,) in plain.execute("SELECT url FROM articles")}
        of_id = {identity: numbers[url] for identity, url in plain.execute("SELECT id, url FROM articles")}

        def ours(query: str) -> list[int]:
            found = search(db, query, 10, seconds=None)
            return [numbers[hit.url] for hit in (*found.hits, *(found.beside.hits if found.beside else ()))]

        scores = {"ours": mean(judged, ours)}
        for name, order in (("FTS5, bm25", "rank"), (FTS5, "bm25(plain, 8.0, 3.0, 1.0)")):
            scores[name] = mean(
                judged,
                lambda query: [of_id[one] for one in search_rivals.best_plain(plain, query, order)],  # noqa: B023
            )
        try:
            index = search_rivals.Tantivy(plain)
        except ImportError:
            print("Tantivy is not installed: pip install tantivy")
        else:
            scores["Tantivy"] = mean(judged, lambda query: [of_id[one] for one in index.best(query, 10)])
        db.close()
        plain.close()
    for name, score in scores.items():
        print(f"nDCG@10 {score:.3f}  {name}")
    wanted = max(1.15 * scores[FTS5], scores.get("Tantivy", 0.0))
    if scores["ours"] < min(wanted, 1.0):
        print(f"missed: ours is {scores['ours']:.3f}, {wanted:.3f} is wanted")
        return 1
    return 0


def mean(judged: list[Judged], ask: Callable[[str], list[int]]) -> float:
    """nDCG@10 of what `ask` gives, over all queries."""
    return sum(ndcg([one.grades.get(number, 0) for number in ask(one.query)[:10]], one) for one in judged) / len(judged)


def ndcg(grades: list[int], judged: Judged) -> float:
    """How near the order is to the best that there could be: 1 is that."""
    best = sorted(judged.grades.values(), reverse=True)[:10]
    return _gain(grades) / _gain(best)


def _gain(grades: list[int]) -> float:
    return sum((2.0**grade - 1) / log2(at + 2) for at, grade in enumerate(grades))


def written(seed: int) -> tuple[list[search_archive.Row], list[Judged]]:
    """The articles, in order of time, and the queries with what each is worth."""
    topics = [topic.strip().split("|") for topic in TOPICS.replace("\n", " ").split(";")]
    chance, writer = random.Random(seed), Writer(seed)
    made = [(at, grade, words) for at, words in enumerate(topics) for grade, n in _OF_GRADE.items() for _ in range(n)]
    chance.shuffle(made)
    rows: list[search_archive.Row] = []
    grades: list[dict[int, int]] = [{} for _ in topics]
    for number, (at, grade, words) in enumerate(made):
        headline, body = _article(grade, words, chance, writer)
        day = FIRST + timedelta(days=number)
        rows.append((number, day, "bao-ha-noi", "ha-noi", "Thời sự", headline, writer.sentence(), body))
        if grade:
            grades[at][number] = grade
    queries = [fold(" ".join(words)) if at % 4 == 3 else " ".join(words) for at, words in enumerate(topics)]
    return rows, [Judged(query, of) for query, of in zip(queries, grades, strict=True)]


def _article(grade: int, words: list[str], chance: random.Random, writer: Writer) -> tuple[str, str]:
    """A headline and a body that are worth `grade` to the topic of `words`."""
    topic, sentences = " ".join(words), [writer.sentence() for _ in range(chance.randint(6, 24))]
    said = [topic, f"{words[-1]} {writer.words(1)[0]} {words[0]}" if len(words) > 1 else topic]
    headline = writer.headline()
    if grade == 3:
        named = " ".join(words if chance.random() < 0.6 else words[::-1])
        headline = f"{writer.words(1)[0]} {named} {headline.lower()}".capitalize()
    times = {3: chance.randint(2, 4), 2: chance.randint(2, 4), 1: 1, 0: 0}[grade]
    for _ in range(times):
        _mix(sentences, chance.choice(said), chance)
    if grade == 0:
        for _ in range(chance.randint(1, 4)):
            for piece in _scattered(topic.split(), chance, writer):
                _mix(sentences, piece, chance)
        if chance.random() < 0.4:
            headline = f"{headline} {next(_scattered(topic.split(), chance, writer))}"
    return headline, "\n\n".join(sentences)


def _scattered(syllables: list[str], chance: random.Random, writer: Writer) -> Iterator[str]:
    """Each syllable beside some other one, now and then with other accents."""
    for syllable in chance.sample(syllables, len(syllables)):
        other = writer.words(1)[0]
        held = fold(syllable) if chance.random() < 0.2 else syllable
        yield chance.choice((f"{held} {other}", f"{other} {held}"))


def _mix(sentences: list[str], piece: str, chance: random.Random) -> None:
    at = chance.randrange(len(sentences))
    words = sentences[at].split(" ")
    words.insert(chance.randrange(1, len(words)), piece)
    sentences[at] = " ".join(words)


if __name__ == "__main__":
    sys.exit(main())
