"""The whole road on the sample site, with the program as people run it: crawl, crawl again, an edit, search, cite."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from archive.cli import main
from demo.posts import Post, posts
from demo.serve import Server, serving
from demo.site import SOFT_GONE
from demo.source import ID, source_toml

ROOT = Path(__file__).parents[2]
HELD = [post for post in posts() if "elsewhere" not in post.quirks]
FIRST = next(post for post in posts() if post.id == 1213)


@dataclass
class Road:
    """An archive that has crawled the sample site: as it was, again, and after an edit."""

    archive: Path
    server: Server
    asked: list[list[dict[str, Any]]] = field(default_factory=list)  # the server's log of each crawl
    reports: list[Any] = field(default_factory=list)

    def run(self, *arguments: str, program: str = "baotinh") -> str:
        environment = {**os.environ, "BAOTINH_ARCHIVE": str(self.archive), "BAOTINH_ALLOW_LOOPBACK": "1"}
        command = [str(Path(sys.executable).with_name(program)), *arguments]
        done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def ask(self, *arguments: str) -> str:
        """As `run`, in this process."""
        done = CliRunner().invoke(main, ["--archive", str(self.archive), *arguments])
        assert done.exit_code == 0, done.output
        return done.stdout

    def crawl(self, *options: str) -> None:
        before = len(self.server.requests)
        self.reports.append(json.loads(self.run("crawl", ID, "--json", *options)))
        self.asked.append(self.server.requests[before:])

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(f"file:{self.archive}/archive.sqlite?mode=ro", uri=True)) as db:
            return db.execute(sql, values).fetchall()


@pytest.fixture(scope="module")
def road(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Road]:
    archive = tmp_path_factory.mktemp("road") / "archive"
    with serving() as server:
        road = Road(archive, server)
        road.run("init", "--operator", "Thư viện thử", "--contact", "mailto:thu@thuvien.example")
        (archive / "sources").mkdir(exist_ok=True)
        (archive / "sources" / f"{ID}.toml").write_text(source_toml(server.base, delay=0))
        road.crawl()
        road.crawl("--again")
        server.site.edit()
        road.crawl("--again")
        yield road


def _paths(asked: list[dict[str, Any]]) -> list[str]:
    return [entry["url"] for entry in asked]


def test_every_article_is_in_the_archive_and_none_twice(road: Road) -> None:
    found = sorted(url for (url,) in road.rows("SELECT url FROM articles"))
    assert found == sorted(road.server.base + post.path for post in HELD)


@pytest.mark.parametrize("post", [post for post in HELD if "cut" not in post.quirks], ids=lambda post: str(post.id))
def test_the_article_reads_as_its_editor_wrote_it(road: Road, post: Post) -> None:
    ((headline, lead, body, captions),) = road.rows(
        "SELECT headline, lead, body, captions FROM articles WHERE url = ?", road.server.base + post.path
    )
    paragraphs = (post.correction, *post.paragraphs) if post.correction else post.paragraphs
    assert (headline, lead, body) == (post.title, post.lead, "\n\n".join(paragraphs))
    assert captions == "\n\n".join(post.captions)


def test_robots_txt_was_asked_for_first_and_obeyed(road: Road) -> None:
    assert _paths(road.asked[0])[0] == "/robots.txt"
    assert [path for asked in road.asked for path in _paths(asked) if path.startswith("/noi-bo/")] == []


def test_the_traps_were_left_alone(road: Road) -> None:
    asked = [path for log in road.asked for path in _paths(log)]
    assert [path for path in asked if "nvvithemever" in path] == []
    assert [path for path in asked if path.startswith(("/print/", "/savefile/"))] == []
    assert len({path for path in asked if path.startswith("/lich-cong-tac/")}) <= 3


def test_no_address_was_asked_for_twice_in_one_crawl(road: Road) -> None:
    for log in road.asked:
        paths = _paths(log)
        assert sorted(path for path in set(paths) if paths.count(path) > 1) == []


def test_every_request_names_the_program_and_its_operator(road: Road) -> None:
    agents = {entry["agent"] for log in road.asked for entry in log}
    assert len(agents) == 1
    assert "baotinh/" in agents.pop()
    assert "thu@thuvien.example" in road.asked[0][-1]["agent"]


def test_every_answer_was_kept_also_errors_and_redirects(road: Road) -> None:
    asked = sum(len(log) for log in road.asked)
    assert road.rows("SELECT count(*) FROM captures") == [(asked,)]
    statuses = {status for (status,) in road.rows("SELECT DISTINCT status FROM captures")}
    assert {200, 301, 304, 404} <= statuses


def test_an_unchanged_site_brings_no_second_revision_and_mostly_304(road: Road) -> None:
    assert [entry["status"] for entry in road.asked[1]].count(304) > len(HELD)
    changed = [url for (url,) in road.rows("SELECT url FROM articles WHERE revision > 1")]
    (corrected,) = [road.server.base + post.path for post in posts() if post.correction]
    assert changed == [corrected]


def test_a_correction_is_a_second_revision_and_the_first_stays(road: Road) -> None:
    (post,) = [post for post in posts() if post.correction]
    revisions = road.rows(
        "SELECT number, article_json FROM revisions JOIN articles ON articles.id = revisions.article WHERE url = ?"
        " ORDER BY number",
        road.server.base + post.path,
    )
    assert [number for number, _ in revisions] == [1, 2]
    assert [post.correction in text for _, text in revisions] == [False, True]


def test_a_removed_article_with_status_200_is_unread_and_not_an_article(road: Road) -> None:
    states = road.rows("SELECT state, reason FROM captures WHERE url LIKE ?", f"%-{SOFT_GONE}.html")
    assert {state for state, _ in states} == {"unread"}


def test_a_redirect_to_another_host_is_kept_and_not_followed(road: Road) -> None:
    (elsewhere,) = [post for post in posts() if "elsewhere" in post.quirks]
    statuses = road.rows("SELECT DISTINCT status FROM captures WHERE url = ?", road.server.base + elsewhere.path)
    assert statuses == [(301,)]
    assert road.rows("SELECT url FROM captures WHERE url LIKE '%bao-ban.example%'") == []


@pytest.mark.parametrize("query", ["rút kinh nghiệm đại hội điểm", "rut kinh nghiem dai hoi diem"])
def test_the_article_is_found_with_and_without_accents(road: Road, query: str) -> None:
    hits = json.loads(road.run("search", "--json", query))["hits"]
    assert FIRST.title in [hit["headline"] for hit in hits]


def test_old_and_new_tone_placement_find_each_other(road: Road) -> None:
    old, new = (json.loads(road.ask("search", "--json", query))["hits"] for query in ("Hòa Khê", "Hoà Khê"))
    assert [hit["public_id"] for hit in old] == [hit["public_id"] for hit in new]
    assert len(old) >= 3


def test_an_article_of_the_old_province_is_found_under_the_new_one(road: Road) -> None:
    hits = json.loads(road.ask("search", "--json", 'tinh34:"Thái Nguyên" quýt'))["hits"]
    assert hits


def test_the_citation_leads_to_the_preserved_record(road: Road) -> None:
    ((public_id, record, digest),) = road.rows(
        "SELECT public_id, record_id, payload_digest FROM articles JOIN captures ON captures.id = articles.capture"
        " WHERE articles.url = ?",
        road.server.base + FIRST.path,
    )
    cited = road.ask("cite", public_id)
    assert FIRST.title in cited
    assert record in cited
    assert digest in cited


def test_the_archive_verifies(road: Road) -> None:
    road.ask("verify")


def test_scrapy_lists_every_source_as_a_spider(road: Road) -> None:
    listed = road.run("list", program="scrapy").split()
    assert ID in listed
    assert len(listed) > 100
