"""What holds for every source that comes with the program."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from archive.places import PROVINCES_63
from archive.sources import LEAST_DELAY, SHIPPED, Register, further_pages, starts
from archive.sources.model import NATIONAL

REGISTER = Register.load()
SOURCES = REGISTER.all()

ROBOTS_NOT_OBEYED: dict[str, str] = {}
"""Sources that may pass over robots.txt, with the reason; the register's own sentence must stand here again."""

MOST_CONNECTIONS = {"default": 1}
"""More than one connection to a host needs an entry here under the source's id."""


def test_every_province_has_a_newspaper_and_a_government_portal() -> None:
    for kind in ("newspaper", "government"):
        assert {source.province for source in SOURCES if source.kind == kind} == {unit.id for unit in PROVINCES_63}


def test_the_register_begins_where_it_may_and_each_file_lies_where_its_province_is() -> None:
    for source in SOURCES:
        path, discover = Path(source.file), source.discover
        assert (path.stem, path.parent.name) == (source.id, source.province or NATIONAL)
        assert not [link.url for link in starts(source) if discover.is_never(link.url)], source.id
        assert not [
            one for one in (*discover.feeds, *discover.sitemaps, *discover.listings) if discover.is_article(one)
        ]


def test_no_source_asks_faster_than_the_floor() -> None:
    for source in SOURCES:
        assert source.politeness.delay_seconds >= LEAST_DELAY == 1.0, source.id
        most = MOST_CONNECTIONS.get(source.id, MOST_CONNECTIONS["default"])
        assert source.politeness.concurrency <= most, source.id


def test_robots_are_obeyed_or_the_reason_stands_here() -> None:
    passing = {source.id: source.politeness.robots for source in SOURCES if source.politeness.robots != "obey"}
    assert passing == ROBOTS_NOT_OBEYED


def test_a_source_lies_in_the_folder_of_its_province_under_its_id() -> None:
    for source in SOURCES:
        assert Path(source.file) == SHIPPED / source.province / f"{source.id}.toml"


def test_a_crawl_begins_on_the_sources_own_hosts_over_https() -> None:
    for source in SOURCES:
        for parts in (urlsplit(link.url) for link in starts(source)):
            assert (parts.scheme, source.covers(parts.netloc)) == ("https", True), (source.id, parts)


def test_paging_is_bounded() -> None:
    for source in SOURCES:
        for listing in source.discover.listings:
            assert len(list(further_pages(source, listing))) < 100, (source.id, listing)


def test_nothing_is_called_verified_that_expects_nothing() -> None:
    for source in SOURCES:
        expects = source.expect.articles_per_month and source.expect.fields
        assert source.status != "verified" or expects, source.id


def test_a_file_says_on_what_evidence_it_stands() -> None:
    for source in SOURCES:
        first = Path(source.file).read_text(encoding="utf-8").partition("\n")[0]
        assert first.startswith(f"# {source.name}. Evidence") or source.status == "verified", source.id


def test_a_paper_whose_robots_forbid_everyone_is_not_crawled() -> None:
    source = REGISTER.get("lang-son-bao")
    assert not source.crawlable
    assert "robots.txt" in source.reason


@pytest.mark.parametrize(
    ("source_id", "address", "article"),
    [
        ("thai-nguyen-bao", "https://baothainguyen.vn/thoi-su/202604/lam-tot-cong-tac-xay-dung-dang-3ac6d79/", True),
        ("thai-nguyen-bao", "https://baothainguyen.vn/thoi-su/", False),
        ("dak-lak-bao", "https://baodaklak.vn/xa-hoi/202406/dem-hoi-buon-lang/", True),
        ("can-tho-bao", "https://baocantho.com.vn/mua-nuoc-noi-ve-a181234.html", True),
        ("ha-noi-bao", "https://hanoimoi.vn/doi-thay-o-mot-lang-nghe-712345.html", True),
        ("ha-noi-bao", "https://hanoimoi.vn/ky-niem-event123.html", False),
        ("ha-tinh-bao", "https://baohatinh.vn/nang-nong-post301234.html", True),
        ("son-la-bao", "https://baosonla.vn/kinh-te/mua-mo-chin-aB3dE5fG7.html", True),
        ("bac-ninh-bao", "https://baobacninhtv.vn/vai-thieu-vao-vu-postid412345.bbg", True),
        ("kien-giang-bao", "https://baokiengiang.vn/kinh-te/nuoi-tom-quang-canh-12345.html", True),
        ("kien-giang-bao", "https://baokiengiang.vn/kinh-te-12.html", False),
        ("quang-ngai-gov", "https://quangngai.gov.vn/web/portal-qni/xem/-/asset_publisher/Content/hoi-ap", True),
        ("thai-nguyen-dang", "https://thainguyen.dcs.vn/news/tin-tuc/hoi-nghi-445.html", True),
        ("thai-nguyen-dang", "https://thainguyen.dcs.vn/news/tin-tuc/", False),
        ("phu-tho-dang", "https://phutho.dcs.vn/ContentDetail/NewsDetailView?NewsId=6f9619ff-8b86", True),
        ("ninh-thuan-bao", "https://baoninhthuan.com.vn/diendan/103215p1c123/mua-nho-ba-moi.htm", True),
        ("thai-binh-bao", "https://baothaibinh.com.vn/tin-tuc/4/99123/lua-xuan-tot", True),
    ],
)
def test_the_rule_for_articles_tells_addresses_of_the_known_shape(source_id: str, address: str, article: bool) -> None:
    assert REGISTER.get(source_id).discover.is_article(address) is article
