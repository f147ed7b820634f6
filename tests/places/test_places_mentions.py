from __future__ import annotations

import unicodedata
from datetime import date

import pytest

from archive.errors import UsageError
from archive.places import mentions

BEFORE, AFTER = date(2020, 6, 1), date(2026, 1, 15)


def named(text: str, home: str = "", day: date | None = BEFORE) -> list[tuple[str, str]]:
    return [(one.surface, one.place.id) for one in mentions(text, home, day)]


def doubts(text: str, home: str = "", day: date | None = BEFORE) -> list[bool]:
    return [one.ambiguous for one in mentions(text, home, day)]


@pytest.mark.parametrize(
    ("text", "surface", "place"),
    [
        ("Tỉnh ủy Thái Nguyên tổ chức hội nghị", "Thái Nguyên", "thai-nguyen"),
        ("đến từ Hà Nội.", "Hà Nội", "ha-noi"),
        ("TỈNH THÁI NGUYÊN", "THÁI NGUYÊN", "thai-nguyen"),
        ("Chủ tịch UBND TP.HCM", "HCM", "ho-chi-minh"),
        ("TP Hồ Chí Minh", "Hồ Chí Minh", "ho-chi-minh"),
        ("tại Tp. Hồ Chí Minh", "Hồ Chí Minh", "ho-chi-minh"),
        ("TPHCM mưa lớn", "TPHCM", "ho-chi-minh"),
        ("tỉnh Thừa Thiên – Huế", "Thừa Thiên – Huế", "thua-thien-hue"),
        ("về TT-Huế", "TT-Huế", "thua-thien-hue"),
        ("Bà Rịa – Vũng Tàu", "Bà Rịa – Vũng Tàu", "ba-ria-vung-tau"),
        ("người Đăk Lăk", "Đăk Lăk", "dak-lak"),
        ("ở Daklak, Việt Nam", "Daklak", "dak-lak"),
        ("tỉnh Hoà Bình", "Hoà Bình", "hoa-binh"),
        ("huyện Đại Từ", "Đại Từ", "thai-nguyen/171"),
        ("H. Đại Từ", "Đại Từ", "thai-nguyen/171"),
        ("TX. Nghi Sơn", "Nghi Sơn", "thanh-hoa/407"),
        ("TP Vinh", "Vinh", "nghe-an/412"),
        ("thành phố Thái Nguyên", "Thái Nguyên", "thai-nguyen/164"),
        ("huyện Đăk R’lấp", "Đăk R’lấp", "dak-nong/666"),
        ("huyện Cư M'gar", "Cư M'gar", "dak-lak/648"),
        ("thị trấn Đu", "Đu", "thai-nguyen/168/05611"),
        ("XÃ BẢN NGOẠI", "BẢN NGOẠI", "thai-nguyen/171/05800"),
        ("huyện đảo Lý Sơn", "Lý Sơn", "quang-ngai/536"),
        ("'sắp xếp xã ở Đồng Tháp'", "Đồng Tháp", "dong-thap"),
        ("huyện Hoành Bồ", "Hoành Bồ", "quang-ninh/193"),  # merged into Hạ Long on 1 January 2020
    ],
)
def test_a_place_is_found_as_its_press_writes_it(text: str, surface: str, place: str) -> None:
    assert named(text) == [(surface, place)]
    assert doubts(text) == [False]


@pytest.mark.parametrize(
    "text",
    [
        "vì hòa bình và phát triển",
        "Hòa bình là khát vọng",
        "những diễn biến mới",
        "châu Á - Thái Bình Dương",
        "Chủ tịch Hồ Chí Minh",
        "Đoàn TNCS Hồ Chí Minh",
        "đường Điện Biên Phủ",
        "phố Hà Nội",
        "lưu vực sông Đồng Nai",
        "tỉnh Hà Nam Ninh",
        "bà Nguyễn Hà Giang",
        "ông Trần Quảng Nam",
        "Tân Thành",  # a commune needs a marker
        "Châu Thành",  # a district of many provinces, and nothing speaks for one
        "vinh quang",
        "4G Hà",
        "nhân dân 11 xóm, tổ dân phố",
        "gin giu hoa binh",
        "",
    ],
)
def test_what_is_no_place_is_not_taken_for_one(text: str) -> None:
    assert named(text) == []


def test_a_name_without_its_accents_needs_capitals_or_a_marker() -> None:
    assert named("tinh uy thai nguyen to chuc hoi nghi o huyen dai tu") == [
        ("thai nguyen", "thai-nguyen"),
        ("dai tu", "thai-nguyen/171"),
    ]
    assert named("thai nguyen mua lon") == []
    assert named("Ha Noi mua lon") == [("Ha Noi", "ha-noi")]
    assert named("tinh-uy-thai-nguyen-hop") == [("thai-nguyen", "thai-nguyen")]
    assert named("huyen dak rlap tinh dak nong") == [("dak rlap", "dak-nong/666"), ("dak nong", "dak-nong")]


