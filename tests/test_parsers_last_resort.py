"""Where our own reading finds no text, or doubts what it found: trafilatura is asked, and what it says is marked."""

from __future__ import annotations

import pytest

from archive.parsers import fallback as last_resort
from archive.parsers.fallback import CONFIDENCE
from tests.parsing import page_of, reading_of

URL = "http://bao.example/kinh-te/xa-hong-thai-trong-moi-hon-hai-muoi-hecta-le-123.html"
HEADLINE = "Xã Hồng Thái trồng mới hơn hai mươi hecta lê"
TEXT = (
    "Sáng nay, bà con xã Hồng Thái đã xuống giống những gốc lê đầu tiên của vụ mùa năm nay trên đồi.",
    "Theo chị Mùi, mỗi hộ trong bản được nhận ba mươi gốc lê cùng phân bón để trồng trên nương cũ.",
    "Huyện dự kiến sẽ mở thêm một điểm thu mua lê ngay tại trung tâm xã trước mùa thu hoạch tới.",
    "Những gốc lê trồng từ năm trước nay đã cho quả bói và được thương lái đặt mua ngay tại vườn.",
)
PARAGRAPHS = "".join(f"<p>{text}</p>" for text in TEXT)


def _page(body: str, title: str = HEADLINE) -> str:
    meta = '<meta property="article:published_time" content="2025-02-03T10:00:00+07:00">'
    menu = '<div class="menu"><a href="/kinh-te">Kinh tế</a></div>'
    return f"<html><head><title>{title} | Báo Hoa Mận</title>{meta}</head><body>{menu}{body}</body></html>"


@pytest.mark.parametrize(
    "holder",
    ["<div style='display:none'>{}</div>", "<div class='hidden'>{}</div>", "<noscript><div>{}</div></noscript>"],
)
def test_a_text_that_a_script_shows_later_is_found_and_marked_as_doubtful(holder: str) -> None:
    article = reading_of(_page(holder.format(PARAGRAPHS)), URL).article
    assert article is not None
    assert article.body == TEXT
    assert article.headline.value == HEADLINE
    assert article.published is not None
    assert article.confidence == CONFIDENCE
    assert "the text was found by trafilatura alone" in article.notes


@pytest.mark.parametrize(
    ("url", "title"),
    [
        ("http://bao.example/kinh-te/", HEADLINE),
        ("http://bao.example/tag/xa-hong-thai-trong-moi-hon-hai-muoi-hecta-le/", HEADLINE),
        ("http://bao.example/print/xa-hong-thai-trong-moi-hon-hai-muoi-hecta-le-123.html", HEADLINE),
        (URL, "Bản tin khuyến nông tuần này"),
    ],
)
def test_a_page_that_its_address_does_not_name_an_article_is_not_tried(url: str, title: str) -> None:
    assert reading_of(_page(f"<div class='hidden'>{PARAGRAPHS}</div>", title), url).article is None


def test_cut_texts_of_other_articles_make_no_article() -> None:
    teasers = "".join(f"<p>{text[:70]}...</p>" for text in TEXT)
    assert reading_of(_page(f"<div class='hidden'>{teasers}</div>"), URL).article is None


def test_an_ordinary_article_is_read_without_a_second_opinion(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(last_resort, "second_text", lambda page: pytest.fail("asked"))
    article = reading_of(_page(f"<h1>{HEADLINE}</h1><p>03/02/2025 10:00</p><div>{PARAGRAPHS}</div>"), URL).article
    assert article is not None
    assert article.body == TEXT


def test_a_page_too_large_is_not_given_to_another_reader() -> None:
    assert last_resort.second_text(page_of(f"<p>{'chữ ' * 300_000}</p>")) == ()
