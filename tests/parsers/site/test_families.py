"""Families are data and a prior: two marks make one likely, and its selectors lose to the page's own evidence."""

from __future__ import annotations

import pytest
from parsing import reading_of

from archive.errors import SourceError
from archive.model import Article
from archive.sources.families import parse_families

HEADLINE = "Xã Bản Lầu sơ kết công tác quý I năm 2024"

TEXT = "Sáng 5/3, Đảng ủy xã Bản Lầu tổ chức hội nghị sơ kết công tác quý I, triển khai nhiệm vụ quý II trên địa bàn."

PARAGRAPHS = "".join(f"<p>{TEXT} Ý kiến thứ {number}.</p>" for number in range(1, 7))

URL = "http://bao.example/tin/xa-ban-lau-so-ket-cong-tac-quy-i-nam-2024-31.html"


def _article(body: str, head: str = "", url: str = URL) -> Article:
    title = f"<title>{HEADLINE} - Cổng thông tin Bản Lầu</title>"
    found = reading_of(f'<html><head><meta charset="utf-8">{title}{head}</head>{body}</html>', url).article
    assert found is not None
    return found


FAMILY = '[x]\nsigns = "x"\nevidence = "golden x"\nmarks = ["p.a", "p.b"]\n'


def test_files_where_wordpress_has_them_make_no_page_a_wordpress() -> None:
    logo = '<img src="/wp-content/uploads/logo.png" width="300" height="80">'
    found = _article(f"<body><div>{logo}</div><h1>{HEADLINE}</h1><p>05/03/2024</p><div>{PARAGRAPHS}</div></body>")
    assert found.parser.startswith("generic/")


@pytest.mark.parametrize(
    ("url", "sign"),
    [
        (
            "https://metro.example/2024/07/17/king-arrives-21244172/",
            '<link rel="stylesheet" href="/themes/a.css">',
        ),
        ("https://paper.example/Deval-Patrick-takes-14847854.php", '<script src="/file/298/5/a.js"></script>'),
    ],
)
def test_folders_and_ids_that_many_sites_have_make_no_page_a_family(url: str, sign: str) -> None:
    # An address that ends in a number, /themes/, /file/ and #content: papers of the world's press.
    page = f'<body><div id="content"><h1>{HEADLINE}</h1><p>05/03/2024</p>{PARAGRAPHS}</div></body>'
    assert _article(page, sign, url).parser.startswith("generic/")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (FAMILY + 'mark = "p.c"', r'families.toml: x.mark: unknown key; did you mean "marks"'),
        (FAMILY + "[x.select]\nheading = []", r"x.select.heading: unknown key"),
        (FAMILY + '[x.select]\nbody = ["p["]', r'x.select.body: "p\[" is not a CSS selector'),
        (FAMILY + "article = '-\\d+'", r"x.article: must have one group"),
        ('[x]\nsigns = "x"\nevidence = "y"\nmarks = ["p.a"]', r"x.marks: must be 2 at least"),
        ('[x]\nsigns = "x"\nmarks = ["p.a", "p.b"]', r"x.evidence: is missing"),
        ('[x]\nmarks = ["p.a"]', r"x.signs: is missing"),
    ],
)
def test_what_is_wrong_with_a_family_is_named_with_its_key(text: str, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        parse_families(text)
