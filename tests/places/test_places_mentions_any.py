"""Mentions of places in any text whatever: in order, within it, the same in both forms of Unicode."""

from __future__ import annotations

import unicodedata
from datetime import date

from hypothesis import example, given, settings
from hypothesis import strategies as st

from archive.places import mentions
from archive.text.folding import exact_form

BEFORE = date(2020, 6, 1)

PIECES = [
    "tỉnh ", "huyện ", "xã ", "phường ", "TP. ", "UBND ", "các ", ", ", " và ", " - ", "–", ". ", "\n\n", " (", ")",
    "Thái Nguyên", "Phú Bình", "Tân Thành", "Hòa Bình", "Huế", "HCM", "Đăk R’lấp", "Tân", "12", "quận 1", "hop", "'",
    "Nguyễn Văn A", "e\u0323\u0302", "\u0301", "İ", "Đ", "ß", "ﬁ", "각",
]  # fmt: skip


@settings(deadline=None)  # the first example may wait for the tables
@example(text="quận 1\u0301", form="NFD")  # found by this test: a mark that composes with nothing
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join), st.sampled_from(["NFC", "NFD"]))
def test_mentions_lie_in_the_text_in_order_and_do_not_overlap(text: str, form: str) -> None:
    text = unicodedata.normalize(form, text)  # type: ignore[arg-type]
    end = 0
    for one in mentions(text, "thai-nguyen", BEFORE):
        assert end <= one.start < one.end <= len(text)
        assert one.surface == text[one.start : one.end]
        end = one.end


@settings(deadline=None)  # the first example may wait for the tables
@given(st.text(max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    for one in mentions(text):
        assert one.surface == text[one.start : one.end]


@settings(deadline=None)  # the first example may wait for the tables
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_both_forms_of_unicode_name_the_same_places(text: str) -> None:
    composed = mentions(unicodedata.normalize("NFC", text), "thai-nguyen", BEFORE)
    decomposed = mentions(unicodedata.normalize("NFD", text), "thai-nguyen", BEFORE)
    assert [one.place.id for one in composed] == [one.place.id for one in decomposed]


@settings(deadline=None)  # the first example may wait for the tables
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_one_foreign_letter_changes_nothing_in_the_rest(text: str) -> None:
    text = unicodedata.normalize("NFC", text)
    assert mentions(f"{text}\nÀ ë", "thai-nguyen", BEFORE) == mentions(f"{text}\nÀ e", "thai-nguyen", BEFORE)


@settings(deadline=None)  # the first example may wait for the tables
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_a_text_whose_exact_form_is_made_already_names_the_same_places(text: str) -> None:
    text = unicodedata.normalize("NFC", text)
    assert mentions(text, "thai-nguyen", BEFORE, exact_form(text)) == mentions(text, "thai-nguyen", BEFORE)
