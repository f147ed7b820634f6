"""The provinces and centrally-run cities: the 63 until 30 June 2025, the 34 since, who became what, and their names.

Source of the table: resolution 202/2025/QH15 of the National Assembly (the 34, from 1 July 2025), the codes of the
General Statistics Office, resolutions 22/2003/QH11, 15/2008/QH12 and 175/2024/QH15 for the changes of 2004, 2008 and
2025 (Huế). The table begins with 1 January 1997; `tests/test_places.py` holds it against the data of
tools/build_places.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from sys import intern
from typing import Final, Literal, NamedTuple

from archive.errors import UsageError
from archive.text.folding import tokens

MERGERS: Final = date(2025, 7, 1)
"""The day from which there are 34 units, and no districts."""


@dataclass(frozen=True, slots=True)
class Province:
    """A province or centrally-run city during one time of its life.

    `id` is the slug of its name; a unit that took in others on 1 July 2025 keeps its id and is another Province.
    `since` and `until` are its first and last day, None where it is older than the table or still stands. `now` is
    the id of the unit of today; `parts` are the ids of the 63 that a unit of today consists of. `split_from` is the
    id of the unit it belonged to before `since`.
    """

    id: str
    name: str
    kind: Literal["province", "city"]
    code: str  # of the General Statistics Office, two digits; codes are used again across the merger
    now: str
    since: date | None = None
    until: date | None = None
    parts: tuple[str, ...] = ()
    split_from: str = ""

    def stood_on(self, day: date) -> bool:
        """Whether the unit existed on `day`."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

    @property
    def full_name(self) -> str:
        """The name with its kind, as an address has it: "tỉnh Thái Nguyên", "thành phố Huế"."""
        return f"{'tỉnh' if self.kind == 'province' else 'thành phố'} {self.name}"


