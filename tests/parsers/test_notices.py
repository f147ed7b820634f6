# ruff: noqa: E501 - markup stands in lines as pages have it
"""Notices: a headline and a document in the place of a text; and pages that are none."""

from __future__ import annotations

import json

import pytest
from parsing import reading_of
from village_road import HEADLINE, URL

NOTICE_URL = "http://soxaydung.example/thong-bao-lich-tiep-cong-dan-thang-6-nam-2019/"

NOTICE = "Thông báo lịch tiếp công dân tháng 6 năm 2019"

MENU = "".join(f"<div><a href='/muc-{n}'>Mục {n}</a></div>" for n in range(9))

FOOT = (
    "<div><p>Cơ quan chủ quản: Sở Xây dựng tỉnh Bản Lầu</p><p>Giấy phép số 12/GP-TTĐT cấp ngày 3/4/2015</p>"
    "<p>Điện thoại: 0240.123.456 - Email: sxd@banlau.example</p>"
    "<p>Địa chỉ: số 5 đường Hùng Vương, thị trấn Bản Lầu</p></div>"
)


def _page(text: str, headline: str = NOTICE) -> str:
    return (
        f"<html><head><title>Sở Xây dựng tỉnh Bản Lầu</title></head><body>{MENU}<table><tr><td>"
        f"<p class='muc'>Thông báo</p><p class='gio'>03/06/2019 08:30</p><p><b>{headline}</b></p>{text}"
        f"</td></tr></table>{FOOT}</body></html>"
    )


@pytest.mark.parametrize(
    ("offered", "href"),
    [
        ("<p>Xem chi tiết <a href='/files/TB 12.pdf'>tại đây</a></p>", "/files/TB 12.pdf"),
        ("<p><a href='/files/tb-12.docx'>tb-12.docx</a></p>", "/files/tb-12.docx"),
        ("<a href='/files/tb.pdf'><img src='/icons/pdf.png'></a>", "/files/tb.pdf"),
        ("<iframe src='/files/tb.pdf'></iframe>", "/files/tb.pdf"),
        (
            "<iframe src='https://xem.example/?url=http://soxaydung.example/files/tb.pdf&a=b'></iframe>",
            "/files/tb.pdf",
        ),
        ("<object data='/files/tb.pdf' type='application/pdf'></object>", "/files/tb.pdf"),
        ("<embed src='/files/tb.pdf'>", "/files/tb.pdf"),
    ],
)  # fmt: skip
def test_a_headline_with_a_document_is_a_notice(offered: str, href: str) -> None:
    article = reading_of(_page(offered), NOTICE_URL).article
    assert article is not None
    assert article.headline.value == NOTICE
    assert [file.url for file in article.attachments] == [f"http://soxaydung.example{href}"]
    assert article.body == ()
    assert article.published is not None
    assert article.published.value == "2019-06-03T08:30+07:00"
    assert article.images == ()


def test_who_runs_the_site_is_no_text() -> None:
    reading = reading_of(_page(""), NOTICE_URL)
    assert reading.article is None
    assert reading.unlikely is None or "Giấy phép" not in " ".join(reading.unlikely.body)


def test_a_page_of_the_menu_is_kept_as_an_unlikely_article() -> None:
    text = "".join(
        f"<p>Phòng {n} của Sở có chức năng tham mưu cho Giám đốc về quy hoạch và phát triển đô thị.</p>"
        for n in range(9)
    )
    page = _page(text, "Cơ cấu tổ chức").replace("Mục 3", "Cơ cấu tổ chức")
    reading = reading_of(page, "http://soxaydung.example/co-cau-to-chuc/")
    assert reading.article is None
    assert reading.unlikely is not None
    assert reading.unlikely.probability < 0.5
    assert len(reading.unlikely.body) == 9
    assert reading.links


def test_a_table_of_documents_is_no_notice() -> None:
    row = (
        "<tr><td>{0}/QĐ-UBND</td><td>Ủy ban nhân dân huyện Bản Lầu</td><td>Quyết định về việc giao đất đợt {0}</td>"
        "<td>0{0}/06/2019</td><td><a href='/files/qd-{0}.pdf'>Tải về</a></td></tr>"
    )
    table = f"<table>{''.join(row.format(number) for number in range(1, 4))}</table>"
    reading = reading_of(_page(table), NOTICE_URL)
    article = reading.article or reading.unlikely
    assert article is None or not article.headline.by.startswith("notice")


@pytest.mark.parametrize(
    ("url", "headline", "text"),
    [
        ("/di-tich-thang-canh/", "Di tích - Thắng cảnh", 40 * "<p>Bản Lầu có ba hang đá và một ngôi đình cổ.</p>"),
        ("/gioi-thieu/lich-su-hinh-thanh-va-phat-trien-cua-so/", NOTICE, 40 * "<p>Sở được thành lập năm 1997.</p>"),
        ("/thong-bao-lich-tiep-cong-dan-thang-6-nam-2019/", NOTICE, "<p>Nội dung đang cập nhật</p>"),
        ("/thu-9/", "Thử 9", "<p><a href='/files/tb.pdf'>Xem chi tiết</a></p>"),
    ],
)  # as two portals' pages about their office, one still empty and one an editor's trial were met
def test_a_page_of_the_office_one_still_to_come_and_a_trial_are_no_articles(url: str, headline: str, text: str) -> None:
    page = _page(text, headline)
    page = page.replace("<p class='gio'>03/06/2019 08:30</p>", "") if "/gioi-thieu/" in url else page
    assert reading_of(page, f"http://soxaydung.example{url}").article is None


