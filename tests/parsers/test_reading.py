"""One road for every page: by its status, its kind, its source's layout of that day, its family's marks."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from parsing import CAPTURED, URL, reading_of

from archive.errors import Unreadable
from archive.parsers import read_page
from archive.sources.model import Host, Layout, Select, Source

TEXT = "Sáng 5/3, Đảng ủy xã Bản Lầu tổ chức hội nghị sơ kết công tác quý I, triển khai nhiệm vụ quý II năm 2024."

SITE = f"""<html><head><title>x</title></head><body><div class="khung"><p class="ten-bai">Xã Bản Lầu sơ kết quý I</p>
<p class="gio">3/5/2024 3:25:00 PM</p><p class="tom">Hội nghị sơ kết</p><div class="quang-cao">Mua ngay</div>
<div class="chu"><p>{TEXT}</p><p>{TEXT} Hết.</p></div></div></body></html>"""

SELECT = Select(
    headline=("p.ten-bai",), lead=("p.tom",), body=("div.chu",), published=("p.gio",), cut=("div.quang-cao",)
)


def _source(*layouts: Layout) -> Source:
    return Source(
        "ban-lau",
        "Báo Bản Lầu",
        "newspaper",
        "lao-cai",
        "unverified",
        "http://bao.example/",
        (Host("bao.example"),),
        layouts,
    )


GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.mark.parametrize("status", [204, 301, 304, 404, 410, 500, 503])
def test_an_answer_that_is_no_page_has_neither_article_nor_links(status: int) -> None:
    reading = reading_of(SITE, status=status)
    assert (reading.kind, reading.article, reading.links, reading.reason) == ("page", None, (), f"status_{status}")


@pytest.mark.parametrize(
    ("mime", "kind"),
    [
        ("image/jpeg", "image"),
        ("application/pdf", "attachment"),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "attachment"),
        ("application/json", "attachment"),
    ],
)
def test_pictures_and_documents_are_not_parsed(mime: str, kind: str) -> None:
    assert read_page(URL, b"<html><p>x", mime, 200, CAPTURED).kind == kind


def test_a_sources_selectors_come_first() -> None:
    reading = reading_of(SITE, "http://bao.example/x", _source(Layout("generic", select=SELECT, month_first=True)))
    assert reading.article is not None
    assert reading.article.headline.value == "Xã Bản Lầu sơ kết quý I"
    assert reading.article.lead is not None
    assert reading.article.lead.value == "Hội nghị sơ kết"
    assert reading.article.body == (TEXT, f"{TEXT} Hết.")
    assert reading.article.published is not None
    assert reading.article.published.value == "2024-03-05T15:25:00+07:00"
    assert reading.article.headline.by == "p.ten-bai"


def test_a_page_is_read_with_the_layout_of_the_day_it_was_captured() -> None:
    old = Select(headline=("h5.cu",), body=("td.cu",))
    source = _source(Layout("generic", until=date(2020, 12, 31), select=old), Layout("generic", select=SELECT))
    page = (
        f"<html><body><h5 class=cu>Tin của giao diện cũ năm trước</h5><table><tr><td class=cu><p>{TEXT}</p></td></tr>"
    )
    page += "</table></body></html>"
    before = read_page(URL, page.encode(), "text/html", 200, datetime(2020, 6, 1, tzinfo=UTC), source)
    assert before.article is not None
    assert before.article.headline.by == "h5.cu"
    after = read_page(URL, SITE.encode(), "text/html", 200, datetime(2021, 6, 1, tzinfo=UTC), source)
    assert after.article is not None
    assert after.article.headline.by == "p.ten-bai"


def test_the_family_a_source_names_is_the_one_that_reads() -> None:
    page = (GOLDEN / "bac-giang/bbg/quy-hoach/page.html").read_bytes()
    reading = read_page(URL, page, "text/html", 200, CAPTURED, _source(Layout("onecms")))
    assert reading.article is not None
    assert reading.article.parser.startswith("onecms/")
    assert reading.article.headline.value == "Ban Thường vụ Huyện ủy Lâm Khê cho ý kiến về quy hoạch cán bộ"


def test_reading_is_pure_and_twice_the_same() -> None:
    page = (GOLDEN / "bac-kan/vnpt/quy-hoach/page.html").read_bytes()
    assert read_page(URL, page, "text/html", 200, CAPTURED) == read_page(URL, page, "text/html", 200, CAPTURED)


def test_a_canonical_address_on_another_host_is_not_the_articles() -> None:
    head = '<link rel="canonical" href="https://khac.example/a-1.html"><meta property="og:url" content="/goc-12.html">'
    page = f"<html><head>{head}</head><body><h1>Hội nghị sơ kết công tác quý một năm nay</h1>"
    page += f"<p>05/03/2024 08:00</p><p>{TEXT}</p><p>{TEXT}</p><p>{TEXT}</p><p>{TEXT}</p><p>{TEXT}</p></body></html>"
    article = reading_of(page, "http://bao.example/hoi-nghi-so-ket-cong-tac-quy-mot-nam-nay-12.html").article
    assert article is not None
    assert article.canonical == "http://bao.example/goc-12.html"


def test_a_page_that_breaks_off_is_marked_as_doubtful() -> None:
    page = (GOLDEN / "bac-kan/vnpt/quy-hoach/page.html").read_text()
    cut = page[: page.index("Các đại biểu tập trung") + 60]
    article = reading_of(cut, "https://lamkhe.backan.example/chi-tiet-tin?_id=40218").article
    assert article is not None
    assert article.confidence <= 0.5
    assert any("no end" in note for note in article.notes)


def test_bytes_that_are_no_page_are_unreadable() -> None:
    with pytest.raises(Unreadable, match="not_html"):
        read_page(URL, b"\x89PNG\r\n\x1a\n" + bytes(100), "text/html", 200, CAPTURED)
