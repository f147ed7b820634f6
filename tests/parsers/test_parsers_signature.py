"""The last lines of a text tell author and source; a sentence that begins alike stays text."""

from __future__ import annotations

import pytest
from parsing import body_of

from archive.parsers.fields.vocabulary import is_name

TEXT = "Sáng 5/3, Đảng ủy xã Bản Lầu tổ chức hội nghị sơ kết công tác quý I, triển khai nhiệm vụ quý II năm 2024."


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ('<p style="text-align:right"><strong>Lò Thị Mỷ</strong></p>', "Lò Thị Mỷ"),
        ("<p><strong>Tin, ảnh: Hoàng Su Phì</strong></p>", "Hoàng Su Phì"),
        ("<p>Bài và ảnh: Thu Hà - Minh Đức</p>", "Thu Hà - Minh Đức"),
        ("<p align=right><em>Thu Hà (tổng hợp)</em></p>", "Thu Hà (tổng hợp)"),
        ("<p>Thực hiện: Nhóm PV</p>", "Nhóm PV"),
        ("<p><b>PV</b></p>", "PV"),
        ("<p>Vàng Mí Chứ</p>", "Vàng Mí Chứ"),
        ('<p style="text-align:right">Phòng Văn hóa và Thông tin huyện</p>', "Phòng Văn hóa và Thông tin huyện"),
        ("<p align=right><b>Phi Tiến – Quỹ Bảo vệ rừng</b></p>", "Phi Tiến"),
        ("<p><i>H.N/TTXVN</i></p>", "H.N/TTXVN"),
    ],
)
def test_a_signature_is_never_body(line: str, name: str) -> None:
    body = body_of(f"<p>{TEXT}</p>{line}")
    assert body.paragraphs == (TEXT,)
    assert body.byline is not None
    assert body.byline.value == name


@pytest.mark.parametrize(
    ("line", "source"),
    [
        ("<p>Nguồn: Báo Lào Cai</p>", "Báo Lào Cai"),
        ("<p align=right><em>Theo Chinhphu.vn</em></p>", "Chinhphu.vn"),
        ("<p>(Theo TTXVN)</p>", "TTXVN"),
        ("<p>Nguồn “Đắk Nông Điện tử”</p>", "Đắk Nông Điện tử"),
    ],
)
def test_a_source_is_credited_and_never_body(line: str, source: str) -> None:
    body = body_of(f"<p>{TEXT}</p>{line}")
    assert body.paragraphs == (TEXT,)
    assert body.source_credit is not None
    assert body.source_credit.value == source


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_signature_and_source_are_told_apart_in_either_order(order: tuple[int, int]) -> None:
    lines = ["<p><b>Tin, ảnh: Thu Hà</b></p>", "<p>Nguồn: Báo Lào Cai</p>"]
    body = body_of(f"<p>{TEXT}</p>" + "".join(lines[at] for at in order))
    assert body.byline is not None
    assert body.source_credit is not None
    assert (body.byline.value, body.byline.raw, body.source_credit.value) == (
        "Thu Hà",
        "Tin, ảnh: Thu Hà",
        "Báo Lào Cai",
    )


@pytest.mark.parametrize(
    "line",
    [
        "Theo Ban Tổ chức Huyện ủy, đến hết tháng 3 đã có 14 chi bộ hoàn thành đại hội.",
        "Nguồn vốn thực hiện lấy từ ngân sách huyện và đóng góp của nhân dân.",
        "Hội nghị kết thúc lúc 11 giờ cùng ngày.",
        "Kính mời bạn đọc theo dõi!",
    ],
)
def test_a_last_sentence_is_no_signature(line: str) -> None:
    body = body_of(f"<p>{TEXT}</p><p>{line}</p>")
    assert body.paragraphs == (TEXT, line)
    assert body.byline is None
    assert body.source_credit is None


def test_a_name_amid_the_text_is_no_signature() -> None:
    body = body_of(f"<p><b>Lò Thị Mỷ</b></p><p>{TEXT}</p>")
    assert body.paragraphs == ("Lò Thị Mỷ", TEXT)


def test_an_article_of_one_line_keeps_it() -> None:
    assert body_of("<p><b>Thông báo</b></p>").paragraphs == ("Thông báo",)


@pytest.mark.parametrize("text", ["12 hộ dân", "họp bàn công tác", "Kết quả:", "“Đoàn Kết”", "Cầu dài 62 m", ""])
def test_what_is_no_name_is_not_taken_for_one(text: str) -> None:
    assert not is_name(text)
