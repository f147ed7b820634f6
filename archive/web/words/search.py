"""The words of the search page, in Vietnamese and in English."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "search.title": ("Tìm trong báo chí các tỉnh", "Search the provincial press"),
    "search.label": ("Từ cần tìm", "Words to find"),
    "search.example": ("rút kinh nghiệm đại hội điểm", "rut kinh nghiem dai hoi diem"),
    "search.order": ("Thứ tự", "Order"),
    "search.go": ("Tìm", "Search"),
    "search.try": ("Thử:", "Try:"),
    "search.mean": ("Ý bạn là:", "Did you mean:"),
    "search.understood": ("Hiểu là:", "Understood as:"),
    "search.count": ("{count} bài", "{count} articles"),
    "search.exact": ("{count} bài đúng dấu như đã gõ", "{count} with accents exactly as typed"),
    "search.next": ("Trang sau", "Next page"),
    "search.holds": (
        "Kho giữ {articles} bài của {sources} nguồn, {captures} bản chụp.",
        "The archive holds {articles} articles from {sources} sources, {captures} captures.",
    ),
    "help.plain": ("gõ không dấu: tìm mọi cách đánh dấu", "typed without accents: finds any accents"),
    "help.accents": ("gõ có dấu: đúng dấu đứng trước", "typed with accents: exact matches come first"),
    "help.phrase": ("đúng cụm từ", "the exact phrase"),
    "help.operators": ("hoặc; trừ", "or; without"),
    "help.fields": ("giới hạn theo trường, tỉnh, ngày", "limits by field, province, date"),
    "order.newest": ("Mới nhất", "Newest first"),
    "order.oldest": ("Cũ nhất", "Oldest first"),
    "order.best": ("Phù hợp nhất", "Best match first"),
    "order.source": ("Theo nguồn", "By source"),
    "day.estimated": ("ngày ước tính", "day estimated"),
    "hit.changed": ("đã sửa", "edited"),
    "hit.gone": ("không còn trên mạng", "gone from the web"),
    "tier.folded": ("khớp không dấu", "other accents"),
    "facets": ("Thu hẹp kết quả", "Narrow the results"),
    "facet.province": ("Tỉnh khi đăng (63)", "Province then (63)"),
    "facet.province_now": ("Tỉnh nay (34)", "Province now (34)"),
    "facet.source": ("Nguồn", "Source"),
    "facet.section": ("Chuyên mục", "Section"),
    "facet.year": ("Năm", "Year"),
}
