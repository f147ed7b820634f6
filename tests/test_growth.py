"""Growth is measured as it is, and functions that take text are found; `make growth` asks all of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType

import pytest
from growth import MOST, exponent, growth
from text_growth import Text, mined, modules, subjects


def test_no_test_is_bound_by_time() -> None:
    """What a call costs is measured in bench/; a test here judges its growth, by `growth`."""
    timed = re.compile(r"process_time|perf_counter|thread_time")
    here = Path(__file__).parent
    assert {path.name for path in here.glob("*.py") if timed.search(path.read_text())} == {
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
    assert {"archive.text.fold.fold", "archive.text.encodings.decode", "archive.text.dates.choose"} <= found


SMALL = (512, 1024, 2048, 4096)


def test_a_square_is_found_and_sorting_is_none() -> None:
    assert growth(lambda size: partial(trailing, " " * size + "x"), SMALL, floor=0.005) > MOST
    words = [str(number * 7919 % 4096) for number in range(4096 * 16)]
    assert growth(lambda size: partial(sorted, words[: size * 16]), SMALL, floor=0.005) <= MOST


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
