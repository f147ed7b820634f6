"""Every row of every table of candidates is needed: without it, the page that shows where it was met is read anew."""

from __future__ import annotations

from typing import Any

import pytest
from parsing import reading_of

from archive.parsers.fields.candidates import TABLES, Row, Table

HEADLINE = "Xã Bản Lầu mở con đường mới lên bản Na Lốc"

URL = "http://bao.example/tin/xa-ban-lau-mo-con-duong-moi-len-ban-na-loc-123.html"

DATE = "<p>05/03/2024 08:00</p>"

TEXT = "".join(
    f"<p>Lần thứ {n}, bà con trong xã họp bàn việc mở con đường mới lên bản trên sườn đồi.</p>" for n in range(6)
)

MENU = "<ul><li><a href='/'>Trang chủ</a></li><li><a href='/kt'>Kinh tế</a></li><li><a href='/xh'>Xã hội</a></li></ul>"


def _page(above: str = "", header: str = DATE, behind: str = "", head: str = "") -> str:
    return (
        f"<html><head><title>{HEADLINE}</title>{head}</head><body>{MENU}<div>{above}<h1>{HEADLINE}</h1>{header}"
        f"<div class='chu'>{TEXT}</div>{behind}</div></body></html>"
    )


def _said(fields: str) -> str:
    return f'<script type="application/ld+json">{{"@type":"NewsArticle","headline":"{HEADLINE}",{fields}}}</script>'


def _meta(name: str, value: str) -> str:
    return f'<meta property="{name}" content="{value}">'


def _nukeviet(header: str) -> str:
    body = f"<h1 class='title margin-bottom-lg'>{HEADLINE}</h1>{header}<div id='news-bodyhtml'>{TEXT}</div>"
    return f"<html><head><meta name='generator' content='NukeViet v4.5'></head><body>{MENU}{body}</body></html>"


_TRAIL = '{"@type":"BreadcrumbList","itemListElement":[{"name":"Trang chủ"},{"name":"Kinh tế"}]}'

_SECTION = {
    "section link by the headline": _page("<p><a rel='category' href='/k'>Kinh tế</a></p>"),
    "json-ld breadcrumb": _page(head=f'<script type="application/ld+json">{_TRAIL}</script>'),
    "breadcrumb": _page("<div class='breadcrumb'><a href='/'>Trang chủ</a> <a href='/k'>Kinh tế</a></div><p>1</p>"),
    "meta article:section": _page(head=_meta("article:section", "Kinh tế")),
    "json-ld articleSection": _page(head=_said('"articleSection":"Kinh tế"')),
    "trail above the headline": _page("<p><a href='/'>Trang chủ</a> / <a href='/k'>Kinh tế</a></p>"),
    "section link behind the text": _page(behind="<p><a rel='category' href='/k'>Kinh tế</a></p>"),
    "label": _page(behind="<p>Chuyên mục: <a href='/k'>Kinh tế</a></p>" + "<p>1</p>"),
    "link named in the address": _page(behind="<div><span>x</span></div>", above="").replace("/kt", "/kinh-te"),
    "link beside the date": _page(header="<p>05/03/2024 08:00 <a href='/kinh-te.htm'>Kinh tế</a></p>"),
    "line near the headline": _page("<div>Kinh tế</div>"),
}  # fmt: skip

_BYLINE = {
    "json-ld author": _page(head=_said('"author":{"@type":"Person","name":"Hà Vân"}')),
    "beside the headline or behind the text": _page(header=f"<p>Tác giả:</p><p>Hà Vân</p>{DATE}"),
    "date line": _page(header="<p>Hà Vân - 05/03/2024 08:00</p>"),
    "link to a profile": _page(behind="<aside><p>1</p></aside><footer><a rel='author' href='/v'>Hà Vân</a></footer>"),
    "alone beside the date": _page(header=f"{DATE}<p>Hà Vân</p>"),
    "right above the headline": _page(above="<p>by Hà Vân</p>"),
    "header or footer": _page(header="<footer><p>Tác giả: Hà Vân</p></footer>"),
    "meta author that is shown": _page(head=_meta("author", "Hà Vân"), header=f"{DATE}<p>Von Hà Vân</p>"),
    "json-ld organisation": _page(head=_said('"author":{"@type":"Organization","name":"Hà Vân"}')),
}  # fmt: skip

_ISO = "2024-03-05T08:00:00+07:00"

