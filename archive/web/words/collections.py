"""The words of collections, in Vietnamese and in English."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "collections.new": ("Lưu một truy vấn", "Keep a query"),
    "collections.saved": ("Truy vấn đã lưu", "Saved queries"),
    "collections.saved.lede": ("Theo dõi bài mới bằng phần mềm đọc tin.", "Follow what is new in a feed reader."),
    "collections.corpora": ("Ngữ liệu đã chốt", "Frozen corpora"),
    "collections.corpora.lede": (
        "Danh sách bài với phiên bản của ngày lập, dưới một giá trị băm: trích dẫn được, so sánh được sau nhiều năm.",
        "Articles with their revisions of that day, under one digest: to be cited, and compared years later.",
    ),
    "collections.none": ("Chưa có.", "None yet."),
    "collections.name": ("Tên", "Name"),
    "collections.query": ("Truy vấn", "Query"),
    "collections.made": ("Lập lúc", "Made"),
    "collections.go": ("Lưu", "Keep"),
    "collections.kind.saved": ("Truy vấn", "Query"),
    "collections.kind.corpus": ("Ngữ liệu", "Corpus"),
    "collections.means.saved": ("hỏi lại mỗi lần mở, có nguồn cấp tin Atom", "asked anew each time, with an Atom feed"),
    "collections.means.corpus": ("chốt những bài tìm được hôm nay", "freezes what is found today"),
    "corpus.archive": ("Đầu nhật ký hôm ấy", "Head of the log that day"),
    "corpus.standing": ("Hôm nay", "Today"),
    "corpus.same": ("{count} bài còn nguyên văn bản ấy.", "{count:article still has|articles still have} that text."),
    "corpus.revised": (
        "{count} bài nay có bản mới; bản ấy vẫn còn:",
        "{count} have a newer revision; that one is still held:",
    ),
    "corpus.altered": ("{count} bài nay được đọc khác:", "{count} are read otherwise today:"),
    "corpus.missing": ("{count} bài không còn trong kho:", "{count} are not in the archive any more:"),
    "corpus.articles": ("Các bài", "Articles"),
    "corpus.search": ("Tìm trong ngữ liệu này", "Search within this corpus"),
    "corpus.compare": ("So sánh", "Compare"),
    "corpus.with": ("Với", "With"),
    "corpus.shared": ("{count} bài chung", "{count:article|articles} in both"),
    "corpus.only": ("{count} bài chỉ có trong {name}", "{count:article|articles} only in {name}"),
}
