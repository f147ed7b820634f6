"""One made-up article on a meeting of a commune's committee, in pages of known families."""

from __future__ import annotations

from parsing import reading_of

from archive.model import Article

HEADLINE = "Xã Bản Lầu sơ kết công tác quý I năm 2024"
LEAD = "Hội nghị đánh giá kết quả ba tháng đầu năm và bàn nhiệm vụ quý tới."
TEXT = "Sáng 5/3, Đảng ủy xã Bản Lầu tổ chức hội nghị sơ kết công tác quý I, triển khai nhiệm vụ quý II trên địa bàn."
PARAGRAPHS = "".join(f"<p>{TEXT} Ý kiến thứ {number}.</p>" for number in range(1, 7))
URL = "http://bao.example/tin/xa-ban-lau-so-ket-cong-tac-quy-i-nam-2024-31.html"
THREE = (
    "Sáng 5/3, Đảng ủy xã Bản Lầu tổ chức hội nghị sơ kết công tác quý I, triển khai nhiệm vụ quý II.",
    "Đến nay, 12/14 chi bộ hoàn thành đại hội; tỷ lệ cấp ủy viên nữ đạt 31,5%, tăng 4,2% so với nhiệm kỳ trước.",
    "“Làm đến đâu, chắc đến đó”, đồng chí Lò Thị Mỷ, Bí thư Đảng ủy xã nhấn mạnh./.",
)
WORDPRESS = '<meta name="generator" content="WordPress 6.4">'
MANY = "".join(
    f"<p>Lần thứ {n}, bà con xã Bản Lầu họp bàn việc mở con đường mới lên bản trên sườn đồi phía tây.</p>"
    for n in range(9)
)


def article_of(body: str, head: str = "", url: str = URL) -> Article:
    """The article of a page in a family's markup."""
    title = f"<title>{HEADLINE} - Cổng thông tin Bản Lầu</title>"
    found = reading_of(f'<html><head><meta charset="utf-8">{title}{head}</head>{body}</html>', url).article
    assert found is not None
    return found
