"""An answer holds the right articles in the right order, with honest counts, marks and pages."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from unicodedata import normalize

import pytest
import sqlite_utils
from search_corpus import Written, invented, stored

from archive.errors import UsageError
from archive.search import Answer, Order, search
from archive.search.answer import ORDERS
from archive.search.ranking.sort import packed

EXACT = Written(1, "Hội nghị rút kinh nghiệm", "Tỉnh ủy họp.", "Đại hội điểm ở bản.", day="2020-03-05")
UNMARKED = Written(2, "Hoi nghi rut kinh nghiem", "", "Tinh uy hop.", day="2020-03-06")
OTHER = Written(3, "Hỏi nghỉ", "", "Tình úy; đường về xã Lộc Thuỷ.", day="2020-03-07", source="tinh-uy-gamma")
MIXED = Written(4, "Tin vắn", "", "Ở tỉnh, uy tín.\n\nÝ kiến: tỉnh uy.", "Ảnh: đường bản", "PV", day="2020-03-04")


@pytest.fixture(scope="module")
def db() -> sqlite_utils.Database:
    return stored([EXACT, UNMARKED, OTHER, MIXED])


@pytest.fixture(scope="module")
def many() -> sqlite_utils.Database:
    return stored(invented(150, seed=3))


def headlines(answer: Answer) -> list[str]:
    return [hit.headline for hit in answer.hits]


def test_accents_typed_are_meant_and_the_others_counted(db: sqlite_utils.Database) -> None:
    answer = search(db, "hội nghị")
    assert [(hit.headline, hit.tier) for hit in answer.hits] == [(EXACT.headline, "exact")]
    assert (answer.total_exact, answer.total_folded, answer.total) == (1, 3, 1)
    every = search(db, "hội nghị", any_accents=True, order="newest")
    assert [(hit.headline, hit.tier) for hit in every.hits] == [
        (headline, "folded") for headline in (OTHER.headline, UNMARKED.headline, EXACT.headline)
    ]
    assert (every.total_exact, every.total) == (None, 3)


@pytest.mark.parametrize("query", ["hoi nghi", "HOI NGHI", "hoi-nghi", '"hoi nghi"'])
def test_without_accents_all_are_alike_and_newest_first(db: sqlite_utils.Database, query: str) -> None:
    answer = search(db, query, order="newest")
    assert headlines(answer) == [OTHER.headline, UNMARKED.headline, EXACT.headline]
    assert answer.total_exact is None
    assert answer.total == 3


def test_words_typed_half_with_accents_have_a_tier_between_and_a_phrase_means_itself(db: sqlite_utils.Database) -> None:
    tiers = {hit.headline: hit.tier for hit in search(db, "tỉnh uy").hits}
    assert tiers == {
        MIXED.headline: "exact",
        EXACT.headline: "partly",
    }
    assert [hit.headline for hit in search(db, '"tỉnh uy"').hits] == [MIXED.headline]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (normalize("NFD", "=đường"), [OTHER, MIXED]),
        ("~duong", [OTHER, MIXED]),
        ("=duong", []),
        ("lộc thủy", [OTHER]),
        ("lộc thuỷ", [OTHER]),
        ("đuong", [OTHER, MIXED]),
        ("duong -xã", [MIXED]),
        ("duong -xa", [MIXED]),
        ("duong -xà", [OTHER, MIXED]),
        ("chuthich:đường", [MIXED]),
        ("tieude:hop", []),
        ("sapo:họp", [EXACT]),
        ("tacgia:pv", [MIXED]),
        ("ngh* -bao:gamma", [UNMARKED, EXACT]),
        ("tinh:bac-giang", [OTHER]),
        ('tinh34:"Thái Nguyên" uy', [UNMARKED, EXACT, MIXED]),
        ("ngay:2020-03-06.. uy", [OTHER, UNMARKED]),
        ("hội NEAR/1 ở", [EXACT]),
        ("hoi NEAR/1 kinh", []),
        ("hoi NEAR/2 kinh", [UNMARKED, EXACT]),
    ],
)
def test_each_part_of_the_language_finds_what_it_says(
    db: sqlite_utils.Database, query: str, expected: Sequence[Written]
) -> None:
    assert sorted(headlines(search(db, query))) == sorted(article.headline for article in expected)


def test_what_belongs_to_no_province_is_found_as_such_and_counts_for_none() -> None:
    db = stored([EXACT, UNMARKED, OTHER])
    db.execute("UPDATE articles SET province = '', province_now = '' WHERE source = 'tinh-uy-gamma'")
    for query in ("tinh:none", 'tinh:"Toàn quốc"', "tinh34:none"):
        assert headlines(search(db, query)) == [OTHER.headline]
    assert len(search(db, "hoi -tinh:none").hits) == 2
    (facet,) = search(db, "hoi nghi", facets=["province"]).facets
    assert (sum(one.count for one in facet.values), facet.others) == (2, 1)


def test_the_answer_says_how_the_query_was_understood(db: sqlite_utils.Database) -> None:
    understood = search(db, "tỉnh uy -xã").understood
    assert understood.echo == "tỉnh [đúng dấu: 2, mọi dấu: 4] VÀ uy [mọi dấu: 4] KHÔNG xã [đúng dấu: 1, mọi dấu: 1]"
    assert [(term.text, term.exact, term.folded, term.excluded) for term in understood.terms] == [
        ("tỉnh", 2, 4, False),
        ("uy", None, 4, False),
        ("xã", 1, 1, True),
    ]


def test_matches_are_marked_in_headline_and_snippet(db: sqlite_utils.Database) -> None:
    hit = search(db, "hội nghị tỉnh").hits[0]
    assert hit.title.between("[", "]") == "[Hội] [nghị] rút kinh nghiệm"
    assert search(db, '"lộc thủy"').hits[0].snippet.between("[", "]") == "Tình úy; đường về xã [Lộc Thuỷ]."
    assert search(db, '"tỉnh uy"').hits[0].snippet.between("<", ">") == "Ở <tỉnh, uy> tín. Ý kiến: <tỉnh uy>."


def test_a_snippet_is_one_short_line_around_the_densest_matches() -> None:
    body = "\n\n".join(["Một đoạn không liên quan đến câu hỏi."] * 30 + ["Cuối cùng là hội nghị về đường và hội nghị."])
    hit = search(stored([Written(1, "Tin", "", body)]), '"hội nghị" đường').hits[0]
    assert hit.snippet.between("[", "]").endswith("Cuối cùng là [hội nghị] về [đường] và [hội nghị].")
    assert hit.snippet.text.startswith("… ")
    assert len(hit.snippet.text) < 300
    assert "\n" not in hit.snippet.text


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("counts", [True, False])
@pytest.mark.parametrize("query", ["hội", "hoi nghi", '"hội nghi" OR đường -ban'])
def test_pages_by_cursor_are_the_whole_answer_cut(
    many: sqlite_utils.Database, order: Order, counts: bool, query: str
) -> None:
    whole = search(many, query, 500, order=order)
    paged: list[str] = []
    cursor = None
    while True:
        page = search(many, query, 7, cursor, order, counts=counts)
        paged.extend(hit.public_id for hit in page.hits)
        cursor = page.cursor
        if cursor is None:
            break
    assert paged == [hit.public_id for hit in whole.hits]
    assert len(set(paged)) == whole.total == len(paged)


def test_the_orders_sort_as_they_say(many: sqlite_utils.Database) -> None:
    days = {order: [hit.day for hit in search(many, "hoi", 500, order=order).hits] for order in ORDERS}
    assert days["newest"] == sorted(days["newest"], reverse=True)
    assert days["oldest"] == sorted(days["oldest"])
    sources = [hit.source for hit in search(many, "hoi", 500, order="source").hits]
    assert sources == sorted(sources)
    in_headline = Written(1, "Đường mới", "", "Tin dài " * 50, day="2019-01-01")
    in_body = Written(2, "Tin", "", "Tin dài " * 50 + "đường", day="2020-01-01")
    assert headlines(search(stored([in_headline, in_body]), "đường", order="best"))[0] == "Đường mới"


def test_ranking_says_what_it_leaves_out(many: sqlite_utils.Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.search.ranking.sort.MOST_RANKED", 5)
    answer = search(many, "hoi", order="best")
    assert len(answer.hits) == 5
    assert answer.total is not None
    assert answer.notes == (f"ranked are 5 of {answer.total} hits: the exact ones first, of each kind the newest",)


def test_a_step_that_is_cut_leaves_its_older_hits_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.search.ranking.sort._MOST_BEFORE", 1)
    of_headline = [Written(n, f"Đường mới {n}", "", "Tin dài " * 50, day=f"2019-01-0{n}") for n in (1, 2, 3)]
    in_body = Written(4, "Tin", "", "Tin dài " * 50 + "đường", day="2020-01-01")
    held = stored([*of_headline, in_body])
    found, cursor = [], None
    for _ in range(4):
        page = search(held, "đường", 1, cursor, order="best")
        found, cursor = [*found, *headlines(page)], page.cursor
    assert found == ["Đường mới 3", "Đường mới 2", "Đường mới 1", "Tin"]
    assert cursor is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"limit": 0}, "1 to 500"),
        ({"limit": 501}, "1 to 500"),
        ({"order": "random"}, "order=random: one of"),
        ({"facets": ["colour"]}, "facets=colour: one of"),
        ({"cursor": "%%%"}, "no cursor"),
        ({"cursor": "WzFd"}, "no cursor"),
        ({"cursor": packed(["", float("inf"), "", 0])}, "no cursor"),
        ({"cursor": base64.b64encode(b"[" * 30_000).decode()}, "no cursor"),
    ],
)
def test_a_wrong_argument_is_one_clear_line(
    db: sqlite_utils.Database, arguments: dict[str, object], message: str
) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        search(db, "hội", **arguments)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)


def test_a_cursor_of_another_query_is_refused(many: sqlite_utils.Database) -> None:
    cursor = search(many, "hội", 3).cursor
    assert cursor is not None
    with pytest.raises(UsageError, match="another query"):
        search(many, "đường", 3, cursor)
    with pytest.raises(UsageError, match="another query"):
        search(many, "hội", 3, cursor, "oldest")


@pytest.mark.parametrize("length", [10, 1480, 1490, 1494, 1496, 1500, 1510, 3000])
def test_a_snippet_marks_whole_words_wherever_a_long_text_is_cut(length: int) -> None:
    body = ("a " * length)[:length] + "hội nghị hộ và hết"
    (hit,) = search(stored([Written(1, "Tin", "", body)]), "=hộ").hits
    assert [piece for piece, matches in hit.snippet.pieces() if matches] == ["hộ"]
    (hit,) = search(stored([Written(1, "Tin", "", body)]), '"hội nghị" hết').hits
    assert [piece for piece, matches in hit.snippet.pieces() if matches] == ["hội nghị", "hết"]


def test_a_text_in_several_newspapers_is_shown_once_and_counted_both_ways() -> None:
    texts = ["Hội nghị xã", "Hội nghị xã", "Hoi nghi xa", "Hội nghị khác", "Hội nghị xã"]
    db = stored([Written(number, text, "", "", day=f"2020-01-0{5 - number}") for number, text in enumerate(texts)])
    ids = [row[0] for row in db.execute("SELECT id FROM articles ORDER BY id")]
    for article, first in ((0, 4), (1, 4), (2, 4), (4, 4)):  # the fifth is the oldest, so the first publisher's
        db.execute("INSERT INTO same_text VALUES (?, ?, '', x'', 0)", (ids[article], ids[first]))
    answer = search(db, "hội nghị", once=True)
    assert [(str(hit.day), hit.tier, hit.copies) for hit in answer.hits] == [
        ("2020-01-02", "exact", 0),
        ("2020-01-01", "exact", 2),
    ]
    assert (answer.total_exact, answer.total_folded, answer.texts) == (4, 5, 2)
    without_first = search(db, "hội nghị ngay:2020-01-02..", once=True)
    assert [(str(hit.day), hit.copies) for hit in without_first.hits] == [("2020-01-04", 1), ("2020-01-02", 0)]
    folded_only = search(db, "xa", once=True, order="best")
    assert [(str(hit.day), hit.copies) for hit in folded_only.hits] == [("2020-01-01", 3)]
    assert search(db, "hội nghị").texts is None
    pages = [search(db, "hội nghị", 1, None, once=True), search(db, "hội nghị", 1, once=True)]
    assert pages[0].cursor == pages[1].cursor
    assert search(db, "hội nghị", 1, pages[0].cursor, once=True).hits[0].copies == 2


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('diadanh:"Đại Từ"', ["Tin 1"]),
        ('diadanh:"huyện Đại Từ"', ["Tin 1"]),
        ("place:dai-tu", ["Tin 1"]),
        ('diadanh:"dai tu"', ["Tin 1"]),
        ('diadanh:"xã Đại Từ"', []),
        ('diadanh:"Bắc Kạn"', ["Tin 2", "Tin 1"]),
        ("diadanh:Xyzzy", []),
    ],
)
def test_a_place_is_found_where_it_is_surely_named(query: str, expected: list[str]) -> None:
    db = stored([Written(number, f"Tin {number}", "", "x", day=f"2020-01-0{number}") for number in (1, 2, 3)])
    db.conn.executemany(
        "INSERT INTO mentions VALUES (?, 'body', ?, 3, ?, 'X', ?)",
        [(1, 0, "thai-nguyen/171", 0), (1, 9, "bac-kan", 0), (2, 0, "bac-kan", 0), (3, 5, "bac-kan", 1)],
    )
    assert headlines(search(db, query)) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("hội ngay:2020-03-05", ["Một", "Lạc"]),
        ("hội ngay:2020-03-01..2020-03-04", []),
        ("hội -ngay:2020-03-05", ["Hai"]),
        ("ngay:2020-03-05..2020-03-06 hội", ["Hai", "Một", "Lạc"]),
        ("(hội OR x) ngay:..2020-03-05", ["Một", "Lạc"]),
        ("hội ngay:2020-03-06..", ["Hai"]),
    ],
)
@pytest.mark.parametrize("order", ["newest", "best"])
def test_an_article_whose_day_was_full_is_found_under_its_own(query: str, expected: list[str], order: Order) -> None:
    db = stored(
        [
            Written(1, "Một", "", "Hội", day="2020-03-05"),
            Written(2, "Lạc", "", "Hội", day="2020-03-04"),  # where slots.rowid_for would put it
            Written(3, "Hai", "", "Hội", day="2020-03-06"),
        ]
    )
    db.execute("UPDATE articles SET day = '2020-03-05' WHERE headline = 'Lạc'")
    found = search(db, query, order=order)
    assert sorted(headlines(found)) == sorted(expected)
    assert found.total == len(expected)
    assert headlines(search(db, query, counts=False)) == expected


@pytest.mark.parametrize("query", ["=thu*", "thuỷ*", '"lộc thu"*', "~lộc NEAR/1 =thu*", '"loc thuỷ"*'])
def test_a_begun_word_is_found_and_marked_wherever_its_tone_stands(query: str) -> None:
    for spelled in ("Lộc Thủy", "Lộc Thuỷ"):
        (hit,) = search(stored([Written(1, "Tin", "", f"Xã {spelled}.")]), query).hits
        assert "Th" in "".join(piece for piece, matches in hit.snippet.pieces() if matches)
