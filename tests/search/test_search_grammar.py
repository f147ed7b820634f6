"""The query language reads what people type, and says where it cannot."""

from __future__ import annotations

from unicodedata import normalize

import pytest

from archive.errors import QueryError
from archive.search import parse
from archive.search.grammar.tree import Filter, written

READ = [
    ("hội nghị", "hội nghị"),
    (normalize("NFD", "Hội NGHỊ"), "hội nghị"),
    ("hoà hòa", "hoà hoà"),
    ('"hội nghị" OR đường -bản', '"hội nghị" OR (đường -bản)'),
    ("“Đoàn kết – Dân chủ”", '"đoàn kết dân chủ"'),
    ("a HOẶC b VÀ c KHÔNG d", "a OR (b c -d)"),
    ("a or b", "a or b"),
    ("57-NQ/TW covid-19 15:25", '"57 nq tw" "covid 19" "15 25"'),
    ("tinh-uy-thai-nguyen", "tinh uy thai nguyen"),
    ('"tinh-uy-thai-nguyen"', '"tinh uy thai nguyen"'),
    ("a NEAR/3 b", "(a NEAR/3 b)"),
    ("a GẦN b", "(a NEAR/10 b)"),
    ("ngu* ~duong =đường", "ngu* ~duong =đường"),
    ('="ban chấp hành"', '="ban chấp hành"'),
    ('"hội ngh"*', '"hội ngh"*'),
    ("tieude:(a OR b)", "tieude:a OR tieude:b"),
    ("Tiêuđề:a title:b", "tieude:a tieude:b"),
    ("tinh:Bắc Giang dịch", 'tinh:"Bắc Giang" dịch'),
    ("tinh:Bà Rịa - Vũng Tàu x", 'tinh:"Bà Rịa - Vũng Tàu" x'),
    ('province:"bac giang"', 'tinh:"Bắc Giang"'),
    ('tinh34:"Bắc Giang"', 'tinh34:"Bắc Ninh"'),
    ('tinh:"toàn quốc" lũ', "tinh:none lũ"),
    ("tinh:(Bắc Giang OR bac-kan)", 'tinh:"Bắc Giang" OR tinh:"Bắc Kạn"'),
    ("ngay:2020-03..2020-06", "ngay:2020-03-01..2020-06-30"),
    ("date:05/03/2020", "ngay:2020-03-05"),
    ("ngay:2020.. a", "ngay:2020-01-01.. a"),
    ("lần thứ XXIV: “Đoàn kết”", 'lần thứ xxiv "đoàn kết"'),
    ("a () b ( ... )", "a b"),
    ("a - b", "a b"),
    ("KHÔNG ĐỂ DỊCH LAN RỘNG", "không để dịch lan rộng"),
    ("HĐND OR UBND", "hđnd OR ubnd"),
    ("a\0b", "ab"),
    ("--a -", "a"),
    ('a diadanh:"~b"', 'a diadanh:"~b"'),
    ('a bao:"KHÔNG"', 'a bao:"KHÔNG"'),
]


@pytest.mark.parametrize(("query", "standard"), READ)
def test_a_query_is_read_to_its_standard_form(query: str, standard: str) -> None:
    assert written(parse(query).root) == standard


@pytest.mark.parametrize("standard", [standard for _, standard in READ])
def test_the_standard_form_is_read_back_to_itself(standard: str) -> None:
    assert written(parse(standard).root) == standard


WRONG = [
    ("", "empty", 0, None),
    ("  \t ", "empty", 0, None),
    ("... – ?", "only marks", 0, None),
    ("-a", "only excludes", 0, None),
    ("a OR -b", "only excludes", 5, None),
    ("(a", "not closed", 0, "(a)"),
    ("a) b", "no opening", 1, "a b"),
    ('"hội nghị', "no second", 0, '"hội nghị"'),
    ("a OR", "right", 2, "a"),
    ("OR a", "left", 0, "a"),
    ("a AND OR b", "right", 2, "a OR b"),
    ("a NEAR", "right", 2, "a"),
    ("NEAR b", "left", 0, "b"),
    ("a NEAR/0 b", "distance", 2, "a NEAR/10 b"),
    ("(a b) NEAR c", "joins words", 0, "(a b) AND c"),
    ("a NEAR/2 b NEAR/3 c", "one distance", 11, "a NEAR/2 b NEAR/2 c"),
    ("NOT NOT a", "two exclusions", 0, "a"),
    ("ng*", "needs 3 letters", 0, "ng"),
    ("tieude:", "no value", 0, None),
    ("tieu:hội", "'tieude:'", 0, "tieude:hội"),
    ("foo:bar", "no field", 0, "foo: bar"),
    ("tieude:(sapo:a)", "inside another", 8, "tieude:( a)"),
    ("tinh:Xyz", "no province", 5, None),
    ('tinh:"Bac Gang"', "Bắc Giang", 5, 'tinh:"Bắc Giang"'),
    ("ngay:31/02/2020", "29 days", 5, None),
    ("ngay:2020-13", "no month 13", 5, None),
    ("ngay:2020-06..2020-03", "before it begins", 5, "ngay:2020-03..2020-06"),
    ("ngay:hôm-qua", "not a day", 5, None),
    ("trangthai:mới", "no state", 10, None),
    ("tinh:=a", "not before a limit", 5, None),
    ("(" * 17 + "a" + ")" * 17, "16 brackets", 16, None),
    (" ".join(["a"] * 65), "64 words", 128, " ".join(["a"] * 64)),
    ("(" * 10_000, "1,000 are the most", 60, None),
    ("hội " * 25_000, "1,000 are the most", 60, " ".join(["hội"] * 12)),
]


@pytest.mark.parametrize(("query", "message", "position", "suggestion"), WRONG)
def test_a_mistake_is_named_with_its_place_and_a_query_that_works(
    query: str, message: str, position: int, suggestion: str | None
) -> None:
    with pytest.raises(QueryError, match=message) as caught:
        parse(query)
    assert "\n" not in str(caught.value)
    assert (caught.value.position, caught.value.suggestion) == (position, suggestion)
    if suggestion is not None:
        parse(suggestion)


def test_what_is_left_out_is_said() -> None:
    assert parse("hội …").notes == ("'…' holds no letter or digit and was left out",)
    assert "4 words" in parse("tinh-uy-thai-nguyen").notes[0]
    assert "30 June 2025" in parse('tinh:"Bắc Ninh"').notes[0]
    assert parse('tinh:"Bắc Giang"').notes == ()


def test_a_province_old_and_one_new_of_one_name_are_two_limits() -> None:
    old, new = parse('tinh:"Bắc Ninh" tinh34:"Bắc Ninh"').root.parts  # type: ignore[union-attr]
    assert isinstance(old, Filter)
    assert isinstance(new, Filter)
    assert (old.kind, old.value, new.kind, new.value) == ("province", "bac-ninh", "province_now", "bac-ninh")
