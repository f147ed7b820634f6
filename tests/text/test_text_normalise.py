"""Normalising: NFC, plain white space, nothing invisible, and not one letter corrected that a newspaper wrote."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.text.folding import ACCENTED
from archive.text.normalise import _is_plain, _normalised, normalise, repair

ODD = (
    ACCENTED
    + "ÐðƉɖǍǎƢƣ"
    + "аеосТНМ"
    + "\u0300\u0301\u0302\u0323\u031b"
    + "\u00ad\u200b\ufeff\u200d\u00a0\u3000\t\n\x07\x85İ"
)


@given(st.one_of(st.text(), st.text(alphabet=ODD + "abghnt ")))
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert once == once.strip()
    assert "  " not in once


def test_the_quick_look_passes_no_character_that_needs_a_change() -> None:
    for code in range(0x30000):
        letter = unicodedata.normalize("NFC", chr(code)) if not 0xD800 <= code < 0xE000 else "a"
        if _is_plain(f"th{letter}i"):
            assert _normalised(f"th{letter}i") == f"th{letter}i"


@given(st.lists(st.text(alphabet=ACCENTED + "abcdeghiklmnopqrstuvxyĐ“”…,.-", min_size=1), min_size=1))
def test_nothing_that_was_published_is_corrected(words: list[str]) -> None:
    text = " ".join(words)
    assert normalise(text) == text
    assert normalise(unicodedata.normalize("NFD", text)) == text


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("Hội\u00a0nghị\u202f\u3000 \t\n Đảng", "Hội nghị Đảng"),
        ("\u2067Thái\u2069 Nguyên\ufffe", "Thái Nguyên"),  # isolates of direction, and what is no character
        ("Thái\u200bNguyên", "Thái Nguyên"),  # the zero-width space is all that parts the words
        ("\u200bThái Nguyên\ufeff", "Thái Nguyên"),
        ("Đ\u200bảng", "Đảng"),
        ("nghi\u00adệp", "nghiệp"),
        ("Ðảng bộ, ðồng chí", "Đảng bộ, đồng chí"),
        ("12/QÐ-UBND, HÐND", "12/QĐ-UBND, HĐND"),
        ("trƣờng học, ngƣời dân, ƢU TIÊN", "trường học, người dân, ƯU TIÊN"),
        ("Тhái Nguyên, сông аn", "Thái Nguyên, công an"),  # Cyrillic Т, с, а
        ("cǎn cứ", "căn cứ"),
        ("Guðrún, Москва, café, Mỹ", "Guðrún, Москва, café, Mỹ"),
        ("khoá khóa, kỷ kỉ, “…” – ½ m² №", "khoá khóa, kỷ kỉ, “…” – ½ m² №"),
        ("a\x00b\x07c", "abc"),
        ("", ""),
        (" \u200b ", ""),
    ],
)
def test_each_kind_of_noise_goes_and_the_rest_stays(text: str, normal: str) -> None:
    assert normalise(text) == normal


def test_repair_can_be_had_beside_it() -> None:
    assert repair("Ä‘áº¡i há»™i").text == "đại hội"
