"""Files with names, dates and lists that nobody would make by mistake are brought in, or named in one line."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from other_warcs import HEAD, PAGE

from archive.errors import ArchiveError, UsageError
from archive.holdings import Holdings
from archive.importers import import_path
from archive.importers.pages import address_of
from archive.importers.table import Choice, bring
from archive.warc.reader import scan

NAMES = [b"two\nlines", b"no utf-8 \xff", b"a" * 200, "ngày 5 tháng 3".encode()]
BODY = HEAD + b"\r\n" + PAGE
LINE = json.dumps({"url": "https://tinhuy.example/tin/1.html", "title": "Khai mạc", "text": "Sáng 5/3, hội nghị."})


def arc(address: str = "203.0.113.7") -> bytes:
    line = f"http://tinhuy.example/tin/1.html {address} 20200305082556 text/html {len(BODY)}\n"
    return b"filedesc://a.arc 0.0.0.0 20200305082556 text/plain 2\nhi\n" + line.encode() + BODY + b"\n"


def named(folder: Path, name: bytes, end: str, data: bytes) -> Path:
    path = Path(os.fsdecode(os.fsencode(folder) + b"/" + name + end.encode()))
    path.write_bytes(data)
    return path


def urls(holdings: Holdings) -> list[str]:
    return [held.capture.url for path in holdings.warcs() for held in scan(path)]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("end", "data"), [(".arc", arc()), (".html", PAGE)])
def test_a_file_of_any_name_is_brought_in(
    holdings: Holdings, tmp_path: Path, name: bytes, end: str, data: bytes
) -> None:
    (one,) = import_path(holdings, named(tmp_path, name, end, data))
    assert one.captures == len(urls(holdings)) == 1


@pytest.mark.parametrize("name", NAMES)
def test_a_table_of_any_name_is_brought_in(holdings: Holdings, tmp_path: Path, name: bytes) -> None:
    report = bring(holdings, named(tmp_path, name, ".jsonl", LINE.encode()), Choice())
    assert report.articles == len(urls(holdings)) == 1


def test_an_address_in_an_arc_file_that_is_none_costs_nothing_else(holdings: Holdings, tmp_path: Path) -> None:
    (one,) = import_path(holdings, named(tmp_path, b"a", ".arc", arc("203.0.113.7\0x")))
    (held,) = scan(holdings.root / one.file)
    assert (held.capture.address, held.capture.response) == ("", BODY)


def test_a_date_of_no_year_in_a_saved_page_is_no_date() -> None:
    told = "Mon Jan 01 0001 00:00:00 GMT+1400"
    comment = f"<!--\n Page saved with SingleFile \n url: https://a.example/1 \n saved date: {told} \n-->"
    found = address_of(comment.encode())
    assert (found.url, found.kept) == ("https://a.example/1", None)


def test_a_message_of_parts_in_parts_without_end_is_kept_as_it_is(holdings: Holdings, tmp_path: Path) -> None:
    nested = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (at, at) for at in range(3000))
    (one,) = import_path(holdings, named(tmp_path, b"a", ".mhtml", nested))
    assert one.captures == 1


def test_the_address_of_a_message_may_be_folded(holdings: Holdings, tmp_path: Path) -> None:
    head = (
        b"Snapshot-Content-Location: https://tinhuy.example/tin/\r\n khai-mac-1.html\r\nContent-Type: text/html\r\n\r\n"
    )
    list(import_path(holdings, named(tmp_path, b"a", ".mhtml", head + PAGE)))
    assert urls(holdings) == ["https://tinhuy.example/tin/khai-mac-1.html"]


@pytest.mark.parametrize("url", ["tinhuy.example/tin/1.html", "javascript:alert(1)", "tin 1"])
def test_an_address_in_a_list_that_no_page_can_have_is_named_with_its_line(
    holdings: Holdings, tmp_path: Path, url: str
) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "a.html").write_bytes(PAGE)
    (tmp_path / "pages" / "urls.csv").write_text(f"file,url\na.html,{url}\n")
    with pytest.raises(UsageError, match=r"urls\.csv: line 2: .* is no URL"):
        list(import_path(holdings, tmp_path / "pages"))


def test_a_bag_whose_log_is_no_log_of_ours_is_named(holdings: Holdings, tmp_path: Path) -> None:
    bag = tmp_path / "bag"
    (bag / "data" / "manifest").mkdir(parents=True)
    (bag / "bagit.txt").write_text("BagIt-Version: 1.0\n")
    event = {"at": "", "object": "", "operator": "", "outcome": "hidden", "prev": "", "seq": 1, "software": ""}
    for detail in ({"url_keys": ["//a.example/1"], "urls": []}, {"url_keys": 5}, [1]):
        line = json.dumps(event | {"type": "deaccession", "detail": detail})
        (bag / "data" / "manifest" / "events.jsonl").write_text(line + "\n")
        with pytest.raises(ArchiveError):
            list(import_path(holdings, bag))
