"""An archive with a picture, packed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from one_capture import BEGAN, RUN, capture
from takedown_archive import NAMED, OTHER, SITE, ask, page, read_in

from archive.custody.package import write_wacz
from archive.holdings import Holdings
from archive.warc.captures import Original
from archive.warc.writer import Writer

PICTURE = f"{SITE}/anh/hoi-nghi.jpg"


CREATED = datetime(2026, 11, 24, 10, tzinfo=UTC)


def archive_with_a_picture(tmp_path: Path) -> Holdings:
    made = Holdings.create(tmp_path / "data", "Thư viện tỉnh", "luu-tru@thuvien.example")
    figure = f'<figure><img src="{PICTURE}" alt="Hội nghị"><figcaption>Toàn cảnh hội nghị</figcaption></figure>'
    plain = page("Hội nghị rút kinh nghiệm", "Đại hội điểm đã thành công.").partition(b"\r\n\r\n")[2]
    html = plain.replace(b"</p><p>", f"</p>{figure}<p>".encode(), 1)  # once: what is repeated is no picture of a text
    text = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n" % len(html) + html
    image = b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n\r\n\xff\xd8\xff"
    chunked = page("Khai giảng năm học mới", "Các trường đã sẵn sàng.")
    head, _, body = chunked.partition(b"\r\n\r\n")
    chunked = head.replace(b"Content-Length", b"X-Length") + b"\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunked += b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
    with Writer(made.root, "tinh-uy-mau", RUN, roll_at=4000) as writer:
        first = writer.append(capture(url=OTHER, response=text))
        writer.append(capture(url=PICTURE, response=image, kind="image"))
        writer.append(capture(url=NAMED, response=page("Kỷ luật một cán bộ", "Trần Văn Mẫu")))
        writer.append(capture(url=f"{SITE}/tin/khac-3.html", response=chunked))
        writer.append(capture(url=f"{SITE}/robots.txt", response=image, kind="robots"))
    known = Original(first.record_id, OTHER, "2026-11-24T03:00:00.123Z", "")
    later = BEGAN.replace(day=25)
    with Writer(made.root, "tinh-uy-mau", "20261125T030000Z-tinh-uy-mau-0001", known=lambda *_: known) as writer:
        writer.append(capture(url=OTHER, response=b"HTTP/1.1 304 Not Modified\r\n\r\n", began=later))
    read_in(made)
    return made


def packed(holdings: Holdings, tmp_path: Path, **chosen: object) -> Path:
    target = tmp_path / "goi.wacz"
    write_wacz(holdings, target, title="Hội nghị 2020", created=CREATED, **chosen)  # type: ignore[arg-type]
    return target


def public_id(holdings: Holdings, url: str) -> str:
    return str(ask(holdings, f"SELECT public_id FROM articles WHERE url = '{url}'")[0][0])
