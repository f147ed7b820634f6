"""What is shipped: a wheel that is the same each time and holds all it needs, man page, completion, an SBOM."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from archive.custody.events import SOFTWARE
from release import printed, sbom

ROOT = Path(__file__).parents[2]
VERSION = SOFTWARE.partition("/")[2]


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The wheel, built twice."""
    folder = tmp_path_factory.mktemp("wheels")
    for name in ("first", "second"):
        subprocess.run(
            [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder / name)],
            cwd=ROOT,
            env={**os.environ, "SOURCE_DATE_EPOCH": "1795000000"},
            check=True,
            capture_output=True,
        )
    return sorted(folder.rglob("*.whl"))


def test_the_same_commit_gives_the_same_wheel(wheels: list[Path]) -> None:
    first, second = (sha256(wheel.read_bytes()).hexdigest() for wheel in wheels)
    assert first == second


def test_the_wheel_holds_every_file_the_packages_need_and_no_test(wheels: list[Path]) -> None:
    names = set(zipfile.ZipFile(wheels[0]).namelist())
    tracked = subprocess.run(["git", "ls-files", "archive", "crawler"], cwd=ROOT, capture_output=True, text=True)
    if tracked.returncode:
        pytest.skip("not a git checkout: what belongs to the packages is not known")
    present = {name for name in tracked.stdout.split() if (ROOT / name).exists()}
    assert present - names == set()
    assert {name for name in names if name.startswith(("tests/", "demo/", "bench/"))} == set()
    assert any(name.endswith("share/man/man1/baotinh.1") for name in names)


@pytest.mark.parametrize("path", printed.files(), ids=lambda path: path.name)
def test_man_page_and_completion_are_what_the_program_says(path: Path) -> None:
    assert path.read_text() == printed.files()[path], "make docs writes it again"


def test_the_bill_of_materials_names_every_locked_package_with_its_digests() -> None:
    lock = sbom.LOCK.read_text()
    bill = sbom.bill(lock)
    parts = {(part["name"], part["version"]) for part in sbom.components(lock)}
    assert len(parts) == len(re.findall(r"^[a-z0-9.-]+==", lock, re.MULTILINE))
    assert all(part["hashes"] for part in sbom.components(lock))
    assert json.dumps(bill) == json.dumps(sbom.bill(lock))


def test_the_version_is_the_same_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    citation = re.search(r"^version: (.+)$", (ROOT / "CITATION.cff").read_text(), re.MULTILINE)
    assert citation is not None
    assert project["version"] == VERSION == citation[1]
