"""Sites in the manner of the world's themes: skeletons as CMSs and theme authors set them, drawn fields and neighbours.

A skeleton is what a known kind of theme prints around an article (WordPress, Joomla, Drupal, Blogger, magazines, ASP.NET
portals, hashed and utility classes, tables, a sentence at the foot that holds every field). A seed draws the skeleton,
how dates, bylines, sections and leads are set, which of them some pages or all lack, and what stands beside the article.
The truth is what an attentive reader sees. Written before the learner was, and after looking at no page that it is
measured on; the words are those of `bench.provincial`.
"""

# ruff: noqa: E501 - the markup of a theme is read as it is printed, on one line

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any, Final

from lxml import etree, html

from bench.disguises import PARSER, renamed, unsaid
from bench.provincial import WORDS, Block, House, Story, paragraphs, slug_of, stories

Row = dict[str, Any]
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS: Final = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")
_DIVIDED: Final = ("header", "main", "article", "section", "nav", "aside", "footer", "figure", "figcaption", "address")
DATES: Final[tuple[tuple[str, Callable[[datetime], str]], ...]] = (
    ("day", lambda at: f"{at:%d/%m/%Y}"),
    ("minute", lambda at: f"{at:%d/%m/%Y %H:%M}"),
    ("minute", lambda at: f"{at:%H:%M} - {at:%d/%m/%Y}"),
    ("minute", lambda at: f"{_WEEKDAYS[at.weekday()]}, {at:%d/%m/%Y, %H:%M}"),
    ("day", lambda at: f"{_WEEKDAYS[at.weekday()]}, ngày {at:%d/%m/%Y}"),
    ("day", lambda at: f"{_MONTHS[at.month - 1]} {at.day}, {at.year}"),
    ("day", lambda at: f"{at.day} {_MONTHS[at.month - 1]} {at.year}"),
    ("day", lambda at: f"{at:%Y-%m-%d}"),
    ("day", lambda at: f"{at.day} tháng {at.month}, {at.year}"),
    ("day", lambda at: f"{at:%d.%m.%Y}"),
)


@dataclass(frozen=True, slots=True)
class Draw:
    """What a seed decides of its site."""

    seed: int
    chance: random.Random
    skeleton: str
    house: House
    lead: str  # "bold": by the editors, in the text; "theme": set apart by the theme; "none"
    precision: str
    dated: Callable[[datetime], str]
    attribute: str  # of <time>: "" | "local" | "utc" | "day"
    account: str  # whom the theme prints as author on every page; "" where it is the story's own
    shows: frozenset[str]  # of what varies: author section tags views minutes share comments side clock toc ...
    lacks: frozenset[str]  # fields that a part of the pages lack
    label: dict[str, str] = field(default_factory=dict)

    @property
    def host(self) -> str:
        return f"http://theme{self.seed}.example"


@dataclass(frozen=True, slots=True)
class Site:
    """The pages of one site with their truth, and its feed."""

    draw: Draw
    pages: tuple[tuple[str, bytes], ...]
    rows: tuple[Row, ...]
    feed: bytes


