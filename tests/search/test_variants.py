"""Other spellings of one thing are offered with exact counts, stand in the query where chosen, and nowhere else."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from reading_room import opened
from search_corpus import Written, stored
from search_reference import words

from archive.cli import main
from archive.corpus.collocates import collocates
from archive.corpus.concordance import concordance
from archive.corpus.keywords import keywords
from archive.corpus.trends import trends
from archive.holdings import Holdings
from archive.search.engine import search
from archive.search.grammar.parser import parse, words_of
from archive.search.planner.offers import Offer
from archive.search.planner.variants import places
from archive.store import open_database

TEXTS = (
    "Đoàn công tác của TP.HCM thăm UBND tỉnh. Bão U-23 vào vòng trong.",
    "TPHCM có mưa lớn, CSGT điều tiết. Đội U23 tập luyện.",
    "Tp. HCM và thành phố Hồ Chí Minh là một. Kỹ thuật mới, quý I năm nay.",
    "Ở TP Hồ Chí Minh, Ủy ban nhân dân quận họp. Kĩ thuật cũ, quí II.",
    "Thành phố Hồ Chí Minh đón bão. HĐND tỉnh họp; H.Đ.N.D huyện chưa họp.",
    "Hội đồng nhân dân xã quyết nghị. Lắp Wi-Fi, wifi miễn phí; ô tô đỗ dưới lòng đường.",
    "Bác Hồ Chí Minh về thăm thành phố. Ôtô và xe máy. Cảnh sát giao thông.",
    "Tỉnh Đắk Lắk và Đắc Lắc. Quản lý kỹ thuật, quản lí đất đai.",
    "Đăk Lăk, Dak Lak, Daklak. Lý luận và lí thuyết. Trồng 1.000 cây.",
    "Hỗ trợ 1.000.000 đồng, 2.500 hộ. Học C++ và lập trình C.",
    "Có 1000 người dự; 5.001.000 đồng; 31.000 đồng.",
    "Quy định của UBND. Quyên góp 1.000 đồng, rồi 1.000.000 đồng nữa.",
    "Giá từ 1 - 200 nghìn đồng; thuê 3,400 xe.",
    "Vốn 1,5 tỷ, mục 1-5, đường 1/5.",
    "Hết 21,5 tỷ rồi 12.500,5 tỷ; ngày 1/5 xong.",
)
ARTICLES = [Written(number, "Tin", "", text, day=f"202{number % 5}-05-01") for number, text in enumerate(TEXTS)]


def holds(text: str, spelling: str, folded: bool = False) -> bool:
    """Whether `text` holds the words of `spelling` in a row, read word by word."""
    asked = [word[folded] for word in words(spelling)]
    held = [word[folded] for word in words(text)]
    return any(held[at : at + len(asked)] == asked for at in range(len(held)))


def count(*spellings: str) -> int:
    return sum(any(holds(text, one) for one in spellings) for text in TEXTS)


def spelled(offers: Iterable[Offer]) -> dict[str, tuple[int | None, int]]:
    return {one.spelling.strip('="'): (one.alone, one.articles) for one in offers if one.kind == "spelling"}


@pytest.mark.parametrize(
    ("query", "others"),
    [
        ("TP.HCM", ["TPHCM", "TP Hồ Chí Minh", "thành phố Hồ Chí Minh"]),
        ("TPHCM", ["TP.HCM", "TP Hồ Chí Minh", "thành phố Hồ Chí Minh"]),
        ('"thành phố Hồ Chí Minh"', ["TP.HCM", "TPHCM", "TP Hồ Chí Minh"]),
        ("UBND", ["Ủy ban nhân dân"]),
        ('"ủy ban nhân dân"', ["UBND"]),
        ("HĐND", ["H.Đ.N.D", "Hội đồng nhân dân"]),
        ("H.Đ.N.D", ["HĐND", "Hội đồng nhân dân"]),
        ("CSGT", ["cảnh sát giao thông"]),
        ("U23", ["U-23"]),
        ("U-23", ["U23"]),
        ("wifi", ["Wi-Fi"]),
        ("Wi-Fi", ["wifi"]),
        ("ôtô", ["ô tô"]),
        ('"ô tô"', ["ôtô"]),
        ('"Đắk Lắk"', ["Đắc Lắc", "Đăk Lăk", "Daklak", "Dak Lak"]),
        ("kỹ", ["kĩ"]),
        ("kĩ", ["kỹ"]),
        ("quý", ["quí"]),
        ('"quản lý"', ["quản lí"]),
        ("lí", ["lý"]),
        ("đường", []),
        ("quyên", []),
    ],
)
def test_each_other_spelling_is_offered_with_what_a_plain_reading_counts(query: str, others: list[str]) -> None:
    typed = query.strip('"')
    answer = search(stored(ARTICLES), query)
    assert spelled(answer.offers) == {one: (count(one), count(typed, one)) for one in others}
    assert answer.total == count(typed)  # and none is added in silence
    every = [one.articles for one in answer.offers if one.kind == "spellings"]
    assert every == ([count(typed, *others)] if len(others) > 1 else [])


def test_most_articles_come_first() -> None:
    alone = [one.alone or 0 for one in search(stored(ARTICLES), "TP.HCM").offers if one.kind == "spelling"]
    assert alone == sorted(alone, reverse=True) == [2, 1, 1]


@pytest.mark.parametrize(
    "query",
    [
        "TP.HCM",
        "thành phố Hồ Chí Minh bão",
        "tieude:tin UBND họp",
        "HĐND OR CSGT",
        "(TP.HCM OR TPHCM) -mưa",
        '"kỹ thuật" -ô',
        "UBND NEAR/12 đoàn OR kỹ NEAR/2 thuật",
        "~kỹ thuật",
        "~Đắk Lắk",
        "=HĐND ngay:2020..2024",
        "kỹ thuật lý",
        "u23 wifi OR ôtô",
        "1.000",
        "uy ban nhan dan",
    ],
)
@pytest.mark.parametrize("any_accents", [False, True])
def test_an_offered_spelling_is_a_query_that_finds_the_number_beside_it(query: str, any_accents: bool) -> None:
    db = stored(ARTICLES)
    answer = search(db, query, any_accents=any_accents)
    offered = [one for one in answer.offers if one.kind in ("spelling", "spellings")]
    assert offered
    before = {hit.public_id for hit in search(db, query, 100, any_accents=any_accents).hits}
    for one in offered:
        found = search(db, one.query, 100)
        assert len(found.hits) == one.articles
        assert before <= {hit.public_id for hit in found.hits}
        assert " OR " in one.query


def test_the_query_with_a_spelling_in_it_offers_only_what_is_left() -> None:
    db = stored(ARTICLES)
    first = next(one for one in search(db, "TP.HCM họp").offers if one.spelling == '"TP Hồ Chí Minh"')
    assert first.query == '(TP.HCM OR "TP Hồ Chí Minh") họp'
    again = spelled(search(db, first.query).offers)
    assert again.keys() == {"thành phố Hồ Chí Minh"}
    (every,) = [one for one in search(db, "Đắk Lắk").offers if one.kind == "spellings"]
    assert every.query.startswith("((Đắk Lắk) OR ")
    assert not spelled(search(db, every.query).offers)


def test_words_excluded_or_only_begun_are_offered_nothing() -> None:
    db = stored(ARTICLES)
    for query in ("họp -UBND", "họp NOT kỹ", "csgt*", "O.R họp", "N.E.A.R"):
        assert not spelled(search(db, query).offers)


def trend(held: Any, query: str) -> Any:
    return trends(held, [query])


@pytest.mark.parametrize("ask", [concordance, collocates, keywords, trend])
@pytest.mark.parametrize(
    ("query", "others"),
    [
        ("TP.HCM", ["TP Hồ Chí Minh", "TPHCM", "thành phố Hồ Chí Minh"]),
        ("thành phố Hồ Chí Minh", ["TP.HCM", "TP Hồ Chí Minh", "TPHCM"]),
        ("kỹ thuật", ["kĩ thuật"]),
    ],
)
def test_an_analysis_says_what_other_spellings_it_does_not_count(ask: Any, query: str, others: list[str]) -> None:
    (said,) = [note for note in ask(stored(ARTICLES), query).notes if note.startswith("not counted")]
    for one in others:
        assert f"{one} ({count(one)})" in said
    every = search(stored(ARTICLES), query).offers
    chosen = next(one for one in every if one.kind == ("spellings" if len(others) > 1 else "spelling"))
    assert not any(note.startswith("not counted") for note in ask(stored(ARTICLES), chosen.query).notes)


def test_no_spelling_stands_in_two_sets_or_twice_in_one() -> None:
    text = (files("archive.search.planner") / "variants.toml").read_text(encoding="utf-8")
    sets = [one for group in tomllib.loads(text).values() for one in group]
    keys = [tuple(word.exact for word in words_of(spelling)) for one in sets for spelling in one]
    assert all(keys)
    assert all(len(one) > 1 for one in sets)
    assert sorted({key for key in keys if keys.count(key) > 1}) == []


def test_a_query_of_many_words_looks_at_a_bounded_number_of_spellings() -> None:
    query = parse(" ".join(f"UBND{number} kỹ CSGT HĐND TP.HCM" for number in range(12)))
    assert sum(len(place.spellings) for place in places(query)) <= 24


# What is no spelling: a number is itself, and a sign that is in no index is told.


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("1.000", [8, 11]),
        ('"1.000 đồng"', [11]),
        ('"1.000 cây"', [8]),
        ("1.000.000", [9, 11]),
        ("2.500", [9]),
        ("1.200", []),
        ("3.400", [12]),
        ("31.000", [10]),
        ("1,5", [13]),
        ('"1,5 tỷ"', [13]),
        ("21,5", [14]),
        ("12.500,5", [14]),
        ("tieude:1.000", []),
        ("1.000 -cây", [11]),
        ("trồng NEAR/3 1.000", [8]),
    ],
)
def test_a_number_with_dots_is_not_found_within_a_longer_one(query: str, found: list[int]) -> None:
    db = stored(ARTICLES)
    answer = search(db, query, 100)
    ids = {article.public_id: article.number for article in ARTICLES}
    assert sorted(ids[hit.public_id] for hit in answer.hits) == found
    assert (answer.total or 0) == len(found)
    numbers = [term.folded for term in answer.understood.terms if term.text == "1.000"]
    assert numbers == ([2] if query in ("1.000", "1.000 -cây", "trồng NEAR/3 1.000") else [])


def test_a_number_reads_back_as_the_number_it_is() -> None:
    for query in ("1.000", '"1.000 đồng"', "tieude:2.500", "=31.000", "1,5", '"12.500,5 tỷ"'):
        (term,) = [parse(query).root]
        again = parse(search(stored(ARTICLES), query).understood.query).root
        assert getattr(again, "numbers", None) == getattr(term, "numbers", None) != ()


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("C++", "'C++' is looked for as 'c': + is in no index"),
        ("học C# và C++", "'C#' is looked for as 'c': # is in no index"),
        ("50%", "'50%' is looked for as '50': % is in no index"),
        ("covid-19", None),
        ("TP.HCM", None),
        ("57-NQ/TW", None),
    ],
)
def test_a_sign_that_is_in_no_index_is_told(query: str, told: str | None) -> None:
    notes = search(stored(ARTICLES), query).notes
    assert told in notes if told else not any("in no index" in note for note in notes)


def test_the_command_line_the_room_and_the_api_offer_them(tmp_path: Path) -> None:
    holdings = Holdings.create(tmp_path / "data", "Thư viện tỉnh", "mailto:thu-vien@example.org")
    stored(ARTICLES, open_database(holdings.database)).close()
    told = CliRunner().invoke(main, ["--archive", str(holdings.root), "search", "--lang", "vi", "UBND họp"])
    assert 'cách viết khác: "Ủy ban nhân dân" (1): (UBND OR "Ủy ban nhân dân") họp' in told.stderr.splitlines()
    with opened(holdings) as client:
        page = client.get("/", params={"q": "TP.HCM", "lang": "vi"}).text
        value: dict[str, Any] = client.get("/api/search", params={"q": "TP.HCM"}).json()
    assert '<span lang="vi">TPHCM</span> (1)</a>' in page
    assert f"mọi cách viết ({count('TP.HCM', 'TPHCM', 'TP Hồ Chí Minh', 'thành phố Hồ Chí Minh')})" in page
    offered = {one["spelling"]: (one["alone"], one["articles"]) for one in value["offers"] if one["spelling"]}
    assert offered["TPHCM"] == (1, 3)
