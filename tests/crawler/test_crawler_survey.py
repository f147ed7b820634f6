"""A survey says of each source what a person must do, asks a site no more than it may, and goes on where it stopped."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from crawling import answer_of, article, html, status
from surveyed import FILE, Pages, Served, with_sites

from archive.errors import SourceError, UsageError
from archive.learning import surveys
from archive.sources import Register, read_source
from archive.text.urls import url_key
from crawler.commands.survey import survey
from crawler.survey.model import Survey, fresh, keep

TEXT = "Ngày 5-3, xã Tân Bình tổ chức hội nghị tổng kết công tác xây dựng Đảng năm 2019."


def site(count: int = 8, title: str = "Đảng bộ huyện Đại Từ", before: str = "", **pages: Any) -> Pages:
    """A site of `count` articles of NukeViet's making, `before` in front of their links on the first page."""
    links = [f"/tin/hoi-nghi-tong-ket-cong-tac-{n}.html" for n in range(1, count + 1)]
    home = html(title, "/gioi-thieu/", "/tin/", *links, body=before)
    made: Pages = {"/robots.txt": "User-agent: *\nDisallow: /cam/\n", "/": home}
    made |= {link: article(f"Hội nghị tổng kết công tác {link}", TEXT) for link in links}
    made["/tin/"] = html("Tin tức", *links)
    made["/gioi-thieu/"] = html("Giới thiệu", "/")
    return made | {path.replace("__", "/"): page for path, page in pages.items()}


def told(served: Served, *options: str) -> list[dict[str, Any]]:
    done = served.invoke(survey, *served.servers, "--json", *options)
    assert done.return_value in (0, 6), done.output
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def one(archive: Path, pages: Pages, *options: str, file: str = FILE) -> tuple[dict[str, Any], list[str], Path]:
    """The survey of one site, what it was asked for, and its source file."""

    def act(served: Served) -> tuple[dict[str, Any], list[str], Path]:
        (found,) = told(served, *options)
        return found, served.servers["mot"].paths, served.file("mot")

    result: tuple[dict[str, Any], list[str], Path] = with_sites(archive, {"mot": pages}, act, file)
    return result


def test_a_site_as_its_file_says_waits_for_a_person_and_costs_a_dozen_requests(tmp_path: Path) -> None:
    found, paths, _ = one(tmp_path / "a", site())
    assert (found["state"], found["todo"], found["family"]) == ("alive", "verify", "nukeviet")
    assert (found["kind"], found["province"], found["language"]) == ("party", "thai-nguyen", "vi")
    assert len(found["articles"]) == 5
    assert paths[:2] == ["/robots.txt", "/"]
    assert len(paths) == len(found["requests"]) <= 12
    assert found["own_met"] == 8


def test_dead_links_are_no_evidence_and_no_end(tmp_path: Path) -> None:
    dead = "".join(f'<a href="/web/2018/Lists/trang-so-{n}.aspx">Trang</a> ' for n in range(20))
    found, paths, _ = one(tmp_path / "a", site(before=dead))
    assert len(found["articles"]) == 5
    assert sum(path.endswith(".aspx") for path in paths) <= 3
    assert not any(".aspx" in pattern for pattern in found["article"])


def test_five_articles_are_read_where_the_first_page_names_none(tmp_path: Path) -> None:
    pages = site()
    pages["/"] = html("Đảng bộ huyện Đại Từ", "/gioi-thieu/", "/lien-he/", "/tin/")
    found, _, _ = one(tmp_path / "a", pages)
    assert len(found["articles"]) == 5


@pytest.mark.parametrize(("count", "why"), [(2, "no other page is linked"), (0, "no other page is linked")])
def test_a_site_of_too_few_articles_says_why_and_is_no_success(tmp_path: Path, count: int, why: str) -> None:
    def act(served: Served) -> Any:
        return served.invoke(survey, "mot")

    done = with_sites(tmp_path / "a", {"mot": site(count)}, act)
    assert done.return_value == 6
    assert f"{count} articles read: {why}" in done.stdout


