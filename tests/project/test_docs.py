"""The documents say what the code says: nothing undocumented, nothing stale, no dead link, no forbidden licence."""

from __future__ import annotations

import ast
import json
import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, metadata, packages_distributions
from itertools import takewhile
from pathlib import Path

import pytest

from archive.sources.families import FAMILIES
from docs import printed
from docs.printed import ROOT

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("[bd]e*/*.md")])
BROUGHT = {
    "anyio",
    "backports.zstd",
    "brotli",
    "cssselect",
    "h11",
    "itemadapter",
    "lxml",
    "markupsafe",
    "parsel",
    "pluggy",
    "protego",
    "twisted",
    "w3lib",
}


def _headings(name: str, level: int) -> set[str]:
    text = (ROOT / "docs" / name).read_text()
    return set(re.findall(rf"^{'#' * level} `?([^`\n]+?)`?$", text, re.MULTILINE))


def _rows(name: str, key: str) -> list[str]:
    return re.findall(rf"^\| `({key})` \|", (ROOT / "docs" / name).read_text(), re.MULTILINE)


def _names(requirements: list[object]) -> set[str]:
    return {re.split(r"[<>=\[; ]", text)[0] for text in requirements if isinstance(text, str)}


def _declared() -> set[str]:
    project = PYPROJECT["project"]
    groups = [*project["optional-dependencies"].values(), *PYPROJECT["dependency-groups"].values()]
    return _names(project["dependencies"]).union(*(_names(group) for group in groups))


@pytest.mark.parametrize("table", printed.schema())
def test_every_table_is_described(table: str) -> None:
    assert table in _headings("tables.md", 2)


@pytest.mark.parametrize("table", printed.schema())
def test_every_column_has_a_meaning(table: str) -> None:
    assert [name for name, _, text in printed.described(table) if not text] == []


def test_no_table_is_described_that_does_not_exist() -> None:
    assert _headings("tables.md", 2) == set(printed.schema())


def test_every_command_is_described_and_no_other() -> None:
    assert _headings("commands.md", 2) == set(printed.commands())


def test_every_setting_of_an_archive_is_described_with_its_default_and_no_other() -> None:
    rows = re.findall(r"^\| `([a-z_.]+)` \| (.*?) \|", (ROOT / "docs" / "archive.md").read_text(), re.MULTILINE)
    assert {name: value.strip("`") for name, value in rows if name not in ("response", "request", "metadata")} == {
        name: "must be given" if value is None else json.dumps(value)
        for name, value in printed.archive_settings().items()
    }


def test_every_setting_of_a_crawl_is_described_and_no_other() -> None:
    of_all = {"BAOTINH_ARCHIVE", "BAOTINH_LANG", "BAOTINH_MAIL_PASSWORD", "BAOTINH_SPIDERS"}
    orders = set(_rows("settings.md", r"[A-Z_]+")) - of_all
    ours = {name for name in printed.crawler_settings() if name == "ARCHIVE" or name.startswith("BAOTINH_")}
    assert orders == ours - {"BAOTINH_ATTACHMENT_TIMEOUT"} | {*printed.orders_of_a_run()}


def test_every_setting_that_differs_from_scrapy_gives_its_reason() -> None:
    lines = (ROOT / "crawler" / "settings.py").read_text().splitlines()
    silent = []
    for name in printed.crawler_settings():
        at = next(number for number, line in enumerate(lines) if line.startswith((f"{name} =", f"{name}:")))
        group = list(takewhile(str.strip, reversed(lines[: at + 1])))  # back to the blank line before its group
        dictionary = list(takewhile(lambda line: line != "}", lines[at:])) if lines[at].endswith("{") else []
        if not any("#" in line for line in [*group, *dictionary]):
            silent.append(name)
    assert set(silent) <= {"BOT_NAME"}


def test_every_key_of_a_source_file_is_described_and_no_other() -> None:
    assert set(_rows("sources.md", r"[a-z_]+(?:\.[a-z_]+)*")) - set(FAMILIES) == set(printed.source_keys())
    assert set(FAMILIES) <= set(_rows("sources.md", r"[a-z0-9-]+"))


def test_every_dependency_has_its_paragraph_and_no_other() -> None:
    assert _headings("dependencies.md", 3) == _declared()


def test_every_import_is_declared_or_comes_with_what_is() -> None:
    ours = {"archive", "crawler"}
    imported: set[str] = set()
    for file in (file for package in ours for file in (ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                imported.update(alias.name.split(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                imported.add(node.module.split(".")[0])
    homes = packages_distributions()
    foreign = {name for name in imported if name not in {*sys.stdlib_module_names, "compression"} and name not in ours}
    unknown = {
        name for name in foreign if not {home.lower() for home in homes.get(name, [name])} & (_declared() | BROUGHT)
    }
    assert unknown == set()


def test_no_package_we_run_on_is_under_the_gpl_alone() -> None:
    locked = re.findall(r"^([a-z0-9.-]+)==", (ROOT / "requirements" / "runtime.txt").read_text(), re.MULTILINE)
    assert len(locked) > 50
    refused = []
    for name in locked:
        try:
            facts = metadata(name)
        except PackageNotFoundError:
            continue  # locked for another platform
        classifiers = [text for text in facts.get_all("Classifier") or [] if text.startswith("License ::")]
        licence = facts.get("License-Expression") or " OR ".join(classifiers) or facts.get("License") or ""
        parts = [part for part in licence.split(" OR ") if "GPL" in part or "General Public" in part]
        if parts and len(parts) == len(licence.split(" OR ")):
            refused.append((name, licence))
    assert refused == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_of_a_document_lead_somewhere(document: Path) -> None:
    text = re.sub(r"```.*?```", "", document.read_text(), flags=re.DOTALL)
    links = re.findall(r"\]\((?!https?:|mailto:)([^)#]*)(?:#[^)]*)?\)", text)
    assert [link for link in links if link and not (document.parent / link).exists()] == []


def test_documents_named_in_the_code_exist() -> None:
    named = set()
    for package in ("archive", "crawler", "bench", "demo"):
        for file in (ROOT / package).rglob("*"):
            if file.suffix in (".py", ".toml", ".html"):
                named.update(re.findall(r"docs/[a-z-]+\.md", file.read_text()))
    assert {name for name in named if not (ROOT / name).exists()} == set()


def test_the_makefile_lists_every_target_of_contributing() -> None:
    targets = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"`make ([a-z-]+)", "".join(document.read_text() for document in DOCUMENTS)))
    assert named <= targets
    assert {"demo", "test", "lint", "bench", "score", "faults", "clean", "venv"} <= targets
