"""Hostile lengths: what is no text costs no more than its size, and what is too long is left alone."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from archive.text.dates import read_date
from archive.text.encodings import decode
from archive.text.fold import fold
from archive.text.legacy import convert
from archive.text.normalise import normalise
from archive.text.repair import repair
from archive.text.slug import match, slug_of
from archive.text.urls import url_key

MILLION = 1_000_000

CASES: dict[str, Callable[[], object]] = {
    "a million signs of mojibake": lambda: repair("Ã©" * (MILLION // 2)),
    "a million letters without a space in VISCII": lambda: convert("a" * MILLION, "viscii"),
    "a million letters to repair": lambda: repair("ñ" * MILLION),
    "a hundred thousand unclosed scripts": lambda: decode(b"<script" * (MILLION // 10) + b"\xff"),
    "a million open brackets": lambda: decode(b"<" * MILLION + b"\xff"),
    "a million blanks and marks": lambda: normalise("a\u0301 \u200b" * (MILLION // 4)),
    "a million letters to fold": lambda: fold("ế\u0323é" * (MILLION // 3)),
    "a date of a million figures": lambda: read_date("1 tháng " * (MILLION // 8), "p"),
    "escapes within escapes": lambda: url_key("http://bao.example/?" + "&amp;" + "amp;" * (MILLION // 4)),
    "a hundred thousand steps up": lambda: url_key("http://bao.example/" + "../" * (MILLION // 10)),
    "a slug of a million dashes": lambda: slug_of("http://bao.example/" + "-" * MILLION + "1"),
    "forty headlines of a thousand words": lambda: match("hoi-" * 1000, ["nghị " * 1000] * 40),
}


@pytest.mark.parametrize("case", CASES)
def test_a_million_characters_cost_less_than_two_seconds(case: str) -> None:
    began = time.process_time()
    CASES[case]()
    assert time.process_time() - began < 2
