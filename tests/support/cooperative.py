"""One made-up article on a cooperative, set in whatever markup a test has seen, and what is read of it."""

from __future__ import annotations

from parsing import reading_of

from archive.model import Article

HEADLINE = "Hợp tác xã Nà Lại đưa miến dong lên sàn điện tử"
URL = "http://bao.example/kinh-te/hop-tac-xa-na-lai-dua-mien-dong-len-san-dien-tu-4512.html"
BARE = "http://bao.example/index.php?mod=news&cat=20&id=354293"
LEAD = "Từ chỗ chỉ bán ở chợ phiên, sau hai năm miến dong Nà Lại đã có mặt trên ba sàn thương mại điện tử lớn."
TEXT = (
    "Hợp tác xã có 24 thành viên, mỗi năm chế biến hơn 300 tấn củ dong riềng thu mua của bà con trong vùng.",
    "Chị Lò Thị Sáng, giám đốc hợp tác xã, cho biết đơn hàng qua mạng nay đã chiếm sáu phần mười doanh thu.",
    "Huyện hỗ trợ hợp tác xã in tem truy xuất nguồn gốc, làm kho mát và tập huấn bán hàng cho các thành viên trẻ.",
)
PARAGRAPHS = "".join(f"<p>{text}</p>" for text in TEXT)
DATE = "05/03/2024 15:25"
OTHER = "Bản Mòn khánh thành nhà văn hóa cộng đồng"


def article(main: str, url: str = URL, title: str = HEADLINE, head: str = "") -> Article:
    """The article of a page of `main` alone; it must be read as one."""
    reading = reading_of(
        f'<html><head><meta charset="utf-8"><title>{title}</title>{head}</head><body>{main}</body></html>', url
    )
    assert reading.article is not None, reading.reason
    return reading.article
