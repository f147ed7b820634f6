"""An article page shows the text as read, pictures out of the archive, all evidence; and lets it be taken away."""

from __future__ import annotations

import gzip
import io
import json
import re
from html import unescape
from pathlib import Path

import pytest
from lxml import html
from reading_room import REPLAY, SITE, URL, archive_of, identity, library, opened, page
from starlette.testclient import TestClient
from warcio.archiveiterator import ArchiveIterator

from archive.custody.takedown import takedown
from archive.holdings import Holdings
from archive.text.difference import word_changes
from archive.web.api.routes import document
from archive.web.pages import hits, results
from archive.web.replay.app import create_replay


@pytest.fixture(scope="module")
def holdings(tmp_path_factory: pytest.TempPathFactory) -> Holdings:
    return library(tmp_path_factory.mktemp("phong") / "kho")


@pytest.fixture
def article(client: TestClient) -> str:
    return f"/article/{identity(client, 'tieude:trồng')}"


def test_the_text_stands_as_published_and_markup_in_it_is_text(client: TestClient, article: str) -> None:
    text = client.get(article).text
    assert "<h1>Họp bàn trồng rừng &lt;script&gt;alert(1)&lt;/script&gt;</h1>" in text
    assert "<script>alert" not in text
    assert "15:25, 5/3/2020" in text
    assert "Bắc Kạn" in text
    assert "Thái Nguyên" in text


def test_pictures_come_from_the_archive_or_are_said_to_be_missing(client: TestClient, article: str) -> None:
    text = client.get(article).text
    assert re.findall(r'<img src="([^"]+)"', text) == [f"{REPLAY}/20261101000600id_/{SITE}/anh/rung-non.png"]
    assert text.count("ảnh không được lưu giữ") == 1
    assert "<li>Chú thích không có ảnh</li>" in text
    assert f"img-src 'self' data: {REPLAY};" in client.get(article).headers["content-security-policy"]


def test_a_text_is_shown_as_it_was_set_with_matches_numbered_in_the_order_they_are_read(tmp_path: Path) -> None:
    lines = ["Mở đầu chè.", "Góp đất", "Chè tươi", "Chè khô", "Thôn Hộ", "Nà Pài 41", "Đường mới.", "Hết."]
    set_as = "phlli0R5r7qp"
    images = [("https://khemay.example/anh/che.jpg", "", "Đồi chè Nà Pài")]
    written = {"body": lines, "setting": set_as, "images": images, "captions": [images[0][2]]}
    with opened(archive_of(tmp_path / "kho", [page("Đường về Nà Pài", **written)])) as client:
        shown = html.fromstring(client.get(f"/article/{identity(client, 'chè')}?q=chè").text).find(".//article")
    assert [one.text_content() for one in shown.iterfind("h2")][:1] == ["Góp đất"]
    assert [one.text_content() for one in shown.iterfind("ul/li")] == ["Chè tươi", "Chè khô"]
    assert [[cell.text_content().strip() for cell in row] for row in shown.iterfind(".//tr")] == [
        ["Thôn", "Hộ"],
        ["Nà Pài", "41"],
    ]
    assert [cell.tag for cell in shown.iterfind(".//tr/*")] == ["th", "th", "td", "td"]
    assert shown.findtext("blockquote/p") == "Đường mới."
    assert [one.tag for one in shown if one.tag in ("ul", "figure", "div", "blockquote")] == [
        "ul",
        "figure",
        "div",
        "blockquote",
    ]
    assert [mark.get("id") for mark in shown.iter("mark")] == ["m1", "m2", "m3", "m4"]
    assert [mark.text for mark in shown.iterfind(".//figcaption/mark")] == ["chè"]


def test_a_text_whose_setting_does_not_fit_it_is_shown_as_paragraphs(tmp_path: Path) -> None:
    with opened(archive_of(tmp_path / "kho", [page("Đường về Nà Pài", setting="hhhhl")])) as client:
        text = client.get(f"/article/{identity(client, 'rừng')}").text
    assert text.count("<p>") > 1
    assert "41 ha rừng" in text
    assert "<h2>Toàn" not in text


def test_a_room_without_replay_shows_no_picture_and_no_link_to_a_page(holdings: Holdings, article: str) -> None:
    from reading_room import REGISTER

    from archive.web.app import create_room

    with TestClient(create_room(holdings, REGISTER, hosts=("testserver",))) as client:
        answer = client.get(article)
    assert "<img" not in answer.text
    assert "link" not in answer.headers


