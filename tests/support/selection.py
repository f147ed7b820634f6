"""An archive of five articles of which four are chosen, and the selection taken out of it in a form."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import sqlite_utils
from small_archive import capture, keep, new_holdings, page, read, read_json

from archive import parsers
from archive.export.files import Exported, ExportRequest, write_export
from archive.export.selection import Selection, SelectionRequest, select
from archive.holdings import Holdings

NAMES = {"warc": "out.warc.gz", "text": "out", "wacz": "out.wacz"}
SECRET = "Ông Mẫu nhận kỷ luật"


def archive_at(root: Path, monkeypatch: pytest.MonkeyPatch) -> Holdings:
    """Articles of 2020, 2021 (later changed), 2022 (fetched twice, unchanged), one to be taken down, and another."""
    monkeypatch.setattr(parsers, "read_page", read_json)
    holdings = new_holdings(root)
    pages = [
        ("/mot.html", page("Hội nghị một", "Đoạn một.", "Đoạn hai.", published="2020-03-05T15:25+07:00"), 1),
        ("/hai.html", page("Hội nghị hai", "Bản đầu.", published="2021-03-05T15:25+07:00"), 2),
        ("/ba.html", page("Hội nghị ba", "Thông báo.", published="2022-03-05T15:25+07:00"), 3),
        ("/bon.html", page("Hội nghị bốn", SECRET, published="2023-03-05T15:25+07:00"), 4),
        ("/khac.html", page("Tin khác", "Mưa.", published="2020-03-06T15:25+07:00"), 5),
    ]
    read(holdings, keep(holdings, [capture(path, body, at) for path, body, at in pages]))
    later = 60 * 24 * 400
    again = [
        capture("/hai.html", page("Hội nghị hai", "Bản sau.", published="2021-03-05T15:25+07:00"), later),
        capture("/ba.html", pages[2][1], later + 1, kind="article"),
    ]
    read(holdings, keep(holdings, again, run="r2"))
    return holdings


def choose(db: sqlite_utils.Database, root: Path, query: str = "", **options: Any) -> Selection:
    chosen = select(db, root, SelectionRequest(query, **options))
    assert isinstance(chosen, Selection)
    return chosen


def write(
    holdings: Holdings, db: sqlite_utils.Database, chosen: Selection, form: str, path: Path, **options: Any
) -> Exported:
    advance = options.pop("advance", lambda: None)
    return write_export(holdings, db, chosen, ExportRequest(form=form, path=path, **options), advance)


def taken(holdings: Holdings, db: sqlite_utils.Database, form: str, path: Path, **options: Any) -> Exported:
    return write(holdings, db, choose(db, holdings.root, "hội nghị", **options), form, path)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
