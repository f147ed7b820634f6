from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from archive.errors import UsageError
from archive.places import MERGERS, PROVINCES_34, PROVINCES_63, Place, became, made_of, place
from archive.places.provinces import units

# How many communes each of the 34 began with on 1 July 2025, by its code; a second public list agrees.
COMMUNES_NOW = {
    "01": 126, "04": 56, "08": 124, "11": 45, "12": 38, "14": 75, "15": 99, "19": 92, "20": 65, "22": 54,
    "24": 99, "25": 148, "31": 114, "33": 104, "37": 129, "38": 166, "40": 130, "42": 69, "44": 78, "46": 40,
    "48": 94, "51": 96, "52": 135, "56": 65, "66": 102, "68": 124, "75": 95, "79": 168, "80": 96, "82": 102,
    "86": 124, "91": 102, "92": 103, "96": 64,
}  # fmt: skip


def of(level: str, new: bool) -> list[Place]:
    return [one for one in units().all if one.level == level and (one.since == MERGERS) is new]


def test_each_of_the_34_has_as_many_communes_as_the_resolutions_say() -> None:
    codes = {unit.id: unit.code for unit in PROVINCES_34}
    counted = Counter(codes[one.province] for one in of("commune", new=True))
    assert counted == COMMUNES_NOW
    assert sum(counted.values()) == 3321


def test_the_kinds_of_communes_since_are_those_of_the_law() -> None:
    kinds = Counter(one.kind for one in of("commune", new=True))
    assert kinds == {"xã": 2621, "phường": 687, "đặc khu": 13}


def test_696_districts_lay_in_the_63_on_their_last_day() -> None:
    districts = [one for one in of("district", new=False) if one.stood_on(date(2025, 6, 30))]
    assert len(districts) == 696
    assert {one.province for one in districts} == {unit.id for unit in PROVINCES_63}


def test_ids_are_unique_but_for_provinces_that_kept_theirs() -> None:
    twice = {place_id for place_id, found in units().by_id.items() if len(found) > 1}
    grown = {unit.id for unit in PROVINCES_34 if len(unit.parts) > 1 and unit.id in unit.parts}
    assert twice == grown


def test_every_old_unit_has_heirs_in_the_province_its_own_went_into() -> None:
    heir_of = {unit.id: unit.now for unit in PROVINCES_63}
    for one in (*of("commune", new=False), *of("district", new=False)):
        heirs = became(one)
        assert heirs
        assert {heir.province for heir in heirs} == {heir_of[one.province]}
        assert all(heir.stood_on(MERGERS) for heir in heirs)


def test_every_commune_of_today_is_made_of_something_and_knows_it_both_ways() -> None:
    for one in of("commune", new=True):
        parts = made_of(one)
        assert parts
        assert all(one in became(part) for part in parts)


def test_a_divided_commune_has_several_heirs() -> None:
    heirs = became(place("ha-noi/001/00019"))
    assert [heir.name for heir in heirs] == ["Ba Đình", "Hoàn Kiếm", "Ô Chợ Dừa", "Văn Miếu - Quốc Tử Giám"]


def test_a_district_became_the_communes_that_its_communes_became() -> None:
    names = {heir.full_name for heir in became(place("thai-nguyen/171"))}
    assert {"xã Đại Từ", "xã La Bằng", "xã Quân Chu"} <= names
    assert [heir.full_name for heir in became(place("hai-phong/318"))] == ["đặc khu Bạch Long Vĩ"]


def test_a_province_became_todays_and_is_made_of_the_63() -> None:
    grown = place("thai-nguyen", date(2026, 1, 1))
    assert [one.full_name for one in made_of(grown)] == ["tỉnh Bắc Kạn", "tỉnh Thái Nguyên"]
    assert became(place("bac-kan")) == (grown,)
    assert became(grown) == (grown,)


def test_a_unit_knows_what_it_lies_in() -> None:
    commune = place("thai-nguyen/173/05917")
    assert commune.full_name == "xã Tân Khánh"
    assert commune.within == ("thai-nguyen/173", "thai-nguyen")
    assert [place(one).full_name for one in commune.within] == ["huyện Phú Bình", "tỉnh Thái Nguyên"]


def test_a_quarter_called_by_a_number_does_not_say_its_kind_twice() -> None:
    assert place("ho-chi-minh/760").full_name == "quận 1"


def test_the_capital_of_thua_thien_hue_was_one_district_until_2024() -> None:
    hue = place("thua-thien-hue/474-2024")
    assert hue.full_name == "thành phố Huế"
    assert hue.stood_on(date(2024, 12, 31))
    assert not hue.stood_on(date(2025, 1, 1))
    assert {heir.province for heir in became(hue)} == {"hue"}


def test_an_unknown_id_is_an_error_that_shows_what_ids_look_like() -> None:
    with pytest.raises(UsageError, match='no place has the id "thai-nguyen/999"; ids look like'):
        place("thai-nguyen/999")