def test_an_article_names_its_evidence(client: TestClient, article: str) -> None:
    answer = client.get(article)
    assert "sha256:" in answer.text
    assert "warc/khe-may/" in answer.text
    assert f"{REPLAY}/20261102000000/{URL}" in answer.text
    assert "json headline" in answer.text
    assert "two dates: 2020-03-05, 2020-03-06" in answer.text
    assert f"{REPLAY}/20261101000000/{SITE}/robots.txt" in answer.text


def test_link_headers_lead_memento_clients_to_the_captures(client: TestClient, article: str) -> None:
    link = client.get(article).headers["link"]
    assert f'<{URL}>; rel="original"' in link
    assert f'<{REPLAY}/timegate/{URL}>; rel="timegate"' in link
    assert f'<{REPLAY}/20261102000000/{URL}>; rel="memento"; datetime="Mon, 02 Nov 2026 00:00:00 GMT"' in link


def test_an_earlier_revision_keeps_its_address(client: TestClient, article: str) -> None:
    first = client.get(f"{article}?revision=1")
    assert "Đây là phiên bản 1" in first.text
    assert "Pác Lạn" not in first.text.partition('class="panel beside"')[0]
    assert "Pác Lạn" in client.get(article).text
    assert client.get(f"{article}?revision=7").status_code == 404
    assert client.get(f"{article}?revision=abc").status_code == 400
    assert client.get(f"{article}?revision={'9' * 5000}").status_code == 400


def test_changes_are_shown_word_by_word(client: TestClient, article: str) -> None:
    text = client.get(f"{article}/changes").text
    assert re.search("<ins>.*Pác Lạn, ?</ins>", text)
    assert "<del>" not in text


def test_changes_stand_side_by_side_where_asked(client: TestClient, article: str) -> None:
    inline, side = (client.get(f"{article}/changes", params={"view": view}).text for view in ("inline", "side"))
    assert 'class="sides difference"' in side
    assert 'class="sides difference"' not in inline
    assert "07:00, 2/11/2026" in inline  # of the capture, on the clocks of Vietnam
    left, _, right = side.partition('class="sides difference"')[2].partition("</div>")[0].partition("</p><p>")
    assert "Pác Lạn" not in left
    assert "Pác Lạn" in right
    assert "<del>" not in right


def test_a_page_that_has_gone_is_marked(client: TestClient) -> None:
    text = client.get(f"/article/{identity(client, 'tieude:bão')}").text
    assert "không còn trên mạng từ 3/11/2026" in text


def test_a_month_alone_is_not_dressed_up_as_a_day(client: TestClient) -> None:
    text = client.get(f"/article/{identity(client, 'tieude:nghị')}").text
    assert '<time datetime="2020-06" lang="vi">6/2020</time>' in text
    assert "chỉ biết tháng" in text


def test_addresses_are_looked_up(client: TestClient, article: str) -> None:
    assert client.get("/lookup", params={"url": URL}).headers["location"] == article
    unread = client.get("/lookup", params={"url": f"{SITE}/tin-tuc/hong-23.html"})
    assert unread.status_code == 404
    assert "chưa đọc được (no_article)" in unread.text
    assert f"{REPLAY}/20261101060000/{SITE}/tin-tuc/hong-23.html" in unread.text
    assert "không có trong kho này" in client.get("/lookup?url=http://la.example/").text
    assert client.get(f"/lookup?url={URL}?utm_source=x").status_code == 302


def test_a_capture_leads_to_its_article(client: TestClient, article: str) -> None:
    record = re.search(r"urn:uuid:[0-9a-f-]{36}", client.get(article).text)
    assert record
    answer = client.get(f"/capture/{record[0]}")
    assert client.get(answer.headers["location"]).headers["location"] == article
    assert client.get("/capture/urn:uuid:khong-co").status_code == 404


def test_an_article_page_tells_reference_managers_and_search_engines_what_it_is(
    client: TestClient, article: str
) -> None:
    page = html.fromstring(client.get(article).content)
    tags = {one.get("name"): one.get("content") for one in page.xpath("/html/head/meta[@name]")}
    assert (tags["citation_title"], tags["DC.title"]) == ("Họp bàn trồng rừng <script>alert(1)</script>",) * 2
    assert (tags["citation_public_url"], tags["z.archiveLocation"]) == (URL, f"http://testserver{article}")
    assert page.xpath("/html/head/link[@rel='schema.DC']/@href") == ["http://purl.org/dc/elements/1.1/"]
    (told,) = page.xpath("/html/head/script[@type='application/ld+json']/text()")
    assert json.loads(told)["headline"] == tags["citation_title"]
    assert json.loads(told)["@id"] == f"http://testserver{article}"


