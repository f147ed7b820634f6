"""Accents typed are meant by every question: each count is what a plain reading of the texts gives."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from unicodedata import combining, normalize

import pytest
import sqlite_utils
from search_corpus import Written, revise, stored
from selection import choose

from archive.corpus import ngrams
from archive.corpus.collocates import collocates
from archive.corpus.concordance import concordance
from archive.corpus.keywords import keywords
from archive.corpus.trends import trends
from archive.holdings import Holdings
from archive.search import corpora, saved
from archive.search.engine import OTHER_ACCENTS, meant, search
from archive.search.query_files import KeepRequest
from archive.search.request import SearchRequest
from archive.store import open_database
from archive.text.folding import exact_form

HEADLINES = (
    "Bão số 3 gây mưa lớn ở Quảng Ninh",
    "Báo Quảng Ninh kỷ niệm ngày thành lập",
    "Bảo đảm an toàn hồ đập mùa mưa lũ",
    "Người dân Vân Đồn chống bão",
    "Tỉnh uỷ họp về phòng, chống thiên tai",
    "Tỉnh ủy Quảng Ninh khen báo chí",
    "Hoà bình trên những bản làng",
    "Lễ hội Hòa Bình mở cửa",
    "Bao giờ xong cầu Bãi Cháy",
    "Đường về bản Bảo Hà sau lũ",
)
BODIES = (
    "Cơn bão mạnh. Bão đi qua, dân trở về. Báo viết nhiều về bão số 3, bảo nhau giữ nhà.",
    "Báo in và báo điện tử cùng đưa tin. Không ai bảo ai, mọi người mua báo.",
    "Bảo vệ hồ chứa trước mùa mưa, bảo đảm an toàn. Không có bão trong tháng này.",
    "Bà con buộc lại thuyền, chờ bão tan. Đường ra đảo tạm đóng.",
    "Hội nghị của Tỉnh ủy bàn cách ứng phó với bão. Báo cáo nêu ba bài học.",
    "Phóng viên báo Quảng Ninh đi cùng đoàn. Hoi nghi khen bao Quang Ninh.",
    "Hòa bình là điều ai cũng mong. Nước hồ hoá xanh, bình nước đầy.",
    "Tỉnh Hoà Bình có hồ lớn. Hóa ra bình minh trên hồ rất đẹp, bạn ạ.",
    "Bao nhiêu năm chờ đợi, cầu đã xong. Bảo hiểm chi trả sau bão.",
    "Đường về bản sạt lở sau bão; dân bản sửa đường. Duong ve ban con xa.",
)
ARTICLES = tuple(
    Written(
        number,
        headline,
        "" if number % 2 else "Tin từ cơ sở: bão và báo.",
        normalize("NFD", body) if number % 3 == 0 else body,
        source="bao-alpha" if number % 2 else "bao-beta",
        day=f"20{20 + number % 3}-0{1 + number % 4}-15",
    )
    for number, (headline, body) in enumerate(zip(HEADLINES, BODIES, strict=True))
)


KEPT = tuple(replace(one, lead="") for one in ARTICLES)  # in an archive with revisions, which have no lead here


def exact(text: str) -> str:
    """`text` as accents are compared: composed, in small letters, `òa` and `oà` alike."""
    text = normalize("NFC", text).lower()
    for old, new in (("òa", "oà"), ("óa", "oá"), ("ủy", "uỷ")):
        text = text.replace(old, new)
    return text


def bare(text: str) -> str:
    return "".join(letter for letter in normalize("NFD", exact(text)) if not combining(letter)).replace("đ", "d")


def syllables(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", exact(text))


def is_meant(typed: str, word: str, begun: bool = False) -> bool:
    """Whether `word` of a text is what was `typed`: that itself where it has accents, else any."""
    return bool(times(word, typed, begun=begun))


def times(text: str, *typed: str, begun: bool = False) -> int:
    """How often the words `typed` stand in `text`, one behind the other: as typed where one of them has an accent."""
    form = exact if any(exact(one) != bare(one) for one in typed) else bare
    words, wanted = [form(word) for word in syllables(text)], [form(one) for one in typed]
    return sum(
        all(words[at + n].startswith(one) if begun else words[at + n] == one for n, one in enumerate(wanted))
        for at in range(len(words) - len(wanted) + 1)
    )


def whole(article: Written) -> str:
    return "\n¶\n".join((article.headline, article.lead, article.body))


Rule = Callable[[Written], bool]


@dataclass(frozen=True)
class Question:
    """A query, and the articles that it means and that match in any accents, by reading them."""

    query: str
    means: Rule
    matches: Rule

    def articles(self, any_accents: bool = False, among: Sequence[Written] = ARTICLES) -> set[str]:
        return {one.public_id for one in among if (self.matches if any_accents else self.means)(one)}


def holds(*typed: str, begun: bool = False, of: Callable[[Written], str] = whole) -> Rule:
    return lambda one: bool(times(of(one), *typed, begun=begun))


def lead(one: Written) -> str:
    return one.lead


def headline(one: Written) -> str:
    return one.headline


QUESTIONS = (
    Question("bão", holds("bão"), holds("bao")),
    Question(normalize("NFD", "BÃO"), holds("bão"), holds("bao")),
    Question("bao", holds("bao"), holds("bao")),
    Question("~bão", holds("bao"), holds("bao")),
    Question('"báo Quảng Ninh"', holds("báo", "quảng", "ninh"), holds("bao", "quang", "ninh")),
    Question('"hòa bình"', holds("hòa", "bình"), holds("hoa", "binh")),
    Question('"hoà bình"', holds("hoà", "bình"), holds("hoa", "binh")),
    Question('"tỉnh uy"', holds("tỉnh", "uy"), holds("tinh", "uy")),
    Question('"bao chí"', holds("bao", "chí"), holds("bao", "chi")),
    Question('"về ban"', holds("về", "ban"), holds("ve", "ban")),
    Question('"ve ban"', holds("ve", "ban"), holds("ve", "ban")),
    Question('"hóa ra"', holds("hóa", "ra"), holds("hoa", "ra")),
    Question(
        "bão -báo",
        lambda one: holds("bão")(one) and not holds("báo")(one),
        lambda one: holds("bao")(one) and not holds("báo")(one),
    ),
    Question("tieude:bão", holds("bão", of=headline), holds("bao", of=headline)),
    Question("sapo:bảo", holds("bảo", of=lead), holds("bao", of=lead)),
    Question("đườ*", holds("đườ", begun=True), holds("duo", begun=True)),
    Question(
        "bão OR hồ",
        lambda one: holds("bão")(one) or holds("hồ")(one),
        lambda one: holds("bao")(one) or holds("ho")(one),
    ),
    Question(
        "bảo bao:bao-alpha",
        lambda one: holds("bảo")(one) and one.source == "bao-alpha",
        lambda one: holds("bao")(one) and one.source == "bao-alpha",
    ),
)
asked = pytest.mark.parametrize("question", QUESTIONS, ids=[one.query for one in QUESTIONS])


@pytest.fixture(scope="module")
def db() -> sqlite_utils.Database:
    return stored(ARTICLES)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    holdings = Holdings.create(tmp_path / "data", "Thư viện tỉnh", "mailto:thu-vien@example.org")
    kept = stored(KEPT, open_database(holdings.database))
    for article in KEPT:
        revise(kept, article, ("2021-01-01T20:00:00.000Z", article.body))
    kept.close()
    return holdings.root


@pytest.fixture
def kept(root: Path) -> Iterator[sqlite_utils.Database]:
    db = open_database(root / "archive.sqlite")
    yield db
    db.close()


@asked
def test_a_search_lists_what_is_meant_and_counts_the_rest(db: sqlite_utils.Database, question: Question) -> None:
    found = meant(db, SearchRequest(question.query, facets=("source",)))
    assert {hit.public_id for hit in found.hits} == question.articles()
    assert found.total_folded == len(question.articles(any_accents=True))
    accents = found.understood.accents
    assert accents is not None
    assert (accents.articles, accents.any_accents) == (len(question.articles()), found.total_folded)
    assert sum(value.count for value in found.facets[0].values) == len(question.articles())
    every = meant(db, SearchRequest(question.query, any_accents=True))
    assert {hit.public_id for hit in every.hits} == question.articles(any_accents=True)


@asked
def test_trends_and_concordance_count_the_same_articles(db: sqlite_utils.Database, question: Question) -> None:
    for any_accents in (False, True):
        wanted = question.articles(any_accents)
        found = trends(db, [question.query], unit="year", any_accents=any_accents)
        by_year = Counter(one.day[:4] for one in ARTICLES if one.public_id in wanted)
        assert {point.period: point.articles for point in found.series[0].points} == {
            point.period: by_year[point.period] for point in found.series[0].points
        }
        assert found.series[0].accents.any_accents == len(question.articles(any_accents=True))
        lines = concordance(db, question.query, any_accents=any_accents)
        assert {line.public_id for line in lines.lines} == wanted
        assert lines.articles == len(wanted)


@pytest.mark.parametrize("query", ["bão", "bao", "báo", "~bão"])
def test_every_match_is_counted_as_in_the_texts(db: sqlite_utils.Database, query: str) -> None:
    typed = bare(query).strip("~") if query.startswith("~") else query
    points = trends(db, [query], unit="year", matches=True).series[0].points
    running = sum(times(f"{one.lead}\n¶\n{one.body}", typed) for one in ARTICLES)
    assert sum(point.matches or 0 for point in points) == running
    assert concordance(db, query).found == sum(times(whole(one), typed) for one in ARTICLES)


@pytest.mark.parametrize("query", ["bão", "bao", "hồ"])
def test_collocates_stand_near_what_is_meant_alone(db: sqlite_utils.Database, query: str) -> None:
    node, near = 0, Counter[str]()
    for article in ARTICLES:
        for sentence in re.split(r"[.;]", f"{article.lead}\n{article.body}".replace(";", ",")):
            words = [word for part in sentence.split("\n") for word in [*syllables(part), ""]]
            for at, word in enumerate(words):
                if word and is_meant(query, word):
                    node += 1
                    near.update(one for one in (*words[max(0, at - 1) : at], *words[at + 1 : at + 2]) if one)
    found = collocates(db, query, window=1, least=1, limit=500, unit="syllable")
    assert found.node == node
    assert {exact_form(one.word): one.together for one in found.words} == dict(near)  # told as they are printed


@pytest.mark.parametrize(("query", "any_accents"), [("bão", False), ("bão", True), ("bao", False)])
def test_keywords_read_the_articles_that_are_meant(db: sqlite_utils.Database, query: str, any_accents: bool) -> None:
    here = [one for one in ARTICLES if times(whole(one), bare(query) if any_accents else query)]
    words = Counter(word for one in here for word in syllables(f"{one.lead}\n{one.body}"))
    rest = Counter(word for one in ARTICLES if one not in here for word in syllables(f"{one.lead}\n{one.body}"))
    found = keywords(db, query, least=1, limit=1000, any_accents=any_accents, unit="syllable")
    assert (found.tokens_here, found.tokens_there) == (words.total(), rest.total())
    assert {one.word: (one.here, one.there) for one in found.words}.items() <= {
        word: (count, rest[word]) for word, count in words.items()
    }.items()


@pytest.mark.parametrize("phrase", ["bão", "bao", "báo", "hòa bình", "tỉnh uy", "quang ninh"])
def test_n_grams_count_what_is_meant(phrase: str) -> None:
    db = stored(ARTICLES)
    ngrams.build(db, least=1)
    wanted = sum(times(sentence, *phrase.split()) for one in ARTICLES for sentence in sentences_of(one))
    every = sum(times(sentence, *bare(phrase).split()) for one in ARTICLES for sentence in sentences_of(one))
    found = ngrams.grams(db, phrase)
    assert (sum(month.count for month in found.months), found.count, found.any_accents) == (wanted, wanted, every)
    assert ngrams.grams(db, phrase, any_accents=True).count == every


def sentences_of(article: Written) -> list[str]:
    return re.split(r"[.\n]", f"{article.lead}\n{article.body}")


@pytest.mark.parametrize("question", [one for one in QUESTIONS if one.articles(among=KEPT)], ids=lambda one: one.query)
def test_what_is_exported_frozen_and_saved_is_what_is_meant(
    root: Path, kept: sqlite_utils.Database, question: Question
) -> None:
    wanted, every = question.articles(among=KEPT), question.articles(True, KEPT)
    counts = len(wanted), len(every)
    chosen = choose(kept, root, question.query)
    assert {public_id for _, public_id in chosen.ids(kept)} == wanted
    assert chosen.about.accents is not None
    assert (chosen.about.accents.articles, chosen.about.accents.any_accents) == counts
    assert chosen.about.accents.sentence() in chosen.about.sentence()
    frozen = corpora.freeze(kept, root, KeepRequest("mot", question.query))
    assert {member.article for member in frozen.members} == wanted
    assert corpora.load(root, "mot") == frozen
    assert f"({frozen.accents.sentence()})" in corpora.citation(frozen)
    news = saved.look(kept, saved.save(root, KeepRequest("hai", question.query)))
    assert (news.total, news.accents.any_accents) == counts
    widened = saved.save(root, KeepRequest("ba", question.query, any_accents=True))
    assert saved.look(kept, widened).total == counts[1]
    assert len(choose(kept, root, question.query, any_accents=True)) == counts[1]


def test_a_corpus_and_a_query_of_an_older_program_mean_what_they_meant(root: Path, kept: sqlite_utils.Database) -> None:
    frozen = corpora.freeze(kept, root, KeepRequest("moi", "bão -lũ"))
    path = root / "corpora" / "moi.json"
    value = json.loads(path.read_text(encoding="utf-8"))
    del value["accents"]
    for was_exact, query in ((False, "~bão -lũ"), (True, "=bão -lũ")):
        path.write_text(json.dumps(value | {"exact": was_exact}), encoding="utf-8")
        loaded = corpora.load(root, "moi")
        assert (loaded.query, loaded.members) == (query, frozen.members)
        assert "uncounted" in corpora.citation(loaded) or loaded.accents.rule == "any"
    old = {"name": "cu", "query": "bão", "exact": False, "made_at": "", "looked_at": "", "seen": []}
    (root / "queries").mkdir(exist_ok=True)
    (root / "queries" / "cu.json").write_text(json.dumps(old), encoding="utf-8")
    assert saved.load(root, "cu").query == "~bão"


def test_what_is_not_found_as_typed_is_said_and_the_rest_shown(db: sqlite_utils.Database) -> None:
    answer = search(db, "bạo")
    assert (answer.total_exact, answer.total_folded, answer.total) == (0, len(answer.hits), len(answer.hits))
    assert {hit.tier for hit in answer.hits} == {"folded"}
    assert OTHER_ACCENTS in answer.notes
    first = search(db, "bạo", 2)
    assert first.cursor
    following = search(db, "bạo", 20, first.cursor)
    assert [hit.rowid for hit in (*first.hits, *following.hits)] == [hit.rowid for hit in answer.hits]
    assert meant(db, SearchRequest("bạo")).hits == ()
