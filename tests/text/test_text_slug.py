"""Slugs out of addresses, and the headline that a slug was made from."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.text.slug import FAMILIES, make_slug, match, rank, slug_of, to_words

HEADLINE = "Huyện ủy Đồng Lâm tổ chức Đại hội điểm lần thứ XXIV, nhiệm kỳ 2020 - 2025"
SLUG = "huyen-uy-dong-lam-to-chuc-dai-hoi-diem-lan-thu-xxiv-nhiem-ky-2020-2025"

ADDRESSES = [  # one for each family's shape; hosts are invented
    (f"http://dong-lam.example/xay-dung-dang/{SLUG}-1234.html", SLUG),  # NukeViet
    (f"http://dong-lam.example/vi/news/xay-dung-dang/{SLUG}-1234.html", SLUG),
    (f"http://dong-lam.example/index.php?language=vi&nv=news&op=xay-dung-dang/{SLUG}-1234.html", SLUG),
    (f"http://dong-lam.example/news/print/xay-dung-dang/{SLUG}-1234.html", SLUG),
    (f"http://dong-lam.example/{SLUG}/", SLUG),  # WordPress
    (f"http://dong-lam.example/2020/03/05/{SLUG}/", SLUG),
    (f"http://bao.example/chinh-tri/202003/{SLUG}-e635eaf/", SLUG),  # yyyymm-hex
    (f"http://bao.example/chinh-tri/202003/{SLUG}/", SLUG),
    (f"http://bao.example/{SLUG}-a123456.html", SLUG),  # fck
    (f"http://bao.example/{SLUG}-post123456.html", SLUG),  # zce
    (f"http://bao.example/{SLUG}-123456.html", SLUG),  # ONECMS
    (f"http://bao.example/{SLUG}-20200305152556123.htm", SLUG),  # VCCorp, 17 digits
    (f"http://bao.example/{SLUG}-postid123456.bbg", SLUG),
    (f"http://bao.example/3cms/{SLUG}-12345.htm", SLUG),
    (f"http://bao.example/thoi-su/{SLUG}-q3V7xk9Lm.html", SLUG),  # nine letters and digits
    (f"http://bao.example/tin-tuc/{SLUG}-1491234567", SLUG),
    (f"http://bao.example/tin-tuc/chinh-tri/12345/{SLUG}", SLUG),
    (f"http://tinh.example/web/guest/tin/-/asset_publisher/aB3dE5/content/{SLUG}", SLUG),  # Liferay
    (f"http://tinh.example/-/{SLUG}", SLUG),
    (f"http://tinh.example/news/-/details/20182/{SLUG}", SLUG),
    (f"http://tinh.example/tin/-/view-content/123/{SLUG}?_cur=2", SLUG),
    (f"http://tinh.example/vi/tin-bai/{SLUG}?type=NEWS&id=77", SLUG),
    (f"http://tinh.example/tabid/99/id/123/{SLUG}.aspx", SLUG),  # DotNetNuke
    (f"http://tinh.example/tin/tid/{SLUG}/newsid/77/cid/3", SLUG),
    (f"http://tinh.example/Detail?NID=12&{SLUG}", SLUG),
    ("http://bao.example/xe-tai-lao-vao-nha-i712345/", "xe-tai-lao-vao-nha"),
    ("http://bao.example/may-bay-a380/", "may-bay-a380"),
    ("http://bao.example/phong-chong-covid-19/", "phong-chong-covid-19"),
    (f"http://tinh.example/diendan/103215p1c123/{SLUG}.htm", SLUG),
    (f"http://tinh.example/component/content/article/2-tin/123-{SLUG}.html", SLUG),  # Joomla
    ("http://tinh.example/DetailView/12/3/Huyen-uy-Dong-Lam", "Huyen-uy-Dong-Lam"),
    ("http://bao.example/%C4%91%E1%BA%A1i-h%E1%BB%99i-12.html", "đại-hội"),
    ("http://bao.example/di%CC%81ch-12.html", "dích"),  # NFD escapes
    ("http://bao.example/100-cu-tri-tin-nhiem-123.html", "100-cu-tri-tin-nhiem"),
    ("http://bao.example/ke-hoach-nam-2019/", "ke-hoach-nam-2019"),
    ("http://bao.example/tang-tien-huong-tu-172019/", "tang-tien-huong-tu-172019"),
    ("http://bao.example/ke-hoach-nam-2019-123.html", "ke-hoach-nam-2019"),
]
NO_SLUG = [
    "http://bao.example/", "http://bao.example/Default.aspx?ItemID=5", "http://bao.example/?p=12", "http://[bad", "",
    "http://bao.example/ContentDetail/NewsDetailView?NewsId=3f2a", "http://bao.example/2020/03/",
]  # fmt: skip


@pytest.mark.parametrize(("url", "slug"), ADDRESSES)
def test_the_slug_is_found_in_every_family_s_address(url: str, slug: str) -> None:
    assert slug_of(url) == slug


@pytest.mark.parametrize("url", NO_SLUG)
def test_an_address_without_title_has_no_slug(url: str) -> None:
    assert slug_of(url) == ""


@given(st.text())
def test_no_address_is_an_error(url: str) -> None:
    assert isinstance(slug_of(url), str)
    assert isinstance(slug_of("http://bao.example/" + url), str)


def test_words_of_a_slug_are_the_seed_s_header_line() -> None:
    assert to_words("Tinh-uy-Thai-Nguyen-nhiem-ky-2020-2025") == "tinh uy thai nguyen nhiem ky 2020 2025"


OTHERS = ["Tin mới", "Đại hội Đảng bộ xã Yên Hòa thành công tốt đẹp", "Tin cùng chuyên mục", "Kinh tế", ""]


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_the_headline_is_found_from_every_family_s_slug(family: str, form: str) -> None:
    typed = unicodedata.normalize(form, HEADLINE)  # type: ignore[arg-type]
    found = match(make_slug(typed, family), [*OTHERS, HEADLINE])
    assert found is not None
    assert (found.headline, found.index) == (HEADLINE, 5)
    assert found.score >= 0.9


TRAPS = [
    ("dai-hoi-dang-bo-tinh-lan-thu-xix-nhiem-ky-2020-2025", "Đại hội Đảng bộ tỉnh lần thứ XX, nhiệm kỳ 2025 - 2030"),
    ("dai-hoi-dang-bo-tinh-nhiem-ky-2020-2025", "Đại hội Đảng bộ tỉnh, nhiệm kỳ 2025 - 2030"),
    ("dai-hoi-lan-thu-12-cua-hoi-nong-dan-huyen-dong-lam", "Đại hội lần thứ 13 của Hội Nông dân huyện Đồng Lâm"),
    ("dai-hoi-lan-thu-xii-cua-hoi-nong-dan-huyen-dong-lam", "Đại hội lần thứ XIII của Hội Nông dân huyện Đồng Lâm"),
    ("ky-hop-thu-hai-hoi-dong-nhan-dan-huyen-dong-lam", "Kỳ họp thứ ba Hội đồng nhân dân huyện Đồng Lâm"),
    ("hoi-nghi-so-ket-9-thang-dau-nam-2023-cua-huyen-uy", "Hội nghị sơ kết 9 tháng đầu năm 2024 của Huyện ủy"),
    ("doan-dai-bieu-tiep-xuc-cu-tri-xa-quang-tam-huyen-lam", "Đoàn đại biểu tiếp xúc cử tri xã Thuận Hà huyện Lâm"),
    ("ket-qua-tiep-cong-dan", "Thủ tục tiếp công dân"),
]


@pytest.mark.parametrize(("slug", "headline"), TRAPS)
def test_a_headline_of_another_year_congress_or_place_is_never_taken(slug: str, headline: str) -> None:
    assert match(slug, [headline]) is None


@given(st.integers(1990, 2040), st.integers(1990, 2040), st.sampled_from(FAMILIES))
def test_no_family_s_slug_crosses_the_year_trap(ours: int, theirs: int, family: str) -> None:
    title = "Đại hội Đảng bộ huyện Đồng Lâm thành công tốt đẹp, nhiệm kỳ {} - {}"
    found = match(make_slug(title.format(ours, ours + 5), family), [title.format(theirs, theirs + 5)])
    assert (found is not None) == (ours == theirs)


def test_of_two_congresses_the_right_one_is_found() -> None:
    headlines = [f"Đại hội Đảng bộ tỉnh lần thứ {roman}" for roman in ("XVIII", "XIX", "XX", "XXI")]
    for headline in headlines:
        found = match(make_slug(headline, "nukeviet"), headlines)
        assert found is not None
        assert found.headline == headline


def test_a_cut_slug_and_a_cut_headline_still_match() -> None:
    assert match(SLUG[:45], [*OTHERS, HEADLINE]) is not None
    assert match(SLUG, [*OTHERS, HEADLINE[:45] + "..."]) is not None


def test_a_duplicate_s_number_does_not_hide_the_headline() -> None:
    found = match(SLUG + "-2", [HEADLINE])
    assert found is not None
    assert found.score == 0.99


def test_a_headline_edited_after_publication_scores_below_a_true_one() -> None:
    edited = HEADLINE.replace("tổ chức", "long trọng tổ chức")
    found = match(SLUG, [*OTHERS, edited])
    assert found is not None
    assert 0.8 < found.score < 0.95
    assert match(SLUG, [*OTHERS, edited], at_least=1) is None


def test_nothing_matches_an_empty_slug_or_no_headlines() -> None:
    assert match("", [HEADLINE]) is None
    assert match(SLUG, []) is None
    assert rank("", [HEADLINE]) == []
    assert match("---", ["..."]) is None


def test_two_headlines_that_a_cut_slug_fits_equally_are_not_guessed_between() -> None:
    short = "Huyện ủy Đồng Lâm phát động thi đua chào mừng 65 năm ngày thành lập"
    assert match("huyen-uy-dong-lam-phat-dong-thi-dua-chao-mung-65", [short, f"{short} huyện"]) is None
    found = match(make_slug(short, "nukeviet"), [f"{short} huyện", short])
    assert found is not None
    assert found.headline == short
