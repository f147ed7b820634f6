from __future__ import annotations

import unicodedata
from datetime import date, timedelta

import pytest

from archive.errors import UsageError
from archive.places import (
    MERGERS,
    PROVINCES,
    PROVINCES_34,
    PROVINCES_63,
    now,
    on,
    province,
    province_now,
    then_and_now,
)

LAST_DAY = MERGERS - timedelta(days=1)


def test_there_were_63_units_until_30_june_2025_and_34_since() -> None:
    assert len(PROVINCES_63) == len(on(LAST_DAY)) == 63
    assert len(PROVINCES_34) == len(on(MERGERS)) == 34


def test_five_of_the_63_and_six_of_the_34_were_cities() -> None:
    assert sum(unit.kind == "city" for unit in PROVINCES_63) == 5
    assert sum(unit.kind == "city" for unit in PROVINCES_34) == 6


def test_eleven_of_the_34_are_unchanged_and_every_old_unit_went_into_one() -> None:
    unchanged = [unit for unit in PROVINCES_34 if len(unit.parts) == 1]
    assert {unit.id for unit in unchanged} == {
        "ha-noi", "cao-bang", "dien-bien", "lai-chau", "son-la", "lang-son",
        "quang-ninh", "thanh-hoa", "nghe-an", "ha-tinh", "hue",
    }  # fmt: skip
    assert sorted(part for unit in PROVINCES_34 for part in unit.parts) == sorted(unit.id for unit in PROVINCES_63)
    assert all(unit.now in {one.id for one in PROVINCES_34} for unit in PROVINCES)


@pytest.mark.parametrize(
    ("spelling", "unit"),
    [
        ("thai-nguyen", "thai-nguyen"),
        ("Thái Nguyên", "thai-nguyen"),
        (unicodedata.normalize("NFD", "tỉnh Thái Nguyên"), "thai-nguyen"),
        ("TP.HCM", "ho-chi-minh"),
        ("Tp. Hồ Chí Minh", "ho-chi-minh"),
        ("TP Hồ Chí Minh", "ho-chi-minh"),
        ("Sài Gòn", "ho-chi-minh"),
        ("T.P Hồ Chí Minh", "ho-chi-minh"),
        ("Thừa Thiên - Huế", "thua-thien-hue"),
        ("Thừa Thiên–Huế", "thua-thien-hue"),
        ("TT-Huế", "thua-thien-hue"),
        ("thành phố Huế", "thua-thien-hue"),
        ("BR-VT", "ba-ria-vung-tau"),
        ("Đăk Lăk", "dak-lak"),
        ("Đắc Lắc", "dak-lak"),
        ("Daklak", "dak-lak"),
        ("Bắc Cạn", "bac-kan"),
        ("Kontum", "kon-tum"),
        ("Hoà Bình", "hoa-binh"),
        ("Danang City", "da-nang"),
        ("Hà Tây", "ha-tay"),
    ],
)
def test_a_unit_is_found_by_each_of_its_spellings(spelling: str, unit: str) -> None:
    assert province(spelling).id == unit


def test_a_name_kept_across_the_mergers_means_the_unit_as_it_was() -> None:
    assert province("Thái Nguyên").until == LAST_DAY
    assert province_now("Thái Nguyên").parts == ("bac-kan", "thai-nguyen")
    assert now("bac-kan") == now("thai-nguyen") == "thai-nguyen"
    assert now("hue") == now("thua-thien-hue") == "hue"


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(UsageError, match=r'"Thai Nguyem"; did you mean "Thái Nguyên"'):
        province("Thai Nguyem")
    with pytest.raises(UsageError, match="an id like bac-kan"):
        now("")


def test_codes_are_unique_on_every_day() -> None:
    for day in (date(2000, 1, 1), date(2007, 1, 1), date(2020, 1, 1), date(2025, 3, 1), LAST_DAY, MERGERS):
        codes = [unit.code for unit in on(day)]
        assert codes == sorted(set(codes))


def test_units_that_came_and_went_before_2025_count_on_their_days_only() -> None:
    assert len(on(date(2000, 1, 1))) == 61
    assert len(on(date(2007, 1, 1))) == 64
    assert "ha-tay" in {unit.id for unit in on(date(2008, 7, 31))}
    assert "ha-tay" not in {unit.id for unit in on(date(2008, 8, 1))}


@pytest.mark.parametrize(
    ("unit", "day", "then", "today"),
    [
        ("bac-kan", LAST_DAY, "tỉnh Bắc Kạn", "tỉnh Thái Nguyên"),
        ("bac-kan", MERGERS, "tỉnh Thái Nguyên", "tỉnh Thái Nguyên"),
        ("thai-nguyen", date(2020, 3, 5), "tỉnh Thái Nguyên", "tỉnh Thái Nguyên"),
        ("thua-thien-hue", date(2024, 12, 31), "tỉnh Thừa Thiên Huế", "thành phố Huế"),
        ("thua-thien-hue", date(2025, 1, 1), "thành phố Huế", "thành phố Huế"),
        ("dak-nong", date(2003, 12, 31), "tỉnh Đắk Lắk", "tỉnh Lâm Đồng"),
        ("ha-tay", date(2008, 8, 1), "thành phố Hà Nội", "thành phố Hà Nội"),
        ("binh-duong", date(2026, 1, 1), "thành phố Hồ Chí Minh", "thành phố Hồ Chí Minh"),
    ],
)
def test_a_territory_is_told_by_its_unit_of_the_day_and_of_today(unit: str, day: date, then: str, today: str) -> None:
    assert tuple(one.full_name for one in then_and_now(unit, day)) == (then, today)


def test_the_grown_unit_is_not_the_one_of_the_same_name_before() -> None:
    before, after = then_and_now("thai-nguyen", LAST_DAY)
    assert before.id == after.id
    assert before != after
    assert after.since == MERGERS
