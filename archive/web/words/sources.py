"""The words of the pages of sources, in Vietnamese and in English."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "sources.lede": (
        "Màu càng đậm, kho càng giữ nhiều bài của tỉnh, thành ấy.",
        "The darker a province, the more of its articles are held.",
    ),
    "map.title": ("Bản đồ số bài đang giữ theo 34 tỉnh, thành", "Map of articles held by the 34 units"),
    "map.note": (
        "Hình giản lược, không vẽ các quần đảo. Nguồn đường nét:",
        "Simplified; the archipelagos are not drawn. Outlines:",
    ),
    "source": ("Nguồn", "Source"),
    "articles": ("Số bài", "Articles"),
    "captures": ("Bản chụp", "Captures"),
    "unread": ("Chưa đọc được", "Unread"),
    "last.captured": ("Chụp gần nhất", "Last captured"),
    "status": ("Tình trạng", "Status"),
    "status.unverified": ("chưa kiểm chứng", "unverified"),
    "status.verified": ("đã kiểm chứng", "verified"),
    "status.excluded": ("không thu thập", "excluded"),
    "status.retired": ("đã ngừng", "retired"),
    "kind": ("Loại", "Kind"),
    "kind.newspaper": ("Báo", "Newspaper"),
    "kind.party": ("Cơ quan Đảng", "Party committee"),
    "kind.government": ("Cổng thông tin chính quyền", "Government portal"),
    "address": ("Địa chỉ", "Address"),
}
