"""Pages that say "nothing is here" with status 200, or by a redirect: told by probes, kept, and counted as gone."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from changing_site import Changing, crawls, nothing
from crawling import html, status

from archive.custody.rebuild import rebuild
from archive.holdings import Holdings
from archive.model import Capture
from archive.sources import Register
from archive.text.similarity import pack_shingles, page_shingles, unpack_shingles
from crawler.frontier.soft404 import absence_answer, first_probe_address, leads_home, like, second_probe_address
from crawler.http.capture import Fetched

MENU = " ".join(
    f"<li>Mục {word} của cổng thông tin</li>" for word in ("tin", "bài", "ảnh", "lịch", "sách", "báo", "chợ")
)
NOWHERE = (
    f"<html><head><title>Cổng thông tin</title></head><body>{MENU}<p>Xin lỗi bạn, đường dẫn vừa hỏi nay đã cũ.</p>"
    "<p>Mời bạn trở lại trang đầu để xem các tin khác của tỉnh nhà.</p></body></html>"
).encode()
MOVED = status("302 Found", "Location: /thong-bao/da-chuyen.html")
GONE = "/tin/bai-1.html"


class Soft(Changing):
    """A site that answers `nowhere` for whatever it does not have."""

    nowhere: Any = NOWHERE

    def __call__(self, path: str) -> Any:
        if path not in self.pages:
            self.pages[path] = self.nowhere
            try:
                return super().__call__(path)
            finally:
                del self.pages[path]
        return super().__call__(path)


@pytest.fixture
def soft(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("changing_site.Changing", Soft)


def probing(site: Changing) -> dict[str, Any]:
    return {"BAOTINH_PROBES": True}


def removed(site: Changing) -> dict[str, Any]:
    site.pages.pop(GONE, None)
    return {"BAOTINH_PROBES": True, "BAOTINH_AGAIN": True}


def test_an_article_answered_as_nothing_is_gone_and_its_last_good_text_stays(tmp_path: Path, soft: None) -> None:
    first, second, third = crawls(tmp_path, probing, removed, removed)
    assert first.report.tally.pages["new"] == 3
    assert second.state_of(GONE) == ("failed", "soft_404")
    assert dict(second.report.tally.gone) == {"soft_404": 1}
    assert "gone from the site: 1 soft_404" in second.report.as_text()
    assert third.report.tally.gone.total() == 0, "told once"
    found = second.archived("SELECT headline, revision, gone_at IS NOT NULL FROM articles ORDER BY url")
    assert found == [(f"Bài {GONE}", 1, 1), ("Bài /tin/bai-2.html", 1, 0), ("Bài /tin/bai-3.html", 1, 0)]
    history = second.rows(
        "SELECT event, detail FROM history JOIN urls ON urls.id = url_id WHERE url LIKE '%bai-1.html'"
    )
    assert ("gone", "soft_404") in history
    kept = second.archived("SELECT state, reason FROM captures WHERE reason = 'soft_404'")
    assert kept == [("unread", "soft_404"), ("unread", "soft_404")] or kept[0] == ("unread", "soft_404")


def test_the_probe_is_one_request_for_a_host_and_a_second_like_an_article_and_then_none_for_a_week(
    tmp_path: Path, soft: None
) -> None:
    first, second, third = crawls(tmp_path, probing, probing, probing)
    probes = [
        [path for path in one.paths if "khong-co" in path or path.startswith("/tin/khong")]
        for one in (first, second, third)
    ]
    assert [len(paths) for paths in probes] == [1, 1, 0]
    assert first.paths.index(probes[0][0]) == 1, "after robots.txt, before all else"
    assert first.archived("SELECT state, reason, count(*) FROM captures WHERE kind = 'probe'") == [("kept", "", 2)]
    assert first.archived("SELECT count(*) FROM articles") == [(3,)]
    assert first.rows("SELECT status, length(shingles) > 40 FROM absences") == [(200, 1), (200, 1)]


def test_a_new_link_to_nothing_is_no_article_and_nothing_on_it_is_followed(tmp_path: Path, soft: None) -> None:
    def dead_link(site: Changing) -> dict[str, Any]:
        site.pages["/"] = html("Trang chủ", "/tin/bai-1.html", "/tin/da-xoa-77.html")
        return probing(site)

    (done,) = crawls(tmp_path, dead_link)
    assert done.state_of("/tin/da-xoa-77.html") == ("failed", "soft_404")
    assert done.report.tally.gone.total() == 0, "it was never there"


def test_a_redirect_to_where_a_probe_was_sent_is_an_article_gone(
    tmp_path: Path, soft: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Soft, "nowhere", MOVED)
    _, second = crawls(tmp_path, probing, removed)
    assert second.state_of(GONE) == ("failed", "soft_404")
    assert second.archived("SELECT gone_at IS NOT NULL FROM articles WHERE url LIKE '%bai-1.html'") == [(1,)]


def test_an_article_that_leads_home_is_gone_without_any_probe(tmp_path: Path) -> None:
    def home(site: Changing) -> dict[str, Any]:
        site.pages[GONE] = status("302 Found", "Location: /")
        return {"BAOTINH_AGAIN": True}

    _, second = crawls(tmp_path, nothing, home)
    assert second.state_of(GONE) == ("failed", "redirect_home")
    assert dict(second.report.tally.gone) == {"redirect_home": 1}
    assert second.archived("SELECT state, reason FROM captures WHERE reason <> ''") == [("kept", "redirect_home")]
    assert second.archived("SELECT gone_at IS NOT NULL FROM articles WHERE url LIKE '%bai-1.html'") == [(1,)]


def test_a_host_that_says_404_is_taken_at_its_word(tmp_path: Path) -> None:
    first, second = crawls(tmp_path, probing, removed)
    assert first.rows("SELECT status FROM absences") == [(404,), (404,)]
    assert second.state_of(GONE) == ("failed", "http_404")
    assert dict(second.report.tally.gone) == {"http_404": 1}


def test_a_rebuild_from_the_warc_files_comes_to_the_same_rows(tmp_path: Path, soft: None) -> None:
    _, second = crawls(tmp_path, probing, removed)
    told = "SELECT url, state, reason, kind FROM captures ORDER BY record_id"
    gone = "SELECT url, gone_at FROM articles ORDER BY url"
    before = second.archived(told), second.archived(gone)
    holdings = Holdings.open(tmp_path)
    rebuild(holdings, Register.load(holdings.sources, shipped=None))
    assert (second.archived(told), second.archived(gone)) == before


def answer(body: bytes, url: str = "https://bao.example/tin/x-1.html") -> Fetched:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    capture = Capture(url, datetime(2026, 11, 24, tzinfo=UTC), b"GET", head + body, "thu", "article")
    return Fetched(capture, 200, (("Content-Type", "text/html; charset=utf-8"),), "", "", 0.1)


SHAPE = absence_answer(answer(NOWHERE), "https://bao.example/khong-co.html", "urn:uuid:1")


@pytest.mark.parametrize(
    "words",
    [
        "<h1>Khai mạc hội chợ</h1><p>Sáng 24/11, hội chợ xuân đã khai mạc.</p>",
        "<h1>Hội chợ xuân Bính Ngọ khai mạc tại Thái Nguyên</h1>",  # a photograph and its headline, all titles alike
    ],
)
def test_an_article_on_the_same_template_with_the_same_title_is_no_soft_404(words: str) -> None:
    page = NOWHERE.replace("<p>Xin lỗi bạn, đường dẫn vừa hỏi nay đã cũ.</p>".encode(), words.encode())
    assert like(answer(page), "https://bao.example/tin/x-1.html", (SHAPE,)) is None


def test_a_page_that_repeats_the_address_asked_for_is_still_like_the_probe() -> None:
    page = NOWHERE.replace(b"</body>", b"<p>/tin/x-1.html</p></body>")
    assert like(answer(page), "https://bao.example/tin/x-1.html", (SHAPE,)) == SHAPE
    assert (
        like(
            answer(NOWHERE.replace("Cổng thông tin</title>".encode(), b"X</title>")), "https://bao.example/a", (SHAPE,)
        )
        is None
    )


def test_where_the_title_says_so_half_of_the_page_may_be_news_of_the_day() -> None:
    told = NOWHERE.replace("<title>Cổng thông tin".encode(), "<title>404 - Không tìm thấy".encode())
    shape = absence_answer(answer(told), "https://bao.example/khong-co.html", "urn:uuid:1")
    other = told.replace(b"</body>", "<p>Tin mới: hội nghị tổng kết phong trào thi đua năm 2026</p></body>".encode())
    assert like(answer(other), "https://bao.example/tin/x-1.html", (shape,)) == shape


def test_a_page_under_a_bomb_is_looked_at_under_limits_and_is_like_nothing() -> None:
    assert like(answer(b"<" * 1_000_000), "https://bao.example/tin/x-1.html", (SHAPE,)) is None


def test_addresses_that_cannot_exist_are_the_same_each_time_and_look_like_the_site_s_own() -> None:
    assert first_probe_address("https://bao.example") == first_probe_address("https://bao.example")
    made = second_probe_address("https://bao.example/tin-tuc/2026/hoi-nghi-12345.html")
    assert re.fullmatch(r"https://bao\.example/tin-tuc/2026/khong-co-trang-nay-9\d{8}\.html", made)
    assert "/khong-co-trang-nay-post9" in second_probe_address("https://bao.example/hoi-nghi-post12345.html")
    assert second_probe_address("https://bao.example/2026/11/hoi-nghi-tong-ket/") == "", "the words alone name it"
    assert second_probe_address("https://bao.example/xem.aspx?ItemID=4711").startswith(
        "https://bao.example/xem.aspx?ItemID=9"
    )


@pytest.mark.parametrize(("target", "home"), [("/", True), ("", True), ("/?x=1", False), ("/tin/", False)])
def test_home_is_the_root_of_a_site(target: str, home: bool) -> None:
    assert leads_home("https://bao.example/tin/a-1.html", f"https://bao.example{target}") is home
    assert not leads_home("https://bao.example/", f"https://bao.example{target}")


def test_shingles_are_words_of_the_text_alone_and_survive_packing() -> None:
    page = "<script>var x = 'một hai ba bốn'</script><p>Năm 2026, hội nghị <b>tổng kết</b></p><style>a b c d</style>"
    found = page_shingles(page)
    assert found == page_shingles("<p>năm 1999, hội nghị tổng kết")
    assert len(found) == 4
    assert unpack_shingles(pack_shingles(found)) == found
    assert page_shingles(unicodedata.normalize("NFC", page)) == found
