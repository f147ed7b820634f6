"""What an export costs: memory and time of every form, for a tenth of the archive and for all of it.

    python -m bench.exporting --articles 20000

The archive is made here, through WARC and reader as a crawl makes one, of invented articles of 600 syllables. Every
export is a process of its own.
"""

from __future__ import annotations

import argparse
import html
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil

from archive.export.files import FORMS
from archive.holdings import Holdings
from archive.ingest.keep import Keeper
from archive.ingest.pipeline import Ingest
from archive.model import Capture
from archive.sources import Register, parse_source
from bench.search_archive import rows

SOURCE = parse_source(
    'id = "bao-do"\nname = "Báo Đo"\nkind = "newspaper"\nprovince = "bac-kan"\nstatus = "unverified"\n'
    'hosts = ["baodo.example"]\n[[layout]]\nfamily = "generic"\n',
    "bao-do.toml",
)
ENDINGS = {"warc": "warc.gz", "text": "folder"}


def made(folder: Path, articles: int) -> None:
    """Makes an archive of so many articles in `folder`, unless one is there."""
    if (folder / "archive.toml").exists():
        return
    holdings = Holdings.create(folder, "Thư viện", "mailto:thu-vien@example.org")
    places = []
    with Keeper(holdings, SOURCE.id, "bench") as keeper:
        for number, day, _, _, _, headline, lead, body in rows(articles, 1):
            paragraphs = "".join(f"<p>{html.escape(part)}</p>" for part in (lead, *body.split("\n\n")))
            page = f"""<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{headline}</title>
<meta property="og:type" content="article"><meta property="article:published_time" content="{day}T15:25:00+07:00">
</head><body><article><h1>{headline}</h1>{paragraphs}</article></body></html>""".encode()
            head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(page)}\r\n\r\n"
            began = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=number)
            url = f"https://baodo.example/tin-{number}.html"
            request = b"GET / HTTP/1.1\r\n\r\n"
            places.append(keeper.keep(Capture(url, began, request, head.encode() + page, SOURCE.id)))
    with Ingest(holdings, Register.of([SOURCE])) as ingest:
        for place in places:
            ingest.read(place)


def exported(root: Path, form: str, target: Path, until: str) -> tuple[int, int, float, int]:
    """Memory of its own and pages of files mapped (most, KiB), seconds of CPU, bytes written, of one export.

    Mapped pages are the database's in the system's cache, as many as the system has to spare; SQLite maps no more than
    `archive.store.database` allows. What an export holds itself is looked for every 20 ms.
    """
    command = [str(Path(sys.executable).with_name("baotinh")), "--archive", str(root), "export", "--until", until]
    process = psutil.Popen([*command, "--format", form, "-o", str(target)], stderr=subprocess.DEVNULL)
    own = mapped = 0
    seconds = 0.0
    while process.poll() is None:
        try:
            held, used = process.memory_info(), process.cpu_times()
        except psutil.Error:  # it ended between the two
            break
        own, mapped = max(own, held.rss - held.shared), max(mapped, held.shared)
        seconds = used.user + used.system
        time.sleep(0.02)
    if process.wait():
        raise SystemExit(f"{form}: exit code {process.returncode}")
    files = [target] if target.is_file() else [file for file in target.rglob("*") if file.is_file()]
    return own >> 10, mapped >> 10, seconds, sum(file.stat().st_size for file in files)


def main() -> int:
    """Prints a line per form."""
    parser = argparse.ArgumentParser(prog="python -m bench.exporting", description=__doc__)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--folder", type=Path, help="keep the archive here, and use the one that is there")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        root = options.folder or Path(temporary) / "data"
        # In a process of its own: a child's peak memory begins with what its parent holds when it is born.
        made_by = f"from bench.exporting import *; made(Path({str(root)!r}), {options.articles})"
        subprocess.run([sys.executable, "-c", made_by], check=True)
        # a tenth of the ten years that the articles are spread over
        print(f"{'form':<10}{'MiB, a tenth':>14}{'MiB, all':>10}{'+ mapped':>10}{'CPU s':>8}{'MB written':>12}")
        for form in FORMS:
            told = []
            for until in ("2015-12-31", "2030-12-31"):
                target = Path(temporary) / f"{until}.{ENDINGS.get(form, form)}"
                told.append(exported(root, form, target, until))
            (less, _, _, _), (most, mapped, seconds, size) = told
            shown = f"{form:<10}{less / 1024:>14.0f}{most / 1024:>10.0f}{mapped / 1024:>10.0f}"
            print(f"{shown}{seconds:>8.1f}{size / 1e6:>12.1f}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
