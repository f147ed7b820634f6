"""One text in several newspapers: found, ordered by who was first, the same in whatever order it came."""

from __future__ import annotations

import json
import random
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from search_corpus import invented, stored
from small_archive import FIRST_DAY, SITE, capture, database, keep, new_holdings, page, read, read_json, tables

from archive import parsers
from archive.cli import main
from archive.corpus import clusters
from archive.custody.rebuild import rebuild
from archive.custody.verify import verify
from archive.holdings import Holdings
from archive.model import Capture
from archive.sources import Register, parse_source
from archive.store import clusters as rows
from archive.store import open_database
from archive.store.clusters import Cluster
from archive.text import similarity

PROVINCES = {"bao-a": "bac-kan", "bao-b": "thai-nguyen", "bao-c": "thai-nguyen", "bao-d": "cao-bang"}
REGISTER = Register.of(
    parse_source(
        f'id = "{name}"\nname = "Báo {name[-1].upper()}"\nkind = "newspaper"\nprovince = "{province}"\n'
        f'status = "unverified"\nhosts = ["{name}.example"]\n[[layout]]\nfamily = "generic"\n',
        f"{name}.toml",
    )
    for name, province in PROVINCES.items()
)
SYLLABLES = [
    *("tỉnh", "ủy", "họp", "bàn", "mùa", "chè", "được", "giá", "bà", "con"),
    *("nông", "dân", "xã", "Yên", "Hòa", "trồng", "thêm", "lúa", "mới", "đường"),
    *("làng", "mở", "rộng"),
]
_random = random.Random(4)
ARTICLE = invented(1, seed=1)[0]
STORY = [_random.choice(SYLLABLES) for _ in range(300)]
OTHER = [_random.choice(SYLLABLES) for _ in range(300)]


@pytest.fixture(autouse=True)
def _pages_are_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsers, "read_page", read_json, raising=False)


@pytest.fixture
def holdings(tmp_path: Path) -> Holdings:
    return new_holdings(tmp_path / "data")


def printed(source: str, words: list[str], hour: int, path: str = "/bai-1.html", minute: int = 0) -> Capture:
    """A page of `source` with one paragraph of `words`, published on 1 March 2020 at `hour`; 24 for no time."""
    published = "2020-03-01" if hour == 24 else f"2020-03-01T{hour:02}:00+07:00"
    made = capture(path, page("Tin mùa chè", " ".join(words), published=published), minute)
    return replace(made, url=made.url.replace(SITE, f"https://{source}.example"), source=source)


def edited(words: list[str], share: float, seed: int = 1) -> list[str]:
    chosen = random.Random(seed)
    return [f"khác{at}" if chosen.random() < share else word for at, word in enumerate(words)]


def store(holdings: Holdings, *captures: Capture, run: str = "r1") -> None:
    read(holdings, keep(holdings, captures, run), REGISTER)


def update(holdings: Holdings) -> int:
    db = open_database(holdings.database)
    try:
        return clusters.update(db)
    finally:
        db.close()


def listed(holdings: Holdings, within: bool = False) -> list[Cluster]:
    with database(holdings) as db:
        return list(rows.clusters(db, within=within))


def groups(holdings: Holdings) -> list[list[str]]:
    return sorted([one.url for one in found.members] for found in listed(holdings, within=True))


def test_a_text_with_a_byline_a_cut_or_small_edits_is_one_and_another_is_not(holdings: Holdings) -> None:
    store(
        holdings,
        printed("bao-b", [*STORY, "theo", "TTXVN"], 9),
        printed("bao-a", STORY, 7),
        printed("bao-c", STORY[:240], 10),
        printed("bao-d", edited(STORY, 0.05), 24),
        printed("bao-d", OTHER, 6, "/bai-2.html"),
    )
    assert update(holdings) == 5
    (found,) = listed(holdings)
    assert [one.source for one in found.members] == ["bao-a", "bao-b", "bao-c", "bao-d"]
    assert (found.articles, found.sources, found.provinces) == (4, 4, 3)
    assert found.first.published == "2020-03-01T07:00+07:00"


