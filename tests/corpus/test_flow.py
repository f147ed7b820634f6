"""Who prints whom: known by what an article says of itself, or first in this archive, and never one for the other."""

from __future__ import annotations

import csv
import io
import json
import random
import sqlite3
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
import sqlite_utils
from click.testing import CliRunner
from parsing import reading_of
from search_corpus import SYLLABLES, Written, stored

from archive import Archive
from archive.cli import main
from archive.corpus import clusters, flow_graph
from archive.corpus.flow import Credited, Edge, Flow, Names, flow, lag
from archive.errors import NothingFound, UsageError

ALPHA, BETA, GAMMA, DELTA = "bao-alpha", "bao-beta", "tinh-uy-gamma", "cong-delta"


def text(seed: int) -> str:
    chance = random.Random(seed)
    return " ".join(chance.choice(SYLLABLES) for _ in range(120))


def article(number: int, source: str, story: int, at: str, end: str = ".", precision: str = "minute") -> Written:
    published = at if precision else ""
    return Written(
        number, "Tin", "", text(story) + end, source=source, day=at[:10], published=published, precision=precision
    )


def held(*articles: Written, credited: dict[int, str] | None = None) -> sqlite_utils.Database:
    db = stored(articles)
    for number, credit in (credited or {}).items():
        public = next(one.public_id for one in articles if one.number == number)
        db.execute("UPDATE articles SET source_credit = ? WHERE public_id = ?", (credit, public))
    db.conn.commit()
    clusters.update(db)
    return db


def edges(found: Flow) -> list[tuple[str, str, int, int]]:
    return [(one.origin, one.source, one.known, one.here) for one in found.edges]


MORNING, NOON, NEXT = "2020-03-01T08:00+07:00", "2020-03-01T12:30+07:00", "2020-03-02T08:00+07:00"


# First here.


def test_who_was_first_here_was_printed_by_the_others() -> None:
    db = held(
        *(article(at, ALPHA, at, MORNING) for at in range(3)),
        *(article(10 + at, BETA, at, NOON) for at in range(2)),
        article(20, GAMMA, 0, NEXT),
        article(30, BETA, 99, NEXT),
    )
    found = flow(db)
    assert edges(found) == [(ALPHA, BETA, 0, 2), (ALPHA, GAMMA, 0, 1)]
    first, second = found.edges
    assert (first.median_hours, first.timed, first.share) == (4.5, 2, 2 / 3)
    assert (second.median_hours, second.first, second.last) == (24.0, "2020-03-02", "2020-03-02")
    assert (found.texts, found.copies, found.known, found.pairs) == (2, 3, 0, 2)
    assert [(one.id, one.articles, one.copies, one.copied) for one in found.nodes] == [
        (ALPHA, 3, 0, 3),
        (BETA, 3, 2, 0),
        (GAMMA, 1, 1, 0),
    ]


def test_the_median_is_of_all_copies_and_a_source_counts_once_a_text() -> None:
    times = ("2020-03-01T09:00+07:00", "2020-03-01T10:00+07:00", "2020-03-03T08:00+07:00")
    db = held(
        *(article(at, ALPHA, at, MORNING) for at in range(3)),
        *(article(10 + at, BETA, at, time) for at, time in enumerate(times)),
        article(20, BETA, 0, NEXT),  # again
        article(21, ALPHA, 0, NEXT),
    )
    (edge,) = flow(db).edges
    assert (edge.articles, edge.median_hours, edge.first, edge.last) == (3, 2.0, "2020-03-01", "2020-03-03")


