"""Growth is measured as it is, and functions that take text are found; `make growth` asks all of them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest
from growth import MOST, exponent, growth
from text_growth import Text, mined, modules, subjects

from archive.text.difference import word_changes


def test_no_test_is_bound_by_time() -> None:
    """What a call costs is measured in bench/; a test here judges its growth, by `growth`."""
    timed = re.compile(r"process_time|perf_counter|thread_time")
    here = Path(__file__).parents[1]
    quick = [path for path in here.rglob("*.py") if here / "slow" not in path.parents]
    assert {path.name for path in quick if timed.search(path.read_text())} == {
        "growth.py",
        Path(__file__).name,
    }


@dataclass(frozen=True, slots=True)
class Line:
    """What a subject below is given."""

    words: tuple[str, ...]

    def both(self) -> str:
        return " ".join(self.words)


def trailing(line: str) -> str:
    return re.sub(r"\s+$", "", line)


def sorted_words(line: Line) -> list[str]:
    return sorted(line.words)


def counted(number: int) -> int:
    return number


def made() -> ModuleType:
    module = ModuleType(__name__)
    vars(module).update(Line=Line, trailing=trailing, sorted_words=sorted_words, counted=counted, _hidden=trailing)
    return module


def test_functions_and_methods_that_take_text_are_found_by_themselves() -> None:
    assert [subject.name for subject in subjects(made())] == ["Line.both", "trailing", "sorted_words"]
    found = {str(subject) for module in modules("archive.text") for subject in subjects(module)}
    assert {"archive.text.folding.fold", "archive.text.encodings.decode", "archive.text.dates.choose"} <= found


@pytest.mark.parametrize(
    ("law", "is_square"),
    [(lambda n: n**2, True), (lambda n: n**1.5, True), (lambda n: n, False), (lambda n: n * math.log(n), False)],
)
def test_a_square_is_found_and_sorting_is_none(
    law: Callable[[int], float], is_square: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With costs that are told, not measured."""
    monkeypatch.setattr("growth.cost", lambda call: call())
    largest = law(65_536)
    assert (growth(lambda size: lambda: law(size) / largest) > MOST) == is_square


@pytest.mark.parametrize("dearness", [1e-7, 1e-6, 1e-5, 1e-4, 1e-3])
def test_a_square_is_found_however_soon_it_is_broken_off(dearness: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("growth.cost", lambda call: min(call(), 3.0))
    assert growth(lambda size: lambda: dearness * size**2) > MOST
    assert growth(lambda size: lambda: dearness * size) <= MOST


def test_a_value_is_made_out_of_its_fields() -> None:
    joined = next(subjects(made())).prepared(Text("a ", 640, many=True), full=False)()
    assert str(joined).count("a a") >= 10


def test_what_a_pattern_repeats_is_found_in_it() -> None:
    module = ModuleType("a")
    vars(module).update(one=re.compile(r"x(?:\d+/|, )*"), two=(re.compile(rb"[^<]*<!--"),))
    assert {"1/", "1"} <= mined(module)


def test_the_exponent_is_that_of_the_power() -> None:
    assert exponent([(n, 3e-6 * n**2) for n in (10, 20, 40)]) == pytest.approx(2)
    assert growth(lambda size: lambda: None) == 0


def test_versions_of_many_lines_alike_are_compared_as_a_whole() -> None:
    def compared(size: int) -> object:
        return list(word_changes("a\n" * size, "b\n" + "a\n" * size))

    assert compared(2000) == [("removed", "a\n" * 2000), ("added", "b\n" + "a\n" * 2000)]
    assert compared(3) == [("added", "b\n"), ("same", "a\na\na\n")]
