"""An archive of four pages captured twice, one of which is to be taken down, and what is to be found in it."""

from __future__ import annotations

import gzip
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from dying import gets_through
from one_capture import BEGAN, RUN, capture

from archive.custody.rebuild import rebuild
from archive.custody.takedown import takedown
from archive.custody.verify import verify
from archive.holdings import Holdings
from archive.ingest.pipeline import Ingest
from archive.sources import Register
from archive.warc import cdxj
from archive.warc.reader import scan
from archive.warc.writer import Writer

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


def made_at(root: Path) -> Holdings:
    """The archive, in a new folder `root`."""
    made = Holdings.create(root, "Thư viện tỉnh", "https://thuvien.example/")
    with Writer(made.root, "tinh-uy-mau", RUN, roll_at=9000) as writer:
        for day in range(2):
            for minute, (url, response) in enumerate(PAGES.items()):
                moment = BEGAN + timedelta(days=day, minutes=minute)
                changed = response.replace("kết quả".encode(), f"kết quả ngày {day}".encode()).replace(
                    b"Content-Length: ", b"X-Length: "
                )
                writer.append(capture(url=url, response=changed, began=moment, via=""))
    cdxj.build(made.root)
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


def broken_off(tmp_path: Path, holdings: Holdings, monkeypatch: pytest.MonkeyPatch, stride: int) -> None:
    """Lets a takedown die at system call 1, 1 + stride, …, and checks what a second one and a rebuild make of it."""
    for step in range(1, 500, stride):
        copy = Holdings(tmp_path / f"copy-{step}", holdings.settings)
        shutil.copytree(holdings.root, copy.root)
        ended = gets_through(monkeypatch, step, lambda copy=copy: takedown(copy, NAMED, "erased", "x", WHO))  # type: ignore[misc]
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