SKELETONS: Final = {
    "wordpress": """<div id="page" class="site"><header id="masthead" class="site-header"><p class="site-title"><a href="/">{site}</a></p>
{clock}{menu}</header><div id="content" class="site-content"><main id="main" class="site-main"><article id="post-{id}" class="post-{id} post type-post hentry category-{secslug}">
<header class="entry-header">{[sec]<div class="entry-categories"><span class="cat-links">{sec}</span></div>}<h1 class="entry-title">{h}</h1>
<div class="entry-meta"><span class="posted-on">{ldate}<a href="{url}" rel="bookmark">{time}</a></span>{[by] <span class="byline"> {lby}<span class="author vcard"><a class="url fn n" href="/author/{byslug}/">{by}</a></span></span>}{minutes}</div></header>
{[lead]<div class="entry-summary"><p>{lead}</p></div>}<div class="entry-content">{share}{toc}{text}</div><footer class="entry-footer">{[tags]<span class="tags-links">{ltags}{tags}</span>}</footer></article>{prevnext}{related}{comments}</main>{side}</div>{foot}</div>""",
    "joomla": """<div class="container-header">{site}{clock}{menu}</div><div class="site-grid"><div class="container-component"><main>
<div class="com-content-article item-page"><div class="page-header"><h1>{h}</h1></div><dl class="article-info text-muted"><dt class="article-info-term">Chi tiết</dt>
{[by]<dd class="createdby">{lby}<span>{by}</span></dd>}{[sec]<dd class="category-name">{lsec}{sec}</dd>}<dd class="published"><span class="icon-calendar"></span>{ldate}{time}</dd>{[views]<dd class="hits">Lượt xem: {views}</dd>}</dl>
{[tags]<ul class="tags list-inline">{tagitems}</ul>}{[lead]<div class="com-content-article__intro"><p>{lead}</p></div>}<div class="com-content-article__body">{text}</div>{prevnext}</div>{related}</main></div>{side}</div>{foot}""",
    "drupal": """<div class="layout-container"><header role="banner">{site}{menu}{clock}</header>{crumbs}<main role="main"><div class="region region-content"><div class="block block-page-title"><h1 class="page-title"><span class="field field--name-title">{h}</span></h1></div>
<article class="node node--type-article"><footer class="node__meta"><div class="node__submitted">{[by]{lby}<span class="field--name-uid"><span>{by}</span></span> }{ldate}<span class="field--name-created">{date}</span></div></footer>
<div class="node__content">{[lead]<div class="field field--name-field-sapo">{lead}</div>}<div class="clearfix text-formatted field field--name-body">{text}</div>{[sec]<div class="field field--name-field-category"><div class="field__label">{lsec}</div><div class="field__item">{sec}</div></div>}
{[tags]<div class="field field--name-field-tags"><div class="field__items">{tagdivs}</div></div>}</div>{comments}</article>{related}</div></main>{side}{foot}</div>""",
    "blogger": """<div class="outer"><div class="header section"><h1 class="title"><a href="/">{site}</a></h1>{clock}{menu}</div><div class="main"><div class="blog-posts"><div class="date-outer"><h2 class="date-header"><span>{time}</span></h2><div class="post hentry">
<h3 class="post-title entry-title">{h}</h3>{[lead]<div class="snippet">{lead}</div>}<div class="post-body entry-content">{text}<div style="clear:both"></div></div><div class="post-footer"><div class="post-footer-line-1">{[by]<span class="post-author vcard">{lby}<span class="fn">{by}</span></span>}</div>
<div class="post-footer-line-2">{[sec]<span class="post-labels">{lsec}{sec}</span>}{[tags] <span class="post-tags">{tags}</span>}</div></div></div></div>{prevnext}{comments}</div></div>{side}</div>{foot}""",
    "magazine": """<div class="td-header">{site}{clock}{menu}</div>{crumbs}<article class="td-post"><header class="td-post-title">{[sec]<ul class="td-category"><li class="entry-category">{sec}</li></ul>}<h1 class="entry-title">{h}</h1>
{[lead]<p class="td-post-sub-title">{lead}</p>}<div class="td-module-meta-info">{[by]<div class="td-post-author-name"><div class="td-author-by">{lby}</div> <a href="/tac-gia/{byslug}">{by}</a><div class="td-author-line"> - </div></div>}<span class="td-post-date">{time}</span>{[views]<div class="td-post-views"><i></i><span>{views}</span></div>}</div></header>
{share}<div class="td-post-content">{text}</div><footer>{[tags]<div class="td-post-source-tags"><ul class="td-tags"><li><span>{ltags}</span></li>{tagitems}</ul></div>}{share}{prevnext}{bio}</footer></article>{related}{comments}{side}{foot}""",
    "cleanblog": """<nav class="navbar"><a class="navbar-brand" href="/">{site}</a>{menu}</nav><header class="masthead"><div class="container"><div class="post-heading"><h1>{h}</h1>{[lead]<h2 class="subheading">{lead}</h2>}
<span class="meta">{[by]{lby}<a href="#!">{by}</a> }{ldate}{date}{[sec] · {sec}}</span></div></div></header><article><div class="container">{toc}{text}{[tags]<p>{ltags}{tags}</p>}{prevnext}</div></article>{related}{foot}""",
    "profile": """<header>{site}{menu}</header><main><article><h1>{h}</h1>{[lead]<p class="dek">{lead}</p>}<div class="author-row"><img src="/avatar/{byslug}.png" width="40" height="40" alt=""><div><div class="author-name">{by}</div><div class="author-sub">{time}{minutes}</div></div></div>{share}
<div class="prose">{text}</div><div class="topics">{[sec]<span class="topic-main">{sec}</span>}{[tags]{tags}}</div>{bio}</article>{related}{comments}</main>{foot}""",
    "utility": """<div class="flex flex-col"><div class="flex p-4 border-b"><a class="font-bold text-xl" href="/">{site}</a>{menu}</div><div class="max-w-3xl mx-auto p-4">{[sec]<div class="flex text-sm text-gray-500 mb-2">{sec}</div>}<div class="font-bold text-3xl mb-2">{h}</div><div class="flex text-sm text-gray-500 mb-4">{[by]<div class="mr-2">{by}</div>}<div class="mr-2">{time}</div>{[views]<div class="mr-2">{views} lượt xem</div>}</div>
{[lead]<div class="font-semibold text-lg mb-4">{lead}</div>}<div class="text-lg leading-8 mb-4">{text}</div>{[tags]<div class="flex text-sm mb-4">{tags}</div>}<div class="flex mb-4">{prevnext}</div></div>{related}{side}{foot}</div>""",
    "modules": """<div class="Layout_root__x1b2c"><div class="Header_bar__9kqPz">{site}{clock}{menu}</div><div class="Article_wrap__Hq3sA">{crumbs}<h1 class="Article_title__Vb8nM">{h}</h1><div class="Article_info__Jj2kL"><p class="Article_date__pp0Qa">{date}</p>{[by]<p class="Article_who__Zz4xY">{lby}{by}</p>}</div>{[lead]<p class="Article_dek__m3Nn1">{lead}</p>}
<div class="Article_rich__Tt6uI">{text}</div>{[tags]<div class="Article_tags__Ee9rR">{tags}</div>}{share}</div>{related}{side}{foot}</div>""",
    "aspnet": """<form id="aspnetForm" action="./chi-tiet.aspx"><table width="1000" align="center"><tr><td colspan="2">{site}{clock}{menu}</td></tr><tr><td valign="top">{[sec]<a id="ctl00_hplCat" class="cattitle" href="/?cat={secslug}">{secname}</a>}<table width="100%"><tr><td><span id="ctl00_lblDate" class="datetime">{ldate}{date}</span></td></tr><tr><td><span id="ctl00_lblTitle" class="titledetail">{h}</span></td></tr>
{[lead]<tr><td><span id="ctl00_lblLead" class="leaddetail">{lead}</span></td></tr>}<tr><td><div id="ctl00_divContent" class="contentdetail">{text}</div></td></tr>{[by]<tr><td align="right"><span id="ctl00_lblAuthor" class="authordetail">{lby}{by}</span></td></tr>}<tr><td>{share}</td></tr></table>{related}</td><td valign="top">{side}</td></tr></table></form>{foot}""",
    "oneline": """<header class="header"><nav class="nav"><div class="logo"><a href="/">{site}</a></div>{menu}</nav></header><main class="main"><article class="post-single"><header class="post-header">{crumbs}<h1 class="post-title">{h}</h1>{[lead]<div class="post-description">{lead}</div>}<div class="post-meta">{date}{minutesep}{[by]{sep}{lby}{by}}</div></header>{toc}<div class="post-content">{text}</div><footer class="post-footer">{[tags]<ul class="post-tags">{tagitems}</ul>}{prevnext}</footer></article>{related}</main>{foot}""",
    "byfirst": """<header>{site}{menu}</header><div class="wrap"><div class="post"><h2 class="post__title">{h}</h2><p class="post__info">{[by]{lby}{by}{sep}}{date}{[sec]{sep}{sec}}{[views]{sep}{views} lượt đọc}</p>{[lead]<blockquote class="post__quote">{lead}</blockquote>}<div class="post__text">{text}</div>{[tags]<div class="post__tags">{ltags}{tags}</div>}</div>{related}{comments}</div>{side}{foot}""",
    "typo3": """<div id="top">{site}{menu}{clock}</div><div class="news news-single"><div class="article"><div class="header"><h3>{h}</h3></div><div class="footer"><p><span class="news-list-date">{time}</span>{[sec] <span class="news-list-category">{secname}</span>}{[by] <span class="news-list-author">{lby}{by}</span>}</p></div>{[lead]<div class="teaser-text"><p>{lead}</p></div>}<div class="news-text-wrap">{text}</div>{[tags]<ul class="news-tags">{tagitems}</ul>}{related}</div></div>{side}{foot}""",
    "eportal": """<div class="top">{site}<div class="today">{clock}</div>{menu}</div><div class="center-col">{crumbs}<div class="detail"><div class="title-detail">{h}</div><div class="sub-detail"><span>{ldate}{date}</span><span class="size">Xem cỡ chữ: <a href="#">A-</a> <a href="#">A+</a></span></div>{[lead]<div class="sapo-detail"><b>{lead}</b></div>}<div class="body-detail">{text}</div>{[by]<div class="poster">{lby}{by}</div>}{[tags]<div class="keyword">{ltags}{tags}</div>}{share}</div>{related}</div>{side}{foot}""",
    "daybook": """<div id="wrapper">{site}{menu}<div id="main"><p class="day-date">{time}</p><h2 class="post-title">{h}</h2><p class="post-info">{[by]{lby}{by}}{[sec] trong mục {sec}}{[views] — {views} lượt đọc}</p>{[lead]<div class="post-excerpt"><p>{lead}</p></div>}<div class="post-content">{text}</div>{[tags]<ul class="post-tags">{tagitems}</ul>}<h3>Bình luận</h3>{comments}</div>{side}</div>{foot}""",
    "wiki": """<div id="nav">{site}{menu}</div><div id="doc">{[sec]<div class="trail"><a href="/">Đầu trang</a> / {sec}</div>}<h1>{h}</h1>{toc}<div class="page">{[lead]<p class="abstract">{lead}</p>}{text}</div><div class="docinfo">{ldate}{date}{[by] · {lby}{by}}{[tags] · {ltags}{tags}}</div></div>{foot}""",
    "kubrick": """<div id="header"><h1><a href="/">{site}</a></h1>{menu}</div><div id="content" class="widecolumn">{prevnext}<div class="post" id="post-{id}"><h2>{h}</h2><div class="entry">{[lead]<p class="intro">{lead}</p>}{text}<p class="postmetadata alt"><small>Bài này được đăng ngày {date}{[sec] trong mục {sec}}{[by] bởi {by}}. Bạn có thể theo dõi các phản hồi qua <a href="/feed">RSS</a>.</small></p></div></div>{comments}</div>{foot}""",
    "factbox": """<header>{site}{menu}{clock}</header><div class="grid"><div class="facts"><table><tr><th>Ngày</th><td>{date}</td></tr>{[by]<tr><th>Tác giả</th><td>{by}</td></tr>}{[sec]<tr><th>Mục</th><td>{sec}</td></tr>}</table>{[tags]<div class="chips">{tags}</div>}</div><div class="story"><h1>{h}</h1>{[lead]<p class="standfirst">{lead}</p>}{text}</div></div>{related}{foot}""",
    "hero": """<nav class="bar">{site}{menu}</nav><section class="hero"><div class="hero-inner">{[sec]<span class="badge">{secname}</span>}<h1 class="display">{h}</h1>{[lead]<p class="hero-dek">{lead}</p>}<ul class="hero-meta">{[by]<li>{lby}<strong>{by}</strong></li>}<li>{time}</li>{[views]<li>{views} xem</li>}</ul></div></section><section class="reading"><div class="reading-col">{text}</div>{[tags]<div class="tag-row">{tagdivs}</div>}{share}</section>{related}{foot}""",
    "letter": """<div class="pub"><a href="/">{site}</a></div><article class="newsletter-post"><div class="post-header"><h1 class="post-title">{h}</h1>{[lead]<h3 class="subtitle">{lead}</h3>}<div class="byline-wrapper"><div class="pencraft"><div class="profile-hover"><a href="/@{byslug}">{by}</a></div><div class="pencraft">{date}</div></div></div><div class="post-ufi"><a href="#">12</a><a href="#">Chia sẻ</a></div></div><div class="available-content"><div class="body markup">{text}</div></div></article>{comments}{foot}""",
    "fonts": """<table width="780"><tr><td><b>{site}</b>{clock}</td></tr><tr><td>{menu}</td></tr><tr><td><p><font size="4" color="navy"><b>{h}</b></font> <font size="1"><i>({date})</i></font></p>{[lead]<p><b><i>{lead}</i></b></p>}<div align="justify">{text}</div>{[by]<p align="right"><b>{by}</b></p>}{share}</td></tr><tr><td>{related}</td></tr></table>{foot}""",
    "sidecar": """<div class="page-head">{site}{menu}</div><div class="cols"><aside class="left-rail"><p class="rail-date">{time}</p>{[by]<p class="rail-author"><em>{lby}</em>{by}</p>}{[sec]<p class="rail-cat">{sec}</p>}{share}</aside><section class="center"><h1>{h}</h1>{[lead]<div class="lede">{lead}</div>}<div class="copy">{text}</div>{[tags]<p class="labels">{tags}</p>}</section><aside class="right-rail">{side}</aside></div>{related}{foot}""",
}


