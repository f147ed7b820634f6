"""What is taken down is withheld on every side at once: by command, in the room, by programs, in packages, in SQL."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from unittest.mock import patch

import pytest
from click.testing import CliRunner
from reading_room import REGISTER, URL, identity, library, opened, read_json
from starlette.testclient import TestClient

from archive import datasette, parsers
from archive.api import Archive
from archive.cli import main
from archive.custody.package.wacz import write_wacz
from archive.custody.rebuild import rebuild
from archive.custody.takedown import lift, takedown
from archive.custody.verify import verify
from archive.errors import NothingFound
from archive.holdings import Holdings
from archive.learning.restorer import train
from archive.warc import cdxj
from archive.web.replay.app import create_replay

WORD = "Pác Lạn"
"""Stands in the text of the article at URL alone."""

HEADLINE = "Họp bàn trồng rừng"
WHO = "công văn 12/STTTT"
COMMANDS = {
    "search": ("search", "--json", "rừng"),
    "concordance": ("study", "concordance", "--json", "rừng"),
    "show": ("show", "{article}"),
    "cite": ("cite", "{article}"),
    "export jsonl": ("export", "--format", "jsonl"),
    "export csv": ("export", "--format", "csv"),
    "export records": ("export", "--format", "records"),
    "teasers": ("stats", "--teasers", "--json"),
}
ADDRESSES = {
    "search page": "/?q=rừng",
    "article page": "/article/{article}",
    "changes": "/article/{article}/changes?from=1&to=2",
    "citation": "/article/{article}.bib",
    "lookup": f"/lookup?url={URL}",
    "concordance page": "/concordance?q=rừng",
    "feed": "/feed.atom?q=rừng",
    "export page": "/export.jsonl?q=rừng",
    "search by program": "/api/search?q=rừng",
    "article by program": "/api/articles/{article}",
    "revisions by program": "/api/articles/{article}/revisions",
    "lookup by program": f"/api/lookup?url={URL}",
    "records for catalogues": "/oai?verb=ListRecords&metadataPrefix=oai_dc",
    "record for catalogues": "/oai?verb=GetRecord&metadataPrefix=oai_dc&identifier=urn:baotinh:{article}",
}

TOLD_AS_DELETED = frozenset({"records for catalogues", "record for catalogues"})
"""OAI-PMH tells who has harvested a record that it is deleted: its name, and nothing of it."""

ELSEWHERE = frozenset({"teasers"})
"""Shows nothing of this article at any time: asked so that it never does."""


@pytest.fixture
def holdings(tmp_path: Path) -> Holdings:
    made = library(tmp_path / "kho")
    cdxj.build(made.root)
    return made


def commanded(holdings: Holdings, article: str) -> dict[str, str]:
    """What each command says on standard output."""
    said = {}
    for name, words in COMMANDS.items():
        line = [word.format(article=article) for word in words]
        said[name] = CliRunner().invoke(main, ["--lang", "en", "--archive", str(holdings.root), *line]).stdout
    return said


def answered(client: TestClient, article: str) -> dict[str, str]:
    """What each address answers, and its status where that is an error."""
    answers = {
        name: client.get(address.format(article=article), follow_redirects=True) for name, address in ADDRESSES.items()
    }
    return {
        name: answer.text if answer.status_code < 400 else f"{answer.status_code}" for name, answer in answers.items()
    }


def replayed(holdings: Holdings) -> dict[str, str]:
    app = create_replay(holdings, hosts=("testserver",), room="http://127.0.0.1:8001")
    with TestClient(app, follow_redirects=True) as client:
        addresses = (f"/20261101000000/{URL}", f"/20261101000000id_/{URL}", f"/timegate/{URL}", f"/timemap/link/{URL}")
        answers = {f"replay {address}": client.get(address) for address in addresses}
    return {
        name: answer.text if answer.status_code < 400 else f"{answer.status_code}" for name, answer in answers.items()
    }


def packed(holdings: Holdings, tmp_path: Path, number: int) -> dict[str, str]:
    """What is not WARC in a package: pages, full texts, index; WARC files of hidden pages stay out altogether."""
    path = tmp_path / f"{number}.wacz"
    write_wacz(holdings, path, title="Tất cả")
    with zipfile.ZipFile(path) as package:
        pages = [name for name in package.namelist() if name.endswith(".jsonl")]
        return {f"package {name}": package.read(name).decode() for name in pages if "events" not in name}


def by_sql(holdings: Holdings) -> dict[str, str]:
    with closing(sqlite3.connect(f"file:{holdings.database}?mode=ro", uri=True)) as connection:
        datasette.prepare_connection(connection)
        found = connection.execute("SELECT baotinh_search(?, 10)", (WORD,)).fetchone()[0]
        lines = connection.execute("SELECT headline || body FROM articles").fetchall()
        texts = connection.execute("SELECT article_json FROM revisions").fetchall()
        rows = connection.execute("SELECT url FROM captures").fetchall()
    return {"datasette": "" if json.loads(found) == [] else WORD, "sql": repr(lines + texts + rows)}


def by_program(holdings: Holdings, article: str) -> dict[str, str]:
    with Archive.open(holdings.root) as archive:
        found = archive.search(f'"{WORD}"')
        try:
            shown = archive.article(article).stored.article.headline.value
        except NothingFound:
            shown = ""
        return {"notebook search": WORD if len(found) else "", "notebook article": shown}


def everywhere(holdings: Holdings, client: TestClient, article: str, tmp_path: Path, number: int) -> dict[str, str]:
    return {
        **commanded(holdings, article),
        **answered(client, article),
        **replayed(holdings),
        **packed(holdings, tmp_path, number),
        **by_sql(holdings),
        **by_program(holdings, article),
    }


def showing(said: dict[str, str]) -> set[str]:
    """Where something of the article is shown."""
    return {
        name
        for name, text in said.items()
        if WORD in text or HEADLINE in text or (name.startswith("replay") and URL.rpartition("/")[2] in text)
    }


@pytest.mark.parametrize("how", ["hidden", "sealed", "erased"])
def test_an_article_taken_down_is_withheld_on_every_side_at_once(holdings: Holdings, tmp_path: Path, how: str) -> None:
    train(holdings)
    with opened(holdings) as client:
        article = identity(client, "tieude:trồng")
        before = everywhere(holdings, client, article, tmp_path, 1)
        silent = {*before} - showing(before)
        assert {name for name in silent if article not in before[name]} <= ELSEWHERE
        takedown(holdings, URL, how, "dữ liệu cá nhân", WHO)  # type: ignore[arg-type]
        for number in (2, 3):
            after = everywhere(holdings, client, article, tmp_path, number)
            assert showing(after) == set()
            assert {name for name, text in after.items() if article in text} <= TOLD_AS_DELETED
            found = verify(holdings, "full").findings
            assert {one.problem for one in found} <= {"text"}  # its pages are read by no parser that verify knows
            with patch.object(parsers, "read_page", read_json):
                rebuild(holdings, REGISTER)


def test_what_is_taken_back_is_shown_again_after_a_rebuild(holdings: Holdings, tmp_path: Path) -> None:
    with opened(holdings) as client:
        article = identity(client, "tieude:trồng")
        before = showing(everywhere(holdings, client, article, tmp_path, 1))
        takedown(holdings, URL, "hidden", "đang xem xét", WHO)
        lift(holdings, URL, "đã xem xét", WHO)
        with patch.object(parsers, "read_page", read_json):
            rebuild(holdings, REGISTER)
        assert showing(everywhere(holdings, client, article, tmp_path, 2)) == before
