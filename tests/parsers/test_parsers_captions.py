"""A caption is never body, in whatever way the editor set it; and body below a picture is never a caption."""

from __future__ import annotations

import pytest
from parsing import body_of

TEXT = "Sáng 5/3, Đảng ủy xã Bản Lầu tổ chức hội nghị sơ kết công tác quý I, triển khai nhiệm vụ quý II năm 2024."
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


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_caption_is_never_body(setting: str) -> None:
    body = body_of(f"<p>{TEXT}</p>{SETTINGS[setting]}<p>{TEXT} Hết.</p>")
    assert body.captions == (CAPTION,)
    assert body.paragraphs == (TEXT, f"{TEXT} Hết.")
    assert [image.caption for image in body.images] == [CAPTION]


def test_the_seeds_caption_is_the_bodys_first_line_with_no_picture_left() -> None:
    body = body_of(f"<p>Toàn cảnh hội nghị</p><p>{TEXT}</p>")
    assert body.captions == ("Toàn cảnh hội nghị",)
    assert body.paragraphs == (TEXT,)


@pytest.mark.parametrize(
    "below",
    [
        f"<p>{TEXT}</p>",
        "<p><strong>Kết quả bước đầu</strong></p>",
        "<h3>Kết quả bước đầu</h3>",
        "<blockquote><p><em>“Chúng tôi làm vì con cháu mai sau”, ông Lý A Sử nói.</em></p></blockquote>",
        "<ul><li>Thôn Nậm Mòn: 12 hộ</li></ul>",
        f'<p style="text-align:justify">{TEXT}</p>',
    ],
)
def test_text_below_a_picture_is_no_caption(below: str) -> None:
    body = body_of(f"<p>{TEXT}</p><p>{PICTURE}</p>{below}<p>{TEXT} Hết.</p>")
    assert body.captions == ()
    assert len(body.paragraphs) == 3


def test_a_whole_article_in_one_block_does_not_become_the_pictures_caption() -> None:
    body = body_of(f"<div>{PICTURE}<br>{TEXT}<br><br>{TEXT} Hết.</div>")
    assert body.captions == ()
    assert body.paragraphs == (TEXT, f"{TEXT} Hết.")


def test_every_picture_of_a_gallery_keeps_its_own_caption() -> None:
    gallery = "".join(f"<figure><img src='/{n}.jpg'><figcaption>Ảnh {n} của bộ</figcaption></figure>" for n in range(3))
    body = body_of(f"<figure>{gallery}</figure><p>{TEXT}</p>")
    assert [(image.url[-5], image.caption) for image in body.images] == [(str(n), f"Ảnh {n} của bộ") for n in range(3)]


def test_a_table_with_a_picture_and_the_whole_article_is_a_frame() -> None:
    long = " ".join([TEXT] * 6)
    body = body_of(f"<table><tr><td>{PICTURE}</td></tr><tr><td><p>{long}</p><p>{long}</p></td></tr></table>")
    assert body.captions == ()
    assert body.paragraphs == (long, long)
