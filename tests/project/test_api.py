"""What `help(Archive)` and a type checker tell of the API: every option by its name, type and meaning."""

from __future__ import annotations

from inspect import signature

import pytest

from archive import Archive
from archive.corpus.collocates import collocates
from archive.corpus.concordance import concordance
from archive.corpus.keywords import keywords


@pytest.mark.parametrize("function", [concordance, collocates, keywords])
def test_a_question_has_the_parameters_and_the_words_of_the_function_that_answers_it(function: object) -> None:
    method = getattr(Archive, function.__name__)  # type: ignore[attr-defined]
    told = list(signature(method).parameters.values())
    assert told[0].name == "self"
    assert told[1:] == list(signature(function).parameters.values())[1:]  # type: ignore[arg-type]
    assert method.__doc__ == function.__doc__


@pytest.mark.parametrize("name", [name for name in vars(Archive) if not name.startswith("_")])
def test_no_option_is_hidden_behind_stars(name: str) -> None:
    member = getattr(Archive, name)
    if callable(member):
        assert "options" not in signature(member).parameters
        assert member.__doc__
