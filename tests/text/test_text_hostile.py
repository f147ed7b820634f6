"""Hostile lengths: what is no text costs no more than its size, and what is too long is left alone."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from growth import MOST, growth

from archive.text.dates import read_date
from archive.text.difference import word_changes
from archive.text.encodings import convert, decode
from archive.text.folding import fold
from archive.text.normalise import normalise, repair
from archive.text.restore import restore
from archive.text.slug import match, slug_of
from archive.text.stylesheet import references
from archive.text.urls import url_key

SIZES = (32_768, 65_536, 131_072, 262_144)


def paragraphs(word: str, size: int) -> str:
    return "\n\n".join(f"{word}{number} {word}" for number in range(size // 16))


def others(word: str, size: int) -> str:
    return " ".join(f"a {word}{number}" for number in range(size // 16))


CASES: dict[str, Callable[[int], object]] = {
    "signs of mojibake": lambda size: repair("Ã©" * (size // 2)),
    "letters without a space in VISCII": lambda size: convert("a" * size, "viscii"),
    "letters to repair": lambda size: repair("ñ" * size),
    "unclosed scripts": lambda size: decode(b"<script" * (size // 7) + b"\xff"),
    "open brackets": lambda size: decode(b"<" * size + b"\xff"),
    "blanks and marks": lambda size: normalise("a\u0301 \u200b" * (size // 4)),
    "letters to fold": lambda size: fold("ế\u0323é" * (size // 3)),
    "a date of figures": lambda size: read_date("1 tháng " * (size // 8), "p"),
    "escapes within escapes": lambda size: url_key("http://bao.example/?" + "&amp;" + "amp;" * (size // 4)),
    "steps up": lambda size: url_key("http://bao.example/" + "../" * (size // 3)),
    "a slug of dashes": lambda size: slug_of("http://bao.example/" + "-" * size + "1"),
    "strings that no line closes": lambda size: list(references('\\"' * (size // 2))),
    "words to restore": lambda size: restore("hoi-nghi-" * (size // 9), ["Hội nghị hội nghị"]),
    "paragraphs written anew": lambda size: list(word_changes(paragraphs("x", size), paragraphs("y", size))),
    "every other word anew": lambda size: list(word_changes(others("x", size), others("y", size))),
    "many headlines for a slug that much stands behind": lambda size: match(
        "hoi" + "=" * size, ["hội 1"] * (size // 64)
    ),
    "a slug and a headline of ampersands": lambda size: match("10 " + "&" * size, ["1 " + "&" * size]),
    "many headlines for a long slug": lambda size: match("hoi-" * (size // 8), ["nghị"] * (size // 8)),
    "forty headlines for one slug": lambda size: match("hoi-" * (size // 80), ["nghị " * (size // 80)] * 40),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_no_text_costs_no_more_than_its_size(case: str) -> None:
    assert growth(lambda size: partial(CASES[case], size), SIZES) <= MOST
