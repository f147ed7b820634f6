"""A first line that is set apart from the paragraphs behind it is the lead, whatever sets it apart."""

from __future__ import annotations

import pytest
from village_road import HEADLINE, PARAGRAPHS, TEXT, article_of
from village_road import LEAD as SHORT_LEAD

LEAD = f"{SHORT_LEAD} Bà con thôn nào cũng vui."
PICTURE = '<div><img src="/anh/duong.jpg" width="600"></div>'
SETTINGS = {
    "bold": f"<p><b>{LEAD}</b></p>",
    "italic": f"<p><em>{LEAD}</em></p>",
    "indented": f"<blockquote>{LEAD}</blockquote>",
    "an element of its own": f'<div class="k9">{LEAD}</div>',
    "heading": f"<h3>{LEAD}</h3>",
}


@pytest.mark.parametrize("picture", ["", PICTURE], ids=["bare", "below a picture"])
@pytest.mark.parametrize("lead", SETTINGS.values(), ids=SETTINGS)
def test_a_first_line_set_apart_is_the_lead(lead: str, picture: str) -> None:
    article = article_of(f"<div><h1>{HEADLINE}</h1><p>16/01/2024 08:30</p><div>{picture}{lead}{PARAGRAPHS}</div></div>")
    assert article.lead is not None
    assert (article.lead.value, article.body, article.captions) == (LEAD, TEXT, ())


@pytest.mark.parametrize("frame", ["<p><em>{}</em></p>", "<blockquote>{}</blockquote>", '<div class="k9">{}</div>'])
def test_where_all_lines_are_set_so_the_first_is_a_paragraph(frame: str) -> None:
    text = "".join(frame.format(line) for line in (LEAD, *TEXT))
    article = article_of(f"<div><h1>{HEADLINE}</h1><p>16/01/2024 08:30</p><div>{text}</div></div>")
    assert (article.lead, article.body) == (None, (LEAD, *TEXT))


def test_a_quotation_that_begins_a_text_is_no_lead() -> None:
    quoted = "“Có con đường này rồi, từ nay nông sản của bà con không còn phải gùi ra chợ bán nữa.”"
    article = article_of(f"<div><h1>{HEADLINE}</h1><div><blockquote>{quoted}</blockquote>{PARAGRAPHS}</div></div>")
    assert (article.lead, article.body) == (None, (quoted, *TEXT))


def test_a_first_paragraph_that_repeats_the_lead_is_read_once() -> None:
    lead = f"<p class='sapo'>{LEAD}</p>"
    article = article_of(f"<div><h1>{HEADLINE}</h1>{lead}<div><p>{LEAD}</p>{PARAGRAPHS}</div></div>")
    assert article.lead is not None
    assert article.lead.value == LEAD
    assert article.body == TEXT
    assert "the first paragraph repeated the lead" in article.notes
