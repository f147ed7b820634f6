"""Golden pages: what newsource kept is read again without a network, and each field that differs is named."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from crawling import answer_of
from raw_server import raw_server
from surveyed_site import LINKS, SITE

from archive.cli.read.sources import check_sources
from archive.custody.takedown import takedown
from archive.errors import ArchiveError, SourceError
from archive.holdings import Holdings
from archive.learning import golden
from archive.sources import Source, read_source
from archive.text.urls import url_key
from crawler.commands.survey import newsource


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """An archive with a source that newsource has written from the invented site."""
    Holdings.create(tmp_path / "a", "Thư viện thử", "lien-he@thu.example")

    async def go() -> None:
        async with raw_server(lambda asked: answer_of(SITE.get(asked))) as server:
            options = [server.url, "--archive", str(tmp_path / "a"), "--allow-loopback"]
            made = await asyncio.to_thread(CliRunner().invoke, newsource, [*options, "--province", "Thái Nguyên"])
            assert made.exit_code == 0, made.output
            told = await asyncio.to_thread(CliRunner().invoke, newsource, [*options, "--dry-run", "--json"])
            assert b"<html" not in told.stdout_bytes, "no page stands in what is printed"
            assert len(json.loads(told.stdout)["articles"]) == 5

    asyncio.run(go())
    return tmp_path / "a"


def source_in(archive: Path) -> Source:
    (file,) = (archive / "sources").glob("*.toml")
    return read_source(file)


def edit(file: Path, find: str, put: str) -> None:
    text = file.read_text()
    assert find in text
    file.write_text(text.replace(find, put, 1))


def test_newsource_keeps_the_articles_of_its_survey_and_the_check_reads_them_the_same(archive: Path) -> None:
    files = golden.goldens(source_in(archive))
    assert [file.name for file in files] == [f"{number}.json" for number in range(1, 6)]
    told = json.loads(files[0].read_text())
    assert told["url"].endswith(LINKS[0])
    assert told["content_type"].startswith("text/html")
    assert told["reading"]["article"]["headline"]["value"] == f"Hội nghị {LINKS[0]}"
    assert b"<html" in files[0].with_suffix(".html").read_bytes()
    done = CliRunner().invoke(check_sources, ["--archive", str(archive)])
    assert done.exit_code == 0, done.output
    assert "golden pages read as before: 5" in done.stderr


def test_a_field_that_is_read_differently_is_named_and_the_check_fails(archive: Path) -> None:
    source = source_in(archive)
    first = golden.goldens(source)[0]
    edit(first, f'"value": "Hội nghị {LINKS[0]}"', '"value": "Hội nghị khác"')
    edit(first.with_suffix(".html"), "tổ chức hội nghị", "hoãn hội nghị")
    done = CliRunner().invoke(check_sources, [source.file, "--archive", str(archive)])
    assert isinstance(done.exception, ArchiveError)
    assert (done.exception.exit_code, str(done.exception)) == (1, "golden pages read differently: 1")
    assert f'{first}: article.headline.value: was "Hội nghị khác", is now "Hội nghị {LINKS[0]}"' in done.stdout
    assert "article.body[0]: was " in done.stdout


def test_how_a_value_was_found_and_the_parsers_version_are_no_difference(archive: Path) -> None:
    source = source_in(archive)
    first = golden.goldens(source)[0]
    told = json.loads(first.read_text())
    told["reading"]["article"] |= {"parser": "nukeviet/0", "body_by": "xưa", "confidence": 0.1}
    told["reading"]["article"]["headline"]["by"] = "xưa"
    first.write_text(json.dumps(told))
    assert golden.differences(source, first) == ()


def test_a_page_that_cannot_be_read_any_more_is_a_difference_and_a_missing_one_is_named(archive: Path) -> None:
    source = source_in(archive)
    first, second, *_ = golden.goldens(source)
    first.with_suffix(".html").write_bytes(b"")
    (lost,) = golden.differences(source, first)
    assert (lost.field, lost.was) == ("reading", "read")
    second.with_suffix(".html").unlink()
    with pytest.raises(SourceError, match=r"2\.json: no golden page"):
        golden.differences(source, second)


@pytest.mark.parametrize(("how", "left"), [("hidden", 5), ("erased", 4)])
def test_what_is_erased_is_no_golden_page_any_more(archive: Path, how: str, left: int) -> None:
    source = source_in(archive)
    url = json.loads(golden.goldens(source)[0].read_text())["url"]
    holdings = Holdings.open(archive)  # nothing of it is held but the golden page
    takedown(holdings, url, how, "Đơn của gia đình", "Giám đốc", in_advance=True)  # type: ignore[arg-type]
    assert len(golden.goldens(source)) == left
    assert len(list(golden.folder_of(source).iterdir())) == 2 * left


def test_what_is_read_now_can_be_kept_as_what_is_right(archive: Path) -> None:
    source = source_in(archive)
    edit(golden.goldens(source)[0], "Hội nghị", "Cuộc họp")
    assert golden.differences(source, golden.goldens(source)[0])
    told = CliRunner().invoke(check_sources, [source.file, "--renew", "--archive", str(archive)])
    assert told.exit_code == 0
    assert "is now" in told.output
    assert not [found for file in golden.goldens(source) for found in golden.differences(source, file)]


def test_a_page_that_is_no_article_any_more_is_not_renewed(archive: Path) -> None:
    source = source_in(archive)
    file = golden.goldens(source)[0]
    file.with_suffix(".html").write_text("<p>Trang trống.")
    before = file.read_bytes()
    with pytest.raises(SourceError, match="cannot be renewed"):
        golden.renew(source, file)
    assert file.read_bytes() == before


def test_golden_pages_are_brought_with_their_source_but_for_what_is_barred(archive: Path, tmp_path: Path) -> None:
    theirs = golden.folder_of(source_in(archive))
    addresses = {file.name: json.loads(file.read_text())["url"] for file in theirs.glob("*.json")}
    barred = url_key(addresses["1.json"])
    assert golden.copy_golden(theirs, tmp_path / "b.golden", barred.__eq__) == len(addresses) - 1
    brought = {file.name for file in (tmp_path / "b.golden").glob("*.json")}
    assert brought == set(addresses) - {"1.json"}
    assert golden.copy_golden(theirs, tmp_path / "b.golden", barred.__eq__) == 0, "what is here stays as it is"
