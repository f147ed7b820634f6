from __future__ import annotations

from datetime import date, time
from pathlib import Path

import pytest

from archive.errors import SourceError
from archive.sources import DateArchive, NumberedPages, Source, parse_source, read_source

WHOLE = r"""
id       = "tinh-uy-xyz"
name     = "Tỉnh ủy XYZ"
kind     = "party"
province = "bac-kan"
status   = "unverified"
hosts    = ["tinhuyxyz.vn"]

[[host]]
name  = "xyz.dcs.vn"
until = 2021-06-30

[[layout]]
family = "wordpress"
until  = 2021-06-30

[[layout]]
family = "nukeviet"
[layout.select]
headline = "h1.tieu-de"
captions = ["figure figcaption", "td.chu-thich"]
cut      = [".tin-lien-quan"]

[discover]
feeds    = ["/rss/"]
listings = ["/tin-tuc/", "/van-ban/trang-{page}.html"]
pages    = "{listing}page-{page}/"
article  = '/[a-z0-9-]+-\d+\.html$'
never    = ['/print/', '[?&]q=']
drop_parameters = ["v"]
[[discover.backfill]]
pattern = "/{year}/{month:02}/"
first   = 2015-01-01

[politeness]
delay_seconds = 5
night_only    = true
night         = ["23:00", "05:30"]
daily_budget  = 5000

[expect]
articles_per_month     = [20, 400]
min_articles_per_crawl = 5
fields = { headline = 1.0, lead = 0.8 }
"""


def read(text: str = WHOLE) -> Source:
    return parse_source(text, "tinh-uy-xyz.toml")


def changed(old: str, new: str) -> str:
    assert old in WHOLE
    return WHOLE.replace(old, new)


def test_addresses_become_absolute_against_the_homepage() -> None:
    source = read()
    assert source.homepage == "https://tinhuyxyz.vn/"
    assert source.discover.feeds == ("https://tinhuyxyz.vn/rss/",)
    assert source.discover.backfill == (DateArchive("https://tinhuyxyz.vn/{year}/{month:02}/", date(2015, 1, 1)),)


def test_a_page_is_read_with_the_layout_of_its_day() -> None:
    source = read()
    assert source.layout_on(date(2021, 6, 30)).family == "wordpress"
    assert source.layout_on(date(2021, 7, 1)).family == "nukeviet"
    assert source.layout_on(date(2021, 7, 1)).select.captions == ("figure figcaption", "td.chu-thich")


def test_the_last_layout_holds_after_all_have_ended() -> None:
    text = changed("[layout.select]", "until = 2023-01-31\n[layout.select]")
    assert read(text).layout_on(date(2026, 1, 1)).family == "nukeviet"


def test_a_host_out_of_use_is_covered_in_its_days_only() -> None:
    source = read()
    assert source.covers("xyz.dcs.vn")
    assert source.covers("xyz.dcs.vn", date(2021, 6, 30))
    assert not source.covers("xyz.dcs.vn", date(2021, 7, 1))


def test_the_homepage_is_the_root_of_a_host_in_use() -> None:
    dated = '[[host]]\nname = "tinhuyxyz.vn"\nsince = 2021-07-01\n'
    text = changed('hosts    = ["tinhuyxyz.vn"]', "").replace("[[layout]]", f"{dated}\n[[layout]]", 1)
    assert read(text).homepage == "https://tinhuyxyz.vn/"


def test_www_in_front_and_the_usual_port_are_the_same_host() -> None:
    source = read()
    assert source.covers("WWW.tinhuyxyz.vn")
    assert source.covers("tinhuyxyz.vn:443")
    assert not source.covers("tinhuyxyz.vn:8080")
    assert not source.covers("anh.tinhuyxyz.vn")


def test_rules_are_searched_in_path_and_query_and_never_in_the_host() -> None:
    discover = read(changed("never    = ['/print/'", "never    = ['xyz', '/print/'")).discover
    assert discover.is_article("https://tinhuyxyz.vn/tin-tuc/hoi-nghi-12.html")
    assert not discover.is_article("https://tinhuyxyz.vn/tin-tuc/hoi-nghi-12.html?in=1")
    assert discover.is_never("https://tinhuyxyz.vn/tim?q=mưa")
    assert not discover.is_never("https://tinhuyxyz.vn/tin-tuc/")


