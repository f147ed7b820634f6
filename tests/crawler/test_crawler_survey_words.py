"""What a survey makes of addresses, titles and imprints: patterns, names, kinds, provinces, languages."""

from __future__ import annotations

import re

import pytest

from archive.model import Link
from crawler.survey.signs import Addresses, Leads, article_patterns, kind_of, language_of, name_of, province_of

HOST = "https://a.example"


def urls(*targets: str) -> tuple[str, ...]:
    return tuple(f"{HOST}{target}" for target in targets)


@pytest.mark.parametrize(
    ("articles", "others", "pattern"),
    [
        ([f"/tin/mua-lu-post{n}.html" for n in (31, 32, 33)], ["/tin/"], r"-post\d+\.html$"),
        ([f"/tin/mua-lu-a{n}.html" for n in (31, 32, 33)], ["/gioi-thieu.html"], r"-a\d+\.html$"),
        ([f"/chinh-tri/202604/mua-lu-3ac6d7{n}/" for n in (1, 2, 3)], ["/chinh-tri/"], r"/\d{6}/[^/]+-[0-9a-f]{7}/?$"),
        (
            [f"/Default.aspx?ItemID={n}" for n in (1, 2, 3)],
            ["/Default.aspx"],
            r"[?&](?:ItemID|ContentID|NewsId|id|dDocName)=[\w-]+",
        ),
    ],
)
def test_what_a_cms_writes_into_an_address_tells_its_articles(
    articles: list[str], others: list[str], pattern: str
) -> None:
    assert article_patterns(Addresses(urls(*articles), urls(*others))) == (pattern,)


def test_without_numbers_folders_and_length_tell() -> None:
    articles = urls("/tin-bai/xa-hoi/mua-lon-o-xa-tan-binh", "/tin-bai/kinh-te/gia-che-tang-manh-tuan-qua")
    others = urls("/", "/tin-bai/xa-hoi", "/gioi-thieu-chung", "/lien-he/so-do-duong-di-den-toa-soan")
    (pattern,) = article_patterns(Addresses(articles, others))
    assert all(re.search(pattern, url.removeprefix(HOST)) for url in articles)
    assert not any(re.search(pattern, url.removeprefix(HOST)) for url in others)


def test_a_year_that_ends_a_title_is_no_number_of_an_article() -> None:
    articles = urls("/hoi-nghi-tong-ket-cong-tac-nam-2019", "/ke-hoach-phat-trien-kinh-te-xa-hoi-nam-2020")
    found = article_patterns(Addresses((*articles, *urls("/mua-lon-gay-ngap-nhieu-noi")), urls("/", "/tin-tuc")))
    assert found
    assert "2019" not in "".join(found)
    assert all(re.search(found[0], target) for target in ("/mua-lon-gay-ngap-o-nhieu-xa", "/tong-ket-nam-2021-cua-xa"))


def test_two_forms_of_address_get_two_patterns() -> None:
    articles = urls("/tin/mua-lu-post31.html", "/tin/gio-bao-post32.html", "/Default.aspx?ItemID=41")
    found = article_patterns(Addresses(articles, urls("/tin/tong-hop.html", "/Default.aspx?Page=2")))
    assert found == (r"-post\d+\.html$", r"[?&](?:ItemID|ContentID|NewsId|id|dDocName)=[\w-]+")


def test_a_file_keeps_its_pattern_where_none_tells_more() -> None:
    known = Addresses(urls("/tin/mua-lu-post31.html", "/tin/gio-bao-post32.html"), urls("/tin/"))
    assert article_patterns(known, own=(r"^/tin/.+-post\d+",)) == (r"^/tin/.+-post\d+",)
    assert article_patterns(known, own=(r"\.bbg$",)) == (r"-post\d+\.html$",)


def test_no_article_gives_no_pattern_and_what_meets_everything_is_none() -> None:
    assert article_patterns(Addresses((), urls("/tin/a-1.html", "/tin/a-2.html"))) == ()
    assert article_patterns(Addresses(urls("/a", "/b"), urls("/c", "/d"))) == ()


def test_an_address_made_like_dead_ones_is_asked_for_last() -> None:
    leads = Leads(lambda _: True)
    dead = [f"{HOST}/web/2018/Lists/trang-{n}.aspx" for n in range(4)]
    leads.add([*(Link(url, "article") for url in dead), Link(f"{HOST}/mua-lon-o-xa-tan-binh-chieu-nay", "article")])
    assert leads.article() == dead[0]
    leads.became(dead[0], "dead")
    assert leads.article().endswith("chieu-nay")


