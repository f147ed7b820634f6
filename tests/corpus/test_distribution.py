"""How hits are spread over the places that texts name."""

from __future__ import annotations

from search_corpus import Written, stored

from archive.corpus.distribution import DistributionRequest, answer


def test_each_place_counts_the_articles_that_surely_name_it_and_what_is_held_of_it() -> None:
    texts = ("mưa", "lũ", "lũ")
    db = stored([Written(at, f"Tin {at}", "", body, day=f"2020-01-0{at}") for at, body in enumerate(texts, 1)])
    db.conn.executemany(
        "INSERT INTO mentions VALUES (?, 'body', ?, 3, ?, 'X', ?)",
        [
            (1, 9, "bac-kan", 0),
            (2, 0, "bac-kan", 0),
            (2, 5, "bac-kan", 0),
            (3, 0, "thai-nguyen", 0),
            (3, 5, "bac-kan", 1),
        ],
    )
    found = answer(db, DistributionRequest("lũ", by="place"))
    assert [(one.value, one.articles, one.base) for one in found.shares] == [("bac-kan", 1, 2), ("thai-nguyen", 1, 1)]
    assert (found.articles, found.unplaced) == (2, 0)
