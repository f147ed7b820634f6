"""A caption is told by its frame where nothing else tells it; and a text that is all centred has none for that."""

from __future__ import annotations

import pytest
from village_road import HEADLINE, TEXT, article_of


@pytest.mark.parametrize("caption", ["Đường mới qua thôn Bản Trang", "Bà con thôn Bản Trang góp đá làm đường mới"])
@pytest.mark.parametrize("order", ["above", "below"])
def test_words_framed_with_a_picture_are_its_caption_on_either_side(caption: str, order: str) -> None:
    parts = [f'<div class="k3">{caption}</div>', '<img src="/anh/duong.jpg">']
    frame = f'<div class="k2">{"".join(parts if order == "above" else reversed(parts))}</div>'
    article = article_of(f"<div><h1>{HEADLINE}</h1><div>{_amid(frame)}</div></div>")
    assert (article.body, article.captions) == (TEXT, (caption,))


def test_where_all_of_a_text_is_centred_what_stands_below_a_picture_is_no_caption_for_that() -> None:
    first, *rest = (f'<p align="center">{text}</p>' for text in TEXT)
    text = first + '<p align="center"><img src="/anh/duong.jpg"></p>' + "".join(rest)
    assert article_of(f"<div><h1>{HEADLINE}</h1><div>{text}</div></div>").body == TEXT


def test_a_sentence_that_the_text_repeats_further_down_stays() -> None:
    picture = "<p><img src='/anh/duong.jpg'></p>"
    text = "".join(f"<p>{line}</p>" for line in (TEXT[0], TEXT[0], *TEXT[1:], TEXT[0]))
    assert article_of(f"<div><h1>{HEADLINE}</h1><div>{picture}{text}</div></div>").body.count(TEXT[0]) == 3


def _amid(markup: str) -> str:
    first, *rest = (f"<p>{text}</p>" for text in TEXT)
    return first + markup + "".join(rest)
