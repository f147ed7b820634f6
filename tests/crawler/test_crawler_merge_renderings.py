"""An article whose AMP or print version lies in one archive and whose own page in another is one, however they meet."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path

import pytest
from small_archive import database, tables
from takedown_archive import page

from archive.custody.rebuild import rebuild
from archive.custody.takedown import takedown
from archive.custody.verify import verify
from archive.holdings import Holdings
from archive.ingest.keep import Keeper
from archive.ingest.pipeline import Ingest
from archive.ingest.reread import reread
from archive.model import Capture
from archive.sources import Register, parse_source
from crawler.merge import merge

SITE = "https://tinhuy.example"
OWN = f"{SITE}/tin/hoi-nghi-1.html"
ADDRESSES = {"own": OWN, "amp": f"{SITE}/amp/tin/hoi-nghi-1.html", "print": f"{SITE}/print/tin/hoi-nghi-1.html"}
DAYS = {"own": 0, "amp": 1, "print": 2}  # the own page is the oldest: what is seen last must not win
SOURCE = """id = "tinh-uy"
name = "Tỉnh ủy"
kind = "party"
province = "bac-kan"
status = "unverified"
hosts = ["tinhuy.example"]
[[layout]]
family = "generic"
"""
REGISTER = Register.of([parse_source(SOURCE, "tinh-uy.toml")])


def shard(folder: Path, name: str) -> Path:
    """An archive that has met this one rendering of the article, three times in a day, the last time changed."""
    holdings, run = (
        Holdings.create(folder / f"kho-{name}", "Thư viện", "mailto:luu-tru@thuvien.example"),
        f"2026-{name}",
    )
    (holdings.sources / "tinh-uy.toml").write_text(SOURCE)
    with Keeper(holdings, "tinh-uy", run) as keeper, Ingest(holdings, REGISTER) as ingest:
        for hour in range(3):
            began = datetime(2026, 3, 5 + DAYS[name], hour, tzinfo=UTC)
            response = rendered(name, f"Bản {name}, giờ {hour // 2}.")
            ingest.read(keeper.keep(Capture(ADDRESSES[name], began, b"", response, "tinh-uy", "article", run)))
    return holdings.root


def rendered(name: str, text: str) -> bytes:
    made = page("Hội nghị rút kinh nghiệm", text, canonical="" if name == "own" else OWN)
    marked = made.replace(b"<html", b"<html amp") if name == "amp" else made
    return marked.replace(b"Content-Length: ", b"X-Length: ")


def told(holdings: Holdings) -> dict[str, list[tuple[object, ...]]]:
    with database(holdings) as db:
        return {name: rows for name, rows in tables(db).items() if name != "events"}


def merged(folder: Path, order: tuple[Path, ...]) -> Holdings:
    holdings = Holdings.create(folder, "Thư viện chung", "mailto:luu-tru@thuvien.example")
    for one in order:
        merge(holdings, one)
    return holdings


@pytest.fixture(scope="module")
def shards(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("shards")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("archive.worker.pool.cores", lambda: 0)
        return {name: shard(folder, name) for name in ADDRESSES}


@pytest.mark.parametrize("names", [("own", "amp"), ("own", "print"), ("amp", "print"), ("own", "amp", "print")])
def test_in_whatever_order_they_are_merged_they_are_one_article_of_the_first_choice(
    tmp_path: Path, shards: dict[str, Path], names: tuple[str, ...]
) -> None:
    found = []
    for number, order in enumerate(permutations(names)):
        holdings = merged(tmp_path / f"t{number}", tuple(shards[name] for name in order))
        rows = told(holdings)
        assert reread(holdings, REGISTER).articles == 0
        assert told(holdings) == rows
        rebuild(holdings, REGISTER)
        assert told(holdings) == rows
        assert verify(holdings, "full").findings == ()
        found.append(rows)
    assert all(rows == found[0] for rows in found)
    with database(holdings) as db:
        ((url, body, revision, gone),) = db.execute("SELECT url, body, revision, gone_at FROM articles").fetchall()
    assert (url, revision, gone) == (OWN, 2, None)
    assert str(body).startswith(f"Bản {names[0]}, giờ 1.")


@pytest.mark.parametrize("order", [("amp", "own"), ("own", "amp")])
def test_a_rendering_of_what_was_taken_down_stays_out_of_a_merged_archive(
    tmp_path: Path, shards: dict[str, Path], order: tuple[str, str]
) -> None:
    holdings = merged(tmp_path / "t", (shards[order[0]],))
    takedown(holdings, OWN, "erased", "dữ liệu cá nhân", "công văn 12")
    merge(holdings, shards[order[1]])
    with database(holdings) as db:
        assert db.execute("SELECT count(*) FROM articles").fetchall() == [(0,)]
    takedown(holdings, OWN, "erased", "dữ liệu cá nhân", "công văn 12")
    rebuild(holdings, REGISTER)
    assert verify(holdings, "full").findings == ()
