# ruff: noqa: E501 - markup stands in lines as pages have it
"""Pages in the manner of provincial sites that no parser had met: each rule by the page that showed it missing."""

from __future__ import annotations

from cooperative import DATE, HEADLINE, LEAD, OTHER, PARAGRAPHS, TEXT, article, value
from parsing import body_of


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


def cards(*numbers: int) -> str:
    return "".join(
        f'<article><a href="/mon-{at}.html"><img src="/t{at}.jpg"></a><h3><a href="/mon-{at}.html">{OTHER} số {at}</a></h3>'
        f'<a href="/mon-{at}.html">Sau một năm thi công, công trình đã đưa vào sử dụng.</a></article>'
        for at in numbers
    )


def test_cards_right_behind_the_text_need_no_label_and_what_follows_them_are_no_tags() -> None:
    tags = '<ul><li>Từ khóa:</li><li><a href="/ocop.html">OCOP</a></li></ul>'
    found = article(
        f"<article><h1>{HEADLINE}</h1><p>{DATE}</p><div>{PARAGRAPHS}</div></article><div>{cards(91, 92)}</div>{tags}"
    )
    assert [(teaser.headline, teaser.text[:7]) for teaser in found.teasers] == [
        (f"{OTHER} số 91", "Sau một"),
        (f"{OTHER} số 92", "Sau một"),
    ]
    assert (found.body, found.tags) == (TEXT, ())
    assert article(f"<article><h1>{HEADLINE}</h1><p>{DATE}</p><div>{PARAGRAPHS}</div></article>{tags}").tags == (
        "OCOP",
    )


def test_one_banner_behind_the_text_is_no_card() -> None:
    assert article(f"<h1>{HEADLINE}</h1><p>{DATE}</p><div>{PARAGRAPHS}</div><div>{cards(91)}</div>").teasers == ()


def test_a_labelled_line_of_links_behind_the_text_is_a_box() -> None:
    line = f'<div><span>Mục khác trong chuyên mục này:</span><a href="/mon-91.html">« {OTHER}</a></div>'
    found = article(f"<h1>{HEADLINE}</h1><p>{DATE}</p><div>{PARAGRAPHS}</div>{line}")
    assert [teaser.url for teaser in found.teasers] == ["http://bao.example/mon-91.html"]


def test_two_labels_without_a_space_between_are_a_label() -> None:
    box = f'<div><h4><a href="#">BÀI LIÊN QUAN</a><a href="#">XEM THÊM</a></h4><div><h3><a href="/mon-91/">{OTHER}</a></h3></div></div>'
    found = article(f"<h1>{HEADLINE}</h1><p>{DATE}</p><div>{PARAGRAPHS}</div>{box}")
    assert [teaser.headline for teaser in found.teasers] == [OTHER]


def test_the_hour_in_the_line_below_the_date_belongs_to_it() -> None:
    info = "<ul><li><time>05/03/2024</time></li><li><time>15:25</time></li></ul>"
    found = article(f"<h1>{HEADLINE}</h1>{info}<div>{PARAGRAPHS}</div>")
    assert (value(found.published), found.body) == ("2024-03-05T15:25+07:00", TEXT)


def test_a_date_at_the_texts_end_is_read_where_none_stands_above_it_and_those_who_made_the_page_too() -> None:
    credit = f"<div><p>Nội dung: Hà Vân</p><p>Thiết kế: Vi Thảo</p><p>{DATE}</p></div>"
    found = article(f"<main><h1>{HEADLINE}</h1>{PARAGRAPHS}{credit}</main>")
    assert (value(found.published), value(found.byline), found.body) == ("2024-03-05T15:25+07:00", "Hà Vân", TEXT)
    dated = article(f"<main><h1>{HEADLINE}</h1><p>{DATE}</p>{PARAGRAPHS}<p>01/01/2019</p></main>")
    assert (value(dated.published), dated.body) == ("2024-03-05T15:25+07:00", (*TEXT, "01/01/2019"))