# Code and id until 30 June 2025, name, and id since.
_OLD: Final = (
    ("01", "ha-noi", "Hà Nội", "ha-noi"),
    ("02", "ha-giang", "Hà Giang", "tuyen-quang"),
    ("04", "cao-bang", "Cao Bằng", "cao-bang"),
    ("06", "bac-kan", "Bắc Kạn", "thai-nguyen"),
    ("08", "tuyen-quang", "Tuyên Quang", "tuyen-quang"),
    ("10", "lao-cai", "Lào Cai", "lao-cai"),
    ("11", "dien-bien", "Điện Biên", "dien-bien"),
    ("12", "lai-chau", "Lai Châu", "lai-chau"),
    ("14", "son-la", "Sơn La", "son-la"),
    ("15", "yen-bai", "Yên Bái", "lao-cai"),
    ("17", "hoa-binh", "Hòa Bình", "phu-tho"),
    ("19", "thai-nguyen", "Thái Nguyên", "thai-nguyen"),
    ("20", "lang-son", "Lạng Sơn", "lang-son"),
    ("22", "quang-ninh", "Quảng Ninh", "quang-ninh"),
    ("24", "bac-giang", "Bắc Giang", "bac-ninh"),
    ("25", "phu-tho", "Phú Thọ", "phu-tho"),
    ("26", "vinh-phuc", "Vĩnh Phúc", "phu-tho"),
    ("27", "bac-ninh", "Bắc Ninh", "bac-ninh"),
    ("30", "hai-duong", "Hải Dương", "hai-phong"),
    ("31", "hai-phong", "Hải Phòng", "hai-phong"),
    ("33", "hung-yen", "Hưng Yên", "hung-yen"),
    ("34", "thai-binh", "Thái Bình", "hung-yen"),
    ("35", "ha-nam", "Hà Nam", "ninh-binh"),
    ("36", "nam-dinh", "Nam Định", "ninh-binh"),
    ("37", "ninh-binh", "Ninh Bình", "ninh-binh"),
    ("38", "thanh-hoa", "Thanh Hóa", "thanh-hoa"),
    ("40", "nghe-an", "Nghệ An", "nghe-an"),
    ("42", "ha-tinh", "Hà Tĩnh", "ha-tinh"),
    ("44", "quang-binh", "Quảng Bình", "quang-tri"),
    ("45", "quang-tri", "Quảng Trị", "quang-tri"),
    ("46", "thua-thien-hue", "Thừa Thiên Huế", "hue"),
    ("48", "da-nang", "Đà Nẵng", "da-nang"),
    ("49", "quang-nam", "Quảng Nam", "da-nang"),
    ("51", "quang-ngai", "Quảng Ngãi", "quang-ngai"),
    ("52", "binh-dinh", "Bình Định", "gia-lai"),
    ("54", "phu-yen", "Phú Yên", "dak-lak"),
    ("56", "khanh-hoa", "Khánh Hòa", "khanh-hoa"),
    ("58", "ninh-thuan", "Ninh Thuận", "khanh-hoa"),
    ("60", "binh-thuan", "Bình Thuận", "lam-dong"),
    ("62", "kon-tum", "Kon Tum", "quang-ngai"),
    ("64", "gia-lai", "Gia Lai", "gia-lai"),
    ("66", "dak-lak", "Đắk Lắk", "dak-lak"),
    ("67", "dak-nong", "Đắk Nông", "lam-dong"),
    ("68", "lam-dong", "Lâm Đồng", "lam-dong"),
    ("70", "binh-phuoc", "Bình Phước", "dong-nai"),
    ("72", "tay-ninh", "Tây Ninh", "tay-ninh"),
    ("74", "binh-duong", "Bình Dương", "ho-chi-minh"),
    ("75", "dong-nai", "Đồng Nai", "dong-nai"),
    ("77", "ba-ria-vung-tau", "Bà Rịa - Vũng Tàu", "ho-chi-minh"),
    ("79", "ho-chi-minh", "Hồ Chí Minh", "ho-chi-minh"),
    ("80", "long-an", "Long An", "tay-ninh"),
    ("82", "tien-giang", "Tiền Giang", "dong-thap"),
    ("83", "ben-tre", "Bến Tre", "vinh-long"),
    ("84", "tra-vinh", "Trà Vinh", "vinh-long"),
    ("86", "vinh-long", "Vĩnh Long", "vinh-long"),
    ("87", "dong-thap", "Đồng Tháp", "dong-thap"),
    ("89", "an-giang", "An Giang", "an-giang"),
    ("91", "kien-giang", "Kiên Giang", "an-giang"),
    ("92", "can-tho", "Cần Thơ", "can-tho"),
    ("93", "hau-giang", "Hậu Giang", "can-tho"),
    ("94", "soc-trang", "Sóc Trăng", "can-tho"),
    ("95", "bac-lieu", "Bạc Liêu", "ca-mau"),
    ("96", "ca-mau", "Cà Mau", "ca-mau"),
)

# Codes since 1 July 2025 where the unit's own code was another.
_NEW_CODES: Final = {
    "lao-cai": "15",
    "bac-ninh": "24",
    "quang-tri": "44",
    "gia-lai": "52",
    "tay-ninh": "80",
    "dong-thap": "82",
    "an-giang": "91",
}
_CITIES: Final = {"ha-noi", "hai-phong", "da-nang", "ho-chi-minh", "can-tho", "hue"}
_HUE_CITY: Final = date(2025, 1, 1)
_SPLITS: Final = {  # resolution 22/2003/QH11
    "dien-bien": ("lai-chau", date(2004, 1, 1)),
    "dak-nong": ("dak-lak", date(2004, 1, 1)),
    "hau-giang": ("can-tho", date(2004, 1, 1)),
}
_DAY: Final = timedelta(days=1)


def _old_units() -> tuple[Province, ...]:
    sizes = {new: sum(row[3] == new for row in _OLD) for _, _, _, new in _OLD}
    units = []
    for code, unit, name, now_id in _OLD:
        unchanged = sizes[now_id] == 1 and unit == now_id
        until = None if unchanged else (_HUE_CITY if unit == "thua-thien-hue" else MERGERS) - _DAY
        origin, since = _SPLITS.get(unit, ("", None))
        kind: Literal["province", "city"] = "city" if unit in _CITIES else "province"
        parts = (unit,) if unchanged else ()
        units.append(Province(unit, name, kind, code, now_id, since, until, parts, origin))
    return tuple(units)


