"""The words of the article page, in Vietnamese and in English."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "province.now": ("nay: {name}", "now: {name}"),
    "restored": ("dấu được khôi phục", "accents restored"),
    "undated": ("không ghi ngày", "no date shown"),
    "credit": ("Nguồn:", "Credit:"),
    "article.gone": (
        "Trang này không còn trên mạng từ {day}; đây là bản chụp cuối cùng.",
        "This page has been gone from the web since {day}; this is its last capture.",
    ),
    "picture": ("Ảnh", "Picture"),
    "attachments": ("Tệp đính kèm", "Attachments"),
    "evidence": ("Bằng chứng", "Evidence"),
    "preserved.open": ("Xem trang đã lưu giữ", "See the preserved page"),
    "captured": ("Chụp lúc", "Captured"),
    "digest": ("Mã kiểm", "Digest"),
    "record": ("Bản ghi", "Record"),
    "held": ("Đang giữ", "Held"),
    "held.count": ("{captures} bản chụp, {revisions} phiên bản", "{captures} captures, {revisions} revisions"),
    "changes": ("Những thay đổi", "Changes"),
    "changes.step": ("Phiên bản {before} → {after}", "Revision {before} → {after}"),
    "changes.none": ("Bài chưa từng thay đổi.", "The article has not changed."),
    "fields": ("Mỗi trường được tìm ra như thế nào", "How each field was found"),
    "field": ("Trường", "Field"),
    "field.by": ("Cách tìm", "Method"),
    "field.raw": ("Nguyên văn", "As on the page"),
    "field.confidence": ("Độ tin cậy", "Confidence"),
    "field.headline": ("Tiêu đề", "Headline"),
    "field.lead": ("Sa-pô", "Lead"),
    "field.body": ("Nội dung", "Body"),
    "field.captions": ("Chú thích ảnh", "Captions"),
    "field.byline": ("Tác giả", "Byline"),
    "cite": ("Trích dẫn", "Cite"),
    "teasers": ("Bài được giới thiệu ở trang này", "Articles this page points to"),
    "pointers": ("Được giới thiệu từ các trang khác", "Pointed to from other pages"),
}