def test_an_article_page_has_clean_references_and_their_proof_apart(client: TestClient, article: str) -> None:
    page = html.fromstring(client.get(article, params={"lang": "vi"}).content)
    texts = [one.text_content() for one in page.xpath("//section[@aria-labelledby='cite']//pre")]
    tcvn, apa, chicago, note, *others = texts
    assert "[trực tuyến]" in tcvn
    assert "ngày 5 tháng 3" in apa
    assert "ngày 5 tháng 3 năm 2020" in chicago
    assert note.startswith("Chụp lúc 2026-11-02T")
    assert not any("sha256:" in text for text in (tcvn, apa, chicago))
    assert all("sha256:" in text for text in others)


def test_an_article_is_taken_away_as_json_and_text(client: TestClient, article: str) -> None:
    value = json.loads(client.get(f"{article}.json").content)
    assert value["headline"] == "Họp bàn trồng rừng <script>alert(1)</script>"
    assert value["permalink"] == f"http://testserver{article}"
    text = client.get(f"{article}.txt")
    assert text.headers["content-type"] == "text/plain; charset=utf-8"
    assert "attachment" in text.headers["content-disposition"]
    assert "Đồng chí Lò Thị Nọi" in text.text
    assert client.get(f"{article}.csl.json").json()[0]["type"]
    assert client.get(f"{article}.bib").text.startswith("@online{khe-may-2020")
    assert client.get(f"{article}.exe").status_code == 404


def test_an_articles_records_are_a_warc_that_other_tools_read(client: TestClient, article: str) -> None:
    body = client.get(f"{article}.warc.gz").content
    records = [(record.rec_type, record.content_stream().read()) for record in ArchiveIterator(io.BytesIO(body))]
    assert [kind for kind, _ in records] == ["warcinfo", "response", "request", "metadata"]
    assert "Pác Lạn".encode() in records[1][1]
    assert gzip.decompress(body).count(b"WARC/1.1\r\n") == 4


def test_a_long_text_that_changed_everywhere_is_compared_in_no_time() -> None:
    before, after = (" ".join(f"{word}{number}" for number in range(30_000)) for word in ("cũ", "mới"))
    assert list(word_changes(before, after)) == [("removed", before), ("added", after)]


def test_lines_that_did_not_change_are_left_alone() -> None:
    assert list(word_changes("một\n\nhai\n\nba", "một\n\nhai hai\n\nba")) == [
        ("same", "một\n\n"),
        ("added", "hai "),
        ("same", "hai\n\n"),
        ("same", "ba"),
    ]


def test_what_is_taken_down_disappears_at_once_everywhere(tmp_path: Path) -> None:
    holdings = library(tmp_path / "kho")
    with opened(holdings) as room, TestClient(create_replay(holdings, ("testserver",))) as replay:
        article = f"/article/{identity(room, 'tieude:trồng')}"
        other = f"/article/{identity(room, 'tieude:chè')}"
        assert replay.get(f"/20261101000000id_/{URL}").status_code == 200
        takedown(holdings, URL, "hidden", "theo yêu cầu", "Giám đốc")
        assert room.get(article).status_code == 451
        assert "Giám đốc" in room.get(article).text
        assert room.get(f"{article}.json").status_code == 451
        assert room.get(other).status_code == 200
        assert "Pác Lạn" not in room.get("/?q=Pác+Lạn").text.partition('class="hits"')[2]
        gone = room.get("/lookup", params={"url": URL})
        assert (gone.status_code, "Đã gỡ" in gone.text, "Giám đốc" in gone.text) == (451, True, True)
        looked = room.get("/api/lookup", params={"url": URL})
        assert (looked.status_code, "taken down on 20" in looked.text, "Giám đốc" in looked.text) == (451, True, True)
        assert "451" in document()["paths"]["/api/lookup"]["get"]["responses"]
        for form in ("", "mp_", "id_"):
            assert replay.get(f"/20261101000000{form}/{URL}").status_code == 451
        assert replay.get(f"/timemap/link/{URL}").status_code == 451
        assert replay.get(f"/timegate/{URL}").status_code == 451


