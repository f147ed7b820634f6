"""What a page says of itself for machines, and what an address alone says: each rule by itself."""

from __future__ import annotations

import pytest
from parsing import page_of, reading_of
from village_road import HEADLINE, PARAGRAPHS, article_of

from archive.model import Article, Reading
from archive.parsers.document.metadata import read_metadata


def _script(data: str) -> str:
    return f'<script type="application/ld+json">{data}</script>'


def test_an_article_inside_a_graph_is_found_with_its_authors_and_the_breadcrumb_beside_it() -> None:
    data = (
        '{"@graph": [{"@type": "WebSite", "name": "Báo"}, {"@type": ["NewsArticle"],'
        ' "headline": "Xã Bản Qua có đường mới",'
        ' "author": [{"name": "Hà Vân"}, {"name": "Lò Sơn"}], "keywords": "OCOP, nông thôn"},'
        ' {"@type": "BreadcrumbList", "itemListElement": [{"item": {"name": "Trang chủ"}}, {"name": "Xã hội"}]}]}'
    )
    found = read_metadata(page_of(_script(data)))
    assert found.is_article
    assert (found.headline, found.author, found.keywords) == (
        "Xã Bản Qua có đường mới", "Hà Vân, Lò Sơn", ("OCOP", "nông thôn")
    )  # fmt: skip
    assert found.breadcrumb == ("Trang chủ", "Xã hội")


@pytest.mark.parametrize(
    "data",
    [
        '{"@type": "NewsArticle", "headline": "Hai\ndòng",}',
        '<![CDATA[{"@type": "NewsArticle", "headline": "Hai dòng"}]]>',
        '{"@type": "NewsArticle", "headline": "Hai&nbsp;dòng"};',
    ],
)
def test_json_as_editors_break_it_is_read(data: str) -> None:
    assert read_metadata(page_of(_script(data))).headline == "Hai dòng"


@pytest.mark.parametrize("data", ["", "không phải JSON", '{"@type": "NewsArticle"', "[" * 5000])
def test_what_is_no_json_says_nothing(data: str) -> None:
    assert not read_metadata(page_of(_script(data))).is_article


def test_a_collection_is_no_article() -> None:
    assert not read_metadata(page_of(_script('{"@type": "CollectionPage", "headline": "Thời sự"}'))).is_article


_TEXT = "".join(
    f"<p>Lần thứ {n}, bà con xã Bản Lầu họp bàn việc mở con đường mới lên bản trên sườn đồi phía tây.</p>"
    for n in range(9)
)


def _reading(path: str) -> Reading:
    headline = "Xã Bản Lầu mở con đường mới lên bản Na Lốc"
    page = f"<title>{headline}</title><h1>{headline}</h1><p>05/03/2024 08:00</p>{_TEXT}"
    return reading_of(page, f"http://bao.example/{path}")


@pytest.mark.parametrize(
    "path", ["", "trang-chu", "tim-kiem?q=ocop", "news/print/xa-hoi/duong-moi-12.html", "duong-moi-12.html?share=zalo"]
)
def test_a_text_at_an_address_of_no_article_is_an_unlikely_one(path: str) -> None:
    reading = _reading(path)
    assert reading.article is None
    assert reading.unlikely is not None
    assert reading.unlikely.probability < 0.1


@pytest.mark.parametrize(
    "path", ["xa-hoi/duong-moi-12.html", "index.php?mod=news&id=12", "Default.aspx?tabid=87&ItemID=4512", "?id=4512"]
)
def test_a_text_at_an_address_that_may_be_an_articles_is_one(path: str) -> None:
    assert _reading(path).article is not None


def test_a_few_long_words_may_be_a_headline_as_no_section_has_it() -> None:
    text = "".join(
        f"<p>Zum {n}. Mal berieten die Bewohner der Gemeinde gestern Abend lange über den Ausbau der Bergstraße.</p>"
        for n in range(20)
    )
    for headline, is_article in (("Gemeinderat beschließt Bergstraßenausbau", True), ("Rat und Amt", False)):
        reading = reading_of(f"<title>Anzeiger</title><h1>{headline}</h1>{text}", "http://anzeiger.example/?id=4512")
        assert (reading.article is not None) is is_article


def test_links_amid_running_text_are_no_pointers_of_a_listing() -> None:
    headline = "Xã Bản Lầu mở con đường mới lên bản Na Lốc"
    linked = "<a href='/khac-{}.html'>bà con xã Bản Lầu họp bàn</a>"
    first, *rest = _TEXT.split("bà con xã Bản Lầu họp bàn")
    text = first + "".join(linked.format(n) + part for n, part in enumerate(rest))
    page = f"<title>Báo</title><h1>{headline}</h1>{text}{_TEXT.replace('Lần', 'Và lần')}"
    assert reading_of(page, "http://bao.example/?id=4512").article is not None


def _told(fields: str, header: str = "", behind: str = "", head: str = "", headline: str = HEADLINE) -> Article:
    data = f'{{"@type":"NewsArticle","headline":"{headline}",{fields}}}'
    return article_of(f"<main><h1>{HEADLINE}</h1>{header}<div>{PARAGRAPHS}</div>{behind}</main>", _script(data) + head)


