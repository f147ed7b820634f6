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