@pytest.mark.parametrize(
    ("one", "other", "unsure", "hours"),
    [
        (("2020-03-01", "day"), ("2020-03-01", "day"), True, None),
        (("2020-03-01", "day"), (NOON, "minute"), True, None),
        ((MORNING, "minute"), (MORNING, "minute"), True, None),
        (("2020-03-01", "day"), ("2020-03-03", "day"), False, 48.0),
        ((NOON, "minute"), ("2020-03-02", "day"), False, 24.0),
        (("2020-03-01", ""), (NEXT, "minute"), False, None),  # known by its capture alone
    ],
)
def test_a_time_that_is_not_known_makes_nobody_first_and_no_lag(
    one: tuple[str, str], other: tuple[str, str], unsure: bool, hours: float | None
) -> None:
    db = held(article(1, ALPHA, 1, one[0], precision=one[1]), article(2, BETA, 1, other[0], precision=other[1]))
    found = flow(db)
    assert found.unsure == unsure
    assert found.copies == (not unsure)
    assert [edge.median_hours for edge in found.edges] == ([] if unsure else [hours])
    assert any("who was first is not known" in note for note in found.notes) == unsure


# First known.


def test_a_credit_names_the_origin_whoever_was_first_here() -> None:
    db = held(
        article(1, ALPHA, 1, NOON),
        article(2, BETA, 1, MORNING),
        article(3, GAMMA, 1, NEXT),
        credited={2: "Báo Alpha", 1: "TTXVN"},
    )
    found = flow(db)
    assert edges(found) == [("TTXVN", ALPHA, 1, 0), (ALPHA, BETA, 1, 0), (BETA, GAMMA, 0, 1)]
    by_source = {edge.source: edge for edge in found.edges}
    assert by_source[BETA].median_hours is None  # its origin stands here with a later time
    assert not by_source[ALPHA].held
    assert edges(flow(db, basis="known")) == [("TTXVN", ALPHA, 1, 0), (ALPHA, BETA, 1, 0)]
    assert edges(flow(db, basis="here")) == [(BETA, GAMMA, 0, 1)]


def test_the_end_of_a_text_credits_too_and_the_lag_is_to_the_article_credited() -> None:
    db = held(
        article(1, GAMMA, 1, "2020-03-01T06:00+07:00"),
        article(2, ALPHA, 1, MORNING),
        article(3, BETA, 1, NOON, end=" xong.Theo Lê Hoa - Báo Alpha"),
    )
    assert edges(flow(db)) == [(ALPHA, BETA, 1, 0), (GAMMA, ALPHA, 0, 1)]
    assert {edge.source: edge.median_hours for edge in flow(db).edges} == {BETA: 4.5, ALPHA: 2.0}


def test_a_canonical_address_elsewhere_names_the_origin() -> None:
    page = (
        '<html><head><title>Tin mùa chè được giá</title><link rel="canonical" href="https://goc.example/tin/1.html">'
        "</head><body><h1>Tin mùa chè được giá ở tỉnh</h1><article>"
        + "".join(f"<p>Bà con {text(number)} được mùa.</p>" for number in range(4))
        + "</article></body></html>"
    )
    reading = reading_of(page, "https://baotn.example/tin/9.html")
    assert reading.article is not None
    assert reading.article.original == "https://goc.example/tin/1.html"
    names = Names([(ALPHA, "Báo Alpha", "https://goc.example/"), (BETA, "Báo Bê Ta", "https://baotn.example/")])
    said = Credited(BETA, "", "", reading.article.original, named=True)
    origin = names.origin(said)
    assert origin is not None
    assert (origin.id, origin.held) == (ALPHA, True)
    assert names.origin(Credited(ALPHA, "", "", "https://www.goc.example/x", named=True)) is None  # its own


NAMES = Names(
    [
        (ALPHA, "Báo Alpha", "https://baoalpha.vn/"),
        (GAMMA, "Tỉnh ủy Gam Ma", ""),
        ("dantri.com.vn", "dantri.com.vn", "dantri.com.vn"),
        ("vnexpress.net", "vnexpress.net", "vnexpress.net"),
        ("kinhdoanh.vnexpress.net", "kinhdoanh.vnexpress.net", "kinhdoanh.vnexpress.net"),
        ("a", "Báo Đất Mũi", ""),
        ("b", "Báo Đất Mũi", ""),
    ]
)


