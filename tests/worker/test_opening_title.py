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


NAMES = "bi-thu-tinh-uy-thai-nguyen-lam-viec-voi-huyen-dai-tu-va-ubnd-thanh-pho-song-cong"
NAMED = "Bí thư Tỉnh ủy Thái Nguyên làm việc với huyện Đại Từ và UBND thành phố Sông Công"


@pytest.mark.parametrize("slug", ["", NAMES], ids=["of a file's row", "of a page"])
def test_places_and_offices_are_known_whatever_the_page_says(slug: str) -> None:
    text = "Thái độ làm việc của cán bộ với nhân dân và đồng chí, đại hội."
    url, shown = f"https://x.example/{NAMES}", Found(NAMES, by="h1")
    article = replace(ARTICLE, url=url, slug=slug, body=(text,), headline=shown)
    assert readable_title(article).headline.value == NAMED


def test_a_place_that_is_a_word_as_well_is_written_as_on_the_page() -> None:
    slug = "thanh-nien-ho-chi-minh-vi-hoa-binh-the-gioi"
    text = "Thanh niên vì hòa bình trên thế giới."
    article = replace(ARTICLE, slug=slug, body=(text,), headline=Found(slug, by="h1"))
    assert readable_title(article).headline.value == "Thanh niên Hồ Chí Minh vì hòa bình thế giới"


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
