"""A claim costs the same whatever waits: it walks one index in order, and sorts and counts nothing."""

from __future__ import annotations

from pathlib import Path

from crawler.frontier.store import LOWEST, READY, Candidate, FrontierStore


def test_a_claim_walks_an_index_and_neither_scans_nor_sorts(tmp_path: Path) -> None:
    rows = FrontierStore(tmp_path / "frontier.sqlite")
    rows.add((Candidate(f"https://thu.example/bai-{n}.html", "article", n) for n in range(200)), "thu")
    plan = [line[3] for line in rows.read(f"EXPLAIN QUERY PLAN {READY}", (1, "thu", LOWEST, 64))]
    rows.close()
    assert any("urls_ready (authority=?" in line for line in plan)
    assert not [line for line in plan if "SCAN" in line or "TEMP B-TREE" in line]


def test_hands_come_in_order_of_urgency_and_never_twice(tmp_path: Path) -> None:
    rows = FrontierStore(tmp_path / "frontier.sqlite")
    rows.add((Candidate(f"https://thu.example/bai-{n}.html", "article", n * 7 % 50) for n in range(50)), "thu")
    authority = rows.authority("https://thu.example/", "thu")
    hands = [row.priority for _ in range(4) for row in rows.claim(authority, "thu", "lan-1", 16)]
    rows.close()
    assert hands == list(reversed(range(50)))
