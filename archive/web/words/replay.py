"""The words around preserved pages, in Vietnamese and in English."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "replay.title": ("Trang lưu giữ", "Preserved page"),
    "replay.captured": ("Bản chụp lúc", "Captured"),
    "replay.from": ("từ", "from"),
    "replay.live": ("↗ ra mạng hiện nay", "↗ leads to the live web"),
    "replay.kept": ("do {operator} lưu giữ", "kept by {operator}"),
    "replay.article": ("Về bài trong phòng đọc", "Article in the reading room"),
    "replay.raw": ("Bản gốc", "As captured"),
    "replay.all": ("Mọi bản chụp", "All captures"),
    "replay.note": (
        "Mã chương trình và biểu mẫu của trang đã bị tắt; liên kết dẫn tới bản chụp gần nhất trong kho.",
        "Scripts and forms of the page are off; links lead to the nearest capture in the archive.",
    ),
    "missing.title": ("Không được lưu giữ", "Not preserved"),
    "missing.text": (
        "Địa chỉ này không có trong kho lưu trữ, và trang trên mạng không được gọi tới.",
        "This address is not in the archive, and the live web is not asked.",
    ),
    "missing.live": ("Mở địa chỉ này trên mạng", "Open this address on the web"),
    "withheld.title": ("Không được hiển thị", "Withheld"),
    "withheld.text": (
        "Trang này đã được gỡ, không còn cho xem. Việc gỡ được ghi trong nhật ký của kho.",
        "This page has been withdrawn from use. The archive's log records the withdrawal.",
    ),
    "withheld.since": ("Gỡ ngày {day}, theo: {authority}", "Taken down on {day}, by authority of {authority}"),
}