@pytest.mark.parametrize(
    ("credit", "named", "origin"),
    [
        ("Báo Alpha", False, (ALPHA, True)),
        ("Theo BAO ALPHA điện tử", True, (ALPHA, True)),
        ("baoalpha.vn", False, (ALPHA, True)),
        ("Dân trí", False, ("dantri.com.vn", True)),
        ("Theo Dân Trí, VnExpress", False, ("dantri.com.vn", True)),
        ("Nguồn: https://vnexpress.net/tin/1.html", False, ("vnexpress.net", True)),
        ("Hà Kim / VnExpress", False, ("vnexpress.net", True)),
        ("Kinh doanh", True, ("kinhdoanh", False)),  # a part of a site is not called so alone
        ("Thông tấn xã Việt Nam", False, ("TTXVN", False)),
        ("Trần Thường", False, None),  # the author, in a table of somebody else
        ("Theo Đất Mũi", False, ("datmui", False)),  # two of this name
        ("Theo Lan Anh (Zing)", False, ("zing", False)),
        ("", True, None),
    ],
)
def test_a_credit_is_a_source_held_or_a_name_that_is_told_to_be_one(
    credit: str, named: bool, origin: tuple[str, bool] | None
) -> None:
    found = NAMES.origin(Credited("bao-x", credit, "", "", named))
    assert (found and (found.id, found.held)) == origin


@pytest.mark.parametrize(
    ("end", "origin"),
    [
        ("... trước pháp luật.Theo Dân trí", "dantri.com.vn"),
        ("... trước pháp luật.\nTheo Trần XuânCông an nhân dân", "congannhandan"),
        ("... ngầm. Nguyễn Tiến(TheoAFP, AP, Reuters)", "afp"),
        ("... giao thông. Nguồn: [Link nguồn]", None),
        ("Theo Bộ Y tế, số ca mắc tại nhiều địa phương tăng nhanh trong tuần này.", None),
        ("Theo dõi Báo Alpha trên Google News", None),
        ("Mời bạn đọc theo dõi.", None),
    ],
)
def test_the_end_of_a_text_is_a_credit_where_it_is_nothing_else(end: str, origin: str | None) -> None:
    found = NAMES.origin(Credited("bao-x", "", end, "", named=False))
    assert (found and found.id) == origin


# What is asked.


def test_a_query_a_source_and_a_least_number_limit_the_copies() -> None:
    db = held(
        *(article(at, ALPHA, at, MORNING) for at in range(3)),
        *(article(10 + at, BETA, at, NOON, end=" lũquét." if at else ".") for at in range(3)),
        article(20, GAMMA, 0, NEXT),
    )
    assert edges(flow(db, "lũquét")) == [(ALPHA, BETA, 0, 2)]
    assert flow(db, "lũquét").edges[0].share == 1  # of its articles that the query finds
    assert edges(flow(db, "ngay:2020-03-02")) == [(ALPHA, GAMMA, 0, 1)]
    assert edges(flow(db, source=GAMMA)) == [(ALPHA, GAMMA, 0, 1)]
    assert edges(flow(db, least=2)) == [(ALPHA, BETA, 0, 3)]
    assert (len(flow(db, limit=1).edges), flow(db, limit=1).pairs) == (1, 2)
    with pytest.raises(UsageError, match="basis=sure: one of all, known, here"):
        flow(db, basis="sure")
    with pytest.raises(NothingFound, match="baotinh study clusters"):
        flow(stored([article(1, ALPHA, 1, NOON)]))


@pytest.mark.parametrize(
    ("hours", "said"), [(None, None), (0.5, "30 min"), (4.5, "4.5 h"), (47, "47.0 h"), (60, "2.5 d")]
)
def test_a_lag_is_said_in_the_unit_that_fits(hours: float | None, said: str | None) -> None:
    assert (lag(hours) and str(lag(hours))) == said


# How it is told.


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "kho"
    made = CliRunner().invoke(main, ["init", str(root), "--operator", "T", "--contact", "t@example.org"])
    assert made.exit_code == 0, made.output
    db = held(
        *(article(at, ALPHA, at, MORNING) for at in range(3)),
        *(article(10 + at, BETA, at, NOON) for at in range(2)),
        article(20, GAMMA, 0, NEXT),
        credited={20: 'Báo "Đất" & <Mũi>'},
    )
    target = sqlite3.connect(root / "archive.sqlite")
    db.conn.backup(target)
    target.close()
    return root


