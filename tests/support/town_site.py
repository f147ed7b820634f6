"""A town's site of twelve articles, on which an editor stands above each text, as no byline that anybody knows."""

from __future__ import annotations

LINKS = [f"/tin/hoi-nghi-tong-ket-cong-tac-{n}.html" for n in range(1, 13)]


def piece(number: int, *, summary: bool = False) -> bytes:
    """The page of an article; with `summary` a line of the editors stands between the editor and the text."""
    title = f"Xã Tân Bình họp bàn việc thứ {number} của năm nay"
    text = f"của bài {number}: xã Tân Bình tổ chức hội nghị về việc {number}."
    lines = "".join(f"<p>Đoạn {part} {text}</p>" for part in "abc")
    above = f"<div class=mo>Tóm tắt của bài thứ {number}, do toà soạn đặt trên đầu bài viết này.</div>" * summary
    return (
        f"<!DOCTYPE html><html><head><meta charset=utf-8><title>{title}</title></head><body>"
        f"<div id=menu><a href=/>Trang chủ</a></div><h1 class=title>{title}</h1>"
        f"<div class=ngay>Ngày đăng: {number:02}/03/2020</div><div class=nguoi>Biên tập: Hà Vân {number}</div>{above}"
        f"<div class=than>{lines}</div><div id=chan>Bản quyền thuộc Đảng bộ xã Tân Bình</div></body></html>"
    ).encode()
