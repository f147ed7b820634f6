"""Links and teasers out of listings, feeds, sitemaps and robots.txt; nothing outside the document is ever read."""

from __future__ import annotations

import gzip
import html

import pytest
from parsing import CAPTURED, reading_of

from archive.errors import Unreadable
from archive.parsers import feeds, read_page
from archive.parsers.links import MOST_LINKS, kind_of

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>Tin tức</title><link>http://bao.example/</link>
<item><title>Xã Bản Lầu sơ kết quý I</title><link>http://bao.example/tin/xa-ban-lau-so-ket-quy-i-12.html</link>
<guid isPermaLink="false">news_12</guid>
<description><![CDATA[<img src="/a.jpg" />Sáng 5/3, Đảng ủy xã...]]></description>
<pubDate>Tue, 05 Mar 2024 08:21:56 GMT</pubDate></item>
<item><title>Thiếu địa chỉ</title></item>
</channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><entry><title type="html">Mùa &amp;amp; vụ</title>
<link rel="alternate" href="http://bao.example/mua-vu-moi-o-ban-lau-13.html"/><link rel="self" href="http://bao.example/x"/>
<updated>2024-03-05T15:25:00+07:00</updated><summary>Bà con xuống đồng</summary></entry></feed>"""

SITEMAP = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>http://bao.example/tin/xa-ban-lau-so-ket-quy-i-12.html</loc><lastmod>2024-03-05T15:25:00+07:00</lastmod>
<n:news><n:title>Xã Bản Lầu sơ kết quý I</n:title><n:publication_date>2024-03-04</n:publication_date></n:news></url>
<url><loc>ftp://bao.example/x</loc></url></urlset>"""

LISTING = """<html><head><title>Kinh tế</title><meta http-equiv="refresh" content="600; url=/kinh-te/?moi=1">
<link rel="next" href="/kinh-te/page-2/"><link rel="stylesheet" href="/a.css"></head><body>
<ul class="menu"><li><a href="/tin-tuc/">Tin tức</a></li><li><a href="javascript:void(0)">Mở</a></li></ul>
<div class="item"><a href="/kinh-te/mua-che-moi-o-ban-lau-12.html"><img src="/a.jpg"></a>
<h3><a href="/kinh-te/mua-che-moi-o-ban-lau-12.html#binh-luan">Mùa chè mới ở Bản Lầu</a></h3>
<p>Những ngày này, bà con trong xã đang tất bật hái lứa chè xuân đầu tiên của năm... <em>(05/03/2024)</em></p></div>
<div class="item"><h3><a href="/kinh-te/hop-tac-xa-mat-ong-ban-chang-13.html"
 title="Hợp tác xã mật ong Bản Chang vào vụ">Hợp tác xã mật ong...</a></h3></div>
<a href="mailto:a@b.example">thư</a></body></html>"""


def test_a_feed_gives_links_with_dates_and_teasers_with_plain_text() -> None:
    reading = reading_of(RSS, "http://bao.example/rss/")
    assert reading.kind == "feed"
    assert [(link.url, link.kind, link.published) for link in reading.links] == [
        ("http://bao.example/tin/xa-ban-lau-so-ket-quy-i-12.html", "article", "2024-03-05T15:21:56+07:00")
    ]
    assert [(teaser.headline, teaser.text, teaser.box) for teaser in reading.teasers] == [
        ("Xã Bản Lầu sơ kết quý I", "Sáng 5/3, Đảng ủy xã...", "feed")
    ]


def test_an_atom_feed_is_read_by_its_alternate_link() -> None:
    reading = reading_of(ATOM, "http://bao.example/atom.xml")
    assert [link.url for link in reading.links] == ["http://bao.example/mua-vu-moi-o-ban-lau-13.html"]
    assert [(teaser.headline, teaser.text) for teaser in reading.teasers] == [("Mùa & vụ", "Bà con xuống đồng")]


def test_a_sitemap_gives_its_pages_and_a_news_sitemap_its_titles() -> None:
    reading = reading_of(SITEMAP, "http://bao.example/sitemap.xml")
    assert reading.kind == "sitemap"
    assert [(link.url[-7:], link.published) for link in reading.links] == [("12.html", "2024-03-04")]
    assert [teaser.headline for teaser in reading.teasers] == ["Xã Bản Lầu sơ kết quý I"]


def test_a_sitemap_index_leads_to_sitemaps_also_gzipped() -> None:
    index = "<sitemapindex><sitemap><loc>http://bao.example/s-1.xml</loc></sitemap></sitemapindex>"
    reading = reading_of(gzip.compress(index.encode()), "http://bao.example/sitemap.xml.gz")
    assert [(link.url, link.kind) for link in reading.links] == [("http://bao.example/s-1.xml", "sitemap")]


