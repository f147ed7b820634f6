"""Faults 1 and 2: killed at each step, killed at random, and nothing is lost."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
from harness import (
    Site,
    articles,
    assert_consistent,
    finish,
    kill,
    make_archive,
    query,
    report,
    serving,
    start,
)

from archive.custody.verify import verify
from archive.holdings import Holdings

STEPS = {
    "claim": "crawler.frontier.store.FrontierStore.claim",
    "fetched": "crawler.frontier.outcomes.Outcomes.arrived",
    "written": "archive.ingest.keep.Keeper.keep",
    "synced": "archive.ingest.keep.Keeper.sync",
    "committed": "crawler.frontier.store.FrontierStore.commit",
    "settled": "crawler.frontier.store.FrontierStore.settle",
    "links": "crawler.frontier.store.FrontierStore.add",
    "recovered": "crawler.frontier.store.FrontierStore.release",
}

# Kills the process at the nth call of a function, before or after its work: SQLite's way of testing crashes.
KILLER = """
import importlib, os, signal
path, number, after = {path!r}, {number}, {after}
module, _, name = path.rpartition(".")
try:
    owner = importlib.import_module(module)
except ImportError:
    module, _, kind = module.rpartition(".")
    owner = getattr(importlib.import_module(module), kind)
original, calls = getattr(owner, name), 0
def deadly(*args, **more):
    global calls
    calls += 1
    if calls == number and not after:
        os.kill(os.getpid(), signal.SIGKILL)
    result = original(*args, **more)
    if calls == number and after:
        os.kill(os.getpid(), signal.SIGKILL)
    return result
setattr(owner, name, deadly)
"""


@pytest.mark.fault(1)
@pytest.mark.parametrize("step", STEPS)
def test_killed_at_a_step_for_the_first_second_third_time_and_nothing_is_lost(tmp_path: Path, step: str) -> None:
    with serving(Site(60)) as site:
        archive = make_archive(tmp_path / "a", site.port)
        kills = 0
        for number in (1, 2, 3, 5, 8, 13, 21, 34):
            for after in (False, True):
                killer = KILLER.format(path=STEPS[step], number=number, after=after)
                process = start(archive, first=killer)
                if finish(process)[0] == -9:
                    kills += 1
        code, out, err = finish(start(archive, "--json"))
        assert (code, err) == (0, "")
        assert kills > 0 or step == "recovered"
        assert articles(archive) == 60
        assert report(out)["left"] == 0
        assert_consistent(archive)
        assert query(archive / "archive.sqlite", "SELECT max(revision) FROM articles") == [(1,)]
        assert site.repeated <= 4 * kills, "only what was on its way may be asked for again"


@pytest.mark.fault(2)
@pytest.mark.parametrize("seed", [20261124, 20261125])
def test_fifty_kills_at_random_moments_lose_nothing_and_store_nothing_twice(tmp_path: Path, seed: int) -> None:
    steps = random.Random(seed)
    with serving(Site(1000)) as site:
        archive = make_archive(tmp_path / "a", site.port)
        kills = 0
        while kills < 50:
            process = start(archive)
            goal = sum(site.asked.values()) + steps.randint(1, 20)
            while process.poll() is None and sum(site.asked.values()) < goal:
                time.sleep(0.002)
            time.sleep(steps.uniform(0, 0.12))  # at whatever step of the road it is then
            if process.poll() is not None:
                break
            kill(process)
            kills += 1
        repeated = site.repeated
        code, out, err = finish(start(archive, "--json"), seconds=300)
        assert (code, err) == (0, "")
        assert articles(archive) == 1000
        assert report(out)["left"] == 0
        assert_consistent(archive)
        assert verify(Holdings.open(archive), "full").findings == ()
        captures = query(archive / "archive.sqlite", "SELECT count(*) FROM captures WHERE kind = 'article'")[0][0]
        print(f"{kills} kills, {repeated} of 1,000 pages asked for again, {captures - 1000} stored again")
        assert kills == 50
        assert captures == 1000, "what was stored is found again, not fetched again"
        assert repeated <= 12 * kills
