"""An archive in which persons hold offices: invented articles of four years, all in plain sentences."""

from __future__ import annotations

import sqlite_utils
from search_corpus import Written, stored

from archive.ingest.articles import find_names

OFFICIALS = [
    Written(1, "Hội nghị", "", "Phó Chủ tịch UBND tỉnh Lê Thị Hòa phát biểu.", source="bao-alpha", day="2019-03-05"),
    Written(
        2,
        "Đại hội",
        "Dự có bà Lê Thị Hòa, Phó Bí thư Tỉnh ủy, Chủ tịch Ủy ban nhân dân tỉnh.",
        "Ông Trần Văn Tám - Bí thư Tỉnh ủy chủ trì.",
        source="bao-beta",
        day="2020-05-01",
    ),
    Written(3, "Họp báo", "", "Chủ tịch UBND tỉnh Lê Thị Hoà trả lời báo chí.", source="bao-alpha", day="2021-07-09"),
    Written(
        4,
        "Kỳ họp",
        "",
        "Bí thư Tỉnh ủy Lê Thị Hòa dự kỳ họp. Bí thư Tỉnh ủy Lê Thị Hòa giao nhiệm vụ cho Giám đốc Sở Y tế Lê Thị Hoa.",
        source="bao-beta",
        day="2022-12-30",
    ),
    Written(5, "Ngày mùa", "", "Bà con xuống đồng gặt lúa.", source="bao-alpha", day="2022-01-01"),
]


def named(articles: list[Written], db: sqlite_utils.Database | None = None) -> sqlite_utils.Database:
    """A database with `articles`, their places and persons looked for."""
    held = stored(articles, db)
    with held.atomic():
        held.execute("INSERT OR IGNORE INTO unnamed SELECT id FROM articles")
    find_names(held)
    return held
