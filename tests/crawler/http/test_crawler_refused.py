"""What servers offer and a crawl does not take: cookies, file names, refreshes to elsewhere; and the day's budget."""

from __future__ import annotations

from pathlib import Path

from crawling import SOURCE, Answer, article, crawl, html, pages
from faulty_site import GOOD, one, raw

NAMES = {"archive.toml", "archive.sqlite", "frontier.sqlite", "warc", "sources", "manifest", ".lock"}


def answered(body: bytes, *fields: str) -> Answer:
    head = "\r\n".join(["HTTP/1.1 200 OK", "Content-Type: text/html; charset=utf-8", *fields])
    return raw(f"{head}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)


def test_cookies_are_not_sent_back_and_no_address_is_told_to_another(tmp_path: Path) -> None:
    home = html("Trang chủ", "/tin/bai-1.html", "/tin/bai-2.html")
    cookie = "Set-Cookie: PHPSESSID=0123; path=/"
    site = {path: answered(GOOD, cookie) for path in ("/tin/bai-1.html", "/tin/bai-2.html")}
    done = crawl(tmp_path, pages({"/": answered(home, cookie), **site}))
    assert len(done.requests) == 4
    heads = b"".join(done.requests).lower()
    assert b"cookie:" not in heads
    assert b"referer:" not in heads


def test_a_file_name_that_a_server_gives_is_no_path_of_ours(tmp_path: Path) -> None:
    archive = tmp_path / "kho" / "a"
    name = "Content-Disposition: attachment; filename=\"../../../../tmp/x.sh\"; filename*=UTF-8''..%2f..%2fx"
    links = ("/tin/..%2f..%2f..%2fetc%2fpasswd-1.html", "/tin/%00/../../bai-2.html", "/tin/bai-3.html")
    site = dict.fromkeys(links, answered(GOOD, name))
    crawl(archive, pages({"/": html("Trang chủ", *links), **site}))
    assert {path.name for path in archive.iterdir()} <= NAMES
    assert [path.name for path in (tmp_path / "kho").iterdir()] == ["a"]
    assert [path.name for path in tmp_path.iterdir()] == ["kho"]


def test_a_refresh_is_a_link_like_any_other_and_leads_nowhere_else(tmp_path: Path) -> None:
    refresh = b'<meta http-equiv="refresh" content="0;url=%s">'
    links = [f"/di-{n}/" for n in range(3)]
    targets = (b"http://169.254.169.254/latest/", b"file:///etc/passwd", b"/tin/bai-1.html")
    site = {link: html("Chuyển trang", body="") + refresh % to for link, to in zip(links, targets, strict=True)}
    done = crawl(tmp_path, pages({"/": html("Trang chủ", *links, "/tin/bai-1.html"), "/tin/bai-1.html": GOOD, **site}))
    assert set(done.paths) <= {"/robots.txt", "/", "/tin/bai-1.html", *links}
    assert done.rows("SELECT count(*) FROM urls WHERE url NOT LIKE 'http://127.0.0.1:%'") == [(0,)]


def test_a_day_s_budget_is_kept_over_several_runs(tmp_path: Path) -> None:
    source = SOURCE.replace("delay_seconds = 0", "delay_seconds = 0\ndaily_budget = 4")
    links = [f"/tin/bai-{n}.html" for n in range(9)]
    site = {"/": html("Trang chủ", *links)} | {link: article("Mùa chè", f"Nội dung {link}.") for link in links}
    first = crawl(tmp_path, pages(site), source)
    assert (first.report.reason, len(first.paths)) == ("budget", 4)
    second = crawl(tmp_path, pages(site), source)
    assert (second.report.reason, second.paths) == ("budget", [])


def test_one_address_is_asked_for_once_whatever_is_linked_how_often(tmp_path: Path) -> None:
    links = ("/tin/bai-1.html", "/tin/bai-1.html#binh-luan", "/tin/./bai-1.html", "/tin/bai-1.html?utm_source=zalo")
    done = crawl(tmp_path, one(GOOD, **{"/": html("Trang chủ", *links)}))
    assert len([path for path in done.paths if "bai-1" in path]) == 1
