"""What stands around a text in a post's own header and footer is read, though they be called as the site's are."""

from __future__ import annotations

from village_road import HEADLINE, LEAD, PARAGRAPHS, TEXT, URL, article_of

LINK = f'<h2><a href="{URL}">{HEADLINE}</a></h2>'


def test_a_footer_between_headline_and_text_names_author_section_and_tags() -> None:
    header = (
        '<footer class="info"><address class="vcard author">By <a href="/author/hoa.html">Nông Thị Hoa</a></address>'
        '<p>In <a href="/category/nong-thon.html">Nông thôn</a>.</p>'
        '<p>tags: <a href="/tag/duong.html">đường liên thôn</a> <a href="/tag/ban-qua.html">Bản Qua</a></p></footer>'
    )
    article = article_of(f"<article><header>{LINK}</header><div>{header}{PARAGRAPHS}</div></article>")
    assert article.byline is not None
    assert article.byline.value == "Nông Thị Hoa"
    assert article.section is not None
    assert article.section.value == "Nông thôn"
    assert article.tags == ("đường liên thôn", "Bản Qua")
    assert article.body == TEXT


def test_an_aside_between_headline_and_text_dates_the_article() -> None:
    aside = '<aside><p>published on 2024-11-20 · tagged with <a href="/tags/ban-qua.html">#bản qua</a></p></aside>'
    article = article_of(f"<main><h2>{HEADLINE}</h2>{aside}{PARAGRAPHS}</main>")
    assert article.published is not None
    assert article.published.value == "2024-11-20"
    assert article.tags == ("bản qua",)


def test_a_column_between_headline_and_text_is_the_sites() -> None:
    column = "".join(f'<li><a href="/category/m{n}/">Mục số {n}</a> <i>1{n}/10/2024</i></li>' for n in range(1, 9))
    article = article_of(f"<main><h1>{HEADLINE}</h1><aside><ul>{column}{column}</ul></aside>{PARAGRAPHS}</main>")
    assert article.published is None
    assert article.section is None


def test_the_footer_of_an_article_names_its_author() -> None:
    footer = '<footer><p>Published: 20/11/2024</p><address>By <a href="/author/hoa">Nông Thị Hoa</a></address></footer>'
    article = article_of(f"<article>{LINK}{PARAGRAPHS}{footer}</article>")
    assert article.byline is not None
    assert article.byline.value == "Nông Thị Hoa"


def test_the_one_date_that_a_column_above_the_headline_tells_is_the_articles() -> None:
    column = '<div class="sidebar"><nav><time datetime="2024-11-20 00:00:00+00:00">20/11/2024</time></nav></div>'
    article = article_of(f"{column}<article><h1>{HEADLINE}</h1>{PARAGRAPHS}</article>")
    assert article.published is not None
    assert article.published.value == "2024-11-20"  # midnight is what a machine writes for a day
    two = column.replace("-20 00", "-19 00").replace(">20/", ">19/")
    assert article_of(f"{column}{two}<article><h1>{HEADLINE}</h1>{PARAGRAPHS}</article>").published is None


def test_a_section_behind_a_label_is_found_in_any_column() -> None:
    column = '<div class="sidebar"><ul><li>Trong <a href="../muc/nong-thon/">Nông thôn</a></li></ul></div>'
    article = article_of(f"{column}<article><h1>{HEADLINE}</h1>{PARAGRAPHS}</article>")
    assert article.section is not None
    assert article.section.value == "Nông thôn"


def test_a_link_to_the_author_or_to_the_front_page_is_no_section() -> None:
    for link in ('<a href="../../authors/hoa/">Nông Thị Hoa</a>', '<a href="../">Trang của xã Bản Qua</a>'):
        article = article_of(f"<main><p>{link}</p><h1>{HEADLINE}</h1><p>{link}</p><div>{PARAGRAPHS}</div></main>")
        assert article.section is None


def test_entries_of_a_menu_that_name_no_subject_are_no_section() -> None:
    menu = (
        '<ul><li><a href="/">Home</a></li><li><a href="/posts/">Posts</a></li><li><a href="/tags/">Tags</a></li></ul>'
    )
    assert article_of(f"<nav>{menu}</nav><main><h1>{HEADLINE}</h1>{PARAGRAPHS}</main>").section is None


