"""What a crawl reports (moves, bounds, lists run dry, backfills, how hosts were treated) is said in Vietnamese too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from crawling import SOURCE, crawl, html, pages, status
from dated_archive import DATED, dated
from fetched_page import fetched
from listing_visits import visits

from archive.cli import main
from archive.errors import CrawlError
from archive.holdings import Holdings
from archive.messages.language import choose, coded
from archive.messages.message import Message, message_of
from archive.sources import Expect
from archive.store import open_database
from archive.store.counts import FieldCounts
from archive.store.database import writing
from archive.store.writes import put_run
from crawler.checks import RunCounts, broken_expectations
from crawler.commands.crawl import exit_code_of
from crawler.frontier.listing_health import ran_dry, stands_still
from crawler.frontier.pace import Pace
from crawler.report import Report
from crawler.robots import read, unreachable

ENGLISH = re.compile(
    r"\b(?:the|of|and|is|are|it|have|last|lists?|listed|articles|answers|days|left|between|asks|more|seems)\b"
)
MOVED = {
    f"/tin/bai-{n}.html": status("301 Moved Permanently", f"Location: https://baomoi.example/{n}") for n in range(5)
}


@pytest.fixture(autouse=True)
def vietnamese() -> Iterator[None]:
    choose("vi")
    yield
    choose("")


def sentences() -> Iterator[str]:
    """A sentence of every kind that lands in a report, as the program says it."""
    yield from broken_expectations(
        Expect((5, 90), 2, (("lead", 0.8),)), RunCounts(1, 0, FieldCounts(40, (("lead", 3),)), month=4)
    )
    yield ran_dry(visits(20, 20, 20, 0))
    yield ran_dry(visits(20, 20, 20, 0, mark="http_404"))
    news = visits(30, 30, 30, 30, 30, days=5, fresh=4, url="https://bao.example/")
    still = [*visits(50, fresh=50), *visits(50, 50, 50, 50, 50, days=5, mark="=")[1:]]
    yield stands_still(still, [*still, *news])
    pace, wall = Pace(1.0), datetime.now(UTC)
    answers = [fetched(503), *[fetched(200)] * 4, fetched(429, ("Retry-After", "7")), *[fetched(403)] * 2]
    for answer in answers:
        pace.start()
        decision = pace.finish(answer, 0.0, wall)
        if decision is not None:
            yield coded(decision.what)
            yield decision.detail
    for seconds in (2.0, 90.0):
        asked = pace.ask_less(seconds)
        assert asked is not None
        yield asked.detail
    for rules in (read(200, b"User-agent: *\n" * 40_000), read(404, b""), read(503, b""), unreachable("no connection")):
        yield rules.message
    yield Message("{target} may be asked for", target="http://bao.example/r.txt")
    yield Message("closed for this run: {note}", note=Message("{most_hops} redirects and no end", most_hops=5))


def test_every_sentence_of_a_report_is_said_in_vietnamese() -> None:
    english = [told for said in sentences() if ENGLISH.search(told := message_of(said).in_language("vi"))]
    assert english == []


def shown(root: Path, report: Report) -> str:
    """What `baotinh runs` prints of `report`, in Vietnamese."""
    db = open_database(Holdings.open(root).database)
    with writing(db):
        put_run(db, report.run, report.source, report.began, report.ended, report.reason, report.as_json())
    db.close()
    told = CliRunner().invoke(main, ["--archive", str(root), "--lang", "vi", "runs", report.run])
    assert told.exit_code == 0, told.output
    return told.stdout


def test_a_move_a_broken_bound_and_the_treatment_of_hosts_are_told_in_vietnamese_by_every_command(
    tmp_path: Path,
) -> None:
    site = {"/": html("Trang chủ", *MOVED), "/robots.txt": "User-agent: *\nDisallow: /cam/\n"} | MOVED
    report = crawl(tmp_path, pages(site), SOURCE + "[expect]\nmin_articles_per_crawl = 9\n").report
    told = report.as_text(), shown(tmp_path, report)
    for text in told:
        assert "có vẻ đã chuyển sang baomoi.example: 5 trong 6 phản hồi dẫn tới đó" in text
        assert "mức bình thường: min_articles_per_crawl là 9: đọc được 0 bài" in text
    assert "robots.txt: có quy tắc: mã trạng thái 200" in told[1]
    assert not ENGLISH.search("\n".join(told)), told
    with pytest.raises(CrawlError, match="seems to have moved to baomoi") as failed:
        exit_code_of([(report, None)])
    assert "có vẻ đã chuyển sang baomoi" in failed.value.message.in_language("vi")


def test_a_crawl_writes_its_numbers_as_vietnamese_does(tmp_path: Path) -> None:
    report = crawl(tmp_path, pages({f"/tin/bai-{n}.html": html(f"Bài {n}") for n in range(3)})).report
    assert re.search(r": đã xong, \d+,\d giây, \d+ yêu cầu ngoài robots.txt, \d+,\d kB\n", report.as_text())
    assert f", {report.as_json()['requests']} yêu cầu ngoài robots.txt, " in report.as_text()  # as `runs` and a log say
    report.tally.pages["same"] = 12403
    assert "12.403 như cũ" in report.as_text()


def test_how_far_a_backfill_has_come_is_told_in_vietnamese(tmp_path: Path) -> None:
    report = crawl(tmp_path, dated, DATED, BAOTINH_BACKFILL=True, BAOTINH_LIMIT=20).report
    assert "đạt giới hạn" in shown(tmp_path, report)
    for text in (report.as_text(), shown(tmp_path, report)):
        assert re.search(r"trong 61 địa chỉ, còn tiếp; còn \d+ địa chỉ và những gì chúng liệt kê", text)
        assert not ENGLISH.search(text)
