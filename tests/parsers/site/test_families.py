"""Families are data and a prior: two marks make one likely, and its selectors lose to the page's own evidence."""

from __future__ import annotations

import meeting
import pytest

from archive.errors import SourceError
from archive.sources.families import parse_families

FAMILY = '[x]\nsigns = "x"\nevidence = "golden x"\nmarks = ["p.a", "p.b"]\n'


def test_files_where_wordpress_has_them_make_no_page_a_wordpress() -> None:
    logo = '<img src="/wp-content/uploads/logo.png" width="300" height="80">'
    found = meeting.article_of(
        f"<body><div>{logo}</div><h1>{meeting.HEADLINE}</h1><p>05/03/2024</p><div>{meeting.PARAGRAPHS}</div></body>"
    )
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
    page = f'<body><div id="content"><h1>{meeting.HEADLINE}</h1><p>05/03/2024</p>{meeting.PARAGRAPHS}</div></body>'
    assert meeting.article_of(page, sign, url).parser.startswith("generic/")


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