@pytest.mark.parametrize("mime", ["application/gzip", "application/x-gzip", "binary/octet-stream", "text/xml", ""])
def test_a_gzipped_sitemap_is_read_by_whatever_media_type_it_comes(mime: str) -> None:
    body = gzip.compress(b"<urlset><url><loc>http://bao.example/tin/xa-ban-lau-12.html</loc></url></urlset>")
    reading = read_page("http://bao.example/sitemap-2026.xml.gz", body, mime, 200, CAPTURED)
    assert [link.url[-7:] for link in reading.links] == ["12.html"]


def test_a_sitemap_that_unpacks_to_more_than_is_lawful_is_unreadable() -> None:
    bomb = gzip.compress(b"<urlset>" + b" " * (feeds.MOST_BYTES + 1), 1)
    with pytest.raises(Unreadable, match="too_large"):
        read_page("http://bao.example/sitemap.xml.gz", bomb, "application/gzip", 200, CAPTURED)


def test_a_feed_that_is_not_well_formed_is_read_as_far_as_it_goes() -> None:
    broken = RSS.replace("<guid", "<b>& <guid").replace("</channel></rss>", "")
    assert [link.url[-7:] for link in reading_of(broken, "http://bao.example/rss/").links] == ["12.html"]


@pytest.mark.parametrize("reference", ["&#xD800;", "&#xdfFF;", "&#55296;", "&#057343;"])
def test_half_a_surrogate_pair_in_a_sitemap_or_a_feed_costs_one_character(reference: str) -> None:
    sitemap = reading_of(SITEMAP.replace("-12.html", f"-{reference}-12.html"), "http://bao.example/sitemap.xml")
    assert [link.url[-9:] for link in sitemap.links] == ["-\ufffd-12.html"[-9:]]
    feed = reading_of(ATOM.replace("Mùa", reference).replace("moi", reference), "http://bao.example/atom.xml")
    assert [link.url for link in feed.links] == ["http://bao.example/mua-vu-\ufffd-o-ban-lau-13.html"]
    assert [teaser.headline for teaser in feed.teasers] == ["\ufffd & vụ"]


@pytest.mark.parametrize("reference", ["&#xD7FF;", "&#xE000;", "&#55295;", "&#57344;"])
def test_characters_beside_the_surrogates_are_left_alone(reference: str) -> None:
    reading = reading_of(SITEMAP.replace("-12.html", f"-{reference}.html"), "http://bao.example/sitemap.xml")
    assert reading.links[0].url.endswith(f"-{html.unescape(reference)}.html")


def test_half_a_pair_where_bytes_do_not_show_it_makes_the_document_unreadable() -> None:
    sitemap = '<?xml version="1.0" encoding="utf-16"?>' + SITEMAP.replace("-12.html", "-&#xD800;")
    with pytest.raises(Unreadable, match="not_html: a reference to half a surrogate pair"):
        feeds.read_feed(sitemap.encode("utf-16"), CAPTURED)


def test_entities_of_a_feed_are_not_expanded_and_no_file_is_read() -> None:
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
        '<!ENTITY f SYSTEM "file:///etc/passwd">]><rss><channel><item><title>&b;&f;</title>'
        "<link>http://bao.example/a-b-c-1.html</link></item></channel></rss>"
    )
    reading = feeds.read_feed(bomb.encode(), CAPTURED)
    assert all("root:" not in teaser.headline and len(teaser.headline) < 60 for teaser in reading.teasers)


