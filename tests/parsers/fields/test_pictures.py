# ruff: noqa: E501 - markup stands in lines as pages have it
"""Pictures of the article are kept, the lead picture first; icons, portraits and pictures of cards are none."""

from __future__ import annotations

import cooperative
import meeting
import pytest
from parsing import body_of, value
from village_road import HEADLINE, PARAGRAPHS, URL, article_of, wordpress

NUKEVIET = '<meta name="generator" content="NukeViet v4.0">'

CAPTION = "Toàn cảnh hội nghị tại Bản Lầu"


@pytest.mark.parametrize(
    ("markup", "url"),
    [
        ('<img src="/a.jpg">', "http://bao.example/a.jpg"),
        ('<img src="data:image/gif;base64,R0" data-src="/b.jpg">', "http://bao.example/b.jpg"),
        ('<img src="/images/blank.gif" data-original="https://cdn.example/c.jpg">', "https://cdn.example/c.jpg"),
        ('<a href="/big.jpg"><img src="/d.jpg"></a>', "http://bao.example/d.jpg"),
    ],
)
def test_the_picture_shown_is_the_one_kept(markup: str, url: str) -> None:
    assert [image.url for image in body_of(f"<p>{markup}</p><p>{meeting.THREE[0]}</p>").images] == [url]


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="/icon.png" width="16" height="16">',
        '<img src="data:image/png;base64,AA">',
        '<a href="/khac/bai-viet-khac-99.html"><img src="/thumb.jpg"></a>',
        "<img>",
    ],
)
def test_icons_inline_data_and_other_articles_pictures_are_none_of_its_own(markup: str) -> None:
    assert body_of(f"<p>{markup}</p><p>{meeting.THREE[0]}</p>").images == ()


def test_a_cover_that_links_to_its_file_is_that_file() -> None:
    picture = (
        '<figure class="post-thumbnail"><a href="/wp-content/uploads/2024/11/duong.jpg"><img class="wp-post-image" '
        'src="/wp-content/uploads/2024/11/duong-696x464.jpg" width="696" height="464"></a></figure>'
    )
    content = f'<div class="entry-content">{PARAGRAPHS}</div>'
    article = wordpress(f'<article class="post"><h1 class="entry-title">{HEADLINE}</h1>{picture}{content}</article>')
    assert [image.url for image in article.images] == ["http://bao.example/wp-content/uploads/2024/11/duong.jpg"]


@pytest.mark.parametrize(
    "preview",
    [
        '<div class="imghome text-center"><div id="imgpreview" style="width:460px">{0}{1}</div></div>',
        '<div id="imgpreview" style="width:183px">{0}{1}</div>',
        '<figure class="article center">{0}<figcaption>' + CAPTION + "</figcaption></figure>",
    ],
)
def test_the_lead_picture_of_nukeviet_is_kept_where_its_preview_is_visible(preview: str) -> None:
    # Visible from 4.0.29 to 4.4.02 and in the portal themes; hidden, and told twice, in 4.5.
    picture = (
        '<p class="text-center"><img src="/uploads/news/2024_03/a.jpg" alt="" width="460" class="img-thumbnail"></p>'
    )
    shown = preview.format(picture, f'<p class="text-center"><em class="show">{CAPTION}</em></p>')
    head = (
        f'<h1 class="title margin-bottom-lg">{meeting.HEADLINE}</h1><span class="h5">Thứ ba - 05/03/2024 15:25</span>'
    )
    text = f'<div class="clearfix">{shown}<div class="hometext m-bottom">{meeting.LEAD}</div></div>'
    body = f'<div id="news-bodyhtml" class="bodytext margin-bottom-lg">{meeting.PARAGRAPHS}</div>'
    found = meeting.article_of(f'<body><div class="news_column"><div>{head}{text}{body}</div></div></body>', NUKEVIET)
    assert [image.url for image in found.images] == ["http://bao.example/uploads/news/2024_03/a.jpg"]
    assert (found.captions, found.lead and found.lead.value) == ((CAPTION,), meeting.LEAD)


def test_a_dot_that_stands_before_every_link_of_a_list_is_no_picture() -> None:
    links = "".join(
        f'<img src="/dot.gif"> <a href="/tin-{at}.html">{cooperative.OTHER} số {at}</a> (05/03/2024)<br>'
        for at in range(4)
    )
    body = body_of(f"{'<br>'.join(cooperative.TEXT)}<br><b>Các tin đã đưa:</b><br>{links}")
    assert (body.paragraphs, body.images, len(body.teasers)) == (cooperative.TEXT, (), 4)


