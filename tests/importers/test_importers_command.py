"""`baotinh import` from end to end: what is found, filtered, counted, shown and taken down; and a death on the way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from dying import gets_through
from reading_room import opened
from takedown_archive import WHO, traces

from archive.cli.program import main
from archive.custody.takedown import takedown
from archive.custody.verify import verify
from archive.holdings import Holdings
from archive.importers.table import Choice, bring
from archive.warc.reader import scan

SECRET = "Bí mật của làng Khe Mây"
ROWS = [
    {"url": "https://thethao.bao.example/1.html", "title": "Tai nạn ở Hà Nội", "text": SECRET, "date": "2020-03-05"},
    {
        "url": "https://www.hanoi.example/2.html",
        "title": "Tai nạn trên đường",
        "text": "Sáng nay.",
        "date": "2020-03-06",
    },
    {"url": "https://khac.example/3.html", "title": "Tai nạn nữa", "text": "Chiều nay.", "date": "2020-03-07", "id": 7},
    {"url": "https://khac.example/4.html", "title": "Không có gì", "text": ""},
]
SOURCE = (
    'id = "{0}"\nname = "{1}"\nkind = "{2}"\nprovince = "{3}"\nstatus = "unverified"\nhosts = ["{4}"]\n'
    'homepage = "https://{5}/"\n[[layout]]\nfamily = "generic"\n'
)


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    path = tmp_path / "bai.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS), encoding="utf-8")
    return path


def run(holdings: Holdings, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--archive", str(holdings.root), "--lang", "en", *arguments])


def found(holdings: Holdings, query: str) -> list[str]:
    done = run(holdings, "search", "--json", query)
    assert done.exit_code in (0, 3), done.output
    return sorted(hit["headline"] for hit in json.loads(done.stdout)["hits"]) if done.exit_code == 0 else []


def test_a_dry_run_needs_no_archive_and_writes_nothing(rows: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(
        main, ["--lang", "en", "--archive", str(tmp_path / "no"), "import", "--dry-run", str(rows)]
    )
    assert done.exit_code == 0, done.output
    lines = [line.split() for line in done.stdout.splitlines()]
    assert ["headline", "title", "4", "Tai", "nạn", "ở", "Hà", "Nội"] in lines
    assert ["-", "id", "1", "an", "article", "has", "no", "such", "field"] in lines
    assert "left out: no text: 1, first: row 4" in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["bai.jsonl"]


def test_a_file_with_rows_that_cannot_be_read_does_not_end_well(holdings: Holdings, rows: Path) -> None:
    rows.write_text(rows.read_text(encoding="utf-8") + "{oops\n[1]\n", encoding="utf-8")
    done = run(holdings, "import", str(rows))
    assert done.exit_code == 5
    assert "bai.jsonl: rows that cannot be read were left out; mend them" in done.stderr
    assert "articles: 3, held already: 0" in done.output
    assert found(holdings, "tai nạn") == ["Tai nạn nữa", "Tai nạn trên đường", "Tai nạn ở Hà Nội"]


def test_a_dry_run_refuses_the_source_that_the_import_would_refuse(holdings: Holdings, rows: Path) -> None:
    refused = [run(holdings, "import", *dry, "--source", "bao-la", str(rows)) for dry in ([], ["--dry-run"])]
    assert [one.exit_code for one in refused] == [2, 2]
    assert refused[0].stderr == refused[1].stderr


@pytest.mark.parametrize(
    ("said", "kept", "day"),
    [
        ("hôm qua", {}, None),  # of which day, no row says: the file may have been copied yesterday
        ("5/3", {}, None),
        ("hôm qua", {"scraped_at": "2020-03-06T08:00:00+07:00"}, "2020-03-05"),
        ("2020-02-30", {}, None),
        ("2020-03", {}, "2020-03-01"),
    ],
)
def test_a_day_is_what_the_row_says_and_nothing_else(
    holdings: Holdings, tmp_path: Path, said: str, kept: dict[str, str], day: str | None
) -> None:
    path = tmp_path / "ngay.jsonl"
    path.write_text(json.dumps(ROWS[0] | {"date": said} | kept), encoding="utf-8")
    done = run(holdings, "import", str(path))
    assert ("a day of publication that is no date: 1" in done.stdout) == (day is None)
    (hit,) = json.loads(run(holdings, "search", "--json", "tai nạn").stdout)["hits"]
    assert (hit["day"] == day) == (day is not None)
    assert hit["day_estimated"] == (said != "hôm qua" or not kept)


def test_a_day_still_to_come_is_told(holdings: Holdings, tmp_path: Path) -> None:
    path = tmp_path / "ngay.jsonl"
    path.write_text(json.dumps(ROWS[0] | {"date": "31/12/2099"}), encoding="utf-8")
    assert "a day of publication that is still to come: 1, first: row 1" in run(holdings, "import", str(path)).stdout


def test_a_text_of_one_line_is_the_text_and_what_a_system_keeps_beside_it_is_none(
    holdings: Holdings, tmp_path: Path
) -> None:
    folder = tmp_path / "bai"
    folder.mkdir()
    (folder / "mot.txt").write_text(SECRET, encoding="utf-8")
    (folder / "._mot.txt").write_bytes(b"\0\5\26\7 Mac OS X")
    report = bring(holdings, folder, Choice())
    assert (report.rows, report.articles, report.left_out) == (1, 1, {})
    run(holdings, "import", str(folder))
    assert found(holdings, "Khe Mây") == [SECRET]


def test_the_national_press_is_found_by_its_source_and_no_count_for_ha_noi_holds_it(
    holdings: Holdings, rows: Path
) -> None:
    national = SOURCE.format("bao-ca-nuoc", "Báo Cả Nước", "agency", "none", "*.bao.example", "chinh.bao.example")
    local = SOURCE.format("bao-thu-do", "Báo Thủ Đô", "newspaper", "ha-noi", "hanoi.example", "hanoi.example")
    holdings.sources.mkdir(exist_ok=True)
    (holdings.sources / "bao-ca-nuoc.toml").write_text(national, encoding="utf-8")
    (holdings.sources / "bao-thu-do.toml").write_text(local, encoding="utf-8")
    done = run(holdings, "import", str(rows))
    assert done.exit_code == 0, done.output
    assert "stand under them: khac.example (1)" in done.stderr
    assert found(holdings, "tai nạn") == ["Tai nạn nữa", "Tai nạn trên đường", "Tai nạn ở Hà Nội"]
    assert found(holdings, "tai nạn tinh:hà-nội") == ["Tai nạn trên đường"]
    assert found(holdings, 'tai nạn bao:"khac.example"') == ["Tai nạn nữa"]
    assert found(holdings, 'tai nạn bao:"Báo Cả Nước"') == ["Tai nạn ở Hà Nội"]
    told = [line.split()[:2] for line in run(holdings, "stats").stdout.splitlines() if ".example" in line]
    assert told == [["khac.example", "1"]]


def test_hosts_that_a_source_claims_later_are_assigned_as_a_rebuild_would(holdings: Holdings, rows: Path) -> None:
    assert run(holdings, "import", str(rows)).exit_code == 0
    text = SOURCE.format("moi", "Báo Mới", "other", "none", "*.bao.example", "chinh.bao.example")
    holdings.sources.mkdir(exist_ok=True)
    (holdings.sources / "moi.toml").write_text(text, encoding="utf-8")
    assert run(holdings, "reread", "--source", "imported").exit_code == 0
    assert found(holdings, "tai nạn bao:moi") == ["Tai nạn ở Hà Nội"]
    done = run(holdings, "rebuild")
    assert (done.exit_code, "otherwise" in done.stderr) == (0, False), done.output


def test_the_room_shows_a_secondary_record_as_that_and_the_host_it_stands_under(holdings: Holdings, rows: Path) -> None:
    assert run(holdings, "import", "--from", "Thư viện Mẫu", str(rows)).exit_code == 0
    room = opened(holdings)
    name = json.loads(run(holdings, "search", "--json", "tai nạn nữa").stdout)["hits"][0]["public_id"]
    page = room.get(f"/article/{name}", headers={"Accept-Language": "en"}).text
    assert "Secondary record, not a capture of the page: made from row 3 of bai.jsonl (Thư viện Mẫu)" in page.replace(
        "\n", ""
    )
    assert 'class="button"' not in page.partition('id="evidence"')[2].partition("</section>")[0]
    source = room.get("/source/khac.example")
    assert (source.status_code, "khac.example" in source.text) == (200, True)
    assert room.get("/source/khong-co.example").status_code == 404
    assert 'href="/source/khac.example"' in room.get("/sources").text


def test_a_takedown_erases_the_row_and_what_was_made_of_it(holdings: Holdings, rows: Path) -> None:
    assert run(holdings, "import", str(rows)).exit_code == 0
    takedown(holdings, ROWS[0]["url"], "erased", "dữ liệu cá nhân", WHO)
    assert traces(holdings, SECRET.encode()) == []
    assert found(holdings, "tai nạn") == ["Tai nạn nữa", "Tai nạn trên đường"]
    assert run(holdings, "import", str(rows)).exit_code == 0
    assert traces(holdings, SECRET.encode()) == []
    assert verify(holdings, "full").clean


def test_death_at_system_call_n_brings_the_file_whole_or_not_at_all(
    tmp_path: Path, rows: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for step in range(1, 200):
        holdings = Holdings.create(tmp_path / f"data-{step}", "Thư viện tỉnh", "https://thuvien.example/")
        passed = gets_through(monkeypatch, step, lambda made=holdings: bring(made, rows, Choice()), torn=True)
        assert bring(holdings, rows, Choice()).imported
        assert [len(list(scan(path))) for path in holdings.warcs()] == [3], step
        if passed:
            assert step > 5
            return
    pytest.fail("the import never got through")
