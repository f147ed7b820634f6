"""What each CMS makes of a title: measured by running it, or its rules, on three titles."""

from __future__ import annotations

import unicodedata

import pytest

from archive.text.slug import FAMILIES, make_slug

A = "Tỉnh ủy Đồng Lâm tổ chức Hội nghị sơ kết một năm thực hiện Nghị quyết Đại hội, nhiệm kỳ 2020 - 2025"
B = "Đại hội Đảng bộ xã Yên Thủy lần thứ XXIV: “Đoàn kết – Dân chủ – Đổi mới”…"
C = "Ông Đặng Văn A & bà Trần Thị B … (12/QĐ-UBND), đạt 95,5% kế hoạch"
GOOD_A = "tinh-uy-dong-lam-to-chuc-hoi-nghi-so-ket-mot-nam-thuc-hien-nghi-quyet-dai-hoi-nhiem-ky-2020-2025"
GOOD_B = "dai-hoi-dang-bo-xa-yen-thuy-lan-thu-xxiv-doan-ket-dan-chu-doi-moi"

TABLE = {  # family: A, B, part of C, start or part of A in NFD
    "nukeviet": (GOOD_A, GOOD_B, "12-qd-ubnd-dat-95-5", "to-chu-c-ho-i-nghi-"),
    "nukeviet-3": (GOOD_A, GOOD_B, "12-qd-ubnd-dat-95-5", "ti-nh-u-y-"),
    "wordpress": (GOOD_A, GOOD_B, "12-qd-ubnd-dat-955", GOOD_A),
    "wordpress-without-intl": (GOOD_A, GOOD_B, "955", "ti%cc%89nh-u%cc%89y-"),
    "drupal": ("tinh-uy-dong-lam-chuc-hoi-", GOOD_B, "12qd-ubnd-dat-955", "tinh-uy-dong-lam-chuc-hoi-"),
    "joomla": ("t-nh-y-d-ng-lam-t-ch-c-h-i-ngh-", "d-i-h-i-d-ng-b-", "", "ti-nh-u-y-"),
    "joomla-vi": (GOOD_A, GOOD_B, "12qd-ubnd", GOOD_A),
    "liferay": ("nghi-quyet-ai-hoi-nhiem-", "-ai-hoi-ang-bo-", "12-q-ubnd-at-95-5", "nghi-quyet-ai-hoi-nhiem-"),
    "django": ("-quyet-ai-hoi-nhiem-", "ai-hoi-ang-bo-", "12q-ubnd-at-955", "-quyet-ai-hoi-nhiem-"),
    "aspnet-drop": (GOOD_A, GOOD_B, "12qd-ubnd-dat-955", GOOD_A),
    "aspnet-dash": (GOOD_A, GOOD_B, "12-qd-ubnd-dat-95-5", "ti-nh-u-y-"),
    "python-slugify": (GOOD_A, GOOD_B, "dat-955", GOOD_A),
    "unidecode": (GOOD_A, GOOD_B, "dat-95-5", GOOD_A),
    "npm-slugify": ("-djai-hoi-nhiem-", "djai-hoi-djang-bo-", "a-and-ba", "-djai-hoi-nhiem-"),
    "npm-sindresorhus": (GOOD_A, GOOD_B, "a-and-ba", GOOD_A),
    "npm-speakingurl": (GOOD_A, GOOD_B, "a-and-ba", "ti-nh-u-y-"),
    "npm-speakingurl-vn": (GOOD_A, GOOD_B, "a-va-ba", "ti-nh-u-y-"),
    "npm-github-slugger": ("tỉnh-ủy-", "đoàn-kết--dân-chủ", "", unicodedata.normalize("NFD", "tỉnh-ủy-")),
}


def test_every_family_of_the_table_is_known() -> None:
    assert set(FAMILIES) == set(TABLE)


@pytest.mark.parametrize("family", TABLE)
def test_each_family_makes_the_slug_that_was_measured(family: str) -> None:
    of_a, of_b, of_c, of_nfd = TABLE[family]
    assert of_a in make_slug(A, family)
    assert of_b in make_slug(B, family)
    assert of_c in make_slug(C, family)
    assert of_nfd in make_slug(unicodedata.normalize("NFD", A), family)
    assert (make_slug(A, family) == GOOD_A) == (of_a == GOOD_A)


def test_what_is_special_to_one_family() -> None:
    assert make_slug("95,5%", "npm-slugify") == "955percent"
    assert make_slug("2020 - 2025", "npm-github-slugger") == "2020---2025"
    assert make_slug("A &amp; B", "python-slugify") == "a-b"
    assert make_slug("1.234,5 co\u00advid", "wordpress") == "1-2345-covid"
    assert make_slug("(3/2/1930-3/2/2023)", "drupal") == "321930-322023"
    assert make_slug("hỏi đáp", "liferay") == "hoi-ap"
    assert make_slug("Ðại hội", "nukeviet") == "dhai-hoi"
    assert "\u00ad" not in make_slug("co\u00advid", "nukeviet")


def test_long_titles_are_cut_where_the_cms_cuts() -> None:
    title = "nghiêm túc " * 40
    assert len(make_slug(title, "wordpress")) <= 200
    assert make_slug(title, "wordpress").endswith("-ng")  # inside a word
    assert len(make_slug(title, "drupal")) <= 100
    assert make_slug(title, "drupal").endswith(("nghiem", "tuc"))  # on a word


def test_an_unknown_family_is_an_error() -> None:
    with pytest.raises(KeyError):
        make_slug("Tin", "no-such-cms")
