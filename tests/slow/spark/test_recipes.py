"""What the documents tell researchers to type runs as it stands, in Spark and in DuckDB, and gives the same rows."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pyspark", reason="make spark installs it")
pytest.importorskip("duckdb")

import duckdb

from archive.cluster.spark.job import session
from archive.holdings import Holdings
from archive.sources import Register
from archive.store import open_database

pytestmark = pytest.mark.filterwarnings("default")  # Spark's own, and those of its helpers

DOCS = Path(__file__).parents[3] / "docs"
RECIPES = (DOCS / "spark-sql.md").read_text(encoding="utf-8")
EACH = re.compile(r"^In Spark:\n\n```sql\n(.*?)^```\n\nIn DuckDB:\n\n```sql\n(.*?)^```", re.MULTILINE | re.DOTALL)
PAIRS = EACH.findall(RECIPES)
BOTH = re.findall(r"^```sql\n(.*?)^```", EACH.sub("", RECIPES), re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def spark(tables: str) -> Iterator[Any]:
    views, _ = re.findall(r"^```python\n(.*?)^```", RECIPES, re.MULTILINE | re.DOTALL)
    with session("local[2]", {"spark.sql.shuffle.partitions": "4"}) as spark:
        exec(views, {"spark": spark, "tables": tables})
        yield spark


@pytest.fixture(scope="module")
def duck(tables: str) -> Any:
    _, views = re.findall(r"^```python\n(.*?)^```", RECIPES, re.MULTILINE | re.DOTALL)
    exec(views, {"tables": tables})
    return duckdb


def test_the_page_has_recipes_for_both_engines_and_for_each() -> None:
    assert len(BOTH) > 7
    assert len(PAIRS) == 3
    assert RECIPES.count("```sql") == len(BOTH) + 2 * len(PAIRS)


@pytest.mark.parametrize(("there", "here"), [*((one, one) for one in BOTH), *PAIRS])
def test_a_recipe_gives_the_same_rows_in_spark_and_in_duckdb(spark: Any, duck: Any, there: str, here: str) -> None:
    rows = [tuple(row) for row in spark.sql(there.replace('"offset"', "offset")).collect()]
    assert rows
    assert [tuple(map(_plain, row)) for row in duck.sql(here).fetchall()] == [tuple(map(_plain, row)) for row in rows]


def _plain(value: Any) -> Any:
    """A value without its engine's type of number: 12 of a Decimal or a float."""
    return value if value is None or isinstance(value, str) else float(value)


def test_duckdb_opens_the_tables_in_the_three_lines_of_the_documents(
    archive: tuple[Holdings, Register], tables: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (DOCS / "spark.md").read_text(encoding="utf-8")
    lines = re.findall(r"In DuckDB:\n\n```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)[0]
    assert len([line for line in lines.splitlines() if line]) == 3
    monkeypatch.chdir(Path(tables).parent)
    Path("tables").symlink_to(tables)
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(lines, {})
    with closing(open_database(archive[0].database, readonly=True)) as db:
        months = db.execute(
            "SELECT substr(day, 1, 7), count(*) FROM articles WHERE province = 'bac-kan' GROUP BY 1 ORDER BY 1"
        ).fetchall()
    assert [tuple(re.findall(r"[\w-]+", line)) for line in out.getvalue().splitlines() if "│ 2" in line] == [
        (month, str(count)) for month, count in months
    ]
