# ruff: noqa: E501 - markup stands in lines as pages have it
"""A caption is never body, in whatever way the editor set it; and body below a picture is never a caption."""

from __future__ import annotations

import cooperative
import pytest
from parsing import body_of, value
from village_road import HEADLINE, LEAD, PARAGRAPHS, TEXT, article_of

TEXT_CAPTIONS = (
    "Sáng 5/3, Đảng ủy xã Bản Lầu tổ chức hội nghị sơ kết công tác quý I, triển khai nhiệm vụ quý II năm 2024."
)

CAPTION = "Toàn cảnh hội nghị sơ kết"

PICTURE = '<img src="/a.jpg" width="600" height="400">'

SETTINGS = {
    "figure": f"<figure>{PICTURE}<figcaption>{CAPTION}</figcaption></figure>",
    "figure without figcaption": f"<figure>{PICTURE}<p>{CAPTION}</p></figure>",
    "italic paragraph below": f"<p>{PICTURE}</p><p><em>{CAPTION}</em></p>",
    "centred paragraph below": f'<p>{PICTURE}</p><p style="text-align: center;">{CAPTION}</p>',
    "centred by attribute": f'<p align="center">{PICTURE}</p><p align="center">{CAPTION}</p>',
    "same paragraph": f"<p>{PICTURE}<br><i>{CAPTION}</i></p>",
    "same paragraph, plain": f"<p>{PICTURE}{CAPTION}</p>",
    "two-row table": f"<table><tr><td>{PICTURE}</td></tr><tr><td>{CAPTION}</td></tr></table>",
    "table caption element": f"<table><tr><td>{PICTURE}</td></tr><caption>{CAPTION}</caption></table>",
    "class of a newspaper CMS": f'<p>{PICTURE}</p><p class="pCaption">{CAPTION}</p>',
    "class of an inline element": f'<p>{PICTURE}<span class="fig">{CAPTION}</span></p>',
    "cell class": f'<table><tr><td>{PICTURE}</td></tr><tr><td class="image_desc">{CAPTION}</td></tr></table>',
    "the picture's own words": f'<p><img src="/a.jpg" alt="{CAPTION}"></p><p>{CAPTION}</p>',
    "plain short line": f"<p>{PICTURE}</p><p>{CAPTION}</p>",
    "empty paragraph between": f"<p>{PICTURE}</p><p>&nbsp;</p><p><em>{CAPTION}</em></p>",
    "font inside": f'<p align="center">{PICTURE}</p><p align="center"><font size="2" color="blue">{CAPTION}</font></p>',
}


def _amid(markup: str) -> str:
    first, *rest = (f"<p>{text}</p>" for text in TEXT)
    return first + markup + "".join(rest)


SCENE = "Đồng chí Lò Văn Thịnh, Phó Chủ tịch xã phát biểu chỉ đạo tại hội nghị."


