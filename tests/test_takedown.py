"""What is taken down is found nowhere any more, the log tells of it, and neither rebuild nor crawl brings it back."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from test_warc_recover import CALLS
from test_warc_write import BEGAN, RUN, capture

from archive import events, manifest
from archive.barred import Barred, rules
from archive.errors import LockedError, NothingFound, UsageError
from archive.holdings import Holdings
from archive.importers import bring
from archive.ingest import Ingest
from archive.rebuild import rebuild
from archive.restorer import FILE as RESTORER
from archive.restorer import load, train
from archive.sources import Register
from archive.takedown import apply, lift, takedown
from archive.text.urls import url_key
from archive.verify import verify
from archive.warc import index
from archive.warc.read import scan
from archive.warc.records import Original
from archive.warc.write import Writer

SITE = "https://tinhuy.example"
NAMED = f"{SITE}/tin/ong-tran-van-mau-1.html"
OTHER = f"{SITE}/tin/hoi-nghi-2.html"
SECRET = "Trần Văn Mẫu đã nhận quyết định kỷ luật"
RELATED = f"""<h3>Tin liên quan</h3><ul><li><a href="{NAMED}">Ông {SECRET}</a></li>
<li><a href="{SITE}/tin/khac-3.html">Khai giảng năm học mới ở huyện Mẫu</a></li></ul>"""
REGISTER = Register.load()
WHO = "Sở Thông tin và Truyền thông, công văn 12/STTTT"


def page(headline: str, text: str, canonical: str = "", more: str = "") -> bytes:
    link = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    paragraphs = "".join(
        f"<p>{text} Hội nghị đã thảo luận về kết quả và nêu rõ việc cần làm, số {n}.</p>" for n in range(4)
    )
    html = f"""<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{headline}</title>{link}
