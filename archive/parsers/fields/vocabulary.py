"""The newsroom's fixed words: bylines, credits, captions, labels of related boxes, and what is printed around a text.

Source: the words seen on pages of provincial papers and portals, and NukeViet's modules/news/language/vi.php.
Patterns are for normalised (NFC) text.
"""

from __future__ import annotations

import re

_WORK = (
    r"(?:chùm\s+)?(?:tin|bài|ảnh|hình\s+ảnh|hình|video|clip|phóng\s+sự|đồ\s+họa|đồ\s+hoạ|infographics?|nội\s+dung|trình\s+bày|"
    r"thiết\s+kế|kỹ\s+thuật|bài\s+viết|biên\s+tập)"
)
_ROLE = r"(?:(?:phóng|biên\s+tập|cộng\s+tác|thông\s+tín|phát\s+thanh)\s+viên|nhà\s+báo|tác\s+giả|pv|btv|ctv)"
BYLINE_LABEL = re.compile(
    rf"^[-–(\[]?\s*(?:(?:{_WORK}(?:\s*(?:,|và|-|–|&|/|\+)\s*{_WORK})*|(?:nhóm\s+)?(?:thực\s+hiện|tác\s+giả(?:\s+bài\s+viết)?|"
    rf"người\s+(?:viết|đăng))|{_ROLE})\s*:|(?:được\s+)?viết\s+bởi\s*:?)\s*(?P<name>\S.*?)(?<![!?…])[)\]]?\s*$",
    re.IGNORECASE,
)
SOURCE_LABEL = re.compile(
    r"^[-–(\[]?\s*(?:(?i:nguồn(?:\s+(?:tin|bài|ảnh))?|theo)\s*:|(?i:nguồn(?:\s+tin)?|theo)\s+(?=[“\"A-ZĐÀ-ÖØ-ÝĂĨŨƠƯẠ-Ỹ]|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,4}[)\]]?$))"
    r"\s*(?P<name>\S.*?)[)\]]?\s*$"
)
# "Tin khác" alone stands over a column of the site's on the pages of truth known (2 of 2), so it is no label of these.
RELATED_LABEL = re.compile(
    r"^[>»•*+\-–\s]*+(?:(?:(?:các|những)\s+)?(?:video|clip|phóng\s+sự|chương\s+trình|nội\s+dung)\s+(?:liên\s+quan|cùng\s+chuyên\s+mục|khác)|(?:các\s+|những\s+)?(?:tin|bài)(?:\s+viết|\s*[,–-]?\s+bài|\s+tức)?\s+(?:có\s+)?(?:liên\s+quan|cùng\s+chuyên\s+mục|cùng\s+chủ\s+đề|đọc\s+tiếp|"
    r"đọc\s+thêm|đọc\s+nhiều|mới\s+hơn|cũ\s+hơn)|cùng\s+chuyên\s+mục|cùng\s+chủ\s+đề|(?:các|những)\s+(?:tin|bài)(?:\s+viết)?\s+(?:tiếp(?:\s+theo)?|trước(?:\s+đó)?|sau)|theo\s+dòng\s+sự\s+kiện|(?:các|những)\s+(?:tin|bài)(?:\s+viết|\s*[,–-]?\s+bài|\s+tức)?\s+khác|(?:tin|bài)(?:\s+viết|\s*[,–-]?\s+bài|\s+tức)\s+khác|có\s+thể\s+bạn\s+"
    r"quan\s+tâm|bạn\s+có\s+thể\s+quan\s+tâm|xem\s+thêm|đọc\s+thêm|mời\s+(?:bạn\s+)?(?:đọc|xem)\s+thêm|mời\s+xem|(?:có\s+)?liên\s+quan|(?:(?:các|những)\s+)?(?:tin|bài)(?:\s+bài|\s+viết)?\s+đã\s+(?:đưa|đăng)|tham\s+khảo\s+thêm|(?:(?:các|những)\s+)?mục\s+liên\s+quan(?:\s+\(theo\s+thẻ\))?|mục\s+khác\s+trong\s+chuyên\s+mục(?:\s+này)?|(?:related|other|more|recommended)\s+(?:posts?|articles?|news|items|stories)(?:\s+\(by\s+tag\))?|read\s+(?:more|next)|(?:các|những)\s+(?:câu\s+hỏi|văn\s+bản|thông\s+báo|hoạt\s+động|sự\s+kiện)\s+khác|more\s+in\s+this\s+category|you\s+(?:may|might)\s+also\s+like)(?!\w)\s*[:.…]*",
    re.IGNORECASE,
)
CAPTION_START = re.compile(
    r"^(?:ảnh(?:\s+minh\s+h[oọ]a|\s+minh\s+hoạ|\s+tư\s+liệu|\s+chụp)?\s*[:.]|ảnh\s+(?:minh|tư\s+liệu|mang\s+tính)|toàn\s+cảnh|quang\s+cảnh|"
    r"\(ảnh)",
    re.IGNORECASE,
)
CAPTION_END = re.compile(
    r"(?:[.(]\s*|\s[-–]\s)ảnh\s*(?:minh\s+h[oọ]a|minh\s+hoạ|tư\s+liệu|:\s*[^.]{2,60})\s*[.)]?$", re.IGNORECASE
)
CAPTION_SCENE = re.compile(
    r"(?:các\s+)?(?:đồng\s+chí|đ/c|ông|bà|anh|chị|em|lãnh\s+đạo|đại\s+biểu|đại\s+diện|đoàn|thứ\s+trưởng|bộ\s+trưởng|(?:phó\s+)?(?:chủ\s+tịch|bí\s+thư|"
    r"giám\s+đốc|trưởng\s+ban))\s.*\s(?:phát\s+biểu|trao|tặng|chủ\s+trì|cắt\s+băng|ký\s+kết|chụp\s+ảnh|chúc\s+mừng|tham\s+quan|tham\s+dự|dâng\s+hương)\s",
    re.IGNORECASE,
)
READ_MORE = re.compile(
    r"^(?:>+\s*)?(?:xem|tải|tải về|chi tiết|nội dung chi tiết|mời xem|vui lòng xem|file|tệp|tập tin)\b"
    r".{0,60}\b(?:tại đây|ở đây|kèm theo)\b[.\s]*$",
    re.IGNORECASE,
)
BOILERPLATE = re.compile(
    r"^(?:[-–—*\s]*(?:quảng\s+cáo|advertisement|advertisements)[-–—*:\s]*|[-–|•\s]*(?:lượt\s+xem|số\s+lượt\s+xem|đã\s+xem|(?:(?:tổng\s+)?số\s+)?(?:(?:người|lượt|khách)\s+)?(?:đang\s+)?(?:truy\s+cập|trực\s+tuyến|online)|số\s+lần\s+đọc|lượt\s+đọc)\s*:?\s*[\d.,]*(?:\s+(?:lần|lượt))?|[\d.,]+\s+(?:lượt\s+xem|lượt\s+đọc|phút\s+đọc)|(?:bạn\s+)?(?:cần|phải|vui\s+lòng|hãy)\s+đăng\s+nhập.{0,40}|[\d.,]+\s*/\s*5(?:\s*\(.{1,20}\))?|\d+\s+(?:phút|giờ|ngày|tuần|tháng)\s+trước|trang\s+chủ\s*[/»›>|-].{0,60}|tài\s+trợ|(?:tin\s+|bài\s+)?(?:đọc|xem)\s+nhiều(?:\s+nhất)?|"
    r"in\s+trang|in\s+ra|in\s+bài(?:\s+viết)?|bản\s+in|gửi\s+email|giới\s+thiệu\s+bài\s+viết.*|lưu\s+bài\s+viết.*|lưu\s+(?:bài|tin|tệp|file|lại)|(?:sao\s+chép|copy)\s+(?:liên\s+kết|link|đường\s+dẫn)|chia\s+sẻ.{0,30}|thích|zalo|facebook|"
    r"twitter|(?:kích\s+)?cỡ\s+chữ.*|[at][-+]?(?:\s*[at][-+]?){1,3}|nghe\s+(?:bài|đọc).{0,20}|tự\s+động\s+phát|tổng\s+số\s+điểm\s+của\s+bài\s+viết.*|xếp\s+hạng.*|click\s+để\s+"
    r"đánh\s+giá.*|link\s+bài\s+viết\s*:.*|play\s+video|current\s+time\b.*|trang\s*:?\s*\d+(?:[\s|,/]+\d+)*[\s»›>]*|số\s+lượt\s+người\s+xem.*|tin\s+mới(?:\s+nhất)?|ý\s+kiến\s+bạn\s+đọc.*|(?:gửi\s+)?bình\s+luận.{0,20}|copy\s+link|quay\s+lại|về\s+đầu\s+trang|trở\s+về|tin\s+ảnh|"
    r"(?:(?:kính\s+)?mời\s+)?(?:(?:quý\s+)?(?:bạn\s+đọc|độc\s+giả|khán\s+giả)\s+)?theo\s+dõi\s+.{0,60}\s+(?:trên|qua|tại)\s+(?:(?:kênh|trang|ứng\s+dụng|fanpage)\s+)?(?:google\s+news|zalo|facebook|youtube|tiktok|telegram|fanpage).{0,80}|google\s+news|"
    r"[®©*(\s]*(?:(?:vui\s+lòng|yêu\s+cầu|đề\s+nghị|xin)\s+)?ghi\s+rõ\s+nguồn\s.{0,60}(?:khi\s+.{0,20}phát\s+hành|(?:trang|website)\s+này).{0,40}|từ\s+khóa\s*:?|tags?\s*:?|nguồn\s+tin\s*:|tác\s+giả\s*:)$",
    re.IGNORECASE,
)
# The blocks of a portal's column. As the label of a box without a sentence each is one; amid a text it is a word.
COMMENTS = re.compile(
    r"(?:(?:các\s+)?ý\s+kiến\s+(?:bạn\s+đọc|của\s+bạn)|(?:\d+\s+)?bình\s+luận)(?:\s*[(\[]?\d+[)\]]?)?\s*:?",
    re.IGNORECASE,
)
TEXT_END = re.compile(
    r"^(?:(?:ý\s+kiến(?:\s+(?:bạn\s+đọc|của\s+bạn))?|bình\s+luận|gửi\s+bình\s+luận|viết\s+bình\s+luận)(?:\s*[(\[]?\d+[)\]]?)?\s*:?|"
    r"(?:từ\s+kh[óo][aá]|tags?|thẻ)\s*:.*)$",
    re.IGNORECASE,
)
SENTENCE_END = re.compile(r"[.!?…:;][\"”’»)]*$")
_CAPITAL = re.compile(r"[A-ZĐÀ-ÖØ-ÝĂĨŨƠƯẠ-Ỹ]")
_JOINT = r"(?:[-–,;/&+]|\bvà\b)\s*"
_NAME_JOINTS = re.compile(rf"(?<!\s)\s++{_JOINT}|{_JOINT}")  # blanks are tried once a run
_NAME_LINKS = frozenset((
    "và", "tổng", "hợp", "lược", "ghi", "dịch", "biên", "soạn", "thực", "hiện",
    "theo", "tập", "viên", "phóng", "thị", "của", "nguồn", "st", "sưu", "tầm",
))  # fmt: skip
MOST_NAME_WORDS = 10
_INITIALS = re.compile(r"[A-ZĐ](?:\.[A-ZĐ]){1,2}\.?")
_ACCOUNT = re.compile(
    r"(?:super\s*user|(?:web\s*)?admin(?:istrator)?\d*|quản\s+trị(?:\s+(?:viên|hệ\s+thống|web(?:site)?))?|webmaster|editor|root|user\d*)",
    re.IGNORECASE,
)