def test_by_and_a_name_before_the_date_are_the_byline_and_an_account_is_not() -> None:
    def byline(name: str) -> str | None:
        return value(article(f"<h1>{HEADLINE}</h1><p>Bởi {name}, {DATE}</p><div>{PARAGRAPHS}</div>").byline)

    assert byline("Lò Văn Thịnh") == "Lò Văn Thịnh"
    assert byline("admin") is None


def test_drupal_names_an_account_where_the_text_has_no_signature() -> None:
    def byline(signature: str) -> str | None:
        main = (
            f'<h1 class="page-title">{HEADLINE}</h1><div class="node__meta">Bởi <span class="field--name-uid">Hà Vân</span>, {DATE}</div>'
            f'<div class="field--name-body">{PARAGRAPHS}{signature}</div>'
        )
        found = article(main, head='<meta name="Generator" content="Drupal 10 (https://www.drupal.org)">')
        assert found.parser.startswith("drupal/")
        return value(found.byline)

    assert byline("") == "Hà Vân"
    assert byline('<p style="text-align:right"><b>Vi Thảo</b></p>') == "Vi Thảo"


def test_joomlas_neighbours_are_named_by_hidden_text_or_by_the_links_title() -> None:
    four = f'<a rel="prev" href="/5-mon"><span class="visually-hidden">Bài viết trước: {OTHER}</span><span aria-hidden="true">Trước</span></a>'
    three = f'<a rel="next" href="/6-hai" title="{OTHER}">Tiếp theo</a>'
    found = article(
        f'<div class="item-page"><h2 itemprop="headline">{HEADLINE}</h2><dl class="article-info"><dd class="published">{DATE}</dd></dl>'
        f'<div itemprop="articleBody">{PARAGRAPHS}</div><nav class="pagenavigation">{four}{three}</nav></div>',
        head='<meta name="generator" content="Joomla! - Open Source Content Management">',
    )
    assert [(teaser.headline, teaser.box) for teaser in found.teasers] == [(OTHER, "older"), (OTHER, "newer")]
    assert found.body == TEXT


def test_what_the_newspaper_theme_prints_around_a_post_is_read() -> None:
    found = article(
        f'<article><div class="td-post-header"><h1 class="entry-title">{HEADLINE}</h1><p class="td-post-sub-title">{LEAD}</p></div>'
        f'<div class="td-post-content">{PARAGRAPHS}</div><div class="td-post-next-prev-content"><span>Bài trước</span><a href="/mon/">{OTHER}</a></div></article>',
        head='<meta name="generator" content="WordPress 6.4">',
    )
    assert (value(found.lead), [teaser.headline for teaser in found.teasers]) == (LEAD, [OTHER])


def test_the_way_back_is_no_section() -> None:
    main = f'<span><a href="/tin-tuc">« Quay lại</a></span><h1>{HEADLINE}</h1><p>{DATE}</p><div>{PARAGRAPHS}</div>'
    assert article(main).section is None


def test_of_sections_that_json_ld_names_in_a_row_the_last_is_the_articles() -> None:
    def section(menu: str) -> str | None:
        data = '<script type="application/ld+json">{"@type": "NewsArticle", "articleSection": "Kinh doanh, Tài chính"}</script>'
        return value(article(f"{menu}<h1>{HEADLINE}</h1><p>{DATE}</p><div>{PARAGRAPHS}</div>", head=data).section)

    assert section("") == "Tài chính"
    assert section('<a href="/kd">Kinh doanh, Tài chính</a>') == "Kinh doanh, Tài chính"


def test_pictures_of_amp_pages_are_pictures() -> None:
    body = body_of(
        f'{PARAGRAPHS}<figure><amp-img src="/a.jpg" width="9"></amp-img><amp-img src="/b.jpg"></amp-img><figcaption>Xưởng</figcaption></figure>'
    )
    assert ([image.url for image in body.images], body.captions) == (["http://bao.example/b.jpg"], ("Xưởng",))


def test_a_short_line_called_source_behind_the_text_is_the_credit() -> None:
    found = article(f'<h1>{HEADLINE}</h1><p>{DATE}</p><div>{PARAGRAPHS}</div><p class="source">Đại Đoàn kết</p>')
    assert value(found.source_credit) == "Đại Đoàn kết"
