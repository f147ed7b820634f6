"""What cannot be done is told in one line with an exit code, and nothing that was stored is lost."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from command_line import ROOT, SOURCE, archive_at, run
from small_archive import SITE, capture, keep, page, read

from archive.cli import main
from archive.errors import DamageError
from archive.holdings import Holdings
from archive.messages.language import choose
from archive.store.database import VERSION


@pytest.fixture
def holdings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Holdings]:
    yield archive_at(tmp_path / "data", monkeypatch)
    choose("")


@pytest.mark.parametrize(
    ("arguments", "code", "line"),
    [
        (["search", "khongcogi"], 3, "nothing found"),
        (["search", '"hội'], 2, "quotation mark"),
        (["study", "collocates", "khongcogi"], 3, "nothing found for: khongcogi"),
        (["study", "trends", *"abcdef"], 2, "QUERY: 1 to 5 of these are wanted, not 6"),
        (["study", "trends", "chè ngay:1999"], 3, "no article of these days"),
        (["search", "hội", "-chè"], 2, "inside the quotation marks of the query"),
        (["search"], 2, "Missing argument"),
        (["search", " "], 2, "baotinh: the query is empty: type a word\n"),
        (["serch", "x"], 2, "did you mean search?"),
        (["show", "aaaaaaaaaa"], 3, "no article has the id aaaaaaaaaa"),
        (["show", f"{SITE}/hong.html"], 3, "unread (no_article)"),
        (["show", f"{SITE}/chua-co-9.html"], 3, "known from teasers only"),
        (["cite", "x", "--style", "mla"], 2, "'mla' is not one of"),
        (["export", "--since", "2020-02-31"], 2, "is no day"),
        (["export", "--since", "2020-02-02", "--until", "2020-02-01"], 2, "lies after"),
        (["export", "tran"], 3, "no article to export"),
        (["export", "--source", "bao-tin"], 2, 'did you mean "bao-tinh"'),
        (["export", "--source", "xyz", "-o", "x.csv", "--format", "csv"], 2, "`baotinh sources` lists all"),
        (["export", "--source", "ca-mau-bao"], 3, "no article to export"),
        (["stats", "--teasers", "--source", "bao-tin"], 2, 'did you mean "bao-tinh"'),
        (["package", "x.wacz", "--source", "bao-tin"], 2, 'did you mean "bao-tinh"'),
        (["package", "x.wacz", "hội", "--source", "bao-tin"], 2, 'did you mean "bao-tinh"'),
        (["runs", "--source", "bao-tin"], 2, 'did you mean "bao-tinh"'),
        (["runs", "--source", "bao-tinh"], 3, "no crawl of bao-tinh has been run"),
        (["export", "-o", "/nowhere/out.jsonl"], 4, "/nowhere/out.jsonl: No such file or directory"),
        (["sources", "show", "bao-tin"], 2, 'did you mean "bao-tinh"'),
        (["sources", "list", "--province", "Bắc Xyz"], 2, "province"),
        (["reread", "--parser-older-than", "x"], 2, "nukeviet/3"),
        (["ingest", "missing.warc.gz"], 2, "missing.warc.gz is not there"),
        (["ingest", "--source", "bao-tin", "x"], 2, 'no source "bao-tin"'),
    ],
)
def test_what_cannot_be_done_is_one_clear_line_and_an_exit_code(
    holdings: Holdings, arguments: list[str], code: int, line: str
) -> None:
    told = run(holdings, *arguments)
    assert told.exit_code == code
    assert line in told.stderr
    assert "Traceback" not in told.output
    assert told.stderr.splitlines()[-1].startswith("baotinh: ") or code == 2


def test_an_archive_that_is_none_is_named_with_the_command_that_makes_one(tmp_path: Path) -> None:
    told = CliRunner().invoke(main, ["--archive", str(tmp_path / "none"), "stats"], env={"BAOTINH_LANG": "en"})
    assert told.exit_code == 2
    assert "baotinh init" in told.stderr


def test_an_archive_path_that_cannot_be_written_is_a_storage_error() -> None:
    init = ["init", "--operator", "A", "--contact", "mailto:a@b.example", "--archive", "/proc/archive"]
    told = CliRunner().invoke(main, init, env={"BAOTINH_LANG": "en"})
    assert told.exit_code == 4
    assert "/proc/archive" in told.stderr


@pytest.mark.parametrize("version", [0, 99])
def test_a_database_of_another_schema_is_refused_and_a_rebuild_makes_it_anew(holdings: Holdings, version: int) -> None:
    with sqlite3.connect(holdings.database) as db:
        db.execute(f"PRAGMA user_version = {version}")
        db.execute("INSERT INTO runs (id, source, began) VALUES ('r9', 'bao-tinh', '2024-05-01T03:00:00.000Z')")
        db.execute("CREATE TABLE of_another_program (id)")
    db.close()
    for command in (["stats"], ["search", "hội"], ["export"]):
        told = run(holdings, *command)
        assert told.exit_code == 4
        assert f"{holdings.database}: the database has schema {version}, this program {VERSION}; " in told.stderr
        assert "'baotinh rebuild' makes it anew" in told.stderr
        assert len(told.stderr.splitlines()) == 1
    assert run(holdings, "rebuild").exit_code == 0
    assert "r9" in run(holdings, "runs").stdout


def test_a_damaged_database_names_the_command_that_makes_it_again(holdings: Holdings) -> None:
    data = bytearray(holdings.database.read_bytes())
    data[100:4096] = os.urandom(3996)
    holdings.database.write_bytes(data)
    told = run(holdings, "stats")
    assert told.exit_code == 5
    assert "baotinh rebuild" in told.stderr
    assert run(holdings, "rebuild").exit_code == 0
    assert run(holdings, "stats").exit_code == 0


def test_a_source_file_with_an_unknown_key_is_named_with_file_and_key(holdings: Holdings) -> None:
    (holdings.sources / "b.toml").write_text(SOURCE.replace("bao-tinh", "b") + "delay = 5\n", encoding="utf-8")
    told = run(holdings, "sources", "check")
    assert told.exit_code == 2
    assert "b.toml" in told.stderr
    assert "delay" in told.stderr


def test_verify_is_clean_and_names_a_flipped_bit(holdings: Holdings) -> None:
    assert run(holdings, "verify").exit_code == 0
    path = next(holdings.root.glob("warc/*/*.warc.gz"))
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.chmod(0o644)
    path.write_bytes(data)
    told = run(holdings, "verify")
    assert told.exit_code == 5
    assert path.name in told.stdout


def process(holdings: Holdings, *arguments: str) -> list[str]:
    """The command line of a real `baotinh`."""
    return [sys.executable, "-c", "from archive.cli import main; main()", "--archive", str(holdings.root), *arguments]


def test_a_reader_that_goes_away_is_no_error(holdings: Holdings) -> None:
    big = [capture(f"/bai-{at}.html", page(f"Bài {at}", "chữ " * 20_000), at + 10) for at in range(5)]
    read(holdings, keep(holdings, big, "r2"))
    with subprocess.Popen(
        process(holdings, "export"), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.read(100)
        running.stdout.close()
        assert running.stderr.read() == b""
        assert running.wait(600) == 0


def test_ctrl_c_ends_a_command_with_130_and_one_line(holdings: Holdings) -> None:
    code = (
        "import os, signal, sys\nfrom archive.cli import main\nfrom archive.store import counts\n"
        "def stop(*_):\n    os.kill(os.getpid(), signal.SIGINT)\n    raise AssertionError\n"
        "counts.source_counts = stop\nmain(sys.argv[1:])"
    )
    env = {**os.environ, "BAOTINH_LANG": "en"}
    told = subprocess.run(
        [sys.executable, "-c", code, "--archive", str(holdings.root), "stats"],
        cwd=ROOT, capture_output=True, text=True, check=False, env=env,
    )  # fmt: skip
    assert told.returncode == 128 + signal.SIGINT
    line = "baotinh: stopped; what was stored stays stored, and the same command goes on from there"
    assert told.stderr.strip() == line  # click closes the terminal's ^C with an empty line


def test_a_file_that_is_nothing_is_named_and_nothing_stored_is_lost(holdings: Holdings, tmp_path: Path) -> None:
    (tmp_path / "x.warc.gz").write_bytes(b"not gzip at all")
    before = run(holdings, "stats", "--json").stdout
    told = run(holdings, "ingest", str(tmp_path / "x.warc.gz"))
    assert told.exit_code in {2, 5}
    assert "x.warc.gz" in told.stderr
    assert run(holdings, "stats", "--json").stdout == before


def test_a_damaged_warc_is_taken_in_as_far_as_it_goes_and_named(holdings: Holdings, tmp_path: Path) -> None:
    warc = next(iter(holdings.warcs())).read_bytes()
    cut = tmp_path / "cut.warc.gz"
    cut.write_bytes(warc[: len(warc) - 20])
    other = Holdings.create(tmp_path / "other", "Thư viện", "kho@tinh.example")
    told = run(other, "ingest", str(cut))
    assert told.exit_code == DamageError.exit_code
    assert "cut.warc.gz: damaged; what could be read was taken in" in told.stderr
    assert json.loads(run(other, "stats", "--json").stdout)["captures"] > 0


def test_a_page_that_is_no_html_is_kept_named_and_ends_as_done(holdings: Holdings, tmp_path: Path) -> None:
    (tmp_path / "x.html").write_text("\\xff\\xfe not html")
    told = run(holdings, "ingest", str(tmp_path / "x.html"))
    assert told.exit_code == 0
    assert "x.html: 1 pages kept that cannot be read (no_article)" in told.stderr
