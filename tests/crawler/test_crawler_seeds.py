"""Lists of addresses that others have made: read by what stands in them, crawled by the sources that hold them."""

from __future__ import annotations

import gzip
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from crawling import SOURCE, article, html

from archive.cli import main
from archive.errors import StorageError, UsageError
from archive.holdings import Holdings
from crawler.frontier.manual import read_seeds

A, B, C = (
    "https://baothu.example/tin/hội-nghị-1.html",
    "https://baothu.example/tin/a,b-2.html",
    "http://cu.example/?id=3&x=1",
)

ASCII = "https://baothu.example/tin/hoi-nghi-1.html"
LISTS = {
    "danh-sach.txt": f"# những trang còn thiếu\n{A}\n\n  {B}\n{C}   # ghi chú\n{A}\n",
    "bare.txt": "﻿www.baothu.example/tin/\nbaothu.example\nhttp://cu.example/\n",
    "seeds.txt": f"# Heritrix\n+http://(example,baothu,\n-http://(example,baothu,/cam\n{A}\n",
    "co-cot.csv": f'Tên,Địa chỉ,Ghi chú\nMột,{A},\nHai,"{B}",x\n',
    "cham-phay.csv": f"tiêu đề;url\nMột;{A}\n",
    "khong-dau.csv": f"1,{A.replace('ộ', 'o')}\n2,http://cu.example/\n",
    "tab": f"title\turl\nMột\t{A}\n",
    "crawl.yaml": f"# browsertrix\ncollection: thu\nseeds:\n  - url: {A}\n    scopeType: prefix\n    include:\n"
    f"      - https://khac\\.example/.*\n  - '{B}'\n",
    "flow.yml": f'seeds: ["{A}", "{C}"]\n',
    "url.yaml": f"url: {C}\nscopeType: page\n",
    "crawl.json": f'{{"seeds": [{{"url": "{A}", "depth": 1}}, "{B}"]}}',
    "workflow.json": f'{{"name": "x", "config": {{"seeds": [{{"url": "{C}"}}]}}}}',
    "list.json": f'["{A}", "{C}"]',
    "pages.jsonl": '{"format": "json-pages-1.0", "id": "pages", "title": "All Pages", "hasText": false}\n'
    f'{{"id": "1", "url": "{A}", "ts": "2026-11-01T00:00:00Z", "status": 200}}\n{{"id": "2", "url": "{C}"}}\n',
    "crawl.log": "2026-11-01T08:00:00.123Z     1   53 dns:baothu.example P https://baothu.example/ text/dns #1 - - -\n"
    f"2026-11-01T08:00:01.500Z   200      12345 {ASCII} LL https://baothu.example/ text/html #002 "
    "20261101080001+100 sha1:ABC - -\n"
    "2026-11-01T08:00:02.500Z   200  12345 https://baothu.example/anh.jpg E - image/jpeg #002 - - - -\n"
    "2026-11-01T08:00:03.500Z   404      12 https://baothu.example/mat.html L - text/html #002 - - - -\n"
    "2026-11-01T08:00:04.500Z    -2      - https://baothu.example/chet.html L - unknown #002 - - - -\n",
}
READ = {
    "danh-sach.txt": (A, B, C),
    "bare.txt": ("http://www.baothu.example/tin/", "http://baothu.example", "http://cu.example/"),
    "seeds.txt": (A,),
    "co-cot.csv": (A, B),
    "cham-phay.csv": (A,),
    "khong-dau.csv": (A.replace("ộ", "o"), "http://cu.example/"),
    "tab": (A,),
    "crawl.yaml": (A, B),
    "flow.yml": (A, C),
    "url.yaml": (C,),
    "crawl.json": (A, B),
    "workflow.json": (C,),
    "list.json": (A, C),
    "pages.jsonl": (A, C),
    "crawl.log": (ASCII,),
}


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_read_by_what_stands_in_it(tmp_path: Path, name: str, packed: bool) -> None:
    path, data = tmp_path / name, LISTS[name].encode()
    if packed:
        path = path.with_name(f"{name}.gz")
        data = gzip.compress(data, mtime=0)
    path.write_bytes(data)
    assert read_seeds(path) == READ[name]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("rong.txt", b""),
        ("van-xuoi.txt", "Đây không phải là danh sách.\n".encode()),
        ("hong.yaml", b"seeds:\n  - url: [\n"),
        ("la.yaml", b"!!python/object/apply:os.system ['true']\n"),
        ("hong.json", b'{"seeds": ['),
        ("khong.csv", b"a,b\n1,2\n"),
        ("nhi-phan", b"\x89PNG\r\n\x1a\n\x00\xff"),
        ("cut.txt.gz", gzip.compress(b"https://baothu.example/" * 99, mtime=0)[:-9]),
    ],
)
def test_what_is_no_list_is_an_error_that_names_the_file(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(UsageError, match=name.replace(".", r"\.")):
        read_seeds(tmp_path / name)


def test_a_list_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="khong-co"):
        read_seeds(tmp_path / "khong-co")


