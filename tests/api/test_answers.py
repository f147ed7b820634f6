"""What Python gets of an archive: tables for pandas and notebooks, whole articles, days that are days."""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from inspect import signature
from pathlib import Path
from typing import Any

import pytest
from reading_room import with_collections

import archive as public
from archive import Archive, NothingFound, UsageError
from archive.corpus import clusters
from archive.store import opened_to_write

ROOT = Path(__file__).parents[2]
ANSWERS: dict[str, Callable[[Archive], Any]] = {
    "search": lambda held: held.search("huyện", limit=None),
    "texts": lambda held: held.texts("huyện"),
    "concordance": lambda held: held.concordance("huyện"),
    "trends": lambda held: held.trends("chè", unit="year"),
    "coverage": lambda held: held.coverage("quarter"),
    "collocates": lambda held: held.collocates("rút", least=1),
    "keywords": lambda held: held.keywords("tieude:chè", least=1, least_articles=1),
    "people": lambda held: held.people(),
    "ngrams": lambda held: held.ngrams("chè"),
    "clusters": lambda held: held.clusters(within=True),
    "stats": lambda held: held.stats(),
    "cite": lambda held: held.cite(held.search("huyện", 1)[0].public_id),
    "corpus": lambda held: held.corpus("nam-2020"),
    "check": lambda held: held.corpus("nam-2020").check(),
    "corpora": lambda held: held.corpora(),
    "saved": lambda held: held.saved(),
    "flow": lambda held: held.flow(),
}
each = pytest.mark.parametrize("name", ANSWERS)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    holdings = with_collections(tmp_path_factory.mktemp("python"))
    with opened_to_write(holdings.database) as db:
        clusters.update(db)
    return holdings.root


@pytest.fixture
def held(folder: Path) -> Iterator[Archive]:
    with Archive.open(folder) as opened:
        yield opened


@each
def test_every_answer_is_a_table_for_pandas(held: Archive, name: str) -> None:
    pandas = pytest.importorskip("pandas")
    frame = ANSWERS[name](held).to_df()
    assert isinstance(frame, pandas.DataFrame)
    assert len(frame) or name == "flow"  # nobody prints anybody in this archive
    assert len(set(frame.columns)) == len(frame.columns)
    for column in {"day", "begins", "captured", "first", "last", "published", "made_at"} & set(frame.columns):
        assert pandas.api.types.is_datetime64_any_dtype(frame[column]), column


@each
def test_every_answer_is_shown_in_a_notebook(held: Archive, name: str) -> None:
    page = ANSWERS[name](held)._repr_html_()
    assert re.search("<(table|svg|p)", page)
    assert "object at 0x" not in page
    assert len(repr(ANSWERS[name](held))) < 250


