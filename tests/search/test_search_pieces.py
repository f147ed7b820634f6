"""A query told in words: the same pieces in Vietnamese and in English."""

import pytest

from archive.search.answer import TermCount
from archive.search.grammar.parser import parse
from archive.search.query_echo import ENGLISH, VIETNAMESE, in_words, query_pieces

_TERMS = (
    TermCount("tỉnh", "exact", 12403, 15020),
    TermCount("uy", "folded", None, 88120),
    TermCount("=lũ", "exact", 3, 9),
)


@pytest.mark.parametrize(
    ("query", "vietnamese", "english"),
    [
        (
            "tỉnh uy",
            "tỉnh [đúng dấu: 12.403, mọi dấu: 15.020] VÀ uy [mọi dấu: 88.120]",
            "tỉnh [exact: 12,403, any accents: 15,020] AND uy [any accents: 88,120]",
        ),
        ("uy -=lũ", "uy [mọi dấu: 88.120] KHÔNG =lũ [đúng dấu: 3]", "uy [any accents: 88,120] NOT =lũ [exact: 3]"),
        ("(mưa OR bão) a", "(mưa HOẶC bão) VÀ a", "(mưa OR bão) AND a"),
        ("mưa NEAR/8 bão", "mưa GẦN/8 bão", "mưa NEAR/8 bão"),
    ],
)
def test_a_query_is_told_with_its_counts(query: str, vietnamese: str, english: str) -> None:
    found = query_pieces(parse(query).root, _TERMS)
    assert (in_words(found, VIETNAMESE), in_words(found, ENGLISH)) == (vietnamese, english)