def _new_units(old: tuple[Province, ...]) -> tuple[Province, ...]:
    units = [unit for unit in old if unit.until is None]
    for unit in old:
        parts = tuple(part.id for part in old if part.now == unit.id)
        if unit.until is not None and parts:
            code = _NEW_CODES.get(unit.id, unit.code)
            units.append(Province(unit.id, unit.name, unit.kind, code, unit.id, MERGERS, None, parts))
    units.append(Province("hue", "Huế", "city", "46", "hue", _HUE_CITY, None, ("thua-thien-hue",)))
    return tuple(sorted(units, key=lambda unit: unit.code))


PROVINCES_63: Final = _old_units()
"""The units as they were before the mergers, in the order of their codes; Thừa Thiên Huế under its old name."""

PROVINCES_34: Final = _new_units(PROVINCES_63)
"""The units since 1 July 2025, in the order of their codes; the eleven unchanged ones are the same values as above."""

HA_TAY: Final = Province("ha-tay", "Hà Tây", "province", "28", "ha-noi", None, date(2008, 7, 31))
"""Merged into Hà Nội on 1 August 2008; its newspaper and portal are in old captures and links."""

PROVINCES: Final = (*PROVINCES_63, *(unit for unit in PROVINCES_34 if unit not in PROVINCES_63), HA_TAY)
"""Every unit of the table once: the 63, those of the 34 that are new or grown, and Hà Tây."""

_FIRST: Final = {unit.id: unit for unit in reversed(PROVINCES)}  # the oldest unit with an id
_NOW: Final = {unit.id: unit for unit in PROVINCES_34}

# Spellings beside the name itself; facts of usage, folded tokens joined by a space.
ALIASES: Final[dict[str, tuple[str, ...]]] = {
    "ho-chi-minh": ("TP.HCM", "TPHCM", "HCM", "HCMC", "Sài Gòn", "Saigon", "Ho Chi Minh City"),
    "thua-thien-hue": ("Huế", "TT-Huế", "TT Huế", "TTH"),
    "ba-ria-vung-tau": ("BR-VT", "BRVT", "Bà Rịa", "Vũng Tàu"),
    "dak-lak": ("Đắc Lắc", "Daklak", "Đắclắc", "Darlac"),
    "dak-nong": ("Đắc Nông", "Daknong"),
    "bac-kan": ("Bắc Cạn", "Backan"),
    "kon-tum": ("Kontum", "Công Tum"),
    "da-nang": ("Danang", "TP ĐN"),
    "ha-noi": ("Hanoi", "HN"),
    "hai-phong": ("Haiphong",),
    "lam-dong": ("Lamdong",),
    "gia-lai": ("Gialai",),
}
_MARKERS: Final = (("thanh", "pho"), ("tinh",), ("tp",), ("t", "p"), ("city", "of"), ("province", "of"))


def province(spelling: str) -> Province:
    """The unit that `spelling` names: an id, a name with or without accents, kind or dashes, or a usual short form.

    Where a name was kept across the mergers this is the unit as it was (one of the 63); `province_now` gives
    today's. Raises UsageError, with the nearest name, where no unit is called so.
    """
    unit = _FIRST.get(spelling) if spelling != "hue" else None
    if unit is None:
        unit = _by_name().get(_bare(spelling))
    if unit is None:
        near = get_close_matches(_bare(spelling), list(_by_name()), n=1)
        if near:
            told = 'no province is called "{spelling}"; did you mean "{near}"?'
            raise UsageError(told, spelling=spelling, near=_by_name()[near[0]].name)
        raise UsageError(
            'no province is called "{spelling}"; write a name like Thái Nguyên or an id like bac-kan', spelling=spelling
        )
    return unit


def now(province_id: str) -> str:
    """The id of today's unit (one of the 34) that `province_id`, old or new, belongs to.

    Any spelling that `province` knows is accepted; raises UsageError for others.
    """
    return (_FIRST.get(province_id) or province(province_id)).now


def province_now(spelling: str) -> Province:
    """The unit of today (one of the 34) that `spelling` is, or belongs to; raises UsageError as `province` does."""
    return _NOW[now(spelling)]