def drawn(seed: int) -> Draw:
    """What the seed decides."""
    chance = random.Random(f"theme {seed}")
    one = chance.choice
    skeleton = list(SKELETONS)[seed % len(SKELETONS)]
    lead = one(("bold", "bold", "theme", "theme", "none"))
    author = chance.random() < 0.7 or skeleton in ("profile", "letter")
    signature = (
        one(("none", "none", "none", "right", "italic")) if author else one(("none", "right", "right", "italic"))
    )
    house = House(
        "bold" if lead != "none" else "none", one(("figure", "centred", "table")), signature, one(("Theo {}", "Nguồn: {}")),
        one(("Xem chi tiết tại đây", "Tải về")), one(("##", "###", "**")), one((True, False)),
    )  # fmt: skip
    precision, dated = one(DATES)
    maybe = (
        "views",
        "minutes",
        "share",
        "comments",
        "side",
        "clock",
        "toc",
        "related",
        "excerpts",
        "prevnext",
        "bio",
        "feed",
        "meta",
        "cloud",
        "licence",
        "newsletter",
        "crumbs",
    )
    shows = {name for name in maybe if chance.random() < 0.45} | ({"author"} if author else set())
    shows |= {name for name in ("section", "tags") if chance.random() < 0.75}
    lacks = frozenset(name for name in ("section", "author", "tags") if chance.random() < 0.2)
    return Draw(
        seed, chance, skeleton, house, lead, precision, dated, one(("", "local", "utc", "day")),
        one(("Ban Biên tập", "quantri", "")) if signature != "none" else "", frozenset(shows), lacks,
        {"date": one(("", "", "Ngày đăng: ", "Cập nhật lúc ", "Posted on ", "Đăng ngày ", "Xuất bản: ")),
         "by": one(("", "", "Tác giả: ", "Bởi ", "By ", "Viết bởi: ", "Người đăng: ", "bài của ")),
         "sec": one(("", "Chuyên mục: ", "Mục: ", "Category: ", "trong ")),
         "tags": one(("", "Từ khóa: ", "Tags: ", "Thẻ ", "Xem thêm về ")), "sep": one((" | ", " · ", " - ", " / ", " • "))},
    )  # fmt: skip


