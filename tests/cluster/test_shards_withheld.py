"""What one archive has taken down is shown by none of the others while they are asked as one, on no side."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest
import sqlite_utils
from click.testing import CliRunner
from reading_room import REGISTER, SITE, URL, add, archive_of, library, page, read_json
from starlette.testclient import TestClient

from archive import parsers
from archive.cli import main
from archive.cluster.pool import shards_of
from archive.cluster.shard_answers import rowids_of, withhold
from archive.cluster.shards import Shards
from archive.corpus import clusters, ngrams
from archive.corpus.trends import trends
from archive.custody.rebuild import rebuild
from archive.custody.takedown import lift, takedown
from archive.errors import NothingFound
from archive.holdings import Holdings
from archive.search import engine
from archive.store import open_database
from archive.warc.reader import scan
from archive.web.app import create_room

HEADLINE = "Họp bàn trồng rừng"
COPY = f"{SITE}/tin-tuc/chep-lai-99.html"
ELSEWHERE = f"{SITE}/in/rung-17.html"
WHO = "công văn 12/STTTT"
COMMANDS = {
    "search": ("search", "--json", "tieude:trồng"),
    "concordance": ("study", "concordance", "--json", "tieude:trồng"),
    "show": ("show", "{article}"),
    "show the copy": ("show", "--json", "{copy}"),
    "cite": ("cite", "{article}"),
    "export": ("export", "--format", "jsonl"),
    "export as of a day": ("export", "--format", "jsonl", "--as-of", "2026-11-25"),
    "export csv": ("export", "--format", "csv"),
}
ADDRESSES = {
    "search page": "/?q=tieude:trồng",
    "article page": "/article/{article}",
    "page of the copy": "/article/{copy}",
    "changes": "/article/{article}/changes?from=1&to=2",
    "citation": "/article/{article}.bib",
    "lookup": f"/lookup?url={URL}",
    "concordance page": "/concordance?q=tieude:trồng",
    "feed": "/feed.atom?q=tieude:trồng",
    "export page": "/export.jsonl?q=tieude:trồng",
    "search by program": "/api/search?q=tieude:trồng",
    "article by program": "/api/articles/{article}",
    "copy by program": "/api/articles/{copy}",
    "revisions by program": "/api/articles/{article}/revisions",
    "lookup by program": f"/api/lookup?url={URL}",
}


@pytest.fixture
def several(tmp_path: Path) -> list[Holdings]:
    """Two archives of one library, of which the second holds a copy of the article under another name as well."""
    made = [library(tmp_path / f"kho-{number}") for number in (1, 2)]
    boxes = [(URL, HEADLINE, "", "related")]
    add(made[1], [page("Chép lại tin cũ", 30, "nhất là ở Pác Lạn,", COPY, teasers=boxes)])
    for holdings in made:
        db = open_database(holdings.database)
        clusters.update(db)
        ngrams.build(db, least=1)
        db.close()
    return made


@pytest.fixture
def client(several: list[Holdings]) -> Iterator[TestClient]:
    app = create_room(shards_of(*(one.root for one in several)), REGISTER, hosts=("testserver",))
    with TestClient(app, follow_redirects=True, client=("127.0.0.1", 50_000)) as opened:
        yield opened


def said(root: Path, client: TestClient, names: dict[str, str]) -> dict[str, str]:
    """What every command and every address says."""
    found = {}
    for name, words in COMMANDS.items():
        line = [word.format(**names) for word in words]
        found[name] = CliRunner().invoke(main, ["--lang", "en", "--archive", str(root / "kho-*"), *line]).stdout
    for name, address in ADDRESSES.items():
        answer = client.get(address.format(**names))
        found[name] = answer.text if answer.status_code < 400 else f"{answer.status_code}"
    return found


def showing(found: dict[str, str], article: str) -> set[str]:
    return {name for name, text in found.items() if HEADLINE in text or article in text}


@pytest.mark.usefixtures("shards_here")
@pytest.mark.parametrize("how", ["hidden", "erased"])
def test_an_article_that_one_took_down_is_shown_by_no_other(
    several: list[Holdings], client: TestClient, tmp_path: Path, how: str
) -> None:
    with Shards.open(tmp_path / "kho-*") as archive:
        names = {"article": archive.article(URL).row.public_id, "copy": archive.article(COPY).row.public_id}
        alike = archive.article(COPY).same_text
        assert alike is not None
        found, all_of = engine.search(archive, "tieude:trồng", facets=["month"]), engine.search(archive, "huyện")
        held = sum(count.articles for count in trends(archive, ["tieude:trồng"]).coverage)
        before = said(tmp_path, client, names)
        assert {*before} == showing(before, names["article"])
        takedown(several[0], URL, how, "dữ liệu cá nhân", WHO)  # type: ignore[arg-type]
        for _ in range(2):
            after = said(tmp_path, client, names)
            assert showing(after, names["article"]) == set()
            assert "Chép lại" in after["show the copy"]
            assert "Chép lại" in after["page of the copy"]
            answer = engine.search(archive, "tieude:trồng", facets=["month"])
            assert (answer.total_folded, answer.facets[0].values) == (0, ()) != (found.total_folded, ())
            assert engine.search(archive, "huyện").total_folded == (all_of.total_folded or 0) - 1
            trend = trends(archive, ["tieude:trồng"])
            assert (trend.series[0].total, sum(one.articles for one in trend.coverage)) == (0, held - 1)
            assert "1 articles are left out: another of these archives has taken them down" in answer.notes
            with pytest.raises(NothingFound):
                archive.article(names["article"])
            left = archive.article(COPY).same_text
            assert left is not None
            assert left.articles == alike.articles - 1
            assert names["article"] not in {one.id for one in left.members}
            assert archive.article(COPY).article.teasers == ()
            assert [source["articles"] for source in client.get("/api/sources").json()] == [6]
            with patch.object(parsers, "read_page", read_json):
                rebuild(several[0], REGISTER)


@pytest.mark.usefixtures("shards_here")
def test_what_is_taken_back_is_shown_again(several: list[Holdings], client: TestClient, tmp_path: Path) -> None:
    with Shards.open(tmp_path / "kho-*") as archive:
        names = {"article": archive.article(URL).row.public_id, "copy": archive.article(COPY).row.public_id}
        before = showing(said(tmp_path, client, names), names["article"])
        takedown(several[0], URL, "hidden", "đang xem xét", WHO)
        assert engine.search(archive, "tieude:trồng").total_folded == 0
        lift(several[0], URL, "đã xem xét", WHO)
        assert engine.search(archive, "tieude:trồng").total_folded == 1
        assert showing(said(tmp_path, client, names), names["article"]) == before


def test_words_that_were_counted_with_it_are_to_be_counted_anew(several: list[Holdings], tmp_path: Path) -> None:
    with Shards.open(tmp_path / "kho-*") as shards:
        assert sum(month.count for month in ngrams.grams(shards, "trồng").months) > 2
        takedown(several[0], URL, "hidden", "dữ liệu cá nhân", WHO)
        with pytest.raises(NothingFound, match="no n-grams have been counted"):
            ngrams.grams(shards, "trồng")


def test_the_same_bytes_at_another_address_are_withheld(several: list[Holdings], tmp_path: Path) -> None:
    of_page = (held.capture for path in several[0].warcs() for held in scan(path) if held.capture.url == URL)
    archive_of(tmp_path / "kho-3", [replace(next(of_page), url=ELSEWHERE)])
    with Shards.open(tmp_path / "kho-*") as archive:
        assert engine.search(archive, "tieude:trồng").total_folded == 2
        takedown(several[1], URL, "erased", "dữ liệu cá nhân", WHO)
        assert engine.search(archive, "tieude:trồng").total_folded == 0
        with pytest.raises(NothingFound):
            archive.article(ELSEWHERE)


def test_an_archive_that_cannot_be_asked_withholds_what_it_took_down(several: list[Holdings], tmp_path: Path) -> None:
    takedown(several[0], URL, "hidden", "dữ liệu cá nhân", WHO)
    several[0].database.unlink()
    with Shards.open(tmp_path / "kho-*") as archive:
        answer = engine.search(archive, "tieude:trồng")
        assert answer.total_folded == 0
        assert "not asked: kho-1 is missing" in answer.notes


def test_after_each_commit_only_what_came_since_is_looked_through(several: list[Holdings], tmp_path: Path) -> None:
    copy = next(held.capture for path in several[0].warcs() for held in scan(path) if held.capture.url == URL)
    third = archive_of(tmp_path / "kho-3", [page("Tin khác", 40, url=f"{SITE}/tin-tuc/khac-98.html")])
    takedown(several[1], URL, "hidden", "dữ liệu cá nhân", WHO)
    roots = [one.root for one in (*several, third)]
    with closing(open_database(third.database, readonly=True)) as db:
        statements: list[str] = []
        db.conn.set_trace_callback(statements.append)
        looked = [rowids_after(db, roots, statements)]
        add(third, [replace(copy, url=ELSEWHERE)], "run-2")
        looked.append(rowids_after(db, roots, statements))
        with closing(open_database(third.database)) as other:  # as after a takedown there: the number is given again
            other.execute("UPDATE captures SET record_id = 'urn:another' WHERE url = ?", (ELSEWHERE,))
        looked.append(rowids_after(db, roots, statements))
    assert looked == [(0, "id > 0"), (1, "id > 1"), (1, "id > 0")]


def rowids_after(db: sqlite_utils.Database, roots: list[Path], statements: list[str]) -> tuple[int, str]:
    """How many articles are withheld now, and of which captures the digests were compared to find that."""
    statements.clear()
    withhold(db, roots)
    (compared,) = [one for one in statements if "payload_digest IN temp.withheld_digests" in one and "id >" in one]
    return len(rowids_of(db)), f"id > {compared.partition('id > ')[2].split()[0]}"
