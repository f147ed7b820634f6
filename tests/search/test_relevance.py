"""The order by relevance, in which a search answers if no other is asked for: words before syllables, and headlines
before texts; and what stands beside few hits.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from reading_room import library, opened
from search_corpus import Written, stored

from archive.cli import main
from archive.holdings import Holdings
from archive.search.engine import meant, search
from archive.search.ranking import relevance
from archive.search.request import SearchRequest
from archive.store import open_database

FILLING = "Cả xã gặt lúa, trời nắng, ai cũng vui."


def article(number: int, headline: str, body: str) -> Written:
    """The later the number, the newer: whatever comes by date comes in the wrong order."""
    day = date(2020, 1, 1) + timedelta(days=number)
    return Written(number, headline, "", f"{FILLING} {body} {FILLING}", day=day.isoformat())


# The best first.
OF_A_WORD = (
    article(1, "Gìn giữ hòa bình", "Tin vắn."),
    article(2, "Lễ ký kết", "Hai bên bàn về hòa bình."),
    article(3, "Nước hồ", "Đường hòa tan trong bình nước."),
)
OF_SEVERAL = (
    article(1, "Tổng thống nói về bầu cử", "Tin vắn."),
    article(2, "Tin nước ngoài", "Ngày bầu cử đã đến. Tổng thống đi bỏ phiếu."),
    article(3, "Tin nước ngoài", "Tổng số cử tri bầu hôm nay, hệ thống báo tốt."),
)
OF_ACCENTS = (
    article(1, "Tin vắn", "Ban tỉnh họp."),
    article(2, "Bản tỉnh", "Bản tỉnh, bản tỉnh."),
)


@pytest.mark.parametrize(
    ("query", "best_first"),
    [
        ("hòa bình", OF_A_WORD),
        ("hoa binh", OF_A_WORD),
        ('"hòa bình"', OF_A_WORD[:2]),
        ("bầu cử tổng thống", OF_SEVERAL),
        ("ban tỉnh", OF_ACCENTS),
        ("bình", (OF_A_WORD[0], *OF_A_WORD[1:][::-1])),
    ],
)
def test_the_best_come_first_though_they_are_the_oldest(query: str, best_first: tuple[Written, ...]) -> None:
    among = next(group for group in (OF_A_WORD, OF_SEVERAL, OF_ACCENTS) if set(best_first) <= set(group))
    db = stored([*among, article(0, "Khác", FILLING)])
    found = meant(db, SearchRequest(query))
    assert found.order == "best"
    ordered = [hit.public_id for hit in found.hits]
    assert ordered == [one.public_id for one in best_first] or query == "bình"
    assert ordered[0] == best_first[0].public_id
    newest = [hit.public_id for hit in meant(db, SearchRequest(query, order="newest")).hits]
    assert set(newest) == set(ordered)
    if query == "hoa binh":
        assert newest == ordered[::-1]


def test_limits_and_exclusions_change_no_order() -> None:
    db = stored([*OF_A_WORD, article(0, "Khác", FILLING)])
    for query in ("hòa bình bao:bao-alpha", "hòa bình ngay:2020", "hòa bình -chè", "hòa bình bao:bao-alpha -chè"):
        assert [hit.public_id for hit in search(db, query).hits] == [one.public_id for one in OF_A_WORD]


@pytest.mark.parametrize(
    ("both", "beside", "joined"), [(100, 100, True), (100, 30, True), (100, 29, False), (0, 0, False)]
)
def test_two_syllables_are_a_word_where_they_stand_side_by_side(both: int, beside: int, joined: bool) -> None:
    from archive.search.grammar.parser import parse

    root = parse("bầu cử mỹ").root
    words = relevance.words_meant(root, [(both, beside), (100, 1)])
    assert [" ".join(word.exact for word in term.words) for term in words] == (
        ["bầu cử", "mỹ"] if joined else ["bầu", "cử", "mỹ"]
    )


def test_of_three_neighbours_those_are_joined_that_stand_together_more_often() -> None:
    from archive.search.grammar.parser import parse

    words = relevance.words_meant(parse("nền kinh tế").root, [(100, 50), (100, 90)])
    assert [len(term.words) for term in words] == [1, 2]


RARE = (
    article(1, "Sự cố Formosa", "Biển miền Trung."),
    article(2, "Nuôi cá lồng", "Cá lớn nhanh."),
    article(3, "Cá chết", "Cá chết trắng hồ."),
)


def test_beside_few_hits_stand_articles_that_lack_a_word_and_are_not_counted() -> None:
    found = search(stored(RARE), "cá chết Formosa")
    assert (found.hits, found.total) == ((), 0)
    assert found.beside is not None
    assert found.beside.query == '"cá chết" OR formosa'
    assert {hit.public_id for hit in found.beside.hits} == {RARE[0].public_id, RARE[2].public_id}
    assert found.beside.articles == 2 == meant(stored(RARE), SearchRequest(found.beside.query)).total
    assert meant(stored(RARE), SearchRequest("cá chết Formosa")).beside is None
    assert search(stored(RARE), "cá chết Formosa", order="newest").beside is not None  # there is nothing else to sort
    for unasked in (search(stored(RARE), "cá nhanh", order="newest"), search(stored(RARE), "cá")):
        assert unasked.beside is None


def test_what_is_a_hit_stands_not_beside_the_hits_too() -> None:
    found = search(stored(RARE), "cá nhanh")
    assert [hit.public_id for hit in found.hits] == [RARE[1].public_id]
    assert found.beside is not None
    assert [hit.public_id for hit in found.beside.hits] == [RARE[2].public_id]


def test_words_in_no_article_are_left_out_and_named() -> None:
    beside = search(stored(RARE), "cá qqqq").beside
    assert beside is not None
    assert (beside.query, beside.left_out, beside.articles) == ("cá", ("qqqq",), 2)
    assert search(stored(RARE), "qqqq zzzz").beside is None


def test_where_no_word_is_found_as_typed_any_accents_count() -> None:
    beside = search(stored(RARE), "cạ chệt Formôsa").beside
    assert beside is not None
    assert beside.query.startswith("~")


def test_a_long_query_found_in_other_accents_alone_is_relaxed_as_typed() -> None:
    scattered = article(4, "Cả nhà", "Chét, formosa, huê.")
    found = search(stored((*RARE, scattered)), "cá chết Formosa Huế")
    assert (found.total_exact, found.beside is not None) == (0, True)
    assert found.beside is not None
    assert not found.beside.query.startswith("~")


def test_the_command_line_says_what_it_left_out_and_that_nothing_was_found(tmp_path: Path) -> None:
    holdings = Holdings.create(tmp_path / "data", "Thư viện tỉnh", "mailto:thu-vien@example.org")
    stored(RARE, open_database(holdings.database)).close()
    told = CliRunner().invoke(main, ["--archive", str(holdings.root), "search", "--lang", "en", "cá qqqq"])
    assert told.exit_code == 3
    assert "few articles hold all of these words; with one of them at least (2): cá" in told.stderr
    assert "left out, since they tell least or no article holds them: qqqq" in told.stderr
    assert "Nuôi [cá] lồng" in told.stdout


def test_the_room_shows_them_apart_and_leads_to_the_newest(tmp_path: Path) -> None:
    with opened(library(tmp_path)) as client:
        page = client.get("/", params={"q": "huyện", "lang": "en"}).text
        assert 'href="/?q=huy%E1%BB%87n&amp;order=newest">Newest first</a>' in page
        page = client.get("/", params={"q": "huyện", "order": "newest", "lang": "en"}).text
        assert 'href="/?q=huy%E1%BB%87n">Best match first</a>' in page
        page = client.get("/", params={"q": "huyện zzqq", "lang": "en"}).text
        hits, _, beside = page.partition("Few articles contain all of these words")
        assert "/article/" not in hits.partition('id="hits"')[2]
        assert beside.count("/article/") > 3
        assert '<span lang="vi">zzqq</span>' in beside