def test_a_url_in_another_script_breaks_no_header(tmp_path: Path) -> None:
    from reading_room import archive_of

    url = f'{SITE}/tin-tức/"hội>nghị".html'
    with opened(archive_of(tmp_path / "kho", [page("Hội nghị", url=url)])) as client:
        answer = client.get(f"/article/{identity(client, 'tieude:nghị')}")
    assert answer.status_code == 200
    assert f"<{SITE}/tin-t%E1%BB%A9c/%22h%E1%BB%99i%3Engh%E1%BB%8B%22.html>; rel" in answer.headers["link"]


def test_hits_lead_from_one_article_to_the_next_over_pages_of_hits(client: TestClient) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for module in (results, hits):
            patch.setattr(module, "PAGE", 4)
        listed = client.get("/", params={"q": "huyện", "order": "oldest"}).text
        address = unescape(re.findall(r'<h2><a href="([^"#]+)', listed)[0])
        seen = []
        while address:
            seen.append(address)
            text = client.get(address).text
            trail = text.partition('class="trail"')[2].partition("</nav>")[0]
            following = re.search(r'rel="next" href="([^"]+)"', trail)
            address = unescape(following[1]) if following else ""
            if address.startswith("/?"):  # the next page of hits
                address = unescape(re.findall(r'<h2><a href="([^"#]+)', client.get(address).text)[0])
    ids = [one[len("/article/") :][:10] for one in seen]
    assert len(ids) == len(set(ids)) == 6


def test_matches_are_numbered_through_and_stay_text(client: TestClient, article: str) -> None:
    text = client.get(article, params={"q": "rừng script"}).text
    numbers = re.findall(r'<mark id="m(\d+)">', text)
    assert numbers == [str(at) for at in range(1, len(numbers) + 1)]
    assert '&lt;<mark id="m2">script</mark>&gt;' in text
    assert "<script>alert" not in text
    assert f"{len(numbers)} chỗ khớp trong bài" in text


@pytest.mark.parametrize("query", ["(", "tinh:khong-co", "ngay:2020", "x" * 3000])
def test_an_article_is_shown_whatever_the_query_beside_it(client: TestClient, article: str, query: str) -> None:
    answer = client.get(article, params={"q": query, "cursor": "hong", "as_of": "2020-13-45", "corpus": "../../x"})
    assert answer.status_code == 200
    assert "<mark" not in answer.text


def test_an_edited_article_says_so_first(client: TestClient, article: str) -> None:
    text = client.get(article).text
    strip = text.partition('class="strip"')[2].partition("</p>")[0]
    assert "Bài đã bị sửa" in strip
    assert f"{article}/changes" in strip
    assert text.index('class="strip"') < text.index('class="sapo"')


def test_what_a_page_points_to_is_parted_by_what_is_held(client: TestClient, article: str) -> None:
    text = client.get(article).text
    assert "<h3>Có trong kho</h3>" in text
    assert "<h3>Chưa có trong kho</h3>" not in text
    assert text.count("Tổng kết vụ chè xuân") == 1


def test_the_record_can_be_checked_on_the_spot(tmp_path: Path) -> None:
    made = library(tmp_path / "kho")
    with opened(made) as client:
        address = f"/article/{identity(client, 'tieude:trồng')}"
        assert "bản ghi khớp với giá trị băm" not in client.get(address).text
        text = client.get(address, params={"check": "1"}).text
        assert "bản ghi khớp với giá trị băm" in text
        named = re.search(r"(warc/\S+\.warc\.gz\S*) @ (\d+)", text)
        assert named
        path = made.root / named[1]
        path.chmod(0o644)
        data = bytearray(path.read_bytes())
        data[int(named[2]) + 40] ^= 0xFF
        path.write_bytes(data)
        assert "bản ghi khớp với giá trị băm" not in client.get(address, params={"check": "1"}).text


def test_a_page_captured_before_its_own_date_says_so(tmp_path: Path) -> None:
    early = page("Tin ngày mai", 0, published="2026-11-03T08:00+07:00")
    with opened(
        archive_of(tmp_path / "kho", [early, page("Tin hôm nay", 0, url=f"{SITE}/tin-tuc/b-1.html")])
    ) as client:
        assert "chụp trước ngày đăng" in client.get(f"/article/{identity(client, 'tieude:mai')}").text
        assert "chụp trước ngày đăng" not in client.get(f"/article/{identity(client, 'tieude:nay')}").text
