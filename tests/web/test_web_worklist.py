"""What waits for a person is done from the room: by the archivist alone, in the log with who did it, never beside a
crawl.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from crawling import SOURCE, crawl, html, pages
from httpx import Response
from starlette.testclient import TestClient
from town_site import LINKS, piece

from archive.custody import events
from archive.holdings import Holdings
from archive.learning.layouts import held_pages
from archive.learning.verification import look, value_of
from archive.sources import Register, read_source
from archive.web.access import Rules, make_hash
from archive.web.app import create_room
from crawler.frontier.store import Candidate, FrontierStore

BY = "Nguyễn Thị Lan"
PASSWORD = "rừng vàng biển bạc"


@pytest.fixture
def archive(tmp_path: Path) -> Holdings:
    site = {"/": html("Đảng bộ xã Tân Bình", *LINKS), "/robots.txt": "User-agent: *\nDisallow: /cam/\n"}
    site |= {link: piece(number) for number, link in enumerate(LINKS, 1)}
    crawl(tmp_path / "kho", pages(site), SOURCE.replace("nukeviet", "generic"))
    return Holdings.open(tmp_path / "kho")


def room(holdings: Holdings, **rules: object) -> TestClient:
    register = Register.load(holdings.sources)
    app = create_room(holdings, register, ("testserver",), rules=Rules(**rules))  # type: ignore[arg-type]
    app.state.room.jobs.patience = None
    return TestClient(app, client=("127.0.0.1", 50_000))


@pytest.fixture
def client(archive: Holdings) -> Iterator[TestClient]:
    with room(archive, local=True) as client:
        yield client


def values(text: str, name: str) -> list[str]:
    return re.findall(rf'name="{name}" value="([^"]*)"', text)


def filled(text: str, **changes: str) -> dict[str, str]:
    """The form of five articles as it came, each said to be right, with `changes`."""
    found = dict(re.findall(r'<input[^>]* name="(\w+)" value="([^"]*)"', text))
    found |= dict(re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>([^<]*)</textarea>', text))
    found = {name: value for name, value in found.items() if not name.startswith(("body_", "captions_"))}
    return found | {f"said_{at}": "right" for at in range(1, 6)} | {"by": BY} | changes


def log(holdings: Holdings, kind: str) -> list[tuple[str, str, str, str]]:
    return [
        (one.type, one.object, one.outcome, json.loads(one.detail_json)["by"])
        for one in events.scan(holdings.root)[0]
        if one.outcome == kind
    ]


def test_five_articles_shown_beside_their_pages_verify_a_source(client: TestClient, archive: Holdings) -> None:
    assert "/crawls/verify/thu" in client.get("/crawls").text
    page = client.get("/crawls/verify/thu").text
    assert len(set(values(page, r"url_\d"))) == 5
    assert "họp bàn việc thứ" in page
    assert "Bản quyền thuộc Đảng bộ" in page, "a line of the page that became nothing"
    done = client.post("/crawls/verify/thu", data=filled(page))
    assert "Đã kiểm chứng" in done.text
    source = read_source(archive.sources / "thu.toml")
    assert (source.status, source.verified_by) == ("verified", BY)
    assert log(archive, "verified") == [("validation", "sources/thu.toml", "verified", BY)]
    assert "/crawls/verify/thu" not in client.get("/crawls").text, "it waits no more"
    assert BY in client.get("/crawls/verify/thu").text, "who says a name once is not asked again"


def test_what_is_corrected_field_by_field_is_learnt(client: TestClient, archive: Holdings) -> None:
    page = client.get("/crawls/verify/thu").text
    form = filled(page)
    for at in range(1, 6):
        number = form[f"url_{at}"].rpartition("-")[2].removesuffix(".html")
        form[f"byline_{at}"] = f"Hà Vân {number}"
    assert "Đã kiểm chứng" in client.post("/crawls/verify/thu", data=form).text
    source = Register.load(archive.sources).get("thu")
    for held in held_pages(archive, source):
        one = look(source, held)
        assert one is not None
        assert value_of(one.article, "byline").startswith("Hà Vân ")


@pytest.mark.parametrize(
    "change", [{"said_2": "none"}, {"headline_1": "Một đầu đề chưa từng đăng"}, {"body_3": "wrong"}]
)
def test_what_is_not_read_as_said_verifies_nothing(
    client: TestClient, archive: Holdings, change: dict[str, str]
) -> None:
    page = client.get("/crawls/verify/thu").text
    told = client.post("/crawls/verify/thu", data=filled(page, **change)).text
    assert "Chưa kiểm chứng được" in told
    assert read_source(archive.sources / "thu.toml").status == "unverified"
    assert log(archive, "verified") == []


@pytest.mark.parametrize("change", [{"said_4": ""}, {"by": " "}, {"url_1": ""}])
def test_a_form_not_filled_to_its_end_is_sent_back(
    client: TestClient, archive: Holdings, change: dict[str, str]
) -> None:
    page = client.get("/crawls/verify/thu").text
    assert client.post("/crawls/verify/thu", data=filled(page, **change)).status_code == 400
    assert read_source(archive.sources / "thu.toml").status == "unverified"


@pytest.mark.parametrize("change", [{"said_4": ""}, {"body_3": "wrong"}])
def test_what_was_typed_stands_in_the_form_again_after_it_was_refused(
    client: TestClient, change: dict[str, str]
) -> None:
    page = client.get("/crawls/verify/thu").text
    form = filled(page, headline_1="Một đầu đề chưa từng đăng", said_2="none", **change)
    refused = client.post("/crawls/verify/thu", data=form).text
    assert 'href="/crawls/verify/thu"' in refused
    again = client.get("/crawls/verify/thu").text
    assert "Một đầu đề chưa từng đăng" in again
    assert 'name="said_2" value="none" checked' in again
    assert ('name="body_3" value="wrong" checked' in again) is ("body_3" in change)


def test_beside_a_crawl_it_is_told_in_a_line_and_nothing_is_written(client: TestClient, archive: Holdings) -> None:
    page = client.get("/crawls/verify/thu").text
    fail(archive)
    with archive.lock("crawl-thu"):
        refused: list[Response] = [
            client.post("/crawls/verify/thu", data=filled(page)),
            client.post("/crawls/requeue", data={"token": values(page, "token")[0], "source": "thu", "by": BY}),
        ]
    for answer in refused:
        assert answer.status_code == 409
        assert answer.text.count("(crawl-thu)") == 1
    assert read_source(archive.sources / "thu.toml").status == "unverified"
    assert state(archive) == "failed"


def fail(archive: Holdings) -> None:
    rows = FrontierStore(archive.frontier)
    rows.add([Candidate("http://127.0.0.1:9/hong-1.html", "article", 1)], "thu")
    rows.write("UPDATE urls SET state = 'failed', reason = 'timeout' WHERE url LIKE '%hong%'", ())
    rows.commit()
    rows.close()


def state(archive: Holdings) -> str:
    rows = FrontierStore(archive.frontier)
    try:
        return str(rows.read("SELECT state FROM urls WHERE url LIKE '%hong%'", ()).fetchone()[0])
    finally:
        rows.close()


def test_failures_are_put_back_and_the_log_says_by_whom(client: TestClient, archive: Holdings) -> None:
    fail(archive)
    page = client.get("/crawls").text
    assert 'name="source" value="thu"' in page
    done = client.post("/crawls/requeue", data={"token": values(page, "token")[0], "source": "thu", "by": BY})
    assert done.status_code == 200
    assert "Đã xong" in done.text
    assert state(archive) == "todo"
    assert log(archive, "put back") == [("modification", "frontier.sqlite", "put back", BY)]


def test_takedowns_are_brought_to_their_end(client: TestClient) -> None:
    token = values(client.get("/crawls").text, "token")[0]
    assert client.post("/crawls/takedown/end", data={"token": token}).status_code == 200
    assert client.post("/crawls/takedown/end", data={"token": "x"}).status_code == 403


ACTIONS = ["/crawls/verify/thu", "/crawls/requeue", "/crawls/takedown/end"]


@pytest.mark.parametrize("address", ACTIONS)
def test_nobody_else_and_no_other_site_acts(archive: Holdings, address: str) -> None:
    with room(archive, password_hash=make_hash(PASSWORD)) as stranger:
        assert stranger.post(address, data={"source": "thu", "by": BY}).status_code == 403
        stranger.post("/sign-in", data={"password": PASSWORD, "next": "/"})
        assert stranger.post(address, data={"source": "thu", "by": BY}).status_code == 403, "no token"
        token = values(stranger.get("/crawls/takedown").text, "token")[0]
        form = {"token": token, "source": "thu", "by": BY}
        assert stranger.post(address, data=form, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
        assert stranger.post(address, data=form, headers={"Host": "ngoai.example"}).status_code == 421
    assert read_source(archive.sources / "thu.toml").status == "unverified"


def test_a_source_of_which_too_little_is_held_is_told_so(client: TestClient) -> None:
    assert client.get("/crawls/verify/khong-co").status_code == 404
    assert client.get("/crawls/verify/thai-nguyen-dang").status_code == 404
    assert client.get("/crawls/verify/thu/outcome").status_code == 404
