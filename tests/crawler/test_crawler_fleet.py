"""One source, one machine: who crawls what stands in fleet.toml, and crawl and merge hold to it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from crawling import article, crawl, html, pages

from archive.custody import seals
from archive.errors import SchemaError, SourceError
from archive.holdings import Holdings
from crawler import fleet
from crawler.merge import merge

SITE = {
    "/": html("Trang chủ", "/tin/bai-1.html"),
    "/robots.txt": "User-agent: *\nDisallow: /cam/\n",
    "/tin/bai-1.html": article("Mùa chè", "Nội dung của bài."),
}
TWO = '[machines]\nmay-1 = ["thu", "bao-*"]\nmay-2 = ["tinh-uy-x"]\n'


def crawled(root: Path, machine: str, monkeypatch: pytest.MonkeyPatch, text: str = TWO) -> Path:
    """The archive of a machine that has crawled the source `thu`."""
    monkeypatch.setenv("BAOTINH_MACHINE", machine)
    root.mkdir()
    (root / "fleet.toml").write_text(text)
    crawl(root, pages(SITE))  # type: ignore[arg-type]
    return root


def target(root: Path, text: str = TWO) -> Holdings:
    holdings = Holdings.create(root, "Thư viện chung", "lien-he@thu.example")
    if text:
        (root / "fleet.toml").write_text(text)
    return holdings


def test_without_the_file_every_source_is_everybody_s(tmp_path: Path) -> None:
    found = fleet.read(tmp_path)
    assert found.owner("thu") == ""
    found.check("thu")
    assert fleet.about(found) == ()


def test_a_machine_s_own_source_is_crawled_and_its_name_stands_in_the_warc_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = crawled(tmp_path / "a", "may-1", monkeypatch)
    (path,) = root.glob("warc/thu/*.warc.gz")
    assert fleet.writer_of(path) == "may-1"


def test_another_machine_s_source_is_refused_with_both_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAOTINH_MACHINE", "may-2")
    (tmp_path / "fleet.toml").write_text(TWO)
    with pytest.raises(SourceError, match=r"thu is crawled by may-1 .*, and this machine is may-2"):
        fleet.read(tmp_path).check("thu")
    with pytest.raises(AssertionError, match="thu is crawled by may-1"):  # the crawl ends with that error, unreported
        crawl(tmp_path, pages(SITE))  # type: ignore[arg-type]
    assert not list(tmp_path.glob("warc/thu/*"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[machines]\nmay-1 = ["thu"]\nmay-2 = ["t*"]\n', "given to may-1 and to may-2"),
        ("machines = 3\n", r"must hold a table \[machines\]"),
        ('[machines]\nmay-1 = "thu"\n', r"machines\.may-1 must be a list"),
        ("[machines\n", "not valid TOML"),
    ],
)
def test_a_file_that_cannot_be_meant_is_an_error_that_names_it(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "fleet.toml").write_text(text)
    with pytest.raises(SourceError, match=words) as raised:
        fleet.read(tmp_path).owner("thu")
    assert "fleet.toml" in str(raised.value)


def test_what_the_owner_has_crawled_is_merged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shard = crawled(tmp_path / "a", "may-1", monkeypatch)
    assert merge(target(tmp_path / "t"), shard).new == 1


def test_what_two_machines_have_crawled_is_refused_with_both_named_and_nothing_comes_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shard = crawled(tmp_path / "b", "may-2", monkeypatch, '[machines]\nmay-2 = ["thu"]\n')
    holdings = target(tmp_path / "t")
    with pytest.raises(SourceError, match=r"thu is given to may-1 by .* and to may-2 by"):
        merge(holdings, shard)
    (shard / "fleet.toml").unlink()
    with pytest.raises(SourceError, match=r"was crawled by may-2, and .* gives thu to may-1"):
        merge(holdings, shard)
    assert not list(holdings.root.glob("warc/*/*"))


def test_a_shard_whose_frontier_is_newer_is_refused_by_name_before_anything_comes_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shard = crawled(tmp_path / "a", "may-1", monkeypatch)
    with closing(sqlite3.connect(shard / "frontier.sqlite")) as newer:
        newer.execute("PRAGMA user_version = 99")
    seals.seal(shard, "frontier.sqlite")
    holdings = target(tmp_path / "t")
    with pytest.raises(SchemaError, match=r"a/frontier\.sqlite has schema 99"):
        merge(holdings, shard)
    assert not list(holdings.root.glob("warc/*/*"))
