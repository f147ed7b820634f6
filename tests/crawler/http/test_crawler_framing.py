"""Rows 6, 7, 8, 14, 15, 30 of the fault matrix: answers whose end is in doubt, servers that push back, lost names."""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from crawling import SOURCE, Answer, Crawled, answer_of, article, crawl, crawl_served, html, status
from faulty_site import GOOD, ROBOTS, captured, one, raw
from raw_server import raw_server

from archive.model import Place
from archive.warc.reader import read
from crawler.http.verdict import MOST_ATTEMPTS

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def defects(done: Crawled) -> list[str]:
    ((notes,),) = captured(done, "notes_json")
    return [value for name, value in json.loads(notes) if name == "http-defect"]


def chunk(body: bytes, size: bytes = b"") -> bytes:
    return (size or b"%x" % len(body)) + b"\r\n" + body + b"\r\n"


# Row 6


@pytest.mark.fault(6)
def test_a_length_too_small_gives_the_article_of_that_length_and_the_surplus_is_noted_and_kept(tmp_path: Path) -> None:
    more = article("Bài khác", "Nội dung của bài khác.")
    answer = raw(HEAD + b"Content-Length: %d\r\n\r\n" % len(GOOD) + GOOD + more)
    done = crawl(tmp_path, one(answer))
    assert done.state_of("/tin/bai-1.html") == ("done", "")
    assert done.archived("SELECT headline FROM articles") == [("Hội nghị rút kinh nghiệm",)]
    assert "bài khác" not in done.archived("SELECT body FROM articles")[0][0]
    assert defects(done) == ["surplus"]
    ((file, offset, length, record),) = captured(done, "file, offset, length, record_id")
    assert read(done.archive, Place(file, offset, length, record)).capture.response == answer.data


# Row 7


@pytest.mark.fault(7)
@pytest.mark.parametrize(
    ("body", "found"),
    [
        (GOOD, []),
        (GOOD.replace(b"</html>", b""), []),  # </body> is an end too
        (GOOD[:-20], ["no end of html"]),
        (GOOD[: GOOD.index("tổ chức".encode()) + 3], ["no end of html"]),
    ],
    ids=["whole", "without its last tag", "cut at the end", "cut in a letter"],
)
def test_a_page_that_ends_with_its_connection_is_suspected_where_its_end_is_missing(
    tmp_path: Path, body: bytes, found: list[str]
) -> None:
    done = crawl(tmp_path, one(raw(HEAD + b"\r\n" + body)))
    assert done.state_of("/tin/bai-1.html") == ("done", "")
    assert defects(done) == found
    told = b"".join(gzip.decompress(path.read_bytes()) for path in tmp_path.glob("warc/*/*.gz"))
    assert (b"no end of html" in told) == bool(found), "the WARC file says so too"


# Row 8


@pytest.mark.fault(8)
@pytest.mark.parametrize(
    "answer",
    [
        raw(CHUNKED + chunk(GOOD[:200]) + b"ffff\r\n" + GOOD[200:]),
        raw(CHUNKED + chunk(GOOD[:200]) + chunk(GOOD[200:], b"zz")),
        raw(CHUNKED + chunk(GOOD[:200], b"-5")),
        raw(CHUNKED + b"%x\r\n" % len(GOOD) + GOOD[:-1] + b"X" + b"no line end"),
    ],
    ids=["cut in a chunk", "no size", "a negative size", "no line behind a chunk"],
)
def test_broken_chunks_without_a_last_one_are_cut_kept_asked_again_and_never_done(
    tmp_path: Path, answer: Answer
) -> None:
    done = crawl(tmp_path, one(answer))
    assert done.state_of("/tin/bai-1.html") == ("failed", "disconnect")
    assert [truncated for _, _, truncated, _ in captured(done)] == ["disconnect"] * 3
    assert done.archived("SELECT count(*) FROM articles") == [(0,)]
    file, offset, length, record = captured(done, "file, offset, length, record_id")[0]
    assert read(done.archive, Place(file, offset, length, record)).capture.response == answer.data, "framing and all"


@pytest.mark.fault(8)
def test_broken_chunks_that_come_to_a_last_one_are_whole_and_the_defect_is_noted(tmp_path: Path) -> None:
    done = crawl(tmp_path, one(raw(CHUNKED + chunk(GOOD, b"zz") + chunk(b""))))
    assert done.state_of("/tin/bai-1.html")[0] == "done"
    assert defects(done) == ["bad chunk"]
    assert len(captured(done)) == 1


# Row 14


