"""The fleet of portals: its truth stands on its pages, its addresses answer, and a reader's rows are scored."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from archive.sources import Register
from bench.fleet.__main__ import pages, write
from bench.fleet.pages import Site, in_windows_1258
from bench.fleet.portals import Event, Fleet, load
from bench.fleet.program import ReaderError, run
from bench.fleet.score import marks, score
from bench.fleet.serve import serving
from bench.fleet.year import FIRST_DAY, LOG, asked, walk
from bench.provincial import VIETNAM
from bench.strangers import visible
from crawler.commands.survey import meet

EARLY = datetime(2025, 12, 19, 12, tzinfo=VIETNAM)
LATE = datetime(2026, 10, 1, 12, tzinfo=VIETNAM)


@pytest.fixture(scope="module")
def fleet() -> Fleet:
    return load(until=EARLY)


def bases(fleet: Fleet) -> dict[str, str]:
    return {name: f"http://{name}.example" for name in fleet.portals}


def test_the_truth_of_every_portal_stands_on_its_pages(fleet: Fleet) -> None:
    told = pages(fleet, 4, EARLY)
    assert {row["family"] for _, row in told} == {one.make.name for one in fleet.portals.values()} - {"client-rendered"}
    for page, row in told:
        if row["family"] == "next":  # nothing is visible there
            continue
        text = visible(page.encode())
        wanted = [
            row["headline"],
            row["lead"],
            row["byline"],
            row["section"],
            *row["tags"],
            *row["paragraphs"],
            *row["captions"],
        ]
        assert not [one for one in wanted if one and one not in text], (row["url"], row["byline"])


def test_lists_feeds_and_sitemaps_lead_to_what_is_published_and_to_nothing_else(fleet: Fleet) -> None:
    for name, portal in fleet.portals.items():
        if portal.make.script or "blocks-robots" in portal.habits:
            continue
        site = Site(portal, fleet, bases(fleet))
        listed = b""
        for key in portal.sections:
            at = 0
            listed += site.answer(portal.make.listing.format(section=key), "x", EARLY).body
            while (answer := site.answer(_page(portal, key, at := at + 1), "x", EARLY)).status == 200 and at < 9:
                listed += answer.body
        told = listed.decode(portal.charset).replace("&amp;", "&")
        published = portal.published(EARLY)
        assert [one.path for one in published if one.path not in told] == [], name
        assert [one.path for one in portal.items if one not in published and one.path in told] == [], name
        assert (
            site.answer(portal.items[-1].path, "x", EARLY - timedelta(days=3)).body
            != site.answer(published[0].path, "x", EARLY).body
        )


def _page(portal: object, key: str, at: int) -> str:
    make = portal.make  # type: ignore[attr-defined] - a Portal
    return str(make.page.format(section=key, n=at + make.first_page, start=15 * at))


def test_events_come_on_their_day(fleet: Fleet) -> None:
    merged, dying = fleet.portals["bao-thuong-son"], fleet.portals["hoi-nong-dan-tra-cu"]
    site = Site(merged, fleet, bases(fleet))
    item = merged.published(EARLY)[0]
    assert site.answer(item.path, "x", EARLY).status == 200
    led = site.answer(item.path, "x", LATE)
    heir = Site(fleet.portals["bao-song-mac"], fleet, bases(fleet))
    assert (led.status, urlsplit(dict(led.headers)["Location"]).netloc) == (301, "bao-song-mac.example")
    assert item.story.headline in heir.answer(urlsplit(dict(led.headers)["Location"]).path, "x", LATE).body.decode()
    assert (dying.happened("dies", EARLY), dying.happened("dies", LATE)) == (False, True)


def test_windows_1258_holds_every_letter_of_the_language() -> None:
    text = "Ẩn ế ệ ự ỵ ọ ằ đ Đ Ữ ỹ ấ"
    from unicodedata import normalize

    assert normalize("NFC", normalize("NFD", in_windows_1258(text).decode("cp1258"))) == text


def test_a_right_row_is_whole_and_foreign_words_leak(fleet: Fleet) -> None:
    row = next(row for _, row in pages(fleet, 3, EARLY) if row["kind"] == "article" and row["paragraphs"])
    right = row | {"date": row["published"], "text": "\n".join(row["paragraphs"])}
    right.pop("paragraphs")
    assert marks(row, right)["whole"] == 1.0
    worse = marks(row, right | {"text": right["text"] + "\nTin khác nữa"})
    assert (worse["text"], worse["whole"]) == (0.0, 0.0)
    assert worse["leak"] > 0
    assert score([row], {}).shares["read"] == 0.0


def test_a_program_is_given_pages_as_lines_and_gives_lines_back(fleet: Fleet) -> None:
    told = pages(fleet, 1, EARLY)[:3]
    program = (
        "import sys, json\nfor line in sys.stdin:\n"
        " row = json.loads(line); print(json.dumps({'url': row['url'], 'headline': str('<html' in row['html'])}))"
    )
    rows = run(f'{sys.executable} -c "{program}"', told, 60)
    assert [rows[row["url"]]["headline"] for _, row in told] == ["True"] * 3


@pytest.mark.parametrize(
    ("program", "told"),
    [
        ("raise SystemExit('một trang làm tôi ngã')", "ended with 1: một trang làm tôi ngã"),
        ("import time; print('{}', flush=True); time.sleep(60)", "1 of 1 pages in 3 s; --seconds gives it more"),
        ("print('<html>')", "line 1 of its output is no JSON"),
        ("print(); print([])", "line 2 of its output: no object with a url"),
        ("""print('{"url": "http://x.example/"}')""", "nobody asked for http://x.example/"),
        (
            "import json; print(json.dumps({'url': json.loads(input())['url'], 'tags': 'a, b'}))",
            "tags is neither a list of texts nor null",
        ),
        (
            "import json; print(json.dumps({'url': json.loads(input())['url'], 'lead': ['a']}))",
            "lead is neither text nor null",
        ),
    ],
)
def test_a_program_that_cannot_be_scored_is_told_in_one_line(
    fleet: Fleet, program: str, told: str, tmp_path: Path
) -> None:
    (tmp_path / "reader.py").write_text(program)
    with pytest.raises(ReaderError, match=re.escape(told)):
        run(f"{sys.executable} {tmp_path}/reader.py", pages(fleet, 1, EARLY)[:1], 3 if "sleep" in program else 60)


def test_a_program_that_is_not_there_is_named(fleet: Fleet) -> None:
    with pytest.raises(ReaderError, match="khong-co-doc: cannot be started"):
        run("khong-co-doc", pages(fleet, 1, EARLY)[:1], 60)


def test_pages_are_written_with_their_truth_and_their_licence(fleet: Fleet, tmp_path: Path) -> None:
    told = pages(fleet, 1, EARLY)
    write(told, tmp_path)
    rows = [json.loads(line) for line in (tmp_path / "pages.jsonl").read_text().splitlines()]
    truth = [json.loads(line) for line in (tmp_path / "truth.jsonl").read_text().splitlines()]
    assert [row["url"] for row in rows] == [row["url"] for row in truth] == [row["url"] for _, row in told]
    assert "CC BY 4.0" in (tmp_path / "README.md").read_text()


def test_a_first_page_that_is_data_alone_is_met_by_its_sitemap() -> None:
    with serving(load(("bao-hoa-lu-thuong",), EARLY), EARLY) as running:
        met = meet(f"{running.sites['bao-hoa-lu-thuong'].base}/", "mailto:a@b.example", Register.of(()), loopback=True)
    assert (met.survey.state, len(met.survey.articles)) == ("alive", 5)


def test_days_pass_over_two_portals_until_one_merges_into_the_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    days = 7
    known = load(("bao-thuong-son", "bao-song-mac"), FIRST_DAY + timedelta(days=days)).portals
    event = Event("merged", FIRST_DAY.date() + timedelta(days=days - 1), "bao-song-mac")
    fleet = Fleet(dict(known) | {"bao-thuong-son": replace(known["bao-thuong-son"], event=event)})
    assert walk(fleet, tmp_path, 1, minutes=1e-9) == 1, "stopped before the first day"
    assert walk(fleet, tmp_path, 2) == walk(fleet, tmp_path, days) == 0
    rows = [json.loads(line) for line in (tmp_path / LOG).read_text(encoding="utf-8").splitlines()]
    assert [row["day"] for row in rows] == [f"2026-01-{5 + day:02}" for day in range(days)]
    merging, staying, total = capsys.readouterr().out.splitlines()[-3:]
    assert "merged: bao-thuong-son: 127.1.0.1:" in merging
    assert "has merged into Báo Sông Mác (bao-song-mac)" in merging.replace("seems to have", "has")
    published, found, whole, *_, alarms = staying.split()[1:]
    assert (int(published) > 130, found, alarms) == (True, "1.000", "0/7")
    assert float(whole) >= 0.95
    finding = [asked(rows[5], "find", name) for name in fleet.portals]
    assert finding == [1, 1], "on the sixth day all others rest: one list is asked for where one names all the news"
    assert total.split()[-1] == "0/13", "no alarm on a day without an event"
