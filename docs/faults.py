"""The fault matrix: what may go wrong, what must be true afterwards, and the tests marked `fault(row)` that hold it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

TESTS: Final = Path(__file__).parent.parent / "tests"

MATRIX: Final[tuple[tuple[str, str], ...]] = (
    ("kill -9 at the nth step of each kind", "consistent; no page lost; asked again at most what was on its way"),
    ("kill -9 at random, fifty times in 1,000 pages", "the same; nothing stored twice"),
    ("disk full", "exit code 4, one line; each record whole or cut away; the next crawl goes on"),
    ("read-only file system", "one line that names the path; nothing asked, no claim left"),
    ("body cut", "kept as truncated (disconnect), asked again, the fragment never done"),
    ("Content-Length too small", "the article of that length; the surplus kept and noted"),
    ("no length, cut", "kept; without the end of HTML suspected (`no end of html`)"),
    ("broken chunks", "as a body cut, framing and all; with a last chunk whole, the defect noted"),
    ("gzip bomb", "unread (too_large), refused before it grows, the wire kept"),
    ("gzip cut, wrong, or none", "unread (content_coding), the wire kept"),
    ("an answer that drips", "cut by time; other pages and other sources go on"),
    ("redirects in a loop, a chain of eight", "end after five hops, each a capture; failed (redirects)"),
    ("redirects off the site, to loopback, to `file:`, to 169.254.169.254", "excluded by name; no connection"),
    ("503 and 429 with Retry-After: seconds, date, garbage", "nothing to that host before its time"),
    ("a name without an address, for a while", "tried without haste; left for the next run, which goes on"),
    ("TLS: self-signed, expired, wrong name", "read with the verdict in its capture, or refused where that is asked"),
    ("charset: header and meta lie", "the text is right, the choice recorded"),
    ("mojibake, NFD, TCVN3, VNI", "repaired beside the original, the method named"),
    ("a page without end", "cut at the limit (WARC-Truncated: length), not asked again"),
    ("attribute bomb, deep nesting", "unread by name; the crawl is never held up for a second"),
    ("NUL, control characters, bad UTF-8", "stored, searchable, valid JSON and CSV"),
    ("sitemaps: bomb, XXE, entities that multiply, too many URLs, loops", "limits hold; no file read, no one called"),
    ("robots.txt: 5xx, 404, HTML, hanging, 600 KB, redirects", "by RFC 9309, unresolved is closed; of 16 none leaks"),
    ("clock set by a day", "no pause shorter, nothing lost; dates that go back are noted"),
    ("an edit between two crawls", "two revisions, both kept; noise is none"),
    ("site down in mid-run", "left alone after five requests; exit code 6; the next run completes it"),
    ("database locked", "waited for; held for ever, one clear error"),
    ("SIGINT, SIGTERM, twice", "first: answers on their way kept, within ten seconds; second: at once, nothing lost"),
    ("two crawls of one source", "the second ends and names the first; the lock dies with its process"),
    ("garbage, 103, 204, 304, empty 200, RST", "each recorded as what it is"),
)


def holders() -> dict[int, list[str]]:
    """The tests of each row, as "file.py::test" relative to the folder of tests; a module marked whole by its name."""
    found: dict[int, list[str]] = {row: [] for row in range(1, len(MATRIX) + 1)}
    for path in sorted(TESTS.rglob("test_*.py")):
        module = ast.parse(path.read_text(encoding="utf-8"))
        file = path.relative_to(TESTS).as_posix()
        for node in module.body:
            name = f"{file}::{node.name}" if isinstance(node, ast.FunctionDef) else file
            for row in _rows(node.decorator_list if isinstance(node, ast.FunctionDef) else [node]):
                found.setdefault(row, []).append(name)
    return found


def _rows(nodes: list[ast.expr] | list[ast.stmt]) -> Iterator[int]:
    """The rows that markers within `nodes` name, each once."""
    calls = (call for node in nodes for call in ast.walk(node) if isinstance(call, ast.Call))
    marks = [call for call in calls if ast.unparse(call.func) == "pytest.mark.fault"]
    yield from sorted({int(ast.literal_eval(value)) for call in marks for value in call.args})


def table() -> str:
    """The matrix as a Markdown table."""
    lines = ["| | fault | must be true afterwards | tests |", "|---|---|---|---|"]
    for number, names in holders().items():
        fault, afterwards = MATRIX[number - 1]
        files = sorted({name.partition("::")[0] for name in names})
        lines.append(f"| {number} | {fault} | {afterwards} | {len(names)} in {', '.join(files)} |")
    return "\n".join(lines) + "\n"
