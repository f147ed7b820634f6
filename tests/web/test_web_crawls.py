"""The archivist's pages: seen by the archivist alone, and nothing is taken down that was not confirmed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from reading_room import SITE, URL, add, capture, identity, library, opened
from starlette.testclient import TestClient

from archive.custody import events, seals
from archive.custody.verify import verify
from archive.custody.withheld import rules
from archive.holdings import Holdings
from archive.messages.message import Message, labels
from archive.store import open_database
from archive.store.captures import unread, unread_reasons
from archive.store.database import writing
from archive.store.runs import progress
from archive.store.writes import put_run
from archive.web.access import Rules, make_hash
from archive.web.tasks import explain
from crawler.frontier.store import Candidate, FrontierStore
from crawler.robots import Robots

RUN = "run-1"
PASSWORD = "rừng vàng biển bạc"
PAGES = ["/crawls", "/crawls/run-1", "/crawls/live", "/crawls/unread", "/crawls/takedown", "/crawls/read/x"]


@pytest.fixture
def holdings(tmp_path: Path) -> Holdings:
    holdings = library(tmp_path / "kho")
    db = open_database(holdings.database)
    report = {
        "new": 6,
        "changed": 1,
        "requests": 10,
        "unread": {"no_article": 1},
        "examples": {"unread no_article": f"{SITE}/<script>"},
        "warnings": ["too few"],
        "decisions": [["khemay.example", "robots", Robots("rules", Message("status {status}", status=200)).message]],
    }
    with writing(db):
        put_run(db, "run-0", "khe-may", "2026-10-01T00:00:00.000Z", "2026-10-01T01:00:00.000Z", "finished", report)
        put_run(db, RUN, "khe-may", "2026-11-01T00:00:00.000Z")
    db.close()
    seals.seal(holdings.root, seals.DATABASES[0])
    return holdings


@pytest.fixture
def client(holdings: Holdings) -> Iterator[TestClient]:
    with opened(holdings, rules=Rules(local=True)) as client:
        yield client


def token(text: str) -> str:
    found = re.search(r'name="token" value="(\w+)"', text)
    assert found
    return found[1]


def asked(client: TestClient, **fields: str) -> dict[str, str]:
    """A filled form, with the token of a page opened before."""
    filled = {"target": URL, "how": "hidden", "reason": "dữ liệu cá nhân", "authority": "công văn 12"}
    return {"token": token(client.get("/crawls/takedown").text), **filled, **fields}


@pytest.mark.parametrize("address", PAGES)
def test_a_reader_does_not_see_the_archivists_pages(holdings: Holdings, address: str) -> None:
    with opened(holdings) as reader:
        assert reader.get(address).status_code == 403
        assert 'href="/crawls"' not in reader.get("/").text
    with opened(holdings, rules=Rules(make_hash(PASSWORD))) as reader:
        assert reader.get(address).headers["location"].startswith("/sign-in?next=%2Fcrawls")
        assert reader.post("/crawls/takedown", data={"target": URL}).status_code == 403
        reader.post("/sign-in", data={"password": PASSWORD, "next": "/crawls"})
        assert 'href="/crawls"' in reader.get("/").text


def test_the_overview_shows_runs_unread_pages_and_fixity(client: TestClient, holdings: Holdings) -> None:
    assert "Chưa kiểm tra lần nào" in client.get("/crawls").text
    settings = holdings.root / "archive.toml"
    settings.write_text(settings.read_text() + "# sửa tay\n")
    verify(holdings, "quick")
    text = client.get("/crawls").text
    assert '<tr data-run="run-1">' in text
    assert '<td class="n" data-state="new">6</td>' in text
    assert 'href="/crawls/run-0"' in text
    assert "reason=no_article" in text
    assert "archive.toml: changed: not as recorded on" in text


def test_the_outcome_of_a_verification_is_told_in_the_readers_language(client: TestClient, holdings: Holdings) -> None:
    verify(holdings, "quick")
    assert "<td>nguyên vẹn</td>" in client.get("/crawls?lang=vi").text
    assert "<td>clean</td>" in client.get("/crawls?lang=en").text


def test_what_is_still_to_fetch_is_counted(client: TestClient, holdings: Holdings) -> None:
    assert "Kho này chưa thu thập lần nào" in client.get("/crawls").text
    rows = FrontierStore(holdings.frontier)
    rows.add([Candidate(f"{SITE}/moi-{number}.html", "article", 1) for number in range(3)], "khe-may")
    rows.commit()
    rows.close()
    assert re.search(r'Huyện ủy Khe Mây</a></th><td class="n">3</td><td class="n">0</td>', client.get("/crawls").text)


def test_a_runs_report_is_told_and_escaped(client: TestClient) -> None:
    text = client.get("/crawls/run-0").text
    assert "too few" in text
    assert "có quy tắc: mã trạng thái 200" in text
    assert "rules: status 200" in client.get("/crawls/run-0?lang=en").text
    assert "&lt;script&gt;" in text
    assert client.get("/crawls/khong-co").status_code == 404


def test_runs_are_told_live(client: TestClient) -> None:
    from archive.web.pages import crawls

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(crawls, "_LIVE_SECONDS", 0.0)
        patch.setattr(crawls.Request, "is_disconnected", _after(2))
        lines = client.get("/crawls/live").text.split("\n\n")
    assert len(lines) == 3
    told = json.loads(lines[0].partition("data: ")[2])
    assert told == [{"run": RUN, "captures": 11, "states": {"new": 6, "kept": 3, "changed": 1, "unread": 1}}]


def _after(times: int) -> object:
    left = [times]

    async def is_disconnected(_: object) -> bool:
        left[0] -= 1
        return left[0] < 0

    return is_disconnected


def test_unread_pages_are_listed_and_explained_beside_the_page(client: TestClient, holdings: Holdings) -> None:
    text = client.get("/crawls/unread?source=khe-may&reason=no_article").text
    record = re.search(r'href="/crawls/read/(urn:uuid:[0-9a-f-]+)"', text)
    assert record
    assert f"{SITE}/tin-tuc/hong-23.html" in text
    explained = client.get(f"/crawls/read/{record[1]}")
    assert "Không đọc được bài nào" in explained.text
    assert f'src="http://127.0.0.1:8002/20261101060000mp_/{SITE}/tin-tuc/hong-23.html" sandbox' in explained.text
    assert client.get("/crawls/read/urn:uuid:khong-co").status_code == 404


def test_a_page_is_explained_in_a_process_of_its_own(client: TestClient, holdings: Holdings) -> None:
    page = f"""<!DOCTYPE html><html lang=vi><meta charset=utf-8><meta name=generator content="NukeViet v4.5">
