"""`baotinh status`: three lines when all is well, and whoever is silent or needs a person by name."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from crawling import SOURCE, article, crawl, html, pages

from archive.custody.status import usual_gap
from archive.holdings import Holdings
from archive.messages.message import Message
from archive.sources import Expect, Source
from archive.sources.load import parse_source
from archive.store import open_database
from archive.store.runs import Run
from archive.store.writes import put_run
from crawler.commands.status import status
from crawler.status import Known, standing, told
from crawler.survey.verdict import Verdict

NOW = datetime(2026, 12, 2, 5, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def source(name: str, word: str = "verified", month: tuple[int, int] | None = (30, 90)) -> Source:
    made = parse_source(
        f'id = "{name}"\nname = "{name}"\nkind = "newspaper"\nprovince = "thai-nguyen"\nstatus = "{word}"\n'
        f'hosts = ["{name}.example"]\n[[layout]]\nfamily = "nukeviet"\n',
        f"{name}.toml",
    )
    return replace(made, expect=Expect(articles_per_month=month))


def at(ago: timedelta) -> str:
    return (NOW - ago).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def run(name: str, ago: timedelta, trouble: str = "") -> Run:
    return Run(1, f"run-{name}", name, at(ago), at(ago), "finished", {"trouble": trouble} if trouble else {})


WELL = Known({"a": 3, "b": 1}, {"a": at(DAY), "b": at(DAY)}, {"a": run("a", DAY), "b": run("b", DAY)}, {})


def test_three_lines_are_enough_when_all_is_well() -> None:
    found = standing([source("a"), source("b")], WELL, at(DAY), NOW)
    assert found.is_well
    assert list(told(found)) == ["new: 4 articles of 2 sources", "silent: 0", "needs you: 0"]


@pytest.mark.parametrize(
    ("last_run", "last_new", "why"),
    [
        (None, "", "verified, and not crawled yet"),
        (3 * DAY, at(DAY), "not crawled since 2026-11-29"),
        (DAY, at(4 * DAY), "no new article since 2026-11-28"),
    ],
)
def test_a_source_that_is_silent_is_named_with_the_day(last_run: timedelta | None, last_new: str, why: str) -> None:
    runs = {"a": run("a", last_run)} if last_run is not None else {}
    found = standing([source("a")], Known({}, {"a": last_new}, runs, {}), at(DAY), NOW)
    assert [(one.source, str(one.why)) for one in found.silent] == [("a", why)]
    assert f"  a: {why}" in list(told(found))


def test_a_quiet_paper_may_be_silent_for_longer() -> None:
    assert usual_gap(source("a")) == 3 * DAY
    assert usual_gap(source("a", month=(3, 9))) == 30 * DAY
    assert usual_gap(source("a", month=None)) == 90 * DAY
    quiet = Known({}, {"a": at(9 * DAY)}, {"a": run("a", DAY)}, {})
    assert not standing([source("a", month=(3, 9))], quiet, at(DAY), NOW).silent


def test_who_needs_a_person_is_told_with_the_reason_of_the_crawl_or_the_survey() -> None:
    moved = Message("moved to {to}, which calls itself {name}", to="https://b.example/", name="B")
    known = Known(
        {},
        {"a": at(DAY), "b": at(DAY), "c": at(DAY)},
        {"a": run("a", DAY, "a: the site refuses us"), "b": run("b", DAY), "c": run("c", DAY)},
        {"b": Verdict("moved", moved), "c": Verdict("nothing", "well"), "d": Verdict("moved", moved)},
    )
    found = standing([source("a"), source("b"), source("c"), source("d", "unverified")], known, at(DAY), NOW)
    assert [one.source for one in found.needs] == ["a", "b"], "who is not verified waits apart"
    assert not found.is_well
    full = {"a": replace(run("a", DAY), reason="disk")}
    assert [one.why for one in standing([source("a")], replace(known, runs=full), at(DAY), NOW).needs] == [
        "its last crawl ended early: disk"
    ]
    assert "to be verified: 1; baotinh survey --all says what each waits for" in list(told(found))


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
    assert found["new"] == [["thu", 3]]
    assert [one["source"] for one in found["needs"]] == ["thu"]
    assert "min_articles_per_crawl" in found["needs"][0]["why"]


def test_an_archive_of_today_has_nothing_silent_and_all_to_be_verified(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BAOTINH_LANG", "vi")
    Holdings.create(tmp_path / "a", "Thư viện thử", "lien-he@thu.example")
    done = CliRunner().invoke(status, ["--archive", str(tmp_path / "a")], standalone_mode=False)
    assert done.return_value == 0
    assert done.stdout.splitlines()[:3] == ["mới: 0 bài của 0 nguồn", "im lặng: 0", "cần bạn: 0"]
    assert done.stdout.splitlines()[3].startswith("chờ xác nhận: 15")