def test_a_sitemap_is_read_up_to_its_lawful_size() -> None:
    urls = "".join(f"<url><loc>http://bao.example/{n}</loc></url>" for n in range(feeds.MOST_LINKS + 50))
    assert len(feeds.read_feed(f"<urlset>{urls}</urlset>".encode(), CAPTURED).links) == feeds.MOST_LINKS


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize("root", ["urlset", "sitemapindex", "rss"])
def test_of_a_list_that_is_cut_the_links_that_came_are_given_and_that_it_is_cut(root: str, packed: bool) -> None:
    entry = "<item><link>{}</link></item>" if root == "rss" else "<url><loc>{}</loc></url>"
    entries = "".join(entry.format(f"http://bao.example/{number}.html") for number in range(4000))
    whole = (
        f'<?xml version="1.0"?>\n<{root} xmlns="http://x.example">{entries}</{root} >\n<!-- made in 3 ms -->'.encode()
    )
    cut = whole[: len(whole) // 2]
    if packed:
        whole, cut = gzip.compress(whole), gzip.compress(whole)[: len(gzip.compress(whole)) * 2 // 3]
    assert (feeds.read_feed(whole, CAPTURED).reason, len(feeds.read_feed(whole, CAPTURED).links)) == ("", 4000)
    reading = feeds.read_feed(cut, CAPTURED)
    assert reading.reason == "truncated"
    assert 0 < len(reading.links) < 4000
    assert all(link.url.endswith(".html") for link in reading.links), "none is cut"


def test_an_empty_list_in_one_tag_is_not_cut() -> None:
    assert feeds.read_feed(b'<?xml version="1.0"?><urlset xmlns="http://x.example"/>', CAPTURED).reason == ""


def test_xml_without_items_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        feeds.read_feed(b"<opml><body/></opml>", CAPTURED)


def test_robots_txt_gives_its_sitemaps() -> None:
    robots = (
        b"User-agent: *\nDisallow: /x\nSitemap: http://bao.example/sitemap.xml\nsitemap:http://bao.example/s2.xml\n"
    )
    reading = reading_of(robots, "http://bao.example/robots.txt")
    assert [(link.url, link.kind) for link in reading.links] == [
        ("http://bao.example/sitemap.xml", "sitemap"),
        ("http://bao.example/s2.xml", "sitemap"),
    ]


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("http://a.example/tin-tuc/xa-ban-lau-so-ket-12.html", "article"),
        ("http://a.example/kinh-te/202604/mua-che-moi-3ac6d79/", "article"),
        ("http://a.example/thoi-su/hop-thuong-ky-a21733.html", "article"),
        ("http://a.example/hop-bao-thuong-ky-post402118.html", "article"),
        ("http://a.example/2024/03/xa-ban-lau-so-ket/", "article"),
        ("http://a.example/xa-ban-lau-so-ket-cong-tac-quy-mot/", "article"),
        ("http://a.example/tin-tuc/page-2/", "listing"),
        ("http://a.example/category/kinh-te/", "listing"),
        ("http://a.example/tin-tuc/", "page"),
        ("http://a.example/rss/tin-tuc.rss", "feed"),
        ("http://a.example/sitemap-vi.news.xml", "sitemap"),
        ("http://a.example/f/ke-hoach-12-kh-hu.pdf", "attachment"),
        ("http://a.example/a-b-c-1.html?download=1&id=0", "attachment"),
        ("http://a.example/img/a.JPG", "image"),
        ("http://[hỏng", "page"),
    ],
)
def test_an_address_tells_what_it_is_likely_to_be(url: str, kind: str) -> None:
    assert kind_of(url) == kind


def test_a_listing_gives_every_link_once_and_a_teaser_for_each_article() -> None:
    reading = reading_of(LISTING, "http://bao.example/kinh-te/")
    assert reading.kind == "listing"
    assert reading.article is None
    assert [link.url.removeprefix("http://bao.example") for link in reading.links] == [
        "/kinh-te/?moi=1",
        "/kinh-te/page-2/",
        "/tin-tuc/",
        "/kinh-te/mua-che-moi-o-ban-lau-12.html",
        "/kinh-te/hop-tac-xa-mat-ong-ban-chang-13.html",
    ]
    assert [(teaser.headline, teaser.published) for teaser in reading.teasers] == [
        ("Mùa chè mới ở Bản Lầu", "2024-03-05"),
        ("Hợp tác xã mật ong Bản Chang vào vụ", ""),
    ]
    assert reading.teasers[0].text.startswith("Những ngày này")
    assert reading.teasers[0].text.endswith("năm...")


def test_a_page_of_endless_links_is_cut() -> None:
    links = "".join(f'<a href="/{n}">x</a>' for n in range(MOST_LINKS + 100))
    assert len(reading_of(f"<html><body>{links}</body></html>", "http://bao.example/").links) == MOST_LINKS


def test_the_same_page_as_data_for_programs_is_no_link() -> None:
    head = (
        '<link rel="alternate" type="application/rss+xml" href="/feed/"><link rel="canonical" href="/tin-moi/">'
        '<link rel="alternate" type="application/json" href="/wp-json/wp/v2/tags/12">'
        '<link rel="alternate" type="application/json+oembed" href="/wp-json/oembed/1.0/embed?url=x">'
        '<link rel="alternate" type="text/xml+oembed" href="/oembed?format=xml&url=x">'
    )
    reading = reading_of(f"<html><head>{head}</head><body><p>Tin mới</p></body></html>", "http://bao.example/tin-moi")
    assert [link.url for link in reading.links] == ["http://bao.example/feed/", "http://bao.example/tin-moi/"]
