"""The flow of copies in the browser: drawn and in a table, as a sheet, as a graph, and over the API."""

from __future__ import annotations

import csv
import io
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree

import pytest
from reading_room import library, opened
from search_corpus import Written, stored
from starlette.testclient import TestClient

from archive.corpus import clusters
from archive.web.access import Rules

STORY = " ".join(f"chuyện {number} của làng" for number in range(40))


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    holdings = library(tmp_path_factory.mktemp("phong") / "kho")
    at = ("2020-03-01T08:00+07:00", "2020-03-01T12:30+07:00", "2020-03-02T08:00+07:00")
    db = stored(
        [
            Written(1, "Tin", "", STORY, source="bao-alpha", day="2020-03-01", published=at[0]),
            Written(2, "Tin", "", STORY, source="bao-beta", day="2020-03-01", published=at[1]),
            Written(
                3,
                "Tin",
                "",
                f"{STORY}.\n\nTheo Báo <b>Chè Xanh",
                source="cong-delta",
                day="2020-03-02",
                published=at[2],
            ),
        ]
    )
    clusters.update(db)
    with closing(sqlite3.connect(holdings.database)) as target:
        db.conn.backup(target)
    with opened(holdings) as client:
        yield client


def test_copies_are_drawn_and_told_with_how_they_are_known(client: TestClient) -> None:
    text = client.get("/flow?lang=en").text
    client.cookies.clear()
    assert "2 copies of 1 texts, 2 pairs of sources" in text
    assert (text.count('class="flow flow-here" d="M300'), text.count('class="flow flow-known" d="M300')) == (1, 1)
    row = re.search(r'<th scope="row"><a href="/source/bao-alpha">Báo Alpha</a></th>(.*?)</tr>', text)
    assert row is not None
    told = re.sub("<[^>]+>", " ", row[1]).split()
    assert told[:6] == ["Báo", "Bê", "Ta", "1", "0", "1"]
    assert "4.5 h" in row[1]
    assert "“Báo &lt;b&gt;Chè Xanh”" in text
    assert '<option value="bao-alpha">Báo Alpha</option>' in text, "a source is chosen by its name"


def test_what_is_asked_goes_into_table_sheet_and_graph(client: TestClient) -> None:
    text = client.get("/flow?basis=known&q=làng").text
    address = re.search(r'href="(/flow\.csv\?[^"]+)"', text)
    assert address is not None
    rows = list(csv.DictReader(io.StringIO(client.get(address[1].replace("&amp;", "&")).text.removeprefix("\ufeff"))))
    assert [(row["origin"], row["source"], row["known"]) for row in rows] == [("baobchexanh", "cong-delta", "1")]
    drawing = client.get("/flow.svg?basis=known")
    assert drawing.headers["content-type"].startswith("image/svg+xml")
    assert ElementTree.fromstring(drawing.content).tag == "{http://www.w3.org/2000/svg}svg"
    graph = client.get("/flow.graphml?basis=known")
    assert graph.headers["content-type"] == "application/graphml+xml"
    assert len(list(ElementTree.fromstring(graph.content).iter("{http://graphml.graphdrawing.org/xmlns}edge"))) == 1
    assert client.get("/flow.dot").text.startswith("digraph flow {")


def test_the_api_gives_the_same_edges(client: TestClient) -> None:
    found = client.get("/api/flow", params={"source": "bao-alpha"}).json()
    assert [(edge["origin"], edge["source"], edge["median_hours"]) for edge in found["edges"]] == [
        ("bao-alpha", "bao-beta", 4.5)
    ]
    assert client.get("/api/flow?basis=sure").status_code == 400


def test_a_mistake_and_an_archive_not_compared_yet_say_what_to_do(
    client: TestClient, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert "thiếu dấu ngoặc đóng" in client.get("/flow", params={"q": "(rừng"}).text
    with opened(library(tmp_path_factory.mktemp("khac") / "kho"), rules=Rules(local=True)) as other:
        answer = other.get("/flow?lang=en")
    assert answer.status_code == 200
    assert "baotinh study clusters" in answer.text


def test_no_reader_is_told_to_run_a_command(tmp_path: Path) -> None:
    with opened(library(tmp_path / "kho")) as other:
        answer = other.get("/flow?lang=en")
    assert "have not been compared" in answer.text
    assert "baotinh study" not in answer.text