def run(folder: Path, *arguments: str, code: int = 0) -> tuple[str, str]:
    result = CliRunner().invoke(main, ["--lang", "en", "--archive", str(folder), "study", "flow", *arguments])
    assert result.exit_code == code, result.output
    return result.stdout, result.stderr


def test_the_command_prints_a_table_csv_and_json_of_the_same_edges(folder: Path) -> None:
    table, talk = run(folder)
    assert table.splitlines()[1].split() == [ALPHA, BETA, "2", "0", "2", "100.0%", "4.5", "h", *["2020-03-01"] * 2]
    assert "copies: 3 of 2 texts between 2 pairs of sources; 1 name their origin themselves" in talk
    rows = list(csv.DictReader(io.StringIO(run(folder, "--csv")[0])))
    found = json.loads(run(folder, "--json")[0])
    assert [row["source"] for row in rows] == [edge["source"] for edge in found["edges"]] == [BETA, GAMMA]
    with Archive.open(folder) as archive:
        assert [edge.source for edge in archive.flow().edges] == [BETA, GAMMA]
        assert edges(archive.flow("ngay:2020-03-01")) == [(ALPHA, BETA, 0, 2)]
    _, talk = run(folder, "--source", "bao-khac", code=3)
    assert "no text that two sources have published" in talk


def test_graphs_are_well_formed_and_hold_every_edge(folder: Path, tmp_path: Path) -> None:
    for form in ("graphml", "dot", "svg"):
        run(folder, "--graph", str(tmp_path / f"dong-tin.{form}"))
    space = {"g": "http://graphml.graphdrawing.org/xmlns"}
    graph = ElementTree.parse(tmp_path / "dong-tin.graphml").getroot()
    nodes = {node.get("id"): node for node in graph.iterfind(".//g:node", space)}
    found = [(edge.get("source"), edge.get("target")) for edge in graph.iterfind(".//g:edge", space)]
    assert found == [(ALPHA, BETA), ("name:baodatvamui", GAMMA)]
    assert {end for edge in found for end in edge} == set(nodes)
    assert nodes["name:baodatvamui"][0].text == 'Báo "Đất" & <Mũi>'
    dot = (tmp_path / "dong-tin.dot").read_text()
    assert f'"{ALPHA}" -> "{BETA}" [label="2", weight=2, known=0];' in dot
    assert r'[label="Báo \"Đất\" & <Mũi>", style=dashed];' in dot
    picture = ElementTree.parse(tmp_path / "dong-tin.svg").getroot()
    assert len(list(picture.iter("{http://www.w3.org/2000/svg}path"))) == 2
    _, talk = run(folder, "--graph", str(tmp_path / "dong-tin.svg"), code=2)
    assert "is there already" in talk
    _, talk = run(folder, "--graph", str(tmp_path / "dong-tin.png"), code=2)
    assert "graphml, dot, svg" in talk
    assert not (tmp_path / "dong-tin.png").exists()


def test_bands_are_as_wide_as_their_articles_and_stay_in_the_drawing() -> None:
    made = [
        Edge(f"o{at % 4}", f"O{at % 4}", at % 2 == 0, f"s{at}", f"S{at}", at + 1, at, 1, 0, 0.1, 0, None, "", "")
        for at in range(12)
    ]
    drawn = flow_graph.drawing(Flow(0, 0, 0, 0, 12, tuple(made), ()))
    widths = {band.width / band.articles for band in drawn.bands if band.width > 1}
    assert max(widths) - min(widths) < 0.2
    assert sum(band.articles for band in drawn.bands) == sum(edge.articles for edge in made)
    assert all(bar.y >= 0 and bar.y + bar.height <= drawn.height for bar in drawn.bars)
    for side in ("left", "right"):
        column = [bar for bar in drawn.bars if bar.side == side]
        assert all(one.y + one.height < other.y for one, other in pairwise(column))
