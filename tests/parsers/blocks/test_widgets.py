"""What a site builds into a text for the reader's use is no part of it; what an editor sets apart in it is."""

from __future__ import annotations

import pytest
from village_road import HEADLINE, LEAD, PARAGRAPHS, TEXT, article_of, wordpress

from archive.parsers.fields import vocabulary as words

OTHER = '<a href="/van-hoa/ban-qua-mo-hoi-xuan-1188.html">Bản Qua mở hội xuân bên suối</a>'

INSTRUMENTS = {
    "player": "<div class='u1'><span>Nghe bản tin</span><span>0:00</span> / <span>2:41</span> Giọng nam</div>",
    "voices": "<div class='u1'>Nghe bài<select><option>Nữ miền Bắc</option><option>Nam</option></select></div>",
    "letters": '<div class="u1"><a href="javascript:void(0)">A-</a> <a href="#">A</a> <a href="#">A+</a></div>',
    "sharing": '<ul><li><a href="#">Chia sẻ</a></li><li><a href="#">Gửi cho bạn bè</a></li></ul>',
    "network": '<p><a href="https://www.facebook.com/sharer.php?u=x">Đăng lên tường</a></p>',
    "channel": '<p>Bấm <a href="https://zalo.me/44">vào đây</a> để quan tâm kênh của Báo Bản Qua</p>',
    "contents": '<div class="u1"><p>Trong bài này</p><ul><li><a href="#m1">Góp đất làm đường</a></li></ul></div>',
    "newsletter": '<div class="u1"><h4>Thư hằng tuần</h4><p>Nhập địa chỉ để nhận bài mới</p><form><input></form></div>',
    "poll": "<div class='u1'><p>Bạn thấy con đường mới thế nào?</p><label><input type='radio'>Rất tốt</label></div>",
    "most read": f'<div class="u1"><div>Đọc nhiều</div><div><b>1</b>{OTHER}</div></div>',
    "pages": '<ul><li><a href="/trang-1">1</a></li><li><a href="/trang-2">2</a></li></ul>',
    "counter": "<div class='u1'><span>Đã xem: 1.204 lần</span> | <span>Cỡ chữ</span></div>",
    "tools": '<p><a href="/in/1204">In bài viết</a> <a href="/tep/1204">Lưu tệp</a></p>',
    "neighbours": f'<div class="u1"><div><span>Bài trước</span>{OTHER}</div></div>',
    "glued label": f'<div class="u1"><span>Có thể bạn quan tâm</span>{OTHER}</div>',
    "odd words": '<div class="u1"><span>Đánh dấu</span><span>Theo chân tác giả</span></div>',
    "app": '<div class="u1"><p>Tải ứng dụng</p><a href="https://play.google.com/store/x"><img src="/gp.png"></a></div>',
    "rights": '<p>® Ghi rõ nguồn "Báo Bản Qua" khi phát hành lại thông tin từ trang này.</p>',
}


def _with(markup: str, place: str) -> str:
    first, *rest = (f"<p>{text}</p>" for text in TEXT)
    parts = {"above": (markup, first, *rest), "amid": (first, markup, *rest), "below": (first, *rest, markup)}
    return "".join(parts[place])


def _page(text: str, signature: str = '<p style="text-align:right"><b>Văn Lâm</b></p>') -> str:
    head = f"<h1>{HEADLINE}</h1><p>16/01/2024 08:30</p><p><b>{LEAD}</b></p>"
    return f'<div>{head}<div class="k">{text}{signature}</div></div>'


SET_APART = {
    "subheading": "<h3>Góp đất làm đường</h3>",
    "subheading that links to itself": '<h3 id="m1"><a href="#m1">Góp đất làm đường</a></h3>',
    "bold": '<div class="muc"><b>Góp đất làm đường</b></div>',
    "repeated class": '<div class="muc">Góp đất làm đường</div><div class="muc">Góp công làm đường</div>',
    "word of a label": "<p>Thời tiết</p>",
    "list": "<ul><li>Hiến 2.100 m² đất</li><li>Góp 900 ngày công</li></ul>",
    "quotation": '<div class="trich">“Có đường rồi, lúa bán được giá!”</div>',
    "words below a picture": '<div class="k2"><img src="/anh/duong.jpg"></div><h3>Góp đất làm đường</h3>',
    "telephone": '<p>Mọi góp ý xin gửi về số <a href="tel:0218388777">0218 388 777</a></p>',
}


@pytest.mark.parametrize("place", ["above", "amid", "below"])
@pytest.mark.parametrize("markup", INSTRUMENTS.values(), ids=INSTRUMENTS)
def test_an_instrument_in_a_text_is_no_part_of_it(markup: str, place: str) -> None:
    article = article_of(_page(_with(markup, place)))
    assert article.body == TEXT
    assert article.captions == ()
    assert article.lead is not None
    assert article.lead.value == LEAD
    assert article.byline is not None
    assert article.byline.value == "Văn Lâm"


@pytest.mark.parametrize("markup", INSTRUMENTS.values(), ids=INSTRUMENTS)
def test_nor_where_a_selector_finds_the_text(markup: str) -> None:
    body = f'<h1 class="entry-title">{HEADLINE}</h1><div class="entry-content">{_with(markup, "amid")}</div>'
    assert wordpress(f'<article class="post">{body}</article>').body == TEXT


@pytest.mark.parametrize("markup", SET_APART.values(), ids=SET_APART)
def test_what_an_editor_sets_apart_stays(markup: str) -> None:
    first, *rest = article_of(_page(_with(markup, "amid"))).body
    assert first == TEXT[0]
    assert rest[-2:] == list(TEXT[1:])
    assert len(rest) > 2


def test_who_is_introduced_in_a_box_is_the_author_and_the_box_no_text() -> None:
    box = (
        '<div class="u1"><img src="/anh/tac-gia-7.jpg" width="60"><div><a href="/tac-gia/lo-thi-mai">Lò Thị Mai</a>'
        "<p>Phóng viên thường trú tại huyện từ năm 2015, viết về nông thôn.</p></div></div>"
    )
    article = article_of(_page(PARAGRAPHS + box, signature=""))
    assert article.body == TEXT
    assert article.byline is not None
    assert article.byline.value == "Lò Thị Mai"


@pytest.mark.parametrize(
    "label", ['<a href="#binh-luan">0 bình luận</a>', "Bình luận (0)", '<a href="#y">3 bình luận</a>']
)
def test_a_link_to_the_comments_above_a_text_does_not_make_it_one(label: str) -> None:
    assert article_of(_page(f"<div>{label}</div>{PARAGRAPHS}")).body == TEXT


def test_a_line_of_several_notices_is_one() -> None:
    assert words.is_boilerplate("Lượt xem: 12 | Cỡ chữ")
    assert not words.is_boilerplate("Lượt xem: 12 | Xã Bản Qua mở hội")


def test_a_row_of_stars_to_be_clicked_is_no_text() -> None:
    rating = "<div>Đánh giá bài viết: <span>★★★★☆</span> 0/5 (0 đánh giá)</div>"
    article = article_of(
        f"<main><h1>{HEADLINE}</h1><p>05/03/2024</p>{PARAGRAPHS}<p>Nguồn: Báo Bản Qua</p>{rating}</main>"
    )
    assert article.body == TEXT
    assert article.source_credit is not None