@cache
def on(day: date) -> tuple[Province, ...]:
    """The units that existed on `day`, in the order of their codes: 63 on 30 June 2025, 34 the day after.

    Days before the table begins get the units of its first day.
    """
    return tuple(sorted((unit for unit in PROVINCES if unit.stood_on(day)), key=lambda unit: (unit.code, unit.id)))


def then_and_now(province_id: str, day: date) -> tuple[Province, Province]:
    """The unit that the territory called `province_id` (one of the 63, as the register writes it) was or belonged to
    on `day`, and today's. Raises UsageError as `province`.
    """
    unit = province(province_id)
    today = _NOW[unit.now]
    if unit.stood_on(day):
        return unit, today
    if unit.since is not None and day < unit.since:
        return (province(unit.split_from), today) if unit.split_from else (unit, today)
    return (today if today.stood_on(day) else _between(unit, day)), today


def _between(unit: Province, day: date) -> Province:
    """The unit of `day` where it is neither the old one nor today's: Hà Nội before 2025 for what was Hà Tây, say."""
    return next((other for other in on(day) if other.now == unit.now), unit)


def _bare(spelling: str) -> str:
    parts = tuple(tokens(spelling))
    for marker in _MARKERS:
        if parts[: len(marker)] == marker and len(parts) > len(marker):
            parts = parts[len(marker) :]
            break
    if len(parts) > 1 and parts[-1] in ("city", "province"):
        parts = parts[:-1]
    return " ".join(parts)


@cache
def _by_name() -> dict[str, Province]:
    names: dict[str, Province] = {}
    for unit in (*PROVINCES_63, HA_TAY):
        for spelling in (unit.name, unit.id, unit.name.replace(" ", ""), *ALIASES.get(unit.id, ())):
            names.setdefault(_bare(spelling), unit)
    return names


Level = Literal["province", "district", "commune"]

