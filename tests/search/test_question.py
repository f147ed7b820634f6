"""A question is declared once: command, API, Python and room ask it by the same names, bounds and defaults."""

from __future__ import annotations

from datetime import date
from inspect import Parameter, signature
from typing import Any

import click
import pytest
from starlette.requests import Request

from archive import Archive
from archive.cite import CiteRequest
from archive.cli.program import main
from archive.corpus.clusters import ClustersRequest
from archive.corpus.collocates import CollocatesRequest
from archive.corpus.concordance import ConcordanceRequest
from archive.corpus.flow import FlowRequest
from archive.corpus.keywords import KeywordsRequest
from archive.corpus.ngrams import NgramsRequest
from archive.corpus.trends import TrendsRequest
from archive.errors import UsageError
from archive.export.files import ExportRequest
from archive.search.query_files import KeepRequest
from archive.search.question import Option, options_of
from archive.search.request import SearchRequest
from archive.web.api.routes import OPERATIONS
from archive.web.parameters import question

QUESTIONS: dict[str, Any] = {
    "search": SearchRequest,
    "concordance": ConcordanceRequest,
    "collocates": CollocatesRequest,
    "keywords": KeywordsRequest,
    "trends": TrendsRequest,
    "flow": FlowRequest,
    "ngrams": NgramsRequest,
    "clusters": ClustersRequest,
    "cite": CiteRequest,
    "export": ExportRequest,
    "freeze": KeepRequest,
    "save": KeepRequest,
}
STUDIES = ("concordance", "collocates", "keywords", "trends", "flow", "ngrams", "clusters")
COMMANDS = {name: ("study", name) for name in STUDIES} | {"freeze": ("corpus", "freeze"), "save": ("saved", "add")}
WITHOUT_API = ("export", "freeze", "save")  # the room has pages and forms for these
DECLARED = [(name, one) for name, asked in QUESTIONS.items() for one in options_of(asked)]
each = pytest.mark.parametrize(("name", "one"), DECLARED, ids=lambda value: getattr(value, "name", value))


def wrong_value(one: Option) -> Any:
    if one.choices:
        return ("khác",) if one.many else "khác"
    return ("a",) * (one.high + 1) if one.many else one.high + 1


@each
def test_the_command_takes_what_is_declared(name: str, one: Option) -> None:
    command: click.Command | None = main
    for part in COMMANDS.get(name, (name,)):
        assert isinstance(command, click.Group)
        command = command.get_command(click.Context(command), part)
    assert command is not None
    found = {parameter.name: parameter for parameter in command.params}
    assert (one.field in found) == one.command
    if one.command and not one.argument:
        option = found[one.field]
        assert f"--{one.name.replace('_', '-')}" in option.opts
        assert option.to_info_dict()["help"] == one.help
        if one.default not in (None, False, ()):
            assert option.default == one.default
        if one.choices:
            assert list(option.type.choices) == list(one.choices)  # type: ignore[attr-defined]


@each
def test_the_api_takes_what_is_declared(name: str, one: Option) -> None:
    if name in WITHOUT_API:
        return
    operation = next(one for one in OPERATIONS if one.name == ("citation" if name == "cite" else name))
    assert (one in operation.parameters) == one.http


@each
def test_python_takes_what_is_declared(name: str, one: Option) -> None:
    parameters = signature(getattr(Archive, name)).parameters
    assert one.field in parameters
    if not one.required and not one.argument and one.field not in ("path", "language"):  # that of the archive
        assert parameters[one.field].default == one.default


@pytest.mark.parametrize("name", [name for name in QUESTIONS if hasattr(Archive, name)])
def test_python_shows_what_a_question_is_answered_with(name: str) -> None:
    assert signature(getattr(Archive, name)).return_annotation not in (None, "None", Parameter.empty)


@pytest.mark.parametrize(
    ("name", "one"),
    [(name, one) for name, one in DECLARED if one.choices or one.high],
    ids=lambda value: str(value)[:40],
)
def test_what_is_out_of_bounds_is_refused_by_the_name_it_has_there(name: str, one: Option) -> None:
    values = {need.field: ("hội",) if need.many else "hoi" for need in options_of(QUESTIONS[name]) if need.required}
    wrong = wrong_value(one)
    with pytest.raises(UsageError, match=rf"^{one.field}[=:]"):
        QUESTIONS[name](**(values | {one.field: wrong}))
    with pytest.raises(UsageError, match=rf"^{one.name}[=:]"):
        one.read(list(map(str, wrong)) if one.many else [str(wrong)])


def room(address: str) -> Request:
    return Request({"type": "http", "query_string": address.encode(), "headers": []})


def test_the_room_reads_what_is_declared_and_names_what_is_wrong() -> None:
    asked = question(room("q=h%E1%BB%99i&window=20&any_accents=1"), CollocatesRequest)
    assert asked == CollocatesRequest("hội", window=20, any_accents=True, seconds=None)
    for wrong in ("window=99", "by=nothing", "least=abc"):
        with pytest.raises(UsageError, match=wrong):
            question(room(f"q=h%E1%BB%99i&{wrong}"), CollocatesRequest)
    then = question(room("q=a&facet=month&facet=tier&order=best"), SearchRequest)
    assert (then.facets, then.order) == (("month", "tier"), "best")
    with pytest.raises(UsageError, match="as_of=2020-02-30"):
        question(room("q=a&as_of=2020-02-30"), SearchRequest)
    assert question(room("q=a&as_of=2020-02-29"), SearchRequest).as_of == date(2020, 2, 29)
