"""Upper layers import lower ones, never the reverse: the order of docs/architecture.md, held by reading imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]

# From the ground up. Within one set, modules may import each other as long as no circle arises.
LAYERS: list[set[str]] = [
    {"archive.messages"},
    {"archive.model", "archive.errors", "archive.light"},
    {
        "archive.disk",
        "archive.processes",
        "archive.settings",
        "archive.terminal",
        "archive.custody.events",
        "archive.custody.manifest",
        "archive.custody.seals",
    },
    {"archive.text", "archive.places", "archive.people"},
    {"archive.sources", "archive.custody.withheld"},
    {"archive.holdings", "archive.warc", "archive.parsers", "archive.store", "archive.restorer"},
    {"archive.worker"},
    {
        "archive.cite",
        "archive.corpus",
        "archive.custody",
        "archive.export",
        "archive.importers",
        "archive.ingest",
        "archive.learning",
        "archive.search",
    },
    {"archive.cli", "archive.web", "archive.api", "archive.datasette"},
    {"crawler"},
]
LEVELS = {part: level for level, parts in enumerate(LAYERS) for part in parts}
FORBIDDEN = {"archive": {"scrapy", "twisted", "itemadapter", "parsel", "crawler"}}


def modules() -> dict[str, Path]:
    """Every module of the two packages by its dotted name."""
    found = {}
    for package in ("archive", "crawler"):
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def nodes(path: Path) -> list[ast.AST]:
    """All that a module consists of."""
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def imports(path: Path) -> Iterator[str]:
    """The dotted names that a module imports, at its top or inside functions."""
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def part_of(name: str) -> str | None:
    """The part of the house that a dotted name belongs to: the longest that LAYERS names."""
    pieces = name.split(".")
    known = (".".join(pieces[:length]) for length in range(len(pieces), 0, -1))
    unplaced = ".".join(pieces[:2]) if pieces[0] == "archive" and len(pieces) > 1 else None
    return next((part for part in known if part in LEVELS), unplaced)


MODULES = modules()


def test_a_module_imports_nothing_above_it() -> None:
    above = []
    for name, path in MODULES.items():
        if name != "archive":
            part = part_of(name)
            assert part in LEVELS, f"{name}: give {part} a place in LAYERS and in docs/architecture.md"
            others = {other for target in imports(path) if (other := part_of(target)) in LEVELS}
            above += [(name, other) for other in others if LEVELS[other] > LEVELS[part]]
    assert above == []


def test_the_parts_of_one_layer_import_each_other_in_no_circle() -> None:
    uses: dict[str, set[str]] = {part: set() for part in LEVELS}
    for name, path in MODULES.items():
        part = part_of(name)
        if part is not None:
            uses[part] |= {other for target in imports(path) if (other := part_of(target)) in LEVELS and other != part}
    circles = []
    for part in uses:
        reached, waiting = set(), list(uses[part])
        while waiting:
            other = waiting.pop()
            if other not in reached:
                reached.add(other)
                waiting.extend(uses[other])
        if part in reached:
            circles.append(part)
    assert circles == []


def test_the_archive_never_imports_the_crawler_or_scrapy() -> None:
    for name, path in MODULES.items():
        used = {target.split(".")[0] for target in imports(path)}
        assert not name.startswith("archive") or FORBIDDEN["archive"].isdisjoint(used), name


def test_only_store_and_search_and_what_checks_them_speak_sql() -> None:
    speaking = {
        part_of(name)
        for name, path in MODULES.items()
        if name.startswith("archive")
        for node in nodes(path)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.startswith(("SELECT ", "INSERT ", "UPDATE ", "DELETE "))
    }
    assert speaking <= {"archive.store", "archive.search", "archive.corpus"}


def test_the_picture_in_the_docs_names_every_part() -> None:
    picture = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    built = {part for name in MODULES if (part := part_of(name)) is not None}
    assert {part for part in built if part not in picture} == set()
