"""The written form of an article is the JSON that the standard library writes, and it reads back equal."""

from __future__ import annotations

import json
from dataclasses import MISSING, fields, is_dataclass
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from archive.model import Article, Attachment, Found, Image, Moment, Teaser
from archive.store.rows import decode_article, encode_article

TEXT = st.text(max_size=12) | st.sampled_from(['"trích" \\ \t\n\x00\u2028', "Tỉnh ủy", "T\u0309inh", "", "😀"])
FLOAT = st.floats(0, 1)
FOUND = st.builds(Found, TEXT, TEXT, st.none() | TEXT, FLOAT)
MOMENT = st.builds(Moment, TEXT, st.just("day"), TEXT, TEXT, FLOAT, TEXT)
ARTICLE = st.builds(
    Article,
    url=TEXT,
    headline=FOUND,
    body=st.lists(TEXT, max_size=3).map(tuple),
    body_by=TEXT,
    parser=TEXT,
    lead=st.none() | FOUND,
    published=st.none() | MOMENT,
    tags=st.lists(TEXT, max_size=2).map(tuple),
    images=st.lists(st.builds(Image, TEXT, TEXT, TEXT), max_size=2).map(tuple),
    attachments=st.lists(st.builds(Attachment, TEXT, TEXT), max_size=2).map(tuple),
    teasers=st.lists(st.builds(Teaser, TEXT, TEXT, TEXT, TEXT, TEXT), max_size=3).map(tuple),
    confidence=FLOAT,
)


def plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [plain(part) for part in value]
    if not is_dataclass(value):
        return value
    named = ((field.name, getattr(value, field.name), field.default) for field in fields(value))
    return {name: plain(part) for name, part, default in named if default is MISSING or part != default}


@given(ARTICLE)
def test_an_article_is_written_as_the_standard_library_writes_it_and_read_back_equal(article: Article) -> None:
    written = encode_article(article)
    assert written == json.dumps(plain(article), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert decode_article(written) == article
