"""A whole site that moves is told once, with what to do, and never followed; and what a run leaves behind of itself."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from crawling import SOURCE, Crawled, answer_of, article, crawl, crawl_served, html, pages, status
from raw_server import raw_server

from archive.custody import events
from archive.custody.rebuild import rebuild
from archive.custody.verify import verify
from archive.errors import CrawlError
from archive.holdings import Holdings
from archive.sources import Register, parse_source
from archive.warc.reader import Parsed, records, scan
from crawler.checks import site_moves
from crawler.commands.crawl import exit_code_of
from crawler.frontier.session import Session
from crawler.report import Report

ROBOTS = "User-agent: *\nDisallow: /cam/\n"
LINKS = [f"/tin/bai-{number}.html" for number in range(1, 6)]
SITE = {"/": html("Trang chủ", *LINKS), "/robots.txt": ROBOTS} | {
    link: article(f"Bài {link}", "Nội dung của bài.") for link in LINKS
}


def moved(path: str) -> object:
    return status("301 Moved Permanently", f"Location: https://baomoi.example{path}")


def test_a_site_that_has_moved_is_told_once_with_the_lines_to_add_and_nothing_is_followed(tmp_path: Path) -> None:
    site = SITE | {link: moved(link) for link in LINKS}
    done = crawl(tmp_path, pages(site))
    (move,) = done.report.moved
    assert (move.target, move.redirects, move.answers) == ("baomoi.example", 5, 6)
    text = done.report.as_text()
    assert text.count("seems to have moved to baomoi.example: 5 of 6 answers lead there, as http://127.0.0.1") == 1
    assert {state for state, _ in done.rows("SELECT state, url FROM urls WHERE url LIKE '%baomoi%'")} == {"excluded"}
    assert all("baomoi" not in path for path in done.paths)
    lines = "\n".join(line.strip() for line in text.split("add to its source file:\n")[1].splitlines()[:3])
    mended = parse_source(
        SOURCE.replace("{port}", "80").replace("delay_seconds = 0", "delay_seconds = 2") + lines + "\n", "thu.toml"
    )
    assert mended.covers("baomoi.example")
    with pytest.raises(CrawlError, match="moved to baomoi"):
        exit_code_of([(done.report, None)])


def test_no_article_of_a_site_that_has_moved_is_asked_for_again(tmp_path: Path) -> None:
    async def go() -> list[str]:
        site: dict[str, Any] = dict(SITE)
        async with raw_server(lambda path: answer_of(site.get(path))) as server:
            await crawl_served(tmp_path, server, SOURCE)
            site |= {path: moved(path) for path in ("/", *LINKS)}
            return (await crawl_served(tmp_path, server, SOURCE, BAOTINH_AGAIN=True)).paths

    assert [path for path in asyncio.run(go()) if path in LINKS] == []


def test_a_homepage_that_leads_elsewhere_as_the_only_answer_is_a_move(tmp_path: Path) -> None:
    done = crawl(tmp_path, pages({"/": moved("/"), "/robots.txt": ROBOTS}))  # type: ignore[dict-item]
    assert "has moved" not in done.report.trouble
    assert "seems to have moved to baomoi.example: 1 of 1" in done.report.trouble


def test_a_site_that_leads_to_another_source_has_merged_into_it_and_is_told_by_its_name(tmp_path: Path) -> None:
    patient = SOURCE.replace("delay_seconds = 0", "delay_seconds = 2").replace('status = "unverified"\n', "")
    other = (
        patient.replace('"thu"', '"moi"').replace("Cổng thử", "Báo Mới").replace("127.0.0.1:{port}", "baomoi.example")
    )

    async def go() -> Crawled:
        (tmp_path / "sources").mkdir()
        (tmp_path / "sources/moi.toml").write_text(f'status = "unverified"\n{other}', encoding="utf-8")
        async with raw_server(lambda path: answer_of(moved("/") if path == "/" else ROBOTS)) as server:
            return await crawl_served(tmp_path, server, SOURCE)

    done = asyncio.run(go())
    assert "seems to have merged into Báo Mới (moi): 1 of 1 answers lead there" in done.report.trouble
    lines = "\n".join(done.report.as_text().split("its source file should say:\n")[1].splitlines()[:2])
    assert not parse_source(f"{lines}\n{patient.replace('{port}', '80')}".replace("      ", ""), "thu.toml").crawlable


def test_some_redirects_to_partners_are_no_move(tmp_path: Path) -> None:
    site = SITE | {link: moved(link) for link in LINKS[:3]}
    done = crawl(tmp_path, pages(site))
    assert done.report.moved == ()
    assert done.report.trouble == ""


def test_half_of_the_answers_are_not_most_of_them() -> None:
    leads = {("a.vn", "b.vn"): 4}
    assert site_moves(leads, {"a.vn": 8}, {("a.vn", "b.vn"): "http://a.vn/ http://b.vn/"}) == ()
    assert len(site_moves(leads, {"a.vn": 7}, {("a.vn", "b.vn"): "http://a.vn/ http://b.vn/"})) == 1


def test_the_report_of_a_run_lies_in_its_warc_file_and_in_the_log_of_events(tmp_path: Path) -> None:
    done = crawl(tmp_path, pages(SITE))
    (path,) = tmp_path.glob("warc/thu/*.warc.gz")
    *_, last = [item.record for item in records(path) if isinstance(item, Parsed)]
    assert (last.type, last.url) == ("metadata", f"urn:baotinh:run:{done.report.run}")
    assert json.loads(last.block) == json.loads(json.dumps(done.report.as_json()))
    event = next(one for one in events.scan(tmp_path)[0] if one.type == "capture")
    assert (event.object, event.outcome) == (done.report.run, "finished")
    assert json.loads(event.detail_json)["new"] == 5


def test_what_is_read_after_the_report_changes_no_word_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    conclude = Session.conclude

    def late(session: Session, *why: Any) -> Report:
        report = conclude(session, *why)
        session.outcomes.tally.pages["new"] += 1  # a stopped crawl gives its reader some seconds more
        return report

    monkeypatch.setattr(Session, "conclude", late)
    assert crawl(tmp_path, pages(SITE)).report.as_json()["new"] == 5


def test_a_report_among_the_records_is_no_capture_no_fault_and_nothing_to_verify_falls_over(tmp_path: Path) -> None:
    done = crawl(tmp_path, pages(SITE))
    (path,) = tmp_path.glob("warc/thu/*.warc.gz")
    faults: list[object] = []
    assert len(list(scan(path, skip=faults.append))) == len(done.paths)
    assert faults == []
    holdings = Holdings.open(tmp_path)
    assert rebuild(holdings, Register.load(holdings.sources, shipped=None)).faults == ()
    assert list(verify(holdings, "full").findings) == []


def test_what_had_led_to_a_new_host_is_fetched_once_the_source_file_names_it(tmp_path: Path) -> None:
    """The lines that the report prints are added; the targets, known as excluded, are asked for in the next crawl."""
    pages_of = dict(SITE)

    async def go() -> tuple[Crawled, Crawled]:
        async with raw_server(lambda path: answer_of(pages_of.get(path))) as old:
            here = f"http://localhost:{old.port}"
            for link in LINKS:
                pages_of[link] = status("301 Moved Permanently", f"Location: {here}/moi{link}")
                pages_of[f"/moi{link}"] = SITE[link]
            first = await crawl_served(tmp_path, old, SOURCE)
            added = f'[[host]]\nname = "localhost:{old.port}"\nsince = 2020-01-01\n'
            return first, await crawl_served(tmp_path, old, SOURCE + added)

    first, second = asyncio.run(go())
    assert first.report.tally.excluded == {"scope:host": 5}
    assert second.report.tally.pages["new"] == 5
    assert second.rows("SELECT count(*) FROM urls WHERE state = 'excluded'") == [(0,)]


def test_what_the_source_file_rules_out_by_now_is_asked_for_no_more(tmp_path: Path) -> None:
    async def go() -> Crawled:
        async with raw_server(lambda path: answer_of(SITE.get(path))) as server:
            await crawl_served(tmp_path, server, SOURCE, BAOTINH_LIMIT=3)
            never = SOURCE.replace("[politeness]", "never = ['/bai-[345]']\n[politeness]")
            await crawl_served(tmp_path, server, never)
            assert not {"/tin/bai-3.html", "/tin/bai-4.html", "/tin/bai-5.html"} & set(server.paths)
            return await crawl_served(tmp_path, server, SOURCE)

    done = asyncio.run(go())
    assert {f"/tin/bai-{number}.html" for number in (3, 4, 5)} <= set(done.paths)
    assert done.archived("SELECT count(*) FROM articles") == [(5,)]