def test_an_author_given_by_id_alone_is_named_elsewhere_in_the_graph() -> None:
    article = '{"@type":"Article","headline":"x","author":{"@id":"#1"}}'
    data = f'{{"@graph":[{article},{{"@id":"#1","@type":"Person","name":"Hà Vân"}}]}}'
    assert read_metadata(page_of(_script(data))).author == "Hà Vân"


def test_an_author_of_two_names_apart_is_named_by_both() -> None:
    data = '{"@type":"Article","author":[{"givenName":"Anna","familyName":"Fink"},{"name":"Jan Brehm"}]}'
    assert read_metadata(page_of(_script(data))).author == "Anna Fink, Jan Brehm"


def test_all_authors_that_json_ld_names_are_kept_where_the_page_shows_one_of_them() -> None:
    authors = '"author":[{"@type":"Person","name":"Hà Vân"},{"@type":"Person","name":"Lò Sơn"}]'
    byline = _told(authors, '<p><a rel="author" href="/ha-van">Hà Vân</a></p>').byline
    assert byline is not None
    assert byline.value == "Hà Vân, Lò Sơn"


def test_a_signature_below_the_text_comes_before_the_account_that_json_ld_names() -> None:
    signed = _told('"author":{"@type":"Person","name":"Ban Biên tập"}', behind="<p>Tác giả: Hà Vân</p>").byline
    assert signed is not None
    assert signed.value == "Hà Vân"


def test_an_agency_that_json_ld_calls_an_organisation_is_the_author_where_nobody_else_is() -> None:
    agency = '"author":{"@type":"NewsMediaOrganization","name":"ttxvn"}'
    named, signed = _told(agency).byline, _told(agency, "<p>Tác giả: Hà Vân</p>").byline
    assert named is not None
    assert signed is not None
    assert (named.value, signed.value) == ("ttxvn", "Hà Vân")


def test_a_date_shown_is_the_edit_s_where_json_ld_tells_an_earlier_day_of_publication() -> None:
    told = '"datePublished":"2024-03-05T08:00:00+07:00","dateModified":"2024-03-09T10:00:00+07:00"'
    article = _told(told, '<p><time datetime="2024-03-09T10:00:00+07:00">09/03/2024 10:00</time></p>')
    assert article.published is not None
    assert article.published.value.startswith("2024-03-05T08:00")
    assert article.modified is not None
    assert article.modified.value.startswith("2024-03-09T10:00")


def test_a_kicker_that_json_ld_and_open_graph_both_have_belongs_to_the_headline() -> None:
    whole = f"Nông thôn mới: {HEADLINE}"
    graph = f'<meta property="og:title" content="{whole} | Báo Bản Qua">'
    assert _told('"x":1', head=graph, headline=whole).headline.value == whole
    assert _told('"x":1', headline=whole).headline.value == HEADLINE


def test_a_headline_that_json_ld_has_with_the_site_s_name_is_the_one_shown() -> None:
    whole = f"{HEADLINE} - Báo Bản Qua"
    assert (
        _told('"x":1', head=f'<meta property="og:title" content="{whole}">', headline=whole).headline.value == HEADLINE
    )


def test_the_author_that_json_ld_names_counts_before_two_words_that_end_the_text() -> None:
    said = _script('{"@type": "NewsArticle", "author": {"@type": "Person", "name": "Hà Vân"}}')
    page = f"<head>{said}</head><h1>Xã Bản Lầu mở con đường mới lên bản Na Lốc</h1>{_TEXT}"
    for end, byline in (("<p>Verwandte Artikel</p>", "Hà Vân"), ("<p><b>Lò Thị Mỷ</b></p>", "Lò Thị Mỷ")):
        article = reading_of(page + end, "http://bao.example/xa-hoi/duong-moi-12.html").article
        assert article is not None
        assert article.byline is not None
        assert article.byline.value == byline


def test_the_label_of_a_box_beside_the_date_is_no_author() -> None:
    page = f"<h1>Xã Bản Lầu mở con đường mới lên bản Na Lốc</h1><p>TIN ĐÃ ĐƯA</p><p>05/03/2024 08:00</p>{_TEXT}"
    article = reading_of(page, "http://bao.example/xa-hoi/duong-moi-12.html").article
    assert article is not None
    assert article.byline is None


@pytest.mark.parametrize(
    ("head", "headline", "by"),
    [
        ("<title>Thông báo</title>", "Thông báo", "title, short"),
        ("<h1>Thông báo</h1>", "Thông báo", "h1, short"),
        ("", "Lần thứ 0, bà con xã Bản Lầu họp bàn việc mở", "first words"),
    ],
)
def test_a_readable_page_without_a_headline_of_three_words_is_kept(head: str, headline: str, by: str) -> None:
    reading = reading_of(f"{head}{_TEXT}", "http://bao.example/node/12")
    article = reading.article or reading.unlikely
    assert article is not None
    assert (article.headline.value, article.headline.by) == (headline, by)
    assert len(article.body) == 9


def test_a_few_words_without_a_headline_are_no_article() -> None:
    assert reading_of("<title>Thông báo</title><p>Xã Bản Lầu họp bàn việc mở con đường mới.</p>").unlikely is None
