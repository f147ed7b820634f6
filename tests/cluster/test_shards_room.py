"""The reading room of several archives shows what that of one archive with all their articles would show."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlite_utils
from reading_room import LEAD, REGISTER, SITE, URL, archive_of, capture, opened, page
from starlette.testclient import TestClient
from two_years import captures, two_years

from archive.cli.share.serve import _served
from archive.cluster.pool import shards_of
from archive.custody.takedown import takedown
from archive.holdings import Holdings
from archive.web.api.operations import OPERATIONS
from archive.web.app import create_room
from archive.web.pages.state import OF_ONE
from archive.web.replay.app import create_replay

IDENTITY = re.compile(r'href="/article/(\w{10})[?"]')


pytestmark = pytest.mark.usefixtures("shards_here")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two archives by year, and the one that holds both."""
    return two_years(tmp_path_factory.mktemp("rooms"))


@pytest.fixture(scope="module")
def rooms(folder: Path) -> Iterator[tuple[TestClient, TestClient]]:
    """The room of both archives, and that of the whole."""
    several = create_room(shards_of(folder / "kho-*"), REGISTER, hosts=("testserver",))
    with (
        TestClient(several, follow_redirects=False, client=("127.0.0.1", 50_000)) as both,
        opened(Holdings.open(folder / "tat-ca")) as alone,
    ):
        yield both, alone


