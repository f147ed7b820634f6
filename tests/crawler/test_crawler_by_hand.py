"""`baotinh capture`: single pages by hand go the way of every crawl, and bring what they need to be seen, no more."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from crawling import SOURCE, answer_of, article, crawl_served, html, status
from raw_server import RawServer, raw_server

from archive.cli import main
from archive.custody.rebuild import rebuild
from archive.holdings import Holdings
from archive.sources import Register

ROOT = Path(__file__).parents[2]
PAGE = article("Mùa chè ở Tân Cương", "Nội dung của bài.", "/tin/bai-2.html").replace(
    b"</head>", b'<link rel="stylesheet" href="/chung.css"></head>'
)
SITE: dict[str, Any] = {
    "/": html("Trang chủ", "/tin/bai-2.html"),
    "/robots.txt": "User-agent: *\nDisallow: /cam/\n",
    "/tin/bai-1.html": PAGE.replace(b"</p>", b'<img src="/anh.jpg"></p>', 1),
    "/tin/bai-2.html": article("Bài thứ hai", "Nội dung."),
    "/cam/bai-3.html": article("Bài cấm", "Nội dung."),
    "/cu/bai-1.html": status("301 Moved", "Location: /tin/bai-1.html"),
    "/chung.css": status("200 OK", "Content-Type: text/css", body=b"body { background: url(/nen.png) }"),
    "/nen.png": status("200 OK", "Content-Type: image/png", body=b"\x89PNG"),
    "/anh.jpg": status("200 OK", "Content-Type: image/jpeg", body=b"\xff\xd8\xff"),
    "/bai?view=7": article("Bài xem theo số", "Nội dung."),
}
Line = dict[str, Any]


async def captured(server: RawServer, root: Path, *paths: str, archive: str = "") -> tuple[int, list[Line], str]:
    """Exit code, lines and talk of `baotinh capture` of the paths of `server`."""
    environment = {**os.environ, "BAOTINH_ALLOW_LOOPBACK": "1", "BAOTINH_LANG": "en", "PYTHONPATH": str(ROOT)}
    urls = [path if "://" in path else f"{server.url}{path}" for path in paths]
    words = [sys.executable, "-m", "archive.cli", "--archive", str(root), "capture", "--json", *urls]
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*words, cwd=ROOT, env=environment, stdout=pipe, stderr=pipe)
    out, err = await process.communicate()
    return process.returncode or 0, json.loads(out) if out else [], err.decode()


def archived(root: Path, question: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(root / "archive.sqlite")) as db:
        return db.execute(question).fetchall()


def test_a_page_is_patched_with_what_it_needs_and_nothing_else_is_asked_for(tmp_path: Path) -> None:
    async def run() -> tuple[list[str], tuple[int, list[Line], str]]:
        async with raw_server(lambda path: answer_of(SITE.get(path))) as server:
            await crawl_served(tmp_path, server, SOURCE, BAOTINH_LIMIT=1)  # the first page alone: /tin/bai-2 waits
            begun = len(server.paths)
            done = await captured(server, tmp_path, "/tin/bai-1.html")
            again = await captured(server, tmp_path, "/tin/bai-1.html")
            assert again[1][0]["record"] != done[1][0]["record"], "held already, and captured once more"
            return server.paths[begun:], done

    paths, (code, [line], _) = asyncio.run(run())
    assert code == 0
    assert (line["state"], line["status"], line["headline"]) == ("done", 200, "Mùa chè ở Tân Cương")
    assert set(paths) - {"/robots.txt"} == {"/tin/bai-1.html", "/chung.css", "/nen.png", "/anh.jpg"}
    assert paths.count("/tin/bai-1.html") == 2
    where = archived(
        tmp_path, f"SELECT file, offset, source, provenance FROM captures WHERE record_id = '{line['record']}'"
    )
    assert where == [(line["file"], line["offset"], "thu", "captured")]
    assert archived(tmp_path, "SELECT source, reason FROM runs ORDER BY began")[-1] == ("thu", "by_hand")
    with closing(sqlite3.connect(tmp_path / "frontier.sqlite")) as rows:
        assert rows.execute("SELECT count(*) FROM urls WHERE priority > 2000000").fetchall() == [(0,)]
        left = rows.execute("SELECT state FROM urls WHERE url LIKE '%/tin/bai-2.html'").fetchall()
    assert left == [("todo",)], "what it leads to waits for a crawl"


def test_robots_come_first_and_what_was_not_captured_is_named_with_exit_code_6(tmp_path: Path) -> None:
    async def run() -> tuple[list[str], tuple[int, list[Line], str]]:
        async with raw_server(lambda path: answer_of(SITE.get(path))) as server:
            await crawl_served(tmp_path, server, SOURCE, BAOTINH_LIMIT=1)
            begun = len(server.paths)
            return server.paths[begun:], await captured(
                server, tmp_path, "/cam/bai-3.html", "/khong/co-9.html", "/bai?view=7", "/cu/bai-1.html"
            )

    _, (code, lines, talk) = asyncio.run(run())
    assert code == 6
    assert "2 of 4 addresses were not captured" in talk
    assert [(line["state"], line["reason"]) for line in lines[:2]] == [("excluded", "robots"), ("failed", "http_404")]
    assert (lines[2]["state"], lines[2]["status"]) == ("done", 200), (
        "a person has named it: a trap rule keeps it not out"
    )
    assert lines[3]["led_to"].endswith("/tin/bai-1.html")
    assert lines[3]["headline"] == "Mùa chè ở Tân Cương"


def test_a_host_of_no_source_is_captured_and_stands_under_its_host_after_a_rebuild_too(tmp_path: Path) -> None:
    holdings = Holdings.create(tmp_path / "a", "Thư viện thử", "lien-he@thu.example")

    async def run() -> tuple[list[str], tuple[int, list[Line], str], int]:
        async with raw_server(lambda path: answer_of(SITE.get(path))) as server:
            done = await captured(server, holdings.root, "/tin/bai-1.html")
            return server.paths, done, server.port

    paths, (code, [line], talk), port = asyncio.run(run())
    assert code == 0, talk
    assert paths[0] == "/robots.txt"
    assert line["source"] == f"127.0.0.1:{port}"
    question = "SELECT source, url, headline FROM articles"
    found = archived(holdings.root, question)
    assert found == [(f"127.0.0.1:{port}", f"http://127.0.0.1:{port}/tin/bai-1.html", "Mùa chè ở Tân Cương")]
    rebuild(holdings, Register.load(holdings.sources))
    assert archived(holdings.root, question) == found


def test_a_file_that_is_not_valid_stops_what_may_be_its_own_alone(tmp_path: Path) -> None:
    """A host that no source holds may be that of the broken file, which may say that it must not be touched."""
    holdings = Holdings.create(tmp_path / "a", "Thư viện thử", "lien-he@thu.example")

    async def run() -> list[tuple[int, list[Line], str]]:
        async with raw_server(lambda path: answer_of(SITE.get(path))) as server:
            (holdings.sources / "thu.toml").write_text(SOURCE.replace("{port}", str(server.port)), encoding="utf-8")
            (holdings.sources / "hong.toml").write_text('id = "hong"\nnmae = "Báo hỏng"\n', encoding="utf-8")
            own = await captured(server, holdings.root, "/tin/bai-1.html")
            return [own, await captured(server, holdings.root, "http://127.0.0.1:9/tin/bai-1.html")]

    own, strange = asyncio.run(run())
    assert (own[0], own[1][0]["source"]) == (0, "thu"), own
    assert strange[0] == 2, strange
    assert "hong.toml: hosts: is missing" in strange[2]


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("tin/bai-1.html", "not an absolute http or https URL"),
        ("http://127.0.0.1:9/tin", "--allow-loopback"),
    ],
)
def test_what_cannot_be_captured_is_refused_before_anything_is_asked(tmp_path: Path, url: str, told: str) -> None:
    holdings = Holdings.create(tmp_path / "a", "Thư viện thử", "lien-he@thu.example")
    done = CliRunner().invoke(main, ["--archive", str(holdings.root), "--lang", "en", "capture", url])
    assert done.exit_code == 2
    assert told in done.stderr
    assert not holdings.frontier.exists()