def test_an_address_with_letters_that_http_cannot_carry_is_asked_for_as_browsers_do(tmp_path: Path) -> None:
    pages = site(4, before='<a href="/tin/hội-nghị-–-lần-thứ-năm-9.html">Hội nghị lần thứ năm</a>')
    address = "/tin/h%E1%BB%99i-ngh%E1%BB%8B-%E2%80%93-l%E1%BA%A7n-th%E1%BB%A9-n%C4%83m-9.html"
    pages[address] = article("Hội nghị – lần thứ năm", TEXT)
    found, paths, _ = one(tmp_path / "a", pages)
    assert address in paths
    assert len(found["articles"]) == 5


def test_thirty_requests_are_the_end_whatever_a_site_links_to(tmp_path: Path) -> None:
    links = [
        f"/{kind}/muc-{n}-bai-viet-thu-{n}{ending}" for n in range(40) for kind, ending in (("a", ""), ("b", ".htm"))
    ]
    pages: Pages = {"/robots.txt": "", "/": html("Đảng bộ huyện Đại Từ", *links)}
    found, paths, _ = one(tmp_path / "a", pages)
    assert len(paths) <= 30
    assert "requests are spent" in found["short"]


def test_what_robots_forbids_is_never_asked_for(tmp_path: Path) -> None:
    links = "".join(f'<a href="/cam/hoi-nghi-tong-ket-cong-tac-{n}.html">Hội nghị</a> ' for n in range(9))
    _, paths, _ = one(tmp_path / "a", site(before=links))
    assert not [path for path in paths if path.startswith("/cam/")]


@pytest.mark.parametrize(
    ("pages", "todo", "words"),
    [
        ({"/robots.txt": "User-agent: *\nDisallow: /\n"}, "forbidden", "robots.txt forbids it"),
        ({"/robots.txt": status("503 Busy")}, "forbidden", "robots.txt forbids it"),
        ({"/robots.txt": "", "/": status("410 Gone")}, "gone", "status 410"),
        ({"/robots.txt": "", "/": status("403 Forbidden")}, "forbidden", "the site refuses us (status 403)"),
        ({"/robots.txt": "", "/": status("503 Busy")}, "silent", "status 503; try again later"),
    ],
)
def test_who_lets_nobody_in_or_has_no_page_is_named_and_left_alone(
    tmp_path: Path, pages: Pages, todo: str, words: str
) -> None:
    found, paths, _ = one(tmp_path / "a", pages)
    assert (found["todo"], len(found["articles"])) == (todo, 0)
    assert words in found["told"]
    assert len(paths) <= 2


def test_a_newspaper_that_leads_to_another_of_the_register_is_merged_into_it(tmp_path: Path) -> None:
    def act(served: Served) -> Any:
        old, new = served.servers["cu"], served.servers["moi"]
        away = status("301 Moved", f"Location: {new.url}/")
        old.script = lambda asked: answer_of({"/robots.txt": "", "/": away}.get(asked))
        done = served.invoke(survey, "cu", "moi", "--write")
        return done, new.paths, (served.archive / "surveys" / "cu.diff").read_text(encoding="utf-8")

    done, paths, diff = with_sites(tmp_path / "a", {"cu": {}, "moi": site()}, act)
    assert done.return_value == 6
    first = done.stdout.split("to do")[1].splitlines()[1]
    assert first.startswith("close: merged"), "what a person must do first stands first"
    assert "merged into Đảng bộ moi (moi), of tỉnh Thái Nguyên" in " ".join(done.stdout.split())
    assert paths.count("/") == 1, "the new site is asked for its own sake alone"
    assert '+status = "closed"' in diff
    assert "+reason = " in diff


def test_a_site_that_has_moved_is_read_where_it_is_and_its_new_host_drafted(tmp_path: Path) -> None:
    def act(served: Served) -> Any:
        there = served.servers["noi-moi"]
        away = status("302 Found", f"Location: {there.url}/")
        served.servers["mot"].script = lambda asked: answer_of({"/robots.txt": "", "/": away}.get(asked))
        served.file("noi-moi").unlink()
        found = json.loads(served.invoke(survey, "mot", "--json", "--write").stdout)[0]
        diff = (served.archive / "surveys" / "mot.diff").read_text(encoding="utf-8")
        return found, there, diff

    found, there, diff = with_sites(tmp_path / "a", {"mot": {}, "noi-moi": site()}, act)
    assert (found["todo"], len(found["articles"])) == ("moved", 5)
    assert there.paths[:2] == ["/robots.txt", "/"]
    assert f'+name  = "127.0.0.1:{there.port}"' in diff
    assert f'+homepage = "http://127.0.0.1:{there.port}/"' in diff


