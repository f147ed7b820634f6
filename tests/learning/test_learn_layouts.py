"""Layouts that were learnt are data beside the register: written, read back strictly, and they count."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from archive.errors import SourceError
from archive.sources import Register
from archive.sources.layouts import read_learnt, written
from archive.sources.model import Layout, LearnedFrom, Select

SOURCE = (
    'id = "trang-la"\nname = "Trang lạ"\nkind = "newspaper"\nprovince = "bac-kan"\nstatus = "unverified"\n'
    'hosts = ["trangla.example"]\n[[layout]]\nfamily = "generic"\n'
)
LAYOUTS = (
    Layout("wps", date(2020, 12, 31)),
    Layout(
        "generic",
        select=Select(headline=("div.hbd",), section=('a[href^="/muc/"]',), cut=("div.lkj > p:last-child",)),
        month_first=True,
        absent=("lead",),
        only=("section", "byline"),
        patterns=(("byline", r"^Ghi chép của\s*(.+)$"),),
        date_from="text",
        lines=("Mọi ý kiến xin gửi về tòa soạn.",),
        learned=LearnedFrom(30, date(2026, 11, 24), (("headline", 1.0), ("section", 0.967)), confirmed=True),
    ),
)


def test_layouts_written_are_read_back_the_same(tmp_path: Path) -> None:
    file = tmp_path / "trang-la.layout.toml"
    file.write_text(written(LAYOUTS, "Hai dòng\nchú thích"), encoding="utf-8")
    assert read_learnt(file) == LAYOUTS


def test_learnt_layouts_count_instead_of_those_of_the_source_file(tmp_path: Path) -> None:
    (tmp_path / "trang-la.toml").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "trang-la.layout.toml").write_text(written(LAYOUTS), encoding="utf-8")
    assert Register.load(tmp_path, shipped=None).get("trang-la").layouts == LAYOUTS


def test_learnt_layouts_of_no_source_are_an_error_that_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "khong-co.layout.toml").write_text(written(LAYOUTS), encoding="utf-8")
    with pytest.raises(SourceError, match=r'khong-co\.layout\.toml: there is no source "khong-co"'):
        Register.load(tmp_path, shipped=None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('absent = ["body"]', r'layout\[1\]\.absent: "body" is none of'),
        ('only = ["tags"]', r'layout\[1\]\.only: "tags" is none of'),
        ('date_from = "clock"', r'layout\[1\]\.date_from: "clock" is none of'),
        ("[layout.patterns]\nbyline = '^Ghi chép'", r"patterns\.byline: '\^Ghi chép' must have one group"),
        ("[layout.patterns]\nbyline = '('", r"patterns\.byline: "),
        ("[layout.patterns]\nheadline = '(.+)'", r"patterns\.headline: unknown name"),
        ("[layout.learned]\npages = 8", r"learned\.day: is missing"),
        ("[layout.learned]\nday = 2026-11-24\nsupport = { headline = 2 }", r"support\.headline: 2 is not between"),
        ("[layout.learned]\nday = 2026-11-24\nsure = true", r"learned\.sure: unknown key"),
    ],
)
def test_what_the_format_does_not_know_is_an_error_that_names_the_key(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "trang-la.layout.toml"
    file.write_text(f'[[layout]]\nfamily = "generic"\n{text}\n', encoding="utf-8")
    with pytest.raises(SourceError, match=said):
        read_learnt(file)


def test_every_selector_that_learning_writes_can_be_loaded_again(tmp_path: Path) -> None:
    path = tmp_path / "trang-la.layout.toml"
    layouts = (Layout("generic", select=Select(section=("div.muc > a.muc:nth-last-child(1 of a.muc)",))),)
    path.write_text(written(layouts), encoding="utf-8")
    assert read_learnt(path) == layouts
