"""What the archive says is Vietnamese at the command line where that is asked for, as in the reading room."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from small_archive import capture, keep, new_holdings, page, read, read_json

from archive import parsers
from archive.cli import main
from archive.cli.output import print_table
from archive.holdings import Holdings
from archive.messages.language import choose, coded, number


@pytest.fixture
def holdings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Holdings]:
    monkeypatch.setattr(parsers, "read_page", read_json)
    holdings = new_holdings(tmp_path / "data")
    read(holdings, keep(holdings, [capture("/che.html", page("Mùa chè", "Chè Thái Nguyên."))]))
    yield holdings
    choose("")


@pytest.mark.parametrize(
    ("arguments", "vietnamese"),
    [
        (("search", "tieu:hội"), "không có trường 'tieu:'; ý bạn là 'tieude:'?"),
        (("study", "concordance", "(rút"), "thiếu dấu ngoặc đóng"),
        (("search", "xyzzy"), "không bài nào có 'xyzzy'"),
        (("show", "khongcobai"), "không có bài nào mang mã khongcobai"),
        (("ingest", "khong-co.warc.gz"), "không thấy khong-co.warc.gz; hãy nêu tệp WARC"),
        (("sources", "show", "zzzz"), 'danh mục nguồn không có "zzzz"; `baotinh sources` liệt kê tất cả'),
        (("sources", "show", "dak-nong-go"), 'danh mục nguồn không có "dak-nong-go"; ý bạn là "dak-nong-gov"?'),
        (("package", "--source", "zzzz", "x.wacz"), 'danh mục nguồn không có "zzzz"; `baotinh sources`'),
        (("export", "-o", "/khong/co/x.csv"), "/khong/co/x.csv: không có tệp hay thư mục này"),
        (("takedown", "khong-co", "--lift", "--reason", "x", "--authority", "y"), "chưa có lần gỡ nào đối với"),
        (("search", "--oder", "x"), "Không có tùy chọn '--oder'. (Ý bạn là một trong"),
        (("sources", "list", "--province", "xq"), 'không có tỉnh nào tên "xq"; hãy viết tên như Thái Nguyên'),
        (("search", "-n", "0", "x"), "0 nằm ngoài khoảng 1<=x<=500"),
        (("corpus", "show", "x"), "không có ngữ liệu 'x' (đang có: chưa có gì)"),
        (("saved", "chè"), 'không có lệnh "chè"; có các lệnh add, list, new, remove. Xem'),
        (("trends", "chè"), 'không có lệnh "trends"; ý bạn là study trends?'),
        (("study", "collocates", "chè", "--least", "9"), "không từ nào đứng gần đủ 9 lần; hãy giảm số lần cần có"),
        (("read", "khong-co.html"), "khong-co.html: không có tệp này"),
        (("read", "."), ". là thư mục: hãy nêu một trang trong đó"),
        (("takedown", "x", "--reason", "y"), "takedown cần --reason và --authority"),
        (("diff", "https://baotinh.example/che.html", "--to", "9"), "không có phiên bản 9; hiện có: 1"),
        (("package", "--check", "khong-co"), "không thấy khong-co; hãy nêu tệp WACZ hoặc thư mục gói BagIt"),
    ],
)
def test_errors_and_notes_are_told_in_vietnamese(
    holdings: Holdings, arguments: tuple[str, ...], vietnamese: str
) -> None:
    told = CliRunner().invoke(main, ["--archive", str(holdings.root), "--lang", "vi", *arguments])
    assert vietnamese in told.stderr


def test_a_group_without_a_command_tells_its_commands_alone(holdings: Holdings) -> None:
    told = CliRunner().invoke(main, ["--lang", "vi", "saved"])
    assert (told.exit_code, told.stderr.splitlines()[0]) == (
        2,
        "Cách dùng: baotinh saved [OPTIONS] COMMAND [ARGS]...",
    )


@pytest.mark.parametrize(
    ("settings", "vietnamese"),
    [
        (b"operator = \n", "không phải TOML hợp lệ: giá trị sai (dòng 1, cột 12)"),
        (b"\xff\xfe", "không phải văn bản UTF-8; hãy lưu lại theo UTF-8"),
        (b"operator = 'a'\ncontact = 'b'\nfoo = 1", "khóa không rõ foo; các khóa dùng được là operator, contact"),
    ],
)
def test_settings_that_cannot_be_used_are_told_in_vietnamese(
    holdings: Holdings, settings: bytes, vietnamese: str
) -> None:
    (holdings.root / "archive.toml").write_bytes(settings)
    told = CliRunner().invoke(main, ["--archive", str(holdings.root), "--lang", "vi", "stats"])
    assert (told.exit_code, vietnamese in told.stderr) == (2, True), told.stderr


def test_states_and_reasons_are_said_in_vietnamese_and_kept_in_json(holdings: Holdings) -> None:
    def told(*words: str) -> str:
        return CliRunner().invoke(main, ["--archive", str(holdings.root), "--lang", "vi", "stats", *words]).stdout

    assert "trạng thái: bài mới" in told()
    assert '"new"' in told("--json")
    assert coded("unread: no_article") == "chưa đọc được: không có bài"


@pytest.mark.parametrize(
    ("arguments", "vietnamese"),
    [
        (["search", "--fact", "x"], "Không có tùy chọn '--fact'. Ý bạn là '--facet'?"),
        (["search", "--limit", "abc", "x"], "'abc' không phải là số hợp lệ."),
    ],
)
def test_what_the_command_line_refuses_is_told_in_vietnamese(arguments: list[str], vietnamese: str) -> None:
    assert vietnamese in CliRunner().invoke(main, ["--lang", "vi", *arguments]).stderr


def test_numbers_are_parted_as_the_language_parts_them() -> None:
    for speech, whole, part in (("en", "12,403", "0.50"), ("vi", "12.403", "0,50")):
        choose(speech)
        assert (number(12403), number(0.5)) == (whole, part)
        with CliRunner().isolation() as (out, *_):
            print_table([("a", 12403, 0.5)], ["word", "together", "MI"])
            assert out.getvalue().decode().splitlines()[1] == f"a       {whole}  {part}"
    choose("")