_LOGIN = re.compile(r"[a-z][a-z0-9._@-]*")  # one word without a capital or an accent


def is_name(text: str) -> bool:
    """Whether `text` is shaped like a signature: "Hồng Nhung", "Thu Hà - Minh Đức", "PV (tổng hợp)", "H.N/TTXVN"."""
    words = text.replace("(", " ").replace(")", " ").split()
    if not 1 <= len(words) <= MOST_NAME_WORDS or any(character.isdecimal() for character in text):
        return False
    if text.endswith((":", "!", "?", "…", ";", "./.", "+")) or '"' in text or "“" in text:
        return False
    parts = [part for part in _NAME_JOINTS.split(text) if part]
    return bool(parts) and all(_is_one_name(part) for part in parts)


def is_full_name(text: str) -> bool:
    """Whether `text` is a name of two to four words, each with a capital: one that needs no setting to be told."""
    parts = text.split()
    if not 2 <= len(parts) <= 4 or not is_name(text):
        return False
    return all(len(part) > 1 and part.isalpha() and _CAPITAL.match(part) for part in parts)


_NEWSROOM = re.compile(r"ban\s+biên\s+tập|bbt|nhóm\s+(?:pv|phóng\s+viên)", re.IGNORECASE)
_SURNAME = re.compile(
    r"(?:nguyễn|trần|lê|phạm|hoàng|huỳnh|phan|vũ|võ|đặng|bùi|đỗ|hồ|ngô|dương|lý|đào|đinh|lương|mai|trịnh|đoàn|tô|cao|trương|hà|lâm|tạ|"
    r"chu|châu|la|quách|thái|triệu|vương|tống|lưu|phùng|kiều|nông|ma|vi|lò|giàng|sùng|bế)",
    re.IGNORECASE,
)


