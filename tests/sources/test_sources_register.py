from __future__ import annotations

import pickle
from datetime import date
from itertools import islice
from pathlib import Path

import pytest

from archive.errors import SourceError
from archive.sources import (
    NumberedPages,
    Register,
    Source,
    backfilled,
    further_pages,
    parse_source,
    starts,
)
from archive.sources.model import DateArchive, Host, Layout

BASE = """
id = "{id}"
name = "Báo Thử"
kind = "newspaper"
province = "ha-noi"
status = "unverified"
{hosts}
[[layout]]
family = "generic"
{more}
"""


def toml(source_id: str, hosts: str, more: str = "") -> str:
    return BASE.format(id=source_id, hosts=hosts, more=more)


def source(more: str = "", hosts: str = 'hosts = ["baothu.vn"]', source_id: str = "bao-thu") -> Source:
    return parse_source(toml(source_id, hosts, more), f"{source_id}.toml")


def test_sources_are_found_at_any_depth_beside_the_shipped_ones(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    (deep / "bao-thu.toml").write_text(toml("bao-thu", 'hosts = ["baothu.vn"]'), encoding="utf-8")
    register = Register.load(tmp_path)
    assert register.get("bao-thu").file == str(deep / "bao-thu.toml")
    assert [one.id for one in register.all()] == sorted(one.id for one in register.all())
    assert [one.id for one in Register.load(tmp_path, shipped=None).all()] == ["bao-thu"]


def test_a_folder_that_does_not_exist_holds_no_sources(tmp_path: Path) -> None:
    assert Register.load(tmp_path / "none", shipped=None).all() == ()


def test_the_same_folder_given_twice_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "bao-thu.toml").write_text(toml("bao-thu", 'hosts = ["baothu.vn"]'), encoding="utf-8")
    assert len(Register.load(tmp_path, tmp_path / ".", shipped=None).all()) == 1


def test_an_id_in_two_files_is_an_error_naming_both(tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text(toml("bao-thu", 'hosts = ["baothu.vn"]'), encoding="utf-8")
    (tmp_path / "two.toml").write_text(toml("bao-thu", 'hosts = ["khac.vn"]'), encoding="utf-8")
    with pytest.raises(SourceError, match=r'two\.toml: id: "bao-thu" is taken by .*one\.toml'):
        Register.load(tmp_path, shipped=None)


def test_an_operators_source_does_not_override_a_shipped_one_in_silence(tmp_path: Path) -> None:
    shipped = Register.load().all()[0]
    (tmp_path / "own.toml").write_text(toml(shipped.id, 'hosts = ["khac.vn"]'), encoding="utf-8")
    with pytest.raises(SourceError, match=rf"own\.toml: id: .*{shipped.id}\.toml"):
        Register.load(tmp_path)


def test_an_operators_source_that_says_so_counts_instead_of_the_shipped_one(tmp_path: Path) -> None:
    shipped = Register.load().all()[0]
    text = "replaces_shipped = true\n" + toml(shipped.id, 'hosts = ["khac.vn"]')
    (tmp_path / f"{shipped.id}.toml").write_text(text, encoding="utf-8")
    found = Register.load(tmp_path)
    assert [host.name for host in found.get(shipped.id).hosts] == ["khac.vn"]
    assert len(found.all()) == len(Register.load().all())
    assert found.for_host(shipped.hosts[0].name) is None


def test_two_own_files_of_one_id_are_an_error_whatever_they_say(tmp_path: Path) -> None:
    shipped = Register.load().all()[0]
    for name in ("a.toml", "b.toml"):
        text = "replaces_shipped = true\n" + toml(shipped.id, f'hosts = ["{name}.vn"]')
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match="is taken by"):
        Register.load(tmp_path)


def test_a_host_in_two_sources_is_an_error_unless_their_days_differ() -> None:
    first = source()
    with pytest.raises(SourceError, match=r'hosts: "www\.baothu\.vn" is held by "bao-thu"'):
        Register.of([first, source(hosts='hosts = ["www.baothu.vn"]', source_id="khac")])
    old = source(hosts='[[host]]\nname = "baothu.vn"\nuntil = 2025-06-30')
    new = source(hosts='[[host]]\nname = "baothu.vn"\nsince = 2025-07-01', source_id="khac")
    register = Register.of([new, old])
    assert register.for_host("baothu.vn", date(2025, 6, 30)) == old
    assert register.for_host("www.baothu.vn", date(2025, 7, 1)) == new
    assert register.for_host("baothu.vn") == new
    assert register.for_host("khac.vn") is None


def test_an_unknown_id_is_answered_with_the_nearest() -> None:
    with pytest.raises(SourceError, match=r'no source "bao-thư" in the register; did you mean "bao-thu"\?'):
        Register.of([source()]).get("bao-thư")


def test_a_register_travels_to_another_process() -> None:
    register = Register.of([source("[discover]\narticle = '-\\d+$'")])
    assert pickle.loads(pickle.dumps(register)).get("bao-thu") == register.get("bao-thu")


def test_a_crawl_begins_at_each_address_once_and_at_the_homepage_where_there_is_none() -> None:
    assert [link.url for link in starts(source())] == ["https://baothu.vn/"]
    many = source('[discover]\nseeds = ["/", "/tin/"]\nlistings = ["/tin/"]\nfeeds = ["/rss"]\nsitemaps = ["/map.xml"]')
    assert [(link.kind, link.url.removeprefix("https://baothu.vn")) for link in starts(many)] == [
        ("sitemap", "/map.xml"),
        ("feed", "/rss"),
        ("listing", "/tin/"),
        ("page", "/"),
    ]


