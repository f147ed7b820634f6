"""What the program says has an id and values: one catalogue holds all of it, and nothing else."""

from __future__ import annotations

import ast
import copy
import inspect
import json
import pickle
import re
import string
from pathlib import Path
from typing import get_args

import pytest

from archive import errors
from archive.corpus import concordance
from archive.corpus.chart import Measure
from archive.corpus.periods import Wanted
from archive.custody.withheld import Action
from archive.errors import QueryError, StorageError
from archive.messages.message import (
    Entry,
    Message,
    catalogue_file,
    entries,
    joined,
    labels,
    packed,
    reason_of,
    restored,
    stored,
    unpacked,
)
from archive.model import PageKind, State
from archive.search.answer import Order
from archive.search.grammar.tree import FilterKind
from archive.sources import model as sources
from archive.web.language import word
from archive.web.pages.sources import Health
from archive.web.render import localised
from tools import messages as tool

TEXT = catalogue_file("vi").read_text(encoding="utf-8")
ENTRIES = tuple(entries(TEXT))
LABELS = labels("en")
TEMPLATES = sorted((tool.ROOT / "archive" / "web" / "templates").glob("*.html"))
GROUPS = (  # what a template says by the value: `t("status." ~ source.status)`
    ("status", sources.Status),
    ("kind", sources.Kind),
    ("health", Health),
    ("state", State),
    ("order", Order),
    ("sort", concordance.Sort),
    ("unit", Wanted),
    ("trends", Measure),
    ("limit", FilterKind),
    ("takedown", Action),
    ("takedown.means", Action),
    ("takedown.go", Action),
    ("code", State),
    ("code", PageKind),
)


def gaps(text: str) -> set[str]:
    """The gaps of a sentence with how they are written: of a count with its noun, as a number whose thousands part."""
    parsed = string.Formatter().parse(text)
    return {f"{name}:{',' if '|' in form else form}" if form else name for _, name, form, _ in parsed if name}


# The catalogue and the code


def test_whatever_the_code_says_has_its_vietnamese() -> None:
    assert tool.missing(ENTRIES) == set()


def test_the_catalogue_holds_nothing_that_no_code_says() -> None:
    assert tool.unused(ENTRIES) == set()


def test_no_sentence_is_finished_before_it_is_said() -> None:
    """An f-string handed to an error or a note could be said in no other language."""
    assert tool.code().finished == []


def test_the_catalogue_is_as_its_tool_writes_it() -> None:
    assert tool.written(ENTRIES) == TEXT


def test_what_is_said_in_a_new_place_and_what_is_said_no_more_are_both_told() -> None:
    known = [*ENTRIES, Entry("nobody says this", "không ai nói điều này"), Entry("x", "y", "no.such.key")]
    assert tool.unused(known) == {"nobody says this", "no.such.key"}
    without = [one for one in ENTRIES if one.msgid != "a bracket is not closed"]
    assert tool.missing(without) == {"a bracket is not closed"}


def test_every_sentence_stands_once() -> None:
    identities = [(one.key, one.msgid) for one in ENTRIES]
    assert len(identities) == len(set(identities))
    keys = [one.key for one in ENTRIES if one.key]
    assert len(keys) == len(set(keys))


def test_a_translation_has_the_gaps_of_its_sentence() -> None:
    assert [one.key or one.msgid for one in ENTRIES if one.msgid and not _same_gaps(one)] == []


def _same_gaps(entry: Entry) -> bool:
    english, vietnamese = gaps(entry.msgid), gaps(entry.msgstr)
    if "(click)" in tool.code().said.get(entry.msgid, ()):  # whose "integer" we need not say
        return vietnamese <= english
    names = [{gap.partition(":")[0] for gap in one} for one in (english, vietnamese)]
    forms = [{gap for gap in one if ":" in gap} for one in (english, vietnamese)]
    return names[0] == names[1] and forms[0] == forms[1]


