"""The API answers what its own description promises, catalogues can harvest, and collections keep what they kept."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pytest
from reading_room import SITE, URL, identity, library, opened, page
from starlette.testclient import TestClient

from archive.holdings import Holdings
from archive.search import corpora, saved
from archive.store import open_database
from archive.takedown import takedown
from archive.web.access import Rules
from archive.web.api.openapi import document
from archive.web.api.operations import OPERATIONS
from archive.web.passwords import make_hash

DC = "{http://purl.org/dc/elements/1.1/}"
OAI = "{http://www.openarchives.org/OAI/2.0/}"
PASSWORD = "rừng vàng biển bạc"


@pytest.fixture(scope="module")
def holdings(tmp_path_factory: pytest.TempPathFactory) -> Holdings:
    holdings = library(tmp_path_factory.mktemp("phong") / "kho")
    db = open_database(holdings.database, readonly=True)
    corpora.freeze(db, holdings.root, "nam-2020", "huyện ngay:2020")
    corpora.freeze(db, holdings.root, "ca-kho", "huyện")
    db.close()
    saved.save(holdings.root, "che", "chè OR trà")
    return holdings


@pytest.fixture
def client(holdings: Holdings) -> Iterator[TestClient]:
    with opened(holdings) as client:
        yield client


def fits(value: Any, schema: dict[str, Any]) -> list[str]:
    """What of `value` is not as `schema` says: the part of JSON Schema that our own schemas use."""
    if "$ref" in schema:
        return fits(value, document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    if "anyOf" in schema:
        return [] if any(not fits(value, one) for one in schema["anyOf"]) else [f"{value!r} is none of {schema}"]
    if "enum" in schema:
        return [] if value in schema["enum"] else [f"{value!r} is not in {schema['enum']}"]
    wrong: list[str] = []
    kinds = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "null": type(None)}
    match schema.get("type"):
        case "object":
            known = schema.get("properties", {})
            wrong += [f"{name} is missing" for name in schema.get("required", ()) if name not in value]
            if schema.get("additionalProperties") is False:
                wrong += [f"{name} is not described" for name in value if name not in known]
            wrong += [text for name, part in value.items() if name in known for text in fits(part, known[name])]
        case "array":
            parts = schema.get("prefixItems")
            wrong += [
                text for at, part in enumerate(value) for text in fits(part, parts[at] if parts else schema["items"])
            ]
        case None:
            pass
        case kind:
            wrong += [] if isinstance(value, kinds[kind]) else [f"{value!r} is no {kind}"]
    return wrong


def asked(client: TestClient) -> dict[str, str]:
    """An address for each operation."""
    article = identity(client, "tieude:trồng")
    return {
        "search": "/api/search?q=huyện&facet=month&facet=place&limit=3",
        "article": f"/api/articles/{article}",
        "revisions": f"/api/articles/{article}/revisions",
        "lookup": f"/api/lookup?url={URL}",
        "concordance": "/api/concordance?q=rút&sort=left",
        "trends": "/api/trends?q=chè&q=rút&unit=year&matches=true",
        "collocates": "/api/collocates?q=rút&least=1",
        "keywords": "/api/keywords?q=tieude:chè&least=1",
        "sources": "/api/sources",
        "certificate": "/api/sources/khe-may/certificate?month=2020-06",
        "stats": "/api/stats",
        "collections": "/api/collections",
        "corpus": "/api/collections/nam-2020",
    }


@pytest.mark.parametrize("name", [one.name for one in OPERATIONS])
def test_an_operation_answers_as_it_is_described(client: TestClient, name: str) -> None:
    answer = client.get(asked(client)[name])
    assert answer.status_code == 200
    path = next(one.path for one in OPERATIONS if one.name == name)
    schema = document()["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert fits(answer.json(), schema) == []


def test_the_description_names_every_operation_and_what_it_refers_to(client: TestClient) -> None:
    described = client.get("/api/openapi.json").json()
    assert described["openapi"] == "3.1.0"
    assert list(described["paths"]) == [one.path for one in OPERATIONS]
    referred = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(described)))
    assert referred <= set(described["components"]["schemas"])
    for one in OPERATIONS:
        in_path = {parameter.name for parameter in one.parameters if parameter.in_path}
        assert in_path == set(re.findall(r"\{(\w+)\}", one.path))
        assert f"GET {one.path}" in client.get("/api").text


def test_the_api_finds_what_the_page_finds(client: TestClient) -> None:
    first = client.get("/api/search?q=huyện&limit=4").json()
    second = client.get("/api/search", params={"q": "huyện", "limit": 4, "cursor": first["cursor"]}).json()
    assert (first["total_folded"], len(first["hits"]), len(second["hits"])) == (6, 4, 2)
    assert second["cursor"] is None
    within = client.get("/api/search?q=huyện&corpus=nam-2020").json()
    assert within["total_folded"] == 3


@pytest.mark.parametrize(
    ("address", "status", "detail"),
    [
        ("/api/search", 400, "q is missing"),
        ("/api/search?q=chè&limit=0", 400, "limit=0: a number from 1 to 500"),
        ("/api/search?q=chè&limit=1&limit=2", 400, "limit is given more than once"),
        ("/api/search?q=chè&order=random", 400, "order=random: one of newest"),
        ("/api/search?q=chè&earlier=yes", 400, "true or false"),
        ("/api/search?q=chè&as_of=2020-02-30", 400, "a day like"),
        ("/api/search?q=chè&sort=left", 400, "there is no parameter sort"),
        ("/api/search?q=chè&corpus=khong-co", 404, "no corpus 'khong-co'"),
        ("/api/trends?q=" + "&q=".join("abcdef"), 400, "1 to 5 queries"),
        ("/api/articles/aaaaaaaaaa", 404, "no article has the id"),
        ("/api/collections/..%2F..%2Farchive", 404, ""),
        ("/api/khong-co", 404, ""),
    ],
)
def test_a_mistake_is_answered_as_a_problem(client: TestClient, address: str, status: int, detail: str) -> None:
    answer = client.get(address)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert detail in answer.json()["detail"]


def test_a_query_that_cannot_be_understood_says_where_and_what_would_work(client: TestClient) -> None:
    problem = client.get("/api/search", params={"q": '"chè'}).json()
    assert (problem["position"], problem["suggestion"]) == (0, '"chè"')


def test_programs_of_members_send_the_password_as_a_bearer_token(holdings: Holdings) -> None:
    rules = Rules(make_hash(PASSWORD), members_only=True)
    with opened(holdings, rules=rules) as client:
        assert client.get("/api/stats").status_code == 401
        wrong, right = ({"Authorization": f"Bearer {word}".encode()} for word in ("sai rồi bạn ơi", PASSWORD))
        assert client.get("/api/stats", headers=wrong).status_code == 401
        assert client.get("/api/stats", headers=right).status_code == 200


def verb(client: TestClient, **arguments: str) -> ElementTree.Element:
    answer = client.get("/oai", params={name.rstrip("_"): value for name, value in arguments.items()})
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    return ElementTree.fromstring(answer.content)


def code(root: ElementTree.Element) -> str:
    error = root.find(f"{OAI}error")
    return error.get("code", "") if error is not None else ""


def test_a_catalogue_harvests_every_article_in_parts(client: TestClient) -> None:
    from archive.web.oai import page as oai

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(oai, "_PAGE", 4)
        first = verb(client, verb="ListRecords", metadataPrefix="oai_dc")
        token = first.findtext(f".//{OAI}resumptionToken")
        assert token
        second = verb(client, verb="ListRecords", resumptionToken=token)
    assert second.findtext(f".//{OAI}resumptionToken") == ""
    records = [*first.iter(f"{OAI}record"), *second.iter(f"{OAI}record")]
    titles = [record.findtext(f".//{DC}title") for record in records]
    assert len(titles) == len(set(titles)) == 6
    record = next(one for one in records if "trồng" in str(one.findtext(f".//{DC}title")))
    assert record.findtext(f".//{OAI}datestamp") == "2026-11-02T00:00:00Z"
    assert record.findtext(f".//{DC}coverage") == "Bắc Kạn"
    assert [one.text for one in record.iter(f"{DC}subject")] == ["trồng rừng", "Tin tức"]


def test_a_catalogue_harvests_by_time_and_set(client: TestClient) -> None:
    def count(**arguments: str) -> int:
        return len(
            list(verb(client, verb="ListIdentifiers", metadataPrefix="oai_dc", **arguments).iter(f"{OAI}header"))
        )

    assert count(from_="2026-11-02") == 1
    assert count(until="2026-11-01") == 5
    assert count(from_="2026-11-01T01:00:00Z", until="2026-11-01T01:00:00Z") == 1
    assert count(set="khe-may") == 6
    assert len(list(verb(client, verb="ListSets").iter(f"{OAI}set"))) == 1


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"verb": "Nonsense"}, "badVerb"),
        ({}, "badVerb"),
        ({"verb": "Identify", "set": "x"}, "badArgument"),
        ({"verb": "ListRecords"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "marc21"}, "cannotDisseminateFormat"),
        ({"verb": "ListRecords", "resumptionToken": "zzz"}, "badResumptionToken"),
        ({"verb": "ListRecords", "resumptionToken": "zzz", "metadataPrefix": "oai_dc"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "from": "2030-01-01"}, "noRecordsMatch"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "from": "yesterday"}, "badArgument"),
        (
            {"verb": "ListRecords", "metadataPrefix": "oai_dc", "from": "2020-01-02", "until": "2020-01-01"},
            "badArgument",
        ),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "set": "khong-co"}, "noRecordsMatch"),
        ({"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": "urn:baotinh:x"}, "idDoesNotExist"),
        ({"verb": "ListMetadataFormats", "identifier": "urn:baotinh:x"}, "idDoesNotExist"),
    ],
)
def test_a_catalogues_mistakes_have_the_protocols_names(
    client: TestClient, arguments: dict[str, str], expected: str
) -> None:
    assert code(verb(client, **arguments)) == expected


def test_an_archive_says_who_it_is_to_catalogues_by_post_too(client: TestClient) -> None:
    root = ElementTree.fromstring(client.post("/oai", data={"verb": "Identify"}).content)
    assert root.findtext(f".//{OAI}adminEmail") == "kho@khemay.example"
    assert root.findtext(f".//{OAI}baseURL") == "http://testserver/oai"
    assert root.findtext(f".//{OAI}earliestDatestamp") == "2026-11-01T00:00:00Z"


def test_what_was_taken_down_is_told_to_catalogues_as_deleted(tmp_path_factory: pytest.TempPathFactory) -> None:
    holdings = library(tmp_path_factory.mktemp("rut") / "kho")
    with opened(holdings) as client:
        article = identity(client, "tieude:trồng")
        takedown(holdings, URL, "hidden", "lý do", "ai đó")
        root = verb(client, verb="GetRecord", metadataPrefix="oai_dc", identifier=f"urn:baotinh:{article}")
        header = root.find(f".//{OAI}header")
        assert header is not None
        assert (header.get("status"), header.findtext(f"{OAI}setSpec")) == ("deleted", "khe-may")
        listed = verb(client, verb="ListIdentifiers", metadataPrefix="oai_dc")
        assert [one.get("status") for one in listed.iter(f"{OAI}header")].count("deleted") == 1


def test_collections_are_listed_with_their_feeds(client: TestClient) -> None:
    text = client.get("/collections").text
    assert 'href="/saved/che.atom"' in text
    assert 'href="/collections/nam-2020"' in text


def test_a_corpus_tells_how_it_stands_and_is_searched_within(client: TestClient) -> None:
    text = client.get("/collections/nam-2020?with=ca-kho").text
    assert "3 bài còn nguyên văn bản ấy" in text
    assert "3 bài chung" in text
    assert "3 bài chỉ có trong ca-kho" in text
    assert "<strong>3 bài</strong>" in client.get("/?q=huyện&corpus=nam-2020").text
    assert client.get("/collections/khong-co").status_code == 404


def test_only_the_archivist_adds_to_the_collections(holdings: Holdings, client: TestClient) -> None:
    assert client.get("/collections/new").status_code == 403
    with opened(holdings, rules=Rules(local=True)) as archivist:
        form = archivist.get("/collections/new?q=lũ").text
        token = re.search(r'name="token" value="(\w+)"', form)
        assert token
        fields = {"token": token[1], "q": "lũ", "name": "lu-2026", "kind": "corpus"}
        assert archivist.post("/collections/new", data=fields).headers["location"] == "/collections/lu-2026"
        assert archivist.post("/collections/new", data=fields).status_code == 400  # the name is taken
        assert archivist.post("/collections/new", data={**fields, "token": "x"}).status_code == 403
        assert archivist.post("/collections/new", data={**fields, "name": "../x"}).status_code == 400
    (holdings.root / "corpora" / "lu-2026.json").unlink()


def test_a_query_is_exported_whole_and_without_a_second_head(client: TestClient) -> None:
    from archive.web.room import exporting

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exporting, "_BATCH", 2)
        table = client.get("/export.csv?q=huyện").text
        lines = client.get("/export.jsonl?q=huyện").text
        frozen = client.get("/export.jsonl?corpus=nam-2020").text
        patch.setattr(exporting, "MOST", 4)
        cut = client.get("/export.jsonl?q=huyện").text
    assert table.startswith("\ufeffid,")
    assert (table.count("\ufeff"), table.count("warc_offset")) == (1, 1)
    assert [len(text.splitlines()) for text in (lines, frozen, cut)] == [6, 3, 4]
    assert {json.loads(line)["source"] for line in lines.splitlines()} == {"khe-may"}
    assert client.get("/export.csv").status_code == 400
    assert client.get("/export.csv", params={"q": '"'}).status_code == 400


def test_a_feed_gives_the_newest_articles(client: TestClient) -> None:
    root = ElementTree.fromstring(client.get("/feed.atom?q=huyện").content)
    atom = "{http://www.w3.org/2005/Atom}"
    titles = [entry.findtext(f"{atom}title") for entry in root.iter(f"{atom}entry")]
    assert titles[0] == "Khai giảng năm học mới"
    assert len(titles) == 6
    assert client.get("/feed.atom").status_code == 400


def test_a_saved_query_is_a_feed_under_its_name(client: TestClient) -> None:
    answer = client.get("/saved/che.atom")
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    atom = "{http://www.w3.org/2005/Atom}"
    root = ElementTree.fromstring(answer.content)
    assert (root.findtext(f"{atom}title"), root.findtext(f"{atom}id")) == ("che", "urn:baotinh:saved:che")
    hits = [entry.findtext(f"{atom}title") for entry in root.iter(f"{atom}entry")]
    assert hits == ["Tổng kết vụ chè xuân"]
    assert [one["feed"] for one in client.get("/api/collections").json()["saved"]] == [
        "http://testserver/saved/che.atom"
    ]
    assert client.get("/saved/khong-co.atom").status_code == 404
    assert client.get("/saved/..%2f..%2farchive.atom").status_code in (400, 404)


def test_texts_that_xml_cannot_hold_are_harvested_without_them(tmp_path_factory: pytest.TempPathFactory) -> None:
    from reading_room import archive_of

    holdings = archive_of(
        tmp_path_factory.mktemp("ky-tu") / "kho", [page("Hội\x01 nghị ]]> & <b>", url=f"{SITE}/tin/a-1.html")]
    )
    with opened(holdings) as client:
        root = verb(client, verb="ListRecords", metadataPrefix="oai_dc")
        assert root.findtext(f".//{DC}title") == "Hội nghị ]]> & <b>"


@pytest.mark.parametrize("address", ["/api/stats", "/api/search", "/sources", "/crawls"])
def test_a_wrong_method_is_told_which_are_right(client: TestClient, address: str) -> None:
    answer = client.request("DELETE", address)
    assert (answer.status_code, set(answer.headers["allow"].split(", "))) == (405, {"GET", "HEAD"})
