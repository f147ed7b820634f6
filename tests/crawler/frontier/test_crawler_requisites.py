"""What a page needs to be seen comes into the archive with it: each address once, each host under its own robots."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from crawling import SOURCE, Answer, Crawled, Page, answer_of, article, crawl, crawl_served, html, pages, status
from raw_server import raw_server

SHEET = '<link rel="stylesheet" href="/kieu/chinh.css?v=1">'
STYLED = f'{SHEET}<img src="/kieu/bieu-tuong.png">'


def typed(mime: str, body: bytes = b"x") -> Answer:
    return status("200 OK", f"Content-Type: {mime}", body=body)


def sheet(text: str) -> Answer:
    return typed("text/css", text.encode())


def site(**more: Page) -> dict[str, Page]:
    return {
        "/": html("Trang chủ", "/tin/bai-1.html", "/tin/bai-2.html", body=STYLED),
        "/tin/bai-1.html": article("Bài một", f"Nội dung. {SHEET}"),
        "/tin/bai-2.html": article("Bài hai", f"Nội dung. {SHEET}"),
        "/kieu/chinh.css?v=1": sheet("@import 'nen.css'; @font-face{font-family:V;src:url(chu.woff2)}"),
        "/kieu/nen.css": sheet("body{background:url(nen.png)}"),
        "/kieu/nen.png": typed("image/png"),
        "/kieu/chu.woff2": typed("font/woff2"),
        "/kieu/bieu-tuong.png": typed("image/png"),
        **more,
    }


REQUISITES = ["/kieu/bieu-tuong.png", "/kieu/chinh.css?v=1", "/kieu/chu.woff2", "/kieu/nen.css", "/kieu/nen.png"]


def with_others(
    archive: Path, own: Callable[[str], dict[str, Page]], other: dict[str, Page], **orders: object
) -> tuple[Crawled, list[str]]:
    """A crawl of the site `own`, which is given the address of `other`; the paths that was asked for."""

    async def go() -> tuple[Crawled, list[str]]:
        async with raw_server(lambda path: answer_of(other.get(path))) as second:
            mine = own(second.url)
            async with raw_server(lambda path: answer_of(mine.get(path))) as first:
                return await crawl_served(archive, first, SOURCE, **orders), second.paths

    return asyncio.run(go())


def test_style_sheets_what_they_import_fonts_and_pictures_are_kept_each_once(tmp_path: Path) -> None:
    crawled = crawl(tmp_path, pages(site()))
    assert sorted(path for path in crawled.paths if path.startswith("/kieu/")) == REQUISITES
    kept = crawled.archived("SELECT kind, state FROM captures WHERE url LIKE '%/kieu/%'")
    assert kept == [("requisite", "kept")] * len(REQUISITES)
    assert crawled.report.tally.unread == {}


def test_a_second_crawl_asks_for_no_requisite_again(tmp_path: Path) -> None:
    async def go() -> list[Crawled]:
        async with raw_server(lambda path: answer_of(site().get(path))) as server:
            return [await crawl_served(tmp_path, server, SOURCE) for _ in range(2)]

    _, second = asyncio.run(go())
    assert not [path for path in second.paths if path.startswith("/kieu/")]


def test_style_sheets_come_before_the_pictures_of_listings(tmp_path: Path) -> None:
    paths = crawl(tmp_path, pages(site()), most=1).paths
    assert paths.index("/kieu/chinh.css?v=1") < paths.index("/kieu/bieu-tuong.png")
    assert paths.index("/tin/bai-2.html") < paths.index("/kieu/chinh.css?v=1")


def test_what_archive_toml_does_not_keep_is_not_asked_for_and_counted(tmp_path: Path) -> None:
    crawl(tmp_path, pages({"/": html("Trang chủ")}))
    settings = tmp_path / "archive.toml"
    settings.write_text(settings.read_text().replace("requisites = true", "requisites = false"))
    crawled = crawl(tmp_path, pages(site()))
    assert not [path for path in crawled.paths if path.startswith("/kieu/")]
    assert crawled.report.tally.passed_over["keep.requisites"] > 0


def test_another_host_is_asked_for_requisites_alone_and_under_its_own_robots(tmp_path: Path) -> None:
    def own(other: str) -> dict[str, Page]:
        needed = f'<link rel="stylesheet" href="{other}/a.css"><link rel="stylesheet" href="{other}/cam/b.css">'
        return {"/": html("Trang chủ", f"{other}/tin/bai-9.html", f"{other}/c.pdf", body=needed)}

    other: dict[str, Page] = {
        "/robots.txt": "User-agent: *\nDisallow: /cam/\n",
        "/a.css": sheet("i{background:url(i.png)}"),
        "/i.png": typed("image/png"),
    }
    crawled, asked = with_others(tmp_path, own, other)
    assert asked == ["/robots.txt", "/a.css", "/i.png"]
    assert crawled.state_of("/cam/b.css") == ("excluded", "robots")
    assert crawled.report.reason == "finished"


@pytest.mark.parametrize(
    "other",
    [
        {"/robots.txt": status("500 Lỗi".encode().decode("latin-1"))},
        {"/robots.txt": "", "/a.css": status("403 Forbidden"), "/b.css": status("403 Forbidden")},
        {"/robots.txt": "", "/a.css": status("503 Busy", "Retry-After: 7200"), "/b.css": status("403 Forbidden")},
    ],
)
def test_a_crawl_is_whole_without_what_another_site_does_not_give(tmp_path: Path, other: dict[str, Page]) -> None:
    def own(address: str) -> dict[str, Page]:
        sheets = "".join(f'<link rel="stylesheet" href="{address}/{name}.css">' for name in "abc")
        return {"/": html("Trang chủ", "/tin/bai-1.html", body=sheets), "/tin/bai-1.html": article("Bài", "Nội dung.")}

    crawled, _ = with_others(tmp_path, own, other)
    assert (crawled.report.reason, crawled.report.trouble) == ("finished", "")


def test_no_more_other_hosts_are_asked_than_archive_toml_allows(tmp_path: Path) -> None:
    crawl(tmp_path, pages({"/": html("Trang chủ")}))
    settings = tmp_path / "archive.toml"
    settings.write_text(settings.read_text().replace("requisite_hosts = 30", "requisite_hosts = 3"))
    sheets = "".join(f'<link rel="stylesheet" href="http://127.0.0.{n}:9/a.css">' for n in range(2, 9))
    crawled = crawl(tmp_path, pages({"/": html("Trang chủ", body=sheets)}))
    # The third is the site itself, which the second crawl of a test finds at another port.
    assert crawled.rows("SELECT count(DISTINCT authority) FROM urls WHERE kind = 'requisite'") == [(2,)]
    assert crawled.report.tally.passed_over["keep.requisite_hosts"] == 5


def test_style_sheets_that_import_each_other_for_ever_come_to_an_end(tmp_path: Path) -> None:
    def endless(path: str, times: int) -> Page | None:
        if path == "/":
            return html("Trang chủ", body='<link rel="stylesheet" href="/k/0.css">')
        number = path.removeprefix("/k/").removesuffix(".css")
        return sheet(f"@import '{int(number) + 1}.css';") if number.isdecimal() else None

    crawled = crawl(tmp_path, endless)
    assert len([path for path in crawled.paths if path.startswith("/k/")]) == 6


def test_a_sheet_that_has_a_new_address_on_every_page_is_not_asked_for_on_every_page(tmp_path: Path) -> None:
    def restless(path: str, times: int) -> Page | None:
        styled = f'<link rel="stylesheet" href="/kieu.css?t={abs(hash(path))}">'
        if path == "/":
            return html("Trang chủ", *(f"/tin/bai-{n}.html" for n in range(40)), body=styled)
        return sheet("p{color:red}") if path.startswith("/kieu.css") else article(path, f"Nội dung {path}. {styled}")

    crawled = crawl(tmp_path, restless)
    assert len([path for path in crawled.paths if path.startswith("/kieu.css")]) == 8
    assert crawled.report.tally.passed_over["trap:versions"] == 33


def test_a_document_in_a_viewer_is_kept_as_an_attachment(tmp_path: Path) -> None:
    shown = (
        '<iframe src="/tep/mot.pdf"></iframe><iframe src="/xem.html?url=/tep/hai.pdf"></iframe>'
        '<object data="/tep/ba.pdf"></object>'
    )
    found = site(**{"/tin/bai-1.html": article("Bài", f"Nội dung. {shown}")})
    crawled = crawl(tmp_path, pages(found | {f"/tep/{n}.pdf": typed("application/pdf") for n in ("mot", "hai", "ba")}))
    kept = crawled.archived("SELECT kind, count(*) FROM captures WHERE url LIKE '%.pdf' AND status = 200 GROUP BY kind")
    assert kept == [("attachment", 3)]


@pytest.mark.parametrize("keeps", [False, True])
def test_audio_and_video_are_kept_where_archive_toml_says_so_and_else_counted(tmp_path: Path, keeps: bool) -> None:
    crawl(tmp_path, pages({"/": html("Trang chủ")}))
    if keeps:
        settings = tmp_path / "archive.toml"
        settings.write_text(
            settings.read_text()
            .replace("video = false", "video = true")
            .replace("video_megabytes = 0", "video_megabytes = 1")
        )
    found = html("Trang chủ", body='<video src="/tin.mp4"></video><a href="/phat-thanh.mp3">Nghe</a>')
    crawled = crawl(
        tmp_path, pages({"/": found, "/tin.mp4": typed("video/mp4"), "/phat-thanh.mp3": typed("audio/mpeg")})
    )
    kept = crawled.archived("SELECT kind FROM captures WHERE status = 200 AND kind = 'media'")
    assert len(kept) == (2 if keeps else 0)
    assert crawled.report.tally.passed_over["keep.video"] == (0 if keeps else 2)
