"""What is declared is imported, what is imported is declared; and a module that is missing is nobody's page's fault."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest
from elsewhere import without_a_library
from imported import OPTIONAL, imports
from small_archive import REGISTER, capture, keep, page

from archive import parsers
from archive.errors import ArchiveError, InstallationError
from archive.holdings import Holdings
from archive.ingest.pipeline import Ingest
from archive.model import Place
from archive.store import open_database
from archive.warc import http
from archive.warc.reader import read
from archive.web import tasks
from archive.worker.page import parse_capture

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
MODULES = {"beautifulsoup4": "bs4", "pyyaml": "yaml", "sqlite-utils": "sqlite_utils"}


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=\[; ]", one)[0] for one in requirements}


def test_every_dependency_at_run_time_is_imported() -> None:
    declared = names(PROJECT["dependencies"])
    assert {MODULES.get(name, name) for name in declared} <= imports(ROOT)


def test_what_an_extra_brings_is_imported() -> None:
    brought = {name for extra in PROJECT["optional-dependencies"].values() for name in names(extra)}
    by_name = {"viparse": "archive/text/encodings.py", "datasette": "it loads us, by an entry point"}
    assert brought - imports(ROOT) == by_name.keys()
    assert brought <= OPTIONAL


def test_no_module_needs_an_extra_to_be_imported() -> None:
    needing = set()
    for path in (path for package in ("archive", "crawler") for path in (ROOT / package).rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            named = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            named += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if {name.partition(".")[0] for name in named} & OPTIONAL:
                needing.add(path.relative_to(ROOT).as_posix())
    assert needing == set()


def test_every_module_imported_has_its_paragraph_or_is_named_in_one() -> None:
    told = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^### (.+)$|\*\*([\w.-]+)\*\*", told, re.MULTILINE))
    known = {MODULES.get(name, name).partition(".")[0] for pair in named for name in pair if name}
    assert imports(ROOT) - known == set()


def test_a_page_whose_reader_lacks_a_module_is_not_called_unread(
    holdings: Holdings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lacking(*given: object, **named: object) -> None:
        raise ModuleNotFoundError("No module named 'lxml_html_clean'", name="lxml_html_clean")

    monkeypatch.setattr(parsers, "read_page", lacking)
    (place,) = keep(holdings, [capture("/a-1.html", page("Tin", "Đoạn."))])
    with pytest.raises(InstallationError, match=r"^lxml_html_clean: is missing or broken here; install baotinh again"):
        parse_capture(read(holdings.root, place), REGISTER)
    ingest = Ingest(holdings, REGISTER)
    with pytest.raises(ArchiveError, match="lxml_html_clean"):
        ingest.read(place)
    ingest.close()
    db = open_database(holdings.database, readonly=True)
    assert db.execute("SELECT count(*) FROM captures").fetchone() == (0,), "it is read once the installation is whole"
    db.close()


@pytest.mark.parametrize(("module", "name"), [("brotli", "br"), ("backports", "zstd")])
def test_a_coding_without_its_decoder_is_the_installations_fault(
    module: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if sys.version_info >= (3, 14) and module == "backports":
        pytest.skip("Python's own")
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(InstallationError, match=module):
        http.decode(b"x", [name], 100)


@pytest.mark.usefixtures("findable")
def test_what_explains_a_page_says_it_too(holdings: Holdings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "_reading", without_a_library)
    explained = tasks.explain(holdings.root, Place("a.warc.gz", 0, 1, "urn:uuid:a"))
    assert "lxml.html.clean module is now a separate project: is missing or broken here" in explained.reason
