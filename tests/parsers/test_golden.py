"""Every golden page is read as the person who wrote or checked it reads it, field by field.

A case is a folder tests/golden/<province>/<source>/<case> with page.html, capture.json and article.json. Persons,
figures and events in them are invented; the markup follows the evidence that each family's parser names.
"""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from archive.model import Article
from archive.parsers import read_page
from archive.sources import FAMILIES

GOLDEN = Path(__file__).parents[1] / "golden"
CASES = sorted(path.parent for path in GOLDEN.glob("*/*/*/article.json"))
FIELDS = (
    "headline",
    "lead",
    "body",
    "captions",
    "byline",
    "source_credit",
    "published",
    "modified",
    "section",
    "tags",
    "images",
    "attachments",
    "teasers",
    "slug",
)


def _name(case: Path) -> str:
    return "/".join(case.parts[-3:])


@cache
def _article(case: Path) -> Article:
    capture = json.loads((case / "capture.json").read_text())
    page = (case / "page.html").read_bytes()
    captured = datetime.fromisoformat(capture["captured"])
    article = read_page(capture["url"], page, capture["content_type"], capture["status"], captured).article
    assert article is not None
    return article


def _shown(article: Article, field: str) -> Any:
    value = getattr(article, field)
    if field in ("headline", "lead", "byline", "source_credit", "published", "modified", "section"):
        return value.value if value is not None else ""
    if field in ("images", "attachments"):
        return [item.url for item in value]
    if field == "teasers":
        return [{"headline": teaser.headline, "text": teaser.text, "url": teaser.url} for teaser in value]
    return list(value) if isinstance(value, tuple) else value


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("case", CASES, ids=_name)
def test_reads_the_field_as_checked(case: Path, field: str) -> None:
    expected = json.loads((case / "article.json").read_text())
    assert _shown(_article(case), field) == expected[field]


def test_every_golden_was_checked_by_a_person() -> None:
    # A case made from a capture begins with checked = false; whoever compared it with the page sets it to true.
    assert [_name(case) for case in CASES if not json.loads((case / "article.json").read_text())["checked"]] == []


def test_every_family_with_marks_of_its_own_has_a_golden_page_that_bears_them() -> None:
    marked = {name for name, family in FAMILIES.items() if family.marks}
    assert {_article(case).parser.partition("/")[0] for case in CASES} == {*marked, "generic"}


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_every_found_field_says_how_it_was_found(case: Path) -> None:
    article = _article(case)
    for found in (article.headline, article.lead, article.byline, article.source_credit, article.published):
        assert found is None or found.by
    assert article.body_by
    assert 0 < article.confidence <= 1
