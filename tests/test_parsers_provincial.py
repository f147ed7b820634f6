# ruff: noqa: E501 - markup stands in lines as pages have it
"""Pages in the manner of provincial sites that no parser had met: each rule by the page that showed it missing."""

from __future__ import annotations

from cooperative import DATE, HEADLINE, LEAD, OTHER, PARAGRAPHS, TEXT, article, value

from tests.parsing import body_of


def test_boxes_that_labels_tell_are_read_besides_those_that_a_familys_selectors_name() -> None:
    inside = f'<div class="article-relate"><a href="/ban-mon-post91.html">{OTHER}</a></div>'
    behind = '<div><h3>Tin liên quan</h3><h2><a href="/ban-hai-post92.html">Bản Hai đón bằng làng nghề</a></h2></div>'
    found = article(
        f'<h1 class="article__title cms-title">{HEADLINE}</h1><time>{DATE}</time>'
        f'<div class="article__body cms-body zce-content-body">{PARAGRAPHS}{inside}<p>{LEAD}</p></div>{behind}'
    )
    assert found.parser.startswith("zce")
    assert [teaser.headline for teaser in found.teasers] == [OTHER, "Bản Hai đón bằng làng nghề"]


def test_labels_of_k2_and_of_english_themes_are_labels() -> None:
    for label in ("Các mục liên quan (theo thẻ)", "Mục khác trong chuyên mục này:", "Related Posts"):
        found = article(
            f'<h1>{HEADLINE}</h1><p>{DATE}</p><div>{PARAGRAPHS}</div><div><h3>{label}</h3><a href="/mon-91">{OTHER}</a></div>'
        )
        assert [teaser.headline for teaser in found.teasers] == [OTHER], label


def test_a_line_called_lead_with_underscores_is_the_lead_of_a_short_text() -> None:
    main = f'<main><h1>{HEADLINE}</h1><p>{DATE}</p><p class="detail__lead">{LEAD}</p><div class="detail__body"><p>{TEXT[0]}</p></div></main>'
    found = article(main)
    assert (value(found.lead), found.body) == (LEAD, TEXT[:1])


def test_a_question_is_no_lead() -> None:
    question = f"Hỏi: {LEAD}"
    found = article(
        f'<h1>{HEADLINE}</h1><p>{DATE}</p><div><div class="q"><p>{question}</p></div><div>{PARAGRAPHS}</div></div>'
    )
    assert (found.lead, found.body) == (None, (question, *TEXT))


def test_a_clock_below_a_picture_is_no_caption() -> None:
    body = body_of(f"{PARAGRAPHS}<figure><img src='/a.jpg'></figure><p>13:00</p><p>{LEAD}</p>")
    assert (body.captions, body.paragraphs) == ((), (*TEXT, "13:00", LEAD))


def test_a_headline_with_a_day_dates_no_edit() -> None:
    headline = "Tin vắn địa phương ngày 8/10"
    found = article(
        f"<h1>{headline}</h1><p>{DATE}</p><div>{PARAGRAPHS}</div>",
        "http://bao.example/tin-van/tin-van-dia-phuong-ngay-8-10-9008.html",
        headline,
        '<meta property="og:type" content="article">',
    )
    assert (value(found.headline), found.modified) == (headline, None)


def test_numbers_of_pages_and_the_pages_own_address_are_no_paragraphs() -> None:
    body = body_of(
        f'{PARAGRAPHS}<p>Trang: <a href="?trang=1">1</a> <b>2</b></p><p>Link bài viết: http://bao.example/a-1.html</p>'
    )
    assert body.paragraphs == TEXT