<meta property="og:type" content="article"><meta property="article:published_time" content="2020-03-05T15:25:00+07:00">
</head><body><article><h1>{headline}</h1>{paragraphs}</article>{more}</body></html>""".encode()
    return b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n" % len(html) + html


PAGES = {
    NAMED: page("Kỷ luật một cán bộ", SECRET),
    OTHER: page("Hội nghị rút kinh nghiệm", "Đại hội điểm đã thành công.", more=RELATED),
    f"{SITE}/in/ong-tran-van-mau-1.html": page("Kỷ luật một cán bộ", SECRET, canonical=NAMED),
    f"{SITE}/tin/khac-3.html": page("Khai giảng năm học mới", "Các trường đã sẵn sàng."),
}


@pytest.fixture
def holdings(tmp_path: Path) -> Holdings:
    made = Holdings.create(tmp_path / "data", "Thư viện tỉnh", "https://thuvien.example/")
    with Writer(made.root, "tinh-uy-mau", RUN, roll_at=9000) as writer:
        for day in range(2):
            for minute, (url, response) in enumerate(PAGES.items()):
                moment = BEGAN + timedelta(days=day, minutes=minute)
                changed = response.replace("kết quả".encode(), f"kết quả ngày {day}".encode()).replace(
                    b"Content-Length: ", b"X-Length: "
                )
                writer.append(capture(url=url, response=changed, began=moment, via=""))
    index.build(made.root)
    read_in(made)
    return made


def read_in(holdings: Holdings) -> list[str]:
    with Ingest(holdings, REGISTER) as ingest:
        return [ingest.take(held).state for path in holdings.warcs() for held in scan(path)]


def ask(holdings: Holdings, question: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(holdings.database)) as db:
        return db.execute(question).fetchall()


def traces(holdings: Holdings, words: bytes) -> list[str]:
    """Files of the archive in which `words` still stand, packed or not."""
    found = []
    for path in holdings.root.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            plain = gzip.decompress(data) if path.name.endswith(".gz") else data
            if words in plain:
                found.append(path.relative_to(holdings.root).as_posix())
    return sorted(found)


def urls(holdings: Holdings) -> set[str]:
    return {held.capture.url for path in holdings.warcs() for held in scan(path)}


def natural(holdings: Holdings) -> dict[str, list[tuple[object, ...]]]:
    """All rows that a rebuild must give again, without the numbers that only join them."""
    return {
        "captures": ask(
            holdings, 'SELECT record_id, file, "offset", state, reason, text_digest FROM captures ORDER BY 1'
        ),
        "articles": ask(holdings, "SELECT public_id, headline, body, revision, last_captured FROM articles ORDER BY 1"),
        "teasers": ask(holdings, "SELECT url_key, headline, box, sightings FROM teasers ORDER BY 1, 2, 3"),
        "revisions": ask(holdings, "SELECT digest, article_json FROM revisions ORDER BY 1, 2"),
        "words": ask(holdings, "SELECT term, doc, cnt FROM exact_words ORDER BY 1"),
    }


def test_the_page_is_there_before(holdings: Holdings) -> None:
    assert len(ask(holdings, "SELECT * FROM articles")) == 3
    assert ask(holdings, "SELECT count(*) FROM teasers WHERE url LIKE '%tran-van-mau%'") != [(0,)]
    assert ask(holdings, "SELECT doc FROM exact_words WHERE term = 'mẫu'") != []
    assert "archive.sqlite" in traces(holdings, SECRET.encode())
    assert verify(holdings, "full").clean


@pytest.mark.parametrize("how", ["hidden", "sealed", "erased"])
@pytest.mark.parametrize("target", [NAMED, NAMED.replace("https", "http"), NAMED + "?utm_source=zalo", "id"])
def test_what_is_taken_down_leaves_the_database_at_once(holdings: Holdings, how: str, target: str) -> None:
    name = ask(holdings, "SELECT public_id FROM articles WHERE url LIKE '%tran-van-mau%'")[0][0]
    taken = takedown(holdings, str(name) if target == "id" else target, how, "dữ liệu cá nhân", WHO)  # type: ignore[arg-type]
    assert (taken.articles, taken.captures) == (1, 4)
    assert len(ask(holdings, "SELECT * FROM articles")) == 2
    assert ask(holdings, "SELECT count(*) FROM captures") == [(4,)]
    assert ask(holdings, "SELECT doc FROM exact_words WHERE term = 'mẫu'") == []
    assert ask(holdings, "SELECT count(*) FROM teasers WHERE url LIKE '%tran-van-mau%'") == [(0,)]
    assert "archive.sqlite" not in traces(holdings, SECRET.encode())
    assert "archive.sqlite" not in traces(holdings, b"tran-van-mau")


@pytest.mark.parametrize("how", ["hidden", "sealed", "erased"])
def test_a_rebuild_does_not_bring_it_back_and_changes_nothing_else(holdings: Holdings, how: str) -> None:
    before = natural(holdings)
    takedown(holdings, NAMED, how, "dữ liệu cá nhân", WHO)  # type: ignore[arg-type]
    rebuild(holdings, REGISTER)
    once = natural(holdings)
    rebuild(holdings, REGISTER)
    assert natural(holdings) == once
    assert {row[0] for row in once["articles"]} < {row[0] for row in before["articles"]}
    assert len(once["captures"]) == 4
    assert "archive.sqlite" not in traces(holdings, SECRET.encode())
    report = verify(holdings, "full")
    assert report.findings == ()


def test_hidden_records_stay_where_they_are_and_can_come_back(holdings: Holdings) -> None:
    files = manifest.read(holdings.root)
    before = natural(holdings)
    taken = takedown(holdings, NAMED, "hidden", "đang xem xét", WHO)
    assert (manifest.read(holdings.root), taken.rewritten) == (files, ())
    lift(holdings, NAMED, "đã xem xét", WHO)
    rebuild(holdings, REGISTER)
    assert natural(holdings) == before
    assert [rule.action for rule in rules(holdings.root)] == ["hidden", "lifted"]


def test_erased_content_stands_in_no_file_any_more(holdings: Holdings) -> None:
    assert len(traces(holdings, SECRET.encode())) > 2
    taken = takedown(holdings, NAMED, "erased", "dữ liệu cá nhân", WHO)
    rebuild(holdings, REGISTER)
    assert [one.sealed for one in taken.rewritten] == [""] * len(taken.rewritten)
    left = set(traces(holdings, SECRET.encode()))
    # The page that points to it still quotes its headline: that is another page's content, and is not shown.
    assert left <= {path.relative_to(holdings.root).as_posix() for path in holdings.warcs()}
    assert all(OTHER in urls(holdings) for _ in left)
    takedown(holdings, OTHER, "erased", "dữ liệu cá nhân", WHO)
    rebuild(holdings, REGISTER)
    assert traces(holdings, SECRET.encode()) == []
    assert verify(holdings, "full").clean


@pytest.mark.parametrize(("how", "gone"), [("hidden", False), ("sealed", True), ("erased", True)])
def test_a_model_that_counted_the_words_goes_with_them(holdings: Holdings, how: str, gone: bool) -> None:
    train(holdings)
    assert traces(holdings, "nhận quyết".encode())
    taken = takedown(holdings, NAMED, how, "dữ liệu cá nhân", WHO)  # type: ignore[arg-type]
    assert taken.restorer_removed == gone
    assert (holdings.root / RESTORER).exists() != gone
    rebuild(holdings, REGISTER)
    assert verify(holdings, "full").clean
    train(holdings)
    assert verify(holdings, "full").clean
    assert load(holdings.root) is not None


def test_search_forgets_before_the_first_record_is_looked_for(
    holdings: Holdings, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = []

    def watched(*values: object) -> None:
        counts.append(ask(holdings, "SELECT count(*) FROM articles"))
        raise Dies

    monkeypatch.setattr(apply, "rewrite", watched)
    name = str(ask(holdings, "SELECT public_id FROM articles WHERE url LIKE '%tran-van-mau%'")[0][0])
    with pytest.raises(Dies):
        takedown(holdings, name, "erased", "dữ liệu cá nhân", WHO)
    assert counts == [[(2,)]]
    monkeypatch.undo()
    assert takedown(holdings, name, "erased", "dữ liệu cá nhân", WHO).captures == 4
    assert not {NAMED, f"{SITE}/in/ong-tran-van-mau-1.html"} & urls(holdings)


def test_every_other_record_stays_byte_for_byte_with_a_tombstone_in_the_gap(holdings: Holdings) -> None:
    def members() -> dict[str, bytes]:
        found = {}
        for path in holdings.warcs():
            data = path.read_bytes()
            for held in scan(path):
                place = held.place
                found[place.record_id] = data[place.offset : place.offset + place.length]
        return found

    before = members()
    taken = takedown(holdings, NAMED, "erased", "dữ liệu cá nhân", WHO)
    after = members()
    assert len(before) - len(after) == 4
    assert all(after[name] == before[name] for name in after)
    stones = []
    for one in taken.rewritten:
        text = gzip.decompress((holdings.root / one.file).read_bytes()).decode("utf-8", "replace")
        stones += [block for block in text.split("WARC/1.1\r\n") if "\r\nremoved: erased" in block]
        assert not (holdings.root / one.old).exists()
    assert len(stones) == 4
    assert all("reason: dữ liệu cá nhân" in stone and f"authority: {WHO}" in stone for stone in stones)
    assert sum(f"WARC-Target-URI: {NAMED}\r\n" in stone for stone in stones) == 2
    assert all("removed-block-digest: sha256:" in stone for stone in stones)


def test_sealed_records_lie_apart_for_those_who_may_read_them(holdings: Holdings) -> None:
    before = {held.capture.url: held.capture.response for path in holdings.warcs() for held in scan(path)}
    taken = takedown(holdings, NAMED, "sealed", "dữ liệu cá nhân", WHO)
    rebuild(holdings, REGISTER)
    sealed = [holdings.root / one.sealed for one in taken.rewritten]
    kept = [held for path in sealed for held in scan(path)]
    assert {held.capture.url for held in kept} == {url for url in before if "tran-van-mau" in url}
    assert all(held.capture.run == RUN for held in kept)
    assert {path.stat().st_mode & 0o777 for path in sealed} == {0o400}
    assert all(one.sealed in manifest.read(holdings.root) for one in taken.rewritten)
    assert verify(holdings, "full").clean
    sealed[0].chmod(0o600)
    sealed[0].write_bytes(sealed[0].read_bytes()[:-1])
    assert not verify(holdings).clean


def test_the_log_tells_who_took_what_down_and_both_digests(holdings: Holdings) -> None:
    digests = manifest.read(holdings.root)
    taken = takedown(holdings, NAMED, "erased", "dữ liệu cá nhân", WHO)
    log = events.read(holdings.root)
    (rule,) = [event for event in log if event.type == "deaccession"]
    detail = json.loads(rule.detail_json)
    assert (rule.object, rule.outcome, detail["reason"], detail["authority"]) == (
        NAMED,
        "erased",
        "dữ liệu cá nhân",
        WHO,
    )
    for one in taken.rewritten:
        (gone,) = [
            json.loads(event.detail_json) for event in log if event.type == "deletion" and event.object == one.old
        ]
        (new,) = [json.loads(event.detail_json) for event in log if event.object == one.file]
        assert gone["digest"] == new["replaced_digest"] == digests[one.old]
        assert new["digest"] == manifest.read(holdings.root)[one.file]


def test_the_index_follows(holdings: Holdings) -> None:
    takedown(holdings, NAMED, "erased", "dữ liệu cá nhân", WHO)
    assert index.find(holdings.root / index.MERGED, NAMED) == ()
    for entry in index.find(holdings.root / index.MERGED, OTHER):
        assert (holdings.root / entry.filename).exists()


def test_a_later_crawl_and_a_later_import_do_not_bring_it_back(holdings: Holdings, tmp_path: Path) -> None:
    takedown(holdings, NAMED, "hidden", "dữ liệu cá nhân", WHO)
    with Writer(tmp_path / "other", "tinh-uy-mau", RUN) as writer:
        later = BEGAN + timedelta(days=9)
        place = writer.append(capture(url=NAMED.replace("//", "//www."), response=PAGES[NAMED], began=later))
        moved = page("Kỷ luật một cán bộ", SECRET, canonical=NAMED)
        writer.append(capture(url=f"{SITE}/moi/1.html", response=moved, began=later))
    assert len(list(bring(holdings, tmp_path / "other" / place.file))) == 1
    with Ingest(holdings, REGISTER) as ingest:
        outcomes = [ingest.take(held) for path in holdings.warcs() for held in scan(path)]
    assert sum((outcome.state, outcome.reason) == ("kept", "takedown") for outcome in outcomes) == 6
    assert len(ask(holdings, "SELECT * FROM articles")) == 2
    assert not any("tran-van-mau" in link.url for outcome in outcomes for link in outcome.links)


def test_a_revisit_of_what_is_erased_goes_with_it(holdings: Holdings) -> None:
    first = next(held for path in holdings.warcs() for held in scan(path) if held.capture.url == NAMED)
    known = Original(first.place.record_id, NAMED, "2026-11-24T03:00:00.123Z", first.payload_digest)
    with Writer(holdings.root, "tinh-uy-mau", "20261201T000000Z-tinh-uy-mau-0001", known=lambda *_: known) as writer:
        writer.append(
            capture(url=f"{SITE}/ban-sao.html", response=first.capture.response, began=BEGAN + timedelta(days=3))
        )
    taken = takedown(holdings, NAMED, "erased", "dữ liệu cá nhân", WHO)
    assert taken.captures == 5
    assert f"{SITE}/ban-sao.html" not in urls(holdings)
    rebuild(holdings, REGISTER)
    assert verify(holdings, "full").clean


def test_a_takedown_broken_off_is_ended_by_the_same_call(
    tmp_path: Path, holdings: Holdings, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken_off(tmp_path, holdings, monkeypatch, stride=31)  # every step: tests/slow/preservation


def broken_off(tmp_path: Path, holdings: Holdings, monkeypatch: pytest.MonkeyPatch, stride: int) -> None:
    """Lets a takedown die at system call 1, 1 + stride, …, and checks what a second one and a rebuild make of it."""
    for step in range(1, 500, stride):
        copy = Holdings(tmp_path / f"copy-{step}", holdings.settings)
        shutil.copytree(holdings.root, copy.root)
        ended = dies_at(monkeypatch, step, lambda copy=copy: takedown(copy, NAMED, "erased", "x", WHO))  # type: ignore[misc]
        takedown(copy, NAMED, "erased", "x", WHO)
        rebuild(copy, REGISTER)
        assert NAMED not in urls(copy)
        assert verify(copy, "full", record=False).findings == (), step
        assert len(ask(copy, "SELECT * FROM articles")) == 2
        shutil.rmtree(copy.root)
        if ended:
            assert step > 20
            return
    pytest.fail("the takedown never got through")


class Dies(BaseException):
    """The process ends here."""


def dies_at(monkeypatch: pytest.MonkeyPatch, step: int, work: Callable[[], object]) -> bool:
    """Whether `work` ended before the system call number `step`, at which the process dies."""
    count = 0

    def watched(real: Callable[..., object]) -> Callable[..., object]:
        def call(*values: object, **named: object) -> object:
            nonlocal count
            count += 1
            if count >= step:
                raise Dies
            return real(*values, **named)

        return call

    with monkeypatch.context() as patch:
        for name in CALLS:
            patch.setattr(os, name, watched(getattr(os, name)))
        try:
            work()
        except Dies:
            return False
    return True


def test_a_file_being_written_stops_an_erasure_before_it_begins(holdings: Holdings) -> None:
    with Writer(holdings.root, "tinh-uy-mau", "20261202T000000Z-tinh-uy-mau-0002") as writer:
        writer.append(capture(url=NAMED, response=PAGES[NAMED], began=BEGAN + timedelta(days=5)))
        with pytest.raises(LockedError, match="is being written and holds what is to be taken out; stop the crawl"):
            takedown(holdings, NAMED, "erased", "x", WHO)
        assert rules(holdings.root) == ()


@pytest.mark.parametrize(("reason", "authority"), [("", WHO), ("x", " ")])
def test_a_takedown_names_its_reason_and_who_ordered_it(holdings: Holdings, reason: str, authority: str) -> None:
    with pytest.raises(UsageError, match="names its reason and who ordered it"):
        takedown(holdings, NAMED, "hidden", reason, authority)


def test_an_unknown_article_is_named(holdings: Holdings) -> None:
    with pytest.raises(NothingFound):
        takedown(holdings, "zzzzzzzzzz", "hidden", "x", WHO)


def test_a_url_never_captured_is_barred_for_the_future(holdings: Holdings) -> None:
    taken = takedown(holdings, f"{SITE}/chua-co.html", "hidden", "x", WHO)
    assert (taken.articles, taken.captures) == (0, 0)
    assert Barred.load(holdings.root).bars(url_key("http://www.tinhuy.example/chua-co.html"))
