"""Shards of several machines become one archive, the same in whatever order they come."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from crawling import SOURCE, Crawled, answer_of, article, crawl_served, html, status
from dying import gets_through
from raw_server import raw_server

from archive.custody import events, manifest, seals
from archive.custody.rebuild import rebuild
from archive.custody.takedown import adopt, carry_over, lift, numbers, takedown
from archive.custody.verify import verify
from archive.custody.withheld import Withheld
from archive.errors import DamageError, LockedError, SchemaError, SourceError, UsageError
from archive.holdings import Holdings
from archive.importers import import_path
from archive.sources import Register
from archive.store import opened_to_write, writing
from archive.store.writes import put_run
from archive.text.urls import url_key
from crawler.merge import merge

ROBOTS = "User-agent: *\nDisallow: /cam/\n"


def site(first: int, **more: Any) -> dict[str, Any]:
    """A site as one machine met it: three articles from number `first` on."""
    links = [f"/tin/bai-{n}.html" for n in range(first, first + 3)]
    found = {"/": html("Trang chủ", *links), "/robots.txt": ROBOTS}
    return {**found, **{link: article(f"Bài {link}", f"Nội dung của {link}.") for link in links}, **more}


def target(path: Path) -> Holdings:
    return Holdings.create(path, "Thư viện chung", "lien-he@thu.example")


def contents(root: Path) -> tuple[Any, ...]:
    """What an archive says, without the numbers of its rows."""
    done = Crawled(None, [], [], root)  # type: ignore[arg-type]
    return (
        sorted(done.archived("SELECT public_id, headline, body, revision, first_captured FROM articles")),
        sorted(done.archived("SELECT record_id, url, file, offset, state FROM captures")),
        sorted(done.rows("SELECT url, state, reason, kind, record FROM urls")),
        sorted(done.rows("SELECT url, status, times, last_at FROM visits JOIN urls ON urls.id = url_id")),
        sorted(done.rows("SELECT url, event, detail FROM history JOIN urls ON urls.id = url_id")),
        sorted(path.relative_to(root).as_posix() for path in root.glob("warc/*/*")),
    )


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Three crawls of one site by three machines: each meets two articles of the one before, one of them gone."""
    folder = tmp_path_factory.mktemp("shards")
    states = [site(1), site(2, **{"/tin/bai-2.html": status("404 Gone")}), site(3)]

    at = 0

    async def all_three() -> None:
        nonlocal at
        async with raw_server(lambda path: answer_of(states[at].get(path))) as server:
            for at in range(3):
                await crawl_served(folder / f"s{at}", server, SOURCE)

    asyncio.run(all_three())
    return [folder / f"s{number}" for number in range(3)]


def test_any_order_of_merging_comes_to_the_same(tmp_path: Path, three: list[Path]) -> None:
    found = []
    for number, order in enumerate((three, three[::-1], [three[1], three[2], three[0]])):
        holdings = target(tmp_path / f"t{number}")
        for one in order:
            merge(holdings, one)
        found.append(contents(holdings.root))
    assert all(one == found[0] for one in found)
    assert len(found[0][0]) == 5
    assert len(found[0][5]) == 3


def test_merging_again_changes_nothing(tmp_path: Path, three: list[Path]) -> None:
    holdings = target(tmp_path / "t")
    first = merge(holdings, three[0])
    before = contents(holdings.root)
    again = merge(holdings, three[0])
    assert (first.files, first.new, again.files, again.known, again.new, again.urls) == (1, 3, 0, 1, 0, 0)
    assert contents(holdings.root) == before


