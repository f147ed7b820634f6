"""The words of the frame around every page, and of the sign-in, in Vietnamese and in English."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "site.name": ("Báo tỉnh – Phòng đọc", "Báo tỉnh – Reading room"),
    "skip": ("Đến nội dung chính", "Skip to content"),
    "language.other": ("English", "Tiếng Việt"),
    "nav": ("Các trang", "Pages"),
    "nav.search": ("Tìm kiếm", "Search"),
    "nav.sources": ("Nguồn báo", "Sources"),
    "footer": (
        "Văn bản giữ nguyên như đã đăng. Mỗi bài dẫn tới trang đã lưu giữ.",
        "Texts stand as published. Every article leads to its preserved page.",
    ),
    "problem": ("Có lỗi", "A problem"),
    "sign_in": ("Đăng nhập", "Sign in"),
    "sign_in.why": (
        "Trang này chỉ mở cho người có mật khẩu của kho lưu trữ.",
        "This page is open to those who know the archive's password.",
    ),
    "sign_in.password": ("Mật khẩu", "Password"),
    "sign_in.go": ("Vào", "Enter"),
    "sign_in.wrong": ("Mật khẩu không đúng.", "The password is not right."),
    "sign_out": ("Thoát", "Sign out"),
    "nav.concordance": ("Ngữ cảnh", "Concordance"),
    "nav.trends": ("Diễn biến", "Trends"),
    "nav.collocates": ("Từ đi kèm", "Collocates"),
    "nav.collections": ("Bộ sưu tập", "Collections"),
    "nav.crawls": ("Thu thập", "Crawls"),
    "nav.api": ("API", "API"),
    "problem.lost": ("Không có trang này.", "There is no such page."),
    "problem.broken": (
        "Chương trình gặp lỗi; lỗi đã được in ra nơi chạy máy chủ.",
        "The program failed; the server has printed how.",
    ),
}
