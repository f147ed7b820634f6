"""What catalogues are answered has the structure of OAI-PMH.xsd, and keeps the protocol's rules to the letter."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from reading_room import URL, archive_of, library, opened, page
from starlette.testclient import TestClient

from archive.custody.takedown import takedown
from archive.holdings import Holdings
from archive.web.api import oai

_OAI = "{http://www.openarchives.org/OAI/2.0/}"
_SECOND = r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z"
# The schema's complex types: each child in order, with how often it may stand ("" once, "?", "+", "*").
_CHILDREN = {
    "Identify": "repositoryName baseURL protocolVersion adminEmail+ earliestDatestamp deletedRecord granularity "
    "compression* description*",
    "ListMetadataFormats": "metadataFormat+",
    "metadataFormat": "metadataPrefix schema metadataNamespace",
    "ListSets": "set+ resumptionToken?",
    "set": "setSpec setName setDescription*",
    "ListIdentifiers": "header+ resumptionToken?",
    "ListRecords": "record+ resumptionToken?",
    "GetRecord": "record",
    "record": "header metadata? about*",
    "header": "identifier datestamp setSpec*",
}
_TEXTS = {
    "responseDate": _SECOND,
    "datestamp": _SECOND,
    "earliestDatestamp": _SECOND,
    "setSpec": r"([A-Za-z0-9\-_.!~*'()])+(:[A-Za-z0-9\-_.!~*'()]+)*",
    "adminEmail": r"\S+@(\S+\.)+\S+",
    "protocolVersion": r"2\.0",
    "deletedRecord": "no|persistent|transient",
    "granularity": "YYYY-MM-DD(Thh:mm:ssZ)?",
    "metadataPrefix": r"[A-Za-z0-9\-_.!~*'()]+",
    "identifier": r"[a-z][a-z0-9+.\-]*:\S+",
}
_ERRORS = {
    "badArgument", "badResumptionToken", "badVerb", "cannotDisseminateFormat", "idDoesNotExist", "noMetadataFormats",
    "noRecordsMatch", "noSetHierarchy",
}  # fmt: skip
_DUBLIN_CORE = {
    "title", "creator", "subject", "description", "publisher", "contributor", "date", "type", "format", "identifier",
    "source", "language", "relation", "coverage", "rights",
}  # fmt: skip


def faults(root: Element) -> Iterator[str]:
    """Where a document is not as OAI-PMH.xsd and oai_dc.xsd say."""
    names = [child.tag.removeprefix(_OAI) for child in root]
    if root.tag != f"{_OAI}OAI-PMH" or names[:2] != ["responseDate", "request"] or len(names) < 3:
        yield f"OAI-PMH holds {names}"
    if names[2:] != ["error"] * len(names[2:]) and len(names) != 3:
        yield f"errors beside an answer: {names}"
    for one in root.iter():
        name = one.tag.removeprefix(_OAI)
        if name in _CHILDREN:
            held = " ".join(child.tag.removeprefix(_OAI) for child in one) + " "
            shape = re.sub(r"(\w+)([?+*]?)", r"(\1 )\2", _CHILDREN[name]).replace(" (", "(")
            if not re.fullmatch(shape, held):
                yield f"{name} holds {held}"
        if name in _TEXTS and one.tag.startswith(_OAI) and not re.fullmatch(_TEXTS[name], one.text or ""):
            yield f"{name} is {one.text!r}"
        if name == "header" and one.get("status") not in (None, "deleted"):
            yield f"status is {one.get('status')}"
        if name == "error" and one.get("code") not in _ERRORS:
            yield f"error is {one.get('code')}"
        if name == "resumptionToken" and not (one.get("cursor", "").isdigit() and int(one.get("completeListSize", 0))):
            yield f"resumptionToken has {one.attrib}"
        if name == "record" and (one.find(f"{_OAI}metadata") is None) != (one[0].get("status") == "deleted"):
            yield "a record without metadata is deleted, and only such a one"
        if one.tag.startswith("{http://purl.org/dc") and one.tag.rpartition("}")[2] not in _DUBLIN_CORE:
            yield f"Dublin Core has no {one.tag}"


def asked(client: TestClient, **arguments: str) -> Element:
    """The answer to a request, whose structure has been looked at."""
    answer = client.get("/oai", params={name.rstrip("_"): value for name, value in arguments.items()})
    assert answer.status_code == 200
    root = ElementTree.fromstring(answer.content)
    assert list(faults(root)) == []
    return root


def code(root: Element) -> str:
    error = root.find(f"{_OAI}error")
    return error.get("code", "") if error is not None else ""


@pytest.fixture(scope="module")
def holdings(tmp_path_factory: pytest.TempPathFactory) -> Holdings:
    found = library(tmp_path_factory.mktemp("phong") / "kho")
    takedown(found, URL, "hidden", "lý do", "ai đó")
    return found


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oai, "_PAGE", 2)


def harvested(client: TestClient, verb: str) -> tuple[list[Element], list[Element]]:
    """All headers of a list, and the resumption tokens of its parts."""
    root, headers, tokens = asked(client, verb=verb, metadataPrefix="oai_dc"), [], []
    while True:
        headers += root.iter(f"{_OAI}header")
        token = root.find(f".//{_OAI}resumptionToken")
        if token is not None:
            tokens.append(token)
        if token is None or not token.text:
            return headers, tokens
        root = asked(client, verb=verb, resumptionToken=token.text)


@pytest.mark.parametrize("verb", ["ListRecords", "ListIdentifiers"])
def test_a_list_in_parts_is_whole_and_says_how_far_it_has_come(client: TestClient, parts: None, verb: str) -> None:
    headers, tokens = harvested(client, verb)
    identifiers = [header.findtext(f"{_OAI}identifier") for header in headers]
    assert len(identifiers) == len(set(identifiers)) == 6
    assert [header.get("status") for header in headers].count("deleted") == 1
    assert {token.get("completeListSize") for token in tokens} == {"6"}
    assert [token.get("cursor") for token in tokens] == ["0", "2", "4"]
    assert not tokens[-1].text


def test_every_verb_and_every_error_has_the_structure_of_the_schema(client: TestClient) -> None:
    for verb in ("Identify", "ListMetadataFormats", "ListSets"):
        assert not code(asked(client, verb=verb))
    first = next(asked(client, verb="ListIdentifiers", metadataPrefix="oai_dc").iter(f"{_OAI}identifier")).text or ""
    for verb in ({"verb": "GetRecord", "metadataPrefix": "oai_dc"}, {"verb": "ListMetadataFormats"}):
        assert not code(asked(client, **verb, identifier=first))
    assert code(asked(client, verb="GetRecord", metadataPrefix="marc21", identifier=first)) == "cannotDisseminateFormat"


@pytest.mark.parametrize(
    "date", ["", "2020", "2020-03", "2020-3-5", "2020-02-30", "2020-03-05T10:00Z", "2020-03-05T10:00:00", "20200305"]
)
@pytest.mark.parametrize("name", ["from", "until"])
def test_a_date_in_another_granularity_is_a_bad_argument(client: TestClient, name: str, date: str) -> None:
    assert code(asked(client, verb="ListRecords", metadataPrefix="oai_dc", **{name: date})) == "badArgument"


def test_from_and_until_have_one_granularity(client: TestClient) -> None:
    span = {"from": "2020-03-05", "until": "2026-12-05T10:00:00Z"}
    assert code(asked(client, verb="ListRecords", metadataPrefix="oai_dc", **span)) == "badArgument"


@pytest.mark.parametrize("values", [(1, 2), ("a", "b", "c", -1, 0, 0), ("a", "b", "c", 1 << 70, 0, 0), (["a"] * 6), {}])
def test_a_token_of_nobodys_is_refused_by_its_name(client: TestClient, values: object) -> None:
    token = base64.urlsafe_b64encode(json.dumps(values).encode()).decode()
    for crafted in (token, token[:-3], "[" * 5000, base64.urlsafe_b64encode(b"[" * 5000).decode(), "é"):
        assert code(asked(client, verb="ListRecords", resumptionToken=crafted)) == "badResumptionToken"


def test_a_repeated_argument_is_a_bad_one_by_get_and_by_post(client: TestClient) -> None:
    twice = "verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=oai_dc"
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for answer in (client.get(f"/oai?{twice}"), client.post("/oai", content=twice, headers=form)):
        root = ElementTree.fromstring(answer.content)
        assert code(root) == "badArgument"
        request = root.find(f"{_OAI}request")
        assert request is not None
        assert request.attrib == {}  # the protocol: none where the verb or an argument is bad


def test_an_identifier_is_known_by_its_whole_name_only(client: TestClient) -> None:
    listed = asked(client, verb="ListIdentifiers", metadataPrefix="oai_dc")
    for name in [one.text or "" for one in listed.iter(f"{_OAI}identifier")]:
        assert not code(asked(client, verb="GetRecord", metadataPrefix="oai_dc", identifier=name))
        for other in (name.rpartition(":")[2], name.replace("baotinh", "khac"), f"{name} "):
            assert code(asked(client, verb="GetRecord", metadataPrefix="oai_dc", identifier=other)) == "idDoesNotExist"


def test_no_record_is_older_than_the_repository_says(client: TestClient) -> None:
    first = asked(client, verb="Identify").findtext(f".//{_OAI}earliestDatestamp") or ""
    headers, _ = harvested(client, "ListIdentifiers")
    assert first <= min(header.findtext(f"{_OAI}datestamp") or "" for header in headers)
    assert code(asked(client, verb="ListRecords", metadataPrefix="oai_dc", until="1999-12-31")) == "noRecordsMatch"


def test_every_set_of_a_record_is_listed_with_its_name(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Also that of a source that is held and stands in no register."""
    from archive.sources import Register
    from archive.web.app import create_room

    found = archive_of(tmp_path_factory.mktemp("la") / "kho", [page("Họp bàn trồng rừng")])
    with TestClient(create_room(found, Register.of([]), hosts=("testserver",))) as client:
        named = {one.text for one in asked(client, verb="ListSets").iter(f"{_OAI}setSpec")}
        headers, _ = harvested(client, "ListIdentifiers")
        specs = {one.text for header in headers for one in header.iter(f"{_OAI}setSpec")}
        assert specs == named == {"khe-may"}
        listed = asked(client, verb="ListIdentifiers", metadataPrefix="oai_dc", set="khe-may")
        assert len(list(listed.iter(f"{_OAI}header"))) == 1


def test_an_archive_whose_contact_is_a_page_is_told_with_an_address_that_says_so(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    found = Holdings.create(tmp_path_factory.mktemp("trang") / "kho", "Thư viện", "https://thuvien.example/lien-he")
    from archive.store import open_database

    open_database(found.database).close()
    with opened(found) as client:
        assert asked(client, verb="Identify").findtext(f".//{_OAI}adminEmail") == "none@thuvien.example.invalid"
