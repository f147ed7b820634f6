"""A real Datasette opens an archive, and its canned search understands Vietnamese with and without accents."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from search_corpus import Written, revise, stored

from archive.store import open_database

datasette = pytest.importorskip("datasette.app", reason="datasette is optional")

ARTICLES = [
    Written(1, "Hội nghị rút kinh nghiệm", "", "Đường về bản.", day="2020-03-05"),
    Written(2, "Hoi nghi", "", "", day="2020-03-06", source="tinh-uy-gamma"),
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "archive.sqlite"
    db = stored(ARTICLES, open_database(path))
    revise(db, ARTICLES[0], ("2020-03-05T20:00:00.000Z", "Đường về bản."))
    db.close()
    return path


def get(path: Path, address: str, **parameters: str) -> Any:
    """What Datasette answers, started with our metadata and plugin."""
    from archive import datasette as plugin

    async def ask() -> Any:
        from datasette.plugins import pm

        if not pm.is_registered(plugin):
            pm.register(plugin, name="baotinh")
        app = datasette.Datasette([str(path)], metadata=json.loads(plugin.METADATA.read_text(encoding="utf-8")))
        query = urlencode({"_shape": "array", **parameters})
        answer = await app.client.get(f"/archive/{address}.json?{query}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    return asyncio.run(ask())


@pytest.mark.parametrize(
    ("query", "headlines"),
    [
        ("hội nghị", ["Hội nghị rút kinh nghiệm"]),
        ("hoi nghi", ["Hoi nghi", "Hội nghị rút kinh nghiệm"]),
        ('duong tinh:"Bắc Kạn"', ["Hội nghị rút kinh nghiệm"]),
        ('"không đóng', []),
        ("", []),
    ],
)
def test_the_canned_search_finds_in_the_order_of_the_archive(path: Path, query: str, headlines: list[str]) -> None:
    assert [row["headline"] for row in get(path, "search", q=query)] == headlines


def test_a_mistake_is_explained(path: Path) -> None:
    assert "quotation mark" in get(path, "understood", q='"không đóng')[0]["understood"]
    assert "1 articles" not in get(path, "understood", q="hoi")[0]["understood"]
    assert "hoi [mọi dấu: 2]; 2 articles" in get(path, "understood", q="hoi")[0]["understood"]


def test_the_other_canned_queries_run(path: Path) -> None:
    assert len(get(path, "months", from_day="", to_day="")) == 2
    assert get(path, "history", public_id=ARTICLES[0].public_id)[0]["current"] == 1
    assert get(path, "unread") == []


def test_people_can_fold_in_their_own_sql(path: Path) -> None:
    rows = get(path, "../archive", sql="SELECT baotinh_fold('Đường') AS folded, baotinh_exact('HÒA') AS exact")
    assert rows == [{"folded": "duong", "exact": "hoà"}]
