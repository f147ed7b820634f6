"""What a source is expected to bring: a run that breaks a bound says so, in its report and its exit code."""

from __future__ import annotations

from pathlib import Path

import pytest
from crawling import SOURCE, article, crawl, html, pages

from archive.errors import CrawlError
from archive.sources import Expect
from archive.store.counts import FieldCounts
from crawler.checks import RunCounts, broken_expectations
from crawler.commands.crawl import exit_code_of

ROBOTS = "User-agent: *\nDisallow: /cam/\n"
LINKS = [f"/tin/bai-{number}.html" for number in range(1, 26)]
EXPECTING = SOURCE + "[expect]\nmin_articles_per_crawl = 5\nfields = { headline = 1.0, lead = 0.9, images = 0.5 }\n"
FEW = FieldCounts(3, (("lead", 0),))


@pytest.mark.parametrize(
    ("brought", "words"),
    [
        (RunCounts(0, 0, FieldCounts(0, ())), "min_articles_per_crawl is 2: 0 articles"),
        (RunCounts(1, 1, FieldCounts(1, ())), "min_articles_per_crawl is 2: 1 articles"),
        (RunCounts(40, 0, FieldCounts(40, (("lead", 31),))), "fields.lead is 0.8: 31 of 40 articles"),
        (RunCounts(9, 9, FEW, month=4), "articles_per_month is 5 to 90: the last 30 days have 4"),
        (RunCounts(9, 9, FEW, month=91), "articles_per_month is 5 to 90: the last 30 days have 91"),
    ],
)
def test_a_broken_bound_is_named_with_what_was_met(brought: RunCounts, words: str) -> None:
    found = broken_expectations(Expect((5, 90), 2, (("lead", 0.8),)), brought)
    assert len(found) == 1
    assert found[0].startswith(words)


@pytest.mark.parametrize(
    "brought",
    [
        RunCounts(0, 30, FieldCounts(0, ())),  # a quiet day: the listing is there, and nothing is new on it
        RunCounts(30, 0, FieldCounts(0, ())),
        RunCounts(3, 3, FEW),  # too few for a share to say anything
        RunCounts(40, 0, FieldCounts(40, (("lead", 32),))),
        RunCounts(9, 9, FEW, month=5),
        RunCounts(9, 9, FEW, month=90),
        RunCounts(9, 9, FEW, month=None),  # not crawled for a month yet
    ],
)
def test_a_quiet_day_or_a_bound_just_met_breaks_nothing(brought: RunCounts) -> None:
    assert broken_expectations(Expect((5, 90), 2, (("lead", 0.8),)), brought) == ()


def test_a_crawl_that_brings_less_than_expected_says_so_and_needs_a_person(tmp_path: Path) -> None:
    site = {"/": html("Trang chủ", *LINKS), "/robots.txt": ROBOTS}
    site |= {link: article(f"Bài {link}", "Nội dung của bài.") for link in LINKS}
    done = crawl(tmp_path, pages(site), EXPECTING)
    assert done.report.broken == ("fields.images is 0.5: 0 of 25 articles have it",)
    assert "expected: fields.images is 0.5" in done.report.as_text()
    assert done.report.as_json()["broken"] == list(done.report.broken)
    with pytest.raises(CrawlError, match=r"fields\.images"):
        exit_code_of([(done.report, None)])


def test_a_run_that_was_stopped_is_not_held_against_what_is_expected(tmp_path: Path) -> None:
    site = {"/": html("Trang chủ", *LINKS[:1]), "/robots.txt": ROBOTS, LINKS[0]: article("Bài", "Nội dung.")}
    done = crawl(tmp_path, pages(site), EXPECTING, BAOTINH_LIMIT=1)
    assert done.report.reason == "limit"
    assert done.report.broken == ()
    assert exit_code_of([(done.report, None)]) == 0


def test_a_listing_that_points_to_too_few_articles_is_told(tmp_path: Path) -> None:
    site = {"/": html("Trang chủ", *LINKS[:3]), "/robots.txt": ROBOTS}
    site |= {link: article(f"Bài {link}", "Nội dung của bài.") for link in LINKS[:3]}
    done = crawl(tmp_path, pages(site), EXPECTING)
    assert done.report.broken == ("min_articles_per_crawl is 5: 3 articles were read, and the listings point to 3",)


ANOTHER = "".join(line for line in SOURCE.splitlines(keepends=True) if not line.startswith("listing"))
ANOTHER = ANOTHER.replace("nukeviet", "onecms").replace("-\\d+\\.html$", "\\.bbg$")


def test_a_file_that_no_article_bears_out_is_named_though_every_article_was_read(tmp_path: Path) -> None:
    links = [f"/tin/hoi-nghi-tong-ket-cong-tac-{number}.html" for number in range(1, 7)]
    site = {"/": html("Trang chủ", *links), "/robots.txt": ROBOTS}
    text = "Ngày 5-3, xã Tân Bình tổ chức hội nghị tổng kết công tác xây dựng Đảng năm 2019."
    site |= {link: article(f"Hội nghị tổng kết công tác {link}", text) for link in links}
    done = crawl(tmp_path / "a", pages(site), ANOTHER)
    assert done.report.articles == 6
    (pattern, family) = done.report.warnings
    assert pattern.startswith("its article pattern meets none of the 6 newest articles, as http")
    assert family == "nothing that is known of onecms was met on the 6 newest articles: baotinh sources survey thu"
    assert crawl(tmp_path / "b", pages(site)).report.warnings == ()
