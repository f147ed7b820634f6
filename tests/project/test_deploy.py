"""What deploy/ holds works together on the first day: one program, one archive, commands and options that exist."""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from archive.cli import main

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("systemd/*.service"))
WITH_COMMANDS = sorted(DEPLOY.glob("systemd/**/*.conf")) + UNITS
PROGRAM, ARCHIVE = "/opt/baotinh/bin/baotinh", "/var/lib/baotinh"


def unit(path: Path) -> configparser.ConfigParser:
    read = configparser.ConfigParser(strict=False, interpolation=None)
    read.optionxform = str  # type: ignore[assignment, method-assign]
    read.read_string(path.read_text(encoding="utf-8").replace("\\\n", " "))
    return read


def command(path: Path) -> list[str]:
    return shlex.split(unit(path)["Service"]["ExecStart"])


def check_options(words: list[str]) -> None:
    """Fails where `words` are no command line of the program."""
    context = click.Context(main)
    called = main.get_command(context, words[0])
    assert called is not None, words[0]
    known = {option for parameter in called.params for option in (*parameter.opts, *parameter.secondary_opts)}
    assert {word for word in words if word.startswith("--")} <= known


@pytest.mark.parametrize("path", WITH_COMMANDS, ids=lambda path: path.name)
def test_every_unit_runs_the_one_program_by_a_command_line_that_it_understands(path: Path) -> None:
    program, *words = command(path)
    assert program == PROGRAM
    check_options(words)


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_every_unit_works_on_the_one_archive_as_its_user(path: Path) -> None:
    service = unit(path)["Service"]
    assert service["Environment"] == f"BAOTINH_ARCHIVE={ARCHIVE}"
    assert service["User"] == "baotinh"
    assert f"/var/lib/{service['StateDirectory']}" == ARCHIVE
    assert service["ProtectSystem"] == "strict"


def test_there_is_one_folder_of_units() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    units = {
        Path(name).parent.as_posix()
        for name in tracked
        if name.endswith((".service", ".timer")) and (ROOT / name).exists()
    }
    assert units <= {"deploy/systemd"}


def test_a_timer_has_its_unit() -> None:
    for timer in DEPLOY.glob("systemd/*.timer"):
        assert timer.with_suffix(".service").exists(), timer.name


def test_no_archive_is_a_mistake_that_no_restart_is_tried_for(tmp_path: Path) -> None:
    ended = CliRunner().invoke(main, ["--archive", str(tmp_path), "--lang", "en", "watch"])
    service = unit(DEPLOY / "systemd" / "baotinh-watch.service")["Service"]
    assert str(ended.exit_code) in service["RestartPreventExitStatus"].split()
    assert "is no archive" in ended.stderr


HANDBOOKS = ("handbook.md", "vi/so-tay.md")


def steps(page: str) -> list[str]:
    """What the handbook has root type."""
    return re.findall(r"^# ([a-z/].+)$", (ROOT / "docs" / page).read_text(encoding="utf-8"), re.MULTILINE)


def test_root_types_the_same_in_both_languages() -> None:
    english, vietnamese = map(steps, HANDBOOKS)
    assert english == vietnamese
    assert len(english) > 10


def test_the_steps_of_the_handbook_name_files_and_commands_that_exist() -> None:
    told = steps(HANDBOOKS[0])
    named = {name for step in told for name in re.findall(r"(?:deploy|requirements)/[^ ]+", step)}
    assert named
    assert [name for name in sorted(named) if not list(ROOT.glob(name))] == []
    for step in told:
        if " init " in step:
            check_options(shlex.split(step[step.index("init ") :]))
    enabled = [word for step in told if "systemctl enable" in step for word in step.split() if word.startswith("baot")]
    files = [name if "." in name else f"{name}.service" for name in enabled]
    assert files
    assert [file for file in files if not (DEPLOY / "systemd" / file).exists()] == []


@pytest.mark.parametrize("page", HANDBOOKS)
def test_units_container_and_handbook_have_the_same_places(page: str) -> None:
    container = (ROOT / "Containerfile").read_text(encoding="utf-8")
    assert f"BAOTINH_ARCHIVE={ARCHIVE} " in container
    assert f"VOLUME {ARCHIVE}\n" in container
    assert PROGRAM.removesuffix("/baotinh") in container
    told = (ROOT / "docs" / page).read_text(encoding="utf-8")
    places = set(re.findall(r"/(?:opt|srv|var/lib)/[\w.-]+", told + container))
    assert places == {"/opt/baotinh", ARCHIVE, "/var/lib/apt"} & places
    assert {"/opt/baotinh", ARCHIVE} <= places
    for path in WITH_COMMANDS:
        named = re.findall(r"/etc/[\w./-]+", path.read_text(encoding="utf-8"))
        assert [name for name in named if name.startswith("/etc/baotinh/") and name not in told] == []


@pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is missing: apt-get install systemd"
)
@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_systemd_finds_nothing_wrong_but_that_the_program_is_not_installed_here(path: Path, tmp_path: Path) -> None:
    program = tmp_path / "baotinh"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    copy = tmp_path / path.name.replace("@.", "@a.")
    copy.write_text(path.read_text(encoding="utf-8").replace(PROGRAM, str(program)))
    found = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(copy)], capture_output=True, text=True, check=False
    )
    assert [line for line in found.stderr.splitlines() if path.name.partition("@")[0] in line] == []
