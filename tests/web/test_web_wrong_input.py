"""Whatever is asked of whichever address, the answer has the right status and says what to do, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import quote

import pytest
from reading_room import archive_of, opened, page
from starlette.routing import BaseRoute, Mount, Route
from starlette.testclient import TestClient

from archive.web.access import Rules
from archive.web.app import LazyRoutes, routes

TOOLS = ("concordance", "trends", "collocates", "keywords", "people", "map", "flow")
WRONG = {
    "nothing": "",
    "no word": "( ",
    "a limit alone": "ngay:1901",
    "only what is left out": "-chè",
    "no day": "ngay:2020-13-45",
    "no field": "khong:co",
    "found nowhere": "kkkzzz",
    "ten kilobytes": "lũ " * 3500,
    "a thousand words": " OR ".join(f"a{number}" for number in range(600)),
    "control characters": "\x00\x01\x1b[31m\r\n\x7f",
    "no UTF-8": b"\xff\xfe",
}
SAID = {"vi": "không có trang này", "en": "there is no such page"}


def addresses(found: list[BaseRoute]) -> Iterator[tuple[str, set[str]]]:
    """Every address of the room and its methods."""
    for one in found:
        if isinstance(one, LazyRoutes):
            yield from addresses(list(one.routes()))
        elif isinstance(one, Route):
            yield one.path, set(one.methods or ())
        else:
            assert isinstance(one, Mount)


ADDRESSES = sorted(dict(addresses(routes())).items())


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A room of twelve articles, of which some tell of other things than the newest."""
    extra = ("trồng rừng phòng hộ ở bản xa", "thu hoạch chè búp trên đồi cao", "mở đường mới về bản")
    captures = [
        page(
            f"{('Bà con trồng rừng', 'Được mùa chè búp', 'Mở đường mới')[at % 3]} số {at}",
            at,
            f"{extra[at % 3]}, {extra[at % 3]},",
            f"http://khemay.example/tin-tuc/bai-{at}.html",
            published=f"20{20 + at % 3}-0{1 + at % 9}-05",
            lead=f"Tin về việc {('trồng rừng', 'hái chè', 'mở đường')[at % 3]}.",
        )
        for at in range(12)
    ]
    holdings = archive_of(tmp_path_factory.mktemp("phong") / "kho", captures)
    with opened(holdings, rules=Rules(local=True)) as client:
        yield client


def told(text: str) -> str:
    """What the page says is wrong."""
    found = re.search(r'role="alert">\s*(?:<p>)?(.*?)</p>', text, re.DOTALL)
    return unescape(re.sub("<[^>]+>", "", found[1])) if found else ""


def is_answered(client: TestClient, address: str) -> None:
    """Asserts that both languages answer alike, and tell what is wrong where something is."""
    answers = {one: client.get(address, headers={"Accept-Language": one}) for one in ("vi", "en")}
    statuses = {answer.status_code for answer in answers.values()}
    assert len(statuses) == 1, (address, statuses)
    status = statuses.pop()
    assert status < 500, address
    for language, answer in answers.items():
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        assert "Method Not Allowed" not in answer.text, address
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", answer.text), address
        if status < 400:
            continue
        title = re.search(r"<h1[^>]*>(.*?)</h1>", answer.text, re.DOTALL)
        assert title, address
        assert title[1] != "Có lỗi", address
        assert told(answer.text), address
        if language == "vi":
            assert '<span lang="en">' not in answer.text, (address, told(answer.text))


@pytest.mark.parametrize(("path", "methods"), ADDRESSES, ids=[path for path, _ in ADDRESSES])
def test_no_address_answers_wrong_input_with_silence(client: TestClient, path: str, methods: set[str]) -> None:
    if path == "/crawls/live":
        return  # it never ends
    for identity in ("khong-co", "a" * 3000, quote("\x00\x1f"), "%FF", "..%2Fx", "aaaaaaaaaa"):
        address = re.sub(r"\{\w+(:path)?\}", identity, path)
        name = "url" if path == "/lookup" else "q"
        for wrong in WRONG.values() if "{" not in path else ("",):
            is_answered(client, f"{address}?{name}={quote(wrong)}")
        for more in ("utm_source=x", "page=99999999999999999999", "page=-1", "lang=fr", "units=99", "order=khong"):
            is_answered(client, f"{address}?{name}=kkkzzz&{more}")
        if "{" not in path:
            break
    if "GET" not in methods:
        answer = client.get(re.sub(r"\{\w+\}", "khong-co", path))
        assert answer.status_code in (404, 405)


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ("/?q=chè&as_of=2020-13-45", "as_of=2020-13-45"),
        ("/?as_of=hôm+qua", "as_of=hôm qua"),
        ("/?q=chè&from=2020-13", "13"),
        ("/?q=chè&to=hôm+qua", "hômqua"),
        ("/?q=chè&order=khong", "order=khong"),
        ("/?units=99", "units=99"),
        ("/concordance?q=chè&page=999999999999", "page=999999999999"),
        ("/concordance?q=chè&sort=khong", "sort=khong"),
        ("/trends?q=chè&unit=decade", "unit=decade"),
        ("/trends.svg?q=chè&measure=khong", "measure=khong"),
        ("/collocates?q=chè&window=abc", "window=abc"),
        ("/collocates.csv?q=chè&least=-3", "least=-3"),
        ("/keywords?q=chè&unit=khong", "unit=khong"),
        ("/people?by=khong", "by=khong"),
        ("/map?measure=khong", "measure=khong"),
        ("/flow?least=0", "least=0"),
        ("/sources?unit=khong", "unit=khong"),
        ("/crawls/unread?page=abc", "page=abc"),
    ],
)
def test_a_limit_that_means_nothing_is_told_and_never_passed_over(client: TestClient, address: str, named: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 400
    assert named in told(answer.text)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_page_that_is_not_there_is_no_error_of_the_program_and_offers_the_box(
    client: TestClient, language: str
) -> None:
    answer = client.get("/khong-co", headers={"Accept-Language": language})
    assert answer.status_code == 404
    assert told(answer.text) == SAID[language]
    assert 'id="ask"' in answer.text
    assert 'class="help"' in answer.text


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("query", ["", "kkkzzz", "("])
def test_a_tool_that_shows_nothing_shows_what_finds_something_here(client: TestClient, tool: str, query: str) -> None:
    text = client.get(f"/{tool}", params={"q": query}).text
    if not query and tool in ("people", "map"):  # they tell of the whole archive
        assert "<table" in text or 'class="help"' in text
        return
    examples = [unescape(one) for one in re.findall(rf'<dt><a href="(/{tool}\?q=[^"]+)"', text)]
    assert len(examples) == 4
    if tool in ("people", "flow"):  # what they find is of names and of copies, which few articles have
        return
    for example in examples:
        found = client.get(example)
        assert found.status_code == 200, example
        assert 'class="help"' not in found.text, example
