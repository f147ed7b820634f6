# ruff: noqa: E501 - markup stands in lines as pages have it
"""What old portals of districts and departments print: captions set as paragraphs, placeholders, boxes of documents."""

from __future__ import annotations

import pytest
from cooperative import DATE, HEADLINE, LEAD, PARAGRAPHS, TEXT, article, value
from parsing import body_of

SCENE = "Đồng chí Lò Văn Thịnh, Phó Chủ tịch xã phát biểu chỉ đạo tại hội nghị."


def below(*lines: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Captions and paragraphs of a text with a picture and `lines` below it."""
    set_as = "".join(f"<p>{line}</p>" for line in lines)
    body = body_of(f'<p>{TEXT[0]}</p><p><img src="/a.jpg"></p>{set_as}<p>{TEXT[1]}</p><p>{TEXT[2]}</p>')
    return body.captions, body.paragraphs


def test_a_sentence_below_a_picture_that_tells_who_does_what_in_it_is_its_caption() -> None:
    assert below(SCENE) == ((SCENE,), TEXT)
    plain = "Mưa lớn kéo dài làm sạt lở nhiều tuyến đường của xã."
    assert below(plain) == ((), (TEXT[0], plain, *TEXT[1:]))
    longer = f"{SCENE} Sau đó, hội nghị thảo luận."
    assert below(longer) == ((), (TEXT[0], longer, *TEXT[1:]))


def test_a_line_below_a_picture_that_ends_as_no_sentence_does_is_its_caption_though_long() -> None:
    line = "TS. Vi Thảo - Thành viên Hội đồng khoa học, đại diện Hiệp hội Chế biến nông sản các tỉnh miền núi phía Bắc, trao đổi với hợp tác xã về quy trình sấy miến"
    assert below(line) == ((line,), TEXT)


def test_a_caption_broken_in_two_goes_on_in_a_line_that_begins_small() -> None:
    first, second = "Đồng chí Lò Văn Thịnh thông tin về", "hoạt động sản xuất của hợp tác xã"
    assert below(first, second) == ((first, second), TEXT)


def test_a_bold_line_below_one_of_the_pictures_is_a_subheading() -> None:
    three = "Đồng chí Vi Thảo trao giấy khen cho các tập thể"
    picture = '<p><img src="/{}.jpg"></p>'
    single = body_of(f"<p>{TEXT[0]}</p>{picture.format('a')}<p><b>{three}</b></p><p>{TEXT[1]}</p>")
    assert (single.captions, single.paragraphs) == ((), (TEXT[0], three, TEXT[1]))


@pytest.mark.parametrize("line", ["Dữ liệu đang cập nhật", "Liên kết website", "Email: toasoan@bao.example", "1.024"])
def test_placeholders_titles_of_columns_addresses_and_counters_above_a_headline_are_no_section(line: str) -> None:
    found = article(f"<div><div>{line}</div><h2>{HEADLINE}</h2><p>{DATE}</p><div>{PARAGRAPHS}</div></div>")
    assert found.section is None


def test_the_date_of_a_document_in_a_box_behind_the_text_is_not_the_articles() -> None:
    box = '<div>VĂN BẢN MỚI</div><div><a href="/vb/75">TH-75</a></div><div><a href="/vb/75">11/08/2019</a></div>'
    found = article(f"<div><h1>{HEADLINE}</h1><div>{PARAGRAPHS}<p>{LEAD}</p></div>{box}</div>")
    assert found.published is None


def test_a_large_picture_called_avatar_is_the_lead_picture() -> None:
    top = f'<h1>{HEADLINE}</h1><p>{DATE}</p><div class="detail__avatar"><img src="/a.jpg"></div>'
    assert [image.url for image in article(f"{top}<div>{PARAGRAPHS}</div>").images] == ["http://bao.example/a.jpg"]
    assert value(article(f"{top}<div>{PARAGRAPHS}</div>").headline) == HEADLINE


def test_a_name_in_an_element_of_its_own_in_the_date_line_is_the_byline_and_a_linked_section_is_not() -> None:
    def byline(beside: str) -> str | None:
        return value(article(f"<h1>{HEADLINE}</h1><div>{DATE} {beside}</div><div>{PARAGRAPHS}</div>").byline)

    assert byline("<span>Hà Vân</span>") == "Hà Vân"
    assert byline('<span><a href="/kinh-te">Kinh Tế</a></span>') is None
    assert byline("<span>Thứ Ba</span>") is None


def test_two_authors_in_the_last_line_need_no_setting() -> None:
    body = body_of(f"{PARAGRAPHS}<p>Hà Vân - Lò Sơn</p>")
    assert (value(body.byline), body.paragraphs) == ("Hà Vân - Lò Sơn", TEXT)
