"""Every unit that can be named in a text, province, district or commune, old and new, and who became what.

The districts and communes are read once, when first asked for, from units.tsv (tools/build_places.py names its source).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from sys import intern
from typing import Final, Literal, NamedTuple

from archive.errors import UsageError
from archive.places.provinces import MERGERS, PROVINCES, PROVINCES_34, PROVINCES_63, Province

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