def test_a_night_window_spans_midnight() -> None:
    politeness = read().politeness
    assert politeness.open_at(time(23, 0))
    assert politeness.open_at(time(5, 29))
    assert not politeness.open_at(time(5, 30))
    assert not politeness.open_at(time(12, 0))
    assert read(changed("night_only    = true", "")).politeness.open_at(time(12, 0))


def test_a_site_on_loopback_with_a_port_is_a_source_without_delay() -> None:
    text = changed('["tinhuyxyz.vn"]', '["127.0.0.1:8000"]').replace("delay_seconds = 5", "delay_seconds = 0")
    text = text.replace('[[host]]\nname  = "xyz.dcs.vn"\nuntil = 2021-06-30', "")
    source = read(text.replace("[discover]", '[discover]\nseeds = ["http://127.0.0.1:8000/"]'))
    assert source.homepage == "http://127.0.0.1:8000/"
    assert source.covers("127.0.0.1:8000")
    assert not source.covers("127.0.0.1")
    assert source.politeness.delay_seconds == 0


def test_numbered_pages_are_told_from_a_date_archive_by_their_pattern() -> None:
    text = changed('"/{year}/{month:02}/"', '"/tin-{number}.html"').replace("2015-01-01", "7")
    assert read(text).discover.backfill == (NumberedPages("https://tinhuyxyz.vn/tin-{number}.html", 7),)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("hosts    = [", "host_names = [", 'host_names: unknown key; did you mean "hosts"?'),
        ("night_only ", "nightonly ", 'politeness.nightonly: unknown key; did you mean "night_only"?'),
        ("headline = ", "heading = ", 'layout[2].select.heading: unknown key; did you mean "headline"?'),
        ("lead = 0.8", "leed = 0.8", 'expect.fields.leed: unknown name; did you mean "lead"?'),
        ('kind     = "party"', 'kind = "dang"', '"dang" is none of newspaper, party, government'),
        ('province = "bac-kan"', 'province = "bac-can"', 'did you mean "bac-kan"?'),
        ('province = "bac-kan"', 'province = "hue"', 'province: "hue" is not known'),
        ('name     = "Tỉnh ủy XYZ"', "", "name: is missing"),
        ('name     = "Tỉnh ủy XYZ"', "name = 3", "name: must be a string, not a number"),
        ('id       = "tinh-uy-xyz"', 'id = "Tỉnh ủy"', "must be lower-case letters"),
        ('hosts    = ["tinhuyxyz.vn"]\n\n[[host]]\nname  = "xyz.dcs.vn"\nuntil = 2021-06-30', "", "hosts: is missing"),
        ('["tinhuyxyz.vn"]', '["https://tinhuyxyz.vn/"]', "is not a host"),
        ('["tinhuyxyz.vn"]', '["tinhuyxyz.vn", "www.tinhuyxyz.vn"]', "is named twice"),
        ('["tinhuyxyz.vn"]', '["tinhuyxyz.vn:99999"]', "has no possible port"),
        ('family = "nukeviet"', 'family = "nukevit"', 'did you mean "nukeviet"?'),
        ('family = "wordpress"\nuntil  = 2021-06-30', 'family = "wordpress"', "layout[1].until: is missing"),
        ("[layout.select]", "until = 2020-01-01\n[layout.select]", "does not lie after 2021-06-30"),
        ('"h1.tieu-de"', '"h1[[x"', 'layout[2].select.headline: "h1[[x" is not a CSS selector'),
        ('"/rss/"', '"https://khac.vn/rss"', 'discover.feeds: "https://khac.vn/rss" lies on khac.vn'),
        ('"/rss/"', '"rss"', 'must begin with "https://"'),
        ('"/rss/"', '"https://ai@tinhuyxyz.vn/rss"', "is not among the hosts"),
        (r"'/[a-z0-9-]+-\d+\.html$'", "'/([a-z'", "discover.article: '/([a-z' is not a regular expression"),
        ('"{listing}page-{page}/"', '"page-{page}/"', "discover.pages: "),
        ('"{listing}page-{page}/"', '"{listing}page-{n}/"', "must hold {listing} and {page} and nothing else"),
        ('"/{year}/{month:02}/"', '"/{month:02}/"', "discover.backfill[1].pattern: "),
        ("first   = 2015-01-01", "", "discover.backfill[1].first: is missing"),
        ("delay_seconds = 5", "delay_seconds = 0.5", "0.5 is not between 1 and 3600"),
        ("delay_seconds = 5", 'delay_seconds = "5"', "must be a number, not a string"),
        ("delay_seconds = 5", "delay_seconds = true", "must be a number, not true/false"),
        ("delay_seconds = 5", "delay_seconds = nan", "is not between"),
        ('"05:30"]', '"25:30"]', "politeness.night: must be two times of day"),
        ("daily_budget  = 5000", 'robots = "ignore"', "the reason in a sentence"),
        ("[20, 400]", "[400, 20]", "expect.articles_per_month: must be the least and the most"),
        ("lead = 0.8", "lead = 80", "expect.fields.lead: 80 is not between 0 and 1"),
        ('status   = "unverified"', 'status = "excluded"', "reason: is missing"),
        ("until = 2021-06-30\n\n[[layout]]", 'until = "2021-06-30"\n\n[[layout]]', "must be a date without quotes"),
        ('kind     = "party"', "kind = party", "not valid TOML"),
    ],
)
def test_what_is_wrong_is_named_with_file_and_key(old: str, new: str, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        read(changed(old, new))
    assert str(caught.value).startswith("tinh-uy-xyz.toml: ")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_utf8_is_an_error_naming_it(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_bytes(b'name = "T\xe1\xbb"\n')
    with pytest.raises(SourceError, match=r"x\.toml: cannot be read"):
        read_source(path)


@pytest.mark.parametrize("line", ["a." * 32 + "a = 1", "x = {" + "a . " * 32 + "a = 1}", '"a".' * 32 + "a = 1"])
def test_a_key_of_endless_parts_is_refused_before_it_is_read(line: str) -> None:
    """The TOML reader of Python copies such a key at each of its dots."""
    with pytest.raises(SourceError, match="more than 32 parts"):
        parse_source(line, "a.toml")


@pytest.mark.parametrize("kind", ["newspaper", "party", "government", "broadcaster", "magazine", "agency", "other"])
def test_a_source_of_the_whole_country_has_no_province(kind: str) -> None:
    national = WHOLE.replace('"bac-kan"', '"none"').replace('kind     = "party"', f'kind = "{kind}"')
    assert (read(national).province, read(national).kind) == ("", kind)


def test_a_pattern_means_every_host_below_and_not_the_host_itself() -> None:
    source = read(WHOLE.replace('["tinhuyxyz.vn"]', '["tinhuyxyz.vn", "*.baoxyz.vn"]'))
    hosts = ("tinhuyxyz.vn", "www.tinhuyxyz.vn", "thethao.baoxyz.vn", "a.b.baoxyz.vn")
    assert [source.covers(host) for host in hosts] == [True] * 4
    assert [source.covers(host) for host in ("baoxyz.vn", "thethao.tinhuyxyz.vn", "xbaoxyz.vn", "vn")] == [False] * 4
    assert source.homepage == "https://tinhuyxyz.vn/"


@pytest.mark.parametrize("hosts", ['["*.vn"]', '["*."]', '["a.*.vn"]', '["*.*.vn"]', '["*xyz.vn"]'])
def test_a_pattern_stands_in_front_of_a_domain(hosts: str) -> None:
    with pytest.raises(SourceError, match="is not a host"):
        read(WHOLE.replace('["tinhuyxyz.vn"]', hosts))


def test_a_source_of_patterns_alone_names_its_homepage() -> None:
    patterns = WHOLE.replace('["tinhuyxyz.vn"]', '["*.baoxyz.vn"]').split("[[host]]")[0]
    with pytest.raises(SourceError, match="homepage: is missing"):
        read(f'{patterns}[[layout]]\nfamily = "generic"\n')
    named = read(f'{patterns}homepage = "https://www.chinh.baoxyz.vn/"\n[[layout]]\nfamily = "generic"\n')
    assert named.homepage == "https://www.chinh.baoxyz.vn/"
