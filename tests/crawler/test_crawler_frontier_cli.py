"""`baotinh frontier`: what is told of a URL, known or not, and what a person may change, in both languages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from crawling import article, crawl, html, pages

from archive.cli import main

pytestmark = pytest.mark.usefixtures("english")

SITE = {
    "/": html("Trang chủ", "/tin/bai-1.html", "/cam/bai-2.html", "/tin/mat-3.html"),
    "/robots.txt": "User-agent: *\nDisallow: /cam/\n",
    "/tin/bai-1.html": article("Mùa chè", "Nội dung."),
}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive after a crawl: one article, one address that is forbidden, one that is gone."""
    root = tmp_path_factory.mktemp("frontier")
    crawl(root, pages(SITE))
    return root


def base(root: Path) -> str:
    listed = json.loads(frontier(root, "list", "--json").stdout)
    return str(listed[0]["url"]).split("/tin/")[0].rstrip("/")


def frontier(root: Path, *arguments: str, lang: str = "en") -> Result:
    return CliRunner().invoke(main, ["--archive", str(root), "--lang", lang, "frontier", *arguments])


def test_a_url_that_was_fetched_is_told_with_its_history(archive: Path) -> None:
    told = frontier(archive, "why", f"{base(archive)}/tin/bai-1.html")
    assert told.exit_code == 0
    assert "done: it was fetched" in told.stdout
    assert f"found on {base(archive)}/" in told.stdout
    assert "fetched  200 new" in told.stdout


@pytest.mark.parametrize(
    ("path", "english", "vietnamese"),
    [
        ("/cam/bai-2.html", "excluded: a rule forbids it: robots", "bị loại: có quy tắc cấm: robots"),
        ("/tin/mat-3.html", "failed: it was asked for, and failed: http_404", "không tải được: đã thử tải: http_404"),
        ("/tin/bai-1.html", "done: it was fetched", "xong: đã tải về"),
    ],
)
def test_how_a_url_ended_is_told_in_both_languages(archive: Path, path: str, english: str, vietnamese: str) -> None:
    assert english in frontier(archive, "why", base(archive) + path).stdout.splitlines()
    assert vietnamese in frontier(archive, "why", base(archive) + path, lang="vi").stdout.splitlines()


@pytest.mark.parametrize(
    "word", ["word", "/tin/bai-1.html", "ftp://a.example/", "http://", "http://[::1/", "mailto:a@b"]
)
def test_what_is_no_url_is_refused_in_one_line(archive: Path, word: str) -> None:
    told = frontier(archive, "why", word)
    assert (told.exit_code, told.stdout) == (2, "")
    assert told.stderr == f"baotinh: {word}: not an absolute http or https URL\n"
    assert "không phải địa chỉ http hay https đầy đủ" in frontier(archive, "why", word, lang="vi").stderr


@pytest.mark.parametrize(
    ("url", "why", "vietnamese"),
    [
        ("{}/tin/bai-99.html", "no page that was read links to it", "không trang nào đã đọc dẫn tới đây"),
        ("{}/cam/bai-99.html", "robots.txt forbids it", "robots.txt cấm"),
        ("{}/tin/in/print/bai/", "a rule forbids it: trap:print", "có quy tắc cấm: trap:print"),
        ("http://khac.example/", "no source of the register holds the host", "không nguồn nào trong danh mục"),
    ],
)
def test_a_url_that_no_crawl_has_met_is_exit_code_3_and_says_what_the_rules_say(
    archive: Path, url: str, why: str, vietnamese: str
) -> None:
    url = url.format(base(archive))
    told = frontier(archive, "why", url)
    assert (told.exit_code, told.stdout) == (3, "")
    assert told.stderr.startswith(f"baotinh: {url}: no crawl has met it: {why}")
    assert told.stderr.count("\n") == 1
    assert f"chưa lần thu thập nào gặp: {vietnamese}" in frontier(archive, "why", url, lang="vi").stderr
    as_json = frontier(archive, "why", url, "--json")
    assert as_json.exit_code == 3
    assert json.loads(as_json.stdout)["why"].startswith(why)


def test_what_a_person_puts_back_or_excludes_is_counted_and_listed(tmp_path: Path) -> None:
    crawl(tmp_path, pages(SITE))
    gone, read = f"{base(tmp_path)}/tin/mat-3.html", f"{base(tmp_path)}/tin/bai-1.html"
    assert frontier(tmp_path, "requeue", gone).stderr == "1 URLs will be fetched by the next crawl\n"
    assert frontier(tmp_path, "exclude", "--reason", "theo yêu cầu", read).stderr == "1 URLs excluded\n"
    counts = {
        (one["state"], one["reason"]): one["urls"] for one in json.loads(frontier(tmp_path, "counts", "--json").stdout)
    }
    assert counts == {
        ("todo", ""): 1,
        ("done", ""): 1,
        ("excluded", "robots"): 1,
        ("excluded", "hand: theo yêu cầu"): 1,
    }
    (todo,) = json.loads(frontier(tmp_path, "list", "--state", "todo", "--json").stdout)
    assert todo["url"] == gone
    assert frontier(tmp_path, "requeue", "word").exit_code == 2
    assert frontier(tmp_path, "exclude", "--reason", "x", "word").exit_code == 2
    assert frontier(tmp_path, "requeue").exit_code == 2
    assert frontier(tmp_path, "counts", "nobody").exit_code == 2
