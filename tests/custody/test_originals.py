"""A page that has not changed is kept as a revisit; whatever is in doubt is kept in full."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from one_capture import BEGAN, RUN, capture
from takedown_archive import NAMED, OTHER, natural, page, read_in

from archive.custody.rebuild import rebuild
from archive.custody.verify import verify
from archive.holdings import Holdings
from archive.ingest.keep import Originals
from archive.model import Capture
from archive.sources import Register
from archive.warc.reader import read, record_at
from archive.warc.writer import Writer

PAGE = page("Hội nghị rút kinh nghiệm", "Đại hội điểm.")


@pytest.fixture
def holdings(tmp_path: Path) -> Holdings:
    made = Holdings.create(tmp_path / "data", "Thư viện tỉnh", "https://thuvien.example/")
    with Writer(made.root, "tinh-uy-mau", RUN) as writer:
        writer.append(capture(url=OTHER, response=PAGE))
        writer.append(capture(url=NAMED, response=PAGE, truncated="time"))
    read_in(made)
    return made


def later(**changes: object) -> Capture:
    values: dict[str, object] = {"url": OTHER, "response": PAGE, "began": BEGAN + timedelta(days=1), **changes}
    return capture(**values)


def kept_as(holdings: Holdings, taken: Capture) -> str:
    originals = Originals(holdings)
    with Writer(holdings.root, "tinh-uy-mau", "20261125T030000Z-tinh-uy-mau-0001", known=originals.find) as writer:
        place = writer.append(taken)
    originals.close()
    return record_at(holdings.root, place).type


NOT_MODIFIED = b"HTTP/1.1 304 Not Modified\r\n\r\n"


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, "revisit"),
        ({"response": NOT_MODIFIED}, "revisit"),
        ({"response": NOT_MODIFIED, "kind": "listing"}, "revisit"),
        ({"kind": "listing"}, "response"),
        ({"kind": "robots"}, "response"),
        ({"response": PAGE + b"x"}, "response"),
        ({"response": PAGE.replace(b"</body>", b"<!-- 12:31 --></body>")}, "response"),
        ({"truncated": "time"}, "response"),
        ({"url": NAMED}, "response"),
        ({"url": OTHER + "?trang=2"}, "response"),
        ({"response": NOT_MODIFIED, "url": NAMED}, "response"),
    ],
)
def test_only_an_unchanged_page_becomes_a_revisit(holdings: Holdings, changes: dict[str, object], kind: str) -> None:
    assert kept_as(holdings, later(**changes)) == kind


def test_a_revisit_tells_where_its_page_lies_and_is_read_as_the_same(holdings: Holdings) -> None:
    originals = Originals(holdings)
    with Writer(holdings.root, "tinh-uy-mau", "20261125T030000Z-tinh-uy-mau-0001", known=originals.find) as writer:
        place = writer.append(later())
    originals.close()
    record, held = record_at(holdings.root, place), read(holdings.root, place)
    assert record.get("warc-refers-to-date") == "2026-11-24T03:00:00.123Z"
    assert record.get("warc-refers-to-target-uri") == OTHER
    assert held.capture.response == PAGE.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    assert read_in(holdings)[-1] == "same"
    once = natural(holdings)
    rebuild(holdings, Register.load())
    assert natural(holdings) == once
    assert verify(holdings, "full").clean


def test_without_a_database_everything_is_kept_in_full(holdings: Holdings) -> None:
    holdings.database.unlink()
    assert kept_as(holdings, later()) == "response"