def test_a_page_that_says_we_have_moved_counts_as_a_redirect(tmp_path: Path) -> None:
    def act(served: Served) -> Any:
        there = served.servers["moi"]
        notice = html("Thông báo", f"{there.url}/", body="<p>Báo đã sáp nhập, mời bạn đọc truy cập địa chỉ mới.</p>")
        served.servers["cu"].script = lambda asked: answer_of({"/robots.txt": "", "/": notice}.get(asked))
        return json.loads(served.invoke(survey, "cu", "--json").stdout)[0]

    found = with_sites(tmp_path / "a", {"cu": {}, "moi": site()}, act)
    assert (found["todo"], found["merged"]) == ("merged", "moi")


WRONG = FILE.replace('"nukeviet"', '"onecms"').replace(r"-\d+\.html$", r"\.bbg$")


def test_a_file_of_another_cms_is_named_and_its_change_drafted_as_a_patch_that_applies(tmp_path: Path) -> None:
    file = WRONG.replace("# what an article is\n", '# what an article is\nfeeds = ["/rss/chet.rss"]\n')
    found, _, path = one(tmp_path / "a", site(), "--write", file=file)
    assert found["todo"] == "change"
    assert found["own_met"] == 0
    diff = tmp_path / "a" / "surveys" / "mot.diff"
    assert "-# Written by hand." not in diff.read_text(encoding="utf-8")
    copy = tmp_path / "copy.toml"
    shutil.copy(path, copy)
    subprocess.run(["patch", "-s", str(copy), str(diff)], check=True)
    source = read_source(copy)
    assert source.layouts[-1].family == "nukeviet"
    assert source.discover.is_article(f"{source.homepage}tin/hoi-nghi-tong-ket-cong-tac-3.html")
    assert source.discover.feeds == ()
    assert "# what an article is" in copy.read_text(encoding="utf-8")


def test_a_draft_that_no_longer_holds_is_removed(tmp_path: Path) -> None:
    one(tmp_path / "a", site(), "--write", file=WRONG)
    assert (tmp_path / "a" / "surveys" / "mot.diff").exists()
    one(tmp_path / "a", site(), "--write", "--again")
    assert not (tmp_path / "a" / "surveys" / "mot.diff").exists()


def test_feeds_that_answer_are_found_and_sitemaps_too(tmp_path: Path) -> None:
    feed = b'<?xml version="1.0"?><rss version="2.0"><channel><title>Tin</title></channel></rss>'
    sitemap = (
        b'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url>'
        b"<loc>http://127.0.0.1/tin/a-1.html</loc><lastmod>2011-05-06</lastmod></url></urlset>"
    )
    pages = site(before='<a href="/rss/tin.rss">RSS</a><a href="/rss/chet.rss">RSS</a>')
    pages |= {"/rss/tin.rss": feed, "/sitemap.xml": sitemap}
    found, _, _ = one(tmp_path / "a", pages)
    assert [feed["url"].rpartition("/")[2] for feed in found["feeds"]] == ["tin.rss"]
    assert [one["url"].rpartition("/")[2] for one in found["sitemaps"]] == ["sitemap.xml"]
    assert found["back"] == "2011-05-06"
    assert "feeds" in found["told"]


def test_the_last_page_of_a_listing_says_how_far_back_it_reaches(tmp_path: Path) -> None:
    link = '<a href="/tin/hoi-nghi-lan-thu-nhat-cua-dang-bo-99.html">Hội nghị lần thứ nhất của Đảng bộ</a>'
    old = f"<ul><li>{link} 02/09/2009</li></ul>"
    pages = site(tin__=None)
    pages["/tin/"] = html("Tin tức", "/tin/page-2/", "/tin/page-41/", "/tin/hoi-nghi-tong-ket-cong-tac-1.html")
    pages["/tin/page-41/"] = html("Tin tức", "/tin/page-40/", body=old)
    found, paths, _ = one(tmp_path / "a", pages)
    assert "/tin/page-41/" in paths
    assert found["back"] == "2009-09-02"