def built(seed: int, articles: int = 30, notices: int = 4) -> Site:
    """The whole site of a seed."""
    draw = drawn(seed)
    told = stories(f"theme {seed}", articles, notices, draw.house)
    pages, rows = [], []
    for number, story in enumerate(told):
        page, row = _page(draw, story, number, told)
        pages.append((row["url"], page))
        rows.append(row)
    return Site(draw, tuple(pages), tuple(rows), _feed(draw, told) if "feed" in draw.shows else b"")


def _url(draw: Draw, story: Story) -> str:
    number = sum(map(ord, story.slug))
    forms = ("/{s}.html", "/{c}/{s}-{n}.html", "/{y}/{s}/", "/tin.aspx?id={n}{m}", "/p/{s}")
    return forms[draw.seed % 5].format(s=story.slug, c=slug_of(story.section), y=story.published.year, n=number, m=story.published.strftime("%m%d%H%M"))  # fmt: skip


def _page(draw: Draw, story: Story, number: int, told: list[Story]) -> tuple[bytes, Row]:
    chance = random.Random(f"{draw.seed} {story.slug}")
    has = set(draw.shows)
    has -= {
        name
        for name in draw.lacks
        if chance.random() < 0.3 and not (name == "author" and draw.skeleton in ("profile", "letter"))
    }
    skeleton = SKELETONS[draw.skeleton]
    author = draw.account or story.author
    by = author if "author" in has and "{by}" in skeleton else ""
    in_crumbs = "crumbs" in has and "{crumbs}" in skeleton
    section = story.section if "section" in has and ("[sec]" in skeleton or in_crumbs) else ""
    tags = story.tags if "tags" in has and "[tags]" in skeleton else ()
    crumbs = ""
    if in_crumbs:
        steps = [
            '<a href="/">Trang chủ</a>',
            *([_section(story)] if section else []),
            *([f"<span>{escape(story.headline)}</span>"] if draw.seed % 2 else []),
        ]
        crumbs = f'<div class="breadcrumb">{" › ".join(steps)}</div>'
    lead = story.lead if draw.lead == "theme" else ""
    text = _text(draw, story, lambda slug: _url(draw, next(one for one in told if one.slug == slug)))
    if "licence" in has:
        text += '<p class="note"><em>Mọi hình thức sao chép lại nội dung bài viết này phải ghi rõ nguồn dẫn.</em></p>'
    others = [one for one in told if one is not story]
    near = [others[(number + step) % len(others)] for step in range(5)]
    site, label = "Báo Thượng Sơn", draw.label
    links = [f'<a href="/tag/{slug_of(tag)}/">{tag}</a>' for tag in tags]
    parts = {
        "site": f'<a href="/">{site}</a>' if draw.skeleton == "profile" else site, "clock": "Hôm nay: Thứ Ba, 24/11/2026" if "clock" in has else "",
        "menu": "<ul>" + "".join(f'<li><a href="/{slug_of(one)}/">{one}</a></li>' for one in WORDS["sections"]) + '<li><a href="/lien-he/">Liên hệ</a></li></ul>',
        "id": str(1000 + number), "url": _url(draw, story), "h": escape(story.headline), "secslug": slug_of(story.section),
        "sec": _section(story) if section else "", "secname": section, "date": draw.dated(story.published), "time": _time(draw, story),
        "by": by, "byslug": slug_of(by or "x"), "lead": lead, "text": text, "tags": (", " if draw.seed % 3 else " ").join(links),
        "tagitems": "".join(f"<li>{one}</li>" for one in links), "tagdivs": "".join(f'<div class="field__item">{one}</div>' for one in links),
        "views": str(chance.randint(12, 4000)) if "views" in has else "", "minutes": f" · {chance.randint(2, 9)} phút đọc" if "minutes" in has else "",
        "minutesep": f"{label['sep']}{chance.randint(2, 9)} phút" if "minutes" in has else "", "sep": label["sep"], "crumbs": crumbs,
        "share": '<div class="share"><a href="https://fb.example/s">Facebook</a> <a href="#">In bài</a> <a href="#">Gửi email</a></div>' if "share" in has else "",
        "prevnext": f'<div class="pn"><a rel="prev" href="{_url(draw, near[0])}">« {near[0].headline}</a> <a rel="next" href="{_url(draw, near[1])}">{near[1].headline} »</a></div>' if "prevnext" in has else "",
        "related": _related(draw, near, has), "comments": _comments(chance) if "comments" in has and chance.random() < 0.6 else "",
        "side": _side(draw, told, has), "toc": "", "bio": f'<div class="author-box"><img src="/a.png"><div class="author-box-name"><a href="/tac-gia/{slug_of(by)}">{by}</a></div><div class="author-box-text">Phóng viên thường trú, theo dõi mảng nông nghiệp và đời sống vùng cao nhiều năm nay.</div></div>' if "bio" in has and by else "",
        "foot": f'<footer class="foot"><p>© 2026 {site}. Cơ quan chủ quản: Tỉnh ủy Thượng Sơn. Giấy phép số 77/GP-BTTTT ngày 12/02/2021.</p></footer>',
        "ldate": label["date"], "lby": label["by"], "lsec": label["sec"], "ltags": label["tags"],
    }  # fmt: skip
    if "newsletter" in has:
        parts["related"] = (
            '<div class="subscribe"><h3>Bản tin sáng</h3><p>Nhận tin tổng hợp của tòa soạn vào sáu giờ mỗi ngày qua hộp thư của bạn.</p></div>'
            + parts["related"]
        )
    if "toc" in has and (heads := [one.text for one in story.blocks if one.kind == "h"]):
        parts["toc"] = (
            '<div class="toc"><b>Mục lục</b><ul>'
            + "".join(f'<li><a href="#m{at}">{text}</a></li>' for at, text in enumerate(heads))
            + "</ul></div>"
        )
    body = filled(skeleton, parts, {"sec": section, "by": by, "tags": tags, "lead": lead, "views": parts["views"]})
    meta = (
        f'<meta property="og:title" content="{escape(story.headline)}"><meta property="og:description" content="{escape(_summary(story))}">'
        if "meta" in has
        else ""
    )
    page = f'<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{escape(story.headline)} - {site}</title>{meta}</head><body>{body}</body></html>'
    return page.encode(), _truth(draw, story, by, section, tags)


