"""The archive's own restorer: trained from its articles, kept with its digest, used for slugs, named where it was."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from small_archive import (
    REGISTER,
    SOURCE,
    capture,
    database,
    keep,
    new_holdings,
    page,
    read,
    read_json,
    tables,
)

from archive import parsers, restorer
from archive.cli import main
from archive.custody.rebuild import rebuild
from archive.custody.verify import verify
from archive.errors import DamageError, NothingFound
from archive.holdings import Holdings
from archive.ingest.reread import Selection, reread
from archive.learning import restorer as training
from archive.model import Article, Found, Reading
from archive.worker.page import model_of, readable_title

SHOWN = "nong dan yen hoa duoc mua che xuan"
TRUE = "Nông dân Yên Hòa được mùa chè xuân"
SLUG = SHOWN.replace(" ", "-")
LEARNT = [
    page("Nông dân Yên Hòa phấn khởi", "Năm nay bà con được mùa chè xuân, giá chè lại cao."),
    page("Được mùa chè", "Nông dân xã Yên Hòa được mùa chè xuân. Chè xuân được giá."),
    page("Chè xuân Yên Hòa", "Nông dân được mùa chè."),
]
BARE = page(SHOWN, "Sáng nay trời nắng đẹp.")


def _read(url: str, *seen: Any, **more: Any) -> Reading:
    reading = read_json(url, *seen, **more)
    assert reading.article is not None
    slug = url.rpartition("/")[2].removesuffix(".html").rpartition("-")[0]
    return replace(reading, article=replace(reading.article, slug=slug))


@pytest.fixture(autouse=True)
def _pages_are_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsers, "read_page", _read, raising=False)


@pytest.fixture
def holdings(tmp_path: Path) -> Iterator[Holdings]:
    made = new_holdings(tmp_path / "data")
    read(made, keep(made, [capture(f"/bai-{at}.html", body, at) for at, body in enumerate(LEARNT)]))
    return made


def _headline(holdings: Holdings) -> Found:
    with database(holdings) as db:
        row = db.execute(
            "SELECT article_json FROM revisions r JOIN articles a ON a.id = r.article AND a.revision = r.number "
            "WHERE a.slug = ?",
            (SLUG,),
        ).fetchone()
    return Found(**json.loads(row[0])["headline"])


def _wrong(headline: str) -> int:
    return sum(one != other for one, other in zip(headline.split(), TRUE.split(), strict=True))


def test_a_page_that_shows_its_slug_alone_is_read_better_with_a_model_than_without(holdings: Holdings) -> None:
    read(holdings, keep(holdings, [capture(f"/{SLUG}-7.html", BARE, 9)]))
    before = _headline(holdings)
    trained = training.train(holdings)
    tally = reread(holdings, REGISTER, Selection(restored=True), workers=1)
    after = _headline(holdings)
    assert _wrong(after.value) == 0 < _wrong(before.value)
    assert after.confidence > before.confidence
    assert (tally.captures, tally.fields["headline", "changed"]) == (1, 1)
    assert after.by.endswith(f"; model {trained.name}")
    assert model_of(after.by) == trained.name
    assert model_of(before.by) == ""
    assert after.raw == SHOWN


def test_the_same_articles_give_the_same_model(holdings: Holdings) -> None:
    first = training.train(holdings)
    read(holdings, keep(holdings, [capture(f"/{SLUG}-7.html", page(SHOWN, "Sang nay troi nang dep lam do."), 9)]))
    second = training.train(holdings)  # the headline that stands for a slug, and a site without accents, teach nothing
    assert (first.digest, first.syllables) == (second.digest, second.syllables)


def test_a_rebuild_with_the_same_model_gives_the_same_rows(holdings: Holdings) -> None:
    training.train(holdings)
    read(holdings, keep(holdings, [capture(f"/{SLUG}-7.html", BARE, 9)]))
    assert _headline(holdings).value == TRUE
    with database(holdings) as db:
        before = tables(db)
    rebuild(holdings, REGISTER)
    with database(holdings) as db:
        assert tables(db) == before


def test_a_newer_model_makes_no_revision_of_a_page_that_has_not_changed(holdings: Holdings) -> None:
    read(holdings, keep(holdings, [capture(f"/{SLUG}-7.html", BARE, 9)]))
    training.train(holdings)
    outcomes = read(holdings, keep(holdings, [capture(f"/{SLUG}-7.html", BARE, 10)], "r2"))
    assert [outcome.state for outcome in outcomes] == ["same"]
    assert _headline(holdings).value == TRUE


def test_what_a_parser_made_of_a_slug_is_decided_again_with_the_model(holdings: Holdings) -> None:
    training.train(holdings)
    made = Found("Nong dan Yen Hoa duoc mua che xuan", by="restored/2: page 0, model 0, unknown 8", raw=SLUG)
    article = Article("https://x.example/1", made, ("Sáng nay trời nắng.",), "x", "x/1", slug=SLUG)
    assert readable_title(article) is article
    again = readable_title(article, SOURCE, restorer.loader(holdings.root)).headline
    assert (again.value, again.raw) == (TRUE, SLUG)


def test_the_names_of_source_and_province_are_evidence() -> None:
    words = "bao tinh bac kan va thai nguyen"
    article = Article(
        "https://x.example/1", Found(words, by="h1"), ("Sáng nay trời nắng.",), "x", "x/1", slug=words.replace(" ", "-")
    )
    assert readable_title(article, SOURCE).headline.value == "Báo Tỉnh Bắc Kạn va Thái Nguyên"


def test_a_damaged_model_is_named_by_verify_and_never_used(holdings: Holdings) -> None:
    training.train(holdings)
    assert verify(holdings).clean
    path = holdings.root / restorer.FILE
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert [(one.file, one.problem) for one in verify(holdings).findings] == [(restorer.FILE, "changed")]
    with pytest.raises(DamageError, match="rebuild restorer"):
        restorer.load(holdings.root)
    path.unlink()
    assert [(one.file, one.problem) for one in verify(holdings).findings] == [(restorer.FILE, "missing")]
    assert restorer.load(holdings.root) is None
    training.train(holdings)
    assert verify(holdings).clean


def test_a_model_that_no_event_tells_of_is_named_and_never_used(holdings: Holdings) -> None:
    path = holdings.root / restorer.FILE
    path.parent.mkdir()
    path.write_bytes(b"brought from elsewhere")
    assert [one.problem for one in verify(holdings).findings] == ["unlisted"]
    with pytest.raises(DamageError):
        restorer.load(holdings.root)


def test_an_archive_without_articles_trains_nothing(tmp_path: Path) -> None:
    empty = new_holdings(tmp_path / "empty")
    read(empty, [])
    with pytest.raises(NothingFound, match="no article"):
        training.train(empty)


def test_the_command_tells_the_model_and_its_size_as_json(holdings: Holdings) -> None:
    told = CliRunner().invoke(main, ["--archive", str(holdings.root), "rebuild", "restorer", "--json"])
    assert told.exit_code == 0
    made = json.loads(told.stdout)
    learnt = restorer.load(holdings.root)
    assert learnt is not None
    assert (made["name"], made["articles"], made["restored"]) == (learnt.name, 3, 0)