@each
def test_without_pandas_the_extra_is_named(held: Archive, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    answer = ANSWERS[name](held)
    with pytest.raises(UsageError, match=r"pip install baotinh\[pandas\]"):
        answer.to_df()


def test_what_a_page_says_is_no_markup_in_a_notebook(held: Archive) -> None:
    assert "<b>huyện</b>" not in held.search("huyện")._repr_html_()
    assert "<script>" in held.search("tieude:trồng").hits[0].headline
    assert "<script>" not in held.search("tieude:trồng")._repr_html_()


def test_texts_are_the_whole_articles_that_an_export_has(held: Archive, tmp_path: Path) -> None:
    told = held.export("huyện", tmp_path / "huyen.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "huyen.jsonl").read_text(encoding="utf-8").splitlines()]
    texts = held.texts("huyện")
    assert len(texts) == told.articles == len(lines) > 2
    for _ in range(2):  # as often as they are asked for
        assert [(one.public_id, one.headline, one.body) for one in texts] == [
            (one["id"], one["headline"], "\n\n".join(one["paragraphs"])) for one in lines
        ]
    assert [one.public_id for one in held.texts("huyện", limit=2)] == [one["id"] for one in lines[:2]]
    with pytest.raises(UsageError, match="limit=-1: a number from 1 on"):
        held.texts("huyện", limit=-1)
    assert texts.about.accents is not None
    assert texts.about.accents.articles == len(texts)
    assert held.article(lines[0]["id"]) == next(iter(texts))


def test_days_are_days_and_times_have_a_zone(held: Archive) -> None:
    assert all(type(hit.day) is date for hit in held.search("huyện"))
    assert all(type(line.day) is date for line in held.concordance("huyện").lines)
    texts = list(held.texts())
    assert all(type(text.day) is date for text in texts)
    assert all(text.captured.utcoffset() == timedelta(0) for text in texts)
    assert {text.published.utcoffset() for text in texts if text.published} == {timedelta(hours=7)}
    early = held.texts(until=date(2020, 12, 31))
    assert [text.day for text in early] == sorted(text.day for text in texts if text.day <= date(2020, 12, 31))


def test_the_language_is_an_argument(folder: Path) -> None:
    with Archive.open(folder, language="vi") as archive:
        assert "đúng dấu" in archive.search("huyện")._repr_html_()
        assert repr(archive.texts("huyện")).count("đúng dấu") == 1
        assert "taken on" not in repr(archive.texts("huyện"))
        assert "Captured" not in str(archive.cite(archive.search("huyện", 1)[0].public_id))
        assert "Captured" in str(archive.cite(archive.search("huyện", 1)[0].public_id, language="en"))
        assert any("khoảng" in note for note in archive.trends("chè", unit="month").notes)
    with pytest.raises(UsageError, match="language=fr: one of en, vi"):
        Archive.open(folder, language="fr")  # type: ignore[arg-type]


def test_a_corpus_cites_checks_reads_and_compares_itself(held: Archive, tmp_path: Path) -> None:
    corpus, whole = held.corpus("nam-2020"), held.corpus("ca-kho")
    assert corpus.cite(date(2026, 12, 2)).startswith("nam-2020: corpus of ")
    assert corpus.digest in corpus.cite()
    assert corpus.check().same == len(corpus.members) == len(corpus.texts())
    assert {text.public_id for text in corpus.texts()} == {member.article for member in corpus.members}
    assert {hit.public_id for hit in corpus.search("huyện", limit=None)} <= {one.article for one in corpus.members}
    shared, only, others = corpus.compare(whole)
    assert (len(shared), only) == (len(corpus.members), ())
    assert len(others) == len(whole.members) - len(shared)
    assert corpus.export(tmp_path / "nam.csv", "csv").articles == len(corpus.members)
    assert [one.name for one in held.corpora()] == ["ca-kho", "nam-2020"]
    with pytest.raises(NothingFound, match="no corpus 'khac'"):
        held.corpus("khac")


def test_coverage_counts_every_article_once(held: Archive) -> None:
    assert sum(one.articles for one in held.coverage("year")) == held.stats().articles
    assert held.coverage("year")[0].period == str(min(text.day for text in held.texts()).year)


@pytest.mark.parametrize("name", [name for name in vars(Archive) if not name.startswith("_")])
def test_how_many_is_always_called_limit(name: str) -> None:
    member = getattr(Archive, name)
    if callable(member):
        assert not {"most", "n", "size", "rows", "top", "max"} & set(signature(member).parameters)


def examples() -> Iterator[tuple[str, str]]:
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("**/*.md"))):
        for code in re.findall(r"```python\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL):
            if "Archive.open" in code:
                yield path.name, code


@pytest.mark.parametrize(("path", "code"), list(examples()))
def test_documents_ask_by_public_names(path: str, code: str) -> None:
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("archive"):
            assert node.module == "archive", path
            assert {alias.name for alias in node.names} <= set(public.__all__), path


def test_times_compare_with_those_of_the_reader(held: Archive) -> None:
    assert all(text.captured < datetime.now(UTC) for text in held.texts(limit=3))


def test_an_option_that_is_none_is_named_with_the_near_one(held: Archive) -> None:
    with pytest.raises(UsageError, match=r"^search\(\) has no option facet: facets$"):
        held.search("huyện", facet=["year"])
    with pytest.raises(UsageError, match=r"^concordance\(\) has no option sorted: sort$"):
        held.concordance("huyện", sorted="left")  # type: ignore[call-arg]


def test_what_people_give_is_taken(held: Archive) -> None:
    hit, text = held.search("huyện", 1, order="newest")[0], next(iter(held.texts("huyện", order="newest")))
    assert str(held.cite(hit)) == str(held.cite(hit.public_id)) == str(held.cite(text))
    assert held.article(hit).headline == hit.headline
    late = [one.day for one in held.texts(since="2021-01-01")]
    assert late == [one.day for one in held.texts(since=date(2021, 1, 1))]
    assert min(late) >= date(2021, 1, 1)
    with pytest.raises(UsageError, match="since=xuân: a day like"):
        held.texts(since="xuân")
    assert held.trends(["chè", "rút"]).series == held.trends("chè", "rút").series
    counted = held.trends("chè", unit="year", measure="matches")
    assert counted.series == held.trends("chè", unit="year", matches=True).series
    assert counted.svg() == counted.svg("matches") != counted.svg("articles")
    assert counted.svg() in counted._repr_html_()
    with pytest.raises(UsageError, match="measure=words: one of articles, per_thousand, matches"):
        held.trends("chè", measure="words")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="queries: 1 to 5 of these are wanted, not 6"):
        held.trends(*"abcdef")
    assert held.search("huyện", facets="year").facets.keys() == {"year"}
    assert len(held.concordance("huyện", limit=None).lines) == held.concordance("huyện").found


def test_an_answer_prints_as_a_table_and_is_short_in_a_console(held: Archive) -> None:
    found = held.search("huyện")
    assert all(hit.public_id in str(found) for hit in found)
    assert len(repr(found)) < 200
    assert repr(held.corpus("nam-2020")).startswith("<Corpus of ")


def test_a_closed_archive_says_so(folder: Path) -> None:
    with Archive.open(folder) as archive:
        pass
    archive.close()
    with pytest.raises(UsageError, match="was closed"):
        archive.search("huyện")


def test_an_empty_answer_has_the_columns_of_a_full_one(held: Archive) -> None:
    pytest.importorskip("pandas")
    full, empty = held.search("huyện").to_df(), held.search("khongcogi").to_df()
    assert list(full.columns) == list(empty.columns)
    assert full["day"].dtype.kind == empty["day"].dtype.kind == "M"