def filled(skeleton: str, parts: Mapping[str, str], present: Mapping[str, object]) -> str:
    """The skeleton with its parts; what stands in `{[name]...}` is left out where nothing is `present` by that name."""
    body = re.sub(r"\{\[(\w+)\]((?:[^{}]|\{\w+\})*)\}", lambda match: match[2] if present[match[1]] else "", skeleton)
    return re.sub(r"\{(\w+)\}", lambda match: parts[match[1]], body)


def _truth(draw: Draw, story: Story, by: str, section: str, tags: tuple[str, ...]) -> Row:
    signed = draw.house.signature != "none" and story.kind == "article"
    pictures = [block for block in story.blocks if block.kind == "picture"]
    boxes = [pair for block in story.blocks if block.kind == "related" for pair in block.rows]
    shown = _shown(draw)
    at = story.published
    return {
        "url": draw.host + _url(draw, story), "kind": story.kind, "headline": story.headline, "lead": story.lead or None, "paragraphs": paragraphs(story),
        "captions": [one.text for one in pictures if one.text], "byline": story.author if signed else by or None, "source_credit": story.credit or None,
        "section": section or None, "published": None if not shown else at.isoformat(timespec="minutes") if draw.precision == "minute" else at.date().isoformat(),
        "tags": list(tags), "images": [draw.host + one.url for one in pictures], "attachments": [draw.host + story.attachment] if story.attachment else [],
        "related": [{"headline": headline, "url": draw.host + slug} for headline, slug in boxes],
        "cells": [" ".join(cell for row in block.rows for cell in row) for block in story.blocks if block.kind == "table"],
        "optional": ["tags", "related", *(["byline"] if story.kind == "notice" else []), *([] if shown else ["published"])],
    }  # fmt: skip


