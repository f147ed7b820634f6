"""What pages made to hurt cost to read: `python -m bench.hostile`, from the root of a clone.

The pages are those of test_damaged_hostile.py and test_damaged.py in tests/parsers. Of each the least processor time of
three readings is printed, the dearest first; exit code 1 where one takes more than the 2 s that a reader gives a page.
"""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from archive.errors import Unreadable
from archive.parsers import read_page

LIMIT = 2.0
ROUNDS = 3


def pages() -> dict[str, bytes]:
    """The pages of both modules, by name."""
    root = Path(__file__).resolve().parent.parent
    sys.path[:0] = [str(root), str(root / "tests" / "parsers"), str(root / "tests" / "support")]
    hostile: Any = import_module("test_damaged_hostile")
    made = {name: make() for name, make in hostile.READ.items()}
    made |= {name: make() for name, (make, _) in hostile.REFUSED.items()}
    made |= {name: make() for name, make in import_module("test_damaged").HARD.items()}
    return {name: page.encode() if isinstance(page, str) else page for name, page in made.items()}


def cost(page: bytes) -> float:
    """The least processor time of a few readings of `page`."""
    hostile: Any = import_module("test_damaged_hostile")
    found = []
    for _ in range(ROUNDS):
        began = time.process_time()
        with suppress(Unreadable):
            read_page(hostile.URL, page, "text/html; charset=utf-8", 200, hostile.CAPTURED)
        found.append(time.process_time() - began)
    return min(found)


def main() -> int:
    """Prints the table."""
    costs = sorted(((cost(page), name) for name, page in pages().items()), reverse=True)
    for spent, name in costs:
        print(f"{spent:6.2f} s  {name}")
    return int(costs[0][0] > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
