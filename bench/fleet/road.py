"""The road over the fleet: each portal met by `baotinh sources new`, crawled from the draft, compared with its truth.

Nobody helps: the draft is crawled as it was written. The archive stays in the folder, for looking at what went wrong.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from bench.fleet.portals import Fleet
from bench.fleet.score import score
from bench.fleet.serve import serving

PROVINCE: Final = "Thái Nguyên"
_NO_ARTICLES: Final = 3  # exit code where the archive holds no answer


def walk(fleet: Fleet, now: datetime, root: Path) -> int:
    """Prints a line for each portal and one for all; 0 where every portal could be met and crawled."""
    _baotinh(root, "init", "--operator", "Bench", "--contact", "mailto:bench@bench.example")
    print(f"{'':<28}{'published':>10}{'found':>10}{'whole':>10}{'requests':>10}{'an article':>12}  ended")
    sums, failed = [0, 0, 0.0, 0], 0
    with serving(fleet, now) as running:
        for name, site in running.sites.items():
            met = _baotinh(root, "sources", "new", f"{site.base}/", "--id", name, "--province", PROVINCE)
            crawled = _baotinh(root, "crawl", name, "--json") if met.returncode == 0 else met
            report = _report(crawled.stdout)
            truth = [site.portal.truth(item, now, site.base) for item in site.portal.published(now)]
            rows = {row["url"]: row for row in (_articles(root, name) if met.returncode == 0 else ())}
            found = sum(row["url"] in rows for row in truth)
            whole = score(truth, rows).shares["whole"] * len(truth)
            requests = int(report.get("requests", 0))
            ended = report.get("reason") or f"sources new: {(met.stderr.strip().splitlines() or ['?'])[-1][:60]}"
            print(_line(name, len(truth), found, whole, requests) + f"  {ended}", flush=True)
            failed += ended != "finished"
            sums = [total + one for total, one in zip(sums, (len(truth), found, whole, requests), strict=True)]
    print(_line("all", int(sums[0]), int(sums[1]), sums[2], int(sums[3])))
    return min(failed, 1)


def _line(name: str, published: int, found: int, whole: float, requests: int) -> str:
    share, each = whole / max(found, 1), requests / max(found, 1)
    return f"{name:<28}{published:>10}{found / max(published, 1):>10.3f}{share:>10.3f}{requests:>10}{each:>12.2f}"


def _baotinh(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("baotinh")), "--archive", str(root), *arguments]
    told = os.environ | {"BAOTINH_ALLOW_LOOPBACK": "1", "BAOTINH_LANG": "en"}
    return subprocess.run(command, capture_output=True, text=True, env=told, stdin=subprocess.DEVNULL, check=False)


def _report(text: str) -> dict[str, Any]:
    try:
        reports = json.loads(text)
    except ValueError:
        return {}
    return dict(reports[0]) if isinstance(reports, Sequence) and reports else {}


def _articles(root: Path, source: str) -> list[dict[str, Any]]:
    done = _baotinh(root, "export", "--source", source, "--format", "jsonl")
    if done.returncode not in (0, _NO_ARTICLES):
        raise SystemExit(f"baotinh export ended with {done.returncode}: {done.stderr[-300:]}")
    return [json.loads(line) for line in done.stdout.splitlines() if line.strip()]
