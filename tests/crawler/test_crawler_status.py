"""`baotinh status`: three lines when all is well, and whoever is silent or needs a person by name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from crawling import SOURCE, article, crawl, html, pages

from archive.holdings import Holdings
from archive.store import open_database
from archive.store.writes import put_run
from crawler.commands.status import status


def test_the_command_reads_crawls_as_they_were_and_ends_with_6_where_one_needs_a_person(tmp_path: Path) -> None:
    links = [f"/tin/bai-{number}.html" for number in range(1, 4)]
    site = {"/": html("Trang chủ", *links), "/robots.txt": "User-agent: *\nDisallow: /cam/\n"}
    site |= {link: article(f"Bài {link}", "Nội dung của bài.") for link in links}
    crawled = crawl(tmp_path / "a", pages(site), SOURCE + "[expect]\nmin_articles_per_crawl = 9\n")
    made = crawled.report
    db = open_database(tmp_path / "a" / "archive.sqlite")
    put_run(db, "run-0", "thu", "2026-01-01T00:00:00.000Z", "2026-01-01T01:00:00.000Z", "finished", {})
    put_run(db, made.run, "thu", made.began, made.ended, made.reason, made.as_json())
    db.close()
    done = CliRunner().invoke(status, ["--archive", str(tmp_path / "a"), "--json"], standalone_mode=False)
    assert done.return_value == 6
    found = json.loads(done.stdout)
    assert found["news"]["new"] == [["thu", 3]]
    assert [(one["source"], one["kind"]) for one in found["needs"]] == [("thu", "run")]
    assert "min_articles_per_crawl" in found["needs"][0]["told"]


def test_an_archive_of_today_has_nothing_silent_and_all_to_be_verified(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BAOTINH_LANG", "vi")
    Holdings.create(tmp_path / "a", "Thư viện thử", "lien-he@thu.example")
    done = CliRunner().invoke(status, ["--archive", str(tmp_path / "a")], standalone_mode=False)
    assert done.return_value == 0
    first, *lines = done.stdout.splitlines()
    assert first.startswith("Mới: 0 bài của 0 nguồn từ ")
    assert lines[:2] == ["Im lặng: không nguồn nào", "Cần bạn: không có gì"]
    assert lines[2].startswith("Chờ kiểm chứng: 15")


def test_a_source_file_that_is_not_valid_is_told_and_hides_nothing_else(tmp_path: Path) -> None:
    holdings = Holdings.create(tmp_path / "a", "Thư viện thử", "lien-he@thu.example")
    said = 'status = "verified"\nverified_by = "Hà Vân"\nverified_on = 2026-01-01'
    verified = SOURCE.replace('status = "unverified"', said).replace("{port}", "9")
    (holdings.sources / "thu.toml").write_text(verified)
    (holdings.sources / "hong.toml").write_text('id = "hong"\nnmae = "Báo hỏng"\n')
    twin = SOURCE.replace("{port}", "9").replace('"thu"', '"thu-hai"')

    def told() -> dict[str, Any]:
        done = CliRunner().invoke(status, ["--archive", str(tmp_path / "a"), "--json"], standalone_mode=False)
        assert done.return_value == 6
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    found = told()
    assert [(one["kind"], "hong.toml: " in one["told"]) for one in found["needs"]] == [("file", True)]
    assert [one["source"] for one in found["silent"]] == ["thu"]
    (holdings.sources / "hong.toml").write_text(twin)
    assert ["is held by" in one["told"] for one in told()["needs"]] == [True]
