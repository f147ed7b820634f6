"""Sites in the manner of the world's themes: what a page alone does not tell, ten pages of the site do."""

from __future__ import annotations

import pytest

from archive.model import Article
from archive.parsers import read_page
from archive.parsers.feeds import read_items
from archive.parsers.site.learning import SiteEvidence, TrainingPage, learn
from archive.parsers.site.learning.parts import part_of, patterns
from archive.sources.model import Host, Layout, Source
from bench.readers import NOW
from bench.themes import Site, built, disguised

LEARNT_FROM = 10
HTML = "text/html; charset=utf-8"


def read(url: str, body: bytes, layout: Layout) -> Article | None:
    host = url.split("/")[2]
    source = Source("x", "", "newspaper", "bac-kan", "unverified", f"http://{host}/", (Host(host),), (layout,))
    return read_page(url, body, HTML, 200, NOW, source).article


def right(site: Site) -> float:
    """The share of pages not learnt from whose headline, lead, byline, section, day and text are right."""
    articles = [at for at, row in enumerate(site.rows) if row["kind"] == "article"]
    training = [TrainingPage(*site.pages[at], HTML, NOW) for at in articles[:LEARNT_FROM]]
    layout = learn(training, SiteEvidence()).layout
    hits = 0
    for at in articles[LEARNT_FROM:]:
        row, article = site.rows[at], read(*site.pages[at], layout)
        found = [getattr(article, name) for name in ("headline", "lead", "byline", "section")]
        values = [one.value if one is not None else None for one in found]
        day = article.published.value[:10] if article is not None and article.published is not None else None
        hits += article is not None and [*values, day, list(article.body)] == [
            row["headline"], row["lead"], row["byline"], row["section"], (row["published"] or "")[:10],
            row["paragraphs"],
        ]  # fmt: skip
    return hits / (len(articles) - LEARNT_FROM)


@pytest.mark.parametrize(
    ("seed", "what"),
    [
        (16, "every field in a sentence at the foot"),
        (54, "the byline behind the date, parted by signs"),
        (5, "tags and neighbours in the text's own box"),
        (21, "date, author and section in a column beside"),
    ],
)
def test_what_themes_print_is_learnt_from_ten_pages_plain_and_disguised(seed: int, what: str) -> None:
    site = built(seed, articles=20, notices=1)
    assert right(site) >= 0.9, what
    assert right(disguised(site)) >= 0.9, what


def test_a_name_is_the_same_disguise_on_all_pages_of_a_site() -> None:
    first, second = (page for _, page in disguised(built(0, articles=2, notices=0)).pages)
    names = [set(page.decode().split('class="')[1:]) for page in (first, second)]
    assert len(names[0] & names[1]) > 5


@pytest.mark.parametrize(
    ("lines", "values"),
    [
        (
            ["Hà Vân | 05/03/2026 | 312 lượt xem", "Lò Thu | 6/3/2026 | 9 lượt xem", "Trần An | 7/3/2026 | 1 lượt xem"],
            ["Hà Vân", "Lò Thu", "Trần An"],
        ),
        (
            ["Đăng ngày 5/3 trong mục Y tế bởi Hà Vân", "Đăng ngày 6/3 bởi Lò Thu", "Đăng ngày 7/3 bởi Trần An"],
            ["Hà Vân", "Lò Thu", "Trần An"],
        ),
        (
            ["Mar 5, 2026 • Hà Vân", "Mar 6, 2026 • Lò Thu", "Mar 7, 2026"],
            ["Hà Vân", "Lò Thu", ""],
        ),
    ],
)  # fmt: skip
def test_a_part_of_a_line_is_told_by_what_stands_around_it(lines: list[str], values: list[str]) -> None:
    assert values in [[part_of(line, pattern) for line in lines] for pattern in patterns(lines)]


def test_an_item_of_a_feed_says_category_and_author() -> None:
    rss = (
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><item><title>A</title>'
        "<link>http://x.example/1</link><category>Kinh tế</category><category>bão</category>"
        "<dc:creator><![CDATA[Hà Vân]]></dc:creator></item><item><title>B</title><link>http://x.example/2</link>"
        "<author>toasoan@x.example (Lò Thu)</author></item></channel></rss>"
    )
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>A</title><link href="http://x.example/3"/>'
        '<category term="y-te" label="Y tế"/><author><name>Trần An</name></author></entry></feed>'
    )
    assert {url: tuple(said) for url, said in {**read_items(rss.encode()), **read_items(atom.encode())}.items()} == {
        "http://x.example/1": ("Kinh tế, bão", "Hà Vân"),
        "http://x.example/2": ("", "Lò Thu"),
        "http://x.example/3": ("Y tế", "Trần An"),
    }
    assert read_items(b"no feed") == {}
