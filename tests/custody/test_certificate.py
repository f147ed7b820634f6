"""The statement of completeness counts what is held and what is not, and claims nothing else."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from one_capture import capture
from takedown_archive import OTHER, REGISTER, SITE, WHO, page

from archive.custody import events, seals
from archive.custody.certificate import Certificate, Gap, certificate
from archive.custody.takedown import takedown
from archive.custody.verify import verify
from archive.errors import NothingFound, UsageError
from archive.holdings import Holdings
from archive.ingest.pipeline import Ingest
from archive.store import open_database, teasers
from archive.warc.reader import scan
from archive.warc.writer import Writer

FIRST = datetime(2026, 1, 5, 3, tzinfo=UTC)
NOW = datetime(2026, 4, 2, 3, tzinfo=UTC)
RELATED = f"""<h3>Tin liên quan</h3><ul><li><a href="{SITE}/tin/da-mat-8.html">Bài viết đã mất từ lâu</a></li>
<li><a href="{SITE}/tin/bai-1.html">Hội nghị rút kinh nghiệm lần một</a></li></ul>"""


@pytest.fixture
def holdings(tmp_path: Path) -> Holdings:
    made = Holdings.create(tmp_path / "data", "Thư viện tỉnh", "https://thuvien.example/")
    dates = {1: "2025-11-03", 2: "2026-01-20", 3: "2026-01-21"}
    with Writer(made.root, "tinh-uy-mau", "r1") as writer:
        for number, day in dates.items():
            text = page(f"Hội nghị rút kinh nghiệm lần {number}", "Đại hội điểm.", more=RELATED)
            response = text.replace(b"2020-03-05T", day.encode() + b"T")
            moment = FIRST + timedelta(days=number * 20)
            writer.append(capture(url=f"{SITE}/tin/bai-{number}.html", response=response, began=moment))
        for at in (FIRST, FIRST + timedelta(days=62)):
            writer.append(capture(url=f"{SITE}/loi", response=b"HTTP/1.1 500 X\r\n\r\n", began=at, kind="page"))
    with Ingest(made, REGISTER) as ingest:
        for path in made.warcs():
            for held in scan(path):
                ingest.take(held)
    with closing(sqlite3.connect(made.frontier)) as db:
        db.execute("CREATE TABLE urls (source, url, kind, via, state, reason, found_at)")
        rows = [
            (f"{SITE}/rss/", "feed", "", "done", ""),
            (f"{SITE}/tin/bai-1.html", "article", f"{SITE}/rss/", "done", ""),
            (f"{SITE}/tin/bai-2.html", "article", f"{SITE}/rss/", "done", ""),
            (f"{SITE}/tin/bai-3.html", "article", f"{SITE}/tin/bai-2.html", "done", ""),
            (f"{SITE}/tin/da-mat-8.html", "article", f"{SITE}/tin/bai-1.html", "failed", "status 404"),
            (f"{SITE}/noi-bo/1.html", "article", "", "excluded", "robots"),
        ]
        db.executemany("INSERT INTO urls VALUES ('tinh-uy-mau', ?, ?, ?, ?, ?, 0)", rows)
        db.commit()
    seals.seal(made.root, made.frontier.name)
    return made


def stated(holdings: Holdings, month: str = "") -> Certificate:
    return certificate(holdings, "tinh-uy-mau", month, NOW)


def test_what_is_held_is_counted_by_month(holdings: Holdings) -> None:
    told = stated(holdings)
    assert (told.articles, told.articles_by_month) == (3, (("2025-11", 1), ("2026-01", 2)))
    assert (told.operator, told.made_at, told.log_head) == (
        "Thư viện tỉnh",
        "2026-04-02T03:00:00Z",
        events.head(holdings.root),
    )


def test_what_is_known_and_not_held_is_counted_with_its_reason(holdings: Holdings) -> None:
    told = stated(holdings)
    assert told.addresses == (
        ("article", "done", "", 3),
        ("article", "excluded", "robots", 1),
        ("article", "failed", "status 404", 1),
        ("feed", "done", "", 1),
    )
    assert told.origins == (("article", 2), ("feed", 2), ("seed", 1))
    assert (told.pointed_to, told.missing) == ((2, 1), (f"{SITE}/tin/da-mat-8.html",))


def test_not_held_is_what_teasers_alone_know(holdings: Holdings) -> None:
    with closing(open_database(holdings.database)) as db:
        assert [one.url for one in teasers.missing(db, "tinh-uy-mau")] == list(stated(holdings).missing)
        lost = "(SELECT url_key FROM teasers WHERE url LIKE '%da-mat-8%')"
        db.execute(f"UPDATE captures SET status = 200, state = 'unread', url_key = {lost} WHERE url LIKE '%/loi'")
        db.conn.commit()
        assert list(teasers.missing(db, "tinh-uy-mau")) == []  # a page that cannot be read is held all the same
    assert (stated(holdings).pointed_to, stated(holdings).missing) == ((2, 0), ())


def test_stretches_without_captures_and_months_without_articles_are_named(holdings: Holdings) -> None:
    gaps = stated(holdings).gaps
    assert Gap("2025-12", "2025-12", "no article") in gaps
    assert Gap("2026-01-06", "2026-01-24", "no capture") in gaps
    assert Gap("2026-03-09", "2026-04-02", "no capture") in gaps
    assert not any(gap.first <= "2026-03-07" <= gap.last for gap in gaps)


def test_one_month_is_stated_by_itself(holdings: Holdings) -> None:
    told = stated(holdings, "2026-01")
    assert (told.since, told.until, told.articles) == ("2026-01-01", "2026-01-31", 2)
    assert sum(count for _, count in told.captures) == 2
    assert all(gap.last <= "2026-01-31" for gap in told.gaps)


def test_what_was_taken_down_is_counted_and_not_named(holdings: Holdings) -> None:
    takedown(holdings, f"{SITE}/tin/bai-2.html", "hidden", "x", WHO)
    told = stated(holdings)
    assert (told.withheld, told.articles) == (1, 2)
    assert OTHER not in str(told)


def test_the_last_verification_is_named(holdings: Holdings) -> None:
    assert stated(holdings).last_fixity == ""
    verify(holdings)
    assert stated(holdings).last_fixity.endswith("Z: archive: clean")


def test_without_a_frontier_the_statement_is_of_what_the_archive_holds(holdings: Holdings) -> None:
    holdings.frontier.unlink()
    assert (stated(holdings).addresses, stated(holdings).articles) == ((), 3)
    holdings.frontier.write_bytes(b"no database" * 100)
    assert stated(holdings).addresses == ()


@pytest.mark.parametrize("month", ["2026", "2026-13", "tháng 1"])
def test_a_month_that_is_none_is_named(holdings: Holdings, month: str) -> None:
    with pytest.raises(UsageError, match="is no month: write it as 2020-03"):
        stated(holdings, month)


def test_a_source_without_holdings_has_no_statement(holdings: Holdings) -> None:
    with pytest.raises(NothingFound, match="holds nothing of bao-khac"):
        certificate(holdings, "bao-khac")
