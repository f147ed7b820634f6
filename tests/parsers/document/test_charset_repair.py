"""Articles on a site of today in TCVN3, VNI, VISCII or windows-1258, or with their entities escaped twice."""

from __future__ import annotations

import unicodedata

import pytest
from legacy_bytes import in_encoding
from parsing import reading_of

HEADLINE = "Đàn trâu thoát chết"

LEAD = "Nước sông lên nhanh lúc nửa đêm, lực lượng dân quân phải chèo thuyền đưa các cụ già ra khỏi vùng trũng."

BODY = (
    "Chị Nông Thị Huế kể rằng đàn trâu nhà chị thoát chết nhờ căn lán cao phía sau đồi keo.",
    "Trường mầm non đón thêm ba mươi tám cháu, trong đó mười một cháu là con em công nhân khu công nghiệp.",
    "Phiên chợ lùi họp từ lúc tờ mờ sáng, ngựa thồ buộc dày dưới gốc sa mộc, khách phương xa ai cũng hỏi mua.",
)

MENU = "Trang chủ · Kinh tế · Văn hóa – Thể thao"


def page(name: str) -> str:
    def old(text: str) -> str:
        return in_encoding(text, name) if name else text

    paragraphs = "".join(f"<p>{old(text)}</p>" for text in (LEAD, *BODY))
    return (
        f"<html><head><title>{old(HEADLINE)} - Báo Thái Nguyên điện tử</title></head><body><div>{MENU}</div><div>"
        f'<h1>{old(HEADLINE)}</h1><p class="date">Thứ năm, 05/03/2020 15:25</p>{paragraphs}'
        f"<p align=right>{old('Lê Thị Hà')}</p></div><div>Bản quyền thuộc Báo Thái Nguyên</div></body></html>"
    )


@pytest.mark.parametrize("name", ["tcvn3", "vni", "viscii", "cp1258"])
def test_an_old_article_within_a_site_of_today_is_read_right(name: str) -> None:
    article = reading_of(page(name)).article
    assert article is not None
    assert article.byline is not None
    assert (article.headline.value, article.byline.value) == (HEADLINE, "Lê Thị Hà")
    assert article.headline.raw == in_encoding(HEADLINE, name)
    assert list(article.body)[-3:] == list(BODY)


def test_a_list_of_square_metres_is_no_old_encoding() -> None:
    table = "".join(f"<tr><td>Lo dat so {size}</td><td>{size} m²</td></tr>" for size in range(100, 200, 10))
    article = reading_of(page("cp1258").replace("<p align=right>", f"<table>{table}</table><p align=right>")).article
    assert article is not None
    assert "100 m²" in unicodedata.normalize("NFC", " ".join(article.body))


def test_entities_escaped_twice_are_read_as_what_they_stand_for() -> None:
    def twice(text: str) -> str:
        return text.encode("ascii", "xmlcharrefreplace").decode().replace("&", "&amp;")

    markup = page("").replace(HEADLINE, twice(HEADLINE)).replace(LEAD, twice(LEAD)).replace("cao phía", "A&amp;B")
    article = reading_of(markup).article
    assert article is not None
    assert (article.headline.value, article.headline.raw) == (HEADLINE, "&#272;&#224;n tr&#226;u tho&#225;t ch&#7871;t")
    assert article.notes == ("mended: entities escaped twice",)
    assert "A&B" in " ".join(article.body)