def baotinh(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--archive", str(root), "--lang", "en", *arguments])


def states(root: Path) -> dict[str, str]:
    with closing(sqlite3.connect(root / "frontier.sqlite")) as rows:
        return dict(rows.execute("SELECT replace(url, rtrim(url, replace(url, '/', '')), ''), state FROM urls"))


@pytest.mark.usefixtures("english")
def test_the_addresses_of_a_list_are_crawled_by_the_sources_that_hold_them_and_the_rest_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    holdings = Holdings.create(tmp_path / "a", "Thư viện thử", "lien-he@thu.example")
    (holdings.sources / "thu.toml").write_text(SOURCE.replace("{port}", "9"))
    listed = tmp_path / "thieu.csv"
    listed.write_text(
        "url\nhttp://127.0.0.1:9/tin/bai-1.html\nhttp://127.0.0.1:9/tin/bai-2.html\nhttp://127.0.0.1:9/print/bai\n"
        "https://la.example/x.html\nxem trang nhất\n"
    )
    asked: list[tuple[list[str], str]] = []

    def run(sources: list[object], settings: dict[str, object]) -> list[object]:
        asked.append(([source.id for source in sources], str(settings["ARCHIVE"])))  # type: ignore[attr-defined]
        return []

    monkeypatch.setattr("crawler.running.run", run)
    done = baotinh(holdings.root, "crawl", "--allow-loopback", "--seeds", str(listed))
    assert asked == [(["thu"], str(holdings.root))], "the sources that the list speaks of are crawled"
    assert done.exit_code == 6
    assert "2 addresses new, 0 known" in done.stderr
    assert "1 left out (trap:print)" in done.stderr
    assert "1 left out (no source), as https://la.example/x.html" in done.stderr
    assert "1 left out (no url), as xem trang nhất" in done.stderr
    assert "3 addresses left out" in done.stderr
    assert states(holdings.root) == {"bai-1.html": "todo", "bai-2.html": "todo"}
    why = baotinh(holdings.root, "frontier", "why", "http://127.0.0.1:9/tin/bai-1.html")
    assert "listed  thieu.csv" in why.stdout

    again = baotinh(holdings.root, "crawl", "--allow-loopback", "--seeds", str(listed), "thu")
    assert "0 addresses new, 2 known" in again.stderr


@pytest.mark.usefixtures("english")
def test_a_crawl_needs_a_source_or_a_list(tmp_path: Path) -> None:
    holdings = Holdings.create(tmp_path / "a", "Thư viện thử", "lien-he@thu.example")
    done = baotinh(holdings.root, "crawl")
    assert done.exit_code == 2
    assert "--seeds FILE" in done.stderr


def test_what_a_list_names_is_fetched_and_read(tmp_path: Path) -> None:
    import asyncio

    from crawling import answer_of, crawl_served
    from raw_server import raw_server

    site = {"/": html("Trang chủ"), "/tin/xa-7.html": article("Bài không ai dẫn tới", "Nội dung.")}

    async def crawled() -> list[str]:
        async with raw_server(lambda path: answer_of(site.get(path))) as server:
            await crawl_served(tmp_path, server, SOURCE)
            listed = tmp_path / "crawl.log"
            listed.write_text(
                f"2026-11-01T08:00:01.500Z   200  12345 {server.url}/tin/xa-7.html L - text/html #002 - - - -\n"
            )
            from archive.sources import Register
            from crawler.frontier import manual
            from crawler.frontier.store import FrontierStore

            register = Register.load(tmp_path / "sources", shipped=None)
            rows = FrontierStore(tmp_path / "frontier.sqlite")
            manual.place(rows, [(url, register.get("thu")) for url in read_seeds(listed)], "crawl.log", manual.Placed())
            rows.close()
            begun = len(server.paths)
            await crawl_served(tmp_path, server, SOURCE)
            return server.paths[begun:]

    assert "/tin/xa-7.html" in asyncio.run(crawled())
