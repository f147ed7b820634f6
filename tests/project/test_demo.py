"""The sample site is what demo/README.md says it is, and our reader gets from its pages what its editors wrote."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path

import pytest

from archive.errors import Unreadable
from archive.model import Reading
from archive.parsers import read_page
from archive.sources import Source, parse_source
from demo.files import pdf, png
from demo.pages import alias
from demo.posts import SECTIONS, Post, posts
from demo.serve import Server, serving
from demo.site import HARD_GONE, SOFT_GONE, Site
from demo.source import source_toml

BASE = "http://127.0.0.1:8319"
NOW = datetime(2026, 11, 24, tzinfo=UTC)
SOUND = [post for post in posts() if not {"elsewhere", "cut"} & set(post.quirks)]


@pytest.fixture(scope="module")
def site() -> Site:
    return Site(BASE)


@pytest.fixture(scope="module")
def source() -> Source:
    return parse_source(source_toml(BASE), "huyen-uy-lam-khe.toml")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


def _read(site: Site, source: Source, path: str) -> Reading:
    answer = site.answer(path)
    return read_page(BASE + path, answer.body, answer.mime, answer.status, NOW, source)


def test_the_site_holds_at_least_thirty_articles_of_seven_years() -> None:
    assert len(SOUND) >= 30
    assert {post.published.year for post in posts()} == set(range(2019, 2026))


def test_ids_and_aliases_follow_the_titles() -> None:
    assert len({post.id for post in posts()}) == len(posts())
    assert [post.id for post in posts() if post.alias != alias(post.title)] == []
    assert {post.section for post in posts()} == set(SECTIONS)


def test_the_readme_names_every_article_with_a_quirk_of_its_own() -> None:
    readme = (Path(__file__).parents[2] / "demo" / "README.md").read_text()
    special = [post for post in posts() if set(post.quirks) - {"left"} or post.markup in ("nfd", "tcvn3", "mojibake")]
    assert [post.id for post in special if str(post.id) not in readme] == []
    assert str(SOFT_GONE) in readme
    assert str(HARD_GONE) in readme


@pytest.mark.parametrize("post", SOUND, ids=lambda post: str(post.id))
def test_a_reader_gets_back_what_the_editor_wrote(site: Site, source: Source, post: Post) -> None:
    article = _read(site, source, post.path).article
    assert article is not None
    assert article.headline.value == post.title
    assert article.lead is not None
    assert article.lead.value == post.lead
    assert article.body == post.paragraphs
    assert article.captions == post.captions
    assert article.tags == post.tags
    assert article.section is not None
    assert article.section.value == SECTIONS[post.section]
    assert (article.source_credit.value if article.source_credit else "") == post.credit
    byline = article.byline.value if article.byline else ""
    assert byline in (post.signature or post.author)
    assert bool(byline) == bool(post.signature or post.author)
    assert article.published is not None
    assert article.published.value[:16] == post.published.isoformat()[:16]
    assert (article.modified.value[:16] if article.modified else None) == (
        post.edited.isoformat()[:16] if post.edited else None
    )
    assert [attachment.name for attachment in article.attachments] == list(post.files)


def test_no_teaser_of_a_related_box_is_read_as_body(site: Site, source: Source) -> None:
    for post in SOUND:
        article = _read(site, source, post.path).article
        assert article is not None
        cut = [teaser for teaser in article.teasers if teaser.text.endswith("...")]
        assert cut, post.id
        assert not {teaser.text for teaser in cut} & set(article.body)


def test_a_page_cut_by_an_error_gives_no_sentence_of_the_program_as_text(site: Site, source: Source) -> None:
    cut = next(post for post in posts() if "cut" in post.quirks)
    page = site.answer(cut.path).body
    assert b"</html>" not in page
    assert b"Fatal error" in page
    article = _read(site, source, cut.path).article
    assert article is None or article.body[:2] == cut.paragraphs[:2]


def test_the_listings_show_every_article_and_end(site: Site) -> None:
    shown: set[str] = set()
    for section in SECTIONS:
        for number in range(1, 5):
            answer = site.answer(f"/{section}/" if number == 1 else f"/{section}/page-{number}/")
            if answer.status == 301:
                assert answer.headers == (("Location", f"/{section}/"),)
                break
            shown.update(re.findall(r'<h3><a href="([^"]+)"', answer.body.decode()))
        else:
            pytest.fail(f"/{section}/ does not end")
    assert shown == {post.path for post in posts()}


def test_the_sitemap_lists_every_article_and_one_that_is_gone(site: Site) -> None:
    listed = set(re.findall(rb"<loc>([^<]+)</loc>", site.answer("/sitemap-vi.news.xml").body))
    assert {(BASE + post.path).encode() for post in posts()} < listed
    (gone,) = listed - {(BASE + post.path).encode() for post in posts()}
    assert site.answer(gone.decode().removeprefix(BASE)).status == 404


def test_feed_minutes_are_the_number_of_the_month_as_in_nukeviet(site: Site) -> None:
    first = posts()[0].published.astimezone(UTC)
    assert f"{first:%H}:{first:%m}:" in site.answer("/rss/").body.decode()


def test_the_old_alias_and_the_other_section_lead_to_the_article_itself(site: Site) -> None:
    renamed = next(post for post in posts() if post.old_alias)
    shared = next(post for post in posts() if "two-sections" in post.quirks)
    linking = [site.answer(post.path).body.decode() for post in posts() if post is not renamed]
    for post, address in (
        (renamed, f"/{renamed.section}/{renamed.old_alias}-{renamed.id}.html"),
        (shared, f"/xay-dung-dang/{shared.alias}-{shared.id}.html"),
    ):
        assert any(f'href="{address}"' in page for page in linking)
        answer = site.answer(address)
        assert (answer.status, dict(answer.headers)["Location"]) == (301, post.path)


def test_a_removed_article_is_answered_with_200_as_careless_sites_do(site: Site, source: Source) -> None:
    path = next(
        match[1]
        for post in posts()
        for match in re.finditer(r'href="(/tin-tuc/[^"]+-(\d+)\.html)"', site.answer(post.path).body.decode())
        if int(match[2]) == SOFT_GONE
    )
    assert site.answer(path).status == 200
    with pytest.raises(Unreadable, match="soft_404"):
        _read(site, source, path)


def test_the_nfd_page_is_decomposed(site: Site) -> None:
    post = next(post for post in posts() if post.markup == "nfd")
    page = site.answer(post.path).body.decode()
    assert unicodedata.normalize("NFD", post.title) in page
    assert unicodedata.normalize("NFD", post.paragraphs[0]) in page


def test_an_edit_adds_the_correction_and_changes_the_etag() -> None:
    site = Site(BASE)
    (post,) = [post for post in posts() if post.correction]
    before = site.answer(post.path)
    assert site.edit() == (post.path,)
    after = site.answer(post.path)
    assert post.correction.encode() in after.body
    assert post.correction.encode() not in before.body
    assert before.version != after.version


def test_pictures_and_documents_are_real_files(site: Site) -> None:
    picture = png("toan-canh.png")
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert picture != png("quang-canh.png")
    document = pdf(("Ke hoach (45)",))
    assert document.startswith(b"%PDF-1.4")
    offset = int(document.rsplit(b"startxref\n", 1)[1].split()[0])
    assert document[offset:].startswith(b"xref")
    for post in posts():
        for source in re.findall(r'src="(/uploads/[^"]+)"', site.answer(post.path).body.decode()):
            assert site.answer(source).mime == "image/png"


def test_the_server_keeps_the_connection_and_answers_an_etag_with_304(server: Server) -> None:
    connection = HTTPConnection("127.0.0.1", server.server_address[1])
    path = posts()[0].path
    connection.request("GET", path)
    first = connection.getresponse()
    body, etag = first.read(), first.headers["ETag"]
    socket = connection.sock
    connection.request("GET", path, headers={"If-None-Match": etag, "Accept-Encoding": "gzip"})
    second = connection.getresponse()
    assert (second.status, second.read(), connection.sock is socket) == (304, b"", True)
    assert len(body) > 15_000
    connection.close()


def test_a_listing_has_no_etag_and_changes_at_every_visit(server: Server) -> None:
    bodies = []
    for _ in range(2):
        connection = HTTPConnection("127.0.0.1", server.server_address[1])
        connection.request("GET", "/tin-tuc/")
        answer = connection.getresponse()
        assert answer.headers["ETag"] is None
        bodies.append(answer.read())
        connection.close()
    assert bodies[0] != bodies[1]


def test_the_server_remembers_who_asked_for_what(server: Server) -> None:
    connection = HTTPConnection("127.0.0.1", server.server_address[1])
    connection.request("HEAD", "/robots.txt", headers={"User-Agent": "tester/1"})
    assert connection.getresponse().read() == b""
    connection.request("GET", "/about/gioi-thieu.html")  # the log of the first is complete once a second is answered
    connection.getresponse().read()
    connection.close()
    assert any(
        (entry["method"], entry["url"], entry["status"], entry["agent"]) == ("HEAD", "/robots.txt", 200, "tester/1")
        for entry in server.requests
    )
