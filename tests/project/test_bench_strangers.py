"""The news that strangers' templates print is the same for a name, and its truth is what the editors set."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bench.provincial import House, markdown, paragraphs, slug_of, stories
from bench.strangers import TEMPLATES, Site, main, right, truth_of

HOUSE = House()


def test_the_same_name_makes_the_same_news_and_another_name_another() -> None:
    made = stories("thuong-son", 6, 2, HOUSE)
    assert made == stories("thuong-son", 6, 2, HOUSE)
    assert {story.slug for story in made}.isdisjoint(story.slug for story in stories("ban-lau", 6, 2, HOUSE))
    assert sorted(story.kind for story in made) == ["article"] * 6 + ["notice"] * 2


def test_every_paragraph_is_set_and_no_caption_credit_or_signature_is_one() -> None:
    for story in stories("thuong-son", 12, 2, HOUSE):
        text, said = markdown(story, HOUSE, "/{}.html"), paragraphs(story)
        assert all(one in text for one in said)
        others = [story.lead, story.author, story.credit, *(one.text for one in story.blocks if one.kind == "picture")]
        assert not set(said) & set(filter(None, others))


def test_a_slug_has_no_accents() -> None:
    assert slug_of("“Chìa khóa” của Đắk Wil: 12 hộ") == "chia-khoa-cua-dak-wil-12-ho"


def test_one_wrong_field_makes_an_article_wrong_and_what_is_free_does_not(tmp_path: Path) -> None:
    made = tuple(stories("thuong-son", 3, 0, HOUSE))
    site = Site(TEMPLATES[0], tmp_path, tmp_path, HOUSE, made)
    row = truth_of(site, made[0])
    assert right(row, row)["whole"]
    assert not right(row, row | {"byline": "Ban Biên tập"})["whole"]
    assert not right(row, {})["whole"]
    dateless = replace(site, template=replace(TEMPLATES[0], published=""))
    assert right(truth_of(dateless, made[0]), row)["whole"]


def test_a_template_that_there_is_not_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["bench.strangers", "--only", "khong-co"])
    with pytest.raises(SystemExit) as refused:
        main()
    assert refused.value.code == 2
    assert "no such template: khong-co; there are pelican-simple" in capsys.readouterr().err
