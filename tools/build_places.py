"""Writes archive/places/units.tsv: districts and communes before and after 1 July 2025, and who became what.

Source: the data of the Python package vietnamadminunits 1.0.4 (https://github.com/tranngocminhhieu/vietnamadminunits),
MIT licence, Copyright (c) 2025 Tran Ngoc Minh Hieu. Its code is not used, nor is it a dependency: it imports a
GPL package. Run with any Python >= 3.11 on the package's data folder, from a wheel unpacked anywhere:

    pip download --no-deps vietnamadminunits==1.0.4 && unzip -d units vietnamadminunits-*.whl
    python tools/build_places.py units/vietnamadminunits/data

The same data give the same file, byte for byte.
"""

from __future__ import annotations

import json
import re
import sqlite3
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent.parent / "archive" / "places" / "units.tsv"

HEADER = """\
# Vietnam's districts and communes until 30 June 2025, and its communes since. Made by tools/build_places.py from data
# of vietnamadminunits 1.0.4, MIT licence, Copyright (c) 2025 Tran Ngoc Minh Hieu; the licence's text: docs/places.md.
# Columns: level, code (General Statistics Office), kind, name, parent (code), became (codes of communes since 1 July
# 2025; of several the one that an address without a street goes to comes first), names of units merged into this one
# in the years before 2025 (of communes: folded, without spaces).
"""

# Thừa Thiên Huế's capital was one district until it was parted into two on 1 January 2025, one of which has its code.
HUE = ("474-2024", "Thành phố", "Huế", "46", ("Quận Thuận Hóa", "Quận Phú Xuân"))

# The package has former names of districts without accents; here they are as the newspapers of their time wrote them.
FORMER_DISTRICTS = {
    "045": ("Thông Nông",),
    "049": ("Phục Hòa", "Quảng Uyên"),
    "148": ("Kỳ Sơn",),
    "193": ("Hoành Bồ",),
    "213": ("Yên Dũng",),
    "356": ("Mỹ Lộc",),
    "374": ("Ninh Bình",),
    "380": ("Đông Sơn",),
    "407": ("Tĩnh Gia",),
    "412": ("Cửa Lò",),
    "482": ("Nam Đông",),
    "509": ("Nông Sơn",),
    "525": ("Tây Trà",),
    "682": ("Cát Tiên", "Đạ Tẻh"),
    "753": ("Đất Đỏ", "Long Điền"),
    "754": ("Tân Thành",),
    "769": ("Quận 2", "Quận 9"),
}
_KINDS = ("huyen", "quan", "thixa", "thanhpho", "thitran", "phuong", "xa")


def main(folder: Path) -> None:
    """Reads the package's data in `folder` and writes TARGET."""
    db = sqlite3.connect(f"file:{folder / 'dataset.db'}?mode=ro", uri=True)
    became = _became(json.loads((folder / "converter_2025.json").read_text(encoding="utf-8")), _new_codes(db))
    lines = [*_districts(db, became), *_old_communes(db, became), *_new_communes(db)]
    TARGET.write_text(HEADER + "".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")


def _new_codes(db: sqlite3.Connection) -> dict[tuple[str, str], str]:
    rows = db.execute("SELECT provinceKey, wardKey, wardCode FROM admin_units")
    return {(province, ward): code for province, ward, code in rows}


def _became(converter: dict[str, dict[str, Any]], codes: dict[tuple[str, str], str]) -> dict[str, list[str]]:
    """Codes of today's communes for each old commune, by the package's key of province, district and ward."""
    became: dict[str, list[str]] = {}
    for province, wards in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for ward, old_keys in wards.items():
            for key in old_keys:
                became[key] = [codes[province, ward]]
    for province, divided in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
        for key, parts in divided.items():
            parts = sorted(parts, key=lambda part: not part["isDefaultNewWard"])
            became[key] = [codes[province, part["newWardKey"]] for part in parts]
    return became


def _districts(db: sqlite3.Connection, became: dict[str, list[str]]) -> Iterator[str]:
    rows = db.execute(
        "SELECT DISTINCT districtCode, districtType, districtShort, provinceCode, districtAlias,"
        " CASE WHEN wardKey IS NULL THEN provinceKey || '_' || districtKey || '_' END"
        " FROM admin_units_legacy ORDER BY districtCode"
    )
    for code, kind, name, province, alias, key in rows:
        former = FORMER_DISTRICTS.get(code, ())
        _hold_to_data(code, name, former, json.loads(alias or "[]"))
        yield _line("district", code, kind, name, province, became.get(key, []), former)
    code, kind, name, province, successors = HUE
    keys = db.execute(
        "SELECT provinceKey || '_' || districtKey || '_' || wardKey FROM admin_units_legacy"
        " WHERE provinceCode = ? AND district IN (?, ?) ORDER BY wardCode",
        (province, *successors),
    )
    heirs = dict.fromkeys(heir for (key,) in keys for heir in became[key])
    yield _line("district", code, kind, name, province, list(heirs), ())


def _hold_to_data(code: str, name: str, former: tuple[str, ...], aliases: list[str]) -> None:
    """Fails where a former name written here is not one of the package's, or one of the package's is not here."""
    here = {_folded(spelling) for spelling in former if spelling not in ("Quận 2", "Quận 9")}
    given = _former(aliases, name)
    if here != given:
        sys.exit(f"district {code} {name}: former names here {sorted(here)}, in the data {sorted(given)}")


def _former(aliases: list[str], name: str) -> set[str]:
    """Former names, folded, among the package's aliases of a unit: it gives each with its kind and without."""
    short = {alias for alias in aliases if any(kind + alias in aliases for kind in _KINDS)}
    return short - {_folded(_plain(name))}


def _old_communes(db: sqlite3.Connection, became: dict[str, list[str]]) -> Iterator[str]:
    rows = db.execute(
        "SELECT wardCode, wardType, wardShort, districtCode, wardAlias,"
        " provinceKey || '_' || districtKey || '_' || wardKey"
        " FROM admin_units_legacy WHERE wardKey IS NOT NULL ORDER BY wardCode"
    )
    for code, kind, name, district, alias, key in rows:
        yield _line("old", code, kind, name, district, became[key], sorted(_former(json.loads(alias or "[]"), name)))


def _new_communes(db: sqlite3.Connection) -> Iterator[str]:
    rows = db.execute("SELECT wardCode, wardType, wardShort, provinceCode FROM admin_units ORDER BY wardCode")
    for code, kind, name, province in rows:
        yield _line("new", code, kind, name, province, [], ())


def _line(level: str, code: str, kind: str, name: str, parent: str, became: list[str], former: Iterable[str]) -> str:
    fields = (level, code, kind.lower(), _plain(name), parent, ",".join(became), ",".join(former))
    return "\t".join(fields).rstrip("\t")


def _plain(name: str) -> str:
    """The name in NFC without what the package adds to keep two units apart: "Yên Viên (Thị trấn)"."""
    return unicodedata.normalize("NFC", re.sub(r" \((?:Thị trấn|Xã|Huyện|Thị xã|Thành phố)\)$", "", name)).strip()


def _folded(name: str) -> str:
    decomposed = unicodedata.normalize("NFD", name.lower()).replace("đ", "d")
    return "".join(letter for letter in decomposed if letter.isalnum())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