def below(*lines: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Captions and paragraphs of a text with a picture and `lines` below it."""
    set_as = "".join(f"<p>{line}</p>" for line in lines)
    body = body_of(
        f'<p>{cooperative.TEXT[0]}</p><p><img src="/a.jpg"></p>{set_as}<p>{cooperative.TEXT[1]}</p><p>{cooperative.TEXT[2]}</p>'
    )
    return body.captions, body.paragraphs


PICTURE_PROVINCIAL_MORE = '<p><img src="/{}.jpg"></p><p>{}</p>'

PICTURE_UNMARKED = '<img src="/img/duong-lien-thon.jpg" alt="Bà con đổ bê tông đường liên thôn">'

LEAD_UNMARKED = (
    "<div>Sau ba tháng thi công, con đường liên thôn dài hai cây số của xã đã được bà con góp công hoàn thành.</div>"
)


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_caption_is_never_body(setting: str) -> None:
    body = body_of(f"<p>{TEXT_CAPTIONS}</p>{SETTINGS[setting]}<p>{TEXT_CAPTIONS} Hết.</p>")
    assert body.captions == (CAPTION,)
    assert body.paragraphs == (TEXT_CAPTIONS, f"{TEXT_CAPTIONS} Hết.")
    assert [image.caption for image in body.images] == [CAPTION]


def test_the_seeds_caption_is_the_bodys_first_line_with_no_picture_left() -> None:
    body = body_of(f"<p>Toàn cảnh hội nghị</p><p>{TEXT_CAPTIONS}</p>")
    assert body.captions == ("Toàn cảnh hội nghị",)
    assert body.paragraphs == (TEXT_CAPTIONS,)


@pytest.mark.parametrize(
    "below",
    [
        f"<p>{TEXT_CAPTIONS}</p>",
        "<p><strong>Kết quả bước đầu</strong></p>",
        "<h3>Kết quả bước đầu</h3>",
        "<blockquote><p><em>“Chúng tôi làm vì con cháu mai sau”, ông Lý A Sử nói.</em></p></blockquote>",
        "<ul><li>Thôn Nậm Mòn: 12 hộ</li></ul>",
        f'<p style="text-align:justify">{TEXT_CAPTIONS}</p>',
    ],
)
def test_text_below_a_picture_is_no_caption(below: str) -> None:
    body = body_of(f"<p>{TEXT_CAPTIONS}</p><p>{PICTURE}</p>{below}<p>{TEXT_CAPTIONS} Hết.</p>")
    assert body.captions == ()
    assert len(body.paragraphs) == 3


def test_a_whole_article_in_one_block_does_not_become_the_pictures_caption() -> None:
    body = body_of(f"<div>{PICTURE}<br>{TEXT_CAPTIONS}<br><br>{TEXT_CAPTIONS} Hết.</div>")
    assert body.captions == ()
    assert body.paragraphs == (TEXT_CAPTIONS, f"{TEXT_CAPTIONS} Hết.")


def test_every_picture_of_a_gallery_keeps_its_own_caption() -> None:
    gallery = "".join(f"<figure><img src='/{n}.jpg'><figcaption>Ảnh {n} của bộ</figcaption></figure>" for n in range(3))
    body = body_of(f"<figure>{gallery}</figure><p>{TEXT_CAPTIONS}</p>")
    assert [(image.url[-5], image.caption) for image in body.images] == [(str(n), f"Ảnh {n} của bộ") for n in range(3)]


def test_a_table_with_a_picture_and_the_whole_article_is_a_frame() -> None:
    long = " ".join([TEXT_CAPTIONS] * 6)
    body = body_of(f"<table><tr><td>{PICTURE}</td></tr><tr><td><p>{long}</p><p>{long}</p></td></tr></table>")
    assert body.captions == ()
    assert body.paragraphs == (long, long)


@pytest.mark.parametrize("caption", ["Đường mới qua thôn Bản Trang", "Bà con thôn Bản Trang góp đá làm đường mới"])
@pytest.mark.parametrize("order", ["above", "below"])
def test_words_framed_with_a_picture_are_its_caption_on_either_side(caption: str, order: str) -> None:
    parts = [f'<div class="k3">{caption}</div>', '<img src="/anh/duong.jpg">']
    frame = f'<div class="k2">{"".join(parts if order == "above" else reversed(parts))}</div>'
    article = article_of(f"<div><h1>{HEADLINE}</h1><div>{_amid(frame)}</div></div>")
    assert (article.body, article.captions) == (TEXT, (caption,))


def test_where_all_of_a_text_is_centred_what_stands_below_a_picture_is_no_caption_for_that() -> None:
    first, *rest = (f'<p align="center">{text}</p>' for text in TEXT)
    text = first + '<p align="center"><img src="/anh/duong.jpg"></p>' + "".join(rest)
    assert article_of(f"<div><h1>{HEADLINE}</h1><div>{text}</div></div>").body == TEXT


def test_a_sentence_that_the_text_repeats_further_down_stays() -> None:
    picture = "<p><img src='/anh/duong.jpg'></p>"
    text = "".join(f"<p>{line}</p>" for line in (TEXT[0], TEXT[0], *TEXT[1:], TEXT[0]))
    assert article_of(f"<div><h1>{HEADLINE}</h1><div>{picture}{text}</div></div>").body.count(TEXT[0]) == 3


def test_a_line_behind_a_caption_that_is_marked_is_no_second_one() -> None:
    picture = '<table><tr><td><img src="/a.jpg"></td></tr><tr><td class="caption">Bà con làm đường</td></tr></table>'
    body = body_of(f"{PARAGRAPHS}{picture}<div>Ngọc Tú</div>")
    assert body.captions == ("Bà con làm đường",)


def test_the_line_below_a_player_that_is_set_as_captions_are_is_one() -> None:
    player = '<p><iframe src="https://video.example/1"></iframe></p><p align="center"><i>Clip bà con làm đường</i></p>'
    body = body_of(f"{PARAGRAPHS}{player}")
    assert (body.captions, body.paragraphs) == (("Clip bà con làm đường",), TEXT)


def test_a_centred_line_without_a_player_above_it_is_a_paragraph() -> None:
    body = body_of(f'{PARAGRAPHS}<p align="center"><i>Bà con làm đường liên thôn</i></p>')
    assert body.captions == ()


@pytest.mark.parametrize("name", ["Image", "note", "photo-desc"])
def test_a_paragraph_named_after_the_picture_right_above_it_is_its_caption(name: str) -> None:
    body = body_of(
        f'{cooperative.PARAGRAPHS}<p class="{name}"><img src="/a.jpg"></p><p class="{name}">Chị Sáng bên dây chuyền sấy.</p>'
    )
    assert (body.captions, body.paragraphs) == (("Chị Sáng bên dây chuyền sấy.",), cooperative.TEXT)


def test_an_icon_beside_the_headline_makes_it_no_caption() -> None:
    heading = f'<table><tr><td class="contentheading">{cooperative.HEADLINE}</td><td><a href="#"><img src="/pdf.png" width="16"></a></td></tr></table>'
    found = cooperative.article(f"{heading}<div>{cooperative.DATE}</div><div>{cooperative.PARAGRAPHS}</div>")
    assert (value(found.headline), found.captions) == (cooperative.HEADLINE, ())


def test_a_sentence_below_a_picture_that_tells_who_does_what_in_it_is_its_caption() -> None:
    assert below(SCENE) == ((SCENE,), cooperative.TEXT)
    plain = "Mưa lớn kéo dài làm sạt lở nhiều tuyến đường của xã."
    assert below(plain) == ((), (cooperative.TEXT[0], plain, *cooperative.TEXT[1:]))
    longer = f"{SCENE} Sau đó, hội nghị thảo luận."
    assert below(longer) == ((), (cooperative.TEXT[0], longer, *cooperative.TEXT[1:]))


def test_a_line_below_a_picture_that_ends_as_no_sentence_does_is_its_caption_though_long() -> None:
    line = "TS. Vi Thảo - Thành viên Hội đồng khoa học, đại diện Hiệp hội Chế biến nông sản các tỉnh miền núi phía Bắc, trao đổi với hợp tác xã về quy trình sấy miến"
    assert below(line) == ((line,), cooperative.TEXT)


def test_a_caption_broken_in_two_goes_on_in_a_line_that_begins_small() -> None:
    first, second = "Đồng chí Lò Văn Thịnh thông tin về", "hoạt động sản xuất của hợp tác xã"
    assert below(first, second) == ((first, second), cooperative.TEXT)


def test_a_bold_line_below_one_of_the_pictures_is_a_subheading() -> None:
    three = "Đồng chí Vi Thảo trao giấy khen cho các tập thể"
    picture = '<p><img src="/{}.jpg"></p>'
    single = body_of(
        f"<p>{cooperative.TEXT[0]}</p>{picture.format('a')}<p><b>{three}</b></p><p>{cooperative.TEXT[1]}</p>"
    )
    assert (single.captions, single.paragraphs) == ((), (cooperative.TEXT[0], three, cooperative.TEXT[1]))


def test_a_short_sentence_alone_with_a_picture_in_one_frame_is_its_caption() -> None:
    scene = "Người dân xã Bản Qua đổ bê tông mặt đường, sáng 20/11."
    frame = f'<div><img src="/duong.jpg" alt=""><div>{scene}</div></div>'
    article = article_of(f"<div><h1>{HEADLINE}</h1><div><p>{LEAD}</p>{frame}{PARAGRAPHS}</div></div>")
    assert article.captions == (scene,)
    assert scene not in article.body
    column = f'<div><img src="/duong.jpg" alt=""><div><p>{TEXT[0]} {TEXT[1]}</p></div></div>'
    assert article_of(f"<div><h1>{HEADLINE}</h1><div>{column}{PARAGRAPHS}</div></div>").captions == ()


def test_a_clock_below_a_picture_is_no_caption() -> None:
    body = body_of(f"{cooperative.PARAGRAPHS}<figure><img src='/a.jpg'></figure><p>13:00</p><p>{cooperative.LEAD}</p>")
    assert (body.captions, body.paragraphs) == ((), (*cooperative.TEXT, "13:00", cooperative.LEAD))


def test_captions_set_as_paragraphs_are_told_by_their_length_where_every_picture_has_one() -> None:
    first, second = "Chị Sáng bên dây chuyền sấy.", "Miến được phơi trên giàn tre."
    both = f"<p>{cooperative.TEXT[0]}</p>{PICTURE_PROVINCIAL_MORE.format('a', first)}<p>{cooperative.TEXT[1]}</p>{PICTURE_PROVINCIAL_MORE.format('b', second)}<p>{cooperative.TEXT[2]}</p>"
    body = body_of(both)
    assert (body.captions, body.paragraphs) == ((first, second), cooperative.TEXT)
    assert (
        body_of(
            f"<p>{cooperative.TEXT[0]}</p>{PICTURE_PROVINCIAL_MORE.format('a', first)}<p>{cooperative.TEXT[1]}</p>"
        ).captions
        == ()
    )  # it may be a text
    mixed = f"<p>{cooperative.TEXT[0]}</p>{PICTURE_PROVINCIAL_MORE.format('a', first)}<p>{cooperative.TEXT[1]}</p>{PICTURE_PROVINCIAL_MORE.format('b', cooperative.TEXT[2] * 2)}"
    assert body_of(mixed).captions == ()


def test_a_credit_below_the_last_of_several_pictures_is_no_caption() -> None:
    pictures = '<p><img src="/a.jpg"></p><p>Đường về bản mùa lúa chín</p>'
    last = '<p><img src="/b.jpg"></p><p><em>Theo Báo Nhân Dân</em></p>'
    article = article_of(f"<main><h1>{HEADLINE}</h1><div>{PARAGRAPHS}{pictures}{PARAGRAPHS}{last}</div></main>")
    assert article.captions == ("Đường về bản mùa lúa chín",)
    assert article.source_credit is not None


def test_the_line_in_one_box_with_the_picture_above_the_text_is_its_caption() -> None:
    picture = f"<div>{PICTURE_UNMARKED}<div>Bà con đổ bê tông đường liên thôn</div></div>"
    article = article_of(f"<div><h1>{HEADLINE}</h1><div>{LEAD_UNMARKED}{picture}</div><div>{PARAGRAPHS}</div></div>")
    assert article.captions == ("Bà con đổ bê tông đường liên thôn",)
    assert article.images[0].caption == "Bà con đổ bê tông đường liên thôn"
    assert article.body == TEXT


def test_the_author_named_below_the_last_picture_is_not_its_caption() -> None:
    body = body_of(f"{PARAGRAPHS}<p>{PICTURE_UNMARKED}</p><p><strong>Tác giả: </strong>Hoàng Thị Lụa</p>")
    assert body.captions == ()
    assert body.byline is not None
    assert body.byline.value == "Hoàng Thị Lụa"


def test_a_photographer_named_below_a_picture_is() -> None:
    assert body_of(f"<p>{PICTURE_UNMARKED}</p><p>Ảnh: Hoàng Thị Lụa</p>{PARAGRAPHS}").captions == (
        "Ảnh: Hoàng Thị Lụa",
    )


def test_a_line_with_a_file_below_a_picture_is_no_caption() -> None:
    body = body_of(f'{PARAGRAPHS}<p><img src="/a.jpg"></p><p><a href="/kh-12.pdf">Kế hoạch số 12</a> (tải về)</p>')
    assert body.captions == ()
    assert body.paragraphs[-1] == "Kế hoạch số 12 (tải về)"


def test_a_sentence_below_a_picture_whose_caption_is_marked_is_text() -> None:
    scene = "Các đại biểu cũng trao 25 suất quà cho học sinh có hoàn cảnh khó khăn trên địa bàn."
    figure = '<figure><img src="/u/1.jpg"><figcaption>Quang cảnh buổi lễ</figcaption></figure>'
    body = body_of(f"<p>{TEXT[0]}</p>{figure}<p>{scene}</p>")
    assert body.paragraphs == (TEXT[0], scene)
    assert body.captions == ("Quang cảnh buổi lễ",)


def test_an_author_behind_a_player_at_the_end_signs_and_a_lead_below_one_is_no_caption() -> None:
    lead = f"<p><em>{' '.join([TEXT[0], TEXT[1]])}</em></p>"
    player = '<p><iframe src="https://www.youtube.com/embed/abc"></iframe></p>'
    body = body_of(f"{player}{lead}<p>{TEXT[2]}</p>{player}<p><em>Bài, ảnh: Hà Vân</em></p>", want_lead=False)
    assert body.captions == ()
    assert body.paragraphs == (" ".join([TEXT[0], TEXT[1]]), TEXT[2])
    assert body.byline is not None
    assert body.byline.value == "Hà Vân"


def test_a_paragraph_below_a_picture_is_text_where_captions_are_set_apart() -> None:
    centred = '<p style="text-align: center;">{}</p>'
    captions = ("Đường liên thôn trước khi đổ bê tông", "Bà con góp ngày công san nền")
    pictures = [centred.format(PICTURE.replace("a.jpg", f"{number}.jpg")) for number in range(3)]
    below = [centred.format(f"<em>{caption}</em>") for caption in captions]
    short = "Đến nay 9/11 thôn của xã đã đạt chuẩn nông thôn mới."
    first, *rest = (f"<p>{text}</p>" for text in TEXT)
    parts = [first, pictures[0], below[0], pictures[1], f"<p>{short}</p>", *rest, pictures[2], below[1], first]
    article = article_of(f"<h1>{HEADLINE}</h1><div>{''.join(parts)}</div>")
    assert article.captions == captions
    assert article.body == (TEXT[0], short, *TEXT[1:], TEXT[0])


def test_a_lone_sentence_in_frames_of_its_own_is_one_text_with_the_pictures_beside_it() -> None:
    """As texts pasted from networks are: `<div dir="auto">` around each paragraph."""
    sentence = f'<div dir="auto"><div><span>{LEAD}</span></div></div>'
    figure = '<div class="wp-caption"><img src="/{0}.jpg" width="610"><p>Đoạn đường thứ {0} đã đổ bê tông</p></div>'
    signed = '<p style="text-align:right">- Hoàng Thị Thu Hiền -</p>'
    article = article_of(
        f"<h1>{HEADLINE}</h1><p>05/03/2024</p><div>{sentence}{figure.format(1)}{figure.format(2)}{signed}</div>"
    )
    assert article.body == (LEAD,)
    assert article.captions == ("Đoạn đường thứ 1 đã đổ bê tông", "Đoạn đường thứ 2 đã đổ bê tông")
    assert value(article.byline) == "Hoàng Thị Thu Hiền"
