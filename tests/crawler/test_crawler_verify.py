"""A person's word on five articles makes a source verified, and nothing less does."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from crawling import SOURCE, crawl, html, pages
from town_site import LINKS, piece

from archive.custody.verify import verify as check
from archive.errors import CrawlError, UsageError
from archive.holdings import Holdings
from archive.learning import golden
from archive.learning.five import own_file, replacing
from archive.learning.layouts import held_pages
from archive.learning.verification import FIELDS, Answer, Remembered, look, value_of
from archive.sources import Register, parse_source, read_source
from crawler import running
from crawler.commands.verify import fields_named, verify_sources
from crawler.survey.model import Survey, keep

BY = "Nguyễn Thị Lan"


def held(archive: Path, count: int = 12) -> Path:
    """An archive that holds so many articles of one source; its file."""
    site = {"/": html("Đảng bộ xã Tân Bình", *LINKS[:count]), "/robots.txt": "User-agent: *\nDisallow: /cam/\n"}
    site |= {link: piece(number, summary=True) for number, link in enumerate(LINKS[:count], 1)}
    crawl(archive, pages(site), SOURCE.replace("nukeviet", "generic"))
    return archive / "sources" / "thu.toml"


def verify(archive: Path, answers: Any = None, *more: str, typed: str | None = None) -> Result:
    options = ["thu", "--archive", str(archive), "--allow-loopback", "--limit", "0", *more]
    if answers is not None:
        file = archive.parent / "answers.json"
        file.write_text(json.dumps({"by": BY, "sources": {"thu": {"articles": answers}}}), encoding="utf-8")
        options += ["--answers", str(file)]
    return CliRunner().invoke(verify_sources, options, input=typed, standalone_mode=False)


def test_five_times_yes_verifies_a_source_and_says_who_and_what_is_normal(tmp_path: Path) -> None:
    file = held(tmp_path / "a")
    done = verify(tmp_path / "a", {"*": True})
    assert done.exception is None, done.output
    source = read_source(file)
    assert (source.status, source.verified_by) == ("verified", BY)
    assert source.verified_on is not None
    assert dict(source.expect.fields)["headline"] >= 0.8
    assert source.expect.articles_per_month is not None
    low, high = source.expect.articles_per_month
    assert low <= 30 <= high, "one article a day"
    assert "newest" in file.read_text(encoding="utf-8"), "how it was measured stands beside it"
    kept = golden.goldens(source)
    assert len(kept) == 5
    register = Register.load(tmp_path / "a" / "sources", shipped=None)
    assert [golden.differences(register.get("thu"), page) for page in kept] == [()] * 5
    learnt = register.get("thu").layouts[-1].learned
    assert learnt is not None
    assert learnt.confirmed


def test_what_a_person_corrects_is_learnt_and_read_so_from_then_on(tmp_path: Path) -> None:
    file = held(tmp_path / "a")
    answers: dict[str, Any] = {}
    for url, article in read_now(tmp_path / "a", read_source(file)):
        number = int(url.rpartition("-")[2].removesuffix(".html"))
        lead = f"Tóm tắt của bài thứ {number}, do toà soạn đặt trên đầu bài viết này."
        right = {"byline": f"Hà Vân {number}", "lead": lead}
        answers[url] = {name: value for name, value in right.items() if value != article[name]}
        assert "byline" in answers[url], "what nothing on the page tells"
    done = verify(tmp_path / "a", answers)
    assert done.exception is None, done.output
    source = Register.load(tmp_path / "a" / "sources", shipped=None).get("thu")
    assert source.status == "verified"
    for url, article in read_now(tmp_path / "a", source):
        number = int(url.rpartition("-")[2].removesuffix(".html"))
        assert article["byline"] == f"Hà Vân {number}"


def test_a_shipped_source_gets_a_file_of_its_own_that_counts_instead(tmp_path: Path) -> None:
    held(tmp_path / "a")
    (own,) = (tmp_path / "a" / "sources").glob("*.toml")
    with_shipped = own.read_text(encoding="utf-8").replace('id = "thu"', 'id = "bac-kan-bao"')
    shipped = Register.load().get("bac-kan-bao")
    own.unlink()
    moved = tmp_path / "a" / "sources" / "bac-kan-bao.toml"
    moved.write_text("replaces_shipped = true\n" + with_shipped, encoding="utf-8")
    found = Register.load(tmp_path / "a" / "sources").get("bac-kan-bao")
    assert (found.name, found.file) == ("Cổng thử", str(moved.resolve()))
    assert len(Register.load(tmp_path / "a" / "sources").all()) == len(Register.load().all())
    text = Path(shipped.file).read_text(encoding="utf-8")
    holdings = Holdings.open(tmp_path / "a")
    assert own_file(holdings, shipped) == tmp_path / "a" / "sources" / "bac-kan-bao.toml"
    made = parse_source(replacing(shipped, own_file(holdings, shipped), text), "x.toml")
    assert made.replaces_shipped


def test_the_change_that_a_survey_drafted_is_taken_where_a_person_says_so(tmp_path: Path) -> None:
    file = held(tmp_path / "a")
    homepage = read_source(file).homepage
    keep(
        tmp_path / "a",
        Survey("thu", homepage, "127.0.0.1", "2026-12-01T00:00:00Z", family="generic", article=(r"-\d{1,9}\.html$",)),
    )
    no = {"by": BY, "sources": {"thu": {"draft": False, "articles": {"*": True}}}}
    yes = {"by": BY, "sources": {"thu": {"draft": True, "articles": {"*": True}}}}
    for answers, pattern in ((no, r"-\d+\.html$"), (yes, r"-\d{1,9}\.html$")):
        done = verify(tmp_path / "a", None, "--answers", "-", typed=json.dumps(answers))
        assert done.exception is None, done.output
        assert [found.pattern for found in read_source(file).discover.article] == [pattern]
        assert "+article = " in done.stdout


def read_now(archive: Path, source: Any) -> list[tuple[str, dict[str, str]]]:
    """What is read today on each article page held."""
    found = []
    for page in held_pages(Holdings.open(archive), source):
        one = look(source, page)
        assert one is not None
        found.append((page.url, {name: value_of(one.article, name) for name in FIELDS}))
    return found


@pytest.mark.parametrize("answer", [False, {"body": None}, {"headline": "Một đầu đề chưa từng đăng"}])
def test_what_is_not_read_as_a_person_says_leaves_the_source_as_it_was(tmp_path: Path, answer: Any) -> None:
    file = held(tmp_path / "a")
    was = file.read_text(encoding="utf-8")
    first = read_now(tmp_path / "a", read_source(file))[0][0]
    done = verify(tmp_path / "a", {"*": True, first: answer})
    assert isinstance(done.exception, CrawlError)
    assert done.exception.exit_code == 6
    assert first in done.output
    assert file.read_text(encoding="utf-8") == was
    assert not list((tmp_path / "a" / "sources").glob("*.layout.toml"))
    assert not list((tmp_path / "a" / "sources").glob("*.golden"))


def test_fewer_than_five_articles_are_nothing_to_judge_by(tmp_path: Path) -> None:
    held(tmp_path / "a", 4)
    done = verify(tmp_path / "a", {"*": True})
    assert isinstance(done.exception, CrawlError)
    assert "4 articles are held, five are to be looked at" in done.output


def test_a_person_sees_each_page_line_by_line_and_what_became_of_it(tmp_path: Path) -> None:
    file = held(tmp_path / "a")
    done = verify(tmp_path / "a", None, "--by", BY, typed="y\n" * 5)
    assert done.exception is None, done.output
    assert "headline │ Xã Tân Bình họp bàn việc thứ" in done.stdout
    assert "body │ Đoạn a của bài" in done.stdout
    assert "│ Bản quyền thuộc Đảng bộ xã Tân Bình" in done.stdout
    assert "[5/5] http://127.0.0.1" in done.stdout
    assert read_source(file).status == "verified"


def test_a_person_corrects_by_naming_fields_and_is_asked_again_after_a_slip(tmp_path: Path) -> None:
    held(tmp_path / "a")
    typed = "dau de\nheadline\nMột đầu đề chưa từng đăng\n" + "y\n" * 4
    done = verify(tmp_path / "a", None, "--by", BY, typed=typed)
    assert isinstance(done.exception, CrawlError)
    assert "and is Một đầu đề chưa từng đăng" in done.output


def test_a_person_who_goes_away_has_verified_nothing(tmp_path: Path) -> None:
    file = held(tmp_path / "a")
    was = file.read_text(encoding="utf-8")
    done = verify(tmp_path / "a", None, "--by", BY, typed="y\ny\n")
    assert isinstance(done.exception, UsageError)
    assert "--answers" in str(done.exception)
    assert file.read_text(encoding="utf-8") == was


@pytest.mark.parametrize(
    ("answers", "words"),
    [({}, "no answer for http"), ({"*": {"dau_de": "x"}}, "dau_de: no field"), ({"*": 5}, "no answer for http")],
)
def test_answers_that_say_nothing_of_a_page_are_refused(tmp_path: Path, answers: Any, words: str) -> None:
    held(tmp_path / "a")
    done = verify(tmp_path / "a", answers)
    assert isinstance(done.exception, UsageError)
    assert words in str(done.exception)


def test_a_file_that_holds_no_answers_is_named(tmp_path: Path) -> None:
    held(tmp_path / "a", 1)
    for text in ("{", "[]", '{"by": "x"}'):
        (tmp_path / "x.json").write_text(text, encoding="utf-8")
        done = verify(tmp_path / "a", None, "--answers", str(tmp_path / "x.json"))
        assert isinstance(done.exception, UsageError)
        assert "x.json" in str(done.exception)
    piped = verify(tmp_path / "a", None, "--answers", "-", typed=json.dumps({"sources": {}}))
    assert "--by NAME" in str(piped.exception), "nobody is verified by nobody"


def test_what_the_program_itself_has_changed_is_no_finding_of_a_check(tmp_path: Path) -> None:
    held(tmp_path / "a")
    assert verify(tmp_path / "a", {"*": True}).exception is None
    assert check(Holdings.open(tmp_path / "a")).findings == ()


def test_who_stops_the_sample_is_asked_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = held(tmp_path / "a", 4)
    report = SimpleNamespace(reason="shutdown", as_text=lambda: "stopped as asked")
    monkeypatch.setattr(running, "run", lambda *_: [SimpleNamespace(source=None, report=report, error=None)])
    done = verify(tmp_path / "a", None, "--by", BY, "--limit", "5", typed="y\n" * 5)
    assert isinstance(done.exception, click.Abort)
    assert "[1/5]" not in done.stdout
    assert read_source(file).status == "unverified"


def test_who_stops_in_the_middle_is_asked_for_the_rest_alone(tmp_path: Path) -> None:
    file = held(tmp_path / "a")
    assert isinstance(verify(tmp_path / "a", None, "--by", BY, typed="y\ny\n").exception, UsageError)
    rest = verify(tmp_path / "a", None, "--by", BY, typed="y\n" * 3)
    assert rest.exception is None, rest.output
    assert rest.stdout.count("answered before") == 2
    assert read_source(file).status == "verified"
    assert not list((tmp_path / "a" / "surveys").glob("*.answers.json"))


def test_a_correction_that_could_not_be_read_is_asked_again_and_what_was_right_is_not(tmp_path: Path) -> None:
    held(tmp_path / "a")
    wrong = verify(tmp_path / "a", None, "--by", BY, typed="y\nheadline\nMột đầu đề chưa từng đăng\n" + "y\n" * 3)
    assert isinstance(wrong.exception, CrawlError)
    again = verify(tmp_path / "a", None, "--by", BY, typed="y\n")
    assert again.exception is None, again.output
    assert again.stdout.count("answered before") == 4


def test_an_answer_holds_no_longer_once_its_page_is_read_otherwise(tmp_path: Path) -> None:
    file = held(tmp_path / "a")
    (page, *_) = held_pages(Holdings.open(tmp_path / "a"), read_source(file))
    one = look(read_source(file), page)
    assert one is not None
    before = Remembered(tmp_path / "x.json")
    before.keep(one, Answer(page.url, True, (("headline", "Đầu đề khác"),)))
    assert before.of(one) == Answer(page.url, True, (("headline", "Đầu đề khác"),))
    assert before.of(replace(one, article=replace(one.article, tags=("thẻ khác",)))) is None


@pytest.mark.parametrize(
    ("typed", "names", "rest"),
    [
        ("tiêu đề", ("headline",), ""),
        ("Tieu De, sapo", ("headline", "lead"), ""),
        ("xuất bản chú thích ảnh thẻ", ("published", "captions", "tags"), ""),
        ("headline, body", ("headline", "body"), ""),
        ("sapo, ngày tháng", ("lead",), "ngay thang"),
        ("sapos", (), "sapos"),
        ("", (), ""),
    ],
)
def test_fields_are_named_as_they_are_shown(
    typed: str, names: tuple[str, ...], rest: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BAOTINH_LANG", "vi")
    assert fields_named(typed) == (names, rest)


def test_a_file_that_is_not_valid_keeps_no_other_source_from_being_verified(tmp_path: Path) -> None:
    file = held(tmp_path / "a")
    file.with_name("hong.toml").write_text('id = "hong"\nnmae = "Báo hỏng"\n', encoding="utf-8")
    done = verify(tmp_path / "a", {"*": True})
    assert done.exception is None, done.output
    assert "hong.toml: hosts: is missing" in done.stderr
    assert read_source(file).status == "verified"