def _shown(draw: Draw) -> bool:
    return "{date}" in SKELETONS[draw.skeleton] or "{time}" in SKELETONS[draw.skeleton]


def _section(story: Story) -> str:
    return f'<a href="/{slug_of(story.section)}/">{story.section}</a>'


def _time(draw: Draw, story: Story) -> str:
    shown, at = draw.dated(story.published), story.published
    said = {
        "": "",
        "local": at.isoformat(),
        "utc": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "day": at.date().isoformat(),
    }[draw.attribute]
    changed = (at + timedelta(days=3)).isoformat()
    if not said:
        return f'<span class="when">{shown}</span>'
    again = (
        f'<time class="updated" datetime="{changed}">{draw.dated(at + timedelta(days=3))}</time>'
        if draw.seed % 7 == 3
        else ""
    )
    return f'<time class="published" datetime="{said}">{shown}</time>{again}'


def _summary(story: Story) -> str:
    return (story.lead or next((one.text for one in story.blocks if one.kind == "p"), story.headline))[:180]


def _text(draw: Draw, story: Story, link: Callable[[str], str]) -> str:
    return edited(story, draw.house, link, bold_lead=draw.lead == "bold")


def edited(story: Story, house: House, link: Callable[[str], str], *, bold_lead: bool, signature: str = "") -> str:
    """The HTML of a text as its editors set it; `link` gives the address of a slug, `signature` a class for the name."""
    parts = [f"<p><strong>{story.lead}</strong></p>"] if story.lead and bold_lead else []
    parts += [_block(block, house, link) for block in story.blocks]
    if story.attachment:
        parts.append(f'<p><a href="{story.attachment}">{house.attachment}</a></p>')
    if story.credit:
        parts.append(f"<p><em>{house.credit.format(story.credit)}</em></p>")
    if house.signature != "none" and story.kind == "article":
        tag = "strong" if house.signature == "right" else "em"
        look = f'class="{signature}"' if signature else 'style="text-align: right;"'
        parts.append(f"<p {look}><{tag}>{story.author}</{tag}></p>")
    return "\n".join(parts)