def test_a_fold_that_is_another_word_too_stays_ambiguous() -> None:
    assert doubts("Ha Noi va Hoa Binh") == [False, True]
    assert doubts("UBND tinh Hoa Binh") == [False]
    assert doubts("VÌ HÒA BÌNH") == [True]
    assert doubts("TỈNH HÒA BÌNH") == [False]
    assert doubts("bà Hà Giang; các thầy cô Hà Giang") == [True, False]


def test_a_commune_of_many_provinces_stays_ambiguous_with_all_of_them() -> None:
    (mention,) = mentions("xã Tân Thành", day=BEFORE)
    assert mention.ambiguous
    assert len({one.province for one in (mention.place, *mention.others)}) > 10


@pytest.mark.parametrize(
    ("text", "home"),
    [
        ("xã Tân Thành, huyện Phú Bình", ""),
        ("xã Tân Thành (Phú Bình)", ""),
        ("xã Tân Thành thuộc huyện Phú Bình, tỉnh Thái Nguyên", ""),
        ("Đảng bộ huyện Phú Bình đã giúp xã Tân Thành", "thai-nguyen"),
        ("xã Tân Thành", "thai-nguyen"),
        ("tại tỉnh Thái Nguyên, xã Tân Thành", ""),
    ],
)
def test_the_unit_around_it_tells_which_commune_is_meant(text: str, home: str) -> None:
    found = [one for one in mentions(text, home, BEFORE) if one.surface == "Tân Thành"]
    assert [(one.place.id, one.ambiguous) for one in found] == [("thai-nguyen/173/05923", False)]


@pytest.mark.parametrize("road", ["Bắc Giang - Thái Nguyên", "Bắc Giang–Thái Nguyên", "BẮC GIANG - THÁI NGUYÊN"])
def test_a_road_leads_from_one_province_to_another(road: str) -> None:
    assert [place for _, place in named(f"tuyến {road}, quý I")] == ["bac-giang", "thai-nguyen"]
    assert [place for _, place in named("các tỉnh Bắc Giang Thái Nguyên Lạng Sơn")] == [
        "bac-giang",
        "thai-nguyen",
        "lang-son",
    ]
    assert [place for _, place in named("ca sĩ Hương Giang - Thái Nguyên")] == ["thai-nguyen"]
    assert named("ca sĩ Hương Giang Thái Bình") == []  # "Giàng", without its accents, begins names of people


def test_a_list_goes_on_under_its_marker() -> None:
    assert named("các huyện Đại Từ, Phú Bình và Định Hóa", "thai-nguyen") == [
        ("Đại Từ", "thai-nguyen/171"),
        ("Phú Bình", "thai-nguyen/173"),
        ("Định Hóa", "thai-nguyen/167"),
    ]
    assert named("3 xã Tân Khánh, Tân Kim và Bàn Đạt", "thai-nguyen") == [
        ("Tân Khánh", "thai-nguyen/173/05917"),
        ("Tân Kim", "thai-nguyen/173/05920"),
        ("Bàn Đạt", "thai-nguyen/173/05911"),
    ]


def test_a_list_of_provinces_goes_on_with_provinces() -> None:
    assert named("nhân sự TP.HCM, Cao Bằng, Quảng Trị")[1:] == [("Cao Bằng", "cao-bang"), ("Quảng Trị", "quang-tri")]
    assert named("các thành phố Cao Bằng, Lạng Sơn") == [("Cao Bằng", "cao-bang/040"), ("Lạng Sơn", "lang-son/178")]
    assert named("thành lập thành phố Quảng Ninh", day=AFTER) == [("Quảng Ninh", "quang-ninh")]  # there is a huyện too


def test_a_list_goes_on_behind_brackets_and_dashes() -> None:
    assert named(
        "các xã: Nâm N’Jang (Đắk Song), Quảng Sơn (Đắk Glong), Đức Xuyên, Nâm Nung (Krông Nô)", "dak-nong"
    ) == [
        ("Nâm N’Jang", "dak-nong/665/24728"),
        ("Đắk Song", "dak-nong/665"),
        ("Quảng Sơn", "dak-nong/661/24616"),
        ("Đắk Glong", "dak-nong/661"),
        ("Đức Xuyên", "dak-nong/664/24706"),
        ("Nâm Nung", "dak-nong/664/24703"),
        ("Krông Nô", "dak-nong/664"),
    ]
    assert named("hai xã Hưng Bình – Đắk Sin", "dak-nong") == [
        ("Hưng Bình", "dak-nong/666/24761"),
        ("Đắk Sin", "dak-nong/666/24760"),
    ]