@pytest.mark.fault(14)
@pytest.mark.parametrize("line", ["503 Busy", "429 Slow down"])
@pytest.mark.parametrize("form", ["seconds", "date", "garbage"])
def test_what_a_server_asks_to_wait_holds_its_whole_host_back(tmp_path: Path, line: str, form: str) -> None:
    times: list[tuple[str, float]] = []

    def site(path: str, asked: int) -> Any:
        times.append((path, time.time()))
        if path == "/tin/bai-1.html" and not asked:
            date = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)  # whole seconds: 1 to 2 s
            return status(line, f"Retry-After: {({'seconds': '1', 'date': date}).get(form, 'tomorrow')}")
        links = [f"/tin/bai-{n}.html" for n in range(1, 5)]
        return {"/": html("Trang", *links), "/robots.txt": ROBOTS}.get(path, GOOD)

    done = crawl(tmp_path, site)
    (pushed,) = [number for number, (path, _) in enumerate(times) if path == "/tin/bai-1.html"][:1]
    waited = times[pushed + 1][1] - times[pushed][1]
    assert waited >= (0.04 if form == "garbage" else 0.95)
    assert done.report.tally.pages["new"] + done.report.tally.pages["same"] == 4
    assert ("back off" if form == "garbage" else "retry after") in [what for _, what, _ in done.report.decisions]


# Row 15


@pytest.mark.fault(15)
def test_a_name_that_cannot_be_resolved_for_a_while_is_tried_without_haste_and_then_crawled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float] = []
    down = True

    async def go() -> tuple[Crawled, Crawled]:
        nonlocal down
        loop = asyncio.get_running_loop()
        original = loop.getaddrinfo

        async def resolve(host: str, port: int, **more: Any) -> Any:
            if host != "bao.example":
                return await original(host, port, **more)
            asked.append(time.monotonic())
            if down:
                raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
            return await original("127.0.0.1", port, **more)

        monkeypatch.setattr(loop, "getaddrinfo", resolve)
        source = SOURCE.replace("127.0.0.1:{port}", "bao.example:{port}").replace(
            "delay_seconds = 0", "delay_seconds = 1"
        )
        async with raw_server(lambda path: answer_of(one(GOOD)(path, 0))) as server:
            first = await crawl_served(tmp_path, server, source, BAOTINH_RETRY_SECONDS=0.2)
            down = False
            return first, await crawl_served(tmp_path, server, source, BAOTINH_RETRY_SECONDS=0.2)

    first, second = asyncio.run(go())
    assert (first.report.reason, first.report.left, first.paths) == ("unreachable", 1, [])
    tried = asked[:3]
    assert len([at for at in asked if at <= tried[-1]]) == 3, "no tight loop"
    assert all(later - sooner >= 0.15 for sooner, later in pairwise(tried))
    assert "no name server answers for bao.example" in first.report.trouble, "which is our network's fault, not its"
    assert second.report.reason == "finished"
    assert second.state_of("/tin/bai-1.html") == ("done", "")


# Row 30


@pytest.mark.fault(30)
@pytest.mark.parametrize(
    "parts", [[HEAD + b"Content-Length: 100000\r\n\r\n", GOOD], [b""]], ids=["in the body", "at once"]
)
def test_a_connection_that_is_reset_is_recorded_as_such_and_asked_again(tmp_path: Path, parts: list[bytes]) -> None:
    done = crawl(tmp_path, one(Answer(parts, reset=True)))
    assert done.state_of("/tin/bai-1.html") == ("failed", "disconnect")
    assert [truncated for _, _, truncated, _ in captured(done)] == ["disconnect"] * 3


@pytest.mark.fault(30)
def test_a_304_to_no_condition_is_a_failure_whose_validator_is_not_believed(tmp_path: Path) -> None:
    def answer(path: str) -> Answer:
        asked = server.paths.count("/tin/bai-1.html")
        if path == "/tin/bai-1.html" and (b"If-None-Match" in server.requests[-1] or asked <= MOST_ATTEMPTS):
            return Answer([b'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\n\r\n'])
        return answer_of(one(GOOD)(path, 0))

    async def go() -> tuple[Crawled, Crawled]:
        nonlocal server
        async with raw_server(answer) as server:
            first = await crawl_served(tmp_path, server, SOURCE)
            return first, await crawl_served(tmp_path, server, SOURCE, BAOTINH_AGAIN=True)

    server: Any = None
    first, second = asyncio.run(go())
    assert first.report.tally.failed == {"http_304": 1}
    assert first.report.tally.again["http_304"] == MOST_ATTEMPTS - 1
    assert second.report.tally.pages["new"] == 1, "with the validator of that answer it would never have come"


@pytest.mark.fault(30)
def test_interim_heads_without_end_are_no_answer(tmp_path: Path) -> None:
    done = crawl(tmp_path, one(raw(b"HTTP/1.1 102 Processing\r\n\r\n" * 400_000)))
    assert done.state_of("/tin/bai-1.html") == ("failed", "not_http")
    assert defects(done) == ["endless head"]
