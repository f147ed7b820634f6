"""One made-up article on a village road, in layouts that no parser was written for."""

from __future__ import annotations

from parsing import reading_of

from archive.model import Article

HEADLINE = "Xã Bản Qua hoàn thành đường bê tông liên thôn"
URL = "http://bao.example/nong-thon/xa-ban-qua-hoan-thanh-duong-be-tong-lien-thon-1204.html"
LEAD = "Sau bốn tháng thi công, tuyến đường dài 3,2 km nối ba thôn vùng cao của xã đã đưa vào sử dụng trước mùa mưa."
TEXT = (
    "Tuyến đường có tổng vốn 4,7 tỷ đồng, trong đó nhân dân hiến 2.100 m² đất và góp hơn 900 ngày công san nền, đổ đá.",
    "Ông Lò Văn Thịnh, trưởng thôn, cho biết trước đây mùa mưa xe máy không vào được, nông sản phải gùi ra chợ bán.",
    "Thời gian tới, xã tiếp tục vận động làm rãnh thoát nước và trồng cây hai bên đường, bảo "
    "đảm đúng quy hoạch đã duyệt.",
)
PARAGRAPHS = "".join(f"<p>{text}</p>" for text in TEXT)


def article_of(main: str, head: str = "", url: str = URL, body: str = "") -> Article:
    """The article of a page whose only other content is a menu."""
    markup = (
        f'<html><head><meta charset="utf-8"><title>{HEADLINE}</title><meta property="og:type" content="article">{head}'
        f'</head><body class="{body}"><p class="site-title"><a href="/">Cổng tin xã Bản Qua</a></p>{main}</body></html>'
    )
    article = reading_of(markup, url).article
    assert article is not None
    return article


def wordpress(main: str) -> Article:
    """The same, of a post on a WordPress site."""
    return article_of(main, '<meta name="generator" content="WordPress 6.8">', body="single single-post")


def nukeviet(main: str, behind: str = "") -> Article:
    """The article of a NukeViet portal in a theme that keeps the body's id and nothing else."""
    markup = (
        f'<html><head><title>{HEADLINE}</title><meta name="generator" content="NukeViet v4.5"></head>'
        '<body><div class="trail breadcrumb-own"><a href="/">Trang chủ</a><a '
        'href="/vi/nong-thon/">Nông thôn mới</a></div>'
        f'<div class="doc"><h1>{HEADLINE}</h1>{main}</div>{behind}</body></html>'
    )
    article = reading_of(markup, "http://bao.example/vi/nong-thon/xa-ban-qua-hoan-thanh-duong-1204.html").article
    assert article is not None
    assert article.parser.startswith("nukeviet/")
    return article


LINK = f'<h2><a href="{URL}">{HEADLINE}</a></h2>'
NUMBERED = "http://cong.example/Pages/chi-tiet.aspx?id=4711"
SITE = "Trang thông tin điện tử huyện Bản Qua"
TEXT_BLOCK = f"<div><p>{LEAD}</p>{PARAGRAPHS}</div>"
K2 = "https://hoi.example/index.php/tin-tuc/item/655-lam-duong-lien-thon"


def numbered(main: str, title: str = SITE) -> Article:
    """The article of a page whose address is a number, and whose title, by default, the site's."""
    menu = "".join(f'<li><a href="/muc-{number}">Mục thứ {number}</a></li>' for number in range(9))
    body = f"<div><p>{SITE}</p><ul>{menu}</ul></div>{main}"
    article = reading_of(f"<html><head><title>{title}</title></head><body>{body}</body></html>", NUMBERED).article
    assert article is not None
    return article


def json_ld(data: str) -> str:
    """A script of JSON-LD."""
    return f'<script type="application/ld+json">{data}</script>'


def told(fields: str, header: str = "", behind: str = "", head: str = "", headline: str = HEADLINE) -> Article:
    """The article of a page whose JSON-LD has these fields."""
    data = f'{{"@type":"NewsArticle","headline":"{headline}",{fields}}}'
    return article_of(f"<main><h1>{HEADLINE}</h1>{header}<div>{PARAGRAPHS}</div>{behind}</main>", json_ld(data) + head)


def k2_item(edited: str) -> Article:
    """The article of an item of Joomla's K2, with what is said of its last edit."""
    head = '<head><meta name="generator" content="Joomla! - Open Source Content Management"><title>Tin</title></head>'
    date = '<span class="itemDateCreated">Thứ bảy, 24 Tháng 2 2024 14:22</span>'
    foot = f'<div class="itemContentFooter"><span class="itemDateModified">Sửa lần cuối vào {edited}</span></div>'
    tags = '<div><span>Thẻ</span><ul class="itemTags"><li><a href="/t/1">đường xá</a></li></ul></div>'
    links = '<div class="itemCategory"><span>Trong</span> <a href="/index.php/tin-tuc">Tin tức</a></div>'
    beside = (
        '<div class="itemNavigation"><span>Nhiều hơn trong chuyên mục này:</span> '
        '<a class="itemPrevious" href="/index.php/tin-tuc/item/603-a">« Kiểm tra tiến độ làm đường tránh</a></div>'
    )
    item = f'{date}<h2 class="itemTitle">{HEADLINE}</h2><div class="itemFullText">{PARAGRAPHS}</div>'
    view = f'<div id="k2Container" class="itemView">{item}{foot}{links}{tags}{beside}</div>'
    article = reading_of(f"<html>{head}<body>{view}</body></html>", K2).article
    assert article is not None
    return article