def test_a_commune_with_other_accents_than_the_table_is_found_and_ambiguous() -> None:
    assert named("xã Đak Mol", "dak-nong") == [("Đak Mol", "dak-nong/665/24718")]
    assert doubts("xã Đak Mol", "dak-nong") == [True]


def test_the_bare_name_of_a_district_merged_away_is_ambiguous() -> None:
    assert doubts("vườn quốc gia Cát Tiên", "lam-dong") == [True]
    assert doubts("huyện Cát Tiên", "lam-dong") == [False]


def test_a_name_after_a_comma_is_the_unit_around_before_it_is_the_next_of_a_list() -> None:
    assert named("xã Tân Thành, Phú Bình") == [("Tân Thành", "thai-nguyen/173/05923"), ("Phú Bình", "thai-nguyen/173")]
    assert named("huyện Đại Từ, Thái Nguyên") == [("Đại Từ", "thai-nguyen/171"), ("Thái Nguyên", "thai-nguyen")]


def test_quarters_called_by_numbers_need_their_marker() -> None:
    assert named("phường 12, quận 3, TP.HCM; Q.1; QUẬN 7; 12 người") == [
        ("12", "ho-chi-minh/770/27130"),
        ("3", "ho-chi-minh/770"),
        ("HCM", "ho-chi-minh"),
        ("1", "ho-chi-minh/760"),
        ("7", "ho-chi-minh/778"),
    ]


def test_the_day_tells_the_old_unit_from_the_new_one_of_the_same_name() -> None:
    text = "xã Đại Từ, tỉnh Thái Nguyên"
    (commune, province) = mentions(text, day=AFTER)
    assert commune.place.within == ("thai-nguyen",)
    assert commune.place.stood_on(AFTER)
    assert province.place.since == date(2025, 7, 1)
    (province,) = mentions("tỉnh Thái Nguyên", day=BEFORE)
    assert province.place.until == date(2025, 6, 30)


def test_an_old_name_goes_on_meaning_the_old_unit() -> None:
    assert named("Bắc Kạn cũ; huyện Chợ Đồn", "thai-nguyen", AFTER) == [
        ("Bắc Kạn", "bac-kan"),
        ("Chợ Đồn", "bac-kan/064"),
    ]
    assert named("thành phố Huế", day=BEFORE) == [("Huế", "thua-thien-hue/474-2024")]
    assert named("thành phố Huế", day=AFTER) == [("Huế", "hue")]


def test_an_old_commune_is_meant_where_none_of_that_name_stands_in_the_province_named() -> None:
    assert named("xã Tân Lập, tỉnh Thái Nguyên", day=AFTER)[0] == ("Tân Lập", "bac-kan/064/02032")
    assert named("xã Tân Lập", "thai-nguyen", AFTER) == [("Tân Lập", "bac-kan/064/02032")]
    assert named("xã Tân Lập", day=AFTER) == [("Tân Lập", "quang-tri/19462")]  # of those that stand, the first


def test_a_bare_district_name_is_ambiguous_once_there_are_no_districts() -> None:
    assert doubts("về Đại Từ", "thai-nguyen", BEFORE) == [False]
    assert doubts("về Đại Từ", "thai-nguyen", AFTER) == [True]


def test_a_commune_known_elsewhere_only_is_ambiguous_in_the_press_of_another_province() -> None:
    assert doubts("xã Bản Ngoại", "thai-nguyen") == [False]
    assert doubts("xã Bản Ngoại", "ca-mau") == [True]


def test_a_marker_of_the_paragraph_before_says_nothing() -> None:
    assert named("những người dân trong xã\n\nTân Thành vào mùa", "thai-nguyen") == []


def test_decomposed_text_is_read_the_same_with_offsets_of_its_own() -> None:
    text = "Đảng bộ xã Tân Khánh, huyện Phú Bình, tỉnh Thái Nguyên; Thừa Thiên – Huế"
    decomposed = unicodedata.normalize("NFD", text)
    assert decomposed != text
    found = mentions(decomposed, day=BEFORE)
    assert [one.place for one in found] == [one.place for one in mentions(text, day=BEFORE)]
    for one in found:
        assert decomposed[one.start : one.end] == one.surface
        assert unicodedata.normalize("NFC", one.surface) in text
        assert not unicodedata.combining(decomposed[one.end : one.end + 1] or " ")


def test_an_unknown_home_is_an_error() -> None:
    with pytest.raises(UsageError, match='no province is called "bac-kam"'):
        mentions("xã Tân Thành", "bac-kam")
