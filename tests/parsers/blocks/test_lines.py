"""An editor's HTML is taken apart into what a reader sees: the same article whatever the markup."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from parsing import body_of

PARAGRAPHS = (
    "Sáng 5/3, Đảng ủy xã Bản Lầu tổ chức hội nghị sơ kết công tác quý I, triển khai nhiệm vụ quý II.",
    "Đến nay, 12/14 chi bộ hoàn thành đại hội; tỷ lệ cấp ủy viên nữ đạt 31,5%, tăng 4,2% so với nhiệm kỳ trước.",
    "“Làm đến đâu, chắc đến đó”, đồng chí Lò Thị Mỷ, Bí thư Đảng ủy xã nhấn mạnh./.",
)


def _spans(text: str) -> str:
    words = escape(text).split(" ")
    return " ".join(
        f'<span style="letter-spacing:-.2pt">{word[:2]}</span><span>{word[2:]}</span>' if len(word) > 3 else word
        for word in words
    )


def _word(text: str) -> str:
    return f'<p class="MsoNormal" style="mso-pagination:none"><span lang="VI">{escape(text)}<o:p></o:p></span></p>'


HABITS: dict[str, Callable[[tuple[str, ...]], str]] = {
    "p": lambda lines: "".join(f'<p style="text-align:justify">{escape(line)}</p>' for line in lines),
    "div": lambda lines: "<div>&nbsp;</div>".join(f"<div>{escape(line)}</div>" for line in lines),
    "br": lambda lines: "<div>" + "<br>\n".join("&nbsp; &nbsp;" + escape(line) for line in lines) + "<br></div>",
    "br br": lambda lines: "<div>" + "<br>\n<br>\n".join(escape(line) for line in lines) + "</div>",
    "no-break spaces": lambda lines: "".join(
        f"<p>&nbsp; {escape(line).replace(' ', '&nbsp; ', 3)}</p>" for line in lines
    ),
    "Word": lambda lines: "".join(_word(line) for line in lines),
    "escaped Word": lambda lines: "".join(f"<p>{escape(line)}&lt;o:p&gt;&lt;/o:p&gt;</p>" for line in lines),
    "font": lambda lines: "".join(
        f'<p><font face="Times New Roman" size="4">{escape(line)}</font></p>' for line in lines
    ),
    "spans": lambda lines: "".join(f"<p>{_spans(line)}</p>" for line in lines),
    "never closed": lambda lines: "".join(f"<p>{escape(line)}</span>\n" for line in lines),
    "entities": lambda lines: "".join(f"<p>{''.join(f'&#{ord(c)};' for c in line)}</p>" for line in lines),
    "decomposed": lambda lines: unicodedata.normalize("NFD", "".join(f"<p>{escape(line)}</p>" for line in lines)),
    "list": lambda lines: "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>",
    "block in inline": lambda lines: "<span>" + "".join(f"<p>{escape(line)}</p>" for line in lines) + "</span>",
    "layout table": lambda lines: (
        "<table><tr><td>" + "".join(f"<p>{escape(line)}</p>" for line in lines) + "</td></tr></table>"
    ),
    "section": lambda lines: (
        "<section>" + "".join(f"<article>{escape(line)}</article>" for line in lines) + "</section>"
    ),
}

_sentences = st.lists(
    st.lists(
        st.sampled_from(["Đảng", "bộ", "xã", "họp", "bàn", "kế", "hoạch", "trồng", "rừng", "ở", "Nậm", "Mòn", "2024"]),
        min_size=5,
    )
    .map(" ".join)
    .map(lambda text: text[:1].upper() + text[1:] + "."),
    min_size=2,
    max_size=6,
).map(tuple)


@pytest.mark.parametrize("habit", HABITS)
def test_paragraphs_are_the_same_in_every_editors_habit(habit: str) -> None:
    assert body_of(HABITS[habit](PARAGRAPHS)).paragraphs == PARAGRAPHS


@settings(deadline=None)
@given(_sentences, st.sampled_from([name for name in HABITS if name not in ("br", "br br")]))
def test_no_word_is_lost_or_doubled_whatever_the_text(lines: tuple[str, ...], habit: str) -> None:
    assert body_of(HABITS[habit](lines)).paragraphs == lines


def test_a_br_inside_a_sentence_does_not_part_it() -> None:
    assert body_of(
        "<p>Đại hội Đảng bộ xã Bản Lầu<br>lần thứ XXII, nhiệm kỳ 2020 - 2025.</p><p>Hết.</p>"
    ).paragraphs == (
        "Đại hội Đảng bộ xã Bản Lầu lần thứ XXII, nhiệm kỳ 2020 - 2025.",
        "Hết.",
    )


def test_a_br_between_items_of_a_list_parts_them() -> None:
    assert len(body_of("<p>Hồ sơ gồm:<br>a) đơn đề nghị;<br>b) bản sao căn cước.</p>").paragraphs) == 3


def test_rows_of_a_data_table_are_paragraphs_with_their_cells_in_order() -> None:
    table = (
        "<table><tr><th>Chỉ tiêu</th><th>Kế hoạch</th></tr><tr><td><p>Lúa (ha)</p></td><td>120</td></tr>"
        "<tr><td>Ngô (ha)</td><td><b>45</b></td></tr></table>"
    )
    assert body_of(table).paragraphs == ("Chỉ tiêu Kế hoạch", "Lúa (ha) 120", "Ngô (ha) 45")


def test_hidden_text_scripts_and_buttons_are_no_text() -> None:
    markup = (
        f"<p>{PARAGRAPHS[0]}</p><div style='display:none'>quảng cáo</div><span class='sr-only'>ẩn</span>"
        "<script>var a = 'x';</script><button>Nghe bài</button><noscript>bật JavaScript</noscript><p>Hết bài.</p>"
    )
    assert body_of(markup).paragraphs == (PARAGRAPHS[0], "Hết bài.")


@pytest.mark.parametrize(
    "line", ["Lượt xem: 1.204", "In trang", "Gửi email", "Cỡ chữ A- A+", "Chia sẻ", "Về đầu trang"]
)
def test_counters_and_buttons_among_the_paragraphs_are_no_text(line: str) -> None:
    assert body_of(f"<p>{PARAGRAPHS[0]}</p><p>{line}</p><p>{PARAGRAPHS[1]}</p>").paragraphs == PARAGRAPHS[:2]
