"""Every page speaks both languages, and what search and store say is said in Vietnamese too."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import get_args

import pytest
from growth import MOST, growth

import archive
from archive import errors
from archive.corpus import concordance, trends
from archive.corpus.plot import Measure
from archive.custody.withheld import Action
from archive.messages import archivist, codes, crawling, keeping, room
from archive.messages.matching import in_vietnamese
from archive.messages.room import WORDS
from archive.messages.searching import SENTENCES
from archive.model import PageKind, State
from archive.search.answer import Order
from archive.search.grammar.tree import FilterKind
from archive.sources import model as sources
from archive.web.language import word
from archive.web.pages.sources import Health
from archive.web.render import localised

PACKAGE = Path(archive.__file__).parent
TEMPLATES = sorted((PACKAGE / "web" / "templates").glob("*.html"))
GROUPS = (  # what a template says by the value: `t("status." ~ source.status)`
    ("status", sources.Status),
    ("kind", sources.Kind),
    ("health", Health),
    ("state", State),
    ("order", Order),
    ("sort", concordance.Sort),
    ("unit", trends.Unit),
    ("trends", Measure),
    ("limit", FilterKind),
    ("takedown", Action),
    ("takedown.means", Action),
    ("takedown.go", Action),
)
ONLY_AT_THE_COMMAND_LINE = {  # what no page can bring about: options of the API alone, files, damaged archives
    "archive/corpus/plot.py",
    "archive/search/index/writer.py",
    "archive/corpus/ngrams.py",
    "archive/search/saved.py",
}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_every_word_of_a_template_is_known(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert {key for key in re.findall(r'\bt\("([^"]+)"[,)]', text) if key not in WORDS} == set()
    for prefix in re.findall(r'\bt\("([^"]+\.)" ~', text):
        assert any(key.startswith(prefix) for key in WORDS), prefix


@pytest.mark.parametrize(("group", "values"), GROUPS, ids=[group for group, _ in GROUPS])
def test_every_value_that_a_page_may_say_has_its_word(group: str, values: object) -> None:
    assert [value for value in get_args(values) if f"{group}.{value}" not in WORDS] == []


@pytest.mark.parametrize("key", sorted(WORDS))
def test_both_languages_fill_in_the_same_values(key: str) -> None:
    vietnamese, english = (set(re.findall(r"\{(\w+)(?::[^}]+)?\}", text)) for text in WORDS[key])
    assert vietnamese == english


def test_english_counts_one_and_many() -> None:
    held = {"articles": "1", "sources": "1", "first": "2020", "last": "2021", "captures": "1.200"}
    expected = "1 article from 1 source, published 2020 to 2021, in 1.200 captures."
    assert word("en", "search.holds", **held) == expected
    assert word("vi", "search.holds", **held).startswith("Kho giữ 1 bài của 1 nguồn")
    assert word("en", "collocates.count", node=2, tokens=1) == "2 matches; 1 syllable in all"


@pytest.mark.parametrize("key", sorted(WORDS))
def test_no_number_stands_before_a_noun_that_does_not_follow_it(key: str) -> None:
    nouns = "articles|sources|captures|lines|matches|files|months|days|revisions"
    assert not re.search(rf"\{{\w+\}} ({nouns})\b", WORDS[key][1])


def test_every_reason_of_an_unread_page_has_a_name_in_both_languages() -> None:
    reasons = re.findall(r"`(\w+)`", (errors.Unreadable.__doc__ or "").partition("words:")[2])
    assert len(reasons) > 10
    assert [reason for reason in reasons if f"code.{reason}" not in WORDS] == []
    kinds = (*get_args(PageKind), *get_args(State))
    assert [kind for kind in kinds if f"code.{kind}" not in WORDS] == []


def test_no_two_tables_of_words_claim_one_key() -> None:
    tables = [table for name, table in vars(room).items() if name.isupper() and name != "WORDS"]
    assert sum(map(len, (*tables, archivist.WORDS, codes.WORDS))) == len(WORDS)


def test_no_sentence_is_translated_twice() -> None:
    english = [sentence for sentence, _ in (*SENTENCES, *keeping.SENTENCES, *crawling.SENTENCES)]
    assert sorted(english) == sorted(set(english))


def test_sentences_are_translated_with_what_changes_in_them() -> None:
    assert localised("vi", "month 2 of 2021 has 28 days, not 31") == "tháng 2 năm 2021 có 28 ngày, không có ngày 31"
    assert localised("vi", "no <b>such</b> sentence") == '<span lang="en">no &lt;b&gt;such&lt;/b&gt; sentence</span>'
    assert localised("en", "<b>") == "&lt;b&gt;"


def test_a_sentence_that_fits_two_patterns_is_translated_whole() -> None:
    assert localised("vi", "no article has the id zznyrvjmus") == "không có bài nào mang mã zznyrvjmus"


def spoken() -> Iterator[tuple[str, str]]:
    """Each sentence in search and corpus that a reader can be shown: in an error of a query, or in a note."""
    for path in sorted([*(PACKAGE / "search").rglob("*.py"), *(PACKAGE / "corpus").rglob("*.py")]):
        name = path.relative_to(PACKAGE.parent).as_posix()
        if name in ONLY_AT_THE_COMMAND_LINE:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and _speaks(node.func):
                text = _text(node.args[0])
                if text and not re.fullmatch(r"[{}: ]*", text):
                    yield name, text


def _speaks(function: ast.expr) -> bool:
    name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
    noted = name == "append" and isinstance(function, ast.Attribute) and ast.unparse(function.value) == "notes"
    return noted or name in ("QueryError", "DayError", "NothingFound", "wrong")


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return str(node.value) if isinstance(node, ast.Constant) else ""


def test_whatever_search_says_is_said_in_vietnamese_too() -> None:
    known = [english for english, _ in SENTENCES]
    missing = [(name, text) for name, text in spoken() if not any(_fits(text, english) for english in known)]
    assert missing == []


def _fits(text: str, english: str) -> bool:
    """Whether one of the two sentences is the other with something in its gaps."""
    one, other = (re.compile(".*?".join(map(re.escape, sentence.split("{}")))) for sentence in (text, english))
    return bool(one.fullmatch(english.replace("{}", "x")) or other.fullmatch(text.replace("{}", "x")))


@pytest.mark.parametrize(("english", "vietnamese"), SENTENCES)
def test_a_translation_keeps_what_changes(english: str, vietnamese: str) -> None:
    assert english.count("{}") == vietnamese.count("{}")


def test_a_sentence_of_colons_is_looked_up_no_oftener_than_it_is_long() -> None:
    """Thirty of them took 2^30 steps: each colon asked anew for all behind it."""
    assert growth(lambda size: partial(in_vietnamese, "a: " * (size // 3)), (512, 1024, 2048, 3999)) <= MOST
