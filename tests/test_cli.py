"""`baotinh` on the command line: what is printed where, in which language, and with which exit code it ends."""

from __future__ import annotations

import ast
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from small_archive import SITE, capture, keep, new_holdings, page, read, read_json

from archive import parsers
from archive.cli import main
from archive.cli.command import EXIT_CODES, Command
from archive.cli.group import COMMANDS
from archive.cli.words import choose, language, vietnamese
from archive.errors import DamageError
from archive.holdings import Holdings
from archive.ingest import Keeper

ROOT = Path(__file__).parent.parent
TEASER = [f"{SITE}/chua-co-9.html", "Bài chưa có", "Ngày 5/3, …", "related"]
SOURCE = (
    'id = "bao-tinh"\nname = "Báo Tỉnh"\nkind = "newspaper"\nprovince = "bac-kan"\nstatus = "unverified"\n'
    'hosts = ["baotinh.example"]\n[[layout]]\nfamily = "generic"\n'
)


@pytest.fixture
def holdings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Holdings]:
    monkeypatch.setattr(parsers, "read_page", read_json)
    monkeypatch.setenv("BAOTINH_LANG", "en")
    monkeypatch.delenv("BAOTINH_ARCHIVE", raising=False)
    holdings = new_holdings(tmp_path / "data")
    (holdings.sources / "bao-tinh.toml").write_text(SOURCE, encoding="utf-8")
    captures = [
        capture(
            "/hoi-nghi-1.html", page("Hội nghị rút kinh nghiệm", "Đại hội điểm.", published="2020-03-05T15:25+07:00")
        ),
        capture("/che-2.html", page("Mùa chè", "Chè Thái Nguyên.", teasers=[TEASER]), 1),
        capture("/hoi-nghi-1.html", page("Hội nghị rút kinh nghiệm", "Đại hội điểm cấp cơ sở."), 2),
        capture("/hong.html", b"<html>", 3),
    ]
    read(holdings, keep(holdings, captures))
    yield holdings
    choose("")


def run(holdings: Holdings, *arguments: str, **environment: str) -> Result:
    """The result of `baotinh --archive … arguments`."""
    return CliRunner().invoke(main, ["--archive", str(holdings.root), *arguments], env=environment or None)


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


