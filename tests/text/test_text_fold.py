"""Folding: the fast way equals the rule, and every spelling of a word meets every other."""

from __future__ import annotations

import re
import string
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.text import folding
from archive.text.folding import (
    ACCENTED,
    VOWELS,
    aligned_fold,
    exact_form,
    fold,
    fold_by_rule,
    is_syllable,
    tokens,
    uniform_tones,
)

LETTERS = ACCENTED + ACCENTED.upper() + string.ascii_letters
MARKS = "\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323"
VIETNAMESE = st.text(alphabet=LETTERS + MARKS + string.digits + " .,;:/()-“”–…’\u00a0\u00ad\n")
ANYTHING = st.one_of(st.text(), VIETNAMESE)

TABLE = [
    ("Tỉnh ủy Thái Nguyên", "tinh uy thai nguyen", ["tinh", "uy", "thai", "nguyen"]),
    ("ĐẠI HỘI", "dai hoi", ["dai", "hoi"]),
    ("Ðại hội", "dai hoi", ["dai", "hoi"]),
    ("ðồng chí", "dong chi", ["dong", "chi"]),
    ("hòa bình", "hoa binh", ["hoa", "binh"]),
    ("hoà bình", "hoa binh", ["hoa", "binh"]),
    ("khỏe khoẻ Thúy Thuý", "khoe khoe thuy thuy", ["khoe", "khoe", "thuy", "thuy"]),
    ("Đắk Lắk, Đăk Lăk, Đắc Lắc", "dak lak, dak lak, dac lac", ["dak", "lak", "dak", "lak", "dac", "lac"]),
    ("Hội\u00a0nghị", "hoi nghi", ["hoi", "nghi"]),
    ("co\u00advid", "covid", ["covid"]),
    ("“Đoàn kết” – ‘Dân chủ’…", "“doan ket” – ‘dan chu’...", ["doan", "ket", "dan", "chu"]),
    ("ＴＰ．ＨＣＭ", "tp.hcm", ["tp", "hcm"]),
    ("12/QĐ-UBND", "12/qd-ubnd", ["12", "qd", "ubnd"]),
    ("1.234,5 tỷ", "1.234,5 ty", ["1", "234", "5", "ty"]),
    ("K’Bang", "k’bang", ["k", "bang"]),
    ("Straße", "strasse", ["strasse"]),
    ("m² 5‰ №", "m2 5‰ no", ["m2", "5", "no"]),
    ("Ⅻ XII", "xii xii", ["xii", "xii"]),
    ("½", "1⁄2", ["1", "2"]),
    ("Тhái", "тhai", ["hai"]),
    ("kỷ luật kỉ luật", "ky luat ki luat", ["ky", "luat", "ki", "luat"]),
    ("mưa mùa bản bàn bạn", "mua mua ban ban ban", ["mua", "mua", "ban", "ban", "ban"]),
]


@pytest.mark.parametrize(("text", "folded", "words"), TABLE, ids=[row[0] for row in TABLE])
def test_the_fold_is_that_of_the_table(text: str, folded: str, words: list[str]) -> None:
    for form in ("NFC", "NFD"):
        assert fold(unicodedata.normalize(form, text)) == folded  # type: ignore[arg-type]
    assert tokens(text) == words


@given(ANYTHING)
def test_the_fast_fold_equals_the_rule(text: str) -> None:
    assert fold(text) == fold_by_rule(text)


def test_the_fast_fold_equals_the_rule_for_every_character() -> None:
    for first in range(0, 0x30000, 0x100):  # all but the private and the special planes, 256 at once
        block = " ".join(chr(code) for code in range(first, first + 0x100) if not 0xD800 <= code < 0xE000)
        assert fold(block) == fold_by_rule(block)
    for letter in folding.LOWER_ALPHABET:
        assert fold(letter) == fold_by_rule(letter)


@given(ANYTHING)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(ANYTHING)
def test_composed_and_decomposed_text_fold_alike(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@given(VIETNAMESE)
def test_old_and_new_tone_placement_fold_alike(text: str) -> None:
    assert fold(uniform_tones(unicodedata.normalize("NFC", text).lower())) == fold(text)


@given(ANYTHING)
def test_the_exact_form_is_as_long_as_the_text(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    assert len(exact_form(text)) == len(composed)
    assert len(aligned_fold(exact_form(text))) == len(composed)


@given(VIETNAMESE)
def test_the_exact_form_of_an_exact_form_is_itself(text: str) -> None:
    assert exact_form(exact_form(text)) == exact_form(text)


@given(st.text(alphabet=LETTERS + " ,.;-0123456789"))
def test_offsets_in_the_aligned_fold_are_offsets_in_the_text(text: str) -> None:
    assert aligned_fold(exact_form(text)) == fold(text)


@given(st.text(alphabet="òóỏõọoùúủũụuaáàeéèyýỳỵnq é中"))
def test_tones_are_placed_alike_with_and_without_the_fast_way(text: str) -> None:
    assert uniform_tones(text + "中") == uniform_tones(text) + "中"


def test_the_fifteen_pairs_meet_and_nothing_else_moves() -> None:
    olds = re.findall(r"\w+", "óa òa ỏa õa ọa óe òe ỏe õe ọe úy ùy ủy ũy ụy")
    news = re.findall(r"\w+", "oá oà oả oã oạ oé oè oẻ oẽ oẹ uý uỳ uỷ uỹ uỵ")
    for old, new in zip(olds, news, strict=True):
        assert exact_form(old) == exact_form(new) == new
    for word in ("của", "mía", "quý", "quả", "già", "ngoài", "hoàn", "huýt", "khuỷu", "cửa"):
        assert exact_form(word) == word


def test_vietnamese_has_67_letters_beyond_ascii() -> None:
    assert len(set(ACCENTED)) == 67
    assert len(set(VOWELS)) == 72
    assert all(unicodedata.is_normalized("NFC", letter) for letter in ACCENTED)


@pytest.mark.parametrize("word", ["nghiêng", "Quảng", "giếng", "gì", "quyết", "thủy", "thuỷ", "khuya", "ừ", "Ý", "đắk"])
def test_a_syllable_is_one(word: str) -> None:
    for form in ("NFC", "NFD"):
        assert is_syllable(unicodedata.normalize(form, word))  # type: ignore[arg-type]


@pytest.mark.parametrize("word", ["hoc", "street", "họi1", "zalo", "hộinghị", "b", "ngh", "cấpp", "càp"])
def test_what_is_no_syllable_is_none(word: str) -> None:
    assert not is_syllable(word)


@given(st.text(alphabet=folding.ALPHABET))
def test_the_code_with_capitals_gives_the_same_forms(text: str) -> None:
    encoded = folding.encode_cased(text)
    assert unicodedata.is_normalized("NFC", text)
    assert folding.exact(encoded) == exact_form(text)
    assert tokens(folding.folded(encoded)) == tokens(text)
    assert len(folding.folded(encoded)) == len(text)


def test_the_code_with_capitals_refuses_what_it_does_not_know() -> None:
    for text in ("ë", "№", "a\u0301", "中", "İ"):
        with pytest.raises(UnicodeEncodeError):
            folding.encode_cased(text)
