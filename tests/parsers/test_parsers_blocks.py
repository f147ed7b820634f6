"""An article in data that a script has the browser parse is read where the address has its number."""

from __future__ import annotations

import json

from parsing import reading_of
from village_road import HEADLINE, TEXT

from archive.model import Reading


def _parsed(number: int, url: str) -> Reading:
    html = "".join(f"<p>{text}</p>" for text in TEXT)
    detail = {"id": number, "tieuDe": HEADLINE, "noiDung": html, "ngayXuatBan": "2024-02-11T08:00:00+07:00"}
    state = json.dumps({"detail": {"data": {**detail, "chuyenMuc": {"ten": "Nông thôn"}}}}, ensure_ascii=False)
    script = f"<script>window.__APP_STATE__ = JSON.parse({json.dumps(state, ensure_ascii=False)});</script>"
    return reading_of(f"<html><head><title>Cổng tin</title></head><body><app></app>{script}</body></html>", url)


def test_what_a_script_has_the_browser_parse_is_read_where_the_address_has_its_number() -> None:
    article = _parsed(99012345, "http://bao.example/tin-tuc/chi-tiet/99012345").article
    assert article is not None
    assert (article.headline.value, article.body) == (HEADLINE, TEXT)
    assert article.section is not None
    assert article.section.value == "Nông thôn"
    assert article.published is not None
    assert article.published.value.startswith("2024-02-11T08:00")


def test_an_article_in_the_data_of_a_page_with_another_number_is_not_the_pages() -> None:
    assert _parsed(99012345, "http://bao.example/tin-tuc/danh-sach/2").article is None
    assert _parsed(45, "http://bao.example/tin-tuc/chi-tiet/99012345").article is None
