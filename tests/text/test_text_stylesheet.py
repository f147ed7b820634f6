"""What a style sheet loads is found as CSS Syntax Level 3 reads it, and can be given other addresses."""

from __future__ import annotations

from itertools import pairwise

import pytest

from archive.text.stylesheet import readdressed, references


@pytest.mark.parametrize(
    ("sheet", "loads"),
    [
        ("@import 'a.css';", ["a.css"]),
        ('@import/**/"b.css" screen;', ["b.css"]),
        ("@IMPORT URL( c.css ) layer(x);", ["c.css"]),
        ("p{background:url(hình.png)}", ["hình.png"]),
        ('p{background:url("ảnh (1).png")}', ["ảnh (1).png"]),
        (r"p{background:url(a\28 1\29 .png)}", ["a(1).png"]),
        (r'p{background:url("a\22.png")}', ['a".png']),
        ("p{background:url('a\\\n.png')}", ["a.png"]),
        ("@font-face{src:url(f.woff2)format('woff2'),url(f.ttf)}", ["f.woff2", "f.ttf"]),
        ("p{background:image-set('a.png' 1x, \"b.png\" type('image/png') 2x)}", ["a.png", "b.png"]),
        ("p{background:-webkit-image-set(url(a.png) 1x,url(b.png) 2x)}", ["a.png", "b.png"]),
        ("/* url(không.png) @import 'x.css'; */ p{content:'url(chữ.png)'}", []),
        ("@namespace svg url(http://www.w3.org/2000/svg);", []),
        ("p{background:url(data:image/png;base64,AA==);filter:url(#mờ)}", []),
        ("@charset 'utf-8'; p{font-family:'Be Vietnam'}", []),
        ("p{background:url('không đóng\n} q{background:url(sau.png)}", ["sau.png"]),
        ('p{content:"url(trong.png)\n} q{background:url(sau.png)}', ["sau.png"]),
        ("/* không đóng url(a.png)", []),
    ],
)
def test_a_sheet_loads_what_a_browser_would_load_of_it(sheet: str, loads: list[str]) -> None:
    assert [one.address for one in references(sheet)] == loads


def test_a_sheet_given_other_addresses_loads_those_and_is_otherwise_the_same() -> None:
    sheet = "@import 'a.css' print; /* url(b) */ p{background:url(c\\).png) no-repeat;color:red} @namespace url(d);"
    made = readdressed(sheet, lambda address: None if address == "a.css" else f'/kho/"{address}\n')
    assert made == (
        '@import \'a.css\' print; /* url(b) */ p{background:url("/kho/\\"c).png\\a ") no-repeat;color:red}'
        " @namespace url(d);"
    )
    assert [one.address for one in references(made)] == ["a.css", '/kho/"c).png\n'.strip()]


@pytest.mark.parametrize(
    "atom",
    ["url(", "url( ", "'", '"', "\\", "/*", "@import ", "image-set(", "url('", "'\\\n", ",", "@import url('", "a\n'"],
)
def test_the_steps_of_a_scan_grow_with_the_sheet(atom: str) -> None:
    """Counted, not timed: each match of the scanner begins where the last one ended."""
    found = list(references(atom * 20_000))
    assert all(one.end <= two.start for one, two in pairwise(found))