def test_every_value_of_a_sentence_fills_a_gap_of_it() -> None:
    """`Message("{file}: ...", path=path)` would raise where it is said, which may be never in a test."""
    wrong = []
    for path in sorted(path for folder in ("archive", "crawler") for path in (tool.ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {*tool.SPEAKING, *errors.__dict__}:
                first, names = node.args[:1], {word.arg for word in node.keywords}
                if (
                    first
                    and isinstance(first[0], ast.Constant)
                    and isinstance(first[0].value, str)
                    and None not in names
                ):
                    wanted = {gap.partition(":")[0] for gap in gaps(first[0].value)} if names else set()
                    if wanted - names:
                        wrong.append((f"{path.name}:{node.lineno}", wanted - names))
    assert wrong == []


# The labels of pages


def test_every_word_of_a_template_is_known() -> None:
    for template in TEMPLATES:
        text = template.read_text(encoding="utf-8")
        unknown = {key for key in re.findall(r'\bt\("([^"]+)"[,)]', text) if key not in LABELS}
        prefixes = re.findall(r'\bt\("([^"]+\.)" ~', text)
        unknown |= {prefix for prefix in prefixes if not any(key.startswith(prefix) for key in LABELS)}
        assert unknown == set(), template.name


@pytest.mark.parametrize(("group", "values"), GROUPS, ids=[group for group, _ in GROUPS])
def test_every_value_that_a_page_may_say_has_its_word(group: str, values: object) -> None:
    assert [value for value in get_args(values) if f"{group}.{value}" not in LABELS] == []


def test_every_reason_of_an_unread_page_has_a_name() -> None:
    reasons = re.findall(r"`(\w+)`", (inspect.getdoc(errors.Unreadable) or "").partition("words:")[2])
    assert len(reasons) > 10
    assert [reason for reason in reasons if f"code.{reason}" not in LABELS] == []


def test_no_number_stands_before_a_noun_that_does_not_follow_it() -> None:
    nouns = "articles|sources|captures|lines|matches|files|months|days|revisions"
    assert [key for key, text in LABELS.items() if re.search(rf"\{{\w+\}} ({nouns})\b", text)] == []


def test_english_counts_one_and_many() -> None:
    held = {"articles": "1", "sources": "1", "first": "2020", "last": "2021", "captures": "1.200"}
    expected = "1 article from 1 source, published 2020 to 2021, in 1.200 captures."
    assert word("en", "search.holds", **held) == expected
    assert word("vi", "search.holds", **held).startswith("Kho lưu giữ 1 bài của 1 nguồn")
    assert word("en", "collocates.count", node=2, tokens=1) == "2 matches; 1 syllable in all"


# Messages and errors


def test_an_error_is_said_in_both_languages_with_what_it_holds() -> None:
    full = OSError(28, "No space left on device")
    error = StorageError("{path}: {reason}", path=Path("/kho/x.warc.gz"), reason=reason_of(full))
    assert str(error) == "/kho/x.warc.gz: No space left on device"
    assert error.message.in_language("vi") == "/kho/x.warc.gz: đĩa đã đầy"


@pytest.mark.parametrize("again", [copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))])
def test_an_error_comes_whole_out_of_another_process(again) -> None:  # type: ignore[no-untyped-def]
    one = again(StorageError("{path}: {reason}", path="x", reason=Message("Permission denied")))
    assert (str(one), one.message.in_language("vi")) == ("x: Permission denied", "x: không có quyền")
    two = again(QueryError(Message("a bracket is not closed"), "(a", 0, "(a)"))
    assert (str(two), two.suggestion, two.message.in_language("vi")) == (
        "a bracket is not closed", "(a)", "thiếu dấu ngoặc đóng",
    )  # fmt: skip


def test_numbers_are_written_as_the_language_does() -> None:
    told = Message(
        "ranked are {most_ranked:,} of {total:,} hits: the exact ones first, of each kind the newest",
        most_ranked=5000,
        total=12000,
    )
    assert told.startswith("ranked are 5,000 of 12,000 hits")
    assert "5.000 trong 12.000" in told.in_language("vi")
    assert Message("{delay:.1f} s between requests", delay=2.5).in_language("vi") == "2,5 giây giữa hai yêu cầu"
    assert Message("there is no year {year}", year=10000).in_language("vi") == "không có năm 10000"


def test_what_a_person_typed_is_no_sentence_of_ours() -> None:
    """Where the gap held "a number", the Vietnamese had "số": as if the word typed had been ours."""
    assert Message("{path}: {reason}", path="file", reason="a number").in_language("vi") == "file: a number"
    assert Message("{x} }{ braces are no gap") == "{x} }{ braces are no gap"


def test_a_message_is_stored_and_said_later_in_the_other_language() -> None:
    told = Message("closed: {note}", note=Message("status {status}", status=503))
    column = stored(told)
    assert json.loads(column)["text"] == "closed: status 503"
    assert restored(column).in_language("vi") == "đóng: mã trạng thái 503"
    assert restored(stored("html")) == "html"
    report = {"warnings": [told, "a text"], "left": 3}
    again = unpacked(json.loads(json.dumps(packed(report))))
    assert again == report
    assert again["warnings"][0].in_language("vi") == told.in_language("vi")
    assert json.loads(json.dumps(again)) == report


def test_several_messages_are_one() -> None:
    told = joined([Message("status {status}", status=404), Message("no HTTP answer")], "; ")
    assert told == "status 404; no HTTP answer"
    assert told.in_language("vi") == "mã trạng thái 404; không có phản hồi HTTP"


def test_a_page_marks_what_stays_english() -> None:
    days = Message("month {month} of {year} has {days} days, not {day}", month=2, year=2021, days=28, day=31)
    assert localised("vi", days) == "tháng 2 năm 2021 có 28 ngày, không có ngày 31"
    assert localised("vi", "no <b>such</b> sentence") == '<span lang="en">no &lt;b&gt;such&lt;/b&gt; sentence</span>'
    assert localised("en", "<b>") == "&lt;b&gt;"


@pytest.mark.parametrize("line", ['msgid "x', "msgid x", '"without a keyword"', 'messag "x"'])
def test_a_catalogue_that_gettext_would_not_read_is_refused(line: str) -> None:
    with pytest.raises(ValueError):
        tuple(entries(f"{line}\n"))


def test_an_entry_that_its_editor_marks_fuzzy_is_not_said() -> None:
    (one,) = entries('#, fuzzy\nmsgid "x"\nmsgstr ""\n"a"\n"b"\n')
    assert (one.msgstr, one.fuzzy) == ("ab", True)