def test_pages_of_a_listing_end_at_the_bound() -> None:
    paged = source('[discover]\nlistings = ["/tin/"]\npages = "{listing}page-{page}/"\nmax_pages = 3')
    assert list(further_pages(paged, "https://baothu.vn/tin/")) == [
        "https://baothu.vn/tin/page-2/",
        "https://baothu.vn/tin/page-3/",
    ]
    counted = source('[discover]\nlistings = ["/tin-c7-{page}.html"]\nfirst_page = 0\nmax_pages = 2')
    assert [link.url for link in starts(counted)] == ["https://baothu.vn/tin-c7-0.html"]
    assert list(further_pages(counted, "https://baothu.vn/tin-c7-{page}.html")) == ["https://baothu.vn/tin-c7-1.html"]
    assert list(further_pages(source(), "https://baothu.vn/tin/")) == []


def test_a_date_archive_is_walked_backwards_with_no_address_twice() -> None:
    months = DateArchive("https://baothu.vn/{year}/{month:02}/", date(2024, 11, 5))
    assert list(backfilled(months, date(2025, 1, 20))) == [
        "https://baothu.vn/2025/01/",
        "https://baothu.vn/2024/12/",
        "https://baothu.vn/2024/11/",
    ]
    days = DateArchive("https://baothu.vn/{year}{month:02}{day:02}", date(2024, 2, 28), date(2024, 3, 1))
    assert [url[-8:] for url in backfilled(days, date(2026, 1, 1))] == ["20240301", "20240229", "20240228"]


def test_numbered_pages_go_on_without_end_where_no_last_is_given() -> None:
    assert list(backfilled(NumberedPages("/t{number}", 3, 5), date(2026, 1, 1))) == ["/t3", "/t4", "/t5"]
    assert list(islice(backfilled(NumberedPages("/t{number}", 3), date(2026, 1, 1)), 2)) == ["/t3", "/t4"]


def test_a_host_named_stands_before_a_pattern_and_the_nearer_pattern_before_the_farther() -> None:
    def made(name: str, *hosts: str) -> Source:
        named = tuple(Host(host) for host in hosts)
        return Source(name, name, "other", "", "unverified", f"https://{name}/", named, (Layout("generic"),))

    register = Register.of([made("a", "bao.vn", "*.bao.vn"), made("b", "thethao.bao.vn"), made("c", "*.dulich.bao.vn")])
    found = {
        host: one.id if (one := register.for_host(host)) else None
        for host in (
            "bao.vn",
            "www.bao.vn",
            "x.bao.vn",
            "thethao.bao.vn",
            "y.thethao.bao.vn",
            "x.dulich.bao.vn",
            "o.vn",
        )
    }
    assert list(found.values()) == ["a", "a", "a", "b", "a", "c", None]
    with pytest.raises(SourceError, match=r'hosts: "\*\.bao\.vn" is held by "a"'):
        Register.of([*register.all(), made("d", "*.bao.vn")])


LEARNT = '[[layout]]\nfamily = "generic"\nselect = 7\n'


@pytest.mark.parametrize(
    ("files", "left_out"),
    [
        ({"b.toml": "id = "}, {"b"}),
        ({"b.toml": 'id = "bao-hong"\nnmae = "Báo hỏng"\n'}, {"bao-hong"}),
        ({"b.toml": 'id = "{shipped}"\nreplaces_shipped = true\nnmae = "Báo"\n'}, {"{shipped}"}),
        ({"b.toml": toml("bao-hai", 'hosts = ["baothu.vn"]')}, {"bao-thu", "bao-hai"}),
        ({"b.toml": toml("bao-thu", 'hosts = ["baohai.vn"]')}, {"bao-thu"}),
        ({"b.toml": toml("bao-hai", 'hosts = ["{host}"]')}, {"bao-hai", "{shipped}"}),
        ({"bao-thu.layout.toml": LEARNT}, {"bao-thu"}),
        ({"{shipped}.layout.toml": LEARNT}, {"{shipped}"}),
        ({"khong-co.layout.toml": '[[layout]]\nfamily = "generic"\n'}, {"khong-co"}),
        ({"b.toml": "id = ", "c.toml": 'nmae = "Báo"'}, {"b", "c"}),
    ],
)
def test_what_is_not_valid_is_left_out_alone_and_named_where_it_is_asked_for(
    tmp_path: Path, files: dict[str, str], left_out: set[str]
) -> None:
    shipped = Register.load()
    one = shipped.all()[0]
    facts = {"{shipped}": one.id, "{host}": one.hosts[0].name}

    def filled(text: str) -> str:
        for gap, value in facts.items():
            text = text.replace(gap, value)
        return text

    (tmp_path / "a.toml").write_text(toml("bao-thu", 'hosts = ["baothu.vn"]'), encoding="utf-8")
    for name, text in files.items():
        (tmp_path / filled(name)).write_text(filled(text), encoding="utf-8")
    with pytest.raises(SourceError):
        Register.load(tmp_path)
    found, gone = Register.valid(tmp_path), set(map(filled, left_out))
    assert {one.id for one in found.all()} == {*(one.id for one in shipped.all()), "bao-thu"} - gone
    assert len(found.broken) == len(files)
    for name in gone:
        with pytest.raises(SourceError) as error:
            found.get(name)
        assert error.value in found.broken
