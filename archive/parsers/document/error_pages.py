"""Names pages that look like pages and are none: removed articles with status 200, log-ins, refusals, encrypted
texts.
"""

from __future__ import annotations

import re
from typing import Final

from archive.errors import Unreadable
from archive.parsers.document.page import Page
from archive.parsers.document.tree import text_of

_GONE: Final = re.compile(
    r"(?:không\s+tìm\s+thấy\s+(?:trang|bài\s+viết|nội\s+dung|dữ\s+liệu|tin|đường\s+dẫn)|(?:trang|bài\s+viết|nội\s+dung|tin)\s+(?:này\s+)?(?:bạn\s+"
    r"(?:yêu\s+cầu|tìm\s+kiếm|truy\s+cập|đang\s+tìm)\s+)?(?:hiện\s+(?:tại\s+|nay\s+)?)?(?:không\s+(?:còn\s+)?tồn\s+tại|đã\s+(?:bị\s+)?(?:xóa|xoá|gỡ)|không\s+được\s+tìm\s+thấy|đã\s+hết\s+hạn)|"
    r"lỗi\s+404|error\s+404|404\s+not\s+found|page\s+not\s+found|trang\s+không\s+tồn\s+tại|bài\s+viết\s+không\s+tồn\s+tại|"
    r"không\s+tồn\s+tại\s+bài\s+viết|yêu\s+cầu\s+không\s+hợp\s+lệ)",
    re.IGNORECASE,
)
_REFUSED: Final = re.compile(
    r"thông\s+báo\s+từ\s+chối\s+truy\s+cập|truy\s+cập\s+bị\s+từ\s+chối|access\s+denied|request\s+rejected|checking\s+your\s+browser|just\s+a\s+moment|"
    r"attention\s+required",
    re.IGNORECASE,
)
_COOKIE: Final = re.compile(rb"document\.cookie\s*=.*\blocation\b", re.DOTALL)
"""A script that sets a cookie and loads the page again (D1N, a Vietnamese host's wall): nothing else is on the page."""
_LOGIN: Final = re.compile(r"^(?:trang\s+)?đăng\s+nhập|sign\s+in$|^log\s?in\b|yêu\s+cầu\s+đăng\s+nhập", re.IGNORECASE)
_FAILED: Final = re.compile(
    r"server\s+error\s+in|runtime\s+error|fatal\s+error|lỗi\s+hệ\s+thống|hệ\s+thống\s+đang\s+(?:bảo\s+trì|nâng\s+cấp)|service\s+unavailable|"
    r"database\s+(?:connection\s+)?error|internal\s+server\s+error|đã\s+(?:có|xảy\s+ra)\s+lỗi|"
    r"mysqli?_connect|sqlstate\[|too\s+many\s+connections|object\s+reference\s+not\s+set|vui\s+lòng\s+thử\s+lại\s+sau",
    re.IGNORECASE,
)
_BASE64: Final = re.compile(r"^[A-Za-z0-9+/=_-]{200,}$")
_SMALL: Final = 4000  # bytes of a page that may be nothing but its message, of
_MESSAGE: Final = 400  # characters
_SHORT: Final = 120  # words of running text above which a page is not one of these
_HEADED: Final = ("title", "h1")


def check(page: Page, words: int) -> None:
    """Raises Unreadable with `soft_404`, `login`, `refused`, `server_error` or `empty` where the page says so.

    `words` are the words of running text that were found: a long text that quotes such a sentence is an article.
    """
    if words > _SHORT:
        return
    heads = [text for tag in _HEADED for element in page.top.iter(tag) if (text := text_of(element))]
    if len(page.markup) < _SMALL:
        heads += _whole(page)
    first = " | ".join(heads[:6])
    if _REFUSED.search(first):
        raise Unreadable("refused", first[:120])
    if any(_GONE.search(head) for head in heads[:6]) or _GONE.search(_message(page)):
        raise Unreadable("soft_404", first[:120])
    if _FAILED.search(first):
        raise Unreadable("server_error", first[:120])
    if any(_LOGIN.search(head) for head in heads[:4]) and page.has("input[type=password]"):
        raise Unreadable("login", first[:120])


def _whole(page: Page) -> list[str]:
    """All the text of a small page; raises Unreadable(empty) where it has none, nor anything that could fetch some."""
    body = page.top.find("body")
    text = text_of(page.top if body is None else body)
    if not text and not page.has("a", "img", "script", "iframe", "frame", "form"):
        raise Unreadable("empty", "a page without text")
    unseen = "".join(text_of(element) for element in page.top.iter("script", "noscript"))
    if _COOKIE.search(page.markup) and "".join(text.split()) == "".join(unseen.split()):
        raise Unreadable("refused", "a script that sets a cookie and loads the page again")
    return [text] if 0 < len(text) <= _MESSAGE else []


def check_body(paragraphs: tuple[str, ...]) -> None:
    """Raises Unreadable(encrypted) where the text is letters without words: some papers decipher theirs in the
    browser.
    """
    enciphered = sum(1 for paragraph in paragraphs if _BASE64.match(paragraph))
    if enciphered * 2 > len(paragraphs):
        raise Unreadable("encrypted", "the text is enciphered")


def _message(page: Page) -> str:
    """The message boxes of the page, as common frameworks name them."""
    boxes = (
        page.all(".alert") + page.all(".error-page") + page.all(".page-404") + page.all("#error") + page.all(".message")
    )
    return " ".join(text_of(box)[:300] for box in boxes[:6])
