"""`baotinh` on the command line: which data each command prints, and where its talk goes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from command_line import ROOT, archive_at, run
from small_archive import SITE, capture, keep, new_holdings, page

from archive.cli import main
from archive.holdings import Holdings
from archive.ingest.keep import Keeper
from archive.messages.language import choose


@pytest.fixture
def holdings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Holdings]:
    yield archive_at(tmp_path / "data", monkeypatch)
    choose("")


def test_data_goes_to_standard_output_and_talk_to_standard_error(holdings: Holdings) -> None:
    found = run(holdings, "search", "rut", "kinh", "nghiem")
    assert found.exit_code == 0
    assert found.stdout.startswith("Hội nghị [rút] [kinh] [nghiệm]")
    assert "understood" in found.stderr
    assert "understood" not in found.stdout


def test_accented_and_plain_words_find_the_same_article(holdings: Holdings) -> None:
    ids = {json.loads(run(holdings, "search", "--json", query).stdout)["hits"][0]["public_id"]
           for query in ("rút kinh nghiệm", "rut kinh nghiem", "rút kinh nghiệm")}  # fmt: skip
    assert len(ids) == 1


def test_init_makes_an_archive_that_all_commands_open(tmp_path: Path) -> None:
    env = {"BAOTINH_LANG": "en", "BAOTINH_ARCHIVE": str(tmp_path / "kho")}
    init = ["init", "--operator", "Thư viện", "--contact", "mailto:a@b.example"]
    assert CliRunner().invoke(main, init, env=env).exit_code == 0
    assert CliRunner().invoke(main, init, env=env).exit_code == 2  # never a second time over the first
    stats = CliRunner().invoke(main, ["stats", "--json"], env=env)
    assert json.loads(stats.stdout)["articles"] == 0
    assert CliRunner().invoke(main, ["verify", "--full"], env=env).exit_code == 0


def test_show_gives_text_history_and_json(holdings: Holdings) -> None:
    address = f"{SITE}/hoi-nghi-1.html"
    assert "Đại hội điểm cấp cơ sở." in run(holdings, "show", address).stdout
    history = run(holdings, "show", "--history", address).stdout
    assert [line.split()[0] for line in history.splitlines()[1:3]] == ["1", "2"]
    row = json.loads(run(holdings, "show", "--json", address).stdout)
    assert [revision["number"] for revision in row["revisions"]] == [1, 2]
    assert len(row["captures"]) == 2


def test_stats_count_what_is_there_and_why_the_rest_was_not_read(holdings: Holdings) -> None:
    told = json.loads(run(holdings, "stats", "--json").stdout)
    assert (told["articles"], told["revisions"], told["captures"], told["missing"]) == (2, 3, 4, 1)
    assert told["unread"] == [["no_article", 1]]
    assert "no_article" in run(holdings, "stats").stdout


def test_teasers_missing_lists_only_what_no_capture_reached(holdings: Holdings) -> None:
    told = run(holdings, "stats", "--teasers", "--missing", "--json")
    assert [json.loads(line)["url"] for line in told.stdout.splitlines()] == [f"{SITE}/chua-co-9.html"]


def test_export_writes_what_a_query_finds_and_nothing_else(holdings: Holdings, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    assert run(holdings, "export", "-o", str(out), "hội nghị").exit_code == 0
    assert [json.loads(line)["headline"] for line in out.read_text("utf-8").splitlines()] == [
        "Hội nghị rút kinh nghiệm"
    ]
    assert run(holdings, "export", "-o", str(out)).exit_code == 2
    assert run(holdings, "export", "-o", str(out), "--force", "--format", "csv").exit_code == 0
    assert len(out.read_text("utf-8").splitlines()) == 3


def test_read_explains_each_field_of_a_stored_page(holdings: Holdings) -> None:
    told = run(holdings, "read", f"{SITE}/che-2.html", "--explain").stdout
    assert re.search(r"headline +Mùa chè +json +1\.00", told)
    assert "teasers (1)" in told


def test_rebuild_gives_the_same_counts(holdings: Holdings) -> None:
    before = run(holdings, "stats", "--json").stdout
    told = run(holdings, "rebuild", "--json")
    assert json.loads(told.stdout)["captures"] == 4
    assert run(holdings, "stats", "--json").stdout == before


def test_recover_reads_what_was_kept_and_closes_what_was_left_open(holdings: Holdings) -> None:
    child = os.fork()
    if child == 0:
        keeper = Keeper(holdings, "bao-tinh", "r9")
        keeper.keep(capture("/moi-9.html", page("Bài mới", "Chưa đọc."), 90))
        keeper.sync()
        os._exit(0)  # as by kill -9: kept, neither read nor closed
    os.waitpid(child, 0)
    told = run(holdings, "recover", "--json")
    assert told.exit_code == 0
    assert json.loads(told.stdout)["read"] == 1
    assert "left open by a process that died" in told.stderr
    assert run(holdings, "show", f"{SITE}/moi-9.html").exit_code == 0
    assert json.loads(run(holdings, "recover", "--json").stdout) == {"files": [], "read": 0, "restored": []}
    assert run(holdings, "verify", "--full").exit_code == 0


def test_sources_are_listed_by_province_old_and_new(holdings: Holdings) -> None:
    told = json.loads(run(holdings, "sources", "list", "--province", "Thái Nguyên", "--json").stdout)
    assert {row["province"] for row in told} == {"thai-nguyen", "bac-kan"}
    assert "bao-tinh" in run(holdings, "sources").stdout


def test_the_list_of_commands_loads_no_command_no_parser_and_no_database() -> None:
    code = "import sys\nfrom archive.cli import main\ntry:\n    main(['--help'])\nfinally:\n    print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(told.stdout.split())
    assert "archive.cli.program" in loaded
    assert not loaded & {"lxml", "sqlite3", "scrapy", "rich", "ftfy", "archive.cli.search.search"}


def test_ingest_takes_in_a_file_once_and_names_what_it_passed_over(holdings: Holdings, tmp_path: Path) -> None:
    elsewhere = new_holdings(tmp_path / "elsewhere")
    (place,) = keep(elsewhere, [capture("/nhap-5.html", page("Bài nhập", "Từ nơi khác."), 50)])
    told = json.loads(run(holdings, "ingest", "--json", str(elsewhere.root / place.file)).stdout)
    assert (told["states"], told["known"], [one["how"] for one in told["brought"]]) == ({"new": 1}, 0, ["copied"])
    again = json.loads(run(holdings, "ingest", "--json", str(elsewhere.root / place.file)).stdout)
    assert (again["known"], [one["how"] for one in again["brought"]]) == (1, ["known"])
    third = run(holdings, "ingest", str(elsewhere.root / place.file))
    assert "captures: 1, held already: 1, files: 1" in third.stderr
    assert run(holdings, "show", f"{SITE}/nhap-5.html").exit_code == 0
    assert run(holdings, "verify", "--full").exit_code == 0