def test_a_merge_that_was_cut_off_is_completed_by_the_next(
    tmp_path: Path, three: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    holdings, whole = target(tmp_path / "t"), target(tmp_path / "w")
    with monkeypatch.context() as patched:
        patched.setattr("crawler.merge._read", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            merge(holdings, three[0])
    merge(holdings, three[0])
    merge(whole, three[0])
    assert contents(holdings.root) == contents(whole.root)


def test_a_merge_cut_off_before_a_file_had_its_name_is_completed_by_the_next(
    tmp_path: Path, three: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    holdings = target(tmp_path / "t")
    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            merge(holdings, three[0])
    assert merge(holdings, three[0]).files == 1
    assert verify(holdings, "full").findings == ()


def test_what_a_file_was_faulty_of_when_it_came_into_a_shard_is_no_finding_here(
    tmp_path: Path, three: list[Path]
) -> None:
    shard = Holdings.create(tmp_path / "shard", "Máy một", "lien-he@thu.example")
    (whole,) = three[0].glob("warc/thu/*.warc.gz")
    (tmp_path / "la.warc.gz").write_bytes(whole.read_bytes()[:-20])
    list(import_path(shard, tmp_path / "la.warc.gz"))
    holdings = target(tmp_path / "t")
    merge(holdings, shard.root)
    assert verify(holdings, "full").findings == ()
    assert any(json.loads(event.detail_json).get("faults") for event in events.scan(holdings.root)[0])


def test_a_damaged_file_of_a_shard_is_named_and_does_not_come_in(tmp_path: Path, three: list[Path]) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(three[0], broken)
    (file,) = broken.glob("warc/thu/*.warc.gz")
    file.chmod(0o644)
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    holdings = target(tmp_path / "t")
    with pytest.raises(DamageError, match="not what its manifest says"):
        merge(holdings, broken)
    assert list(holdings.root.glob("warc/*/*")) == []


def test_a_shard_that_is_being_crawled_is_not_merged(tmp_path: Path, three: list[Path]) -> None:
    holdings = target(tmp_path / "t")
    with Holdings.open(three[1]).lock("crawl-thu"), pytest.raises(LockedError):
        merge(holdings, three[1])
    with pytest.raises(UsageError, match="into itself"):
        merge(holdings, holdings.root)


def test_a_shard_whose_frontier_is_newer_is_refused_by_name_before_anything_comes_in(
    tmp_path: Path, three: list[Path]
) -> None:
    shard = tmp_path / "a"
    shutil.copytree(three[0], shard)
    with closing(sqlite3.connect(shard / "frontier.sqlite")) as newer:
        newer.execute("PRAGMA user_version = 99")
    seals.seal(shard, "frontier.sqlite")
    holdings = target(tmp_path / "t")
    with pytest.raises(SchemaError, match=r"a/frontier\.sqlite has schema 99"):
        merge(holdings, shard)
    assert not list(holdings.root.glob("warc/*/*"))


def test_the_shard_s_own_sources_come_along_and_ours_are_kept(tmp_path: Path, three: list[Path]) -> None:
    holdings = target(tmp_path / "t")
    assert merge(holdings, three[0]).sources == ("thu",)
    (holdings.sources / "thu.toml").write_text((holdings.sources / "thu.toml").read_text() + "\n# ours\n")
    assert "ours is kept" in merge(holdings, three[1]).notes[0]


def test_a_shard_that_knows_a_site_by_another_id_is_refused_before_anything_is_brought(
    tmp_path: Path, three: list[Path]
) -> None:
    """Two machines have drafted one site: with both files here no command would read the register any more."""
    here = target(tmp_path / "a")
    own = (three[0] / "sources" / "thu.toml").read_text().replace('id = "thu"', 'id = "khac"')
    (here.sources / "khac.toml").write_text(own)
    with pytest.raises(SourceError, match=r'nothing was brought.*is held by "khac"'):
        merge(here, three[0])
    assert [file.name for file in here.sources.iterdir()] == ["khac.toml"]
    assert not list(here.root.glob("warc/*/*"))
    assert Register.load(here.sources).get("khac")


def test_what_each_crawl_reported_comes_along_and_the_database_is_left_sealed(
    tmp_path: Path, three: list[Path]
) -> None:
    """`baotinh runs` of a merged archive said that no crawl had been run on it."""
    shards = [Path(shutil.copytree(shard, tmp_path / shard.name)) for shard in three[:2]]
    began = [("r1", "2026-11-24T00:00:00Z", "2026-11-24T00:01:00Z"), ("r2", "2026-11-25T00:00:00Z", None)]
    for shard, (name, at, ended) in zip(shards, began, strict=True):
        with opened_to_write(shard / "archive.sqlite") as db, writing(db):
            put_run(db, name, "thu", at, ended, "finished" if ended else "", {"new": 3})
    told = []
    for number, order in enumerate((shards, shards[::-1])):
        here = target(tmp_path / f"t{number}")
        for shard in order:
            merge(here, shard)
        assert seals.is_sealed(here.root, "archive.sqlite")
        told.append(Crawled(None, [], [], here.root).archived("SELECT id, ended, report_json FROM runs ORDER BY id"))  # type: ignore[arg-type]
    assert told[0] == told[1]
    assert [(name, ended) for name, ended, _ in told[0]] == [(name, ended) for name, _, ended in began]


def test_the_golden_pages_of_a_shard_s_source_come_along(tmp_path: Path, three: list[Path]) -> None:
    folder = three[0] / "sources" / "thu.golden"
    folder.mkdir()
    told = {
        "url": "http://127.0.0.1/tin/bai-1.html",
        "content_type": "text/html",
        "captured": "2026-11-24T03:00:00+00:00",
    }
    (folder / "1.json").write_text(json.dumps(told | {"reading": {}}))
    (folder / "1.html").write_bytes(article("Mùa chè", "Nội dung."))
    holdings = target(tmp_path / "t")
    merge(holdings, three[0])
    brought = holdings.sources / "thu.golden"
    assert {file.name: file.read_bytes() for file in brought.iterdir()} == {
        file.name: file.read_bytes() for file in folder.iterdir()
    }


def test_a_merged_archive_verifies(tmp_path: Path, three: list[Path]) -> None:
    holdings = target(tmp_path / "t")
    for one in three:
        merge(holdings, one)
    assert verify(holdings, "full").findings == ()


@pytest.mark.parametrize("how", ["hidden", "sealed", "erased"])
@pytest.mark.parametrize("merged_before", [True, False])
def test_what_a_shard_has_taken_down_is_hidden_here_too(
    tmp_path: Path, three: list[Path], how: Any, merged_before: bool
) -> None:
    holdings, shard = target(tmp_path / "t"), Holdings(tmp_path / "shard", Holdings.open(three[0]).settings)
    shutil.copytree(three[0], shard.root)
    (url,) = {row[0] for row in contents(shard.root)[2] if row[0].endswith("/tin/bai-1.html")}
    if merged_before:
        merge(holdings, shard.root)
    takedown(shard, url, how, "dữ liệu cá nhân", "công văn 12")
    told = merge(holdings, shard.root)
    assert any(f"{url} is {how} in" in note for note in told.notes)
    assert [row[1] for row in contents(holdings.root)[0] if "bai-1.html" in row[1]] == []
    assert Withheld.load(holdings.root).covers(url_key(url))
    assert all(path.stat().st_mode & 0o777 == 0o400 for path in holdings.root.glob("sealed/*/*"))
    rebuild(holdings, Register.load(holdings.sources))
    assert len(contents(holdings.root)[0]) == 2
    assert verify(holdings, "full").findings == ()
    assert merge(holdings, shard.root).notes == ()


def shard_of(three: list[Path], path: Path) -> Holdings:
    shutil.copytree(three[0], path)
    return Holdings(path, Holdings.open(three[0]).settings)


def warcs(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.glob("*/*/*.warc.gz"))}


def first_article(root: Path) -> str:
    (url,) = {row[0] for row in contents(root)[2] if row[0].endswith("/tin/bai-1.html")}
    return str(url)


@pytest.mark.parametrize("how", ["sealed", "erased"])
def test_a_file_is_the_same_whether_it_came_before_the_takedown_or_after(
    tmp_path: Path, three: list[Path], how: Any
) -> None:
    shard = shard_of(three, tmp_path / "shard")
    takedown(shard, first_article(shard.root), how, "dữ liệu cá nhân", "công văn 12")
    found = []
    for number, order in enumerate(([three[0], shard.root], [shard.root, three[0]], [shard.root])):
        holdings = target(tmp_path / f"t{number}")
        for one in order:
            merge(holdings, one)
        assert verify(holdings, "full").findings == ()
        found.append((warcs(holdings.root), contents(holdings.root)[0]))
    assert found[0] == found[1] == found[2]
    assert found[0][0] == warcs(shard.root)
    further = target(tmp_path / "further")
    for one in (three[0], tmp_path / "t1"):
        merge(further, one)
    assert warcs(further.root) == warcs(shard.root)
    assert verify(further, "full").findings == ()


@pytest.mark.parametrize("merged_before", [True, False])
def test_what_another_archive_has_sealed_comes_back_here_byte_for_byte(
    tmp_path: Path, three: list[Path], merged_before: bool
) -> None:
    holdings, shard = target(tmp_path / "t"), shard_of(three, tmp_path / "shard")
    url = first_article(shard.root)
    events.append(shard.root, "modification", "archive.toml", "recorded", {})  # the numbers of events are not ours
    takedown(shard, url, "sealed", "dữ liệu cá nhân", "công văn 12")
    if merged_before:
        merge(holdings, three[0])
    merge(holdings, shard.root)
    assert list(holdings.root.glob("sealed/*/*"))
    lift(holdings, url, "đã xem xét", "công văn 13")
    assert warcs(holdings.root) == warcs(three[0])
    assert len(contents(holdings.root)[0]) == 3
    assert verify(holdings, "full").findings == ()
    merge(holdings, shard.root)
    assert warcs(holdings.root) == warcs(three[0])
    assert len(contents(holdings.root)[0]) == 3, "what our log shows again is not taken down by the other's"
    assert verify(holdings, "full").findings == ()


def test_what_both_have_sealed_is_kept_and_comes_back_once(tmp_path: Path, three: list[Path]) -> None:
    holdings, shard = target(tmp_path / "t"), shard_of(three, tmp_path / "shard")
    merge(holdings, three[0])
    url = first_article(shard.root)
    for one in (holdings, shard):
        takedown(one, url, "sealed", "dữ liệu cá nhân", "công văn 12")
    before = warcs(holdings.root)
    merge(holdings, shard.root)
    assert {file: data for file, data in warcs(holdings.root).items() if file in before} == before
    assert verify(holdings, "full").findings == ()
    lift(holdings, url, "đã xem xét", "công văn 13")
    assert warcs(holdings.root) == warcs(three[0])
    assert verify(holdings, "full").findings == ()


def test_what_is_erased_here_does_not_come_back_sealed(tmp_path: Path, three: list[Path]) -> None:
    holdings, shard = target(tmp_path / "t"), shard_of(three, tmp_path / "shard")
    merge(holdings, three[0])
    url = first_article(shard.root)
    takedown(holdings, url, "erased", "dữ liệu cá nhân", "công văn 12")
    takedown(shard, url, "sealed", "dữ liệu cá nhân", "công văn 12")
    before = warcs(holdings.root)
    assert any("not brought" in note for note in merge(holdings, shard.root).notes)
    assert merge(holdings, three[0]).files == 0
    assert warcs(holdings.root) == before
    assert verify(holdings, "full").findings == ()


def test_a_second_takedown_in_one_file_is_carried_over_too(tmp_path: Path, three: list[Path]) -> None:
    holdings, shard = target(tmp_path / "t"), shard_of(three, tmp_path / "shard")
    url = first_article(shard.root)
    merge(holdings, three[0])
    for target_url in (url, url.replace("bai-1", "bai-2")):
        takedown(shard, target_url, "erased", "dữ liệu cá nhân", "công văn 12")
        merge(holdings, shard.root)
        assert warcs(holdings.root) == warcs(shard.root)
    assert len(contents(holdings.root)[0]) == 1
    assert verify(holdings, "full").findings == ()


def test_nothing_is_carried_over_while_something_is_taken_down_here(tmp_path: Path, three: list[Path]) -> None:
    holdings, shard = target(tmp_path / "t"), shard_of(three, tmp_path / "shard")
    merge(holdings, three[0])
    before = warcs(holdings.root)
    takedown(shard, first_article(shard.root), "erased", "dữ liệu cá nhân", "công văn 12")
    adopt(holdings, shard.root, shown_too=True)
    with holdings.lock("takedown"), pytest.raises(LockedError):
        merge(holdings, shard.root)
    assert warcs(holdings.root) == before
    merge(holdings, shard.root)
    assert warcs(holdings.root) == warcs(shard.root)


@pytest.mark.parametrize("how", ["sealed", "erased"])
def test_a_carrying_over_that_was_broken_off_is_completed_by_the_next_merge(
    tmp_path: Path, three: list[Path], monkeypatch: pytest.MonkeyPatch, how: Any
) -> None:
    shard, before = shard_of(three, tmp_path / "shard"), target(tmp_path / "t")
    merge(before, three[0])
    takedown(shard, first_article(shard.root), how, "dữ liệu cá nhân", "công văn 12")
    ours = Withheld.load(before.root), numbers(before.root, shard.root)
    assert ours == (Withheld(frozenset()), {})
    adopt(before, shard.root, shown_too=True)
    (file,) = (name for name in warcs(three[0]) if name.startswith("warc/"))
    through, step = False, 0
    while not through:
        step += 1
        copy = Holdings(Path(shutil.copytree(before.root, tmp_path / f"k{step}")), before.settings)
        through = gets_through(monkeypatch, step, lambda copy=copy: carry_over(copy, shard.root, file))  # type: ignore[misc]
        merge(copy, shard.root)
        assert warcs(copy.root) == warcs(shard.root)
        assert verify(copy, record=False).findings == ()
    assert step > 5


def test_a_file_that_is_no_kin_of_ours_is_refused_with_the_way_out(tmp_path: Path, three: list[Path]) -> None:
    holdings, shard = target(tmp_path / "t"), target(tmp_path / "shard")
    merge(holdings, three[0])
    (file,) = (name for name in warcs(three[0]) if name.startswith("warc/"))
    (other,) = (path for path in three[1].glob("warc/*/*.warc.gz"))
    list(import_path(shard, other, "thu"))
    (brought,) = shard.root.glob("warc/*/*.warc.gz")
    digest = manifest.read(shard.root)[brought.relative_to(shard.root).as_posix()]
    (shard.root / file).parent.mkdir(exist_ok=True)
    brought.rename(shard.root / file)
    manifest.replace(shard.root, brought.relative_to(shard.root).as_posix(), file, digest)
    with pytest.raises(DamageError, match=r"with other bytes.*`baotinh verify` in both archives"):
        merge(holdings, shard.root)
