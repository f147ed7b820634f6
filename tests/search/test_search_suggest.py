"""A query that finds nothing is answered with one near it that finds something, in the words of the archive."""

from __future__ import annotations

import pytest
import sqlite_utils
from search_corpus import Written, stored

from archive.search import search
from archive.search.answer import ORDERS

TEXTS = (
    "Hội nghị rút kinh nghiệm tỉnh ủy Thái Nguyên",
    "Đại hội đảng bộ huyện Đại Từ thành công",
    "Nông thôn mới ở xã Tân Cương",
    "Chè Tân Cương được mùa, giá chè tăng",
    "Phòng chống dịch covid-19 tại Bắc Kạn",
)


@pytest.fixture(scope="module")
def db() -> sqlite_utils.Database:
    return stored([Written(at, text, "", TEXTS[at - 1], day=f"2021-0{at + 1}-05") for at, text in enumerate(TEXTS)])


@pytest.mark.parametrize(
    ("query", "suggested"),
    [
        ("tinhr uyr", ("tỉnh uỷ",)),  # the keys of Telex
        ("covit", ("covid",)),
        ("noong thoon", ("nông thôn",)),
        ("hôi nghịi", ("hội nghị",)),  # with one word mended, so are accents that no article has
        ("hoi nghii", ("hoi nghị",)),  # what was typed without stays without
        ("(họp OR hợp) tỉnh", ("hội tỉnh",)),  # two words mended into one are one
        ("=đai hội", ("~đai hội",)),
        ('"kinh nghiệm rút"', ("kinh nghiệm rút",)),
        ("T-3", ()),  # letters of one thing: anywhere they say nothing
        ("chè NEAR/1 covid", ("chè covid",)),
        ("chè mùa ngay:2019", ("chè mùa",)),
        ("đại hội bao:xyz", ("đại hội",)),
        ("đại hội bao:bao-alfa", ("đại hội bao:bao-alpha",)),
        ("chè or covid", ("chè OR covid",)),  # "or" is a word in small letters
        ("đại hội muc:thoi-su", ("đại hội",)),
        ("hoi nghi quan su", ("hoi nghi",)),  # without all that nobody wrote
        ("giá nghị", ()),  # what lacks a word stands beside
        ("chè giá -mùa", ("chè giá",)),
        ("xyzzy", ()),
        ("20211", ()),
        ("thái-nguyên-tỉnh", ("thái nguyên tỉnh",)),
    ],
)
def test_what_is_suggested_finds_something(db: sqlite_utils.Database, query: str, suggested: tuple[str, ...]) -> None:
    answer = search(db, query)
    assert (answer.total, answer.suggestions) == (0, suggested)
    assert all(search(db, other).total for other in suggested)


def test_what_lacks_a_word_stands_beside_nothing_in_any_order(db: sqlite_utils.Database) -> None:
    for order in ORDERS:
        beside = search(db, "giá nghị", order=order).beside
        assert beside is not None
        assert beside.articles == 4