_TABLE: Final = Path(__file__).parent / "units.tsv"
_LAST_DAY: Final = MERGERS - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Place:
    """An administrative unit during one time of its life.

    `id` is a path from the province down: "thai-nguyen" (a province), "thai-nguyen/164" (a district, by its code),
    "thai-nguyen/164/05500" (a commune until 30 June 2025, in its district), "thai-nguyen/05500" (a commune since).
    `kind` is the Vietnamese word: "huyện", "phường". `became` are the ids of today's units that have part of
    its territory (of a divided commune, the one that an address without a street goes to comes first); empty for what
    still stands.
    """

    id: str
    name: str
    level: Level
    kind: str
    code: str
    province: str  # id of its province in its time: one of the 63 before the mergers, of the 34 since
    since: date | None = None
    until: date | None = None
    became: tuple[str, ...] = ()
    former: tuple[str, ...] = ()  # names of units merged into this one before 2025

    def stood_on(self, day: date) -> bool:
        """Whether the unit existed on `day`, as far as the table knows."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

    @property
    def within(self) -> tuple[str, ...]:
        """The ids of the units it lies in, nearest first: of an old commune its district and its province."""
        return _within(self.id)

    @property
    def full_name(self) -> str:
        """Kind and name as an address has them: "huyện Đại Từ", "phường 1"."""
        return self.name.lower() if self.name.lower().startswith(f"{self.kind} ") else f"{self.kind} {self.name}"


@cache
def _within(place_id: str) -> tuple[str, ...]:
    parts = place_id.split("/")
    return tuple("/".join(parts[:length]) for length in range(len(parts) - 1, 0, -1))


class Units(NamedTuple):
    """All places in the order of the table, provinces first, and the ways between them."""

    all: tuple[Place, ...]
    by_id: dict[str, tuple[Place, ...]]  # two where a province kept its id across the mergers, the older first
    parts: dict[str, tuple[Place, ...]]  # of a commune of today: the old communes and island districts it is made of


def place(place_id: str, day: date | None = None) -> Place:
    """The unit with the id `place_id`; of two provinces with one id the one of `day`, without a day the older.

    Raises UsageError where there is none.
    """
    found = units().by_id.get(place_id, ())
    if not found:
        shapes = "thai-nguyen, thai-nguyen/164 or thai-nguyen/05500"
        raise UsageError('no place has the id "{place_id}"; ids look like {shapes}', place_id=place_id, shapes=shapes)
    return next((one for one in found if day is not None and one.stood_on(day)), found[0])


def became(one: Place) -> tuple[Place, ...]:
    """The units of today that have part of the territory of `one`; a unit that still stands is its own heir."""
    return tuple(units().by_id[heir][-1] for heir in one.became) or (one,)


def made_of(one: Place) -> tuple[Place, ...]:
    """The units of June 2025 that went, whole or in part, into `one`; an older or unchanged one is its own part."""
    if one.level != "province":
        return units().parts.get(one.id, (one,))
    if one.until is not None:
        return (one,)
    whole = next(unit for unit in PROVINCES_34 if unit.id == one.id)
    return tuple(place(part) for part in whole.parts)


@cache
def units() -> Units:
    """All places; the first call reads the table."""
    rows = [
        [*line.split("\t"), "", ""][:7]
        for line in _TABLE.read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    ]
    for row in rows:
        row[2] = intern(row[2])  # 14,000 times one of nine words
    new = [_new_commune(row) for row in rows if row[0] == "new"]
    new_ids = {commune.code: commune.id for commune in new}
    districts = _districts(rows, new_ids)
    district_ids = {district.code: district.id for district in districts}
    old = [_old_commune(row, district_ids, new_ids) for row in rows if row[0] == "old"]
    everything = (*map(_of_province, PROVINCES), *districts, *old, *new)
    by_id: dict[str, tuple[Place, ...]] = {}
    parts: dict[str, tuple[Place, ...]] = {}
    for one in everything:
        by_id[one.id] = (*by_id.get(one.id, ()), one)
    for one in (*old, *(district for district in districts if district.code in _ISLANDS)):
        for heir in one.became:
            parts[heir] = (*parts.get(heir, ()), one)
    return Units(everything, by_id, parts)


_ISLANDS: Final = {"318", "471", "498", "536", "755"}  # districts without communes: Bạch Long Vĩ ... Côn Đảo
_HUE, _HUE_LAST_DAY = (
    "474-2024",
    date(2024, 12, 31),
)  # parted into two districts the day after
_OLD_IDS: Final = {unit.code: unit.id for unit in PROVINCES_63}
_NEW_IDS: Final = {unit.code: unit.id for unit in PROVINCES_34}


def _of_province(unit: Province) -> Place:
    kind = "tỉnh" if unit.kind == "province" else "thành phố"
    heirs = () if unit.until is None else (unit.now,)
    return Place(unit.id, unit.name, "province", kind, unit.code, unit.id, unit.since, unit.until, heirs)


def _districts(rows: list[list[str]], new_ids: dict[str, str]) -> list[Place]:
    heirs: dict[str, dict[str, None]] = {}  # of each district, in the order of its communes
    for level, code, _, _, parent, became_codes, _ in rows:
        if level != "new" and became_codes:
            district = parent if level == "old" else code
            heirs.setdefault(district, {}).update(dict.fromkeys(became_codes.split(",")))
    return [
        Place(
            id=f"{_OLD_IDS[parent]}/{code}",
            name=name,
            level="district",
            kind=kind,
            code=code,
            province=_OLD_IDS[parent],
            until=_HUE_LAST_DAY if code == _HUE else _LAST_DAY,
            became=tuple(new_ids[heir] for heir in heirs[code]),
            former=tuple(former.split(",")) if former else (),
        )
        for level, code, kind, name, parent, _, former in rows
        if level == "district"
    ]


def _old_commune(row: list[str], districts: dict[str, str], new_ids: dict[str, str]) -> Place:
    _, code, kind, name, parent, became_codes, former = row
    district = districts[parent]
    return Place(
        f"{district}/{code}",
        name,
        "commune",
        kind,
        code,
        district[: district.index("/")],
        None,
        _LAST_DAY,
        tuple([new_ids[heir] for heir in became_codes.split(",")]),
        tuple(former.split(",")) if former else (),
    )


def _new_commune(row: list[str]) -> Place:
    _, code, kind, name, parent, _, _ = row
    province = _NEW_IDS[parent]
    return Place(f"{province}/{code}", name, "commune", kind, code, province, MERGERS)
