"""Tables are aligned, lose no cell, and keep to the width of a terminal; files and programs get whole rows."""

from __future__ import annotations

import os
import re
import sys

import pytest
from command_line import ROOT
from hypothesis import given
from hypothesis import strategies as st
from terminal import shown_on_terminal

from archive.terminal import laid, width
from crawler.progress import _COLUMNS

HEAD = ["số lần", "nguồn", "tiêu đề", "địa chỉ"]
BODY = [
    [
        "17",
        "huyen-uy-lam-khe",
        "98,6% cử tri đồng thuận",
        "http://bao.example/tin-tuc/98-6-cu-tri-dong-thuan-1508.html",
    ],
    ["1.204", "bao-bac-kan", "", "http://bao.example/a-1.html"],
]
CELLS = st.text(st.sampled_from("aăđ ờ漢\u0301/9"), max_size=30).map(str.strip)


def test_a_file_gets_each_row_in_one_line_however_wide() -> None:
    lines = list(laid(HEAD, BODY))
    assert len(lines) == 3
    assert lines[1].startswith("    17  huyen-uy-lam-khe  98,6% cử tri đồng thuận  http://")
    assert lines[2].startswith(" 1.204  bao-bac-kan                                http://")


def test_what_is_too_wide_for_a_terminal_hangs_below_its_row_with_its_name() -> None:
    assert list(laid(HEAD, BODY, 60)) == [
        "số lần  nguồn             tiêu đề",
        "    17  huyen-uy-lam-khe  98,6% cử tri đồng thuận",
        "  địa chỉ: http://bao.example/tin-tuc/98-6-cu-tri-dong-thuan-1508.html",
        " 1.204  bao-bac-kan",
        "  địa chỉ: http://bao.example/a-1.html",
    ]


def test_the_first_column_stays_and_of_equally_wide_ones_the_last_goes() -> None:
    assert list(laid(["id", "a", "b"], [["x" * 12, "yyyy", "zzzz"]], 20)) == [
        "id            a",
        "xxxxxxxxxxxx  yyyy",
        "  b: zzzz",
    ]


def test_heads_of_numbers_are_folded_before_a_number_leaves_its_row() -> None:
    lines = list(laid(["kỳ", '"rút kinh nghiệm"', '"đại hội điểm"'], [["2020", "1.204,5", "0,0"]], 26))
    assert [line.split() for line in lines] == [
        ['"rút'],
        ["kinh", '"đại', "hội"],
        ["kỳ", 'nghiệm"', 'điểm"'],
        ["2020", "1.204,5", "0,0"],
    ]


@given(st.data(), st.integers(1, 6), st.integers(10, 60))
def test_no_cell_is_lost_and_no_row_is_wider_than_the_terminal(data: st.DataObject, columns: int, room: int) -> None:
    row = st.lists(CELLS, min_size=columns, max_size=columns)
    head, body = data.draw(row), data.draw(st.lists(row, max_size=4))
    lines = list(laid(head, body, room))
    assert all(cell in "\n".join(lines) for cells in body for cell in cells)
    if all(width(cell) <= room for cells in (head, *body) for cell in cells):
        assert all(width(line) <= room or line.startswith("  ") for line in lines)


@pytest.mark.parametrize("language", ["en", "vi"])
def test_a_command_asks_the_terminal_how_wide_it_is(language: str) -> None:
    command = [sys.executable, "-c", "from archive.cli import main; main()", "sources", "list", "--province", "Bắc Kạn"]
    environment = {**os.environ, "BAOTINH_LANG": language, "COLUMNS": "60"}
    narrow = shown_on_terminal(command, ROOT, environment)[0].decode().splitlines()
    wide = shown_on_terminal(command, ROOT, environment | {"COLUMNS": "200"})[0].decode().splitlines()
    assert max(map(len, narrow)) <= 60 < max(map(len, wide))
    assert len(narrow) == 1 + 3 * (len(wide) - 1)


def test_the_view_of_a_crawl_cuts_no_number_on_a_narrow_terminal() -> None:
    cells = ("huyen-uy-lam-khe", "1,108", "39", "0", "12,403", "1", "1", "2.7", "1,204", "waits 12 s")
    lines = list(laid(_COLUMNS, [cells], 60))
    assert max(map(width, lines)) <= 60
    assert set(cells) <= {cell.strip() for line in lines for cell in re.split("  +", line.replace("source: ", ""))}