<title>Mùa chè mới</title>
<div class=news_column><div class=panel-body><h1 class=title itemprop=headline>Mùa chè mới</h1>
<div class=hometext>{"Nương chè đã xanh trở lại. " * 4}</div>
<div id=news-bodyhtml class=bodytext>{f"<p>{'Bà con hái búp từ sáng sớm. ' * 9}</p>" * 4}</div></div></div></html>"""
    (place,) = add(holdings, [capture(f"{SITE}/tin-tuc/mua-che-30.html", page.encode(), 9, kind="article")])
    told = explain(holdings.root, place)
    assert told.kind == "article"
    assert {name: value for name, value, *_ in told.fields}["headline"] == "Mùa chè mới"
    assert len(dict(told.lists)["body"]) == 4
    assert explain(holdings.root / "khong-co", place).reason == "time_limit"
    assert "<summary>Nội dung (4)</summary>" in client.get(f"/crawls/read/{place.record_id}").text
    assert [name for name, *_ in (*told.fields, *told.lists) if f"field.{name}" not in labels("vi")] == []


def test_the_tables_of_unread_captures_and_runs_agree_with_the_rows(holdings: Holdings) -> None:
    db = open_database(holdings.database, readonly=True)
    assert unread_reasons(db) == (("khe-may", "no_article", 1),) == unread_reasons(db, "khe-may")
    assert unread_reasons(db, "khac") == ()
    assert [one.url for one in unread(db)] == [f"{SITE}/tin-tuc/hong-23.html"]
    assert unread(db, offset=1) == unread(db, reason="login") == ()
    assert [(one.run, one.captures) for one in progress(db)] == [(RUN, 11)]
    db.close()


def test_a_takedown_is_shown_before_it_is_done(client: TestClient, holdings: Holdings) -> None:
    article = identity(client, "tieude:trồng")
    look = client.post("/crawls/takedown", data=asked(client, target=article))
    assert look.status_code == 200
    assert "Họp bàn trồng rừng" in look.text
    assert URL in look.text
    assert client.get(f"/article/{article}").status_code == 200
    assert rules(holdings.root) == ()
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', look.text))
    done = client.post("/crawls/takedown", data=hidden)
    assert "1 bài, 2 bản chụp" in done.text
    gone = client.get(f"/article/{article}")
    assert gone.status_code == 451
    (rule,) = rules(holdings.root)
    assert f"đã gỡ ngày {rule.at[:10]}, theo công văn 12" in gone.text
    assert [rule.action for rule in rules(holdings.root)] == ["hidden"]
    assert "công văn 12" in client.get("/crawls").text


def test_a_takedown_without_its_token_changes_nothing(client: TestClient, holdings: Holdings) -> None:
    form = asked(client, confirmed="yes")
    before = events.head(holdings.root)
    assert client.post("/crawls/takedown", data={**form, "token": "0" * 64}).status_code == 403
    assert client.post("/crawls/takedown", data=form, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    client.cookies.clear()
    assert client.post("/crawls/takedown", data=form).status_code == 403
    assert client.post("/crawls/takedown", json=form).status_code == 415
    assert client.get("/crawls/takedown", params={**form, "confirmed": "yes"}).status_code == 200
    assert events.head(holdings.root) == before


@pytest.mark.parametrize("missing", ["target", "reason", "authority"])
def test_a_takedown_names_why_and_who(client: TestClient, holdings: Holdings, missing: str) -> None:
    answer = client.post("/crawls/takedown", data=asked(client, confirmed="yes", **{missing: " "}))
    assert answer.status_code == 400
    assert "phải nêu lý do" in answer.text
    assert rules(holdings.root) == ()


def test_a_hiding_can_be_taken_back(client: TestClient, holdings: Holdings) -> None:
    client.post("/crawls/takedown", data=asked(client, confirmed="yes"))
    client.post("/crawls/takedown", data=asked(client, confirmed="yes", how="lifted"))
    assert [rule.action for rule in rules(holdings.root)] == ["hidden", "lifted"]
    assert client.post("/crawls/takedown", data=asked(client, how="burnt")).status_code == 400
