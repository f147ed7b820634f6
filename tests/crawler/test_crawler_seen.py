"""What a person, and a machine that reads logs, see of crawls: the live view on a terminal, lines elsewhere, JSON."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness import COMMAND, ROOT, Site, finish, make_archive, serving, start
from terminal import shown_on_terminal

_ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b.")


LOGIN = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n"
    b"<title>Login</title><h1>Login</h1><form><input type=password></form>"
)
"""Kept and not read, which is an answer: a crawl is whole without it."""


def quickly(path: str, _times: int) -> bytes | None:
    if path == "/tin/bai-3.html":
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    if path == "/tin/bai-5.html":
        return LOGIN
    return None


def slowly(path: str, times: int) -> bytes | None:
    answer = quickly(path, times)
    if answer is None:
        time.sleep(0.15 * path.startswith("/tin/"))
    return answer


@pytest.fixture
def quick_site() -> Iterator[Site]:
    with serving(Site(40, quickly)) as running:
        yield running


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(Site(40, slowly)) as running:
        yield running


def other(archive: Path, port: int) -> None:
    """A second source, the same site by its other name."""
    text = (archive / "sources" / "thu.toml").read_text()
    text = text.replace('"thu"', '"khac"').replace(f"127.0.0.1:{port}", f"localhost:{port}")
    (archive / "sources" / "khac.toml").write_text(text)


def on_terminal(archive: Path, *options: str, lang: str) -> tuple[str, int]:
    """Everything that a crawl of both sources shows on a terminal of 140 columns, and its exit code."""
    environment = {**os.environ, "BAOTINH_LANG": lang, "TERM": "xterm", "COLUMNS": "140"}
    environment["PYTHONPATH"] = str(ROOT)
    command = [sys.executable, "-c", COMMAND, "thu", "khac", "--archive", str(archive), "--allow-loopback", *options]
    shown, code = shown_on_terminal(command, ROOT, environment)
    return shown.decode(), code


@pytest.mark.parametrize(
    ("lang", "heads"),
    [
        ("en", "source +pages +new +changed +same +unread +failed +per s +to do"),
        ("vi", "nguồn +trang +mới +thay đổi +như cũ +chưa đọc được +không tải được +mỗi giây +cần làm"),
    ],
)
def test_a_terminal_shows_each_source_as_it_goes_and_the_reports_alone_at_the_end(
    tmp_path: Path, site: Site, lang: str, heads: str
) -> None:
    archive = make_archive(tmp_path / "a", site.port)
    other(archive, site.port)
    shown, code = on_terminal(archive, lang=lang)
    text = _ESCAPES.sub("", shown).replace("\r", "\n")
    assert code == 0, text
    assert re.search(heads, text), text[:2000]
    for name in ("thu", "khac"):
        seen = [int(pages) for pages in re.findall(rf"^{name} +(\d+) +\d", text, re.MULTILINE)]
        assert len(set(seen)) >= 3, "it moves"
        assert seen == sorted(seen)
        assert re.search(rf"^Cổng thử \({name}\): ", text, re.MULTILINE)
    assert "\x1b[?25h" in shown, "the cursor is back"
    after = shown[shown.rindex("\x1b[?25h") :]
    assert "Cổng thử (thu)" in after
    assert not re.search(heads, _ESCAPES.sub("", after)), "the view is gone"


def test_without_a_terminal_a_line_now_and_then_goes_to_standard_error(tmp_path: Path, site: Site) -> None:
    archive = make_archive(tmp_path / "a", site.port)
    often = "import crawler.progress\ncrawler.progress.LINE_SECONDS = 0.3\n"
    code, out, err = finish(start(archive, first=often, BAOTINH_LANG="en"))
    assert code == 0
    *lines, offered = err.splitlines()
    assert len(lines) >= 2
    assert offered.endswith("baotinh sources learn thu --dry-run")
    line = r"thu: \d+ pages, \d+ new, \d+ changed, \d+ same, \d+ unread, \d+ failed, \d+\.\d per s, \d+ to do( \(.+\))?"
    assert all(re.fullmatch(line, one) for one in lines), lines
    assert out.startswith("Cổng thử (thu): finished")


def test_a_crawl_logs_for_machines_what_a_watch_does_and_how_it_goes(tmp_path: Path, site: Site) -> None:
    archive = make_archive(tmp_path / "a", site.port)
    often = "import crawler.progress\ncrawler.progress.LINE_SECONDS = 0.3\n"
    code, out, err = finish(start(archive, "--log-json", first=often, BAOTINH_LANG="en"))
    assert code == 0
    events = [json.loads(line) for line in err.splitlines()]
    begun, *going, ended, unread, failed, learnable = events
    told = [event["event"] for event in (begun, ended, unread, failed, learnable)]
    assert told == ["begun", "ended", "unread", "failed", "learnable"]
    assert going
    assert all(event["event"] == "progress" and event["source"] == "thu" for event in going)
    assert going[-1]["requests"] >= going[0]["requests"] >= 0
    assert (ended["exit"], ended["new"], ended["run"]) == (0, 38, failed["run"])
    assert (unread["reason"], failed["reason"]) == ("login", "http_404")
    assert out.startswith("Cổng thử (thu): finished")


def watched(archive: Path, *options: str) -> list[str]:
    command = [sys.executable, "-c", "from archive.cli import main; main()", "--archive", str(archive), "watch", "thu"]
    environment = {**os.environ, "BAOTINH_LANG": "en", "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        [*command, "--once", "--allow-loopback", *options],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == ""
    return ran.stderr.splitlines()


def test_each_line_of_a_watch_is_json_with_run_reason_and_url(tmp_path: Path, quick_site: Site) -> None:
    archive = make_archive(tmp_path / "a", quick_site.port)
    events = [json.loads(line) for line in watched(archive, "--log-json")]
    assert [event["event"] for event in events] == ["begun", "ended", "unread", "failed"]
    assert all(event["source"] == "thu" and re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:]{8}Z", event["at"]) for event in events)
    _, ended, unread, failed = events
    assert (ended["exit"], ended["reason"], ended["new"]) == (0, "finished", 38)
    assert re.fullmatch(r"\d{8}T\d{6}Z-thu-[0-9a-f]{4}", ended["run"])
    base = f"http://127.0.0.1:{quick_site.port}/tin"
    assert (unread["run"], unread["reason"], unread["number"], unread["url"]) == (
        ended["run"],
        "login",
        1,
        f"{base}/bai-5.html",
    )
    assert (failed["run"], failed["reason"], failed["number"], failed["url"]) == (
        ended["run"],
        "http_404",
        1,
        f"{base}/bai-3.html",
    )


def test_without_the_option_the_same_events_are_lines_of_words(tmp_path: Path, quick_site: Site) -> None:
    lines = watched(make_archive(tmp_path / "a", quick_site.port))
    assert [line.split(" ")[1:3] for line in lines] == [
        ["thu", "begun"],
        ["thu", "ended"],
        ["thu", "unread"],
        ["thu", "failed"],
    ]
    assert f"reason=http_404 number=1 url=http://127.0.0.1:{quick_site.port}/tin/bai-3.html" in lines[-1]