_PUBLISHED = {
    "selector": _nukeviet("<span class='h5'>Thứ ba - 05/03/2024 08:00</span>"),
    "json-ld datePublished": _page(header="", head=_said(f'"datePublished":"{_ISO}"')),
    "meta of publication": _page(header="", head=_meta("article:published_time", _ISO)),
    "microdata": _page(header=f"<abbr class='published' title='{_ISO}'></abbr>"),
    "shown beside the headline": _page(),
    "time element": _page(above=f"<p><time datetime='{_ISO}'>05/03/2024</time></p>" + "<p>1</p>" * 20, header=""),
    "meta of anything": _page(header="", head=_meta("DC.date", _ISO)),
    "address": _page(header=""),
    "shown as that of an edit": _page(header="<p>Last edited 05/03/2024 15:25</p>"),
}  # fmt: skip

_EDIT = "2024-03-06T08:00:00+07:00"

_WORDPRESS = _page(
    f"<div class='wp-block-post-date__modified-date'><time datetime='{_EDIT}'>Tháng ba</time></div>",
    head="<meta name='generator' content='WordPress 6.8'>",
).replace("<body>", "<body class='single single-post'>")

_MODIFIED = {
    "selector": _WORDPRESS,
    "shown beside the date": _page(header=f"{DATE}<p>Cập nhật: 06/03/2024 08:00</p>"),
    "json-ld and meta": _page(head=_said(f'"dateModified":"{_EDIT}"')),
}  # fmt: skip


def _bare(headline: str, title: str = "Cổng tin xã") -> str:
    main = f"<div>{headline}<p>1</p><div class='chu'>{TEXT}</div></div>"
    return f"<html><head><title>{title}</title></head><body>{MENU}{main}</body></html>"


_BOLD = f"<p class='title'><b>{HEADLINE}</b></p>"

_HEADLINE = {
    "the address's words": _bare(f"<p>{HEADLINE}</p>"),
    "words of a title": _bare(f"<p>{HEADLINE}</p>", f"{HEADLINE} | Cổng tin xã"),
    "beginning of a title": _bare(f"<p><b>{HEADLINE}</b></p>", f"{HEADLINE} sau ba năm chờ"),
    "h1": _bare(f"<h1>{HEADLINE}</h1>"),
    "h2": _bare(f"<h2><b>{HEADLINE}</b></h2>"),
    "called title": _bare(_BOLD),
    "bold": _bare(_BOLD),
    "large": _bare(f"<p><font size='5'><b>{HEADLINE}</b></font></p>"),
    "date beside": _bare(f"<p><font size='5'>{HEADLINE}</font></p>{DATE}"),
    "full stop": _bare(f"{_BOLD}<p class='title'><b>Sáng nay, bà con trong xã họp bàn việc mở đường.</b></p>"),
}  # fmt: skip

MET = {"headline": _HEADLINE, "section": _SECTION, "byline": _BYLINE, "published": _PUBLISHED, "modified": _MODIFIED}

VALUES = {
    "headline": HEADLINE,
    "section": "Kinh tế",
    "byline": "Hà Vân",
    "published": "2024-03-05",
    "modified": "2024-03-06",
}

PLAIN = "http://bao.example/tin/1204.html"

ADDRESSES = {row: PLAIN for row in _HEADLINE if row != "the address's words"} | {
    "link named in the address": "http://bao.example/kinh-te/xa-ban-lau-mo-con-duong-moi-len-ban-na-loc-123.html",
    "address": "http://bao.example/2024/03/05/xa-ban-lau-mo-con-duong-moi-len-ban-na-loc.html",
}

ROWS = [(table, row) for table in TABLES for row in table.rows]


def _value(table: Table[Any, Any], row: Row[Any, Any]) -> tuple[str, str]:
    """What the page on which a row was met has for the table's field, and how it was found."""
    reading = reading_of(MET[table.name][row.name], ADDRESSES.get(row.name, URL))
    article = reading.article or reading.unlikely
    assert article is not None
    found = getattr(article, table.name)
    return (str(found.value)[: len(VALUES[table.name])], str(found.by)) if found is not None else ("", "")


@pytest.mark.parametrize(("table", "row"), ROWS, ids=lambda one: getattr(one, "name", ""))
def test_a_row_is_missed_where_it_is_taken_away(table: Table[Any, Any], row: Row[Any, Any]) -> None:
    with_row = _value(table, row)
    assert with_row[0] == VALUES[table.name]
    with table.without(row):
        assert _value(table, row) != with_row


def test_every_row_says_where_it_was_met() -> None:
    assert [row.name for _, row in ROWS if not row.met] == []
