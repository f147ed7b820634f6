"""The notebook of the documents runs from its first cell to its last on the articles of the sample site."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path

import pytest
from search_corpus import Written, revise, stored

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
    said = []
    for cell in cells:
        with contextlib.redirect_stdout(io.StringIO()) as out:
            exec(compile("".join(cell["source"]), NOTEBOOK.name, "exec"), names)
        said.append(out.getvalue())
    assert f"{len(articles)} articles" in said[1]
    assert said[2].count("in any accents") == 2
    assert said[4].splitlines()[0].split()[0].isdigit()
    assert "dai-hoi-2020: corpus of" in said[7]
    assert str(names["picture"]).startswith("<svg")