def _block(block: Block, house: House, link: Callable[[str], str]) -> str:
    if block.kind == "h":
        return {
            "##": f"<h2>{block.text}</h2>",
            "###": f"<h3>{block.text}</h3>",
            "**": f"<p><strong>{block.text}</strong></p>",
        }[house.heading]
    if block.kind == "list":
        return "<ul>" + "".join(f"<li>{row[0]}</li>" for row in block.rows) + "</ul>"
    if block.kind == "table":
        return (
            "<table><tbody>"
            + "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in block.rows)
            + "</tbody></table>"
        )
    if block.kind == "related":
        return (
            '<div class="box"><p><strong>Tin liên quan:</strong></p><ul>'
            + "".join(f'<li><a href="{link(slug)}">{headline}</a></li>' for headline, slug in block.rows)
            + "</ul></div>"
        )
    if block.kind == "picture":
        picture, centred = f'<img src="{block.url}" alt="" />', '<p style="text-align: center;">{}</p>'
        if not block.text:
            return centred.format(picture)
        if house.caption == "figure":
            return f"<figure>{picture}<figcaption>{block.text}</figcaption></figure>"
        if house.caption == "table":
            return f"<table><tbody><tr><td>{picture}</td></tr><tr><td><em>{block.text}</em></td></tr></tbody></table>"
        return centred.format(picture) + centred.format(f"<em>{block.text}</em>")
    return f"<blockquote><p>{block.text}</p></blockquote>" if block.kind == "quote" else f"<p>{block.text}</p>"