@pytest.mark.parametrize(
    ("arguments", "code", "line"),
    [
        (["search", "khongcogi"], 3, "nothing found"),
        (["search", '"hội'], 2, "quotation mark"),
        (["search"], 2, "Missing argument"),
        (["serch", "x"], 2, "did you mean search?"),
        (["show", "aaaaaaaaaa"], 3, "no article has the id aaaaaaaaaa"),
        (["show", f"{SITE}/hong.html"], 3, "unread (no_article)"),
        (["show", f"{SITE}/chua-co-9.html"], 3, "known from teasers only"),
        (["cite", "x", "--style", "mla"], 2, "'mla' is not one of"),
        (["export", "--since", "2020-02-31"], 2, "is no day"),
        (["export", "--since", "2020-02-02", "--until", "2020-02-01"], 2, "lies after"),
        (["export", "--source", "khac"], 3, "no article to export"),
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


def test_a_database_of_a_newer_schema_is_refused(holdings: Holdings) -> None:
    with sqlite3.connect(holdings.database) as db:
        db.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('archive', 'm900', '')")
    db.close()
    told = run(holdings, "stats")
    assert told.exit_code == 4
    assert "m900" in told.stderr


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
    told = run(holdings, "teasers", "--missing", "--json")
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
    assert json.loads(run(holdings, "recover", "--json").stdout) == {"files": [], "read": 0}
    assert run(holdings, "verify", "--full").exit_code == 0


def test_sources_are_listed_by_province_old_and_new(holdings: Holdings) -> None:
    told = json.loads(run(holdings, "sources", "list", "--province", "Thái Nguyên", "--json").stdout)
    assert {row["province"] for row in told} == {"thai-nguyen", "bac-kan"}
    assert "bao-tinh" in run(holdings, "sources").stdout


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_help_with_an_example_and_its_exit_codes_in_both_languages(name: str) -> None:
    if name not in main.list_commands(click.Context(main)):
        pytest.skip("brought by the crawler, which is not installed here")
    for speech, heading in (("en", "Exit codes"), ("vi", "Mã thoát")):
        told = CliRunner().invoke(main, ["--lang", speech, name, "--help"])
        assert told.exit_code == 0
        assert heading in told.stdout or name in {"frontier", "sources"}  # groups: their commands name them
        assert "baotinh " in told.stdout


def commands() -> Iterator[Command]:
    """Every command of the archive, and every subcommand."""
    for name in COMMANDS:
        loaded = main.get_command(click.Context(main), name)
        for one in [*getattr(loaded, "commands", {}).values(), loaded]:
            if isinstance(one, Command):
                yield one


def test_every_command_names_only_documented_exit_codes_and_has_an_example() -> None:
    for one in commands():
        assert set(one.codes) <= EXIT_CODES.keys(), one.name
        assert one.examples, one.name


def spoken() -> Iterator[tuple[str, str]]:
    """Every English text of the interface, with the file it stands in."""
    folders = (ROOT / "archive" / "cli", ROOT / "crawler" / "commands")
    for path in sorted(path for folder in folders for path in folder.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            texts = [node.args[0]] if name in {"tr", "say", "progress"} and node.args else []
            texts += [word.value for word in node.keywords if name == "option" and word.arg == "help"]
            yield from ((text.value, path.name) for text in texts if isinstance(text, ast.Constant))
    yield from ((text, "group.py") for text in COMMANDS.values())
    yield from ((text, "command.py") for text in EXIT_CODES.values())
    for one in [main, *commands()]:
        for paragraph in (one.help or "").split("\n\n"):
            yield " ".join(paragraph.split()), f"{one.name}"


def test_everything_that_is_said_can_be_said_in_vietnamese() -> None:
    missing = sorted({(file, text) for text, file in spoken() if text not in vietnamese()})
    assert missing == []


def test_a_translation_fills_the_same_fields_as_its_original() -> None:
    fields = re.compile(r"\{(\w+)\}")
    wrong = [
        text for text, said in vietnamese().items() if sorted(fields.findall(text)) != sorted(fields.findall(said))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("environment", "spoken_now"),
    [
        ({"LANG": "vi_VN.UTF-8"}, "vi"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "vi_VN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "en_GB.UTF-8", "BAOTINH_LANG": "vi"}, "vi"),
        ({}, "en"),
    ],
)
def test_the_language_is_the_asked_one_else_the_locales(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], spoken_now: str
) -> None:
    for name in ("BAOTINH_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    choose("")
    assert language() == spoken_now


def test_an_error_is_told_in_the_language_asked_for(holdings: Holdings) -> None:
    told = run(holdings, "--lang", "vi", "serch")
    assert "không có lệnh" in told.stderr
    assert "không có lệnh" in run(holdings, "serch", BAOTINH_LANG="vi").stderr


def process(holdings: Holdings, *arguments: str) -> list[str]:
    """The command line of a real `baotinh`."""
    return [sys.executable, "-c", "from archive.cli import main; main()", "--archive", str(holdings.root), *arguments]


def test_the_list_of_commands_loads_no_command_no_parser_and_no_database() -> None:
    code = "import sys\nfrom archive.cli import main\ntry:\n    main(['--help'])\nfinally:\n    print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(told.stdout.split())
    assert "archive.cli.group" in loaded
    assert not loaded & {"lxml", "sqlite3", "scrapy", "rich", "ftfy", "trafilatura", "archive.cli.search"}


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
        assert running.wait(30) == 0


def test_ctrl_c_ends_a_command_with_130_and_one_line(holdings: Holdings) -> None:
    code = (
        "import os, signal, sys\nfrom archive.cli import main\nfrom archive.store import stats\n"
        "def stop(*_):\n    os.kill(os.getpid(), signal.SIGINT)\n    raise AssertionError\n"
        "stats._sources = stop\nmain(sys.argv[1:])"
    )
    env = {**os.environ, "BAOTINH_LANG": "en"}
    told = subprocess.run(
        [sys.executable, "-c", code, "--archive", str(holdings.root), "stats"],
        cwd=ROOT, capture_output=True, text=True, check=False, env=env,
    )  # fmt: skip
    assert told.returncode == 128 + signal.SIGINT
    line = "baotinh: stopped; what was stored stays stored, and the same command goes on from there"
    assert told.stderr.strip() == line  # click closes the terminal's ^C with an empty line


def test_ingest_takes_in_a_file_once_and_names_what_it_passed_over(holdings: Holdings, tmp_path: Path) -> None:
    elsewhere = new_holdings(tmp_path / "elsewhere")
    (place,) = keep(elsewhere, [capture("/nhap-5.html", page("Bài nhập", "Từ nơi khác."), 50)])
    told = json.loads(run(holdings, "ingest", "--json", str(elsewhere.root / place.file)).stdout)
    assert (told["states"], told["known"], [one["how"] for one in told["brought"]]) == ({"new": 1}, 0, ["copied"])
    again = json.loads(run(holdings, "ingest", "--json", str(elsewhere.root / place.file)).stdout)
    assert (again["known"], [one["how"] for one in again["brought"]]) == (1, ["known"])
    third = run(holdings, "ingest", str(elsewhere.root / place.file))
    assert "captures: 1, held already or met twice: 1, files: 1" in third.stderr
    assert run(holdings, "show", f"{SITE}/nhap-5.html").exit_code == 0
    assert run(holdings, "verify", "--full").exit_code == 0


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
