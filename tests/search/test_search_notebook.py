"""The notebook of the documents runs from its first cell to its last on the articles of the sample site."""

from __future__ import annotations

import ast
import contextlib
import io
import json
from pathlib import Path

import pytest
from search_corpus import Written, revise, stored

import archive
from archive.holdings import Holdings
from archive.store import open_database
from demo.posts import posts

NOTEBOOK = Path(__file__).parents[2] / "docs" / "notebooks" / "congress.ipynb"


def test_every_cell_runs_and_says_something_of_the_sample_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    holdings = Holdings.create(tmp_path / "data", "Cổng mẫu", "mailto:mau@example.org")
    articles = [
        Written(
            post.id,
            post.title,
            post.lead,
            "\n\n".join(post.paragraphs),
            "\n\n".join(post.captions),
            section=post.section,
            day=post.published.date().isoformat(),
            published=post.published.isoformat(timespec="minutes"),
        )
        for post in posts()
    ]
    db = stored(articles, open_database(holdings.database))
    for article in articles:
        revise(db, article, (f"{article.day}T20:00:00.000Z", article.body))
    db.close()
    monkeypatch.setenv("BAOTINH_ARCHIVE", str(holdings.root))
    cells = [cell for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]
    assert all(not cell["outputs"] for cell in cells), "store the notebook without its outputs"
    names: dict[str, object] = {}
    said, shown = [], []
    for cell in cells:
        tree = ast.parse("".join(cell["source"]), NOTEBOOK.name)
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        with contextlib.redirect_stdout(io.StringIO()) as out:
            exec(compile(tree, NOTEBOOK.name, "exec"), names)
            value = eval(compile(ast.Expression(last.value), NOTEBOOK.name, "eval"), names) if last else None
            shown.append(page() if (page := getattr(value, "_repr_html_", None)) else "")
        said.append(out.getvalue())
    every = len(articles)
    assert f'<td>articles</td><td></td><td style="text-align: right">{every}</td>' in shown[0]
    assert "in any accents" in said[1]
    assert "Đại hội" in shown[2]
    assert f"{every} articles in" in said[3]
    assert "<svg" in shown[4]
    assert said[5].split()[0].isdigit()
    assert "<b>đại hội</b>" in shown[5].lower()
    assert "<th>log_dice</th>" in shown[6]
    assert "Captured" in said[8]
    assert "dai-hoi-2020: corpus of" in said[8]
    assert "2020-01-01" in said[9]


def test_the_notebook_asks_by_public_names_alone() -> None:
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    imported = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.ImportFrom)]
    assert [node.module for node in imported] == ["archive"]
    assert {alias.name for node in imported for alias in node.names} <= set(archive.__all__)
