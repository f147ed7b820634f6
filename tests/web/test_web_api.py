"""The API answers what its own description promises, and mistakes as problems."""

from __future__ import annotations

import json
import re
from contextlib import closing
from typing import Any

import pytest
from reading_room import URL, identity, opened, with_collections
from starlette.testclient import TestClient

from archive.corpus import clusters
from archive.holdings import Holdings
from archive.store import open_database
from archive.web.access import Rules, make_hash
from archive.web.api.routes import OPERATIONS, document

PASSWORD = "rừng vàng biển bạc"


@pytest.fixture(scope="module")
def holdings(tmp_path_factory: pytest.TempPathFactory) -> Holdings:
    made = with_collections(tmp_path_factory.mktemp("phong") / "kho")
    with closing(open_database(made.database)) as db:
        clusters.update(db)
    return made


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
        case "object" if not isinstance(value, dict):
            wrong.append(f"{value!r} is no object")
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
        "ngrams": "/api/ngrams?q=chè",
        "clusters": "/api/clusters?within=true",
        "citation": f"/api/articles/{article}/citation?style=ris",
        "people": "/api/people?q=họp&office=Bí thư",
        "flow": "/api/flow?basis=here",
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
        ("/api/search?q=chè&order=random", 400, "order=random: one of best"),
        ("/api/search?q=chè&earlier=yes", 400, "true or false"),
        ("/api/search?q=chè&as_of=2020-02-30", 400, "a day like"),
        ("/api/search?q=chè&sort=left", 400, "there is no parameter sort"),
        ("/api/search?q=chè&corpus=khong-co", 404, "no corpus 'khong-co'"),
        ("/api/trends?q=" + "&q=".join("abcdef"), 400, "q: 1 to 5 of these"),
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


@pytest.mark.parametrize("address", ["/api/stats", "/api/search", "/sources", "/crawls"])
def test_a_wrong_method_is_told_which_are_right(client: TestClient, address: str) -> None:
    answer = client.request("DELETE", address)
    assert (answer.status_code, set(answer.headers["allow"].split(", "))) == (405, {"GET", "HEAD"})
