"""How a paragraph was set is told beside its text: subheadings, lists, rows with their cells, pictures among them."""

from __future__ import annotations

import pytest
from village_road import HEADLINE, TEXT, article_of

from archive.model import settings


def _set_as(extra: str) -> list[str]:
    text = f"<p>{TEXT[0]}</p>{extra}" + "".join(f"<p>{one}</p>" for one in TEXT[1:])
    article = article_of(f"<div><h1>{HEADLINE}</h1><div>{text}</div></div>")
    parts = settings(article.setting) or ["p"] * len(article.body)
    assert len([one for one in parts if one[0] != "i"]) == len(article.body)
    assert parts[0] == "p"
    assert parts[-(len(TEXT) - 1) :] == ["p"] * (len(TEXT) - 1)
    return parts[1 : -(len(TEXT) - 1)]


ROWS = (("Thôn", "Mét đường", "Hộ"), ("Bản Trang", "1.250", "62"), ("Nà Pài", "", "41"))


@pytest.mark.parametrize(
    ("markup", "parts"),
    [
        ("", []),
        ("<h3>Góp đất, góp công</h3>", ["h"]),
        ("<p><b>Góp đất, góp công</b></p>", ["b"]),
        ("<ul><li>Đá hộc: 120 khối</li><li><p>Xi măng: 18 tấn</p></li></ul>", ["l", "l"]),
        ("<ol><li>Họp thôn bàn việc làm đường.</li><li>Chia tổ góp công.</li></ol>", ["n", "n"]),
        ("<blockquote><p>Đường rộng thì xe chở chè mới vào được.</p></blockquote>", ["q"]),
        ('<figure><img src="/anh/duong.jpg"><figcaption>Đường mới</figcaption></figure>', ["i0"]),
    ],
)
def test_each_kind_of_line_is_told(markup: str, parts: list[str]) -> None:
    assert _set_as(markup) == parts


def test_rows_of_a_table_tell_where_their_cells_begin() -> None:
    head, *rows = ROWS
    cells = "".join(f"<th>{one}</th>" for one in head)
    body = "".join("<tr>" + "".join(f"<td>{one}</td>" for one in row) + "</tr>" for row in rows)
    assert _set_as(f"<table><tr>{cells}</tr>{body}</table>") == ["R5.15", "r10.16", "r7.7"]


def test_a_text_of_paragraphs_alone_stores_nothing_more() -> None:
    paragraphs = "".join(f"<p>{one}</p>" for one in TEXT)
    assert article_of(f"<div><h1>{HEADLINE}</h1><div>{paragraphs}</div></div>").setting == ""