def is_person(text: str) -> bool:
    """Whether `text` is a Vietnamese person's full name: a known surname and two to four words, each with a capital.

    >>> is_person("Đỗ Hữu Khánh"), is_person("Thời sự"), is_person("Nông thôn mới")
    (True, False, False)
    """
    first, *rest = text.split()[:6] or [""]
    return bool(_SURNAME.fullmatch(first)) and 1 <= len(rest) <= 3 and is_full_name(text)


def is_plain_signature(text: str) -> bool:
    """Whether `text` is made of full names and initials alone: "Thu Huyền - Minh Quý", "H.D"; it needs no setting."""
    return all(_INITIALS.fullmatch(part) or is_full_name(part) for part in _NAME_JOINTS.split(text))


def is_account(text: str) -> bool:
    """Whether `text` is the name that a CMS gives an account ("Super User", "admin", "vanthu"): nobody who writes."""
    name = text.strip()
    return _ACCOUNT.fullmatch(name) is not None or _LOGIN.fullmatch(name) is not None


def is_newsroom(text: str) -> bool:
    """Whether `text` names those who write for a site, and no one of them: "Ban Biên tập", "Nhóm PV"."""
    return _NEWSROOM.fullmatch(text) is not None


def is_office(text: str) -> bool:
    """Whether `text` can be the signature of an office: short, with a capital, without figures, no sentence."""
    if len(text.split()) > MOST_NAME_WORDS or any(character.isdecimal() for character in text):
        return False
    return bool(_CAPITAL.match(text)) and not SENTENCE_END.search(text) and not text.endswith((",", "-", "–"))