def test_a_document_under_a_headline_of_four_words_is_a_notice() -> None:
    text = "<p><a href='/files/tb.pdf'>Xem chi tiết</a></p>"
    reading = reading_of(_page(text, "Tài liệu tuyên truyền"), "http://soxaydung.example/tai-lieu-tuyen-truyen/")
    assert reading.article is not None


def test_a_notice_that_is_held_as_data_is_read() -> None:
    data = {"article": {"title": HEADLINE, "content": '<p><a href="/files/12.pdf">Xem chi tiết tại đây</a></p>'}}
    script = f'<script id="__NEXT_DATA__" type="application/json">{json.dumps({"props": {"pageProps": data}})}</script>'
    page = f"<html><head><title></title></head><body><div id='__next'></div>{script}</body></html>"
    article = reading_of(page, URL).article
    assert article is not None
    assert article.headline.value == HEADLINE
    assert [file.url.rpartition("/")[2] for file in article.attachments] == ["12.pdf"]


_LINKS = [f"<a href='/muc-{n}'>Mục {n}</a>" for n in range(6)]


@pytest.mark.parametrize(
    "site",
    [
        "<table><tr><td colspan=2>Sở Xây dựng</td></tr><tr><td>{menu}</td><td>{notice}</td></tr></table>",
        "<table><tr><td>{menu}</td><td>{notice}</td><td><b>Liên kết</b><br>Số lượt truy cập: 1234</td></tr>"
        "<tr><td colspan=3>Giấy phép số 12/GP</td></tr></table>",
        "<table><tr><td>{notice}</td><td>{menu}</td></tr><tr><td colspan=2>© Sở Xây dựng</td></tr></table>",
    ],
)
@pytest.mark.parametrize("menu", ["<br>".join(_LINKS), "<ul><li>" + "<li>".join(_LINKS) + "</ul>"])
def test_a_notice_in_a_site_of_table_cells_is_read(site: str, menu: str) -> None:
    text = f"<div>{NOTICE}</div><div>03/06/2019 08:30</div><p><a href='/files/tb.pdf'>Xem chi tiết tại đây</a></p>"
    page = site.format(menu=menu, notice=text)
    article = reading_of(f"<title>{NOTICE} - Sở Xây dựng</title>{page}", NOTICE_URL).article
    assert article is not None
    assert (article.headline.value, article.body) == (NOTICE, ())
    assert [file.url for file in article.attachments] == ["http://soxaydung.example/files/tb.pdf"]


SAID = "UBND huyện thông báo đến các cơ quan, đơn vị và nhân dân được biết, thực hiện."


@pytest.mark.parametrize(
    "offered",
    [
        "<p><a href='/LinkClick.aspx?fileticket=abc12%3d&amp;tabid=87'>Danh sách kèm theo</a></p>",
        "<div><strong>Tài liệu đính kèm</strong><ul><li><a href='/f/tb.pdf'>Danh sách</a> (512 KB)</li></ul></div>",
        "<p><a href='/f/tb.pdf'>Danh sách kèm theo</a></p>",
    ],
)
@pytest.mark.parametrize("said", ["", SAID])
def test_what_is_printed_with_a_document_is_no_text_of_a_notice(offered: str, said: str) -> None:
    """And tags below are none."""
    tags = "<div><b>Từ khóa:</b> <a href='/tag/a'>tiếp dân</a>, <a href='/tag/b'>Bản Lầu</a></div>"
    article = reading_of(_page(f"<div><p>{said}</p>{offered}</div>{tags}"), NOTICE_URL).article
    assert article is not None
    assert article.headline.value == NOTICE
    assert article.body == ((said,) if said else ())
    assert len(article.attachments) == 1


def test_the_day_of_a_document_gives_way_to_the_day_of_the_page() -> None:
    rows = "<tr><td>Số ký hiệu</td><td>45/TB-UBND</td></tr><tr><td>Ngày ban hành</td><td>10/09/2024</td></tr><tr><td>Tệp tin</td><td><a href='/f/tb.pdf'>45</a></td></tr>"
    page = "<title>{0}</title><div><h1>{0}</h1>{1}<table>{2}</table>{3}</div>"
    below = reading_of(page.format(NOTICE, "", rows, "<div>12/09/2024 15:20</div>"), NOTICE_URL).article
    alone = reading_of(page.format(NOTICE, "", rows, ""), NOTICE_URL).article
    assert below is not None
    assert below.published is not None
    assert below.published.value.startswith("2024-09-12")
    assert alone is not None
    assert alone.published is not None
    assert alone.published.value == "2024-09-10"