def test_a_large_picture_called_avatar_is_the_lead_picture() -> None:
    top = (
        f'<h1>{cooperative.HEADLINE}</h1><p>{cooperative.DATE}</p><div class="detail__avatar"><img src="/a.jpg"></div>'
    )
    assert [image.url for image in cooperative.article(f"{top}<div>{cooperative.PARAGRAPHS}</div>").images] == [
        "http://bao.example/a.jpg"
    ]
    assert value(cooperative.article(f"{top}<div>{cooperative.PARAGRAPHS}</div>").headline) == cooperative.HEADLINE


def test_pictures_of_amp_pages_are_pictures() -> None:
    body = body_of(
        f'{cooperative.PARAGRAPHS}<figure><amp-img src="/a.jpg" width="9"></amp-img><amp-img src="/b.jpg"></amp-img><figcaption>Xưởng</figcaption></figure>'
    )
    assert ([image.url for image in body.images], body.captions) == (["http://bao.example/b.jpg"], ("Xưởng",))


def test_the_portrait_of_the_author_is_no_picture_of_the_article() -> None:
    info = (
        f'<div class="author__photo"><img src="/chan-dung.jpg" width="40" height="40"></div><p>{cooperative.DATE}</p>'
    )
    assert cooperative.article(f"<h1>{cooperative.HEADLINE}</h1>{info}<div>{cooperative.PARAGRAPHS}</div>").images == ()


def test_a_featured_picture_above_headline_and_date_belongs_to_the_article() -> None:
    top = f'<div class="single-featured-image-header"><img class="wp-post-image" src="/a.jpg"></div><p>{cooperative.DATE}</p>'
    assert [
        image.url
        for image in cooperative.article(
            f"{top}<h1>{cooperative.HEADLINE}</h1><div>{cooperative.PARAGRAPHS}</div>"
        ).images
    ] == ["http://bao.example/a.jpg"]


def test_a_lead_picture_may_link_to_its_own_page_but_not_to_another() -> None:
    def images(href: str) -> list[str]:
        picture = (
            f'<div class="entry-image"><a href="{href}"><img class="wp-post-image" '
            'src="/wp-content/uploads/a.jpg"></a></div>'
        )
        article = wordpress(
            f'<h1 class="entry-title">{HEADLINE}</h1>{picture}<div class="entry-content">{PARAGRAPHS}</div>'
        )
        return [image.url for image in article.images]

    assert images(URL) == ["http://bao.example/wp-content/uploads/a.jpg"]
    assert images("http://bao.example/tin-khac-9.html") == []


def test_a_lead_picture_inside_the_body_is_read_once() -> None:
    figure = (
        '<figure><a href="/a.jpg"><img class="wp-post-image" src="/a.jpg"></a><figcaption>Đường '
        "mới</figcaption></figure>"
    )
    article = wordpress(
        f'<h1 class="entry-title">{HEADLINE}</h1><div class="td-post-content">{figure}{PARAGRAPHS}</div>'
    )
    assert article.captions == ("Đường mới",)
    assert len(article.images) == 1


def test_a_lead_picture_above_the_headline_belongs_to_the_article() -> None:
    article = article_of(
        f'<main><figure><img src="/a.jpg"></figure><h1>{HEADLINE}</h1><div class="t">{PARAGRAPHS}</div></main>'
    )
    assert [image.url for image in article.images] == ["http://bao.example/a.jpg"]


def test_a_smaller_copy_that_links_to_the_picture_is_read_as_the_picture() -> None:
    def image(href: str, src: str) -> str:
        return body_of(f'<p><a href="{href}"><img src="{src}"></a></p>{PARAGRAPHS}').images[0].url

    assert image("/uploads/news/a.jpg", "/thumb/news/a.jpg") == "http://bao.example/uploads/news/a.jpg"
    assert image("/uploads/a.jpg", "/uploads/a-300x200.jpg") == "http://bao.example/uploads/a.jpg"
    assert image("/uploads/b.jpg", "/uploads/a.jpg") == "http://bao.example/uploads/a.jpg"
