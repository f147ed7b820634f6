# ruff: noqa: E501 - markup stands in lines as pages have it
"""The last lines of a text tell author and source; a sentence that begins alike stays text."""

from __future__ import annotations

import cooperative
import pytest
from parsing import body_of, value
from village_road import HEADLINE, PARAGRAPHS, TEXT, article_of, nukeviet

from archive.parsers.fields.vocabulary import is_name

TEXT_SIGNATURE = (
    "Sáng 5/3, Đảng ủy xã Bản Lầu tổ chức hội nghị sơ kết công tác quý I, triển khai nhiệm vụ quý II năm 2024."
)

_ENTRY = '<li><a href="/tin-{0}.html">Xã Bản Lầu khánh thành cầu số {0}</a></li>'

_OTHERS = f"<div><ul>{''.join(map(_ENTRY.format, '123'))}</ul></div>"


def _byline_of(markup: str) -> str | None:
    article = article_of(markup)
    return article.byline.value if article.byline is not None else None


def test_a_name_right_behind_the_text_signs_it() -> None:
    main = f'<h1>{HEADLINE}</h1><div class="c">{PARAGRAPHS}</div><div>Ngọc Tú</div><p>Lượt xem: 12</p>'
    assert value(article_of(f"<section>{main}</section>").byline) == "Ngọc Tú"


def test_a_title_over_links_right_behind_the_text_is_no_signature() -> None:
    more = '<div>Tin Trong Tỉnh</div><div><a href="/a-1.html">Khánh thành trường tiểu học xã Bản Hồ</a></div>'
    main = f'<h1>{HEADLINE}</h1><div class="c">{PARAGRAPHS}</div>{more}'
    article = article_of(f"<section>{main}</section>")
    assert article.byline is None
    assert article.body == TEXT


@pytest.mark.parametrize("signature", ["Thu Huyền - Minh Quý", "H.D"])
def test_names_and_initials_right_behind_the_text_sign_it(signature: str) -> None:
    main = f'<h1>{HEADLINE}</h1><div class="c">{PARAGRAPHS}</div><div class="au">{signature}</div><p>Lượt xem: 12</p>'
    article = article_of(f"<section>{main}</section>")
    assert (value(article.byline), article.body) == (signature, TEXT)


def test_two_authors_in_the_last_line_need_no_setting() -> None:
    body = body_of(f"{cooperative.PARAGRAPHS}<p>Hà Vân - Lò Sơn</p>")
    assert (value(body.byline), body.paragraphs) == ("Hà Vân - Lò Sơn", cooperative.TEXT)


def test_a_short_line_called_source_behind_the_text_is_the_credit() -> None:
    found = cooperative.article(
        f'<h1>{cooperative.HEADLINE}</h1><p>{cooperative.DATE}</p><div>{cooperative.PARAGRAPHS}</div><p class="source">Đại Đoàn kết</p>'
    )
    assert value(found.source_credit) == "Đại Đoàn kết"


def test_the_next_articles_and_a_credit_in_brackets_behind_the_text_are_read() -> None:
    behind = f'<p align="right">(Nguồn: Liên minh Hợp tác xã)</p><p><b>Các tin tiếp</b></p><div><a href="/mon-91.html">{cooperative.OTHER}</a></div>'
    found = cooperative.article(
        f"<h1>{cooperative.HEADLINE}</h1><p>{cooperative.DATE}</p><div>{cooperative.PARAGRAPHS}</div>{behind}",
        cooperative.URL,
    )
    assert (value(found.source_credit), [teaser.headline for teaser in found.teasers]) == (
        "Liên minh Hợp tác xã",
        [cooperative.OTHER],
    )


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
    body = body_of(f"<p>{TEXT_SIGNATURE}</p>{line}")
    assert body.paragraphs == (TEXT_SIGNATURE,)
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
    body = body_of(f"<p>{TEXT_SIGNATURE}</p>{line}")
    assert body.paragraphs == (TEXT_SIGNATURE,)
    assert body.source_credit is not None
    assert body.source_credit.value == source


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_signature_and_source_are_told_apart_in_either_order(order: tuple[int, int]) -> None:
    lines = ["<p><b>Tin, ảnh: Thu Hà</b></p>", "<p>Nguồn: Báo Lào Cai</p>"]
    body = body_of(f"<p>{TEXT_SIGNATURE}</p>" + "".join(lines[at] for at in order))
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
    body = body_of(f"<p>{TEXT_SIGNATURE}</p><p>{line}</p>")
    assert body.paragraphs == (TEXT_SIGNATURE, line)
    assert body.byline is None
    assert body.source_credit is None