def test_the_sites_name_beside_a_date_does_not_make_it_another_articles() -> None:
    line = (
        '<span><a href="http://bao.example/">Cổng thông tin xã Bản Qua</a> '
        '| <a href="/category/nong-thon">Nông thôn</a> '
        '| <a href="/author/hoa">Nông Thị Hoa</a> | 20/11/2024 08:32</span>'
    )
    article = article_of(f"<header><h1>{HEADLINE}</h1>{line}</header><article>{PARAGRAPHS}</article>")
    assert article.published is not None
    assert article.published.value == "2024-11-20T08:32+07:00"
    assert article.byline is not None
    assert article.byline.value == "Nông Thị Hoa"
    assert article.section is not None
    assert article.section.value == "Nông thôn"


def test_the_time_that_a_notice_sets_is_text_not_its_date() -> None:
    for term in ("Thời gian: từ ngày 1/4 đến hết ngày 30/4/2024.", "Thời hạn nộp hồ sơ: 17 giờ ngày 5/12/2024."):
        article = article_of(f"<main><h1>{HEADLINE}</h1><div><p>{term}</p>{PARAGRAPHS}</div></main>")
        assert article.published is None
        assert article.body == (term, *TEXT)


def test_a_time_of_an_edit_is_that_of_publication_only_where_no_other_stands() -> None:
    edit, date = "<p>Cập nhật lần cuối 22/11/2024 10:05</p>", "<p>Thứ Tư, 20/11/2024 08:32</p>"
    for lines in (date + edit, edit + date):
        article = article_of(f"<main><h1>{HEADLINE}</h1>{lines}<div>{PARAGRAPHS}</div></main>")
        assert article.published is not None
        assert article.published.value == "2024-11-20T08:32+07:00"
        assert article.modified is not None
        assert article.modified.value == "2024-11-22T10:05+07:00"
    alone = article_of(f"<main><h1>{HEADLINE}</h1>{edit}<div>{PARAGRAPHS}</div></main>").published
    assert alone is not None
    assert alone.value == "2024-11-22T10:05+07:00"


def test_rows_of_links_to_author_section_and_tags_at_the_head_of_a_text_are_none_of_it() -> None:
    rows = (
        '<p>By <a href="/author/hoa">Nông Thị Hoa</a></p><p>In <a href="/category/nong-thon">Nông thôn</a>.</p>'
        '<p>tags: <a href="/tag/duong">đường liên thôn</a> <a href="/tag/ban-qua">Bản Qua</a></p>'
    )
    article = article_of(f"<div><h1>{HEADLINE}</h1><div>{rows}<p><b>{LEAD}</b></p>{PARAGRAPHS}</div></div>")
    assert article.lead is not None
    assert article.lead.value == LEAD
    assert article.body == TEXT
    assert article.byline is not None
    assert article.byline.value == "Nông Thị Hoa"
    assert article.section is not None
    assert article.section.value == "Nông thôn"
    assert article.tags == ("đường liên thôn", "Bản Qua")


def test_a_name_below_the_word_by_is_the_authors() -> None:
    meta = "<div><p>Posted</p><time>20/11/2024</time><p>by</p><div><p>Nông Thị Hoa</p></div></div>"
    article = article_of(f"<main><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div>{meta}</main>")
    assert article.byline is not None
    assert article.byline.value == "Nông Thị Hoa"


def test_a_date_in_english_that_links_to_its_article_is_read() -> None:
    article = article_of(f'<main><h1>{HEADLINE}</h1><a href="{URL}">Nov 20, 2024</a><div>{PARAGRAPHS}</div></main>')
    assert article.published is not None
    assert article.published.value == "2024-11-20"


def test_a_short_sentence_alone_with_a_picture_in_one_frame_is_its_caption() -> None:
    scene = "Người dân xã Bản Qua đổ bê tông mặt đường, sáng 20/11."
    frame = f'<div><img src="/duong.jpg" alt=""><div>{scene}</div></div>'
    article = article_of(f"<div><h1>{HEADLINE}</h1><div><p>{LEAD}</p>{frame}{PARAGRAPHS}</div></div>")
    assert article.captions == (scene,)
    assert scene not in article.body
    column = f'<div><img src="/duong.jpg" alt=""><div><p>{TEXT[0]} {TEXT[1]}</p></div></div>'
    assert article_of(f"<div><h1>{HEADLINE}</h1><div>{column}{PARAGRAPHS}</div></div>").captions == ()