def _related(draw: Draw, near: list[Story], has: set[str]) -> str:
    if "related" not in has:
        return ""
    if "excerpts" in has:
        items = "".join(
            f'<div class="card"><h4><a href="{_url(draw, one)}">{one.headline}</a></h4><span class="card-date">{draw.dated(one.published)}</span><p>{_summary(one)}</p></div>'
            for one in near[:3]
        )
    else:
        items = (
            "<ul>"
            + "".join(
                f'<li><a href="{_url(draw, one)}">{one.headline}</a> <i>({one.published:%d/%m/%Y})</i></li>'
                for one in near
            )
            + "</ul>"
        )
    return f'<div class="more"><h3>Tin cùng chuyên mục</h3>{items}</div>'


def _side(draw: Draw, told: list[Story], has: set[str]) -> str:
    if "side" not in has:
        return ""
    latest = "".join(
        f'<li><a href="{_url(draw, one)}">{one.headline}</a><span>{draw.dated(one.published)}</span><em>{one.author}</em></li>'
        for one in told[:4]
    )
    cloud = (
        "".join(f'<a href="/tag/{slug_of(one)}/">{one}</a> ' for one in WORDS["things"][:8]) if "cloud" in has else ""
    )
    return f'<aside class="sidebar"><h4>Mới nhất</h4><ul>{latest}</ul><div class="cloud">{cloud}</div></aside>'


def _comments(chance: random.Random) -> str:
    names = (f"{chance.choice(WORDS['families'])} {chance.choice(WORDS['givens'])}" for _ in range(2))
    return (
        '<div class="comments"><h3>Ý kiến bạn đọc</h3>'
        + "".join(
            f'<div class="comment"><b>{name}</b> <span>{chance.randint(1, 28)}/09/2026</span><p>{chance.choice(WORDS["items"])}</p></div>'
            for name in names
        )
        + "</div>"
    )


def _feed(draw: Draw, told: list[Story]) -> bytes:
    items = "".join(
        f"<item><title>{escape(one.headline)}</title><link>{draw.host}{escape(_url(draw, one))}</link><pubDate>{one.published:%a, %d %b %Y %H:%M:%S +0700}</pubDate>"
        f"<description>{escape(_summary(one))}</description><category>{one.section}</category><dc:creator>{draw.account or one.author}</dc:creator></item>"
        for one in told
    )
    return f'<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>T</title><link>{draw.host}</link>{items}</channel></rss>'.encode()


def disguised(site: Site) -> Site:
    """The site with names that say nothing, no metadata and only divs; every other one without h1, title and feed."""
    bare = site.draw.seed % 2 == 1
    pages = []
    for url, page in site.pages:
        tree = html.document_fromstring(page, parser=PARSER)
        renamed(tree)
        unsaid(tree)
        for element in tree.iter(*_DIVIDED):
            element.tag = "div"
        for element in tree.iter("time"):
            element.tag = "span"
        for element in tree.iter("h1", "title") if bare else ():
            if element.tag == "title":
                element.text = "Báo Thượng Sơn"
            else:
                element.tag = "div"
        pages.append((url, etree.tostring(tree, method="html", encoding="utf-8", doctype="<!DOCTYPE html>")))
    return replace(site, pages=tuple(pages), feed=b"" if bare else site.feed)
