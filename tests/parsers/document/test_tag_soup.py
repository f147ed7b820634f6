"""Tags that were never closed: a text is read to its end, however deep they nest."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from parsing import reading_of

from archive.errors import Unreadable
from archive.model import Article

URL = "http://bao.example/kinh-te/xa-hong-thai-trong-moi-hon-hai-muoi-hecta-le-123.html"

HEADLINE = "Xã Hồng Thái trồng mới hơn hai mươi hecta lê"

LINE = "Gốc lê thứ {} được trồng trên sườn đồi phía sau bản vào một buổi sáng mùa xuân."


def _page(body: str) -> str:
    return (
        f"<html><head><title>{HEADLINE}</title></head><body><div class='menu'><a href='/a'>Trang chủ</a></div>"
        f"<div class='cot'><h1>{HEADLINE}</h1><p class='date'>03/02/2025 10:00</p><div class='chu'>Mục</div>"
        f"<div class='chu'>{body}</div></div><div class='footer'>Bản quyền thuộc về báo</div></body></html>"
    )


def _article(body: str) -> Article:
    article = reading_of(_page(body), URL).article
    assert article is not None
    return article


@pytest.mark.parametrize("paragraphs", [60, 300, 1500])
@pytest.mark.parametrize(
    "pattern",
    [
        "<p><font face='Arial'>{}",
        "<p><font face='Arial'>{}</p>",
        "<font size='2'>{}<br>",
        "<span lang='vi'>{}<br/>\n",
        "<div><span><b></b>{}</div>",
        "<p><span style='x'><font>{}",
    ],
)
def test_a_text_with_tags_never_closed_is_read_to_its_end(pattern: str, paragraphs: int) -> None:
    lines = [LINE.format(number) for number in range(paragraphs)]
    article = _article("".join(pattern.format(line) for line in lines))
    assert list(article.body) == lines
    assert article.headline.value == HEADLINE
    assert article.published is not None


def test_a_page_put_in_order_says_so() -> None:
    article = _article("".join(f"<span><b></b>{LINE.format(number)}" for number in range(300)))
    assert "tags never closed were left out" in article.notes


def test_captions_and_links_stay_what_they_are_among_tags_never_closed() -> None:
    body = "".join(f"<p><font>{LINE.format(number)}" for number in range(200))
    figure = "<figure><img src='/le.jpg'><figcaption>Vườn lê ở Hồng Thái.</figcaption></figure>"
    article = _article(figure + body + "<p><a href='/ke-hoach.pdf'>Kế hoạch trồng lê</a>")
    assert article.captions == ("Vườn lê ở Hồng Thái.",)
    assert [image.url for image in article.images] == ["http://bao.example/le.jpg"]
    assert [attachment.name for attachment in article.attachments] == ["Kế hoạch trồng lê"]


@pytest.mark.parametrize("markup", ["<div>" * 400, "<div><p>" * 300, "<ul><li>" * 200, "<span><b>x" * 30_000])
def test_what_is_not_put_in_order_is_too_deep(markup: str) -> None:
    with pytest.raises(Unreadable, match="too_deep"):
        reading_of(_page(markup), URL)


def test_a_page_in_order_is_read_without_beautifulsoup() -> None:
    program = (
        "import sys\nfrom test_tag_soup import _article, LINE\n"
        "_article(''.join(f'<p>{LINE.format(number)}</p>' for number in range(300)))\n"
        "assert 'bs4' not in sys.modules"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", program], check=True, env=environment)