def test_a_headline_may_link_to_the_article_by_another_host_or_day() -> None:
    url = "http://bao.example/2024/11/20/xa-ban-qua-hoan-thanh-duong-be-tong-lien-thon/"
    own = '<a href="http://www.bao.example/2024/11/19/xa-ban-qua-hoan-thanh-duong-be-tong-lien-thon">'
    tags = "".join(f'<li class="tag"><a href="/tag/{n}">thẻ số {n}</a></li>' for n in range(4))
    article = article_of(f"<main><h2>{own}{HEADLINE}</a></h2><ul>{tags}</ul><div>{PARAGRAPHS}</div></main>", url=url)
    assert article.headline.by.startswith("generic h2")
    assert article.tags == ("thẻ số 0", "thẻ số 1", "thẻ số 2", "thẻ số 3")


def test_an_author_with_a_portrait_is_no_card_of_another_article_so_tags_behind_are_read() -> None:
    author = '<div><a href="/author-hoa.html"><img src="/hoa.png"></a><a href="/author-hoa.html">Nông Thị Hoa</a></div>'
    tags = '<ul><li><a class="p-category" href="/tag-duong.html">đường liên thôn</a></li></ul>'
    article = article_of(
        f"<article><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div>{author}<footer>{tags}</footer></article>"
    )
    assert article.tags == ("đường liên thôn",)
    assert article.section is None


def test_a_trail_in_the_headlines_own_line_is_none_of_it() -> None:
    trail = '<span><a href="/">Cổng tin</a>/ <a href="/nong-thon/">Nông thôn</a>/ </span>'
    article = article_of(f"<header><span>{trail}<span>{HEADLINE}</span></span></header><section>{PARAGRAPHS}</section>")
    assert article.headline.value == HEADLINE


def test_tags_without_links_are_read_behind_their_label() -> None:
    for tags in ("Tags: <span>OCOP</span> <span>miến dong</span>", "Từ khóa: OCOP, miến dong"):
        article = article_of(f'<main><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div><nav class="tags">{tags}</nav></main>')
        assert article.tags == ("OCOP", "miến dong")
    for behind in ("<p>Thẻ bạn đọc</p>", '<div class="tags"><span>20/11/2024 08:32 - 2 min</span></div>'):
        assert not article_of(f"<main><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div>{behind}</main>").tags


def test_a_page_without_a_date_has_its_metadatas_and_a_page_on_the_office_is_no_section() -> None:
    menu = '<ul><li><a href="/">Cổng tin</a></li><li><a href="/gioi-thieu.html">Giới thiệu</a></li></ul>'
    main = f"{menu}<div><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div></div>"
    article = article_of(main, '<meta name="date" content="Nov 20, 2024">')
    assert article.published is not None
    assert article.published.value == "2024-11-20"
    assert article.section is None
    today = '<meta name="date" content="2025-02-03">'  # the day of capture
    assert article_of(main, today).published is None


def test_a_list_of_the_newest_in_a_text_may_name_the_article_itself() -> None:
    links = (
        f'<li><a href="{url}">{text}</a></li>' for url, text in ((URL, HEADLINE), ("/mo-12", "Mở vùng chè hữu cơ"))
    )
    article = article_of(
        f"<main><h1>{HEADLINE}</h1><div>{PARAGRAPHS}<ul>{''.join(links)}</ul><p>{LEAD}</p></div></main>"
    )
    assert article.body == (*TEXT, LEAD)
    assert [teaser.headline for teaser in article.teasers] == ["Mở vùng chè hữu cơ"]


def test_the_sign_behind_a_heading_that_links_to_it_is_no_text() -> None:
    sign = '<a class="headerlink" href="#duong" title="Link to this heading">¶</a>'
    figure = f'<figure><img src="/duong.jpg"><figcaption>Đường về thôn Nậm Chạc.{sign}</figcaption></figure>'
    note = '<a href="#ghi-chu-1">[1]</a>'
    article = article_of(
        f"<main><h1>{HEADLINE}{sign}</h1><p>{LEAD}{note}</p>{figure}<h2>Dân góp công{sign}</h2>{PARAGRAPHS}</main>"
    )
    assert article.headline.value == HEADLINE
    assert article.captions == ("Đường về thôn Nậm Chạc.",)
    assert "Dân góp công" in article.body
    assert f"{LEAD}[1]" in (article.lead.value if article.lead else "", *article.body)


def test_a_link_called_tag_is_no_section_though_its_address_lies_among_them() -> None:
    tags = '<li><a class="tag p-category" href="../../categories/duong/" rel="tag">đường liên thôn</a></li>'
    article = article_of(f"<article><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div><nav><ul>{tags}</ul></nav></article>")
    assert article.tags == ("đường liên thôn",)
    assert article.section is None
