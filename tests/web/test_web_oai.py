"""Catalogues harvest every article by OAI-PMH, and their mistakes have the protocol's names."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from reading_room import SITE, URL, identity, library, opened, page, with_collections
from starlette.testclient import TestClient

from archive.custody.takedown import takedown
from archive.holdings import Holdings

DC = "{http://purl.org/dc/elements/1.1/}"
OAI = "{http://www.openarchives.org/OAI/2.0/}"


@pytest.fixture(scope="module")
def holdings(tmp_path_factory: pytest.TempPathFactory) -> Holdings:
    return with_collections(tmp_path_factory.mktemp("phong") / "kho")


def verb(client: TestClient, **arguments: str) -> ElementTree.Element:
    answer = client.get("/oai", params={name.rstrip("_"): value for name, value in arguments.items()})
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    return ElementTree.fromstring(answer.content)


def code(root: ElementTree.Element) -> str:
    error = root.find(f"{OAI}error")
    return error.get("code", "") if error is not None else ""


def test_a_catalogue_harvests_every_article_in_parts(client: TestClient) -> None:
    from archive.web.api import oai

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


def test_texts_that_xml_cannot_hold_are_harvested_without_them(tmp_path_factory: pytest.TempPathFactory) -> None:
    from reading_room import archive_of

    holdings = archive_of(
        tmp_path_factory.mktemp("ky-tu") / "kho", [page("Hội\x01 nghị ]]> & <b>", url=f"{SITE}/tin/a-1.html")]
    )
    with opened(holdings) as client:
        root = verb(client, verb="ListRecords", metadataPrefix="oai_dc")
        assert root.findtext(f".//{DC}title") == "Hội nghị ]]> & <b>"