def looked_at(folder: Path, copies: int) -> tuple[list[int], int]:
    """The sizes of the clusters of so many copies of one text with a small change, and how much SQLite did for them."""
    db = open_database(folder / f"{copies}.sqlite")
    stored([replace(ARTICLE, number=at, body=f"{' '.join(STORY)} số {at}") for at in range(copies)], db)
    done = 0

    def more() -> int:
        nonlocal done
        done += 1
        return 0

    db.conn.set_progress_handler(more, 1000)
    assert clusters.update(db) == copies
    db.conn.set_progress_handler(None, 0)
    sizes = [found.articles for found in rows.clusters(db, within=True)]
    db.close()
    return sizes, done


def test_a_text_printed_ever_so_often_costs_each_time_the_same(tmp_path: Path) -> None:
    sizes, few = looked_at(tmp_path, 200)
    assert sizes == [200]
    sizes, many = looked_at(tmp_path, 2000)
    assert sizes == [2000]
    assert many < 13 * few  # 100 times where each is compared with each


def test_an_accent_or_its_way_of_writing_makes_no_other_text() -> None:
    text = " ".join(STORY)
    assert similarity.minhash_keys(similarity.shingles(text)) == similarity.minhash_keys(
        similarity.shingles(unicodedata.normalize("NFD", text.upper()))
    )


def test_texts_too_short_to_tell_apart_are_in_no_cluster(holdings: Holdings) -> None:
    store(holdings, printed("bao-a", STORY[:20], 7), printed("bao-b", STORY[:20], 8))
    update(holdings)
    assert listed(holdings) == []


def test_a_text_that_one_source_alone_repeats_is_listed_only_when_asked(holdings: Holdings) -> None:
    store(holdings, printed("bao-a", STORY, 7), printed("bao-a", STORY, 8, "/bai-2.html"))
    update(holdings)
    assert listed(holdings) == []
    assert [found.articles for found in listed(holdings, within=True)] == [2]


def test_a_chain_of_small_changes_joins_nothing_that_is_unlike_its_first(holdings: Holdings) -> None:
    chain = [STORY]
    for step in range(5):
        chain.append(edited(chain[-1], 0.07, step))
    store(holdings, *(printed("bao-a", words, at, f"/bai-{at}.html") for at, words in enumerate(chain, 1)))
    update(holdings)
    first = similarity.shingles(" ".join(STORY))
    for found in listed(holdings, within=True):
        if found.first.url.endswith("/bai-1.html"):
            for one in found.members:
                words = chain[int(one.url.rpartition("-")[2].removesuffix(".html")) - 1]
                assert max(similarity.likeness(first, similarity.shingles(" ".join(words)))) >= clusters.ALIKE
            assert found.articles < len(chain)


def family(seed: int) -> list[Capture]:
    """Thirty articles: three stories, each passed on with changes from paper to paper."""
    chosen = random.Random(seed)
    made: list[tuple[int, list[str]]] = [(at, [chosen.choice(SYLLABLES) for _ in range(120)]) for at in range(3)]
    while len(made) < 30:
        story, words = chosen.choice(made)
        made.append((story, edited(words, chosen.choice([0, 0.03, 0.08]), chosen.randrange(1000))))
    return [
        printed(chosen.choice(list(PROVINCES)), words, chosen.randrange(25), f"/bai-{at}.html", at)
        for at, (_, words) in enumerate(made)
    ]


@pytest.mark.parametrize("seed", range(4))
def test_clusters_are_the_same_in_whatever_portions_and_order_articles_came(tmp_path: Path, seed: int) -> None:
    captures = family(seed)
    whole = new_holdings(tmp_path / "whole")
    store(whole, *captures)
    update(whole)
    shuffled = random.Random(seed + 100).sample(captures, len(captures))
    parts = new_holdings(tmp_path / "parts")
    for run in range(0, 30, 6):
        store(parts, *shuffled[run : run + 6], run=f"r{run}")
        update(parts)
    assert groups(parts) == groups(whole) != []


