"""The picture of the grammar shows what the parser understands."""

from __future__ import annotations

import random
from xml.etree import ElementTree

import pytest

from archive.errors import QueryError
from archive.search import parse
from release.railroad import Either, Item, Loop, Row, Word, rules, svg

# What the words of a query must mean as well; no grammar says it.
MEANING = (
    "only excludes",
    "NEAR joins",
    "all NEAR in a row",
    "more than",
    "another field's brackets",
    "no word before",
)


RULES = rules()


def sentence(chance: random.Random, item: Item, depth: int) -> str:
    """What somebody may type who follows the lines."""
    match item:
        case Word(text, typed):
            if typed:
                return {"NEAR/n": "NEAR/5"}.get(text, text)
            words = {"field": "tieude", "word": "hội", "words": "hội nghị"}
            return words[text] if text in words else sentence(chance, RULES[text], depth + 1)
        case Row(items):
            return " ".join(sentence(chance, one, depth) for one in items)
        case Either(items):
            return sentence(chance, items[0] if depth > 6 else chance.choice(items), depth)
        case Loop(once, back):
            said = [sentence(chance, once, depth)]
            while depth < 6 and chance.random() < 0.3:
                said += [sentence(chance, back, depth), sentence(chance, once, depth)]
            return " ".join(said)


def typed(said: str) -> str:
    """`said` as it is typed: what belongs to a word stands at it."""
    for apart, together in ((" :", ":"), (": ", ":"), ("- ", "-"), ("= ", "="), ("~ ", "~"), (" *", "*")):
        said = said.replace(apart, together)
    return said.replace('" hội nghị "', '"hội nghị"')


def answered(query: str) -> str:
    """What is said of `query`; nothing where it is understood."""
    try:
        parse(query)
    except QueryError as error:
        return str(error)
    return ""


def test_whoever_follows_the_lines_is_understood() -> None:
    chance = random.Random(1)
    understood = 0
    for _ in range(2000):
        query = typed(sentence(chance, RULES["query"], 0))
        told = answered(query)
        assert not told or any(reason in told for reason in MEANING), f"{query}: {told}"
        understood += not told
    assert understood > 400  # many exclude only, or limit within a limit


def test_what_is_repeated_must_be_what_stands_before_it() -> None:
    with pytest.raises(ValueError, match="ends with what stands before"):
        rules("    query = all { OR other }\n")


def test_the_picture_is_svg_with_every_word_of_the_rules() -> None:
    picture = ElementTree.fromstring(svg())
    shown = {text.text for text in picture.iter("{http://www.w3.org/2000/svg}text")}
    assert {"OR", "AND", "NOT", "NEAR/n", "-", "=", "~", "*", '"', "(", ")", ":", "word", "field"} <= shown
    assert set(RULES) <= shown
