"""Persons whom a text names with their office: found as the press writes them, and nobody else."""

from __future__ import annotations

import doctest
import unicodedata
from pathlib import Path
from typing import Literal

import pytest
from growth import MOST, growth

from archive.people import people
from archive.text.folding import exact_form

SENTENCES = Path(__file__).parent / "sentences.txt"


def named(text: str) -> list[tuple[str, str]]:
    return [(one.name, ", ".join(one.offices)) for one in people(text)]


def judged() -> list[tuple[str, set[tuple[str, str]]]]:
    """The sentences, each with the persons and offices that a reader finds in it."""
    found: list[tuple[str, set[tuple[str, str]]]] = []
    for line in SENTENCES.read_text(encoding="utf-8").splitlines():
        if line.startswith("  "):
            name, _, office = line.strip().partition(" | ")
            found[-1][1].add((name, office))
        elif line and not line.startswith("#"):
            found.append((line, set()))
    return found


def test_nearly_all_that_is_found_is_so_and_nearly_all_that_is_so_is_found() -> None:
    rows = judged()
    found = [(sentence, one) for sentence, _ in rows for one in named(sentence)]
    true = {(sentence, one) for sentence, persons in rows for one in persons}
    right = [one for one in found if one in true]
    assert len(true) >= 50
    assert len(right) / len(found) >= 0.95, [one for one in found if one not in true]
    assert len(right) / len(true) >= 0.92, [one for one in true if one not in found]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_offsets_point_into_the_text_as_given(form: Literal["NFC", "NFD"]) -> None:
    text = unicodedata.normalize(
        form, "Sáng nay, Chủ tịch UBND tỉnh Nguyễn Văn Lâm thăm ông Hầu A Páo, Trưởng bản Nà Tềnh."
    )
    persons = people(text)
    assert [text[one.start : one.end] for one in persons] == [one.name for one in persons]
    assert [exact_form(one.name) for one in persons] == ["nguyễn văn lâm", "hầu a páo"]


def test_the_exact_form_that_is_made_already_changes_nothing() -> None:
    for sentence, _ in judged():
        assert people(sentence, exact_form(sentence)) == people(sentence)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "Chủ tịch",
        "Chủ tịch ",
        "Nguyễn Văn",
        "Nguyễn Văn Lâm,",
        "Nguyễn Văn Lâm, ",
        "ông ",
        "TP.",
        "Nguyễn Văn Lâm, Chủ tịch UBND TP.",
    ],
)
def test_a_text_that_ends_anywhere_is_read(text: str) -> None:
    assert len(people(text)) <= 1


def test_every_cut_of_a_sentence_is_read() -> None:
    for sentence, _ in judged():
        for end in range(0, len(sentence), 3):
            people(sentence[:end])


def test_the_tone_placement_of_an_office_does_not_matter() -> None:
    assert named("Uỷ viên Trung ương Đảng Lê Hoà Bình") == [("Lê Hoà Bình", "Uỷ viên Trung ương Đảng")]
    assert named("Ủy viên Trung ương Đảng Lê Hòa Bình") == [("Lê Hòa Bình", "Ủy viên Trung ương Đảng")]


def test_an_office_before_the_next_name_is_not_the_one_before_its() -> None:
    assert named("Thủ tướng Vũ Đình Khải, Phó Thủ tướng, Bộ trưởng Ngoại giao Lại Thế Vinh dự họp.") == [
        ("Vũ Đình Khải", "Thủ tướng"),
        ("Lại Thế Vinh", "Phó Thủ tướng, Bộ trưởng Ngoại giao"),
    ]


def test_an_office_that_somebody_else_is_sent_by_is_not_his() -> None:
    assert named("Đặc phái viên của Thủ tướng, ông Vũ Đình Khải, đến Hà Nội.") == []


def test_a_list_shares_the_office_that_is_said_of_several() -> None:
    assert named("Hai Phó Chủ tịch UBND tỉnh Lê Văn Tám và Đỗ Thị Mai dự họp. Ông Trần Văn Ba vắng mặt.") == [
        ("Lê Văn Tám", "Phó Chủ tịch UBND tỉnh"),
        ("Đỗ Thị Mai", "Phó Chủ tịch UBND tỉnh"),
    ]


def test_the_example_in_the_documentation_is_true() -> None:
    results = doctest.testfile(str(Path(__file__).parents[2] / "docs" / "people.md"), module_relative=False)
    assert (results.attempted, results.failed) == (3, 0)


@pytest.mark.parametrize("atom", ["A", "aA", "A A", "A'"])
def test_a_long_word_in_capitals_costs_no_more_than_its_length(atom: str) -> None:
    assert growth(lambda size: lambda: people(atom * (size // len(atom)))) < MOST