def test_a_name_amid_the_text_is_no_signature() -> None:
    body = body_of(f"<p><b>Lò Thị Mỷ</b></p><p>{TEXT_SIGNATURE}</p>")
    assert body.paragraphs == ("Lò Thị Mỷ", TEXT_SIGNATURE)


def test_an_article_of_one_line_keeps_it() -> None:
    assert body_of("<p><b>Thông báo</b></p>").paragraphs == ("Thông báo",)


@pytest.mark.parametrize("text", ["12 hộ dân", "họp bàn công tác", "Kết quả:", "“Đoàn Kết”", "Cầu dài 62 m", ""])
def test_what_is_no_name_is_not_taken_for_one(text: str) -> None:
    assert not is_name(text)


def test_a_place_above_a_list_of_articles_signs_nothing() -> None:
    box = "<div><b>Hà Nội</b></div>"
    markup = f"<div><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div>{box}</div>{_OTHERS}"
    assert _byline_of(markup) is None


def test_a_signature_is_found_above_the_label_of_an_advertisement() -> None:
    body = body_of(f"{PARAGRAPHS}<p><strong>Diệu Linh</strong></p><div><span>- Quảng cáo -</span></div>")
    assert body.byline is not None
    assert body.byline.value == "Diệu Linh"
    assert body.paragraphs == TEXT


def test_a_signature_in_a_block_behind_the_text_is_found() -> None:
    text = "<br><br>".join(TEXT)
    main = f'<div class="k"><h1>{HEADLINE}</h1><div>{text}</div><p style="text-align:right"><b>Thanh Trà</b></p></div>'
    article = article_of(main)
    assert article.byline is not None
    assert article.byline.value == "Thanh Trà"
    assert article.body == TEXT


def test_a_name_in_an_element_called_author_is_a_signature() -> None:
    body = body_of(f'{PARAGRAPHS}<p class="cms-author">Hải Yến - Văn Tú</p>')
    assert body.byline is not None
    assert body.byline.value == "Hải Yến - Văn Tú"


def test_a_site_is_credited_by_its_domain() -> None:
    body = body_of(f'{PARAGRAPHS}<p>Bài, ảnh: Bảo Ngọc</p><p style="text-align:right">Theo baochinhphu.vn</p>')
    assert body.source_credit is not None
    assert body.source_credit.value == "baochinhphu.vn"
    assert body.byline is not None
    assert body.byline.value == "Bảo Ngọc"


def test_lead_picture_and_signature_of_nukeviet_are_found_in_wrapped_containers() -> None:
    picture = '<div class="thumb"><img src="/uploads/a.jpg"><div class="caption-img">Đường mới ở Bản Qua</div></div>'
    article = nukeviet(
        f'<div class="top">{picture}</div><div class="wrap"><div id="news-bodyhtml">{PARAGRAPHS}</div></div>'
        '<div class="end"><p><strong>Tác giả: </strong>Nông Thị Hoa</p><p><strong>Nguồn tin: </strong>TTXVN</p></div>'
    )
    assert article.captions == ("Đường mới ở Bản Qua",)
    assert article.byline is not None
    assert article.byline.value == "Nông Thị Hoa"
    assert article.source_credit is not None
    assert article.source_credit.value == "TTXVN"


def test_who_posted_an_article_is_told_behind_its_text() -> None:
    article = article_of(
        f"<h1>{HEADLINE}</h1><p>05/03/2024</p><div>{PARAGRAPHS}<p>Người đăng: Hoàng Quốc Việt</p></div>"
    )
    assert article.body == TEXT
    assert article.byline is not None
    assert article.byline.value == "Hoàng Quốc Việt"


def test_a_source_right_behind_the_text_is_credited_without_a_colon() -> None:
    text = f"<div>{PARAGRAPHS}<p>Bà con rất phấn khởi vì con đường mới.</p></div>"
    text += '<ul><li><a href="/f/a.pdf">Phụ lục 1</a></li></ul><p><b>Theo baobanqua.vn</b></p>'
    article = article_of(f"<main><article><h1>{HEADLINE}</h1><p>05/03/2024</p>{text}</article></main>")
    assert article.source_credit is not None
    assert article.source_credit.value == "baobanqua.vn"