@pytest.mark.parametrize("seed", range(3))
def test_a_changed_text_leaves_its_cluster_as_if_it_had_never_been_there(tmp_path: Path, seed: int) -> None:
    captures = family(seed)
    late = [
        replace(printed(one.source, OTHER, at, "/" + one.url.rpartition("/")[2]), began=FIRST_DAY.replace(year=2025))
        for at, one in enumerate(captures[:7])
    ]
    changed = new_holdings(tmp_path / "changed")
    store(changed, *captures)
    update(changed)
    store(changed, *late, run="r2")
    update(changed)
    fresh = new_holdings(tmp_path / "fresh")
    store(fresh, *captures, *late)
    update(fresh)
    assert groups(changed) == groups(fresh)
    assert update(changed) == 0


def test_clusters_are_made_again_by_a_rebuild_and_change_no_other_row(holdings: Holdings) -> None:
    store(holdings, *family(9))
    update(holdings)
    before = groups(holdings)
    with database(holdings) as db:
        other = tables(db)
    rebuild(holdings, REGISTER)
    assert groups(holdings) == before
    update(holdings)
    assert groups(holdings) == before
    with database(holdings) as db:
        assert tables(db) == other


def test_an_article_taken_out_is_in_no_cluster_from_that_moment(holdings: Holdings) -> None:
    store(holdings, *(printed(name, STORY, hour) for hour, name in enumerate(PROVINCES, 7)))
    update(holdings)
    db = open_database(holdings.database)
    try:
        db.execute("DELETE FROM articles WHERE source = 'bao-a'")
        db.conn.commit()
    finally:
        db.close()
    assert [one.source for one in listed(holdings)[0].members] == ["bao-b", "bao-c", "bao-d"]
    update(holdings)
    assert [one.source for one in listed(holdings)[0].members] == ["bao-b", "bao-c", "bao-d"]


def test_a_search_gets_the_first_publisher_of_each_text(holdings: Holdings) -> None:
    store(holdings, printed("bao-a", STORY, 9), printed("bao-b", STORY, 7), printed("bao-c", OTHER, 8))
    update(holdings)
    with database(holdings) as db:
        places = dict(db.execute("SELECT source, search_rowid FROM articles").fetchall())
        found = rows.firsts(db, places.values())
    assert found == {places["bao-a"]: places["bao-b"], places["bao-b"]: places["bao-b"]}


@pytest.fixture
def told(holdings: Holdings) -> CliRunner:
    store(holdings, printed("bao-a", STORY, 9), printed("bao-b", STORY, 7), printed("bao-c", OTHER, 8))
    return CliRunner(env={"BAOTINH_ARCHIVE": str(holdings.root), "BAOTINH_LANG": "en"})


def test_the_command_finds_lists_and_seals_and_show_and_export_name_the_others(
    told: CliRunner, holdings: Holdings
) -> None:
    made = told.invoke(main, ["study", "clusters", "--json"])
    assert made.exit_code == 0
    (one,) = [json.loads(line) for line in made.stdout.splitlines()]
    assert [member["source"] for member in one["members"]] == ["bao-b", "bao-a"]
    copy = one["members"][1]["id"]
    assert verify(holdings).notes == ()
    shown = told.invoke(main, ["show", copy]).stdout
    assert "this text: 2 articles, 2 sources, 2 provinces" in shown
    assert "bao-b  first" in shown
    lines = [json.loads(line) for line in told.invoke(main, ["export"]).stdout.splitlines()]
    same = {line["source"]: line["same_text"] for line in lines}
    assert same["bao-c"] is None
    assert same["bao-a"]["first"] == one["members"][0]["id"]
    assert [other["source"] for other in same["bao-a"]["others"]] == ["bao-b"]


def test_no_cluster_of_two_sources_is_said_with_its_exit_code(holdings: Holdings) -> None:
    store(holdings, printed("bao-a", STORY, 9))
    found = CliRunner().invoke(main, ["--archive", str(holdings.root), "study", "clusters", "--list"])
    assert found.exit_code == 3
