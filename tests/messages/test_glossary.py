"""One thing has one name in Vietnamese: in the reading room, on the command line and in the handbook.

The names stand in the handbook's last part; beside each, here, what else it was once called.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from archive.messages.message import catalogue_file, entries

ROOT = Path(__file__).parents[2]
OTHERWISE = {  # the name -> what nothing may call it
    "bài đăng lại": r"bài in lại|sao chép bài",
    "bố cục": r"cách bày|cách trình bày",
    "chốt": r"đóng băng",
    "chứng nhận mức đầy đủ": r"chứng thư|xác nhận mức đầy đủ",
    "chương trình thu thập": r"bộ thu thập|(?<!chương )\btrình thu thập|bộ cào|trình cào",
    "con trỏ": r"dấu trang",
    "danh mục nguồn": r"danh bạ|sổ đăng ký",
    "giá trị băm": r"mã băm|mã hash",
    "giao nộp": r"nộp lưu chiểu",
    "gỡ": r"hạ bài|rút bài",
    "hàng đợi": r"biên thu thập|danh sách chờ",
    "kiểm chứng": r"đã xác nhận(?! bố cục)\b.*nguồn|nguồn (?:đã|được|chưa|cần) xác nhận|^(?:đã|chưa|được) xác nhận",
    "kiểm tra toàn vẹn": r"kiểm toàn vẹn",
    "lần thu thập": r"lượt thu|lần chạy",
    "lưu trữ viên": r"người lưu trữ|người giữ kho",
    "mã thoát": r"mã kết thúc",
    "mô hình khôi phục dấu": r"dựng dấu|bộ khôi phục|phục hồi dấu",
    "nguồn cấp tin": r"\bfeeds?\b",
    "ngữ cảnh": r"bảng dẫn|concordance",
    "phản hồi": r"câu trả lời (?:HTTP|của máy chủ)|mã trả lời",
    "phiên bản": r"(?<!văn )bản sửa đổi",
    "sơ đồ trang": r"(?<!\.)\bsitemaps?\b(?!\.)",
    "tiếng": r"âm tiết",
    "trang đã lưu giữ": r"\btrang lưu giữ",
    "trang danh sách": r"trang danh mục",
    "truy vấn": r"câu hỏi (?:tìm|tra)",
    "từ đặc trưng": r"từ khóa của chúng",
    "xu hướng": r"diễn biến",
}
CATALOGUE = tuple(one for one in entries(catalogue_file("vi").read_text(encoding="utf-8")) if one.msgid)
PAGES = sorted((ROOT / "docs" / "vi").glob("*.md"))
CODE = re.compile(r"```.*?```|`[^`]*`|\]\([^)]*\)", re.DOTALL)


def prose(page: Path) -> str:
    """A page without its glossary, which has the English beside the Vietnamese."""
    return page.read_text(encoding="utf-8").partition("\n## 18.")[0]


@pytest.mark.parametrize("name", OTHERWISE)
def test_a_thing_has_one_name_in_all_that_speaks_vietnamese(name: str) -> None:
    banned = re.compile(OTHERWISE[name], re.IGNORECASE | re.MULTILINE)
    said = {one.key or one.msgid: one.msgstr for one in CATALOGUE}
    said |= {page.name: prose(page) for page in PAGES}
    assert {where: found[0] for where, text in said.items() if (found := banned.search(CODE.sub("", text)))} == {}


def test_each_name_stands_in_the_glossary_of_the_handbook() -> None:
    glossary = (ROOT / "docs" / "vi" / "so-tay.md").read_text(encoding="utf-8").rpartition("\n## ")[2]
    names = {name for row in re.findall(r"^\| ([^|]+) \|", glossary, re.MULTILINE) for name in row.split(", ")}
    assert OTHERWISE.keys() - names == set()


def test_no_english_word_is_left_in_a_vietnamese_sentence() -> None:
    english = re.compile(r"(?<![\w.\[({=/-])(?:the|and|is|of|not|are|was|with|script|layout|email|website)(?![\w./=-])")
    said = {one.key or one.msgid: re.sub(r"'baotinh [^']*'|--\S+", "", CODE.sub("", one.msgstr)) for one in CATALOGUE}
    assert {where: text for where, text in said.items() if english.search(text)} == {}


def test_numbers_and_days_are_written_as_vietnam_writes_them() -> None:
    wrong = re.compile(r"\d %|(?<![\d.])[1-9]\d{0,2}(?:,\d{3})+(?![\d,])|\d\.\d+ (?:ms|giây|phút|giờ)")
    assert {one.msgid: one.msgstr for one in CATALOGUE if wrong.search(one.msgstr)} == {}
