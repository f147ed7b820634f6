"""What a reader is less sure of says so: the field, and the article that it stands in."""

from __future__ import annotations

from village_road import HEADLINE, PARAGRAPHS, TEXT, article_of

from archive.model import Article

DATE = "<p>05/03/2024 08:15</p>"


def _article(above: str, below: str = "") -> Article:
    return article_of(f"{above}<div><h1>{HEADLINE}</h1>{DATE}<div>{PARAGRAPHS}</div>{below}</div>")


def test_an_article_is_as_sure_as_its_fields() -> None:
    trail = '<p><a href="/">Trang chủ</a> » <a href="/t">Nông thôn mới</a></p>'
    sure, unsure = _article(trail, "<p>Tác giả: Hà Vân</p>"), _article("")
    assert sure.body == unsure.body == TEXT
    assert unsure.section is None
    assert unsure.confidence < sure.confidence <= 1


def test_an_article_of_which_no_author_was_found_is_less_sure_than_one_with_an_author() -> None:
    assert _article("").confidence < _article("", "<p>Tác giả: Hà Vân</p>").confidence


def test_an_article_of_lines_that_break_off_is_less_sure_than_one_of_sentences() -> None:
    menu = "".join(f"<p>Mục {number}</p>" for number in range(6))
    whole, broken = (
        _article("", "<p>Tác giả: Hà Vân</p>"),
        _article("", f"<div>{PARAGRAPHS}{menu}<p>Tác giả: Hà Vân</p></div>"),
    )
    assert broken.byline == whole.byline
    assert "Mục 3" in broken.body
    assert broken.confidence < whole.confidence
