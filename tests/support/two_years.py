"""Pages of two years, kept in an archive for each year and in one for both."""

from __future__ import annotations

from pathlib import Path

from reading_room import SITE, archive_of, page

from archive.model import Capture


def captures(year: int) -> list[Capture]:
    """Four articles of a year, the first with a second revision."""
    made = [
        page(
            f"Họp bàn trồng rừng {year}.{number}",
            24 * number,
            f"xã thứ {number} của năm {year},",
            f"{SITE}/tin-tuc/hop-{year}-{number}.html",
            published=f"{year}-0{number}-05T15:25+07:00",
            section="Tin tức" if number % 2 else "Xã hội",
        )
        for number in range(1, 5)
    ]
    again = page(
        f"Họp bàn trồng rừng {year}.1",
        480,
        "nay đã khác,",
        f"{SITE}/tin-tuc/hop-{year}-1.html",
        published=f"{year}-01-05T15:25+07:00",
        section="Tin tức",
    )
    return [*made, again]


def two_years(path: Path) -> Path:
    """`path` with kho-2020, kho-2021, and tat-ca, which holds what both hold."""
    archive_of(path / "kho-2020", captures(2020))
    archive_of(path / "kho-2021", captures(2021))
    archive_of(path / "tat-ca", [*captures(2020), *captures(2021)])
    return path