def test_a_site_that_scripts_make_is_told_so(tmp_path: Path) -> None:
    page = b"<!DOCTYPE html><html><head><title>Tin</title></head><body><div id=root></div><script src=/a.js></script>"
    found, _, _ = one(tmp_path / "a", {"/robots.txt": "", "/": page})
    assert (found["scripted"], found["todo"]) == ("yes", "unread")
    assert "made by scripts" in found["told"]


def test_a_survey_that_was_made_is_not_made_again_and_a_stopped_one_goes_on(tmp_path: Path) -> None:
    def act(served: Served) -> Any:
        told(served)
        asked = {name: len(server.paths) for name, server in served.servers.items()}
        (served.archive / "surveys" / "hai.json").write_text('{"source": "hai", "at": ', encoding="utf-8")  # half
        found = told(served)
        return found, asked, {name: len(server.paths) for name, server in served.servers.items()}

    found, asked, again = with_sites(tmp_path / "a", {"mot": site(), "hai": site()}, act)
    assert [len(one["articles"]) for one in found] == [5, 5]
    assert again["mot"] == asked["mot"]
    assert again["hai"] == 2 * asked["hai"]


def test_a_survey_that_met_no_answer_counts_for_an_hour_alone(tmp_path: Path) -> None:
    at = (datetime.now(UTC) - timedelta(hours=2)).isoformat()
    for name, state in (("mot", "alive"), ("hai", "silent")):
        keep(tmp_path, Survey(name, "http://bao.example/", "bao.example", at, state=state))  # type: ignore[arg-type]
    assert set(fresh(tmp_path, ("mot", "hai"), 7)) == {"mot"}
    assert set(fresh(tmp_path, ("mot", "hai"), 1 / 24)) == set()


def test_what_a_takedown_erases_leaves_the_surveys(tmp_path: Path) -> None:
    found, _, _ = one(tmp_path / "a", site(), "--write", file=WRONG)
    key = url_key(found["articles"][0]["url"])
    assert surveys.forget(tmp_path / "a", ["//khac.example/x"]) == ()
    assert [file.name for file in surveys.forget(tmp_path / "a", [key])] == ["mot.json"]
    assert not list((tmp_path / "a" / "surveys").iterdir())


def test_a_survey_speaks_vietnamese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAOTINH_LANG", "vi")

    def act(served: Served) -> Any:
        served.invoke(survey, "mot")
        return served.invoke(survey, "mot")  # the second is read back from its file

    done = with_sites(tmp_path / "a", {"mot": site(2)}, act)
    assert "tìm nguyên nhân" in done.stdout
    assert "đọc được 2 bài: không còn liên kết đến trang nào khác" in done.stdout


def test_no_source_named_is_a_question_and_not_the_whole_register(tmp_path: Path) -> None:
    asked = CliRunner().invoke(survey, ["--archive", str(tmp_path)])
    assert isinstance(asked.exception, UsageError)
    assert "--all" in str(asked.exception)


def test_a_file_that_is_not_valid_stops_the_survey_of_its_own_source_alone(tmp_path: Path) -> None:
    def act(served: Served) -> tuple[Any, Any, Any]:
        served.file("hong").write_text('id = "hong"\nnmae = "Báo hỏng"\n', encoding="utf-8")
        register = Register.valid(served.archive / "sources", shipped=None)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr("archive.sources.Register.valid", lambda *_: register)
            every = served.invoke(survey, "--all", "--json")
        return served.invoke(survey, "mot", "--json"), served.invoke(survey, "hong"), every

    named, own, every = with_sites(tmp_path / "a", {"mot": site()}, act)
    assert (named.exception, named.return_value) == (None, 0), named.output
    assert "hong.toml: hosts: is missing" in named.stderr
    assert [one["source"] for one in json.loads(named.stdout)] == ["mot"]
    assert isinstance(own.exception, SourceError)
    assert [one["source"] for one in json.loads(every.stdout)] == ["mot"]
    assert isinstance(every.exception, SourceError), "one of all was not surveyed"