def name_before_office(text: str) -> str:
    """The name in "Phi Tiến – Quỹ Bảo vệ và Phát triển rừng", or "" where a line is no such signature."""
    name, _, office = text.replace(" – ", " - ").partition(" - ")
    if not office or len(text.split()) > 16 or text.endswith((".", ":", "!", "?", "…")):
        return ""
    return name if _is_one_name(name) and 2 <= len(name.split()) <= 4 and bool(_CAPITAL.match(office)) else ""


def _is_one_name(text: str) -> bool:
    words = [word for word in re.split(r"[\s().]+", text) if word]
    if not 1 <= len(words) <= 5:
        return False
    return all(_CAPITAL.match(word) or word.lower() in _NAME_LINKS for word in words) and bool(
        _CAPITAL.match(words[0]) or len(words) > 1
    )


ROLE_BEFORE = re.compile(rf"{_ROLE}[\s,:|–-]+", re.IGNORECASE)
_ROLE_BEHIND = re.compile(rf"(?<![\s,:|–(-])[\s,:|–(-]++{_ROLE}\)?$", re.IGNORECASE)


def without_role(text: str) -> str:
    """A signature without the office beside the name: "Đức Sáng - Phóng viên"; the office alone stays.

    >>> without_role("Phóng viên Đức Sáng"), without_role("Đức Sáng (CTV)"), without_role("Phóng viên")
    ('Đức Sáng', 'Đức Sáng', 'Phóng viên')
    """
    before = ROLE_BEFORE.match(text)
    return _ROLE_BEHIND.sub("", text[before.end() :] if before else text).strip() or text


def is_related_label(text: str) -> bool:
    """Whether `text` is nothing but the label of a related box, or two of them: "Bài viết liên quan  Xem thêm"."""
    label = RELATED_LABEL.match(text)
    if label is None:
        return False
    rest = text[label.end() :]
    return not rest or ((second := RELATED_LABEL.match(rest)) is not None and second.end() == len(rest))


_LONGEST_NOTICE = 100  # letters of a row of notices
_LONGEST_NOTICES = 100  # letters
_PARTS = re.compile(r"\s*[|•·]\s*")


def is_boilerplate(text: str) -> bool:
    """Whether a line is printed by the site beside every text, or is several such: "Lượt xem: 12 | Cỡ chữ"."""
    if BOILERPLATE.match(text):
        return True
    if len(text) > _LONGEST_NOTICE or ("|" not in text and "•" not in text and "·" not in text):
        return False
    return all(BOILERPLATE.match(part) for part in _PARTS.split(text) if part)


def is_headline(text: str) -> bool:
    """Whether `text` can be an article's headline by its shape: three words and more, and not too long."""
    return text.count(" ") >= 2 and len(text) <= 300


AUTHOR = re.compile(
    r"^\s*(?:(?:tác\s+giả|người\s+viết|tin,?\s*ảnh|bài,?\s*ảnh|(?:posted\s+|written\s+)?by|(?:(?:được\s+)?(?:viết|đăng)\s+)?bởi|theo)\s*:?\s+|(?:tác\s+giả|by)\s*:\s*)?(?P<name>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
CREDIT = re.compile(r"^\s*(?:(?:nguồn(?:\s+tin)?|theo)\s*:?\s*)?(?P<name>\S.*)$", re.IGNORECASE | re.DOTALL)
