"""Invented articles, and eighteen more of a congress that a test can count on."""

from __future__ import annotations

from search_corpus import SOURCES, Written, invented

CONGRESS = [
    Written(
        500 + number,
        "Tin vắn",
        "",
        "Đại hội đảng bộ xã thành công. Thời tiết đẹp.",
        day=f"2021-0{number % 9 + 1}-05",
        source=SOURCES[number % 2][0],
    )
    for number in range(18)
]


def with_congresses() -> list[Written]:
    """Three hundred articles and the eighteen."""
    return [*invented(300, seed=5), *CONGRESS]
