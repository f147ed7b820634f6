"""A layout that was learnt names the boxes that need not be looked at; with them or without, an article is the same."""

from __future__ import annotations

from dataclasses import replace

import pytest
from strange_site import html, pages, pieces, read, source, told

from archive.parsers.document.tree import Skip, parse
from archive.parsers.reading import read_shortened
from archive.parsers.site.learning import Learned, TrainingPage, learn

_MENU = "".join(f'<li><a href="/muc/{number}">Chuyên mục {number}</a></li>' for number in range(60))
_COLUMN = f'<div id="cot-trai"><ul>{_MENU}</ul></div>'.encode()
_NAV = f"<nav><ul>{_MENU}</ul></nav>".encode()  # without a name


def _boxed(page: TrainingPage) -> TrainingPage:
    """The page with a menu and a column of sixty links above all that it has."""
    head, body, rest = page.body.partition(b"<body>")
    assert body
    return replace(page, body=head + body + _NAV + _COLUMN + rest)


@pytest.fixture(scope="module")
def learned() -> Learned:
    of = pieces(12)
    return learn([_boxed(page) for page in pages(of)], told(of))


def test_a_column_and_a_nameless_menu_of_links_are_learnt_to_be_skipped(learned: Learned) -> None:
    assert {"div#cot-trai", "nav"} <= set(learned.layout.select.skip)


def test_pages_not_learnt_from_are_read_to_the_same_article_without_what_is_skipped(learned: Learned) -> None:
    whole = replace(learned.layout, select=replace(learned.layout.select, skip=()))
    for page in map(_boxed, pages(pieces(6, first=40))):
        short = read_shortened(page.url, page.body, page.content_type, page.captured, source(learned.layout))
        article = read(page, whole)
        assert short is not None
        assert article is not None
        assert replace(short, confidence=0, probability=0) == replace(article, confidence=0, probability=0)


def test_what_is_skipped_has_no_elements() -> None:
    markup = html(pieces(1)[0], []).replace(b"<body>", b"<body>" + _COLUMN)
    assert len(parse(markup)) - len(parse(markup, Skip("#cot-trai", ()))) == 1 + 1 + 2 * 60


def test_a_page_whose_text_stands_in_a_skipped_box_is_looked_at_whole(learned: Learned) -> None:
    page = pages(pieces(1, first=50))[0]
    moved = replace(
        page,
        body=page.body.replace(b"<body>", b'<body><div id="cot-trai">').replace(b"</body>", b"</div></body>"),
    )
    assert read_shortened(page.url, moved.body, page.content_type, page.captured, source(learned.layout)) is None
    article, before = read(moved, learned.layout), read(page, learned.layout)
    assert article is not None
    assert before is not None
    assert (article.headline.value, article.body) == (before.headline.value, before.body)


def test_fewer_pages_than_eight_skip_nothing() -> None:
    of = pieces(6)
    assert learn([_boxed(page) for page in pages(of)], told(of)).layout.select.skip == ()
