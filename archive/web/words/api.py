"""The words of the page about the API, in Vietnamese and in English."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "api.lede": (
        "Mọi điều đọc được ở đây cũng lấy được bằng chương trình, dưới dạng JSON. Lỗi được trả lời theo RFC 9457.",
        "Whatever can be read here can be had by programs as JSON. Errors are answered as RFC 9457 says.",
    ),
    "api.atom": ("Nguồn cấp tin Atom của một truy vấn", "Atom feed of a query"),
    "api.memento": (
        "Memento (RFC 7089): trang bài cho biết TimeGate và TimeMap trong đầu Link",
        "Memento (RFC 7089): article pages name TimeGate and TimeMap in their Link header",
    ),
    "api.parameter": ("Tham số", "Parameter"),
    "api.value": ("Giá trị; mặc định", "Values; default"),
    "api.meaning": ("Ý nghĩa", "Meaning"),
    "api.required": ("bắt buộc", "required"),
}
