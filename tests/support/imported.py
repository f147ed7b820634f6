"""What the packages import, at the top of a module or late, by reading them."""

from __future__ import annotations

import ast
import sys
from functools import cache
from pathlib import Path
from typing import Final

OPTIONAL: Final = frozenset(
    {
        "datasette",
        "matplotlib",
        "numpy",
        "playwright",
        "pandas",
        "pyarrow",
        "underthesea",
        "viparse",
    }
)
"""Top modules of the extras."""


@cache
def imports(root: Path) -> frozenset[str]:
    """The top modules that `archive` and `crawler` below `root` import, but Python's own and for the type checker."""
    found: set[str] = set()
    for package in ("archive", "crawler"):
        for path in (root / package).rglob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for node in tree.body:  # the blocks for the type checker stand at the top of a module
                if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
                    node.body = []
            for node in ast.walk(tree):
                if isinstance(node, ast.Import):
                    found |= {alias.name.partition(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    found.add(node.module.partition(".")[0])
    return frozenset(found) - sys.stdlib_module_names - {"archive", "crawler", "compression"}
