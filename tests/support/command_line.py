"""`baotinh` run on a small archive: two articles, one of them changed, a teaser and a page that cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from small_archive import SITE, capture, keep, new_holdings, page, read, read_json

from archive import parsers
from archive.cli import main
from archive.holdings import Holdings

ROOT = Path(__file__).parents[2]
TEASER = [f"{SITE}/chua-co-9.html", "Bài chưa có", "Ngày 5/3, …", "related"]
SOURCE = (
    'id = "bao-tinh"\nname = "Báo Tỉnh"\nkind = "newspaper"\nprovince = "bac-kan"\nstatus = "unverified"\n'
    'hosts = ["baotinh.example"]\n[[layout]]\nfamily = "generic"\n'
)


def archive_at(root: Path, monkeypatch: pytest.MonkeyPatch) -> Holdings:
    """The archive in `root`, and an environment that speaks English and names no other."""
    monkeypatch.setattr(parsers, "read_page", read_json)
    monkeypatch.setenv("BAOTINH_LANG", "en")
    monkeypatch.delenv("BAOTINH_ARCHIVE", raising=False)
    holdings = new_holdings(root)
    (holdings.sources / "bao-tinh.toml").write_text(SOURCE, encoding="utf-8")
    captures = [
        capture(
            "/hoi-nghi-1.html", page("Hội nghị rút kinh nghiệm", "Đại hội điểm.", published="2020-03-05T15:25+07:00")
        ),
        capture("/che-2.html", page("Mùa chè", "Chè Thái Nguyên.", teasers=[TEASER]), 1),
        capture("/hoi-nghi-1.html", page("Hội nghị rút kinh nghiệm", "Đại hội điểm cấp cơ sở."), 2),
        capture("/hong.html", b"<html>", 3),
    ]
    read(holdings, keep(holdings, captures))
    return holdings


def run(holdings: Holdings, *arguments: str, **environment: str) -> Result:
    """The result of `baotinh --archive … arguments`."""
    return CliRunner().invoke(main, ["--archive", str(holdings.root), *arguments], env=environment or None)
