"""What a reader is less sure of says so: the field, and the article that it stands in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from village_road import HEADLINE, PARAGRAPHS, TEXT, article_of

from archive.model import Article
from archive.parsers import confidence

DATE = "<p>05/03/2024 08:15</p>"


def _article(above: str, below: str = "") -> Article:
    return article_of(f"{above}<div><h1>{HEADLINE}</h1>{DATE}<div>{PARAGRAPHS}</div>{below}</div>")


LEARNT = Path(confidence.__file__).with_name("confidence.json")


def _names_in(tree: Any) -> set[str]:
    return {tree[0]} | _names_in(tree[2]) | _names_in(tree[3]) if isinstance(tree, list) else set()


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


@pytest.mark.parametrize("date", ["2 giờ trước", "05/03/2024", "08:15 05/03/2024", "08:15:09 05/03/2024"])
def test_a_day_is_as_sure_as_a_probability_however_exact_it_is(date: str) -> None:
    read = article_of(f"<h1>{HEADLINE}</h1><p>{date}</p><div>{PARAGRAPHS}</div>")
    assert read.published is not None
    assert 0 < read.published.confidence < 1


def test_the_trees_ask_for_nothing_that_the_reader_does_not_know(monkeypatch: Any) -> None:
    known: dict[str, confidence.Known] = {}

    def asked(name: str, what: confidence.Known) -> float:
        known[name] = known.get(name, {}) | what
        return 0.5

    monkeypatch.setattr(confidence, "probability_of", asked)
    trail = '<p><a href="/">Trang chủ</a> » <a href="/t">Nông thôn mới</a></p>'
    lead = '<p class="sapo">Sáng 5/3, lãnh đạo huyện kiểm tra con đường mới của xã vùng cao trước mùa mưa năm nay.</p>'
    read = article_of(f"{trail}<h1>{HEADLINE}</h1>{DATE}{lead}<div class=x>{PARAGRAPHS}<p>Tác giả: Hà Vân</p></div>")
    assert read.lead is not None
    models = json.loads(LEARNT.read_text())
    assert set(models) == {*confidence.FIELDS, "whole"}
    for name, model in models.items():
        ways = set(confidence.WAYS.get(name, "").split())
        asks = set[str]().union(*map(_names_in, model["trees"]))
        assert asks <= set(known[name]) | ways, name


def test_what_was_learnt_is_small() -> None:
    assert LEARNT.stat().st_size < 300_000
