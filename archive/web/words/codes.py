"""The short words that things are kept under (why a page is unread, what it was asked for as), in both languages.

Those that are missing here, as a status (`http_404`) or a reason of some server's, stand as they are kept.
"""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "code.empty": ("trang trống", "empty"),
    "code.not_html": ("không phải HTML", "not HTML"),
    "code.too_large": ("quá lớn", "too large"),
    "code.too_deep": ("lồng quá sâu", "nested too deep"),
    "code.attribute_bomb": ("quá nhiều thuộc tính", "too many attributes"),
    "code.no_article": ("không có bài", "no article"),
    "code.soft_404": ("báo không tìm thấy, dù mã 200", "not found, though it says 200"),
    "code.login": ("đòi đăng nhập", "asks to sign in"),
    "code.refused": ("bị từ chối", "refused"),
    "code.server_error": ("máy chủ báo lỗi", "error of the server"),
    "code.encrypted": ("bị mã hóa", "encrypted"),
    "code.content_coding": ("không giải nén được", "cannot be unpacked"),
    "code.selection": ("bố cục khác với mẫu", "another layout than known"),
    "code.parser_crash": ("trình đọc hỏng", "the parser failed"),
    "code.time_limit": ("đọc quá lâu", "took too long"),
    "code.article": ("bài", "article"),
    "code.listing": ("danh mục", "listing"),
    "code.feed": ("nguồn tin (RSS)", "feed"),
    "code.sitemap": ("sơ đồ trang", "sitemap"),
    "code.robots": ("robots.txt", "robots.txt"),
    "code.image": ("ảnh", "image"),
    "code.attachment": ("tệp đính kèm", "attachment"),
    "code.page": ("trang", "page"),
    "code.probe": ("hỏi thử", "probe"),
    "code.teaser": ("lời giới thiệu", "teaser"),
    "code.crawler": ("chương trình thu thập", "crawler"),
    "code.todo": ("chờ", "to do"),
    "code.claimed": ("đang lấy", "claimed"),
    "code.done": ("xong", "done"),
    "code.failed": ("hỏng", "failed"),
    "code.excluded": ("loại trừ", "excluded"),
    "code.new": ("bài mới", "new"),
    "code.changed": ("có thay đổi", "changed"),
    "code.same": ("như trước", "unchanged"),
    "code.unread": ("chưa đọc được", "unread"),
    "code.kept": ("được giữ", "kept"),
    "code.scope:host": ("ngoài nguồn", "outside of the source"),
    "code.never": ("không bao giờ hỏi", "never asked for"),
    "code.timeout": ("không trả lời kịp", "no answer in time"),
    "code.redirect_home": ("bị dẫn về trang chủ", "led to the home page"),
}
