"""A site brought in without a layout of its own: its listings are no articles, whatever their addresses end with."""

from __future__ import annotations

import pytest

from archive.sources import FAMILIES

SITE = "https://tinhuy.example"


@pytest.mark.parametrize(
    ("path", "article"),
    [
        ("/tag/nhi%E1%BB%87m-k%E1%BB%B3-2020---2025", False),
        ("/news/tag/dai-hoi-2020/", False),
        ("/groups/tin-tieu-diem-7/", False),
        ("/topic/hoc-tap-lam-theo-bac-12/", False),
        ("/tin-tuc/le-hoi-tag-1207.html", True),
        ("/xay-dung-dang/nhiem-ky-2020-2025-1231.html", True),
    ],
)
def test_a_listing_by_tag_group_or_topic_is_no_article(path: str, article: bool) -> None:
    assert FAMILIES["nukeviet"].is_article(SITE + path) == article