def text(client: TestClient, address: str) -> str:
    """The matter of a page, without what depends on one archive: cursors, collections in the navigation."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    body = answer.text.partition('<main id="main">')[2].partition("</main>")[0]
    return re.sub(r"cursor=[^\"&]*", "cursor=", body)


def sheet(body: str) -> list[dict[str, str]]:
    """The rows of a sheet, without where each archive keeps a page."""
    own = ("capture", "record", "file", "offset", "length", "digest")
    rows = csv.DictReader(io.StringIO(body.removeprefix("\ufeff")))
    return [{name: value for name, value in row.items() if not any(one in name for one in own)} for row in rows]


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/?q=rừng",
        "/?q=rừng+ngay:2021&order=oldest",
        "/?q=họp&order=best",
        "/?q=rừng&order=source&lang=en",
        "/?q=không-có-gì-hết",
        "/concordance?q=rừng&sort=left",
        "/trends?q=rừng&q=họp&unit=year",
        "/collocates?q=rừng&least=1",
        "/keywords?q=ngay:2020&least=1",
        "/people?q=rừng",
        "/concordance?q=rừng&as_of=2026-11-01",
        "/trends?q=rừng&unit=year&as_of=2026-11-01",
        "/people?q=rừng&as_of=2026-11-01",
        "/map?q=rừng&as_of=2026-11-01",
        "/sources",
        "/source/khe-may",
    ],
)
def test_pages_say_what_the_whole_says(rooms: tuple[TestClient, TestClient], address: str) -> None:
    both, alone = rooms
    if address == "/source/khe-may":  # the certificate is each archive's own
        assert "8" in text(both, address)
    else:
        keeper = '<section class="panel" aria-labelledby="keeper">'  # each archive's own, too
        shown = re.sub(r'<p class="keeper">.*?</p>', "", text(alone, address).partition(keeper)[0])
        assert text(both, address).strip() == shown.strip()


@pytest.mark.parametrize("form", ["concordance.csv", "trends.csv", "collocates.csv", "keywords.csv", "export.csv"])
def test_sheets_hold_the_rows_of_the_whole(rooms: tuple[TestClient, TestClient], form: str) -> None:
    both, alone = rooms
    query = "ngay:2020" if form == "keywords.csv" else "rừng"
    rows = both.get(f"/{form}", params={"q": query, "least": "1"})
    expected = alone.get(f"/{form}", params={"q": query, "least": "1"})
    assert rows.status_code == expected.status_code == 200
    assert sheet(rows.text) == sheet(expected.text)
    assert sheet(rows.text)


def test_an_article_is_shown_from_the_archive_that_has_it(rooms: tuple[TestClient, TestClient]) -> None:
    both, _ = rooms
    for year in (2020, 2021):
        found = IDENTITY.findall(both.get("/", params={"q": f"{year}.1"}).text)[0]
        shown = both.get(f"/article/{found}")
        assert f"Họp bàn trồng rừng {year}.1" in shown.text
        assert LEAD in shown.text
        assert "nay" in both.get(f"/article/{found}/changes").text
        assert "nay đã khác" not in both.get(f"/article/{found}?revision=1").text.partition("</article>")[0]
        assert both.get(f"/article/{found}.json").json()["id"] == found
        assert f"trồng rừng {year}.1" in both.get(f"/article/{found}.txt").text
        where = both.get("/lookup", params={"url": f"{SITE}/tin-tuc/hop-{year}-1.html"})
        assert where.headers["location"] == f"/article/{found}"
    assert both.get("/article/aaaaaaaaaa").status_code == 404
    assert both.get("/lookup", params={"url": URL}).status_code == 404


def test_page_after_page_gives_every_hit_once(rooms: tuple[TestClient, TestClient]) -> None:
    both, alone = rooms
    answer = both.get("/api/search", params={"q": "rừng", "limit": "3"}).json()
    found = [hit["public_id"] for hit in answer["hits"]]
    while answer["cursor"]:
        answer = both.get("/api/search", params={"q": "rừng", "limit": "3", "cursor": answer["cursor"]}).json()
        found += [hit["public_id"] for hit in answer["hits"]]
    expected = alone.get("/api/search", params={"q": "rừng", "limit": "50"}).json()
    assert found == [hit["public_id"] for hit in expected["hits"]]
    assert len(found) == 8


def test_the_interface_for_programs_answers_as_that_of_the_whole(rooms: tuple[TestClient, TestClient]) -> None:
    both, alone = rooms
    for path in (
        "/api/concordance?q=rừng",
        "/api/trends?q=rừng&unit=year",
        "/api/collocates?q=rừng&least=1",
        "/api/keywords?q=ngay:2021&least=1",
        "/api/people?q=rừng",
        "/api/sources",
    ):
        assert both.get(path).json() == alone.get(path).json(), path
    found = both.get("/api/search", params={"q": "rừng"}).json()["hits"][0]["public_id"]
    assert both.get(f"/api/articles/{found}").json()["id"] == found
    assert len(both.get(f"/api/articles/{found}/revisions").json()) >= 1
    assert found in both.get(f"/api/articles/{found}/citation?style=ris").json()["reference"]
    held = both.get("/api/lookup", params={"url": f"{SITE}/tin-tuc/hop-2021-1.html"}).json()
    assert len(held["captures"]) == 2
    assert both.get("/health").text == "ok\n"


@pytest.mark.parametrize(
    "address",
    ["/crawls", "/crawls/takedown", "/crawls/unread", "/collections", "/collections/new", "/saved/tin.atom", "/oai"],
)
def test_what_one_archive_keeps_is_refused_in_one_sentence(rooms: tuple[TestClient, TestClient], address: str) -> None:
    both, _ = rooms
    answer = both.get(address, params={"lang": "en"})
    assert answer.status_code == 400
    assert OF_ONE.replace("'", "&#39;") in answer.text
    assert both.post(address).status_code in (400, 403)
    assert 'href="/collections"' not in answer.text


def test_programs_are_refused_in_the_same_sentence(rooms: tuple[TestClient, TestClient]) -> None:
    both, _ = rooms
    refused = ["/api/stats", "/api/collections", "/api/collections/tin", "/api/sources/khe-may/certificate"]
    refused.append("/api/search?q=rừng&corpus=tin")
    for address in refused:
        answer = both.get(address)
        assert (answer.status_code, answer.json()["detail"]) == (400, OF_ONE), address
    for address in ("/api/ngrams?q=rừng", "/api/clusters", "/api/flow"):
        assert both.get(address).status_code in (400, 404), address
    assert len(OPERATIONS) == 18  # a new one is answered here, or refused above


def test_a_missing_or_older_archive_is_named_on_every_page_and_in_every_answer(tmp_path: Path) -> None:
    first, second = (archive_of(tmp_path / f"kho-{year}", captures(year)) for year in (2020, 2021))
    shards = shards_of(first.root, second.root, tmp_path / "kho-2022")
    app = create_room(shards, REGISTER, hosts=("testserver",))
    with TestClient(app, follow_redirects=False, client=("127.0.0.1", 50_000)) as client:
        for address in ("/", "/?q=rừng", "/sources", "/trends?q=rừng", "/article/aaaaaaaaaa"):
            shown = client.get(address, headers={"accept-language": "en"}).text
            assert "not asked: kho-2022 is missing" in shown, address
            assert "kho-2021" not in shown.partition("not asked")[2].partition("</div>")[0]
        assert "bỏ qua kho-2022: không tìm thấy" in client.get("/?q=rừng&lang=vi").text
        answer = client.get("/api/search", params={"q": "rừng"})
        assert "not asked: kho-2022 is missing" in answer.json()["notes"]
        assert answer.headers["baotinh-not-asked"] == "not asked: kho-2022 is missing"
        assert answer.json()["total_folded"] == 8
        db = sqlite_utils.Database(second.database)
        db.execute("PRAGMA user_version = 99")
        db.conn.commit()
        db.close()
        shown = client.get("/?q=rừng&lang=en").text
        assert "not asked: kho-2021 has schema 99" in shown
        assert "bỏ qua kho-2021: theo lược đồ 99" in client.get("/?q=rừng&lang=vi").text
        assert client.get("/api/search", params={"q": "rừng"}).json()["total_folded"] == 4


def test_what_one_archive_took_down_is_withheld(tmp_path: Path) -> None:
    first, second = (archive_of(tmp_path / f"kho-{year}", captures(year)) for year in (2020, 2021))
    url = f"{SITE}/tin-tuc/hop-2021-2.html"
    app = create_room(shards_of(first.root, second.root), REGISTER, hosts=("testserver",))
    with TestClient(app, follow_redirects=False, client=("127.0.0.1", 50_000)) as client:
        assert client.get("/lookup", params={"url": url}).status_code == 302
        takedown(second, url, "hidden", "đơn của người trong bài", "Sở")
        assert client.get("/lookup", params={"url": url}).status_code == 451
        assert client.get("/api/lookup", params={"url": url}).status_code == 451
        assert client.get("/api/search", params={"q": "rừng"}).json()["total_folded"] == 7


def test_preserved_pages_come_from_the_archive_that_holds_the_capture(tmp_path: Path) -> None:
    first = archive_of(
        tmp_path / "kho-1", [page("Tin đầu", 0), page("Chỉ ở kho 1", 1, url=f"{SITE}/tin-tuc/mot-1.html")]
    )
    second = archive_of(tmp_path / "kho-2", [page("Tin sau", 48)])
    shards = shards_of(first.root, second.root)
    app = create_replay(shards, hosts=("testserver",), room="http://127.0.0.1:8000")
    with TestClient(app, follow_redirects=False) as client:
        for moment, headline in (("2025", "Tin đầu"), ("2027", "Tin sau")):
            gate = client.get(f"/{moment}/{URL}")
            shown = client.get(gate.headers["location"])
            assert "kho@khemay" not in shown.text
            assert "Thư viện tỉnh" in shown.text
            raw = client.get(gate.headers["location"].replace(f"/{URL}", f"id_/{URL}"))
            assert (raw.status_code, headline in raw.text) == (200, True)
        listed = client.get(f"/timemap/link/{URL}").text
        assert listed.count('memento"') == 2
        assert client.get(f"/20261101id_/{SITE}/tin-tuc/mot-1.html").status_code == 200
        assert client.get(f"/20261101id_/{SITE}/tin-tuc/khong-co.html").status_code == 404
        takedown(second, URL, "hidden", "đơn của người trong bài", "Sở")
        for address in (f"/20261101/{URL}", f"/20261101id_/{URL}", f"/timegate/{URL}", f"/timemap/link/{URL}"):
            assert client.get(address).status_code == 451


def test_article_pages_of_several_lead_to_preserved_pages(folder: Path) -> None:
    several = create_room(shards_of(folder / "kho-*"), REGISTER, hosts=("testserver",), replay="http://127.0.0.1:8001")
    with TestClient(several, client=("127.0.0.1", 50_000)) as client:
        found = IDENTITY.findall(client.get("/", params={"q": "2021.2"}).text)[0]
        assert "http://127.0.0.1:8001/2026" in client.get(f"/article/{found}").text


def test_serve_takes_a_pattern_of_archives_with_their_own_sources(tmp_path: Path) -> None:
    for year in (2020, 2021):
        archive_of(tmp_path / f"kho-{year}", [capture(f"{SITE}/", b"<html>", 0)])
    own = tmp_path / "kho-2021" / "sources" / "bac-kan" / "ban-lan.toml"
    own.parent.mkdir(parents=True)
    own.write_text(
        'id = "ban-lan"\nname = "Bản Lạn"\nkind = "party"\nprovince = "bac-kan"\nstatus = "unverified"\n'
        'hosts = ["banlan.example"]\n[[layout]]\nfamily = "generic"\n',
        encoding="utf-8",
    )
    served, register = _served(tmp_path / "kho-*")
    assert [shard.name for shard in served] == ["kho-2020", "kho-2021"]  # type: ignore[union-attr]
    assert register.get("ban-lan").name == "Bản Lạn"
