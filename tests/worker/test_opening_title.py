"""A slug shown in the headline's place is made readable, and nothing else is touched."""

from __future__ import annotations

from dataclasses import replace

import pytest

from archive.model import Article, Found
from archive.worker.page import readable_title

SHOWN = "tinh uy to chuc hoi nghi 2020 2025"
ARTICLE = Article(
    "https://x.example/tinh-uy-to-chuc-hoi-nghi-2020-2025-1.html",
    Found(SHOWN, by="h1"),
    ("Chiều 5/3, Tỉnh ủy đã tổ chức hội nghị tổng kết.",),
    "x",
    "x/1",
    slug="tinh-uy-to-chuc-hoi-nghi-2020-2025",
)


def test_a_slug_in_the_headlines_place_gets_its_accents_from_the_text_and_stays_beside_it() -> None:
    made = readable_title(ARTICLE).headline
    assert made.value.startswith("Tỉnh ủy tổ chức hội nghị 2020")
    assert made.by.startswith("restored")
    assert made.raw == SHOWN


@pytest.mark.parametrize(
    "article",
    [
        replace(ARTICLE, headline=Found("Tỉnh ủy tổ chức hội nghị 2020 2025", by="h1")),
        replace(ARTICLE, headline=Found("Open Day of the Startup Festival", by="h1")),
        replace(ARTICLE, headline=Found("VNPT", by="h1"), slug="vnpt"),
        replace(ARTICLE, body=("Chieu 5/3, Tinh uy da to chuc hoi nghi tong ket.",)),
    ],
    ids=["accented", "foreign", "short", "a site without accents"],
)
def test_every_other_headline_stays_as_published(article: Article) -> None:
    assert readable_title(article) is article
