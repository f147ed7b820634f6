"""Crawls recorded sites whose truth is known, and scores what comes out: `python -m bench.score ../shared [--worst 5]`.

The folder holds `data/cms/<name>/` with truth.jsonl, and `score/serve_site.py` and `score/score_pages.py`. Each site is
served on loopback, added as a source the way an operator adds one, crawled, exported and scored. Where wget is
installed, `wget --warc-file` fetches it too and `baotinh ingest` takes that in: the same articles must come out.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

BAOTINH = str(Path(sys.executable).with_name("baotinh"))

_DISCOVER = {
    "nukeviet": """\
feeds    = ["/rss/"]
sitemaps = ["/sitemap.xml"]
seeds    = ["/"]
article  = ['^/[a-z0-9-]+/[A-Za-z0-9-]+-\\d+\\.html$']
never    = ['^/print/', '^/savefile/', '[?&]nvvithemever=', '^/(users|seek|search)/']
""",
    "wordpress": """\
feeds    = ["/feed/"]
sitemaps = ["/wp-sitemap.xml"]
seeds    = ["/"]
article  = ['^/\\d{4}/\\d{2}/[^/]+/$']
never    = ['/feed/', '^/search/', '^/wp-json/']
""",
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.score", description=__doc__.partition("\n")[0])
    parser.add_argument("shared", type=Path)
    parser.add_argument("--worst", default="0", help="list so many of the worst pages of each site")
    options = parser.parse_args()
    sites = sorted(path.parent for path in options.shared.glob("data/cms/*/truth.jsonl"))
    if not sites:
        print(f"{options.shared}: no data/cms/*/truth.jsonl; SHARED=... names the folder", file=sys.stderr)
        return 2
    for site in sites:
        with tempfile.TemporaryDirectory(prefix="baotinh-score-") as scratch, _serving(options.shared, site) as base:
            crawled = _crawl(site, base, Path(scratch))
            print(f"\n=== {site.name}: crawled", flush=True)
            _score(options.shared, site, crawled, options.worst)
            if shutil.which("wget"):
                taken = _ingest(site, base, Path(scratch))
                print(f"\n=== {site.name}: wget --warc-file, then ingest", flush=True)
                _score(options.shared, site, taken, options.worst)
                _compare(crawled, taken)
    return 0


@contextlib.contextmanager
def _serving(shared: Path, site: Path) -> Iterator[str]:
    command = [sys.executable, str(shared / "score" / "serve_site.py"), str(site), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().split()[-1].rstrip("/")
        finally:
            process.terminate()


def _crawl(site: Path, base: str, scratch: Path) -> Path:
    archive = _archive(site, base, scratch / "crawled")
    _run(archive, "crawl", "recorded")
    return _export(archive)


def _ingest(site: Path, base: str, scratch: Path) -> Path:
    warc = scratch / "site"
    command = ["wget", "--quiet", "--recursive", "--level=inf", "--no-directories", "--delete-after"]
    refused = r"nvvithemever|/savefile/|/sendmail/|second=cronjobs"
    subprocess.run(
        [*command, f"--reject-regex={refused}", f"--warc-file={warc}", f"{base}/", f"{base}/sitemap.xml"],
        cwd=scratch,
        check=False,  # wget ends with 8 where one answer was an error
    )
    archive = _archive(site, base, scratch / "ingested")
    _run(archive, "ingest", str(warc.with_suffix(".warc.gz")), "--source", "recorded")
    return _export(archive)


def _archive(site: Path, base: str, folder: Path) -> Path:
    _run(folder, "init", "--operator", "Score", "--contact", "score@example.org")
    family = site.name.partition("-")[0]
    (folder / "sources").mkdir(exist_ok=True)
    (folder / "sources" / "recorded.toml").write_text(
        f'id = "recorded"\nname = "{site.name}"\nkind = "party"\nprovince = "thai-nguyen"\nstatus = "verified"\n'
        f'hosts = ["{urlsplit(base).netloc}"]\n\n[[layout]]\nfamily = "{family}"\n\n'
        f"[discover]\n{_DISCOVER[family]}\n[politeness]\ndelay_seconds = 0\n"
    )
    return folder


def _export(archive: Path) -> Path:
    file = archive / "read.jsonl"
    _run(archive, "export", "--format", "jsonl", "-o", str(file))
    return file


def _run(archive: Path, *arguments: str) -> None:
    environment = {**os.environ, "BAOTINH_ALLOW_LOOPBACK": "1"}
    subprocess.run([BAOTINH, "--archive", str(archive), *arguments], env=environment, check=True)


def _score(shared: Path, site: Path, read: Path, worst: str) -> None:
    command = [sys.executable, str(shared / "score" / "score_pages.py"), "--truth", str(site / "truth.jsonl")]
    subprocess.run([*command, "--read", str(read), "--worst", worst], check=True)


def _compare(crawled: Path, taken: Path) -> None:
    ours, theirs = _texts(crawled), _texts(taken)
    same = sum(ours[url] == theirs.get(url) for url in ours)
    print(f"articles crawled {len(ours)}, taken in {len(theirs)}, equal in headline, lead and paragraphs {same}")


def _texts(file: Path) -> dict[str, tuple[str, str, tuple[str, ...]]]:
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return {row["url"]: (row["headline"], row["lead"] or "", tuple(row["paragraphs"])) for row in rows}


if __name__ == "__main__":
    raise SystemExit(main())
