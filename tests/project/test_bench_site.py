"""The benchmark's site is the same each time, and like the pages of a real one."""

from __future__ import annotations

from collections import Counter

from lxml import html

from bench.site import pages, titles
from bench.words import Writer

BASE = "http://127.0.0.1:9"


def test_the_same_seed_makes_the_same_site_and_another_seed_another() -> None:
    assert pages(5, 7, BASE) == pages(5, 7, BASE)
    assert titles(5, 7) != titles(5, 8)


def test_a_page_has_the_size_elements_and_links_of_a_real_one() -> None:
    found = [body for path, (mime, body) in pages(20, 7, BASE).items() if path.endswith(".html")]
    assert len(found) == 20
    for body in found:
        tree = html.document_fromstring(body)
        assert 60_000 <= len(body) <= 100_000
        assert 850 <= len(list(tree.iter())) <= 1000
        assert 250 <= len(tree.findall(".//a")) <= 300


def test_the_words_follow_zipf_and_not_a_few_sentences() -> None:
    words = Writer(1).words(50_000)
    counts = Counter(words)
    assert len(counts) > 2_500
    first, tenth, hundredth = (counts.most_common(100)[rank - 1][1] for rank in (1, 10, 100))
    assert first > 2 * tenth > 4 * hundredth


def test_the_sitemap_lists_every_page() -> None:
    site = pages(5, 7, BASE)
    assert [f"<loc>{BASE}{path}</loc>".encode() in site["/sitemap.xml"][1] for path, _ in titles(5, 7)] == [True] * 5
