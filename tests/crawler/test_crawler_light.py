"""The crawler's first process keeps pages and never parses one: what parses is not even loaded there."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys
import crawler.__main__, crawler.commands.crawl, crawler.running, crawler.frontier.scheduler, crawler.http.capture
print(*sorted({".".join(name.split(".")[:parts]) for name in sys.modules for parts in (1, 2, 3)}))
"""


def test_the_first_process_of_a_crawl_loads_no_parser() -> None:
    run = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    loaded = set(run.stdout.split())
    assert "archive.ingest" in loaded
    assert not loaded & {"archive.parsers", "archive.learning", "bs4", "ftfy", "rapidfuzz", "rich"}
    assert {name for name in loaded if name.startswith("archive.search.")} == {
        "archive.search.question"
    }  # declarations
