"""What a takedown takes out of the database at once: the page meant, all that was counted of it, nothing else."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import timedelta
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from one_capture import BEGAN, capture
from takedown_archive import NAMED, OTHER, REGISTER, SECRET, SITE, WHO, ask, made_at, page, read_in, traces, urls

from archive.custody.rebuild import rebuild
from archive.custody.takedown import apply, takedown
from archive.custody.withheld import Withheld, record_takedown
from archive.errors import DamageError
from archive.holdings import Holdings
from archive.learning import golden
from archive.search.index import numbered
from archive.store import open_database, writing
from archive.store.writes import put_run
from archive.text.analyzer import prepare, words
from archive.warc.writer import Writer

WWW = NAMED.replace("//", "//www.")


@pytest.fixture
def holdings(tmp_path: Path) -> Holdings:
    return made_at(tmp_path / "data")


def kept(holdings: Holdings, run: str, url: str, response: bytes) -> None:
    with Writer(holdings.root, "tinh-uy-mau", run) as writer:
        writer.append(capture(url=url, response=response, began=BEGAN + timedelta(days=7)))


def test_a_rebuild_that_was_under_way_makes_no_other_article_be_taken_out(
    holdings: Holdings, monkeypatch: pytest.MonkeyPatch
) -> None:
    # its file is the first by name, so that every article gets another number
    kept(
        holdings,
        "00000101T000000Z-tinh-uy-mau-0000",
        f"{SITE}/tin/moi-9.html",
        page("Khánh thành cầu mới", "Cây cầu mới đã thông xe."),
    )

    def late(*values: Any, **named: Any) -> object:
        rebuild(holdings, REGISTER)
        return record_takedown(*values, **named)

    monkeypatch.setattr(apply, "record_takedown", late)
    takedown(holdings, NAMED, "hidden", "x", WHO)
    assert ask(holdings, "SELECT url FROM articles ORDER BY url") == [
        (OTHER,),
        (f"{SITE}/tin/khac-3.html",),
        (f"{SITE}/tin/moi-9.html",),
    ]


def test_what_was_counted_of_the_words_no_longer_counts_the_article(holdings: Holdings) -> None:
    (rowid,) = ask(holdings, "SELECT search_rowid FROM articles WHERE url LIKE '%tran-van-mau%'")[0]
    db = open_database(holdings.database)
    with writing(db):
        db.execute("INSERT INTO common_words VALUES ('folded', 'tran', 1, 3)")
    db.close()
    before = ask(holdings, "SELECT generation FROM index_state")
    takedown(holdings, NAMED, "hidden", "x", WHO)
    assert ask(holdings, "SELECT search_rowid FROM bits_todo") == [(rowid,)]
    assert ask(holdings, "SELECT generation FROM index_state") != before


def test_no_number_and_no_word_stays_that_only_the_article_had(
    holdings: Holdings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.search.index.numbered._LEAST", 1)
    (rowid,) = ask(holdings, "SELECT search_rowid FROM articles WHERE url LIKE '%tran-van-mau%'")[0]
    with closing(open_database(holdings.database)) as db:
        assert numbered.catch_up(db) > 1
    own = {word for (word,) in ask(holdings, "SELECT word FROM numbered_words")}
    takedown(holdings, NAMED, "hidden", "x", WHO)
    assert ask(holdings, f"SELECT 1 FROM numbered WHERE search_rowid = {rowid}") == []
    left = {word for (word,) in ask(holdings, "SELECT word FROM numbered_words")}
    rest = " ".join(chain(*ask(holdings, "SELECT headline, lead, body, captions, byline FROM articles")))
    assert left < own
    assert left <= set(words(prepare(rest).exact))


@pytest.mark.parametrize("how", ["hidden", "sealed", "erased"])
@pytest.mark.parametrize("target", [NAMED, WWW])
def test_the_page_under_www_goes_with_the_one_without(holdings: Holdings, how: str, target: str) -> None:
    kept(holdings, "20261202T000000Z-tinh-uy-mau-0002", WWW, page("Kỷ luật một cán bộ", SECRET))
    read_in(holdings)
    assert len(ask(holdings, "SELECT * FROM articles")) == 4
    taken = takedown(holdings, target, how, "x", WHO)  # type: ignore[arg-type]
    assert (taken.articles, taken.captures) == (2, 5)
    assert len(ask(holdings, "SELECT * FROM articles")) == 2
    assert ({NAMED, WWW} & urls(holdings) == set()) is (how != "hidden")


def test_a_pointer_to_it_under_another_form_of_its_address_leaves_every_reading(holdings: Holdings) -> None:
    box = f'<h3>Tin liên quan</h3><ul><li><a href="{NAMED}?utm_source=zalo">Ông {SECRET}</a></li></ul>'
    kept(holdings, "20261202T000000Z-tinh-uy-mau-0002", OTHER, page("Hội nghị", "Đại hội đã thành công.", more=box))
    read_in(holdings)
    db = open_database(holdings.database)
    with writing(db):
        db.execute(
            "INSERT INTO readings (article, capture, digest, parser, article_json, replaced_at) "
            "SELECT article, capture, digest, 'generic/1', article_json, '' FROM revisions"
        )
    db.close()
    takedown(holdings, NAMED, "hidden", "x", WHO)
    assert ask(holdings, "SELECT count(*) > 2 FROM readings") == [(1,)]
    for table in ("revisions", "readings"):
        assert ask(holdings, f"SELECT id FROM {table} WHERE instr(article_json, '{SECRET}')") == []
    assert "archive.sqlite" not in traces(holdings, SECRET.encode())


def test_no_report_of_a_run_names_its_address(holdings: Holdings) -> None:
    report = {"examples": {"unread truncated": NAMED, "failed": OTHER}, "warnings": [f"nothing read ({WWW}): look"]}
    db = open_database(holdings.database)
    with writing(db):
        put_run(db, "r1", "tinh-uy-mau", "2026", "2026", "finished", report)
    db.close()
    takedown(holdings, NAMED, "hidden", "x", WHO)
    rebuild(holdings, REGISTER)
    ((kept_report,),) = ask(holdings, "SELECT report_json FROM runs")
    assert json.loads(str(kept_report)) == {
        "examples": {"unread truncated": "", "failed": OTHER},
        "warnings": ["nothing read (): look"],
    }


def test_the_database_says_that_there_was_a_takedown_and_not_of_what(holdings: Holdings) -> None:
    takedown(holdings, NAMED, "erased", "dữ liệu cá nhân", WHO)
    rebuild(holdings, REGISTER)
    told = ask(holdings, "SELECT object, outcome, detail_json FROM events WHERE type = 'deaccession'")
    assert told == [("", "erased", "{}")]
    assert {Path(file).parts[0] for file in traces(holdings, b"tran-van-mau")} == {"manifest", "warc"}


@pytest.mark.parametrize("detail", [{"urls": 3}, {"url_keys": [5]}, []])
def test_a_takedown_that_cannot_be_understood_shows_nothing(holdings: Holdings, detail: object) -> None:
    takedown(holdings, NAMED, "hidden", "x", WHO)
    log = holdings.root / "manifest/events.jsonl"
    told = [json.loads(line) for line in log.read_text().splitlines()]
    changed = [one | {"detail": detail} if one["type"] == "deaccession" else one for one in told]
    log.write_text("\n".join(map(json.dumps, changed)) + "\n")
    with pytest.raises(DamageError, match="is no takedown"):
        Withheld.load(holdings.root)


def test_a_golden_page_half_removed_when_the_process_died_is_removed_by_the_next_takedown(holdings: Holdings) -> None:
    folder = holdings.sources / "bac-kan" / "mau.golden"
    folder.mkdir(parents=True)
    (folder / "1.json").write_text(json.dumps({"url": WWW, "reading": {"body": SECRET}}))  # its 1.html is gone already
    (folder / "2.json").write_text(json.dumps({"url": OTHER}))
    assert golden.forget(holdings.root, {"//tinhuy.example/tin/ong-tran-van-mau-1.html"}) == (folder / "1.json",)
    assert [path.name for path in folder.iterdir()] == ["2.json"]