@pytest.mark.parametrize(
    ("title", "site", "titles", "name"),
    [
        ("Trang chủ - Sở Tài chính tỉnh Bắc Kạn", "", (), "Sở Tài chính tỉnh Bắc Kạn"),
        ("Home | Huyện ủy Chợ Đồn", "", (), "Huyện ủy Chợ Đồn"),
        ("Trang chủ -Sở Nội vụ - tỉnh Bắc Kạn", "", (), "Sở Nội vụ - tỉnh Bắc Kạn"),
        ("Trang thông tin huyện Ba Bể - tỉnh Bắc Kạn", "", (), "Trang thông tin huyện Ba Bể - tỉnh Bắc Kạn"),
        ("Tin mới nhất", "Báo Bắc Kạn điện tử", (), "Báo Bắc Kạn điện tử"),
        (
            "Báo Bắc Kạn | Tin nhanh trong ngày",
            "",
            ("Mưa lớn | Báo Bắc Kạn", "Gió bão | Báo Bắc Kạn"),
            "Báo Bắc Kạn",
        ),
        ("Trang chủ", "", (), ""),
    ],
)
def test_a_name_is_what_a_site_calls_itself(title: str, site: str, titles: tuple[str, ...], name: str) -> None:
    assert name_of(title, site, titles) == name


@pytest.mark.parametrize(
    ("name", "text", "host", "kind"),
    [
        ("Báo Bắc Kạn điện tử", "", "baobackan.vn", "newspaper"),
        ("Báo và Phát thanh, Truyền hình Lào Cai", "", "baolaocai.vn", "newspaper"),
        ("Đài Phát thanh - Truyền hình Bắc Kạn", "", "x.vn", "broadcaster"),
        ("Trang thông tin điện tử Đảng bộ tỉnh Bắc Kạn", "", "x.vn", "party"),
        ("Huyện ủy Chợ Đồn", "", "x.vn", "party"),
        ("Trang thông tin điện tử huyện Ba Bể", "", "x.vn", "government"),
        ("Sở Nội vụ tỉnh Bắc Kạn", "", "x.vn", "government"),
        ("Cổng thông báo lịch cắt điện", "", "x.vn", "government"),
        ("Tin Bắc Kạn", "Tổng Biên tập: Nguyễn Văn A", "x.vn", "newspaper"),
        ("Tin Bắc Kạn", "Cơ quan chủ quản: UBND tỉnh Bắc Kạn", "x.vn", "government"),
        ("Tin Bắc Kạn", "", "backan.gov.vn", "government"),
        ("Tin Bắc Kạn", "", "backan.dcs.vn", "party"),
        ("Tin Bắc Kạn", "", "tinnhanh.example", "other"),
    ],
)
def test_a_kind_is_told_by_name_then_imprint_then_host(name: str, text: str, host: str, kind: str) -> None:
    assert kind_of(name, text, host) == kind


@pytest.mark.parametrize(
    ("name", "text", "province"),
    [
        ("Sở Tài chính tỉnh BắcKạn", "", "bac-kan"),
        ("Cổng thông tin điện tử huyện Đại Từ", "", "thai-nguyen"),
        ("Bắc Kạn và Thái Nguyên", "tỉnh Bắc Kạn " * 9, ""),
        ("Huyện ủy", "Tại tỉnh Bắc Kạn. " * 5 + "Tại tỉnh Cao Bằng.", "bac-kan"),
        ("Huyện ủy", "Tại tỉnh Bắc Kạn. Tại tỉnh Cao Bằng. " * 3, ""),
        ("Huyện ủy", "", ""),
    ],
)
def test_a_province_is_the_names_else_the_one_named_by_far_most(name: str, text: str, province: str) -> None:
    assert province_of(name, [text]) == province


def test_a_language_is_told_by_its_letters() -> None:
    assert language_of(["Ngày 5-3, xã Tân Bình tổ chức hội nghị tổng kết công tác. " * 6]) == "vi"
    assert language_of(["This domain is for sale, ask our agents for its price in Hà Nội. " * 6]) == "other"
    assert language_of(["Ngắn"]) == ""


def test_of_patterns_that_tell_as_much_the_one_with_the_ending_of_the_articles_is_drafted() -> None:
    """So the months of a NukeViet calendar, /lich/thang-9-2026/, are not taken for articles."""
    known = Addresses(urls("/tin/mua-lu-31.html", "/tin/gio-bao-32.html"), urls("/tin/", "/lien-he/"))
    (pattern,) = article_patterns(known, family="nukeviet")
    assert re.search(pattern, "/tin/nang-am-33.html")
    assert not re.search(pattern, "/lich/thang-9-2026/")
