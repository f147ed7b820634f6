"""Ten machines crawl ten newspapers, are merged while they crawl, one is lost: the result is one machine's archive."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from harness import ROOT, assert_consistent, kill, query
from sites import Newspaper, serving

ARTICLES = 24  # of each newspaper
NAMES = [f"bao-thu-{number}" for number in range(10)]
MACHINES = [f"may-{number}" for number in range(10)]
SOURCE = """\
id       = "{name}"
name     = "Báo thử {name}"
kind     = "newspaper"
province = "thai-nguyen"
status   = "unverified"
hosts    = ["{host}"]
[[layout]]
family = "nukeviet"
[discover]
sitemaps = ["/sitemap.xml"]
article  = ['^/[a-z-]+/[^/]+-\\d+\\.html$']
[politeness]
delay_seconds = 0
"""
QUERIES = ("xã hội", "huyen", "đồng chí", "bao:bao-thu-3 huyện", "tieude:xã", "nhuốn OR quăn", "nhuon", '"xã hội"')
# Without probes: each run asks for an absent address of its own, and the fleet's machines had more runs.
SAME = {  # what must be equal, by words that do not hang on the order in which things came
    "articles": "SELECT a.url_key, a.source, a.public_id, a.revision, r.digest, a.day, a.province, a.words"
    " FROM articles a JOIN revisions r ON r.article = a.id AND r.number = a.revision",
    "texts": "SELECT url_key, headline, lead, body, captions, byline, published FROM articles",
    "captures": "SELECT DISTINCT source, url_key, kind, status, mime, payload_digest FROM captures"
    " WHERE kind != 'probe' AND status != 0",  # nor did a newspaper fall silent for it until it gave a request up
    "teasers": "SELECT source, url_key, headline, text, box FROM teasers",
    "searched": "SELECT url_key, count(*) FROM articles JOIN exact ON exact.rowid = search_rowid GROUP BY 1",
}
FRONTIER = "SELECT url, state, reason, kind FROM urls WHERE kind != 'probe'"


def command(*words: str | Path) -> subprocess.Popen[bytes]:
    """`baotinh` as typed."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "BAOTINH_LANG": "en"}
    line = [sys.executable, "-c", "from archive.cli import main; main()", *map(str, words)]
    return subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env, cwd=ROOT)


def end(process: subprocess.Popen[bytes], code: int = 0) -> tuple[str, str]:
    out, err = process.communicate(timeout=240)
    assert process.returncode == code, err.decode()
    return out.decode(), err.decode()


def baotinh(*words: str | Path) -> Any:
    return json.loads(end(command(*words, "--json"))[0])


def make(root: Path, newspapers: list[Newspaper]) -> Path:
    """An empty archive with the sources of `newspapers`."""
    end(command("init", root, "--operator", "Thư viện thử", "--contact", "lien-he@thu.example"))
    (root / "sources").mkdir(exist_ok=True)
    for one in newspapers:
        (root / "sources" / f"{one.name}.toml").write_text(SOURCE.format(name=one.name, host=one.host))
    return root


def crawl(shards: list[Path], number: int, *options: str) -> subprocess.Popen[bytes]:
    words = ("crawl", NAMES[number], "--archive", shards[number], "--allow-loopback", "--json", *options)
    return command(*words)


def rows(database: Path, statement: str) -> list[tuple[Any, ...]]:
    return sorted(query(database, statement), key=repr)


def ids(answer: Any) -> set[str]:
    return {hit["public_id"] for hit in answer["hits"]}


def test_a_fleet_of_ten_comes_to_what_one_machine_has(tmp_path: Path) -> None:
    with serving(NAMES, ARTICLES) as newspapers:
        one = make(tmp_path / "one", newspapers)
        fleet = make(tmp_path / "fleet", newspapers)
        shards = [make(tmp_path / machine, [own]) for machine, own in zip(MACHINES, newspapers, strict=True)]
        early, late = range(5), range(5, 10)

        # All ten crawl; 0-4 end after twelve requests, 5-9 wait in mid-crawl for their site.
        for number in late:
            newspapers[number].fall_silent(after=8)
        running = {
            number: crawl(shards, number, *(["--limit", "12"] if number in early else [])) for number in range(10)
        }
        for number in early:
            end(running.pop(number))
        for number in late:
            newspapers[number].wait_until_silent()
        assert all(process.poll() is None for process in running.values())

        # First merge, in mid-crawl: killed while it copies, begun again; a shard that is being crawled is refused.
        merging = command("merge", *shards[:5], "--archive", fleet)
        deadline = time.monotonic() + 60
        while not list(fleet.glob("warc/*/*.gz")) and merging.poll() is None:
            assert time.monotonic() < deadline
            time.sleep(0.005)
        kill(merging)
        assert merging.returncode == -9
        first = baotinh("merge", *shards[:5], "--archive", fleet)
        assert sum(merged["known"] for merged in first) >= 1
        _, said = end(command("merge", shards[7], "--archive", fleet), code=4)
        assert "crawl-bao-thu-7" in said
        part = len(rows(fleet / "archive.sqlite", SAME["articles"]))
        assert 0 < part < 10 * ARTICLES // 2
        assert all(process.poll() is None for process in running.values())

        # 5-9 end; 0-4 go on and wait; machine 3 is lost with all it had, of which there is a copy from before.
        shutil.copytree(shards[3], tmp_path / "backup")
        for number in early:
            newspapers[number].fall_silent(after=4)
        for number in late:
            newspapers[number].speak()
        for number in late:
            end(running.pop(number))
        running = {number: crawl(shards, number) for number in early}
        for number in early:
            newspapers[number].wait_until_silent()
        kill(running.pop(3))
        shutil.rmtree(shards[3])

        # Second merge in mid-crawl, without the lost one.
        baotinh("merge", *shards[5:], "--archive", fleet)
        assert all(process.poll() is None for process in running.values())
        assert part < len(rows(fleet / "archive.sqlite", SAME["articles"])) < 10 * ARTICLES

        shutil.copytree(tmp_path / "backup", shards[3])
        for number in early:
            newspapers[number].speak()
        running[3] = crawl(shards, 3)
        for process in running.values():
            end(process)
        last = baotinh("merge", *shards, "--archive", fleet)
        assert [merged["new"] > 0 for merged in last] == [number in early for number in range(10)]
        again = baotinh("merge", *reversed(shards), "--archive", fleet)
        assert not any(merged["files"] or merged["new"] or merged["urls"] for merged in again)

        end(command("crawl", *NAMES, "--archive", one, "--allow-loopback", "--json"))

    for name, statement in SAME.items():
        alone, together = rows(one / "archive.sqlite", statement), rows(fleet / "archive.sqlite", statement)
        assert Counter(alone) == Counter(together), name
        assert alone, name
    assert len(rows(fleet / "archive.sqlite", SAME["articles"])) == 10 * ARTICLES
    assert rows(one / "frontier.sqlite", FRONTIER) == rows(fleet / "frontier.sqlite", FRONTIER)
    for words in QUERIES:
        alone, together = (
            baotinh("search", *words.split(), "--limit", "500", "--archive", root) for root in (one, fleet)
        )
        assert alone["total_folded"] == together["total_folded"] > 0, words
        assert alone["total_exact"] == together["total_exact"], words
        assert ids(alone) == ids(together), words
    for root in (one, fleet, *shards):
        assert_consistent(root)
        end(command("verify", "--full", "--archive", root))
