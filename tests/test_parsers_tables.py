"""Every row of every table of candidates is needed: without it, the page that shows where it was met is read anew."""

from __future__ import annotations

import pytest

from archive.model import Article
from archive.parsers.fields.candidates import TABLES, Row, Table
from tests.parsing import reading_of

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


_TRAIL = '{"@type":"BreadcrumbList","itemListElement":[{"name":"Trang chủ"},{"name":"Kinh tế"}]}'
_SAID = f'{{"@type":"NewsArticle","headline":"{HEADLINE}","articleSection":"Kinh tế"}}'
_FOLDER = "http://bao.example/kinh-te/xa-ban-lau-mo-con-duong-moi-len-ban-na-loc-123.html"

MET = {
    "section link by the headline": _page("<p><a rel='category' href='/k'>Kinh tế</a></p>"),
    "json-ld breadcrumb": _page(head=f'<script type="application/ld+json">{_TRAIL}</script>'),
    "breadcrumb": _page("<div class='breadcrumb'><a href='/'>Trang chủ</a> <a href='/k'>Kinh tế</a></div><p>1</p>"),
    "meta article:section": _page(head='<meta property="article:section" content="Kinh tế">'),
    "json-ld articleSection": _page(head=f'<script type="application/ld+json">{_SAID}</script>'),
    "trail above the headline": _page("<p><a href='/'>Trang chủ</a> / <a href='/k'>Kinh tế</a></p>"),
    "section link behind the text": _page(behind="<p><a rel='category' href='/k'>Kinh tế</a></p>"),
    "label": _page(behind="<p>Chuyên mục: <a href='/k'>Kinh tế</a></p>" + "<p>1</p>"),
    "link named in the address": _page(behind="<div><span>x</span></div>", above="").replace("/kt", "/kinh-te"),
    "link beside the date": _page(header="<p>05/03/2024 08:00 <a href='/kinh-te.htm'>Kinh tế</a></p>"),
    "line near the headline": _page("<div>Kinh tế</div>"),
}  # fmt: skip
ROWS = [(table, row) for table in TABLES for row in table.rows]


def _article(name: str) -> Article:
    article = reading_of(MET[name], _FOLDER if name == "link named in the address" else URL).article
    assert article is not None
    return article


@pytest.mark.parametrize(("table", "row"), ROWS, ids=lambda one: getattr(one, "name", ""))
def test_a_row_is_missed_where_it_is_taken_away(table: Table, row: Row) -> None:
    found = getattr(_article(row.name), table.name)
    assert found is not None
    assert (found.value, found.by) == ("Kinh tế", row.name)
    with table.without(row):
        without = getattr(_article(row.name), table.name)
        assert without is None or without.by != row.name


def test_every_row_says_where_it_was_met() -> None:
    assert [row.name for _, row in ROWS if not row.met] == []
